//! JSON from an API server: bounded in depth, and lists without `managedFields`.
//!
//! A page of pods is one third `managedFields`, which no reader of lists needs, so they are skipped while parsing instead
//! of being built and thrown away. Errors say what is wrong with the text, never quote it.

use std::fmt;

use kubechat_core::limits::JSON_DEPTH_MAX;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Whether `metadata.managedFields` is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Managed {
    Keep,
    Skip,
}

/// Levels a list puts around its objects.
const LIST_LEVELS: usize = 2;

/// Parses one answer.
pub(crate) fn parse(bytes: &[u8], managed: Managed) -> Result<Value, String> {
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let seed = Seed { left: JSON_DEPTH_MAX + LIST_LEVELS, managed, in_metadata: false };
    let value = seed.deserialize(&mut from).map_err(|e| e.to_string())?;
    from.end().map_err(|e| e.to_string())?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Seed {
    left: usize,
    managed: Managed,
    in_metadata: bool,
}

impl Seed {
    fn deeper<E: serde::de::Error>(self, in_metadata: bool) -> Result<Self, E> {
        let left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| E::custom(format_args!("it is nested deeper than JSON_DEPTH_MAX ({JSON_DEPTH_MAX})")))?;
        Ok(Self { left, in_metadata, ..self })
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
        let inner = self.deeper::<A::Error>(false)?;
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = from.next_key::<String>()? {
            if self.in_metadata && self.managed == Managed::Skip && key == "managedFields" {
                from.next_value::<IgnoredAny>()?;
                continue;
            }
            let inner = self.deeper::<A::Error>(key == "metadata")?;
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
    fn text_after_the_document_is_refused() {
        assert!(parse(b"{} {}", Managed::Keep).is_err());
    }
}
