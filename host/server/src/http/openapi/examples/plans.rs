//! Plans, their runs, what is taken back. A plan is written once, below.

use super::{Example, example};

const OPERATIONS: &str = r#"{"operations": [{"op": "scale", "target": {"kind": "deployment", "namespace": "shop", "name": "web"}, "replicas": 2}]}"#;
const PLAN: &str = r#"{"id": "p-3d9f2a8c4e1b", "etag": "\"1\"", "state": "ready", "state_text": "ready", "requester": "mira", "clusters": ["demo"], "origin": {"origin": "api"}, "created_at": "2026-03-01T21:04:00.000Z", "expires_at": "2026-03-01T21:34:00.000Z", "revision": 1, "operations": [{"op": "scale", "cluster": "demo", "target": {"kind": "deployment", "namespace": "shop", "name": "web"}, "replicas": 2}], "steps": [{"index": 0, "cluster": "demo", "depends_on": [], "sentence": "scale Deployment shop/web from 1 to 2", "verb": "patch", "object": "Deployment shop/web", "creates": false, "kubectl": "kubectl --context=demo scale deployment/web -n shop --replicas=2", "diff": [{"path": "spec.replicas", "before": 1, "after": 2}], "dry_run": "verified", "unverified_reason": null, "volatile": [], "warnings": [], "reversibility": {"class": "exact"}, "notes": []}], "parts": [{"cluster": "demo", "pin": {"by": "kube-system", "uid": "5a0c6d1e-0f0e-4c39-9a55-2d2f0b1f6a11"}, "mode": "guarded", "namespaces": ["shop"], "steps": [0], "risk": {"score": 5, "level": "low", "reasons": [{"rule": "pods-added", "points": 5, "sentence": "1 pod is added"}]}, "radius": {"pods": 1, "objects": 1, "listed": [], "omitted": 0, "sentences": ["1 pod is added"], "complete": true}, "decision": {"outcome": {"outcome": "pass"}, "verdicts": [], "packs": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}, "approval": {"digest": "sha256:1111111111111111111111111111111111111111111111111111111111111111", "tally": {"tally": "met"}, "expires_at": "2026-03-01T21:34:00.000Z", "votes": []}, "unseen": []}], "risk": {"score": 5, "level": "low", "reasons": []}, "provenance": [], "chosen": [], "mode": "guarded", "run": null, "problem": null, "stands": [], "undone": []}"#;
const RUN: &str = r#"{"id": "r-7c1e5b3a9f2d", "plan": "p-3d9f2a8c4e1b", "revision": 1, "approvals": {"demo": "a-2b4d6f8a0c1e"}, "actor": {"issuer": "local", "name": "mira", "groups": []}, "created_at": "2026-03-01T21:05:00.000Z", "cancel_requested": false, "state": "running", "steps": [{"index": 0, "cluster": "demo", "state": "running", "started_at": "2026-03-01T21:05:00.000Z"}], "clusters": [{"cluster": "demo", "state": "running", "stands": [], "not_done": [], "unknown": [], "open": [0], "text": "one step is under way"}]}"#;

pub(super) const EXAMPLES: &[Example] = &[
    example("makePlan", "/api/v1/plans", OPERATIONS, PLAN),
    example("listPlans", "/api/v1/plans?state=ready&cluster=demo&limit=20", "", r#"{"items": []}"#),
    example("getPlan", "/api/v1/plans/p-3d9f2a8c4e1b", "", PLAN),
    example("editPlan", "/api/v1/plans/p-3d9f2a8c4e1b", OPERATIONS, PLAN),
    example("refreshPlan", "/api/v1/plans/p-3d9f2a8c4e1b/refresh", "", PLAN),
    example(
        "approvePlan",
        "/api/v1/plans/p-3d9f2a8c4e1b/approve",
        r#"{"digest": "sha256:1111111111111111111111111111111111111111111111111111111111111111"}"#,
        PLAN,
    ),
    example(
        "rejectPlan",
        "/api/v1/plans/p-3d9f2a8c4e1b/reject",
        r#"{"digest": "sha256:1111111111111111111111111111111111111111111111111111111111111111"}"#,
        PLAN,
    ),
    example("executePlan", "/api/v1/plans/p-3d9f2a8c4e1b/execute", "{}", r#"{"run": "r-7c1e5b3a9f2d"}"#),
    example("cancelPlan", "/api/v1/plans/p-3d9f2a8c4e1b/cancel", "", RUN),
    example("rollbackPlan", "/api/v1/plans/p-3d9f2a8c4e1b/rollback", r#"{"cluster": "demo"}"#, PLAN),
    example(
        "exportPlan",
        "/api/v1/plans/p-3d9f2a8c4e1b/export",
        "",
        r#"{"patches": [{"cluster": "demo", "object": "Deployment shop/web", "api_version": "apps/v1", "kind": "Deployment", "namespace": "shop", "name": "web", "patch_type": "merge", "patch": {"spec": {"replicas": 2}}, "kubectl": "kubectl --context=demo scale deployment/web -n shop --replicas=2"}]}"#,
    ),
    example(
        "getRadius",
        "/api/v1/plans/p-3d9f2a8c4e1b/radius?cluster=demo&limit=20",
        "",
        r#"{"revision": 1, "pods": 2, "objects": 3, "omitted": 0, "sentences": [{"cluster": "demo", "text": "2 pods are added"}], "complete": true, "items": [{"cluster": "demo", "object": {"type": {"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments", "namespaced": true}, "namespace": "shop", "name": "web"}, "why": "written"}]}"#,
    ),
    example(
        "streamPlan",
        "/api/v1/plans/p-3d9f2a8c4e1b/stream",
        "",
        "event: execution_status\ndata: {\"id\":\"r-7c1e5b3a9f2d\",\"state\":\"succeeded\"}\n\nevent: plan_update\ndata: {\"id\":\"p-3d9f2a8c4e1b\",\"state\":\"succeeded\"}\n\n",
    ),
    example("undo", "/api/v1/undo", "", PLAN),
    example("getRun", "/api/v1/runs/r-7c1e5b3a9f2d", "", RUN),
];
