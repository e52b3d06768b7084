//! Schemas of the way out: destinations, what went there, trials.

use serde_json::{Value, json};

use super::{closed, list, number, one_of, or_null, text, time, to, yes_or_no};

/// Destinations, log, trial.
pub(super) fn schemas() -> Value {
    let classes = one_of(&["prompts", "objects", "logs", "secret-metadata"]);
    let bound = closed(
        json!({"url": text(), "internal": yes_or_no(), "own_ca": yes_or_no(), "proxy": or_null(text()),
               "credential": yes_or_no(), "data": list(classes), "under_way": number(), "counts": to("EgressCounts"),
               "broken": or_null(text())}),
        json!({}),
    );
    let destination = closed(
        json!({"destination": text(), "wanted_by": list(text()), "bound": or_null(bound), "command": or_null(text())}),
        json!({}),
    );
    let found = closed(json!({"destination": text(), "url": text(), "version": text(), "command": text()}), json!({}));
    json!({
        "Egress": closed(
            json!({"air_gapped": yes_or_no(), "items": list(destination), "unbound": to("EgressCounts"),
                   "found": or_null(found)}),
            json!({}),
        ),
        "EgressCounts": closed(
            json!({"requests": number(), "bytes_out": number(), "bytes_in": number(), "failed": number(),
                   "refused": {"type": "object", "additionalProperties": number()}}),
            json!({}),
        ),
        "EgressRequest": closed(
            json!({"number": number(), "at": time(), "caller": text(), "destination": text(),
                   "method": one_of(&["GET", "POST"]), "path": text(), "status": or_null(number()),
                   "bytes_out": number(), "bytes_in": number(), "took_ms": number(), "ended": text()}),
            json!({}),
        ),
        "EgressTrial": closed(
            json!({"reached": yes_or_no(), "status": or_null(number()), "took_ms": number(), "detail": or_null(text()),
                   "hint": or_null(text())}),
            json!({}),
        ),
    })
}
