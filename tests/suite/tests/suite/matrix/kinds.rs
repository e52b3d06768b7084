//! A row for each further kind that lives in a namespace: what is true of Deployments and ConfigMaps is not taken on trust
//! of the others.

use kubechat_harness::User;
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use super::{After, Row, Undo};

/// One of each kind, beside the usual shop.
pub(super) async fn stage(world: &World) -> Tested {
    let container = |name: &str| json!([{"name": "app", "image": format!("registry.example/{name}:1"), "env": [{"name": "A", "value": "1"}]}]);
    let template = |name: &str| json!({"metadata": {"labels": {"app": name}}, "spec": {"containers": container(name)}});
    let workload = |kind: &str, name: &str, more: Value| {
        let mut spec = json!({"selector": {"matchLabels": {"app": name}}, "template": template(name)});
        spec.as_object_mut().into_iter().for_each(|spec| spec.extend(more.as_object().cloned().unwrap_or_default()));
        json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec})
    };
    let stuck = json!({"metadata": {"annotations": {"kubechat.dev/fault": "not-ready"}},
        "spec": {"restartPolicy": "Never", "containers": container("import")}});
    let backend = json!({"service": {"name": "web", "port": {"number": 80}}});
    let claim = json!({"accessModes": ["ReadWriteOnce"], "storageClassName": "none", "resources": {"requests": {"storage": "1Gi"}}});
    let rules = json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]);
    let subject = json!([{"kind": "ServiceAccount", "name": "default", "namespace": world.namespace.name()}]);
    let of = |api: &str, kind: &str, name: &str, spec: Value| json!({"apiVersion": api, "kind": kind, "metadata": {"name": name}, "spec": spec});
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        workload("StatefulSet", "db", json!({"replicas": 1, "serviceName": "db"})),
        workload("DaemonSet", "agent", json!({})),
        workload("ReplicaSet", "old", json!({"replicas": 1})),
        of("batch/v1", "Job", "import", json!({"template": stuck})),
        of("networking.k8s.io/v1", "Ingress", "shop", json!({"defaultBackend": backend})),
        of("networking.k8s.io/v1", "NetworkPolicy", "quiet", json!({"podSelector": {"matchLabels": {"app": "quiet"}}})),
        of("policy/v1", "PodDisruptionBudget", "web", json!({"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}})),
        of("v1", "PersistentVolumeClaim", "data", claim),
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "data": {"token": "b25l"}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader"}, "rules": rules},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}, "subjects": subject},
    ]});
    world.namespace.kubectl(User::Admin).run_with(&["create", "-f", "-"], &objects.to_string()).await?;
    super::cells::kubectl(world, "rollout status statefulset/db --timeout=60s").await?;
    super::cells::kubectl(world, "rollout status daemonset/agent --timeout=60s").await?;
    Ok(())
}

/// A merge patch of one value: `there` is what somebody else makes of it.
fn patched(
    kind: &str,
    name: &str,
    right: &'static str,
    [shows, pointer]: [&'static str; 2],
    [ours, there, back]: [Value; 3],
) -> Row {
    let object = format!("{kind}/{name}");
    let line = |patch: &Value| format!("patch {object} --type=merge -p {patch}");
    let value = ours.pointer(pointer).cloned().unwrap_or_default();
    Row {
        operation: json!({"op": "patch", "target": {"kind": kind, "name": name}, "type": "merge", "patch": ours}),
        by: User::Editor,
        prepare: Vec::new(),
        says: "patch ",
        shows,
        right,
        drift: (line(&there), line(&back)),
        after: After::Has(object, pointer, value),
        undo: Undo::Back,
    }
}

fn workload(kind: &str, name: &str, right: &'static str) -> Row {
    let env = |value: &str| format!("set env {kind}/{name} A={value}");
    Row {
        operation: json!({"op": "set-env", "target": {"kind": kind, "name": name}, "set": {"A": "2"}}),
        by: User::Editor,
        prepare: Vec::new(),
        says: "set variable A",
        shows: "[name=A].value",
        right,
        drift: (env("9"), env("1")),
        after: After::Has(format!("{kind}/{name}"), "/spec/template/spec/containers/0/env/0/value", json!("2")),
        undo: Undo::Back,
    }
}

fn others() -> Vec<Row> {
    let scaled = |replicas: u32| format!("scale replicaset/old --replicas={replicas}");
    let held = |on: bool| format!("patch job/import --type=merge -p {{\"spec\":{{\"suspend\":{on}}}}}");
    let label = |value: &str| format!("label persistentvolumeclaim/data tier{value}");
    vec![
        Row {
            operation: json!({"op": "scale", "target": {"kind": "replicaset", "name": "old"}, "replicas": 2}),
            says: "to 2",
            shows: "spec.replicas",
            drift: (scaled(3), scaled(1)),
            after: After::Has("replicaset/old".to_owned(), "/spec/replicas", json!(2)),
            ..workload("replicaset", "old", "patch replicasets.apps")
        },
        Row {
            operation: json!({"op": "suspend", "target": {"kind": "job", "name": "import"}}),
            says: "suspend job",
            shows: "spec.suspend",
            drift: (held(true), held(false)),
            after: After::Has("job/import".to_owned(), "/spec/suspend", json!(true)),
            ..workload("job", "import", "patch jobs.batch")
        },
        Row {
            operation: json!({"op": "label", "target": {"kind": "persistentvolumeclaim", "name": "data"}, "set": {"tier": "front"}}),
            says: "set label tier",
            shows: "metadata.labels",
            drift: (label("=back"), label("-")),
            after: After::Has("persistentvolumeclaim/data".to_owned(), "/metadata/labels/tier", json!("front")),
            ..workload("persistentvolumeclaim", "data", "patch persistentvolumeclaims")
        },
    ]
}

fn rights() -> Vec<Row> {
    let rules = |verb: &str| json!({"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}]});
    let subjects =
        |name: &str| json!({"subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": name}]});
    let account = json!({"subjects": [{"kind": "ServiceAccount", "name": "default"}]});
    let role = patched(
        "role",
        "reader",
        "get roles.rbac.authorization.k8s.io",
        ["rules", "/rules"],
        [rules("list"), rules("watch"), rules("get")],
    );
    let binding = patched(
        "rolebinding",
        "reader",
        "get rolebindings.rbac.authorization.k8s.io",
        ["subjects", "/subjects"],
        [subjects("mira"), subjects("ben"), account],
    );
    [role, binding].map(|row| Row { by: User::Admin, ..row }).into()
}

pub(super) fn rows() -> Vec<Row> {
    let traffic = |to: &str| json!({"spec": {"internalTrafficPolicy": to}});
    let class = |name: Value| json!({"spec": {"ingressClassName": name}});
    let least = |count: u32| json!({"spec": {"minAvailable": count}});
    let picks = |app: &str| json!({"spec": {"podSelector": {"matchLabels": {"app": app}}}});
    let token = |value: &str| json!({"data": {"token": value}});
    let mut rows = vec![
        workload("statefulset", "db", "patch statefulsets.apps"),
        workload("daemonset", "agent", "patch daemonsets.apps"),
        patched(
            "service",
            "web",
            "patch services",
            ["spec.internalTrafficPolicy", "/spec/internalTrafficPolicy"],
            ["Local", "Local", "Cluster"].map(traffic),
        ),
        patched(
            "ingress",
            "shop",
            "patch ingresses.networking.k8s.io",
            ["spec.ingressClassName", "/spec/ingressClassName"],
            [class(json!("fast")), class(json!("slow")), class(Value::Null)],
        ),
        patched(
            "pdb",
            "web",
            "patch poddisruptionbudgets.policy",
            ["spec.minAvailable", "/spec/minAvailable"],
            [2, 3, 1].map(least),
        ),
        patched(
            "networkpolicy",
            "quiet",
            "patch networkpolicies.networking.k8s.io",
            ["spec.podSelector.matchLabels.app", "/spec/podSelector/matchLabels/app"],
            ["still", "loud", "quiet"].map(picks),
        ),
        // The viewer may not even read a Secret; that right comes first.
        patched(
            "secret",
            "login",
            "get secrets",
            ["data.token", "/data/token"],
            ["dHdv", "bmluZQ==", "b25l"].map(token),
        ),
    ];
    rows.extend(others());
    rows.extend(rights());
    rows
}
