//! Which step has to wait for which: only what it needs, so that a failure stops what hangs on it and nothing else.
//!
//! Within one operation an eviction waits for what keeps new pods off its node, and an object for the earlier ones it lives
//! in, is defined by or names. The next operation on a cluster waits for the one before on that cluster: it was asked for
//! second. Clusters wait for each other only where an operation says `after`. An undo goes the same way backwards. Pure;
//! steps wait for earlier ones only, so the order of the list is always one that fits.

use serde_json::Value;

use super::Step;
use super::asked::Asked;
use crate::mutation::{Action, Mutation};
use crate::names::ClusterName;
use crate::object::ObjectRef;

/// A write when the order is made.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Which operation it comes from.
    pub operation: u32,
    /// Where it is sent.
    pub cluster: &'a ClusterName,
    /// The write.
    pub mutation: &'a Mutation,
}

/// For each write the earlier ones that must succeed first, sorted.
pub fn order(operations: &[Asked], writes: &[Placed<'_>]) -> Vec<Vec<u32>> {
    let mut needs: Vec<Vec<u32>> = Vec::new();
    for (at, one) in writes.iter().enumerate() {
        let own = writes[..at].iter().enumerate().filter(|(_, earlier)| earlier.operation == one.operation);
        let mut waits: Vec<u32> = own
            .filter(|(_, earlier)| hangs_on(one.mutation, earlier.mutation))
            .map(|(index, _)| number(index))
            .collect();
        for operation in before(operations, one) {
            waits.extend(last(&needs, writes, operation));
        }
        waits.sort_unstable();
        waits.dedup();
        needs.push(waits);
    }
    needs
}

/// The operations one of this place waits for: the former on its cluster, and those it was said to come after.
fn before(operations: &[Asked], one: &Placed<'_>) -> Vec<u32> {
    let own = one.operation as usize;
    let former = operations.iter().take(own).rposition(|asked| asked.cluster == *one.cluster).map(number);
    let said = operations.get(own).map(|asked| asked.after.as_slice()).unwrap_or_default();
    former.into_iter().chain(said.iter().copied()).collect()
}

/// The writes of an operation that no other of it waits for: once they succeeded, all of it has.
fn last(needs: &[Vec<u32>], writes: &[Placed<'_>], operation: u32) -> Vec<u32> {
    let of_it = |index: &u32| writes.get(*index as usize).is_some_and(|one| one.operation == operation);
    let all: Vec<u32> = (0..number(needs.len())).filter(of_it).collect();
    let awaited = |index: &u32| all.iter().any(|other| needs[*other as usize].contains(index));
    all.iter().copied().filter(|index| !awaited(index)).collect()
}

/// For each step that is taken back, named in the order of taking back, the places in that order that come first: whatever
/// waited for a step, however far, is taken back before it.
pub fn backwards(steps: &[Step], back: &[u32]) -> Vec<Vec<u32>> {
    let waited: Vec<Vec<u32>> = steps.iter().map(|step| all_before(steps, step)).collect();
    let waits_for = |later: u32, earlier: u32| waited.get(later as usize).is_some_and(|all| all.contains(&earlier));
    let places = |at: usize, earlier: u32| {
        let former = back[..at].iter().enumerate().filter(move |(_, later)| waits_for(**later, earlier));
        former.map(|(place, _)| number(place)).collect()
    };
    back.iter().enumerate().map(|(at, earlier)| places(at, *earlier)).collect()
}

/// Everything a step waits for, also by way of others.
fn all_before(steps: &[Step], step: &Step) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    let mut open = step.depends_on.clone();
    while let Some(next) = open.pop() {
        if !found.contains(&next) {
            found.push(next);
            open.extend(steps.get(next as usize).into_iter().flat_map(|step| step.depends_on.iter().copied()));
        }
    }
    found
}

/// Whether a write can't be done before an earlier one of the same operation.
fn hangs_on(one: &Mutation, earlier: &Mutation) -> bool {
    if one.action == Action::Evict {
        return earlier.action != Action::Evict;
    }
    let made = &earlier.target;
    let same_place = made.namespace.is_none() || made.namespace == one.target.namespace;
    lives_in(&one.target, made)
        || is_defined_by(&one.target, made)
        || (same_place && body(one).is_some_and(|body| names(body, "", made)))
}

/// Whether an object lives in this namespace.
pub fn lives_in(target: &ObjectRef, made: &ObjectRef) -> bool {
    made.api.is("", "Namespace") && target.namespace.as_ref().is_some_and(|own| own.as_str() == made.name.as_str())
}

fn is_defined_by(target: &ObjectRef, made: &ObjectRef) -> bool {
    made.api.is("apiextensions.k8s.io", "CustomResourceDefinition")
        && made.name.as_str() == format!("{}.{}", target.api.plural, target.api.group)
}

fn body(mutation: &Mutation) -> Option<&Value> {
    match &mutation.action {
        Action::Create { body } | Action::Apply { body } => Some(body),
        _ => None,
    }
}

/// Whether some part of an object names another: by kind and name, or in a field that only ever names that kind.
fn names(value: &Value, under: &str, made: &ObjectRef) -> bool {
    let is = |value: Option<&Value>, text: &str| value.and_then(Value::as_str) == Some(text);
    match value {
        Value::Object(map) => {
            let by_kind = is(map.get("kind"), &made.api.kind) && is(map.get("name"), made.name.as_str());
            by_kind
                || map.iter().any(|(key, value)| match value {
                    Value::String(text) => text == made.name.as_str() && refers(&made.api.kind, under, key),
                    other => names(other, key, made),
                })
        }
        Value::Array(items) => items.iter().any(|item| names(item, under, made)),
        _ => false,
    }
}

/// Whether a field, in what it stands, holds the name of an object of this kind.
fn refers(kind: &str, under: &str, key: &str) -> bool {
    match kind {
        "ConfigMap" => key == "name" && matches!(under, "configMap" | "configMapRef" | "configMapKeyRef"),
        "Secret" => {
            let by_name = matches!(under, "secret" | "secretRef" | "secretKeyRef" | "imagePullSecrets");
            key == "secretName" || (key == "name" && by_name)
        }
        "PersistentVolumeClaim" => key == "claimName",
        "ServiceAccount" => key == "serviceAccountName",
        "Service" => key == "serviceName" || (key == "name" && under == "service"),
        "StorageClass" => key == "storageClassName",
        "PriorityClass" => key == "priorityClassName",
        "PersistentVolume" => key == "volumeName",
        _ => false,
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::object::ApiType;
    use crate::operation::Operation;
    use serde_json::json;

    fn asked(cluster: &str, after: &[u32]) -> Asked {
        let operation: Operation =
            serde_json::from_value(json!({"op": "restart", "target": {"kind": "deployment", "name": "web"}})).unwrap();
        Asked { cluster: cluster.parse().unwrap(), operation, after: after.to_vec() }
    }

    fn object(api: ApiType, namespace: Option<&str>, name: &str, action: Action) -> Mutation {
        let namespace = namespace.map(|name| name.parse().unwrap());
        Mutation { target: ObjectRef { api, namespace, name: name.parse().unwrap() }, action, touches: vec![] }
    }

    fn make(api: ApiType, name: &str, spec: Value) -> Mutation {
        object(api, Some("shop"), name, Action::Apply { body: json!({"metadata": {"name": name}, "spec": spec}) })
    }

    fn patch(name: &str) -> Mutation {
        object(ApiType::deployments(), Some("shop"), name, Action::MergePatch { body: json!({}) })
    }

    fn ordered(operations: &[Asked], writes: &[(u32, Mutation)]) -> Vec<Vec<u32>> {
        let placed: Vec<_> = writes
            .iter()
            .map(|(operation, mutation)| Placed {
                operation: *operation,
                cluster: &operations[*operation as usize].cluster,
                mutation,
            })
            .collect();
        order(operations, &placed)
    }

    #[test]
    fn an_eviction_waits_for_the_cordon_and_for_no_other_eviction() {
        let evict = |name| (0, object(ApiType::pods(), Some("shop"), name, Action::Evict));
        let cordon = (0, object(ApiType::nodes(), None, "n1", Action::MergePatch { body: json!({}) }));
        let writes = [cordon, evict("a"), evict("b"), evict("c")];
        assert_eq!(ordered(&[asked("eu", &[])], &writes), [vec![], vec![0], vec![0], vec![0]]);
    }

    #[test]
    fn the_next_operation_on_a_cluster_waits_for_all_of_the_former_and_other_clusters_do_not() {
        let operations = [asked("eu", &[]), asked("us", &[]), asked("eu", &[])];
        let writes = [(0, patch("a")), (0, patch("b")), (1, patch("a")), (2, patch("c"))];
        assert_eq!(ordered(&operations, &writes), [vec![], vec![], vec![], vec![0, 1]]);
    }

    #[test]
    fn a_cluster_waits_for_another_where_that_was_said() {
        let operations = [asked("eu", &[]), asked("us", &[0])];
        assert_eq!(ordered(&operations, &[(0, patch("a")), (0, patch("b")), (1, patch("a"))])[2], [0, 1]);
    }

    #[test]
    fn an_object_waits_for_what_it_lives_in_and_names_and_for_nothing_else() {
        let namespace = object(ApiType::namespaces(), None, "shop", Action::Apply { body: json!({}) });
        let core = |kind: &str, plural: &str| ApiType { kind: kind.into(), plural: plural.into(), ..ApiType::pods() };
        let config = make(core("ConfigMap", "configmaps"), "settings", json!({}));
        let other = make(core("ConfigMap", "configmaps"), "other", json!({}));
        let pod = json!({"template": {"spec": {"volumes": [{"name": "v", "configMap": {"name": "settings"}}]}}});
        let web = make(ApiType::deployments(), "web", pod);
        let target = json!({"scaleTargetRef": {"kind": "Deployment", "name": "web"}});
        let scaler = make(core("HorizontalPodAutoscaler", "horizontalpodautoscalers"), "web", target);
        let writes = [namespace, config, other, web, scaler].map(|mutation| (0, mutation));
        assert_eq!(ordered(&[asked("eu", &[])], &writes), [vec![], vec![0], vec![0], vec![0, 1], vec![0, 3]]);
    }

    #[test]
    fn an_undo_goes_backwards_also_past_what_is_not_taken_back() {
        let mut steps: Vec<Step> = Vec::new();
        // A cordon, two evictions that wait for it, a change that waits for both, and one on another cluster.
        for (index, depends_on) in [vec![], vec![0], vec![0], vec![1, 2], vec![]].into_iter().enumerate() {
            let step = fixtures::scale_plan(crate::policy::Outcome::Pass).revision.steps.remove(0);
            steps.push(Step { index: number(index), depends_on, ..step });
        }
        assert_eq!(backwards(&steps, &[4, 3, 0]), [vec![], vec![], vec![1]], "the cordon comes back after the change");
    }
}
