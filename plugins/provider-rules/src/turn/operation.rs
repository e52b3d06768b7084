//! The call of an operation on one object, or why the object can't have it.

use serde_json::{Value, json};

use super::fields;
use crate::context::Named;
use crate::conversation::Call;
use crate::intent::{Action, Amount, Reading};
use crate::{REPLICAS_MAX, answer};

/// The tool and its arguments.
pub(super) fn call(action: &Action, object: &Named, replicas: Option<i64>) -> Result<(&'static str, Value), String> {
    let namespace = object.namespace.clone().filter(|namespace| !namespace.is_empty());
    let is_namespace = object.kind.eq_ignore_ascii_case("namespace");
    if is_namespace && matches!(action, Action::Events | Action::Diagnose) {
        return Ok((action.tool(), json!({ "namespace": object.name })));
    }
    let target = fields(json!({ "kind": object.kind.to_lowercase(), "name": object.name }), namespace);
    let mut arguments = json!({ "target": target });
    let mut tool = action.tool();
    match action {
        Action::Get | Action::Describe | Action::Events | Action::Diagnose | Action::Restart | Action::Delete => {}
        Action::Logs { container, previous, lines } => {
            if let Some(container) = container {
                arguments["container"] = json!(container);
            }
            if *previous {
                arguments["previous"] = json!(true);
            }
            if let Some(lines) = lines {
                arguments["lines"] = json!(lines);
            }
        }
        Action::Scale(amount) => arguments["replicas"] = json!(count(amount, object, replicas)?),
        Action::SetImage { image, container } => {
            arguments["image"] = json!(image);
            if let Some(container) = container {
                arguments["container"] = json!(container);
            }
        }
        Action::Do(deed) if deed.tool == "changes" && is_namespace => {
            let said = json!(deed.fields);
            return Ok((tool, fields(said, Some(object.name.clone()))));
        }
        Action::Do(deed) => {
            tool = deed.tool_for(&object.kind);
            deed.fields.iter().for_each(|(key, value)| arguments[key] = value.clone());
        }
    }
    Ok((tool, arguments))
}

/// Where a call is for, if that is elsewhere, and whether it comes after those before it.
pub(super) fn placed(arguments: &mut Value, cluster: Option<&str>, then: bool) {
    if let Some(cluster) = cluster {
        arguments["cluster"] = json!(cluster);
    }
    if then {
        arguments["then"] = json!(true);
    }
}

/// The number of replicas wanted. A relative one needs the present one, and must come out whole and in bounds.
fn count(amount: &Amount, object: &Named, replicas: Option<i64>) -> Result<u32, String> {
    if let Amount::To(count) = amount {
        return Ok(*count);
    }
    let plain = answer::shown(&object.plain());
    let Some(present) = replicas.filter(|present| (0..=i64::from(REPLICAS_MAX)).contains(present)) else {
        return Err(format!("I don't know how many replicas {plain} has now. Which number shall it have?"));
    };
    let wanted = match amount {
        Amount::To(count) => Some(i64::from(*count)),
        Amount::More(more) => Some(present + i64::from(*more)),
        Amount::Fewer(fewer) => Some(present - i64::from(*fewer)),
        Amount::Times(times) => Some(present * i64::from(*times)),
        Amount::Half => (present % 2 == 0).then_some(present / 2),
    };
    let fits = wanted.and_then(|wanted| u32::try_from(wanted).ok()).filter(|wanted| *wanted <= REPLICAS_MAX);
    fits.ok_or_else(|| {
        format!("{plain} has {present} replicas now, so that is no number it can have. Which number shall it have?")
    })
}

/// Furthest back, minutes: a year.
const MINUTES_MAX: u32 = 525_600;

/// Cuts a call by the span of time that was named; what is to be said about it where it can't be cut, or only by a reading
/// of the words that another may not share.
pub(super) fn spanned(reading: &Reading, tool: &str, now: Option<u32>, arguments: &mut Value) -> Option<String> {
    let span = reading.span?;
    if !matches!(tool, "logs" | "events" | "changes") {
        let cut = matches!(tool, "list" | "top");
        return cut.then(|| "I can't cut this by time: you see all there are.".to_owned());
    }
    let minutes = span.back(now).map(|minutes| minutes.min(MINUTES_MAX));
    if let Some(minutes) = minutes {
        arguments["minutes"] = json!(minutes);
    }
    match (span.clock, minutes) {
        (Some(_), Some(_)) => Some("I took the time of day as UTC.".to_owned()),
        (Some(_), None) => Some("I don't know what time it is, so this is not cut by time.".to_owned()),
        (None, _) => None,
    }
}

/// A target and its cluster.
type Object = (Value, Option<Value>);

/// The tool that is called twice on one object, so that the second would undo or repeat the first.
pub(super) fn twice(calls: &[Call]) -> Option<&str> {
    let target = |call: &Call| {
        let arguments: Value = serde_json::from_str(&call.arguments_json).ok()?;
        Some((arguments.get("target")?.clone(), arguments.get("cluster").cloned()))
    };
    let scales = |call: &&Call| matches!(call.name.as_str(), "scale" | "set-image" | "delete" | "rollout-undo");
    let all: Vec<(&Call, Option<Object>)> = calls.iter().filter(scales).map(|call| (call, target(call))).collect();
    let again = |index: usize| {
        let (call, object) = &all[index];
        let same = |(other, target): &(&Call, Option<Object>)| other.name == call.name && target == object;
        (all[..index].iter().any(same) && object.is_some()).then_some(call.name.as_str())
    };
    (0..all.len()).find_map(again)
}
