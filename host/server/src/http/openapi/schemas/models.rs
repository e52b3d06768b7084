//! Schemas of models: their order, trials, what a component offers.

use serde_json::{Value, json};

use super::{closed, list, number, one_of, or_null, text, time, to, yes_or_no};

/// Order, trial, offer.
pub(super) fn schemas() -> Value {
    let way = closed(json!({"name": text(), "bound": yes_or_no()}), json!({"origin": text()}));
    let usage_today = closed(
        json!({"input_tokens": number(), "output_tokens": number(), "estimated": yes_or_no()}),
        json!({"cost": text()}),
    );
    let left = closed(json!({}), json!({"tokens": number(), "cost": text()}));
    let budget = closed(json!({}), json!({"tokens_per_day": number(), "cost_per_day": text(), "left": left}));
    let last =
        closed(json!({"at": time(), "outcome": one_of(&["ok", "failed"]), "ms": number()}), json!({"detail": text()}));
    json!({
        "Models": closed(json!({"items": list(to("Model")), "rules_first": yes_or_no()}), json!({})),
        "Model": closed(
            json!({"index": number(), "provider": text(), "version": or_null(text()), "model": or_null(text()),
                   "tasks": list(one_of(&["plan", "explain", "summarise"])), "local": yes_or_no(),
                   "destinations": list(way), "state": one_of(&["ready", "not-bound", "failed", "spent", "not-loaded"]),
                   "usage_today": usage_today, "budget": budget}),
            json!({"reason": text(), "last": last}),
        ),
        "ModelTrial": closed(
            json!({"ok": yes_or_no(), "ms": number()}),
            json!({"first_token_ms": number(), "text": text(), "usage": to("Usage"), "problem": to("StoredProblem")}),
        ),
        "Usage": closed(
            json!({"input_tokens": number(), "output_tokens": number()}),
            json!({"estimated": yes_or_no()}),
        ),
        "TurnUsage": closed(
            json!({"input_tokens": number(), "output_tokens": number(), "rounds": number()}),
            json!({"estimated": yes_or_no()}),
        ),
        "OfferedModel": closed(
            json!({"id": text(), "title": text(), "tools": yes_or_no()}),
            json!({"context_tokens": number()}),
        ),
    })
}
