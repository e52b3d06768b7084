//! The part of JSON Schema that plugin settings may use, and the check of settings against it.
//!
//! Small on purpose: what can't be enforced here is refused when the manifest is read, so a schema never promises more
//! than the host keeps. Known: `type properties required additionalProperties(false) items enum minimum maximum
//! minLength maxLength minItems maxItems`, and `title description default`, which are shown and not enforced.
//! Numbers are integers. Depth at most `DEPTH_MAX`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::outcome::{Failure, OutcomeCode};
use crate::text;

/// Deepest schema.
const DEPTH_MAX: usize = 8;

/// A checked settings schema; its root is an object that takes no unknown fields.
#[derive(Clone, Debug)]
pub struct SettingsSchema {
    root: Node,
    written: Value,
}

#[derive(Clone, Debug)]
enum Node {
    Object { properties: BTreeMap<String, Node>, required: Vec<String> },
    Array { items: Box<Node>, least: u64, most: u64 },
    Text { one_of: Vec<String>, least: u64, most: u64 },
    Integer { least: i64, most: i64 },
    Boolean,
}

impl SettingsSchema {
    /// The schema of a plugin without settings: only `{}` fits.
    pub fn nothing() -> Self {
        let root = Node::Object { properties: BTreeMap::new(), required: Vec::new() };
        Self { root, written: serde_json::json!({ "type": "object", "additionalProperties": false }) }
    }

    /// Reads a schema; the error says which keyword or value is refused and where.
    pub fn parse(written: Value) -> Result<Self, String> {
        let root = parse_node(&written, "settings", 0)?;
        if !matches!(root, Node::Object { .. }) {
            return Err("settings: the root must be of type object".to_owned());
        }
        Ok(Self { root, written })
    }

    /// The schema as it was written, for whoever draws a form.
    pub fn written(&self) -> &Value {
        &self.written
    }

    /// Checks settings as they come, JSON text of a plugin of this sort (`pack`, `provider`).
    ///
    /// # Errors
    /// `guest-error` that names which value doesn't fit and where.
    pub(crate) fn check_text(&self, settings: &str, sort: &str) -> Result<(), Failure> {
        let read = serde_json::from_str(settings).map_err(|error| error.to_string());
        read.and_then(|value| self.check(&value)).map_err(|why| {
            Failure::with_hint(
                OutcomeCode::GuestError,
                format!("bad-settings: {}", text::short_line(&why, 300)),
                format!("correct the {sort}'s settings"),
            )
        })
    }

    /// Checks settings; the error says which value doesn't fit and where.
    pub fn check(&self, settings: &Value) -> Result<(), String> {
        check_node(&self.root, settings, "settings")
    }
}

fn parse_node(schema: &Value, at: &str, depth: usize) -> Result<Node, String> {
    if depth > DEPTH_MAX {
        return Err(format!("{at}: deeper than {DEPTH_MAX}"));
    }
    let schema = schema.as_object().ok_or_else(|| format!("{at}: a schema is an object"))?;
    let kind = schema.get("type").and_then(Value::as_str).ok_or_else(|| format!("{at}: `type` is missing"))?;
    match kind {
        "object" => parse_object(schema, at, depth),
        "array" => {
            only(schema, at, &["items", "minItems", "maxItems"])?;
            let items = schema.get("items").ok_or_else(|| format!("{at}: `items` is missing"))?;
            Ok(Node::Array {
                items: Box::new(parse_node(items, &format!("{at}[]"), depth + 1)?),
                least: count(schema, at, "minItems", 0)?,
                most: count(schema, at, "maxItems", u64::MAX)?,
            })
        }
        "string" => {
            only(schema, at, &["enum", "minLength", "maxLength"])?;
            let one_of = schema.get("enum").map_or(Ok(Vec::new()), |list| strings(list, &format!("{at}: `enum`")))?;
            let (least, most) = (count(schema, at, "minLength", 0)?, count(schema, at, "maxLength", u64::MAX)?);
            Ok(Node::Text { one_of, least, most })
        }
        "integer" => {
            only(schema, at, &["minimum", "maximum"])?;
            Ok(Node::Integer {
                least: bound(schema, at, "minimum", i64::MIN)?,
                most: bound(schema, at, "maximum", i64::MAX)?,
            })
        }
        "boolean" => only(schema, at, &[]).map(|()| Node::Boolean),
        other => Err(format!("{at}: type {other:?} is not one of object, array, string, integer, boolean")),
    }
}

fn parse_object(schema: &Map<String, Value>, at: &str, depth: usize) -> Result<Node, String> {
    only(schema, at, &["properties", "required", "additionalProperties"])?;
    if schema.get("additionalProperties").is_some_and(|v| v != &Value::Bool(false)) {
        return Err(format!("{at}: `additionalProperties` can only be false"));
    }
    let mut properties = BTreeMap::new();
    if let Some(written) = schema.get("properties") {
        let written = written.as_object().ok_or_else(|| format!("{at}: `properties` is an object"))?;
        for (name, schema) in written {
            properties.insert(name.clone(), parse_node(schema, &format!("{at}.{name}"), depth + 1)?);
        }
    }
    let required = schema.get("required").map_or(Ok(Vec::new()), |list| strings(list, &format!("{at}: `required`")))?;
    if let Some(name) = required.iter().find(|name| !properties.contains_key(*name)) {
        return Err(format!("{at}: `required` names {name:?}, which has no schema"));
    }
    Ok(Node::Object { properties, required })
}

fn only(schema: &Map<String, Value>, at: &str, known: &[&str]) -> Result<(), String> {
    const SHOWN: &[&str] = &["type", "title", "description", "default"];
    match schema.keys().find(|key| !SHOWN.contains(&key.as_str()) && !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(format!("{at}: keyword {key:?} is not enforced here")),
    }
}

fn strings(list: &Value, at: &str) -> Result<Vec<String>, String> {
    let list = list.as_array().ok_or_else(|| format!("{at} is a list"))?;
    list.iter().map(|v| v.as_str().map(str::to_owned).ok_or_else(|| format!("{at} holds texts only"))).collect()
}

fn count(schema: &Map<String, Value>, at: &str, key: &str, absent: u64) -> Result<u64, String> {
    schema.get(key).map_or(Ok(absent), |v| v.as_u64().ok_or_else(|| format!("{at}: `{key}` is a count")))
}

fn bound(schema: &Map<String, Value>, at: &str, key: &str, absent: i64) -> Result<i64, String> {
    schema.get(key).map_or(Ok(absent), |v| v.as_i64().ok_or_else(|| format!("{at}: `{key}` is an integer")))
}

fn check_node(node: &Node, value: &Value, at: &str) -> Result<(), String> {
    match node {
        Node::Object { properties, required } => check_object(properties, required, value, at),
        Node::Array { items, least, most } => {
            let list = value.as_array().ok_or_else(|| format!("{at} must be a list"))?;
            within(list.len() as u64, *least, *most).map_err(|range| format!("{at} must have {range} items"))?;
            list.iter().enumerate().try_for_each(|(i, item)| check_node(items, item, &format!("{at}[{i}]")))
        }
        Node::Text { one_of, least, most } => {
            let text = value.as_str().ok_or_else(|| format!("{at} must be a text"))?;
            within(text.chars().count() as u64, *least, *most)
                .map_err(|range| format!("{at} must have {range} characters"))?;
            if one_of.is_empty() || one_of.iter().any(|known| known == text) {
                return Ok(());
            }
            Err(format!("{at} must be one of {}", one_of.join(", ")))
        }
        Node::Integer { least, most } => {
            let number = value.as_i64().ok_or_else(|| format!("{at} must be an integer"))?;
            within(number, *least, *most).map_err(|range| format!("{at} must be {range}"))
        }
        Node::Boolean => value.as_bool().map(|_| ()).ok_or_else(|| format!("{at} must be true or false")),
    }
}

fn check_object(
    properties: &BTreeMap<String, Node>,
    required: &[String],
    value: &Value,
    at: &str,
) -> Result<(), String> {
    let fields = value.as_object().ok_or_else(|| format!("{at} must be an object"))?;
    if let Some(name) = required.iter().find(|name| !fields.contains_key(*name)) {
        return Err(format!("{at}.{name} is missing"));
    }
    for (name, value) in fields {
        let node = properties.get(name).ok_or_else(|| format!("{at}.{name} is not a setting"))?;
        check_node(node, value, &format!("{at}.{name}"))?;
    }
    Ok(())
}

fn within<N: PartialOrd + std::fmt::Display>(value: N, least: N, most: N) -> Result<(), String> {
    if value < least || value > most { Err(format!("{least} to {most}")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> SettingsSchema {
        SettingsSchema::parse(json!({
            "type": "object", "additionalProperties": false, "required": ["level"],
            "properties": {
                "pods_max": { "type": "integer", "minimum": 1, "maximum": 100, "default": 50 },
                "level": { "type": "string", "enum": ["high", "low"] },
                "owners": { "type": "array", "maxItems": 2, "items": { "type": "string", "minLength": 1 } },
                "strict": { "type": "boolean" }
            }
        }))
        .expect("a good schema")
    }

    #[test]
    fn settings_that_fit_pass() {
        let settings = json!({ "pods_max": 7, "level": "low", "owners": ["a", "b"], "strict": true });
        assert_eq!(schema().check(&settings), Ok(()));
        assert_eq!(SettingsSchema::nothing().check(&json!({})), Ok(()));
    }

    #[test]
    fn settings_that_do_not_fit_are_named() {
        for (settings, words) in [
            (json!({}), "settings.level is missing"),
            (json!({ "level": "mid" }), "one of high, low"),
            (json!({ "level": "low", "pods_max": 0 }), "1 to 100"),
            (json!({ "level": "low", "pods_max": 1.5 }), "integer"),
            (json!({ "level": "low", "owners": ["a", "b", "c"] }), "0 to 2 items"),
            (json!({ "level": "low", "owners": [""] }), "settings.owners[0]"),
            (json!({ "level": "low", "strict": "yes" }), "true or false"),
            (json!({ "level": "low", "other": 1 }), "settings.other is not a setting"),
            (json!([]), "must be an object"),
        ] {
            let error = schema().check(&settings).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
        assert!(SettingsSchema::nothing().check(&json!({ "a": 1 })).is_err());
    }

    #[test]
    fn a_schema_with_more_than_is_enforced_is_refused() {
        for (written, words) in [
            (json!({ "type": "string" }), "root"),
            (json!({ "type": "object", "patternProperties": {} }), "patternProperties"),
            (json!({ "type": "object", "additionalProperties": true }), "additionalProperties"),
            (json!({ "type": "object", "properties": { "a": { "type": "number" } } }), "number"),
            (json!({ "type": "object", "properties": { "a": { "type": "string", "format": "uri" } } }), "format"),
            (json!({ "type": "object", "required": ["a"] }), "no schema"),
            (json!({ "type": "object", "properties": { "a": {} } }), "`type` is missing"),
        ] {
            let error = SettingsSchema::parse(written).expect_err("refused");
            assert!(error.contains(words), "{error}");
        }
    }
}
