//! Operations as people and logs see them: values that are secret by kind or by name are masked.

use serde_json::{Value, json};

use super::Operation;
use super::patch::{Patch, PatchType};
use crate::redact;

const MASK: &str = "••••";
/// Places whose values are secret by a name that stands elsewhere.
const BLIND: [&str; 3] = ["/env/", "/data", "/stringData"];

impl Operation {
    /// The operation, safe to show.
    pub fn shown(&self) -> Value {
        redact::value_without_placeholders(self.masked())
    }

    fn masked(&self) -> Value {
        let mut shown = serde_json::to_value(self).unwrap_or(Value::Null);
        match self {
            Self::Apply(_) | Self::Create(_) => {
                for object in shown.get_mut("objects").and_then(Value::as_array_mut).into_iter().flatten() {
                    *object = redact::object(object);
                }
                shown
            }
            Self::Patch(patch) => {
                shown["patch"] = self::patch(patch);
                shown
            }
            // Two whole objects as text; what they change stands masked in the diff.
            Self::Edit(edit) => {
                let kept = |yaml: &str| json!(format!("{} bytes of YAML", yaml.len()));
                (shown["base"], shown["wanted"]) = (kept(&edit.base), kept(&edit.wanted));
                shown
            }
            _ => redact::object(&shown),
        }
    }
}

fn patch(patch: &Patch) -> Value {
    let kind = patch.target.kind.as_str().to_lowercase();
    if kind.split('.').next().is_some_and(|word| matches!(word, "secret" | "secrets")) {
        return json!(MASK);
    }
    match (patch.kind, &patch.patch) {
        (PatchType::Json, Value::Array(operations)) => operations.iter().map(operation).collect(),
        _ => redact::object(&patch.patch),
    }
}

/// A JSON patch names its places by position, so values in telling places are masked whole.
fn operation(operation: &Value) -> Value {
    let mut shown = operation.clone();
    let path = operation.get("path").and_then(Value::as_str).unwrap_or_default();
    if let Some(value) = shown.get_mut("value") {
        let key = path.rsplit('/').next().unwrap_or_default();
        let masked = redact::object(&json!({key: value.clone()}));
        *value = if BLIND.iter().any(|place| path.contains(place)) { json!(MASK) } else { masked[key].clone() };
    }
    shown
}
