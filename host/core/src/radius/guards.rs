//! Guards: what an autoscaler, budget, quota, limit range or network policy promised and promises no longer.
//!
//! A guard that becomes stricter weakens nothing; one whose new value can't be compared with the old counts as weakened.
//! Not here: guards that are deleted (that is a deletion), and what a stricter one refuses.

use serde_json::Value;

use super::Reach;
use crate::field::key_text;
use crate::object::{ObjectRef, integer};
use crate::quantity::milli;

/// A quota may grow by so much before its growth counts: teams grow, and doubling is no mistake of a digit.
const QUOTA_GROWTH_MAX: i128 = 2;

/// What of a changed guard is weaker than before.
pub(super) fn weakened(target: &ObjectRef, live: &Value, after: &Value, reach: &mut Reach) {
    match (target.api.group.as_str(), target.api.kind.as_str()) {
        ("autoscaling", "HorizontalPodAutoscaler") => {
            for (pointer, words) in [("/spec/minReplicas", "least"), ("/spec/maxReplicas", "most")] {
                let at = |object| integer(object, pointer).unwrap_or(1);
                if at(after) < at(live) {
                    reach.weakens.push(format!("at {words} {} pods instead of {}", at(after), at(live)));
                }
            }
        }
        ("policy", "PodDisruptionBudget") => budget(live, after, reach),
        ("", "ResourceQuota") => quota(live, after, reach),
        ("", "LimitRange") if live.get("spec") != after.get("spec") => {
            reach.weakens.push("other limits than before".to_owned());
        }
        _ => {}
    }
}

fn budget(live: &Value, after: &Value, reach: &mut Reach) {
    if live.pointer("/spec/selector") != after.pointer("/spec/selector") {
        reach.weakens.push("other pods than before".to_owned());
    }
    for (pointer, words, more_is_weaker) in
        [("/spec/minAvailable", "least healthy", false), ("/spec/maxUnavailable", "most disrupted", true)]
    {
        let (before, now) = (live.pointer(pointer), after.pointer(pointer));
        let weaker = match (before.and_then(share), now.and_then(share)) {
            (Some((unit, before)), Some((same, now))) if unit == same => {
                if more_is_weaker {
                    now > before
                } else {
                    now < before
                }
            }
            _ => before != now,
        };
        if weaker {
            let told = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), key_text);
            reach.weakens.push(format!("{words}: {} instead of {}", told(now), told(before)));
        }
    }
}

/// An IntOrString: whether it is a share, and its number.
fn share(value: &Value) -> Option<(bool, i64)> {
    match value {
        Value::Number(number) => Some((false, number.as_i64()?)),
        Value::String(text) => Some((true, text.strip_suffix('%')?.parse().ok()?)),
        _ => None,
    }
}

fn quota(live: &Value, after: &Value, reach: &mut Reach) {
    let hard = |object: &'_ Value, resource: &str| {
        object.pointer("/spec/hard").and_then(|hard| hard.get(resource)).map(key_text)
    };
    let before = live.pointer("/spec/hard").and_then(Value::as_object);
    for (resource, value) in before.into_iter().flatten() {
        let (old, new) = (key_text(value), hard(after, resource));
        let amounts = milli(&old).zip(new.as_deref().and_then(milli));
        if amounts.is_none_or(|(old, new)| new > old.saturating_mul(QUOTA_GROWTH_MAX)) {
            let new = new.unwrap_or_else(|| "no limit".to_owned());
            reach.weakens.push(format!("{resource}: {new} instead of {old}"));
        }
    }
}
