//! An operation with its arguments as the wire has them, how it is said in words, and which kinds have it.
//!
//! The arguments come from the slots of a row; the target is added once the object is resolved. Which kinds fit is said
//! of built-in kinds only: a custom kind is the host's to judge.

use serde_json::Value;

use crate::intent::Fields;
use crate::kinds;

/// An operation on one object, beyond the ones with a form of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deed {
    /// The tool, and the operation's wire name. `resume` becomes `rollout-resume` for a Deployment.
    pub(crate) tool: &'static str,
    /// Its arguments without the target.
    pub(crate) fields: Fields,
}

/// The kinds whose pods come from a template that rolls.
const ROLLING: &[&str] = &["deployment", "statefulset", "daemonset"];

impl Deed {
    /// Whether it changes something.
    pub(crate) fn writes(&self) -> bool {
        self.tool != "changes"
    }

    /// The kind an object is of when none was said.
    pub(crate) fn default_kind(tool: &str) -> Option<&'static str> {
        matches!(tool, "cordon" | "uncordon" | "drain" | "taint").then_some("node")
    }

    /// The built-in kinds that have it; empty: all of them.
    fn kinds(&self) -> &'static [&'static str] {
        match self.tool {
            "set-env" | "set-resources" => &["deployment", "statefulset", "daemonset", "cronjob"],
            "rollout-undo" => ROLLING,
            "rollout-pause" | "rollout-resume" => &["deployment"],
            "expose" => &["deployment", "statefulset", "daemonset", "replicaset", "pod"],
            "autoscale" => &["deployment", "statefulset", "replicaset"],
            "cordon" | "uncordon" | "drain" | "taint" => &["node"],
            "suspend" => &["cronjob", "job"],
            "resume" => &["cronjob", "job", "deployment"],
            _ => &[],
        }
    }

    /// Whether a kind can have it.
    pub(crate) fn fits(&self, kind: &str) -> bool {
        let kind = kind.to_lowercase();
        let (wanted, built_in) = (self.kinds(), kinds::find(&kind).is_some());
        let custom = matches!(self.tool, "suspend" | "resume" | "autoscale") && !built_in;
        wanted.is_empty() || custom || wanted.contains(&kind.as_str())
    }

    /// The kinds it works for, in words.
    pub(crate) fn works_for(&self) -> String {
        let kinds: Vec<&str> = self.kinds().iter().map(|kind| kinds::plural(kind)).collect();
        kinds.join(", ")
    }

    /// The tool for a kind.
    pub(crate) fn tool_for(&self, kind: &str) -> &'static str {
        if self.tool == "resume" && kind.eq_ignore_ascii_case("deployment") { "rollout-resume" } else { self.tool }
    }

    /// It in words a person can say again.
    pub(crate) fn words(&self, object: &str) -> String {
        let number = |key: &str| self.fields.get(key).map(Value::to_string).unwrap_or_default();
        match self.tool {
            "set-env" => match removed(&self.fields) {
                Some(keys) => format!("remove env {keys} from {object}"),
                None => format!("set {} on {object}", pairs(&self.fields, "set")),
            },
            "set-resources" => self.resource_words(object),
            "rollout-undo" if self.fields.contains_key("revision") => {
                format!("roll back {object} to revision {}", number("revision"))
            }
            "rollout-undo" => format!("roll back {object}"),
            "rollout-pause" => format!("pause the rollout of {object}"),
            "rollout-resume" => format!("resume the rollout of {object}"),
            "label" | "annotate" => match removed(&self.fields) {
                Some(keys) if self.tool == "label" => format!("remove label {keys} from {object}"),
                Some(keys) => format!("remove annotation {keys} from {object}"),
                None => format!("{} {object} {}", self.tool, pairs(&self.fields, "set")),
            },
            "expose" => format!("expose {object} on port {}", number("port")),
            "autoscale" => format!("autoscale {object} between {} and {}", number("min"), number("max")),
            "taint" => match taints(&self.fields, "set") {
                set if set.is_empty() => format!("remove taint {} from {object}", taints(&self.fields, "remove")),
                set => format!("taint {object} with {set}"),
            },
            "changes" => format!("what changed on {object}?"),
            tool => format!("{tool} {object}"),
        }
    }

    fn resource_words(&self, object: &str) -> String {
        let entry = |bound: &str| Some((bound.to_owned(), self.fields.get(bound)?.as_object()?.clone()));
        let all: Vec<String> = ["limits", "requests"]
            .into_iter()
            .filter_map(entry)
            .flat_map(|(bound, entries)| {
                let one = bound.trim_end_matches('s').to_owned();
                entries.into_iter().map(move |(resource, value)| match value.as_str() {
                    Some(value) => format!("set the {resource} {one} of {{}} to {value}"),
                    None => format!("remove the {resource} {one} from {{}}"),
                })
            })
            .collect();
        all.join(" and ").replace("{}", object)
    }
}

fn pairs(fields: &Fields, key: &str) -> String {
    let set = fields.get(key).and_then(Value::as_object);
    let pairs = set.into_iter().flatten().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    pairs.collect::<Vec<_>>().join(" ")
}

fn removed(fields: &Fields) -> Option<String> {
    let keys = fields.get("remove")?.as_array()?;
    Some(keys.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
}

fn taints(fields: &Fields, key: &str) -> String {
    let part = |taint: &Value, key: &str, sign: &str| {
        taint.get(key).and_then(Value::as_str).map(|text| format!("{sign}{text}")).unwrap_or_default()
    };
    let taints = fields.get(key).and_then(Value::as_array).into_iter().flatten();
    let word = |taint: &Value| {
        format!("{}{}{}", part(taint, "key", ""), part(taint, "value", "="), part(taint, "effect", ":"))
    };
    taints.map(word).collect::<Vec<_>>().join(", ")
}

/// A read of a place, in words.
pub(crate) fn look_words(tool: &str, fields: &Fields) -> String {
    let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    match tool {
        "top" if text("sort").is_empty() => format!("top {}", text("kind")),
        "top" => format!("top {} by {}", text("kind"), text("sort")),
        "images" => "show images".to_owned(),
        "who-can" => format!("who can {} {}?", text("verb"), text("kind")),
        _ => "what changed?".to_owned(),
    }
}

/// Objects to make, in words.
pub(crate) fn make_words(tool: &str, objects: &[Value]) -> String {
    let text = |key: &str| objects[0].pointer(key).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    match objects.len() {
        1 if tool == "create" => format!("create {} {}", text("/kind"), text("/metadata/name")),
        _ => format!("{tool} that manifest"),
    }
}
