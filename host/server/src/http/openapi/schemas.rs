//! What bodies and answers are. Closed where we make them; open where a part grows with new kinds of answers.

mod answers;
mod egress;
mod models;
mod reads;
mod requests;

use serde_json::{Map, Value, json};

/// All schemas by name.
pub(super) fn schemas() -> Value {
    let mut all = Map::new();
    for group in [
        problems(),
        people(),
        asking(),
        requests::schemas(),
        plans(),
        steps(),
        parts(),
        runs(),
        looking(),
        reads::asking(),
        reads::looking(),
        answers::schemas(),
        egress::schemas(),
        models::schemas(),
    ] {
        if let Value::Object(group) = group {
            debug_assert!(group.keys().all(|name| !all.contains_key(name)), "two schemas of one name");
            all.extend(group);
        }
    }
    Value::Object(all)
}

/// A closed object: `required` fields, then optional ones.
fn closed(required: Value, optional: Value) -> Value {
    let mut properties = required.as_object().cloned().unwrap_or_default();
    let names: Vec<String> = properties.keys().cloned().collect();
    properties.extend(optional.as_object().cloned().unwrap_or_default());
    json!({"type": "object", "additionalProperties": false, "required": names, "properties": properties})
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn or_null(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn number() -> Value {
    json!({"type": "integer"})
}

fn yes_or_no() -> Value {
    json!({"type": "boolean"})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn one_of(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

fn anything() -> Value {
    json!({"type": ["object", "array", "string", "number", "boolean", "null"], "description": "Depends on its kind."})
}

fn problems() -> Value {
    let codes: Vec<_> = kubechat_core::problem::Code::ALL.iter().map(|code| code.as_str()).collect();
    json!({
        "Problem": closed(
            json!({"type": text(), "title": text(), "status": number(), "code": one_of(&codes), "detail": text(),
                   "hint": text(), "retryable": yes_or_no(), "trace_id": text()}),
            json!({}),
        ),
        "StoredProblem": closed(json!({"code": one_of(&codes), "detail": text()}), json!({"hint": text()})),
        "Anything": anything(),
        "Nothing": closed(json!({}), json!({})),
    })
}

fn people() -> Value {
    json!({
        "Principal": closed(json!({"issuer": text(), "name": text(), "groups": list(text())}), json!({})),
        "Code": closed(json!({"code": text()}), json!({})),
        "LoginLink": closed(json!({"url": text(), "seconds": number()}), json!({})),
        "Version": closed(json!({"version": text(), "api": text()}), json!({})),
        "Ready": closed(
            json!({"ready": yes_or_no()}),
            json!({"failing": list(text()), "version": text(), "mode": to("Mode"), "confirm_only": yes_or_no(),
                   "checks": list(closed(json!({"name": text(), "ok": yes_or_no(), "detail": text()}), json!({}))),
                   "clusters": list(to("Cluster"))}),
        ),
        "Mode": one_of(&["read-only", "suggest-only", "guarded"]),
    })
}

fn asking() -> Value {
    let states = ["working", "answered", "planned", "asked-back", "failed", "cancelled"];
    let parts = ["text", "note", "tool", "answer", "plan", "problem"];
    json!({
        "Prompt": closed(json!({"sentence": text()}), json!({"thread": text(), "cluster": text(), "namespace": text()})),
        "Accepted": closed(json!({"thread": text(), "turn": text()}), json!({})),
        "TextToRedact": closed(json!({"text": text()}), json!({})),
        "Redacted": closed(
            json!({"count": number(),
                   "finds": list(closed(json!({"line": number(), "kind": text(), "field": text(), "rule": text()}), json!({}))),
                   "masked": text()}),
            json!({}),
        ),
        "Preview": closed(
            json!({"reads_as": one_of(&["write", "read", "question", "nothing"]), "steps": list(to("PreviewStep")),
                   "detail": or_null(text())}),
            json!({}),
        ),
        "PreviewStep": closed(
            json!({"cluster": text(), "sentence": text(), "kubectl": or_null(text())}),
            json!({}),
        ),
        "Turn": closed(
            json!({"id": text(), "thread": text(), "who": to("Principal"), "sentence": text(), "created_at": time(),
                   "ended_at": or_null(time()), "state": one_of(&states), "provider": text(), "rules": yes_or_no(),
                   "parts": list(to("Part"))}),
            json!({"cancel_requested": yes_or_no(), "carries": list(text()), "masked": list(to("Masked")), "model": text(),
                   "usage": to("TurnUsage")}),
        ),
        "Masked": closed(json!({"kind": text(), "count": number(), "field": text()}), json!({})),
        "Part": closed(
            json!({"part": one_of(&parts)}),
            json!({"text": text(), "partial": yes_or_no(), "kubectl": text(), "name": text(), "arguments": anything(), "answer": anything(), "plan": text(),
                   "cites": list(number()), "unproven": yes_or_no(), "evidence": number(),
                   "problem": or_null(to("StoredProblem"))}),
        ),
    })
}

fn steps() -> Value {
    json!({
        "Step": closed(
            json!({"index": number(), "cluster": text(), "depends_on": list(number()), "sentence": text(), "verb": text(), "object": text(),
                   "creates": yes_or_no(), "kubectl": text(), "diff": list(to("Change")), "dry_run": one_of(&["verified", "unverified"]),
                   "unverified_reason": or_null(text()), "volatile": list(text()), "warnings": list(text()),
                   "reversibility": anything(), "notes": list(text())}),
            json!({}),
        ),
        "Chosen": closed(
            json!({"operation": number(),
                   "choice": one_of(&["verb", "cluster", "namespace", "name", "image", "address"]), "value": text()}),
            json!({"read_in": closed(json!({"number": number(), "origin": text()}), json!({}))}),
        ),
        "Change": closed(json!({"path": text(), "before": anything(), "after": anything()}), json!({})),
    })
}

fn plans() -> Value {
    let states = [
        "denied",
        "needs-approval",
        "ready",
        "rejected",
        "expired",
        "stale",
        "running",
        "succeeded",
        "failed",
        "indeterminate",
        "undone",
    ];
    let reason = closed(json!({"rule": text(), "points": number(), "sentence": text()}), json!({}));
    let vote = closed(json!({"voter": text(), "choice": one_of(&["approve", "reject"]), "at": time()}), json!({}));
    json!({
        "Plan": closed(
            json!({"id": text(), "etag": text(), "state": one_of(&states), "state_text": text(), "requester": text(),
                   "clusters": list(text()), "origin": anything(), "created_at": time(), "expires_at": time(),
                   "revision": number(), "operations": list(json!({"type": "object"})), "steps": list(to("Step")),
                   "parts": list(to("PlanPart")), "risk": or_null(to("Risk")), "provenance": list(text()),
                   "chosen": list(to("Chosen")),
                   "mode": or_null(to("Mode")), "run": or_null(text()), "problem": or_null(to("StoredProblem")),
                   "stands": list(text()), "undone": list(text())}),
            json!({}),
        ),
        "Risk": closed(
            json!({"score": number(), "level": one_of(&["low", "medium", "high", "critical"]), "reasons": list(reason)}),
            json!({}),
        ),
        "Radius": closed(
            json!({"pods": number(), "objects": number(), "listed": list(anything()), "omitted": number(),
                   "sentences": list(text()), "complete": yes_or_no()}),
            json!({"spread": to("Spread")}),
        ),
        "Spread": closed(
            json!({}),
            json!({"namespaces": list(text()), "everywhere": text(), "unseen": list(text())}),
        ),
        "Decision": closed(json!({"outcome": anything(), "verdicts": list(anything()), "packs": text()}), json!({})),
        "Approval": closed(
            json!({"digest": text(), "tally": anything(), "expires_at": time(), "votes": list(vote)}),
            json!({}),
        ),
        "Export": closed(json!({"patches": list(to("Patch"))}), json!({})),
        "Patch": closed(
            json!({"cluster": text(), "object": text(), "api_version": text(), "kind": text(), "namespace": text(),
                   "name": text(), "patch_type": text(), "patch": anything(), "kubectl": text()}),
            json!({}),
        ),
    })
}

fn parts() -> Value {
    json!({
        "PlanPart": closed(
            json!({"cluster": text(), "pin": anything(), "mode": or_null(to("Mode")), "namespaces": list(text()),
                   "steps": list(number()), "risk": to("Risk"), "radius": to("Radius"), "decision": to("Decision"),
                   "approval": or_null(to("Approval")),
                   "unseen": list(closed(json!({"what": text(), "why": text()}), json!({})))}),
            json!({}),
        ),
    })
}

fn runs() -> Value {
    let run_states = ["pending", "running", "settling", "succeeded", "failed", "cancelled", "indeterminate"];
    let step_states = ["pending", "running", "succeeded", "failed", "skipped", "cancelled", "indeterminate"];
    json!({
        "RunAccepted": closed(json!({"run": text()}), json!({})),
        "Run": closed(
            json!({"id": text(), "plan": text(), "revision": number(), "actor": to("Principal"),
                   "approvals": {"type": "object", "additionalProperties": text()},
                   "created_at": time(), "cancel_requested": yes_or_no(), "state": one_of(&run_states),
                   "steps": list(to("StepRun")), "clusters": list(to("RunLeft"))}),
            json!({"ended_at": time()}),
        ),
        "StepRun": closed(
            json!({"index": number(), "cluster": text(), "state": one_of(&step_states)}),
            json!({"started_at": time(), "ended_at": time(), "problem": to("StoredProblem"), "surprises": list(anything()),
                   "note": text(), "progress": text(), "settled": yes_or_no()}),
        ),
        "RunLeft": closed(
            json!({"cluster": text(), "state": one_of(&run_states), "stands": list(number()), "not_done": list(number()),
                   "unknown": list(number()), "open": list(number()), "text": text()}),
            json!({}),
        ),
    })
}

fn looking() -> Value {
    json!({
        "Cluster": closed(
            json!({"name": text(), "context": text(), "server": text(), "source": text(), "namespace": text(),
                   "mode": to("Mode"), "version": or_null(text()), "user": or_null(text()),
                   "namespaces": list(closed(json!({"name": text(), "mode": to("Mode")}), json!({}))),
                   "production": yes_or_no(), "certificate_expires_at": or_null(time()), "problem": or_null(to("StoredProblem"))}),
            json!({"mode_reason": text()}),
        ),
        "AuditEntry": closed(
            json!({"index": number(), "leaf": text(), "entry": to("Entry")}),
            json!({"payload": anything()}),
        ),
        "Entry": closed(
            json!({"v": number(), "at": time(), "actor": to("Principal"), "kind": text(), "outcome": text()}),
            json!({"thread": text(), "turn": text(), "plan": text(), "revision": number(), "run": text(), "step": number(),
                   "cluster": text(), "object": text(), "digest": text(), "payload": text()}),
        ),
        "Verified": closed(json!({"entries": number()}), json!({})),
        "Plugin": {"type": "object", "required": ["file", "state", "binding", "in_use"], "properties": {
            "file": text(), "id": or_null(text()), "version": or_null(text()), "world": or_null(text()),
            "digest": or_null(text()), "trust": or_null(text()), "state": one_of(&["active", "paused", "failed"]),
            "failure": anything(), "binding": or_null(one_of(&["enforce", "monitor"])), "in_use": yes_or_no(),
        }},
    })
}
