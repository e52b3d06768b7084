//! One example a route of the read side, as it stands in the document. A test checks that each is what its schema says.

/// By operation: what is sent (empty where there is no body), and what comes back.
pub(super) const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "beginThread",
        r#"{"title": "night shift", "cluster": "demo", "namespace": "shop"}"#,
        r#"{"id": "t-8yq2m4k1x7c3", "title": "night shift", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00Z", "last": null}"#,
    ),
    (
        "changeThread",
        r#"{"title": "web was down"}"#,
        r#"{"id": "t-8yq2m4k1x7c3", "title": "web was down", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00Z", "last": "u-1k7c38yq2m4x"}"#,
    ),
    (
        "getThread",
        "",
        r#"{"id": "t-8yq2m4k1x7c3", "title": "night shift", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00Z", "last": null}"#,
    ),
    (
        "listThreads",
        "",
        r#"{"items": [{"id": "t-8yq2m4k1x7c3", "title": "night shift", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00Z", "last": null}], "continue": "AAAAAAAAABE"}"#,
    ),
    ("listThreadTurns", "", TURNS),
    ("cancelTurn", "", TURN),
    (
        "listResources",
        "",
        r#"{"cluster": "demo", "kind": {"group": "", "version": "v1", "kind": "Pod", "plural": "pods", "namespaced": true}, "columns": ["Name", "Ready", "Status", "Restarts", "Age"], "items": [{"namespace": "shop", "name": "web-5c9d", "uid": "5a0c6d1e-0f0e-4c39-9a55-2d2f0b1f6a11", "created_at": "2026-03-01T21:04:00.000Z", "cells": ["web-5c9d", "1/1", "Running", "0", "5m"]}], "continue": "dGV5SjJJam9pYldWMFlTNXJPSE0", "remaining": 29999, "restarted": false, "resource_version": "4711"}"#,
    ),
    (
        "getObject",
        "",
        r#"{"object": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "shop"}, "data": {"greeting": "hello"}}}"#,
    ),
    (
        "getRadius",
        "",
        r#"{"revision": 1, "pods": 2, "objects": 3, "omitted": 0, "sentences": [{"cluster": "demo", "text": "2 pods are added"}], "complete": true, "items": [{"cluster": "demo", "object": {"type": {"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true}, "namespace": "shop", "name": "web"}, "why": "written"}]}"#,
    ),
    (
        "listKinds",
        "",
        r#"{"items": [{"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true, "short_names": ["deploy"], "verbs": ["get", "list", "patch"]}]}"#,
    ),
    (
        "listNamespaces",
        "",
        r#"{"items": [{"name": "shop", "phase": ""}], "truncated": false, "unseen": [{"what": "list namespaces", "why": "forbidden"}]}"#,
    ),
    (
        "reviewAccess",
        r#"{"cluster": "demo", "reviews": [{"verb": "patch", "resource": "deploy", "namespace": "shop"}, {"verb": "get", "resource": "pods/log", "namespace": "shop"}]}"#,
        r#"{"items": [{"verb": "patch", "resource": "deployments.apps", "namespace": "shop", "allowed": false, "reason": ""}, {"verb": "get", "resource": "pods/log", "namespace": "shop", "allowed": true, "reason": "RBAC: allowed by RoleBinding"}]}"#,
    ),
    (
        "listSettings",
        "",
        r#"{"items": [{"name": "mode", "value": "guarded", "origin": "--mode", "locked": true}, {"name": "log", "value": "info", "origin": "default", "locked": false}]}"#,
    ),
    (
        "examine",
        "",
        r#"{"ok": false, "checks": [{"name": "database", "ok": true, "detail": "can be written"}, {"name": "cluster demo", "ok": false, "detail": "nothing listens at https://127.0.0.1:6443 (connection refused)", "fix": "start the cluster, or correct the server address in the kubeconfig"}]}"#,
    ),
    (
        "getSession",
        "",
        r#"{"issuer": "local", "name": "mira", "groups": ["shop-team"], "clusters": [{"name": "demo", "user": "mira", "mode": "read-only", "mode_reason": "its context \"prod\" says production, and the configuration says no `mode` for this cluster", "production": true, "problem": null}], "provider": {"name": "provider", "ok": true, "detail": "provider-rules 0.1.0"}, "inbox": {"for_my_vote": 1, "mine_waiting": 0, "mine_ready": 2, "complete": true}, "limits": {"PLAN_STEPS_MAX": 100}}"#,
    ),
];

const TURN: &str = r#"{"id": "u-1k7c38yq2m4x", "thread": "t-8yq2m4k1x7c3", "who": {"issuer": "local", "name": "mira", "groups": []}, "sentence": "what is broken?", "created_at": "2026-03-01T21:04:00Z", "ended_at": null, "state": "working", "provider": "provider-rules 0.1.0", "rules": true, "cancel_requested": true, "parts": []}"#;
const TURNS: &str = r#"{"items": [{"id": "u-1k7c38yq2m4x", "thread": "t-8yq2m4k1x7c3", "who": {"issuer": "local", "name": "mira", "groups": []}, "sentence": "what is broken?", "created_at": "2026-03-01T21:04:00Z", "ended_at": "2026-03-01T21:04:01Z", "state": "answered", "provider": "provider-rules 0.1.0", "rules": true, "parts": [{"part": "text", "text": "nothing"}]}]}"#;
