//! Fixes that follow from the facts alone, beyond going back to an earlier image.
//!
//! Each is an operation a person could have typed: it corrects a slip that has exactly one candidate, goes back to a
//! revision whose pods still serve, or adds room. None takes a guard away, opens anything, or deletes. Where a second
//! reading is possible there is no fix, only advice. A fix is planned, judged and approved like any other.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::inventory::{Inventory, revision};
use crate::names::KindWord;
use crate::object::{ApiType, ObjectRef, at, integer, items, namespace, text};
use crate::operation::patch::{Patch, PatchType};
use crate::operation::rollout_undo::RolloutUndo;
use crate::operation::scale::Scale;
use crate::operation::set_resources::SetResources;
use crate::operation::{Operation, Target, rolls};
use crate::quantity::milli;

/// The most memory a fix raises a limit to, bytes: beyond it somebody should look first.
const MEMORY_LIMIT_MAX: i128 = 16 << 30;
const MIB: i128 = 1 << 20;
/// How far a name may be off, in characters, to be taken for a slip.
const SLIP_MAX: usize = 2;

/// The one name that differs from the wanted one only by a slip.
pub(super) fn slip<'a>(wanted: &str, found: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = SLIP_MAX.min(wanted.len() / 3);
    let mut near = found.filter(|found| *found != wanted && crate::resolve::distance(wanted, found) <= most);
    near.next().filter(|_| near.next().is_none())
}

fn target(object: &ObjectRef) -> Option<Target> {
    let kind = KindWord::parse(&object.api.kind).ok()?;
    Some(Target { kind, namespace: object.namespace.clone(), name: object.name.clone() })
}

/// The variables of a workload that ask for a key which was misspelt, pointed at the one that was meant. Only where nothing
/// but variables asks for it.
pub(super) fn key(root: &ObjectRef, content: &Value, asked: &ObjectRef, key: &str, meant: &str) -> Option<Operation> {
    let field = if asked.api.kind == "Secret" { "secretKeyRef" } else { "configMapKeyRef" };
    let spec = at(content, "/spec/template/spec").filter(|_| rolls(&root.api))?;
    let asks = |from: &Value| text(from, "/name") == asked.name.as_str() && text(from, "/key") == key;
    let (mut patch, mut found) = (Map::new(), false);
    for list in ["initContainers", "containers"] {
        let mut containers = Vec::new();
        for container in items(spec, &format!("/{list}")) {
            let wrong =
                items(container, "/env").iter().filter(|one| at(one, &format!("/valueFrom/{field}")).is_some_and(asks));
            let env: Vec<Value> =
                wrong.map(|one| json!({"name": text(one, "/name"), "valueFrom": {field: {"key": meant}}})).collect();
            if !env.is_empty() {
                containers.push(json!({"name": text(container, "/name"), "env": env}));
            }
        }
        if !containers.is_empty() {
            found = true;
            patch.insert(list.to_owned(), Value::Array(containers));
        }
    }
    let by_file = items(spec, "/volumes").iter().any(|volume| volume.to_string().contains(&format!("\"key\":{key:?}")));
    if !found || by_file {
        return None;
    }
    let patch = json!({"spec": {"template": {"spec": patch}}});
    Some(Operation::Patch(Patch { target: target(root)?, kind: PatchType::Strategic, patch }))
}

/// Values of one object, each replaced where it is still the one that was read: pointer, what stands there, what was meant.
pub(super) fn replaced(object: &ObjectRef, values: &[(String, Value, Value)]) -> Option<Operation> {
    if values.is_empty() {
        return None;
    }
    let operations: Vec<Value> = values
        .iter()
        .flat_map(|(path, was, meant)| {
            [json!({"op": "test", "path": path, "value": was}), json!({"op": "replace", "path": path, "value": meant})]
        })
        .collect();
    Some(Operation::Patch(Patch { target: target(object)?, kind: PatchType::Json, patch: Value::Array(operations) }))
}

/// Back to the newest earlier revision of a Deployment that still serves, and which that is.
pub(super) fn rollout_undo(
    object: &ObjectRef,
    deployment: &Value,
    inventory: &Inventory<'_>,
) -> Option<(Operation, i64)> {
    let ready = |set: &Value| integer(set, "/status/readyReplicas").unwrap_or_default();
    let history = inventory.history(deployment);
    let (current, earlier) = history.split_first()?;
    let paused = at(deployment, "/spec/paused") == Some(&Value::Bool(true));
    let serves = earlier.iter().find(|set| ready(set) > 0).filter(|_| ready(current) == 0 && !paused)?;
    let number = revision(serves);
    Some((Operation::RolloutUndo(RolloutUndo { target: target(object)?, revision: Some(number) }), number))
}

/// Twice the memory limit of a container that was killed at it, and that limit in words. Not beyond [`MEMORY_LIMIT_MAX`], and
/// not where the template no longer has the limit that was met.
pub(super) fn more_memory(
    root: &ObjectRef,
    content: &Value,
    container: &str,
    met: &str,
) -> Option<(Operation, String)> {
    let containers = items(content, "/spec/template/spec/containers");
    let own = containers.iter().find(|one| text(one, "/name") == container).filter(|_| rolls(&root.api))?;
    if text(own, "/resources/limits/memory") != met {
        return None;
    }
    let doubled = milli(met)?.checked_mul(2)? / 1_000;
    if !(MIB..=MEMORY_LIMIT_MAX).contains(&doubled) {
        return None;
    }
    let wanted = format!("{}Mi", doubled / MIB);
    let limits = BTreeMap::from([("memory".to_owned(), Some(wanted.clone()))]);
    let container = Some(container.to_owned());
    let fix = SetResources { target: target(root)?, container, requests: BTreeMap::new(), limits };
    Some((Operation::SetResources(fix), wanted))
}

/// What autoscalers have the say over: namespace, kind and name.
pub(super) type Scaled<'a> = HashSet<(&'a str, &'a str, &'a str)>;

/// The targets of all autoscalers, gathered once.
pub(super) fn scaled<'a>(inventory: &Inventory<'a>) -> Scaled<'a> {
    let target = |scaler: &&'a Value| {
        (namespace(scaler), text(scaler, "/spec/scaleTargetRef/kind"), text(scaler, "/spec/scaleTargetRef/name"))
    };
    inventory.items(&ApiType::autoscalers()).iter().map(target).collect()
}

/// Whether a budget wants every pod there is, by number: then one more is room.
pub(super) fn wants_all(budget: &Value) -> bool {
    integer(budget, "/spec/minAvailable").is_some_and(|least| Some(least) == integer(budget, "/status/expectedPods"))
}

/// One pod more for the only workload under a budget that wants all of its pods. Not where an autoscaler has the say.
pub(super) fn one_more(
    budget: &Value,
    roots: &[ObjectRef],
    scaled: &Scaled<'_>,
    inventory: &Inventory<'_>,
) -> Option<Operation> {
    let [root] = roots else { return None };
    let (place, kind, name) = (namespace(budget), root.api.kind.as_str(), root.name.as_str());
    let scales = root.api.is("apps", "Deployment") || root.api.is("apps", "StatefulSet");
    let (_, workload) = inventory.workload(kind, place, name)?;
    let replicas = integer(workload, "/spec/replicas").unwrap_or(1);
    let alone = inventory.sees(&ApiType::autoscalers(), place) && !scaled.contains(&(place, kind, name));
    if !wants_all(budget) || !scales || Some(replicas) != integer(budget, "/status/expectedPods") || !alone {
        return None;
    }
    let replicas = u32::try_from(replicas + 1).ok()?;
    Some(Operation::Scale(Scale { target: target(root)?, replicas }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{Namespace, ObjectName};

    fn object(api: ApiType, name: &str) -> ObjectRef {
        let namespace = Some(Namespace::parse("shop").unwrap());
        ObjectRef { api, namespace, name: ObjectName::parse(name).unwrap() }
    }

    fn web() -> ObjectRef {
        object(ApiType::deployments(), "web")
    }

    fn workload(container: Value, volumes: Value) -> Value {
        json!({"spec": {"template": {"spec": {"containers": [container], "volumes": volumes}}}})
    }

    #[test]
    fn a_slip_has_exactly_one_candidate() {
        let names = |all: &'static [&'static str]| all.iter().copied();
        assert_eq!(slip("storefrnt", names(&["storefront", "basket"])), Some("storefront"));
        assert_eq!(slip("worker-1", names(&["worker-2", "worker-3"])), None, "either may have been meant");
        assert_eq!(slip("db", names(&["dc"])), None, "too short to tell");
    }

    #[test]
    fn a_key_is_corrected_in_the_variables_that_ask_for_it_and_nowhere_else() {
        let settings = object(ApiType::config_maps(), "settings");
        let asks = |name: &str, key: &str| json!({"name": name, "valueFrom": {"configMapKeyRef": {"name": "settings", "key": key}}});
        let container =
            json!({"name": "app", "env": [asks("A", "levle"), asks("B", "level"), {"name": "C", "value": "levle"}]});
        let fix = key(&web(), &workload(container.clone(), json!([])), &settings, "levle", "level").unwrap();
        let Operation::Patch(fix) = fix else { panic!("{fix:?}") };
        let env = json!([{"name": "A", "valueFrom": {"configMapKeyRef": {"key": "level"}}}]);
        assert_eq!(fix.patch, json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "env": env}]}}}}));
        let by_file =
            json!([{"name": "v", "configMap": {"name": "settings", "items": [{"key": "levle", "path": "x"}]}}]);
        assert_eq!(
            key(&web(), &workload(container.clone(), by_file), &settings, "levle", "level"),
            None,
            "a file asks too"
        );
        let pod = object(ApiType::pods(), "web");
        assert_eq!(
            key(&pod, &workload(container, json!([])), &settings, "levle", "level"),
            None,
            "a pod can't be changed"
        );
    }

    #[test]
    fn memory_is_doubled_where_the_limit_that_was_met_still_stands_and_up_to_a_limit() {
        let limited =
            |memory: &str| workload(json!({"name": "app", "resources": {"limits": {"memory": memory}}}), json!([]));
        let wanted =
            |stands: &str, met: &str| more_memory(&web(), &limited(stands), "app", met).map(|(_, wanted)| wanted);
        assert_eq!(wanted("64Mi", "64Mi").as_deref(), Some("128Mi"));
        assert_eq!(wanted("1G", "1G").as_deref(), Some("1907Mi"));
        assert_eq!(wanted("128Mi", "64Mi"), None, "somebody raised it already");
        assert_eq!(wanted("12Gi", "12Gi"), None, "beyond MEMORY_LIMIT_MAX somebody should look first");
        assert_eq!(wanted("", ""), None, "without a limit the node ran out");
    }

    #[test]
    fn a_value_is_replaced_only_where_it_is_still_the_one_that_was_read() {
        let ingress = object(ApiType::ingresses(), "shop");
        let Some(Operation::Patch(fix)) = replaced(&ingress, &[("/spec/a".to_owned(), json!("x"), json!("y"))]) else {
            panic!("a patch")
        };
        assert_eq!(fix.patch[0], json!({"op": "test", "path": "/spec/a", "value": "x"}));
        assert_eq!(fix.patch[1], json!({"op": "replace", "path": "/spec/a", "value": "y"}));
        assert_eq!(replaced(&ingress, &[]), None);
    }
}
