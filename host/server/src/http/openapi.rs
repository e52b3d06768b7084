//! This API, described (OpenAPI 3.1).

/// The document as JSON text.
pub fn text() -> String {
    "{}\n".to_owned()
}
