//! What a manifest says about settings and destinations, for the test that the code says the same.

use serde_json::{Map, Value};

/// One setting of each name, with a value the schema takes; and the defaults alone.
///
/// # Panics
/// When the manifest is none.
pub fn settings(manifest: &str) -> (String, String) {
    let manifest: Value = serde_json::from_str(manifest).expect("a manifest is JSON");
    let properties = manifest["settings"]["properties"].as_object().expect("settings have properties");
    let mut all = Map::new();
    let mut defaults = Map::new();
    for (name, schema) in properties {
        all.insert(name.clone(), value(name, schema));
        if let Some(default) = schema.get("default") {
            defaults.insert(name.clone(), default.clone());
        }
    }
    (Value::Object(all).to_string(), Value::Object(defaults).to_string())
}

/// The destinations.
///
/// # Panics
/// When the manifest is none.
pub fn destinations(manifest: &str) -> Vec<String> {
    let manifest: Value = serde_json::from_str(manifest).expect("a manifest is JSON");
    let listed = manifest["destinations"].as_array().cloned().unwrap_or_default();
    listed.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
}

fn value(name: &str, schema: &Value) -> Value {
    if let Some(last) = schema["enum"].as_array().and_then(|words| words.last()) {
        return last.clone();
    }
    match schema["type"].as_str() {
        Some("integer") => schema["maximum"].clone(),
        Some("boolean") => Value::Bool(true),
        _ if name.ends_with("_json") => Value::String("{}".to_owned()),
        _ => Value::String(schema["default"].as_str().unwrap_or("a").to_owned()),
    }
}
