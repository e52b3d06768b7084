//! Clusters, objects, logs, the host itself.

use super::{Example, example};

const CHANGES: &str = r#"{"answer": "changes", "object": {"type": {"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true}, "namespace": "shop", "name": "web"}, "namespace": "shop", "since": "2026-03-01T20:04:00.000Z", "rows": [{"at": "2026-03-01T21:02:00.000Z", "age": "2m", "source": "rollout", "object": "Deployment shop/web", "who": "kubectl-set", "what": "revision 2 (web-5c9d): containers[name=web].image: web:1 → web:2"}], "omitted": 0, "gaps": ["events are kept for about an hour; what happened before stands in none"], "unseen": []}"#;

pub(super) const EXAMPLES: &[Example] = &[
    example(
        "streamEvents",
        "/api/v1/events",
        "",
        "id: 8f0c2d4a1b3e5f60-0\nevent: hello\ndata: {\"stream\":\"1b3c38f02a4d5e6f\",\"epoch\":\"8f0c2d4a1b3e5f60\"}\n\nevent: inbox_update\ndata: {\"for_my_vote\":1,\"mine_waiting\":0,\"mine_ready\":2,\"complete\":true}\n\n",
    ),
    example("setTopics", "/api/v1/events/1b3c38f02a4d5e6f/topics", r#"{"topics": ["plans", "inbox", "health"]}"#, ""),
    example(
        "listClusters",
        "/api/v1/clusters",
        "",
        r#"{"items": [{"name": "demo", "context": "demo", "server": "https://127.0.0.1:6443", "source": "/home/mira/.kube/config", "namespace": "shop", "mode": "guarded", "namespaces": [{"name": "pay-*", "mode": "read-only"}], "production": false, "version": "v1.34.1", "user": "mira", "certificate_expires_at": "2027-03-01T08:00:00Z", "problem": null}]}"#,
    ),
    example(
        "listKinds",
        "/api/v1/clusters/demo/kinds",
        "",
        r#"{"items": [{"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true, "short_names": ["deploy"], "verbs": ["get", "list", "patch"]}]}"#,
    ),
    example(
        "listNamespaces",
        "/api/v1/clusters/demo/namespaces",
        "",
        r#"{"items": [{"name": "shop", "phase": ""}], "truncated": false, "unseen": [{"what": "list namespaces", "why": "forbidden"}]}"#,
    ),
    example(
        "reviewAccess",
        "/api/v1/access-reviews",
        r#"{"cluster": "demo", "reviews": [{"verb": "patch", "resource": "deploy", "namespace": "shop"}, {"verb": "get", "resource": "pods/log", "namespace": "shop"}]}"#,
        r#"{"items": [{"verb": "patch", "resource": "deployments.apps", "namespace": "shop", "allowed": false, "reason": ""}, {"verb": "get", "resource": "pods/log", "namespace": "shop", "allowed": true, "reason": "RBAC: allowed by RoleBinding"}]}"#,
    ),
    example(
        "listResources",
        "/api/v1/resources/pods?cluster=demo&namespace=shop&labelSelector=app=web&q=web&sort=-age&fields=Name,Status&limit=100",
        "",
        r#"{"cluster": "demo", "kind": {"group": "", "version": "v1", "kind": "Pod", "plural": "pods", "namespaced": true}, "columns": ["Name", "Status"], "items": [{"namespace": "shop", "name": "web-5c9d", "uid": "5a0c6d1e-0f0e-4c39-9a55-2d2f0b1f6a11", "created_at": "2026-03-01T21:04:00.000Z", "cells": ["web-5c9d", "Running"]}], "restarted": false, "applied_to": "list", "resource_version": "4711"}"#,
    ),
    example(
        "getObject",
        "/api/v1/objects/demo/deployments.apps/shop/web",
        "",
        r#"{"object": {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"replicas": 1}}}"#,
    ),
    example(
        "getObjectYaml",
        "/api/v1/objects/demo/deployments.apps/shop/web/yaml",
        "",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n",
    ),
    example(
        "getObjectEvents",
        "/api/v1/objects/demo/deployments.apps/shop/web/events",
        "",
        r#"{"answer": "events", "rows": [{"at": "2026-03-01T21:04:00.000Z", "age": "5m", "level": "Normal", "reason": "ScalingReplicaSet", "object": "Deployment shop/web", "count": 1, "message": "Scaled up replica set web-5c9d to 1"}], "omitted": 0}"#,
    ),
    example(
        "getRelated",
        "/api/v1/objects/demo/deployments.apps/shop/web/related",
        "",
        r#"{"object": {"type": {"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true}, "namespace": "shop", "name": "web"}, "relations": [{"relation": "service", "total": 1, "omitted": 0, "items": [{"kind": "Service", "object": {"type": {"group": "", "version": "v1", "kind": "Service", "plural": "services", "namespaced": true}, "namespace": "shop", "name": "web"}, "state": "ClusterIP"}]}], "unseen": [{"what": "list poddisruptionbudgets.policy in shop", "why": "forbidden"}]}"#,
    ),
    example("getChanges", "/api/v1/objects/demo/deployments.apps/shop/web/changes?since=3600", "", CHANGES),
    example(
        "getHistory",
        "/api/v1/objects/demo/deployments.apps/shop/web/history",
        "",
        r#"{"object": {"type": {"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true}, "namespace": "shop", "name": "web"}, "revisions": [{"number": 2, "name": "web-5c9d", "at": "2026-03-01T21:02:00.000Z", "age": "2m", "current": true, "images": ["web:2"], "what": "containers[name=web].image: web:1 → web:2"}, {"number": 1, "name": "web-7d4f", "at": "2026-03-01T20:00:00.000Z", "age": "64m", "current": false, "images": ["web:1"], "what": "", "undo": {"op": "rollout-undo", "target": {"kind": "deployments.apps", "namespace": "shop", "name": "web"}, "revision": 1}}], "omitted": 0, "gaps": [], "unseen": [], "ours": [{"at": "2026-03-01T21:02:00.000Z", "who": "mira", "what": "set the image of web in Deployment shop/web to web:2", "outcome": "succeeded", "plan": "p-3d9f2a8c4e1b", "state": "succeeded", "run": "r-7c1e5b3a9f2d", "undo": {"possible": true, "reason": ""}}]}"#,
    ),
    example(
        "readLogs",
        "/api/v1/logs?cluster=demo&namespace=shop&pod=web-5c9d&container=app&lines=100&since=3600&include=e&exclude=debug",
        "",
        "{\"pod\":\"web-5c9d\",\"container\":\"app\",\"time\":\"2026-03-01T21:04:00.000000000Z\",\"line\":\"app starts\"}\n{\"pod\":\"web-5c9d\",\"container\":\"app\",\"time\":\"2026-03-01T21:04:00.001000000Z\",\"line\":\"app is ready\"}\n",
    ),
    example(
        "complete",
        "/api/v1/complete?text=scale%20w&cursor=7&cluster=demo&namespace=shop",
        "",
        r#"{"start": 6, "end": 7, "suggestions": [{"kind": "object", "text": "web", "detail": "Deployment in shop"}], "omitted": 0, "names": true}"#,
    ),
    example(
        "preview",
        "/api/v1/preview",
        r#"{"sentence": "scale web to 4", "cluster": "demo", "namespace": "shop"}"#,
        r#"{"reads_as": "write", "steps": [{"cluster": "demo", "sentence": "scale deployment shop/web to 4 replicas", "kubectl": "kubectl scale deployment/web -n shop --replicas=4"}], "detail": null}"#,
    ),
    example(
        "redact",
        "/api/v1/redact",
        r#"{"text": "db_password=hunter2hunter2"}"#,
        r#"{"count": 1, "finds": [{"line": 1, "kind": "password", "field": "db_password", "rule": "named-value"}], "masked": "db_password=••••"}"#,
    ),
    example(
        "getFindings",
        "/api/v1/findings?cluster=demo&namespace=shop",
        "",
        r#"{"answer": "findings", "findings": [], "omitted": 0, "looked_at": [{"kind": "Pod", "total": 3, "troubled": 0}], "namespaces": ["shop"], "unseen": []}"#,
    ),
    example(
        "listAudit",
        "/api/v1/audit?limit=20",
        "",
        r#"{"items": [{"index": 0, "leaf": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "entry": {"v": 1, "at": "2026-03-01T21:04:00.000Z", "actor": {"issuer": "host", "name": "kubechat", "groups": []}, "kind": "host-started", "outcome": "0.1.0"}}]}"#,
    ),
    example("verifyAudit", "/api/v1/audit/verify", "", r#"{"entries": 42}"#),
    example(
        "listPlugins",
        "/api/v1/plugins",
        "",
        r#"{"items": [{"file": "policy-baseline.wasm", "id": "policy-baseline", "version": "0.1.0", "world": "policy-pack", "digest": null, "trust": null, "state": "active", "failure": null, "binding": "enforce", "in_use": true}]}"#,
    ),
    example(
        "listSettings",
        "/api/v1/settings",
        "",
        r#"{"items": [{"name": "mode", "value": "guarded", "origin": "--mode", "locked": true}, {"name": "log", "value": "info", "origin": "default", "locked": false}]}"#,
    ),
    example(
        "getEgress",
        "/api/v1/egress",
        "",
        r#"{"air_gapped": false, "items": [{"destination": "openai", "wanted_by": ["provider-openai"], "bound": {"url": "https://api.openai.com/v1", "internal": false, "own_ca": false, "proxy": null, "credential": true, "data": ["prompts", "objects"], "under_way": 0, "counts": {"requests": 12, "bytes_out": 40210, "bytes_in": 18002, "failed": 0, "refused": {"data-class": 1}}, "broken": null}, "command": null}, {"destination": "ollama", "wanted_by": ["provider-ollama"], "bound": null, "command": "kubechat egress bind ollama http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata"}], "unbound": {"requests": 0, "bytes_out": 0, "bytes_in": 0, "failed": 0, "refused": {}}, "found": {"destination": "ollama", "url": "http://127.0.0.1:11434", "version": "0.24.0", "command": "kubechat egress bind ollama http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata"}}"#,
    ),
    example(
        "listEgressLog",
        "/api/v1/egress/log?limit=1",
        "",
        r#"{"items": [{"number": 12, "at": "2026-03-01T21:04:00.000Z", "caller": "provider-openai", "destination": "openai", "method": "POST", "path": "/chat/completions", "status": 200, "bytes_out": 3310, "bytes_in": 1201, "took_ms": 1840, "ended": "complete"}], "continue": "AAAAAAAAAAw"}"#,
    ),
    example(
        "testEgress",
        "/api/v1/egress/openai/test",
        "",
        r#"{"reached": true, "status": 401, "took_ms": 83, "detail": null, "hint": null}"#,
    ),
    example(
        "listModels",
        "/api/v1/models",
        "",
        r#"{"items": [{"index": 0, "provider": "provider-ollama", "version": "0.1.0", "model": "qwen3:8b", "tasks": ["plan", "explain", "summarise"], "local": true, "destinations": [{"name": "ollama", "bound": true, "origin": "http://127.0.0.1:11434"}], "state": "ready", "usage_today": {"input_tokens": 41200, "output_tokens": 910, "estimated": false}, "budget": {}, "last": {"at": "2026-03-01T21:04:00.000Z", "outcome": "ok", "ms": 3100}}, {"index": 1, "provider": "provider-anthropic", "version": "0.1.0", "model": "claude-sonnet-5", "tasks": ["plan"], "local": false, "destinations": [{"name": "anthropic", "bound": false}], "state": "not-bound", "reason": "anthropic is not bound: `kubechat egress bind anthropic https://api.anthropic.com --credential env:ANTHROPIC_API_KEY --credential-header x-api-key`", "usage_today": {"input_tokens": 0, "output_tokens": 0, "estimated": false, "cost": "0.00"}, "budget": {"tokens_per_day": 200000, "cost_per_day": "5.00", "left": {"tokens": 200000, "cost": "5.00"}}}], "rules_first": true}"#,
    ),
    example(
        "testModel",
        "/api/v1/models/0/test",
        "",
        r#"{"ok": true, "ms": 812, "first_token_ms": 640, "text": "ready", "usage": {"input_tokens": 61, "output_tokens": 2}}"#,
    ),
    example(
        "listOfferedModels",
        "/api/v1/models/0/offered",
        "",
        r#"{"items": [{"id": "qwen3:8b", "title": "qwen3:8b (8.2B, Q4_K_M)", "context_tokens": 40960, "tools": true}]}"#,
    ),
    example(
        "examine",
        "/api/v1/doctor",
        "",
        r#"{"ok": false, "checks": [{"name": "database", "ok": true, "detail": "can be written"}, {"name": "cluster demo", "ok": false, "detail": "nothing listens at https://127.0.0.1:6443 (connection refused)", "fix": "start the cluster, or correct the server address in the kubeconfig"}]}"#,
    ),
    example(
        "supportBundle",
        "/api/v1/support-bundle?preview=true&sentences=false",
        "",
        r#"{"files": [{"name": "settings.json", "bytes": 1200, "masked": {"secrets": 0, "home_folders": 2}}], "bytes": 1200, "left_out": ["sentences: one's own with sentences=true"]}"#,
    ),
];
