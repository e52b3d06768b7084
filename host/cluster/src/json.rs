//! JSON from an API server: bounded in depth, and lists without `managedFields`.
//!
//! A page of pods is one third `managedFields`, which no reader of lists needs, so they are skipped while parsing instead
//! of being built and thrown away. The same way the values of Secrets and ConfigMaps are skipped where only their outline is
//! asked for, so that they never stand in memory as anything but bytes of an answer. Errors say what is wrong with the text, never quote it.

use std::fmt;

use kubechat_core::limits::JSON_DEPTH_MAX;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// What of the objects is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Managed {
    /// Everything.
    Keep,
    /// Everything but `metadata.managedFields`.
    Skip,
    /// That, without the values under `data`; their keys and public certificates are kept.
    Outline,
}

/// The key whose value is public.
const CERTIFICATE: &str = "tls.crt";
/// The annotation in which kubectl repeats the whole object, values included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Which part of an object is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Other,
    Metadata,
    Annotations,
    Values,
}

impl Within {
    fn of(self, key: &str) -> Self {
        match (self, key) {
            (Self::Metadata, "annotations") => Self::Annotations,
            (Self::Other, "metadata") => Self::Metadata,
            (Self::Other, "data" | "stringData" | "binaryData") => Self::Values,
            _ => Self::Other,
        }
    }
}

/// Levels a list puts around its objects.
const LIST_LEVELS: usize = 2;

/// Parses one answer.
pub(crate) fn parse(bytes: &[u8], managed: Managed) -> Result<Value, String> {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let seed = Seed { left: JSON_DEPTH_MAX + LIST_LEVELS, managed, within: Within::Other };
    let value = seed.deserialize(&mut from).map_err(|e| e.to_string())?;
    from.end().map_err(|e| e.to_string())?;
    Ok(value)
}

/// Takes one item of a list, with what stood before the list.
pub(crate) type Take<'a> = &'a mut dyn FnMut(&Map<String, Value>, Value) -> Result<(), String>;

/// Parses a list whose items stand under `key`, handing each over as soon as it is read, so that never more than one of
/// them is there. Gives what stands beside the items.
pub(crate) fn parse_each(
    bytes: &[u8],
    managed: Managed,
    key: &'static str,
    take: Take<'_>,
) -> Result<Map<String, Value>, String> {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let seed = Seed { left: JSON_DEPTH_MAX + LIST_LEVELS, managed, within: Within::Other };
    let beside = Envelope { seed, key, take }.deserialize(&mut from).map_err(|e| e.to_string())?;
    from.end().map_err(|e| e.to_string())?;
    Ok(beside)
}

/// A list around its items.
struct Envelope<'a> {
    seed: Seed,
    key: &'static str,
    take: Take<'a>,
}

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = Map<String, Value>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut beside = Map::new();
        let seed = self.seed.deeper::<A::Error>(Within::Other)?;
        while let Some(key) = from.next_key::<String>()? {
            if key == self.key {
                from.next_value_seed(Items { seed, beside: &beside, take: &mut *self.take })?;
            } else {
                let value = from.next_value_seed(seed)?;
                beside.insert(key, value);
            }
        }
        Ok(beside)
    }
}

/// The items of a list.
struct Items<'a, 'b> {
    seed: Seed,
    beside: &'a Map<String, Value>,
    take: Take<'b>,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items")
    }

    /// An empty list may be `null`.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        let seed = self.seed.deeper::<A::Error>(Within::Other)?;
        while let Some(item) = from.next_element_seed(seed)? {
            (self.take)(self.beside, item).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Seed {
    left: usize,
    managed: Managed,
    within: Within,
}

impl Seed {
    /// Whether a key is left out, or its value is: `Some(true)` keeps the key.
    fn skips(self, key: &str) -> Option<bool> {
        match (self.managed, self.within) {
            (Managed::Skip | Managed::Outline, Within::Metadata) if key == "managedFields" => Some(false),
            (Managed::Outline, Within::Annotations) if key == LAST_APPLIED => Some(false),
            (Managed::Outline, Within::Values) if key != CERTIFICATE => Some(true),
            _ => None,
        }
    }

    fn deeper<E: serde::de::Error>(self, within: Within) -> Result<Self, E> {
        let left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| E::custom(format_args!("it is nested deeper than JSON_DEPTH_MAX ({JSON_DEPTH_MAX})")))?;
        Ok(Self { left, within, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.deeper::<A::Error>(Within::Other)?;
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = from.next_key::<String>()? {
            if let Some(named) = self.skips(&key) {
                from.next_value::<IgnoredAny>()?;
                if named {
                    map.insert(key, Value::Null);
                }
                continue;
            }
            let inner = self.deeper::<A::Error>(self.within.of(&key))?;
            let value = from.next_value_seed(inner)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn nested(levels: usize) -> String {
        format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused_by_its_name() {
        assert!(parse(nested(JSON_DEPTH_MAX).as_bytes(), Managed::Keep).is_ok());
        let error = parse(nested(JSON_DEPTH_MAX + LIST_LEVELS + 1).as_bytes(), Managed::Keep).unwrap_err();
        assert!(error.contains("JSON_DEPTH_MAX"), "{error}");
    }

    #[test]
    fn only_managed_fields_of_metadata_are_skipped() {
        let text = br#"{"items":[{"metadata":{"name":"a","managedFields":[{"x":1}]},"spec":{"managedFields":2.5}}]}"#;
        let skipped = parse(text, Managed::Skip).unwrap();
        assert_eq!(skipped, json!({"items": [{"metadata": {"name": "a"}, "spec": {"managedFields": 2.5}}]}));
        assert_eq!(parse(text, Managed::Keep).unwrap(), serde_json::from_slice::<Value>(text).unwrap());
    }

    #[test]
    fn an_outline_holds_keys_and_certificates_and_no_value() {
        let text = br#"{"items":[{"metadata":{"name":"tls","annotations":{"a":"b",
            "kubectl.kubernetes.io/last-applied-configuration":"{\"data\":\"aHVudGVyMg==\"}"},"managedFields":[1]},
            "type":"kubernetes.io/tls","data":{"tls.crt":"Y2VydA==","tls.key":"aHVudGVyMg=="}},
            {"metadata":{"name":"map"},"data":{"a":{"deep":"aHVudGVyMg=="}},"binaryData":{"b":"aHVudGVyMg=="}}]}"#;
        let outline = parse(text, Managed::Outline).unwrap();
        assert_eq!(
            outline,
            json!({"items": [
                {"metadata": {"name": "tls", "annotations": {"a": "b"}}, "type": "kubernetes.io/tls",
                    "data": {"tls.crt": "Y2VydA==", "tls.key": null}},
                {"metadata": {"name": "map"}, "data": {"a": null}, "binaryData": {"b": null}}]})
        );
    }

    #[test]
    fn a_lists_items_are_handed_over_one_by_one_with_what_stood_before_them() {
        let text =
            br#"{"kind":"PodList","items":[{"metadata":{"name":"a","managedFields":[1]}},{"metadata":{"name":"b"}}],
            "metadata":{"continue":"next"}}"#;
        let mut taken = Vec::new();
        let beside = parse_each(text, Managed::Skip, "items", &mut |before, item| {
            taken.push((before.len(), item));
            Ok(())
        });
        assert_eq!(taken, [(1, json!({"metadata": {"name": "a"}})), (1, json!({"metadata": {"name": "b"}}))]);
        assert_eq!(Value::Object(beside.unwrap()), json!({"kind": "PodList", "metadata": {"continue": "next"}}));
        for empty in [r#"{"items": null}"#, r#"{"items": []}"#, "{}"] {
            assert!(parse_each(empty.as_bytes(), Managed::Skip, "items", &mut |_, _| Err("one".to_owned())).is_ok());
        }
        assert!(
            parse_each(text, Managed::Skip, "items", &mut |_, _| Err("enough".to_owned()))
                .unwrap_err()
                .contains("enough")
        );
    }

    #[test]
    fn text_after_the_document_is_refused() {
        assert!(parse(b"{} {}", Managed::Keep).is_err());
    }
}
