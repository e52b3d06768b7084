//! Other field managers that apply a changed field: they will put it back when they apply again.
//!
//! Only server-side applies count. A manager that once updated a field (kubectl edit, a controller's first defaults) claims
//! nothing for later, and naming it would be noise on every plan. Limits: [`MANAGERS_MAX`] named, one field of each.
//! Source: `metadata.managedFields`, fieldsV1 (structured-merge-diff).

use serde_json::Value;

use super::{Reach, Weight};
use crate::diff::FieldChange;
use crate::field::{FieldPath, Segment, key_text};
use crate::mutation::FIELD_MANAGER;
use crate::object::{ObjectRef, items, text};

/// Most managers named of one object.
const MANAGERS_MAX: usize = 5;

/// Says who applies what is changed.
pub(super) fn of(target: &ObjectRef, live: &Value, changes: &[FieldChange], reach: &mut Reach) {
    let applies = items(live, "/metadata/managedFields")
        .iter()
        .filter(|entry| text(entry, "/operation") == "Apply" && text(entry, "/subresource").is_empty())
        .filter(|entry| text(entry, "/manager") != FIELD_MANAGER);
    for entry in applies.take(MANAGERS_MAX) {
        let held = changes.iter().filter(|change| entry.get("fieldsV1").is_some_and(|set| holds(set, &change.path.0)));
        let paths: Vec<&FieldPath> = held.map(|change| &change.path).collect();
        let Some(first) = paths.first() else { continue };
        let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
        let manager = text(entry, "/manager");
        reach.say(
            Weight::Change,
            format!("{manager} applies {first}{more} of {target} too, and puts it back when it applies again"),
        );
    }
}

/// Whether a field set has this path, something below it, or an item of a list above it that stands for all of it.
fn holds(set: &Value, path: &[Segment]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    let Some(map) = set.as_object() else { return false };
    let below = match first {
        Segment::Field(key) => map.get(&format!("f:{key}")),
        Segment::Item { key, value } => {
            let named = |text: &str| {
                let keys: Option<Value> = text.strip_prefix("k:").and_then(|keys| serde_json::from_str(keys).ok());
                keys.is_some_and(|keys| keys.get(key).is_some_and(|found| key_text(found) == *value))
            };
            map.iter().find(|(text, _)| named(text)).map(|(_, below)| below)
        }
    };
    below.is_some_and(|below| below.as_object().is_some_and(serde_json::Map::is_empty) || holds(below, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::ApiType;
    use crate::radius::world::object;
    use serde_json::json;

    fn change(path: FieldPath) -> FieldChange {
        FieldChange { path, before: Some(json!(1)), after: Some(json!(2)) }
    }

    fn said(entries: Value, changes: &[FieldChange]) -> Vec<String> {
        let live = object(&ApiType::deployments(), "web", json!({"metadata": {"managedFields": entries}}));
        let target = ObjectRef {
            api: ApiType::deployments(),
            namespace: Some("shop".parse().unwrap()),
            name: "web".parse().unwrap(),
        };
        let mut reach = Reach::default();
        of(&target, &live, changes, &mut reach);
        reach.sentences.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn who_applies_a_changed_field_is_named_and_who_only_updated_it_is_not() {
        let fields = json!({"f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {
            "k:{\"name\":\"web\"}": {".": {}, "f:image": {}}}}}}});
        let entry =
            |manager: &str, operation: &str| json!({"manager": manager, "operation": operation, "fieldsV1": fields});
        let entries =
            json!([entry("argocd-controller", "Apply"), entry("kubectl-edit", "Update"), entry("kubechat", "Apply")]);
        let replicas = change(FieldPath::of(&["spec", "replicas"]));
        let image =
            change(FieldPath::of(&["spec", "template", "spec", "containers"]).item("name", "web").field("image"));
        let other =
            change(FieldPath::of(&["spec", "template", "spec", "containers"]).item("name", "mesh").field("image"));
        let sentence = "argocd-controller applies spec.replicas and 1 more of Deployment shop/web too, \
                        and puts it back when it applies again";
        assert_eq!(said(entries.clone(), &[replicas, image]), [sentence]);
        assert_eq!(said(entries.clone(), &[other]), [""; 0]);
        assert_eq!(said(json!("none"), &[change(FieldPath::of(&["spec"]))]), [""; 0]);
        assert_eq!(said(entries, &[change(FieldPath::of(&["spec"]))]).len(), 1, "what is below goes with it");
    }
}
