//! The manifest says what the code does: its defaults and its capabilities.

use policy_baseline::Settings;
use serde_json::Value;

fn manifest() -> Value {
    serde_json::from_str(include_str!("../../manifest.json")).expect("the manifest is JSON")
}

#[test]
fn the_schemas_defaults_are_the_codes() {
    let properties = manifest()["settings"]["properties"].clone();
    let defaults: serde_json::Map<String, Value> = properties
        .as_object()
        .expect("properties are an object")
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), schema.get("default")?.clone())))
        .collect();
    assert_eq!(Settings::parse(&Value::Object(defaults).to_string()), Ok(Settings::default()));
    assert_eq!(Settings::parse("{}"), Ok(Settings::default()));
}

#[test]
fn every_setting_of_the_schema_is_read() {
    for name in manifest()["settings"]["properties"].as_object().expect("properties are an object").keys() {
        let error = Settings::parse(&format!("{{\"{name}\": {{}}}}")).expect_err("an object fits no setting");
        assert!(!error.to_string().contains("unknown field"), "{error}");
    }
}

#[test]
fn nothing_is_asked_for() {
    assert_eq!(manifest()["capabilities"], Value::Array(Vec::new()));
    assert_eq!(manifest()["profile"], "pure");
}
