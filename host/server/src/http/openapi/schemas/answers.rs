//! Schemas of what is read about objects: events, changes, relations, history; findings and completions; the bundle.

use serde_json::{Value, json};

use super::{anything, closed, list, number, one_of, or_null, text, time, to, yes_or_no};

/// All of them.
pub(super) fn schemas() -> Value {
    let mut all = objects();
    for group in [lists(), related(), history(), others()] {
        if let (Some(all), Value::Object(group)) = (all.as_object_mut(), group) {
            all.extend(group);
        }
    }
    all
}

fn objects() -> Value {
    json!({
        "ApiType": closed(
            json!({"group": text(), "version": text(), "kind": text(), "plural": text(), "namespaced": yes_or_no()}),
            json!({}),
        ),
        "ObjectRef": closed(json!({"type": to("ApiType"), "name": text()}), json!({"namespace": text()})),
        "Unseen": closed(json!({"what": text(), "why": text()}), json!({})),
    })
}

fn lists() -> Value {
    let sources = ["created", "rollout", "writer", "helm", "gitops", "event", "kubechat"];
    json!({
        "Events": closed(
            json!({"answer": one_of(&["events"]), "omitted": number(), "rows": list(closed(
                json!({"at": or_null(time()), "age": text(), "level": text(), "reason": text(), "object": text(),
                       "count": number(), "message": text()}),
                json!({}),
            ))}),
            json!({}),
        ),
        "ChangeRow": closed(
            json!({"age": text(), "source": one_of(&sources), "object": text(), "what": text()}),
            json!({"at": time(), "who": text()}),
        ),
        "Changes": closed(
            json!({"answer": one_of(&["changes"]), "rows": list(to("ChangeRow")), "omitted": number(),
                   "gaps": list(text()), "unseen": list(to("Unseen"))}),
            json!({"object": to("ObjectRef"), "namespace": text(), "since": time()}),
        ),
    })
}

fn related() -> Value {
    let relations = [
        "owner",
        "dependent",
        "service",
        "route",
        "autoscaler",
        "budget",
        "network-policy",
        "refers-to",
        "node",
        "storage",
        "selects",
        "target",
        "runs",
        "used-by",
        "holds",
    ];
    json!({
        "Related": closed(
            json!({"object": to("ObjectRef"), "unseen": list(to("Unseen")), "relations": list(closed(
                json!({"relation": one_of(&relations), "total": number(), "omitted": number(), "items": list(closed(
                    json!({"kind": text(), "object": to("ObjectRef"), "state": text()}),
                    json!({}),
                ))}),
                json!({}),
            ))}),
            json!({}),
        ),
    })
}

fn history() -> Value {
    let undo = closed(json!({"possible": yes_or_no(), "reason": text()}), json!({}));
    json!({
        "Revision": closed(
            json!({"number": number(), "name": text(), "at": or_null(time()), "age": text(), "current": yes_or_no(),
                   "images": list(text()), "what": text()}),
            json!({"cause": text(), "undo": {"type": "object"}}),
        ),
        "OurStep": closed(
            json!({"at": time(), "who": text(), "what": text(), "outcome": text(), "plan": or_null(text()),
                   "state": or_null(text()), "run": or_null(text()), "undo": undo}),
            json!({}),
        ),
        "History": closed(
            json!({"object": to("ObjectRef"), "revisions": list(to("Revision")), "omitted": number(),
                   "gaps": list(text()), "unseen": list(to("Unseen")), "ours": list(to("OurStep"))}),
            json!({}),
        ),
    })
}

fn others() -> Value {
    let masked = closed(json!({"secrets": number(), "home_folders": number()}), json!({}));
    let kinds = ["word", "kind", "object", "namespace", "hint"];
    json!({
        // A finding grows with new analyzers; what is always there is required.
        "Finding": {"type": "object", "required": ["rule", "severity", "object", "sentence", "evidence"], "properties": {
            "rule": text(), "severity": one_of(&["low", "medium", "high", "critical"]), "object": to("ObjectRef"),
            "sentence": text(), "evidence": list(anything()), "fix": {"type": "object"},
        }},
        "Findings": closed(
            json!({"answer": one_of(&["findings"]), "findings": list(to("Finding")), "omitted": number(),
                   "looked_at": list(closed(json!({"kind": text(), "total": number(), "troubled": number()}), json!({}))),
                   "namespaces": list(text()), "unseen": list(to("Unseen"))}),
            json!({"changes": list(to("ChangeRow"))}),
        ),
        "Completion": closed(
            json!({"start": number(), "end": number(), "omitted": number(), "names": yes_or_no(),
                   "suggestions": list(closed(json!({"kind": one_of(&kinds), "text": text()}), json!({"detail": text()})))}),
            json!({}),
        ),
        "BundlePreview": closed(
            json!({"files": list(closed(json!({"name": text(), "bytes": number(), "masked": masked}), json!({}))),
                   "bytes": number(), "left_out": list(text())}),
            json!({}),
        ),
    })
}
