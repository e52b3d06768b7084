//! Schemas of the read side: threads, kinds, rights, settings, what one has to know before one begins.

use serde_json::{Value, json};

use super::{anything, closed, list, number, one_of, or_null, text, time, to, yes_or_no};

/// Threads, kinds, namespaces, rights.
pub(super) fn asking() -> Value {
    let unseen = || list(closed(json!({"what": text(), "why": text()}), json!({})));
    json!({
        "Thread": closed(
            json!({"id": text(), "title": text(), "cluster": text(), "namespace": text(), "created_at": time(),
                   "owner": text(), "own": yes_or_no(), "shared": yes_or_no(), "last": or_null(text())}),
            json!({}),
        ),
        "ThreadWords": closed(
            json!({}),
            json!({"title": text(), "cluster": text(), "namespace": text(), "shared": yes_or_no()}),
        ),
        "Kind": closed(
            json!({"group": text(), "version": text(), "kind": text(), "plural": text(), "namespaced": yes_or_no(),
                   "short_names": list(text()), "verbs": list(text())}),
            json!({}),
        ),
        "Namespaces": closed(
            json!({"items": list(closed(json!({"name": text(), "phase": text()}), json!({}))), "truncated": yes_or_no(),
                   "unseen": unseen()}),
            json!({}),
        ),
        "AccessReviews": closed(
            json!({"reviews": list(closed(
                json!({"verb": text(), "resource": text()}),
                json!({"namespace": text(), "name": text()}),
            ))}),
            json!({"cluster": text()}),
        ),
        "AccessAnswer": closed(
            json!({"verb": text(), "resource": text(), "allowed": yes_or_no(), "reason": text()}),
            json!({"namespace": text(), "name": text()}),
        ),
    })
}

/// What is looked at.
pub(super) fn looking() -> Value {
    let check = closed(json!({"name": text(), "ok": yes_or_no(), "detail": text()}), json!({"fix": text()}));
    json!({
        "ResourcePage": closed(
            json!({"cluster": text(),
                   "kind": closed(json!({"group": text(), "version": text(), "kind": text(), "plural": text(),
                                         "namespaced": yes_or_no()}), json!({})),
                   "columns": list(text()),
                   "items": list(closed(
                       json!({"namespace": text(), "name": text(), "uid": text(), "created_at": or_null(time()),
                              "cells": list(anything())}),
                       json!({}),
                   )),
                   "restarted": yes_or_no(), "resource_version": text()}),
            json!({"continue": text(), "remaining": number(), "applied_to": one_of(&["list", "page"])}),
        ),
        "Object": closed(json!({"object": {"type": "object"}}), json!({})),
        "RadiusPage": closed(
            json!({"revision": number(), "pods": number(), "objects": number(), "omitted": number(),
                   "sentences": list(closed(json!({"cluster": text(), "text": text()}), json!({}))),
                   "complete": yes_or_no(),
                   "items": list(closed(json!({"cluster": text(), "object": anything(), "why": text()}), json!({})))}),
            json!({"continue": text()}),
        ),
        "Setting": closed(
            json!({"name": text(), "value": text(), "origin": text(), "locked": yes_or_no()}),
            json!({}),
        ),
        "Doctor": closed(json!({"ok": yes_or_no(), "checks": list(check)}), json!({})),
        "Session": closed(
            json!({"issuer": text(), "name": text(), "groups": list(text()),
                   "clusters": list(closed(
                       json!({"name": text(), "user": or_null(text()), "mode": to("Mode"),
                              "mode_reason": or_null(text()), "production": yes_or_no(),
                              "problem": or_null(to("StoredProblem"))}),
                       json!({}),
                   )),
                   "provider": closed(json!({"name": one_of(&["provider"]), "ok": yes_or_no(), "detail": text()}), json!({})),
                   "egress": closed(json!({"open": yes_or_no(), "destinations": list(text()), "detail": text()}), json!({})),
                   "inbox": or_null(closed(
                       json!({"for_my_vote": number(), "mine_waiting": number(), "mine_ready": number(),
                              "complete": yes_or_no()}),
                       json!({}),
                   )),
                   "limits": {"type": "object", "additionalProperties": {"type": "integer"}}}),
            json!({}),
        ),
    })
}
