//! Rows about what counts in the whole cluster: roles, bindings, the namespace itself, and custom kinds with and without a
//! scale subresource. One control plane of their own, one row after another: a definition is everybody's.

use kubechat_core::problem::Code;
use kubechat_harness::{Plane, PrivatePlane, User, wait_for};
use kubechat_suite::world::{Custom, ENDS_WITHIN};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use super::cells::{cells, kubectl, stage};
use super::{After, Row, Undo};
use crate::KIT;

const ROUTES: &str = "gateway.networking.k8s.io";

/// A definition as its vendor would install it; HTTPRoute's keeps the parts that are written here.
fn definition(group: &str, kind: &str, plural: &str, spec: Value, more: Value) -> Value {
    let mut version = json!({"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object",
        "properties": {"spec": spec, "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}});
    version
        .as_object_mut()
        .into_iter()
        .for_each(|version| version.extend(more.as_object().cloned().unwrap_or_default()));
    // The API server wants this of groups that end in k8s.io.
    let approved = json!({"api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/3328"});
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}"), "annotations": approved},
        "spec": {"group": group, "scope": "Namespaced", "versions": [version],
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "listKind": format!("{kind}List")}}})
}

async fn install(plane: &Plane) -> Tested {
    let text = json!({"type": "string"});
    let backend = json!({"type": "object", "properties": {"name": text, "port": {"type": "integer"}, "weight": {"type": "integer", "default": 1}}});
    let rule = json!({"type": "object", "properties": {"backendRefs": {"type": "array", "items": backend}}});
    let route = json!({"type": "object", "properties": {
        "hostnames": {"type": "array", "items": text}, "rules": {"type": "array", "items": rule}}});
    let stand = json!({"type": "object", "properties": {"shards": {"type": "integer"}, "size": {"type": "string"}}});
    let scale = json!({"subresources": {"scale": {"specReplicasPath": ".spec.shards", "statusReplicasPath": ".status.shards"}}});
    // As good as without a schema: the server keeps whatever it is given and knows nothing of it.
    let anything = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        definition(ROUTES, "HTTPRoute", "httproutes", route, json!({})),
        definition("shop.example", "Stand", "stands", stand, scale),
        definition("shop.example", "Blob", "blobs", anything, json!({})),
    ]});
    let admin = plane.kubectl(User::Admin);
    admin.run_with(&["apply", "-f", "-"], &objects.to_string()).await?;
    admin.run(&["wait", "--for=condition=Established", "crd", "--all", "--timeout=60s"]).await?;
    // People may use the new kinds as they use the others.
    let rule = |verbs: &[&str]| json!([{"apiGroups": [ROUTES, "shop.example"], "resources": ["*"], "verbs": verbs}]);
    let role = |name: &str, verbs: &[&str]| {
        let labels = json!({format!("rbac.authorization.k8s.io/aggregate-to-{name}"): "true"});
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": format!("custom-{name}"), "labels": labels}, "rules": rule(verbs)})
    };
    let reads = ["get", "list", "watch"];
    let roles = json!({"apiVersion": "v1", "kind": "List", "items": [
        role("view", &reads), role("edit", &["create", "update", "patch", "delete"]),
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "definitions"},
            "rules": [{"apiGroups": ["apiextensions.k8s.io"], "resources": ["customresourcedefinitions"], "verbs": reads}]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "definitions"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "definitions"},
            "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:authenticated"}]},
    ]});
    admin.run_with(&["apply", "-f", "-"], &roles.to_string()).await?;
    Ok(())
}

/// A world with the usual shop and one object of each custom kind.
async fn shop(plane: &Plane) -> Tested<World> {
    let world = KIT.within(plane.namespace("m-wide").await?, Custom::default()).await?;
    stage(&world).await?;
    let of = |api: &str, kind: &str, spec: Value| json!({"apiVersion": api, "kind": kind, "metadata": {"name": "main"}, "spec": spec});
    let rules = json!([{"backendRefs": [{"name": "web", "port": 80}]}]);
    let name = world.namespace.name();
    let role = json!({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]});
    let bind = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name});
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        of(&format!("{ROUTES}/v1"), "HTTPRoute", json!({"hostnames": ["shop.example"], "rules": rules})),
        of("shop.example/v1", "Stand", json!({"shards": 1, "size": "small"})),
        of("shop.example/v1", "Blob", json!({"anything": {"goes": [1, {"deep": true}]}})),
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": [role]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}, "roleRef": bind,
            "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "mira"}]},
    ]});
    world.namespace.kubectl(User::Admin).run_with(&["create", "-f", "-"], &objects.to_string()).await?;
    Ok(world)
}

fn row(
    operation: Value,
    right: &'static str,
    [says, shows]: [&'static str; 2],
    drift: [String; 2],
    after: After,
) -> Row {
    let [there, back] = drift;
    let (by, prepare, drift, undo) = (User::Editor, Vec::new(), (there, back), Undo::Back);
    Row { operation, by, prepare, says, shows, right, drift, after, undo }
}

fn custom() -> Vec<Row> {
    let merge = |kind: &str, patch: Value| json!({"op": "patch", "target": {"kind": kind, "name": "main"}, "type": "merge", "patch": patch});
    let line = |kind: &str, patch: Value| format!("patch {kind}/main --type=merge -p {patch}");
    let hosts = |name: &str| json!({"spec": {"hostnames": [name]}});
    let shards = |count: u32| json!({"spec": {"shards": count}});
    let deep = |value: Value| json!({"spec": {"anything": {"goes": value}}});
    vec![
        row(
            merge("httproute", hosts("new.example")),
            "patch httproutes.gateway.networking.k8s.io",
            ["patch httproute", "spec.hostnames"],
            [line("httproute", hosts("other.example")), line("httproute", hosts("shop.example"))],
            After::Has("httproute/main".to_owned(), "/spec/hostnames/0", json!("new.example")),
        ),
        row(
            json!({"op": "scale", "target": {"kind": "stand", "name": "main"}, "replicas": 3}),
            "patch stands.shop.example",
            ["to 3", "spec.shards"],
            [line("stand", shards(9)), line("stand", shards(1))],
            After::Has("stand/main".to_owned(), "/spec/shards", json!(3)),
        ),
        row(
            merge("blob", deep(json!([2]))),
            "patch blobs.shop.example",
            ["patch blob", "spec.anything.goes"],
            [line("blob", deep(json!([9]))), line("blob", deep(json!([1, {"deep": true}])))],
            After::Has("blob/main".to_owned(), "/spec/anything/goes", json!([2])),
        ),
    ]
}

fn rights(name: &str) -> Vec<Row> {
    let merge = |kind: &str, patch: Value| json!({"op": "patch", "target": {"kind": kind, "name": name}, "type": "merge", "patch": patch});
    let line = |kind: &str, patch: Value| format!("patch {kind}/{name} --type=merge -p {patch}");
    let rules = |verb: &str| json!({"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}]});
    let people =
        |who: &str| json!({"subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": who}]});
    let label = |value: &str| format!("label namespace/{name} team{value}");
    let rows = vec![
        row(
            merge("clusterrole", rules("list")),
            "get clusterroles.rbac.authorization.k8s.io",
            ["patch clusterrole", "rules"],
            [line("clusterrole", rules("watch")), line("clusterrole", rules("get"))],
            After::Has(format!("clusterrole/{name}"), "/rules/0/verbs", json!(["list"])),
        ),
        row(
            merge("clusterrolebinding", people("ben")),
            "get clusterrolebindings.rbac.authorization.k8s.io",
            ["patch clusterrolebinding", "subjects"],
            [line("clusterrolebinding", people("eve")), line("clusterrolebinding", people("mira"))],
            After::Has(format!("clusterrolebinding/{name}"), "/subjects/0/name", json!("ben")),
        ),
        row(
            json!({"op": "label", "target": {"kind": "namespace", "name": name}, "set": {"team": "front"}}),
            "patch namespaces",
            ["set label team", "metadata.labels"],
            [label("=back"), label("-")],
            After::Has(format!("namespace/{name}"), "/metadata/labels/team", json!("front")),
        ),
    ];
    rows.into_iter().map(|row| Row { by: User::Admin, ..row }).collect()
}

#[tokio::test]
async fn every_cluster_wide_and_custom_kind_passes_its_cells() -> Tested {
    let plane = PrivatePlane::start().await?;
    install(&plane).await?;
    let count = custom().len() + rights("").len();
    let mut wrong = Vec::new();
    for index in 0..count {
        let world = shop(&plane).await?;
        let mut rows = custom();
        rows.extend(rights(world.namespace.name()));
        let row = rows.swap_remove(index);
        let operation = row.operation.to_string();
        match tokio::spawn(async move { cells(&world, row).await }).await {
            Ok(ended) => wrong.extend(ended.err().map(|why| format!("{operation}: {why}"))),
            Err(panicked) => wrong.push(format!("{operation}: {panicked}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    a_kind_that_vanishes(&shop(&plane).await?).await
}

/// Last, because it takes a kind from everybody.
async fn a_kind_that_vanishes(world: &World) -> Tested {
    let label = json!({"op": "label", "target": {"kind": "blob", "name": "main"}, "set": {"a": "b"}});
    let plan = world.plan(User::Editor, label.clone()).await?;
    world.approved(&plan).await?;
    kubectl(world, "delete crd/blobs.shop.example --wait=true").await?;
    wait_for("a cluster that serves no blobs", ENDS_WITHIN, || async {
        let served = kubectl(world, "api-resources --api-group=shop.example -o name").await?;
        if served.contains("blobs") { Err(served.into()) } else { Tested::Ok(()) }
    })
    .await?;
    let witness = world.namespace.witness()?;
    let refused = match world.execute(User::Editor, plan.id).await {
        Ok(run) => run.steps.into_iter().find_map(|step| step.problem).ok_or("it ran on a kind that is gone")?,
        Err(problem) => problem,
    };
    assert_eq!(refused.code, Code::Stale, "{refused:?}");
    assert!(refused.detail.contains("no longer serves blobs.shop.example"), "{refused:?}");
    assert!(witness.writes().await?.iter().all(|write| write.user != "editor"), "nothing is written");
    let unknown = world.plan(User::Editor, label).await.expect_err("the kind is gone");
    assert!(unknown.detail.contains("blob"), "{unknown:?}");
    Ok(())
}
