//! Reading manifests: YAML (or JSON, its subset) into objects, without surprises.
//!
//! Refused, because two readers would see two things: a key given twice, a key that is no text, YAML's merge key (`<<`).
//! Aliases are followed only as long as the result has no more values than the text has bytes, so a small text can't
//! become a big object. Limits: size, number of documents, nesting. Errors say which document.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::LowerError;
use crate::limits::{JSON_DEPTH_MAX, MANIFEST_BYTES_MAX, MANIFEST_DOCUMENTS_MAX};

/// Parses YAML (or JSON) documents. Empty documents are dropped.
pub fn parse_manifest(manifest: &str) -> Result<Vec<Value>, LowerError> {
    if manifest.len() > MANIFEST_BYTES_MAX {
        let (what, limit) = ("the manifest", "MANIFEST_BYTES_MAX");
        return Err(LowerError::Limit { what, actual: manifest.len(), limit, max: MANIFEST_BYTES_MAX });
    }
    let mut left = manifest.len() + 1;
    let mut objects = Vec::new();
    for (index, document) in serde_yaml_ng::Deserializer::from_str(manifest).enumerate() {
        let object = Seed { left: &mut left, depth: 0 }
            .deserialize(document)
            .map_err(|e| LowerError::BadValue(format!("document {} of the manifest: {e}", index + 1)))?;
        if object.is_null() {
            continue;
        }
        if objects.len() == MANIFEST_DOCUMENTS_MAX {
            let (what, limit) = ("the number of documents", "MANIFEST_DOCUMENTS_MAX");
            return Err(LowerError::Limit { what, actual: objects.len() + 1, limit, max: MANIFEST_DOCUMENTS_MAX });
        }
        objects.push(object);
    }
    Ok(objects)
}

/// Reads one value, counting what it makes.
struct Seed<'a> {
    left: &'a mut usize,
    depth: usize,
}

impl Seed<'_> {
    fn below(&mut self) -> Seed<'_> {
        Seed { left: self.left, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        if self.depth > JSON_DEPTH_MAX {
            return Err(D::Error::custom(format!("nested deeper than JSON_DEPTH_MAX, {JSON_DEPTH_MAX}")));
        }
        *self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom("aliases make it longer than its text; write the values out"))?;
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that JSON can't write"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.below())? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(self.below())? {
            let Value::String(key) = key else { return Err(A::Error::custom(format!("the key {key} is no text"))) };
            if key == "<<" {
                return Err(A::Error::custom("YAML's merge key is not followed; write the values out"));
            }
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice")));
            }
            map.insert(key, entries.next_value_seed(self.below())?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(manifest: &str) -> String {
        parse_manifest(manifest).unwrap_err().to_string()
    }

    #[test]
    fn documents_are_read_in_order_and_empty_ones_dropped() {
        let objects = parse_manifest("a: 1\n---\n---\nb: [x, 1.5, null, true]\n").unwrap();
        assert_eq!(objects, [json!({"a": 1}), json!({"b": ["x", 1.5, null, true]})]);
        assert_eq!(parse_manifest("{\"a\": {\"b\": []}}").unwrap(), [json!({"a": {"b": []}})]);
    }

    #[test]
    fn texts_that_look_like_aliases_are_texts() {
        let script = "data:\n  run.sh: |\n    ls *foo && echo *bar*\n  cron: '*/5 * * * *'\n";
        assert_eq!(parse_manifest(script).unwrap()[0]["data"]["cron"], "*/5 * * * *");
    }

    #[test]
    fn a_small_text_does_not_become_a_big_object() {
        let mut bomb = "a: &a [\"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\"]\n".to_owned();
        for (this, last) in [('b', 'a'), ('c', 'b'), ('d', 'c'), ('e', 'd')] {
            let list = vec![format!("*{last}"); 9].join(", ");
            bomb.push_str(&format!("{this}: &{this} [{list}, \"x\"]\n"));
        }
        let said = refusal(&bomb);
        assert!(said.contains("aliases") || said.contains("repetition"), "{said}");
        assert!(parse_manifest("a: &a x\nb: *a\n").is_ok(), "a plain alias does no harm");
    }

    #[test]
    fn what_two_readers_would_read_differently_is_refused() {
        assert!(refusal("a: 1\na: 2\n").contains("stands twice"));
        assert!(refusal("1: x\n").contains("no text"));
        assert!(refusal("a: &a {x: 1}\nb:\n  <<: *a\n").contains("merge key"));
    }

    #[test]
    fn limits_are_named() {
        assert!(refusal(&" ".repeat(MANIFEST_BYTES_MAX + 1)).contains("MANIFEST_BYTES_MAX"));
        assert!(refusal(&"---\na: 1\n".repeat(MANIFEST_DOCUMENTS_MAX + 1)).contains("MANIFEST_DOCUMENTS_MAX"));
        let deep = format!("{}{}", "[".repeat(JSON_DEPTH_MAX + 2), "]".repeat(JSON_DEPTH_MAX + 2));
        assert!(refusal(&deep).contains("JSON_DEPTH_MAX"));
    }
}
