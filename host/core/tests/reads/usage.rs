//! Questions over everything in a place: use of resources, images, rights, and lists in another order.

use kubechat_core::operation::{LowerError, Operation};
use kubechat_core::read::{Answer, Listing, Table};
use serde_json::{Value, json};

use crate::cluster::{Cluster, deployment, edit, pod};

fn read(cluster: &Cluster, operation: Value) -> Result<Answer, LowerError> {
    let operation: Operation = serde_json::from_value(operation).unwrap();
    cluster.read(&operation)
}

fn table(cluster: &Cluster, operation: Value) -> Table {
    match read(cluster, operation).unwrap() {
        Answer::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

fn listing(cluster: &Cluster, operation: Value) -> Listing {
    match read(cluster, operation).unwrap() {
        Answer::Listing(listing) => listing,
        other => panic!("{other:?}"),
    }
}

fn names(table: &Table) -> Vec<&str> {
    table.rows.iter().map(|row| row.object.name.as_str()).collect()
}

fn measured(namespace: &str, name: &str, cpu: &str, memory: &str) -> Value {
    let usage = |cpu: &str, memory: &str| json!({"name": "app", "usage": {"cpu": cpu, "memory": memory}});
    json!({"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics",
        "metadata": {"name": name, "namespace": namespace}, "containers": [usage(cpu, memory), usage("1m", "1Mi")]})
}

fn node_measured(name: &str, cpu: &str, memory: &str) -> [Value; 2] {
    [
        json!({"apiVersion": "metrics.k8s.io/v1beta1", "kind": "NodeMetrics", "metadata": {"name": name},
            "usage": {"cpu": cpu, "memory": memory}}),
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
            "status": {"allocatable": {"cpu": "2", "memory": "4Gi"}}}),
    ]
}

#[test]
fn the_pods_that_use_most_come_first_by_what_was_asked() {
    let cluster = Cluster::default().with([
        measured("shop", "web", "250000000n", "100Mi"),
        measured("shop", "db", "10m", "2Gi"),
        measured("pay", "api", "900m", "1Ki"),
    ]);
    let by = |sort: &str| table(&cluster, json!({"op": "top", "kind": "pods", "namespace": "shop", "sort": sort}));
    assert_eq!(names(&by("cpu")), ["web", "db"]);
    assert_eq!(names(&by("memory")), ["db", "web"]);
    assert_eq!(by("cpu").rows[0].cells, ["web", "251m", "101Mi"], "a pod is its containers together");
    let everywhere = table(&cluster, json!({"op": "top", "kind": "pods", "all_namespaces": true}));
    assert_eq!(everywhere.rows[0].cells, ["pay", "api", "901m", "1Mi"]);
}

#[test]
fn a_nodes_use_is_shown_with_its_share() {
    let cluster = Cluster::default().with(node_measured("node-1", "500m", "1Gi"));
    let found = table(&cluster, json!({"op": "top", "kind": "nodes"}));
    assert_eq!(found.rows[0].cells, ["node-1", "500m", "25%", "1024Mi", "25%"]);
}

#[test]
fn a_cluster_without_metrics_is_told_so_and_not_shown_as_idle() {
    let cluster = Cluster::default().with([pod("shop", "web", "web", None)]);
    let error = read(&cluster, json!({"op": "top", "kind": "pods", "namespace": "shop"})).unwrap_err();
    assert!(error.to_string().contains("metrics-server"), "{error}");
}

#[test]
fn an_image_is_told_once_with_its_pods_and_workloads() {
    let mut done = pod("shop", "migrate", "migrate", None);
    done["status"]["phase"] = json!("Succeeded");
    let cluster =
        Cluster::default().with(deployment("shop", "web", 3)).with(deployment("shop", "cart", 1)).with([done]);
    let found = listing(&cluster, json!({"op": "images", "namespace": "shop"}));
    assert_eq!(found.total, 2, "what ended runs no image");
    assert_eq!(found.rows[0], ["registry.example/shop/web:1.0.0", "3", "deployment/web"], "{:?}", found.rows);
}

#[test]
fn the_most_restarts_come_first_and_the_newest_by_age() {
    let restarted = |name: &str, count: i64, created: &str| {
        let mut pod = pod("shop", name, "web", None);
        pod["status"]["containerStatuses"][0]["restartCount"] = json!(count);
        pod["metadata"]["creationTimestamp"] = json!(created);
        pod
    };
    let cluster = Cluster::default().with([
        restarted("a", 1, "2026-11-23T09:00:00Z"),
        restarted("b", 7, "2026-11-23T08:00:00Z"),
        restarted("c", 3, "2026-11-23T11:00:00Z"),
    ]);
    let by = |sort: Value| table(&cluster, json!({"op": "list", "kind": "pod", "namespace": "shop", "sort": sort}));
    assert_eq!(names(&by(json!("restarts"))), ["b", "c", "a"]);
    assert_eq!(names(&by(json!("age"))), ["c", "a", "b"]);
    assert_eq!(names(&by(json!(null))), ["a", "b", "c"]);
}

fn role(kind: &str, namespace: &str, name: &str, rule: Value) -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": name, "namespace": namespace},
        "rules": [rule]})
}

fn binding(namespace: &str, name: &str, role: (&str, &str), subjects: &[(&str, &str)]) -> Value {
    let kind = if namespace.is_empty() { "ClusterRoleBinding" } else { "RoleBinding" };
    let subjects: Vec<_> = subjects.iter().map(|(kind, name)| json!({"kind": kind, "name": name})).collect();
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"kind": role.0, "name": role.1}, "subjects": subjects})
}

fn rights() -> Cluster {
    let rule = |verbs: &[&str], groups: &[&str], resources: &[&str]| json!({"verbs": verbs, "apiGroups": groups, "resources": resources});
    let mut named = rule(&["delete"], &[""], &["secrets"]);
    named["resourceNames"] = json!(["token"]);
    Cluster::default().with([
        role("ClusterRole", "", "cluster-admin", rule(&["*"], &["*"], &["*"])),
        role("ClusterRole", "", "view", rule(&["get", "list"], &[""], &["secrets", "pods"])),
        role("ClusterRole", "", "edit", rule(&["get", "delete"], &[""], &["secrets"])),
        role("ClusterRole", "", "apps", rule(&["delete"], &["apps"], &["secrets"])),
        role("Role", "shop", "cleaner", named),
        binding("", "admins", ("ClusterRole", "cluster-admin"), &[("Group", "ops"), ("Group", "system:masters")]),
        binding("", "viewers", ("ClusterRole", "view"), &[("Group", "system:authenticated")]),
        binding("", "controller", ("ClusterRole", "cluster-admin"), &[("User", "system:kube-controller-manager")]),
        binding("shop", "editors", ("ClusterRole", "edit"), &[("User", "mira")]),
        binding("shop", "cleaners", ("Role", "cleaner"), &[("User", "tom")]),
        binding("shop", "others", ("ClusterRole", "apps"), &[("User", "eve")]),
        binding("pay", "editors", ("ClusterRole", "edit"), &[("User", "paul")]),
    ])
}

#[test]
fn who_can_names_the_subject_the_binding_and_how_far_it_goes() {
    let found = listing(&rights(), json!({"op": "who-can", "verb": "delete", "kind": "secrets", "namespace": "shop"}));
    let rows: Vec<String> = found.rows.iter().map(|row| row.join(" | ")).collect();
    assert_eq!(
        rows,
        [
            "Group | ops | ClusterRoleBinding admins → ClusterRole cluster-admin | everywhere | ",
            "Group | system:masters | ClusterRoleBinding admins → ClusterRole cluster-admin | everywhere | ",
            "User | mira | RoleBinding editors → ClusterRole edit | shop | ",
            "User | tom | RoleBinding cleaners → Role cleaner | shop | token",
        ]
    );
    assert!(found.notes.iter().any(|note| note.starts_with("1 of Kubernetes' own")), "{:?}", found.notes);
    let read = listing(&rights(), json!({"op": "who-can", "verb": "get", "kind": "secrets", "namespace": "shop"}));
    assert!(read.rows.iter().any(|row| row[1] == "system:authenticated"), "everybody is no detail: {:?}", read.rows);
}

#[test]
fn who_can_says_what_it_could_not_read_and_refuses_when_that_is_all() {
    let mut partly = rights();
    partly.allowed = vec!["shop".to_owned()];
    let found = listing(&partly, json!({"op": "who-can", "verb": "delete", "kind": "secrets", "namespace": "shop"}));
    assert_eq!(found.rows.len(), 1, "only what the readable role itself says: {:?}", found.rows);
    assert!(found.unseen.iter().any(|gap| gap.what.contains("clusterrolebindings")), "{:?}", found.unseen);
    let binding = "what RoleBinding shop/editors grants by ClusterRole edit";
    assert!(
        found.unseen.iter().any(|gap| gap.what == binding),
        "a binding is not counted as nothing: {:?}",
        found.unseen
    );
    partly.allowed = vec!["pay".to_owned()];
    assert!(read(&partly, json!({"op": "who-can", "verb": "delete", "kind": "secrets", "namespace": "shop"})).is_err());
}

#[test]
fn a_verb_that_is_none_is_refused_before_anything_is_asked() {
    for verb in ["", "de lete", "*", "x/y"] {
        assert!(read(&rights(), json!({"op": "who-can", "verb": verb, "kind": "secrets"})).is_err(), "{verb}");
    }
}

#[test]
fn hostile_texts_in_these_answers_are_made_plain() {
    let mut objects = deployment("shop", "web", 1);
    edit(&mut objects, "Pod", "web", |pod| pod["spec"]["containers"][0]["image"] = json!("evil\u{1b}[2J\nimage"));
    let found = listing(&Cluster::default().with(objects), json!({"op": "images", "namespace": "shop"}));
    assert!(found.rows.iter().flatten().all(|cell| !cell.contains(['\u{1b}', '\n'])), "{:?}", found.rows);
}

#[test]
fn a_providers_share_of_these_answers_is_bounded() {
    let pods = (0..3_000).map(|i| pod("shop", &format!("p-{i}"), &format!("app-{i}"), None));
    let cluster = Cluster::default().with(pods);
    let answer = read(&cluster, json!({"op": "images", "namespace": "shop"})).unwrap();
    let shown = answer.to_tool_json(4_096);
    assert!(shown.to_string().len() <= 4_096 && shown["omitted"].as_u64().unwrap() > 2_000, "{shown}");
}
