//! Paths into an object that survive reordering: `spec.template.spec.containers[name=web].image`.
//!
//! A list whose items carry a merge key is addressed by that key, as server-side apply does, so that inserting a sidecar
//! doesn't move the field we touched. Other lists are one value. Errors: a path that leads nowhere reads as absent.
//! Source of the keys: Kubernetes' `x-kubernetes-list-map-keys` for the built-in types.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Segment {
    /// A key of an object.
    Field(String),
    /// The list item whose `key` is `value` (numbers are written as text).
    Item {
        /// The merge key's name.
        key: String,
        /// The merge key's value.
        value: String,
    },
}

/// A path from an object's root.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldPath(pub Vec<Segment>);

impl FieldPath {
    /// The whole object.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of object keys only.
    pub fn of(keys: &[&str]) -> Self {
        Self(keys.iter().map(|key| Segment::Field((*key).to_owned())).collect())
    }

    /// This path, one key deeper.
    #[must_use]
    pub fn field(&self, key: &str) -> Self {
        let mut path = self.0.clone();
        path.push(Segment::Field(key.to_owned()));
        Self(path)
    }

    /// This path, into the list item whose `key` is `value`.
    #[must_use]
    pub fn item(&self, key: &str, value: &str) -> Self {
        let mut path = self.0.clone();
        path.push(Segment::Item { key: key.to_owned(), value: value.to_owned() });
        Self(path)
    }

    /// Whether `self` is `other` or lies below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The value there, if any.
    pub fn get<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(object, |at, segment| match segment {
            Segment::Field(key) => at.get(key),
            Segment::Item { key, value } => {
                at.as_array()?.iter().find(|item| item.get(key).is_some_and(|found| key_text(found) == *value))
            }
        })
    }

    /// The RFC 6901 pointer that leads there in this very object, if every list item on the way exists.
    pub fn pointer(&self, object: &Value) -> Option<String> {
        let mut pointer = String::new();
        let mut at = Some(object);
        for segment in &self.0 {
            match segment {
                Segment::Field(key) => {
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    at = at.and_then(|value| value.get(key));
                }
                Segment::Item { key, value } => {
                    let list = at?.as_array()?;
                    let index = list
                        .iter()
                        .position(|item| item.get(key).is_some_and(|found| key_text(found) == *value))?;
                    pointer.push_str(&format!("/{index}"));
                    at = list.get(index);
                }
            }
        }
        Some(pointer)
    }
}

/// How a merge key's value is written in a path.
pub fn key_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(key) if key.contains(['.', '/']) => write!(f, "[{key}]")?,
                Segment::Field(key) if index == 0 => write!(f, "{key}")?,
                Segment::Field(key) => write!(f, ".{key}")?,
                Segment::Item { key, value } => write!(f, "[{key}={value}]")?,
            }
        }
        Ok(())
    }
}

/// The merge key of the list that is the value of `field`, for lists whose items are told apart by one key.
///
/// Ports are left out on purpose: they are keyed by number *and* protocol, so a list of ports is one value.
pub fn merge_key(field: &str, items: &[Value]) -> Option<&'static str> {
    let key = match field {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => "name",
        "volumeMounts" => "mountPath",
        "conditions" => "type",
        "ownerReferences" => "uid",
        _ => return None,
    };
    let mut seen = std::collections::BTreeSet::new();
    // A list that breaks its own uniqueness rule is one value: a path could not tell two items apart.
    items.iter().all(|item| item.get(key).is_some_and(|found| seen.insert(key_text(found)))).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_by_key_finds_its_container_after_a_sidecar_moves_in() {
        let path = FieldPath::of(&["spec", "containers"]).item("name", "web").field("image");
        let before = json!({"spec": {"containers": [{"name": "web", "image": "a"}]}});
        let after = json!({"spec": {"containers": [{"name": "mesh", "image": "m"}, {"name": "web", "image": "a"}]}});
        assert_eq!(path.get(&before), path.get(&after));
        assert_eq!(path.pointer(&before).unwrap(), "/spec/containers/0/image");
        assert_eq!(path.pointer(&after).unwrap(), "/spec/containers/1/image");
        assert_eq!(path.to_string(), "spec.containers[name=web].image");
    }

    #[test]
    fn keys_with_slashes_are_escaped_in_pointers() {
        let path = FieldPath::of(&["metadata", "annotations", "a/b~c"]);
        assert_eq!(path.pointer(&json!({})).unwrap(), "/metadata/annotations/a~1b~0c");
        assert_eq!(path.to_string(), "metadata.annotations[a/b~c]");
    }
}
