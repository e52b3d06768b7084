//! The components and the console inside the program, if it was packaged with them (feature `embedded`).
//!
//! They are trusted like any other: because the digest list that was made with them says so. A program built without the
//! feature brings none and needs no toolchain for them; it is told of a folder.

use std::collections::BTreeMap;

use axum::body::Bytes;
use kubechat_plugin::{DigestList, Embedded, Failure};

#[cfg(feature = "embedded")]
mod list {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

#[cfg(not(feature = "embedded"))]
mod list {
    pub(super) const DIGESTS: &str = r#"{"components": []}"#;
    pub(super) const COMPONENTS: &[(&str, &[u8])] = &[];
    pub(super) const CONSOLE: &[(&str, &[u8])] = &[];
}

/// Whether this program brings components.
pub fn any() -> bool {
    !list::COMPONENTS.is_empty()
}

/// The components, in the order of their names.
pub fn components() -> Vec<Embedded> {
    let embedded = |(name, bytes): &(&str, &'static [u8])| Embedded {
        name: format!("{name} (in the program)"),
        bytes: (*bytes).into(),
    };
    list::COMPONENTS.iter().map(embedded).collect()
}

/// The console's files by their paths, when it is inside.
pub fn console() -> Option<BTreeMap<String, Bytes>> {
    let files = list::CONSOLE.iter().map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes)));
    (!list::CONSOLE.is_empty()).then(|| files.collect())
}

/// Their digests.
///
/// # Errors
/// A list that can't be read: then none of them is trusted.
pub fn digests() -> Result<DigestList, Failure> {
    DigestList::parse(list::DIGESTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_came_with_the_program_can_be_read() {
        assert!(digests().is_ok());
        assert_eq!((any(), console().is_some()), (cfg!(feature = "embedded"), cfg!(feature = "embedded")));
    }
}
