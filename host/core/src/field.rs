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

    /// The path one step up; absent for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The last object key on the way: what the value, or the list it is an item of, is called.
    pub fn last_key(&self) -> &str {
        let key = |segment: &'_ Segment| matches!(segment, Segment::Field(_));
        match self.0.iter().rev().find(|segment| key(segment)) {
            Some(Segment::Field(key)) => key,
            _ => "",
        }
    }

    /// Takes the value out, and every container above it that this leaves empty. The root stays.
    pub fn remove(&self, object: &mut Value) {
        remove(&self.0, object);
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
                    let index =
                        list.iter().position(|item| item.get(key).is_some_and(|found| key_text(found) == *value))?;
                    pointer.push_str(&format!("/{index}"));
                    at = list.get(index);
                }
            }
        }
        Some(pointer)
    }
}

/// Whether something was taken out and left nothing behind.
fn remove(path: &[Segment], at: &mut Value) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    match (first, at) {
        (Segment::Field(key), Value::Object(map)) => {
            let gone = rest.is_empty() || map.get_mut(key).is_some_and(|below| remove(rest, below));
            gone && map.remove(key).is_some() && map.is_empty()
        }
        (Segment::Item { key, value }, Value::Array(list)) => {
            let place = list.iter().position(|item| item.get(key).is_some_and(|found| key_text(found) == *value));
            let Some(place) = place else { return false };
            if rest.is_empty() || remove(rest, &mut list[place]) {
                list.remove(place);
                return list.is_empty();
            }
            false
        }
        _ => false,
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
        "webhooks" | "resourceClaims" | "matchConditions" => "name",
        "volumeMounts" => "mountPath",
        "volumeDevices" => "devicePath",
        "hostAliases" => "ip",
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
    fn removing_a_value_takes_emptied_containers_with_it_and_nothing_else() {
        let mut object = json!({"metadata": {"name": "web", "annotations": {"a/b": "1"}}, "spec": {"x": {}}});
        FieldPath::of(&["metadata", "annotations", "a/b"]).remove(&mut object);
        FieldPath::of(&["spec", "y", "z"]).remove(&mut object);
        FieldPath::root().remove(&mut object);
        assert_eq!(object, json!({"metadata": {"name": "web"}, "spec": {"x": {}}}));
    }

    #[test]
    fn a_keyed_list_with_two_items_of_one_key_is_one_value() {
        assert_eq!(merge_key("env", &[json!({"name": "A"}), json!({"name": "B"})]), Some("name"));
        assert_eq!(merge_key("env", &[json!({"name": "A"}), json!({"name": "A"})]), None);
        assert_eq!(merge_key("ports", &[json!({"port": 80})]), None);
    }

    #[test]
    fn keys_with_slashes_are_escaped_in_pointers() {
        let path = FieldPath::of(&["metadata", "annotations", "a/b~c"]);
        assert_eq!(path.pointer(&json!({})).unwrap(), "/metadata/annotations/a~1b~0c");
        assert_eq!(path.to_string(), "metadata.annotations[a/b~c]");
    }
}
