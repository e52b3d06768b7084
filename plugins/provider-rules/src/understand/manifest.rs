//! `apply` followed by objects as JSON: the one request whose content is not English.

use serde_json::Value;

use super::{Intent, MANIFEST_BYTES_MAX, Place, Reading, Refusal};

/// Words that may stand between `apply` and the manifest.
const BETWEEN: [&str; 11] =
    ["please", "apply", "kubectl", "this", "that", "the", "following", "manifest", "object", "objects", "json"];
/// Most objects in one request, as the host has it.
const OBJECTS_MAX: usize = 50;

/// The request, if the text is `apply` and then JSON; an error if the JSON is none that can be applied.
pub(super) fn after_apply(text: &str) -> Option<Result<Reading, Refusal>> {
    let start = text.find(['{', '['])?;
    let head = text[..start].to_lowercase();
    let mut words =
        head.split(|c: char| c.is_whitespace() || c == ':' || c == ',').filter(|word| !word.is_empty()).peekable();
    let applies = head.contains("apply") && words.all(|word| BETWEEN.contains(&word));
    applies.then(|| objects(&text[start..]).map_err(|why| Refusal::Manifest { why }).map(reading))
}

fn reading(objects: Vec<Value>) -> Reading {
    Reading { intent: Intent::Apply { objects }, place: Place::default(), span: false }
}

fn objects(json: &str) -> Result<Vec<Value>, String> {
    if json.len() > MANIFEST_BYTES_MAX {
        return Err(format!("it has {} bytes, MANIFEST_BYTES_MAX is {MANIFEST_BYTES_MAX}", json.len()));
    }
    let mut objects = Vec::new();
    for document in serde_json::Deserializer::from_str(json).into_iter::<Value>() {
        match document.map_err(|error| error.to_string())? {
            Value::Array(items) => objects.extend(items),
            object => objects.push(object),
        }
    }
    if objects.is_empty() || objects.len() > OBJECTS_MAX {
        return Err(format!("it holds {} objects; 1 to {OBJECTS_MAX} can be applied", objects.len()));
    }
    let named = |object: &Value| {
        ["/apiVersion", "/kind", "/metadata/name"]
            .iter()
            .all(|field| object.pointer(field).is_some_and(Value::is_string))
    };
    if objects.iter().all(named) {
        Ok(objects)
    } else {
        Err("an object lacks apiVersion, kind or metadata.name".to_owned())
    }
}
