//! Who may depend on whom, read from `cargo metadata`.
//!
//! `server → {plugin, cluster, store, egress} → flow → core`; adapters never import each other. Each of kube,
//! wasmtime, sqlx and axum has one home. Core is pure and flow has no runtime: for them the whole tree
//! of dependencies counts, not just the manifest.

use std::collections::{BTreeMap, BTreeSet};

use crate::metadata::{Metadata, Node, NodeDep, Package};

/// Our crates and which of ours each may name as a normal dependency.
const DIRECTION: &[(&str, &[&str])] = &[
    ("kubechat-core", &[]),
    ("kubechat-flow", &["kubechat-core"]),
    ("kubechat-deserialize", &[]),
    ("kubechat-plugin", &["kubechat-core", "kubechat-flow", "kubechat-deserialize"]),
    ("kubechat-cluster", &["kubechat-core", "kubechat-flow"]),
    ("kubechat-store", &["kubechat-core", "kubechat-flow"]),
    ("kubechat-egress", &["kubechat-core", "kubechat-flow"]),
    (
        "kubechat-server",
        &["kubechat-core", "kubechat-flow", "kubechat-plugin", "kubechat-cluster", "kubechat-store", "kubechat-egress"],
    ),
    ("xtask", &[]),
    ("kubechat-componentize", &[]),
];

/// The tests' crates: they may use everything, and nothing in the host may use them but as a dev-dependency.
const TESTS: &[&str] = &["kubechat-bench", "kubechat-harness", "kubechat-suite", "kubechat-week"];

/// Crates with one home each.
const HOMES: &[(&str, &[&str])] = &[
    ("kube", &["kubechat-cluster"]),
    ("k8s-openapi", &["kubechat-cluster"]),
    ("wasmtime", &["kubechat-plugin", "kubechat-deserialize"]),
    ("sqlx", &["kubechat-store"]),
    ("axum", &["kubechat-server"]),
];

/// What a crate's whole tree must be free of. `true`: its tests' tree too.
const CLOSED: &[(&str, bool, &[&str])] = &[
    ("kubechat-core", true, &["tokio", "kube", "k8s-openapi", "wasmtime", "sqlx", "axum", "hyper"]),
    (
        "kubechat-flow",
        false,
        &["tokio", "async-std", "smol", "kube", "k8s-openapi", "wasmtime", "sqlx", "axum", "hyper"],
    ),
];

/// Every edge that should not be there.
pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut findings: Vec<String> = metadata.members().flat_map(member_findings).collect();
    for (name, with_tests, forbidden) in CLOSED {
        if let Some(package) = metadata.members().find(|package| package.name == *name) {
            let reached = reached_from(metadata, &package.id, *with_tests);
            let found = forbidden.iter().filter(|forbidden| reached.contains(**forbidden));
            findings.extend(
                found.map(|found| format!("{name}: its dependencies lead to {found}, which it must be free of")),
            );
        }
    }
    findings
}

fn member_findings(package: &Package) -> Vec<String> {
    let name = package.name.as_str();
    if TESTS.contains(&name) {
        return Vec::new();
    }
    let Some((_, allowed)) = DIRECTION.iter().find(|(known, _)| *known == name) else {
        return vec![format!("{name}: a crate without a place in xtask/src/tidy/edges.rs")];
    };
    let ours = |other: &str| TESTS.contains(&other) || DIRECTION.iter().any(|(known, _)| *known == other);
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let other = dependency.name.as_str();
        let dev = dependency.kind.as_deref() == Some("dev");
        let fine_in_tests = dev && TESTS.contains(&other);
        if ours(other) && !allowed.contains(&other) && !fine_in_tests {
            findings.push(format!("{name} → {other}: against the direction of the layers"));
        }
        if let Some((_, homes)) = HOMES.iter().find(|(guarded, _)| *guarded == other)
            && !homes.contains(&name)
        {
            findings.push(format!("{name} → {other}: only {} may", homes.join(" and ")));
        }
    }
    findings
}

/// Names of everything reachable from `from`; dev-dependencies only of `from` itself, and only if asked for.
fn reached_from<'a>(metadata: &'a Metadata, from: &'a str, with_dev: bool) -> BTreeSet<&'a str> {
    let nodes: BTreeMap<&str, &Node> =
        metadata.resolve.iter().flat_map(|resolve| &resolve.nodes).map(|node| (node.id.as_str(), node)).collect();
    let names: BTreeMap<&str, &str> =
        metadata.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
    let follows = |id: &str, dep: &NodeDep| {
        dep.dep_kinds.iter().any(|role| role.kind.as_deref() != Some("dev") || (with_dev && id == from))
    };
    let mut seen = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(id) = waiting.pop() {
        let deps = nodes.get(id).map(|node| node.deps.as_slice()).unwrap_or_default();
        for dep in deps.iter().filter(|dep| follows(id, dep)) {
            if seen.insert(&dep.pkg) {
                waiting.push(&dep.pkg);
            }
        }
    }
    seen.remove(from);
    seen.into_iter().filter_map(|id| names.get(id).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(text: &str) -> Metadata {
        serde_json::from_str(text).expect("the test's graph is well-formed")
    }

    #[test]
    fn an_adapter_that_names_another_adapter_is_found() {
        let metadata = graph(
            r#"{"workspace_members": ["s"], "resolve": null, "packages": [{"id": "s", "name": "kubechat-store",
            "manifest_path": "x/Cargo.toml", "targets": [],
            "dependencies": [{"name": "kubechat-cluster", "kind": null}, {"name": "sqlx", "kind": null}]}]}"#,
        );
        assert_eq!(check(&metadata), ["kubechat-store → kubechat-cluster: against the direction of the layers"]);
    }

    #[test]
    fn kube_outside_its_home_is_found_even_in_tests() {
        let metadata = graph(
            r#"{"workspace_members": ["s"], "resolve": null, "packages": [{"id": "s", "name": "kubechat-server",
            "manifest_path": "x/Cargo.toml", "targets": [], "dependencies": [{"name": "kube", "kind": "dev"}]}]}"#,
        );
        assert_eq!(check(&metadata), ["kubechat-server → kube: only kubechat-cluster may"]);
    }

    #[test]
    fn a_runtime_two_steps_behind_core_is_found() {
        let metadata = graph(
            r#"{"workspace_members": ["c"], "packages": [
            {"id": "c", "name": "kubechat-core", "manifest_path": "x", "targets": [], "dependencies": []},
            {"id": "m", "name": "middle", "manifest_path": "x", "targets": [], "dependencies": []},
            {"id": "t", "name": "tokio", "manifest_path": "x", "targets": [], "dependencies": []}],
            "resolve": {"nodes": [
            {"id": "c", "deps": [{"pkg": "m", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "m", "deps": [{"pkg": "t", "dep_kinds": [{"kind": null}]}]}, {"id": "t", "deps": []}]}}"#,
        );
        assert_eq!(check(&metadata), ["kubechat-core: its dependencies lead to tokio, which it must be free of"]);
    }
}
