//! Pod specifications inside any object: what they get of their node, what they leave unsaid, and what they run.
//!
//! A specification is recognised by its shape (a map with a list `containers`), so templates of custom kinds count too.
//! Everything here compares before with after: what was there already is not this change's doing.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::limits::JSON_DEPTH_MAX;
use crate::object::{items, text};
use crate::operation::set_image::split_image;

/// Most specifications looked at in one object; no kind we know has more than one.
const SPECS_MAX: usize = 16;
/// The lists a container stands in.
pub(super) const CONTAINER_LISTS: [&str; 3] = ["/containers", "/initContainers", "/ephemeralContainers"];
/// Capabilities a container runtime gives anyway, so adding them gives nothing (the baseline of the Pod Security
/// Standards).
const ORDINARY_CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// Pod fields that say where and how long a pod runs, never what it does.
const PLACING: [&str; 7] = [
    "nodeSelector",
    "tolerations",
    "affinity",
    "topologySpreadConstraints",
    "priorityClassName",
    "terminationGracePeriodSeconds",
    "restartPolicy",
];

/// Every pod specification in an object.
pub(super) fn specs(object: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    collect(object, 0, &mut found);
    found
}

fn collect<'a>(value: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
    if depth > JSON_DEPTH_MAX || found.len() >= SPECS_MAX {
        return;
    }
    match value {
        Value::Object(map) if map.get("containers").is_some_and(is_containers) => found.push(value),
        Value::Object(map) => map.values().for_each(|below| collect(below, depth + 1, found)),
        Value::Array(list) => list.iter().for_each(|below| collect(below, depth + 1, found)),
        _ => {}
    }
}

fn is_containers(value: &Value) -> bool {
    // One is enough: an item without a name must not hide the others.
    value.as_array().is_some_and(|list| list.iter().any(|item| item.get("name").is_some()))
}

fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    CONTAINER_LISTS.iter().flat_map(|list| items(spec, list))
}

/// What pods get of their node, sorted.
pub(super) fn powers(object: &Value) -> BTreeSet<String> {
    let mut powers = BTreeSet::new();
    for spec in specs(object) {
        for (field, words) in
            [("hostNetwork", "host network"), ("hostPID", "host processes"), ("hostIPC", "host memory (IPC)")]
        {
            if spec.get(field).and_then(Value::as_bool) == Some(true) {
                powers.insert(words.to_owned());
            }
        }
        powers.extend(
            items(spec, "/volumes")
                .iter()
                .filter_map(|volume| volume.get("hostPath"))
                .map(|path| format!("host path {}", text(path, "/path"))),
        );
        containers(spec).for_each(|container| container_powers(container, &mut powers));
    }
    powers
}

/// What whoever binds a volume gets of its node.
pub(super) fn volume_powers(volume: &Value) -> BTreeSet<String> {
    let paths = ["/spec/hostPath/path", "/spec/local/path"].map(|pointer| text(volume, pointer));
    paths.into_iter().filter(|path| !path.is_empty()).map(|path| format!("host path {path}")).collect()
}

fn container_powers(container: &Value, powers: &mut BTreeSet<String>) {
    let name = text(container, "/name");
    let is = |pointer: &str| container.pointer(pointer).and_then(Value::as_bool) == Some(true);
    if is("/securityContext/privileged") || is("/securityContext/windowsOptions/hostProcess") {
        powers.insert(format!("privileged container {name}"));
    }
    for capability in items(container, "/securityContext/capabilities/add").iter().filter_map(Value::as_str) {
        let plain = capability.trim_start_matches("CAP_").to_uppercase();
        if !ORDINARY_CAPABILITIES.contains(&plain.as_str()) {
            powers.insert(format!("capability {plain} in container {name}"));
        }
    }
}

/// Containers that leave their share unsaid: no request for CPU or memory, or no memory limit. A limit is a request too.
pub(super) fn unsized_containers(object: &Value) -> BTreeSet<String> {
    let says = |container: &Value, resource: &str, limit_only: bool| {
        let at = |kind: &str| container.get("resources").and_then(|r| r.get(kind)).and_then(|r| r.get(resource));
        at("limits").is_some() || (!limit_only && at("requests").is_some())
    };
    let lacks = |container: &&Value| {
        !says(container, "cpu", false) || !says(container, "memory", false) || !says(container, "memory", true)
    };
    let plain = |spec| items(spec, "/containers").iter().filter(lacks).map(|c| text(c, "/name").to_owned());
    specs(object).into_iter().flat_map(plain).collect()
}

/// What pods run and with what at hand: the specification without places, sizes and versions. Two that are equal here do
/// the same work, as far as their own image repositories keep their word.
pub(super) fn work(object: &Value) -> Vec<Value> {
    specs(object).into_iter().map(stripped).collect()
}

fn stripped(spec: &Value) -> Value {
    let mut spec = spec.clone();
    let Some(map) = spec.as_object_mut() else { return spec };
    for field in PLACING {
        map.remove(field);
    }
    for list in CONTAINER_LISTS {
        let containers = map.get_mut(&list[1..]).and_then(Value::as_array_mut);
        containers.into_iter().flatten().for_each(strip_container);
    }
    spec
}

fn strip_container(container: &mut Value) {
    let repository = split_image(text(container, "/image")).0.to_owned();
    let Some(map) = container.as_object_mut() else { return };
    map.insert("image".to_owned(), json!(repository));
    for field in ["resources", "imagePullPolicy", "resizePolicy"] {
        map.remove(field);
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        // A probe that runs a command is work; one that only asks a port is not.
        if map.get(probe).is_some_and(|probe| probe.get("exec").is_none()) {
            map.remove(probe);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(spec: Value) -> Value {
        json!({"kind": "Rollout", "spec": {"template": {"spec": spec}}})
    }

    #[test]
    fn each_power_over_the_node_is_named_and_ordinary_ones_are_not() {
        let spec = json!({"hostNetwork": true, "hostPID": false, "volumes": [{"name": "v", "hostPath": {"path": "/var/run"}}, {"name": "w", "emptyDir": {}}],
            "containers": [{"name": "a", "securityContext": {"privileged": true}}],
            "initContainers": [{"name": "b", "securityContext": {"capabilities": {"add": ["NET_ADMIN", "NET_BIND_SERVICE", "CAP_CHOWN"]}}}]});
        let powers: Vec<_> = powers(&of(spec)).into_iter().collect();
        assert_eq!(
            powers,
            ["capability NET_ADMIN in container b", "host network", "host path /var/run", "privileged container a"]
        );
        assert!(
            super::powers(&of(json!({"containers": [{"name": "a", "securityContext": {"privileged": false}}]})))
                .is_empty()
        );
    }

    #[test]
    fn an_item_without_a_name_hides_no_container() {
        let privileged = json!({"name": "a", "securityContext": {"privileged": true}});
        let powers = powers(&of(json!({"containers": [{"image": "x"}, privileged]})));
        assert_eq!(powers.into_iter().collect::<Vec<_>>(), ["privileged container a"]);
    }

    #[test]
    fn a_container_says_its_share_by_requests_and_a_memory_limit() {
        let with = |resources: Value| of(json!({"containers": [{"name": "a", "resources": resources}]}));
        let full = json!({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}});
        assert!(unsized_containers(&with(full)).is_empty());
        assert!(unsized_containers(&with(json!({"limits": {"cpu": "1", "memory": "1Gi"}}))).is_empty());
        for less in
            [json!({}), json!({"requests": {"cpu": "1", "memory": "1Gi"}}), json!({"limits": {"memory": "1Gi"}})]
        {
            assert_eq!(unsized_containers(&with(less.clone())).len(), 1, "{less}");
        }
    }

    #[test]
    fn another_version_size_or_place_is_the_same_work_and_another_command_is_not() {
        let spec =
            json!({"containers": [{"name": "a", "image": "r/a:1", "readinessProbe": {"httpGet": {"port": 80}}}]});
        let same = json!({"nodeSelector": {"x": "y"}, "containers": [{"name": "a", "image": "r/a:2", "resources": {"limits": {}}}]});
        assert_eq!(work(&of(spec.clone())), work(&of(same)));
        for other in [
            json!({"containers": [{"name": "a", "image": "evil/a:1"}]}),
            json!({"containers": [{"name": "a", "image": "r/a:1", "command": ["env"]}]}),
            json!({"containers": [{"name": "a", "image": "r/a:1", "livenessProbe": {"exec": {"command": ["env"]}}}]}),
            json!({"containers": [{"name": "a", "image": "r/a:1", "env": [{"name": "LD_PRELOAD", "value": "/x"}]}]}),
        ] {
            assert_ne!(work(&of(spec.clone())), work(&of(other)));
        }
    }
}
