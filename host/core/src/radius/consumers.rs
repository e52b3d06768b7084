//! Who uses a ConfigMap, Secret, claim or service account: workloads by their templates, and pods nobody owns.

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, count};
use crate::object::{ApiType, ObjectRef, items, text};

/// Counts the consumers of the target.
pub(super) fn of(target: &ObjectRef, look: &mut Look<'_>, reach: &mut Reach) {
    let (namespace, kind, name) = (target.namespace.as_ref(), target.api.kind.as_str(), target.name.as_str());
    let sources = [
        (ApiType::deployments(), "/spec/template/spec"),
        (ApiType::stateful_sets(), "/spec/template/spec"),
        (ApiType::daemon_sets(), "/spec/template/spec"),
        (ApiType::cron_jobs(), "/spec/jobTemplate/spec/template/spec"),
        (ApiType::pods(), "/spec"),
    ];
    let mut names = Vec::new();
    for (api, template) in sources {
        for object in look.list(api.clone(), namespace, None) {
            // A workload's template names a claim of its own; claims made from a template are named by its pods only.
            let owned = api.kind == "Pod" && !items(object, "/metadata/ownerReferences").is_empty();
            let counts = !owned || kind == "PersistentVolumeClaim";
            if counts && object.pointer(template).is_some_and(|pod| uses(pod, kind, name)) {
                names.push(format!("{} {}", api.kind, crate::object::name(object)));
                reach.touch(address(api.clone(), object), Why::Uses);
            }
        }
    }
    reach.consumers = names.len() as u64;
    if !names.is_empty() {
        let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
        let verb = if names.len() == 1 { "uses" } else { "use" };
        reach.say(Weight::Change, format!("{} {verb} {target}: {shown}{more}", count(reach.consumers, "consumer")));
    }
}

/// Whether a pod of this specification uses the named object.
pub(super) fn uses(pod: &Value, kind: &str, name: &str) -> bool {
    let named = |at: &Value, pointer: &str| text(at, pointer) == name;
    let (env, from, volume, source, field): (_, _, &[&str], _, _) = match kind {
        "ConfigMap" => {
            ("/valueFrom/configMapKeyRef/name", "/configMapRef/name", &["/configMap/name"][..], "/configMap/name", "")
        }
        "Secret" => {
            let volume = &["/secret/secretName", "/csi/nodePublishSecretRef/name"][..];
            ("/valueFrom/secretKeyRef/name", "/secretRef/name", volume, "/secret/name", "imagePullSecrets")
        }
        "PersistentVolumeClaim" => ("/-", "/-", &["/persistentVolumeClaim/claimName"][..], "/-", ""),
        _ => return kind == "ServiceAccount" && named(pod, "/serviceAccountName"),
    };
    let in_container = |container: &Value| {
        items(container, "/env").iter().any(|e| named(e, env))
            || items(container, "/envFrom").iter().any(|e| named(e, from))
    };
    let lists = ["/containers", "/initContainers", "/ephemeralContainers"];
    let by_volume = |v: &Value| {
        volume.iter().any(|pointer| named(v, pointer))
            || items(v, "/projected/sources").iter().any(|s| named(s, source))
    };
    lists.iter().any(|list| items(pod, list).iter().any(in_container))
        || items(pod, "/volumes").iter().any(by_volume)
        || (!field.is_empty() && items(pod, &format!("/{field}")).iter().any(|secret| named(secret, "/name")))
}
