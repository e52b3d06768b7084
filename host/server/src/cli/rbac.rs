//! The least rights a cluster has to give: reading what diagnoses look at, and in named namespaces what plans change.
//!
//! Secrets are not among them: their names and values are never needed to read. Dry-runs need the rights of the real write,
//! so plans that are only suggested need them as well.

use serde_json::{Value, json};

/// What is read, by API group.
const READ: [(&str, &[&str]); 10] = [
    (
        "",
        &[
            "namespaces",
            "nodes",
            "pods",
            "pods/log",
            "services",
            "endpoints",
            "events",
            "configmaps",
            "persistentvolumeclaims",
            "persistentvolumes",
            "resourcequotas",
            "limitranges",
            "serviceaccounts",
        ],
    ),
    ("apps", &["deployments", "statefulsets", "daemonsets", "replicasets", "controllerrevisions"]),
    ("batch", &["jobs", "cronjobs"]),
    ("autoscaling", &["horizontalpodautoscalers"]),
    ("policy", &["poddisruptionbudgets"]),
    ("networking.k8s.io", &["ingresses", "networkpolicies"]),
    ("discovery.k8s.io", &["endpointslices"]),
    ("storage.k8s.io", &["storageclasses"]),
    // Whether a Service's last endpoint is one that other namespaces' writes wait for.
    ("admissionregistration.k8s.io", &["validatingwebhookconfigurations", "mutatingwebhookconfigurations"]),
    ("apiregistration.k8s.io", &["apiservices"]),
];
/// What plans change, by API group.
const CHANGE: [(&str, &[&str]); 5] = [
    ("", &["services", "configmaps"]),
    ("apps", &["deployments", "statefulsets", "daemonsets", "deployments/scale", "statefulsets/scale"]),
    ("batch", &["jobs", "cronjobs"]),
    ("autoscaling", &["horizontalpodautoscalers"]),
    ("networking.k8s.io", &["ingresses"]),
];

/// The objects that give a user these rights; without namespaces nothing may be changed.
pub(super) fn least(user: &str, changes: bool, namespaces: &[&str]) -> Vec<Value> {
    let meta = |name: &str, namespace: Option<&str>| match namespace {
        Some(namespace) => json!({"name": name, "namespace": namespace}),
        None => json!({"name": name}),
    };
    let rules = |of: &[(&str, &[&str])], verbs: &[&str]| -> Vec<Value> {
        of.iter().map(|(group, all)| json!({"apiGroups": [group], "resources": all, "verbs": verbs})).collect()
    };
    let subjects = json!([{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]);
    let object = |kind: &str, metadata: Value, key: &str, content: Value| json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, key: content});
    let bound = |kind: &str, metadata: Value, role: &str, name: &str| {
        let mut binding = object(kind, metadata, "subjects", subjects.clone());
        binding["roleRef"] = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name});
        binding
    };
    let read = rules(&READ, &["get", "list", "watch"]);
    let mut all = vec![
        object("ClusterRole", meta("kubechat-read", None), "rules", json!(read)),
        bound("ClusterRoleBinding", meta("kubechat-read", None), "ClusterRole", "kubechat-read"),
    ];
    for namespace in namespaces.iter().filter(|_| changes) {
        let change = rules(&CHANGE, &["create", "patch", "delete"]);
        let place = || meta("kubechat-change", Some(namespace));
        all.push(object("Role", place(), "rules", json!(change)));
        all.push(bound("RoleBinding", place(), "Role", "kubechat-change"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_needs_neither_secrets_nor_a_write() {
        let text = json!(least("mira", false, &["shop"])).to_string();
        assert!(!text.contains("secrets") && !text.contains("patch") && !text.contains('*'), "{text}");
        assert_eq!(least("mira", false, &["shop"]).len(), 2, "the namespace is for changes, and there are none");
    }

    #[test]
    fn changes_are_allowed_in_the_named_namespaces_only() {
        let all = least("mira", true, &["shop", "web"]);
        let roles: Vec<_> = all.iter().filter(|one| one["kind"] == "Role").collect();
        assert_eq!(
            roles.iter().map(|role| role["metadata"]["namespace"].as_str().unwrap()).collect::<Vec<_>>(),
            ["shop", "web"]
        );
        let everywhere = all.iter().find(|one| one["kind"] == "ClusterRole").unwrap();
        assert!(!everywhere.to_string().contains("patch"));
        assert_eq!(least("mira", true, &[]).len(), 2);
    }
}
