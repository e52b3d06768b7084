//! `set-env`: set and remove variables of one container.
//!
//! A strategic merge patch of just those variables. A variable that came from a Secret or ConfigMap gets the value
//! instead. Values are shown nowhere but in the masked diff: the sentence has names only. Reversibility: exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::container;
use super::qualified::shortened;
use super::{LowerError, Reversibility, Target, Write, shell_word};
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation, SET_ORDER};
use crate::object::{items, text};
use crate::redact;

/// Most variables one operation sets and removes.
pub const ENV_MAX: usize = 50;
/// Longest value of one variable, bytes.
pub const ENV_VALUE_BYTES_MAX: usize = 32 << 10;
/// Longest name of a variable, characters.
const ENV_NAME_CHARS_MAX: usize = 253;

/// Change a container's environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetEnv {
    /// The workload.
    pub target: Target,
    /// The container; may be left out when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Variables to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// Variables to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// The rule every Kubernetes release accepts.
fn is_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || "-_.".contains(c));
    starts && text.len() <= ENV_NAME_CHARS_MAX && text.bytes().all(inner) && text != "." && !text.starts_with("..")
}

impl SetEnv {
    fn check(&self) -> Result<(), LowerError> {
        let bad = |text: String| Err(LowerError::BadValue(text));
        let count = self.set.len() + self.remove.len();
        if count == 0 {
            return bad("no variable is named to set or remove".to_owned());
        }
        if count > ENV_MAX {
            let what = "the number of variables";
            return Err(LowerError::Limit { what, actual: count, limit: "ENV_MAX", max: ENV_MAX });
        }
        if let Some(name) = self.set.keys().chain(&self.remove).find(|name| !is_name(name)) {
            return bad(format!("{:?} is no name of a variable", shortened(name)));
        }
        if let Some(both) = self.remove.iter().find(|name| self.set.contains_key(*name)) {
            return bad(format!("{both} is both set and removed"));
        }
        match self.set.iter().find(|(_, value)| value.len() > ENV_VALUE_BYTES_MAX) {
            Some((_, value)) => {
                let (what, limit) = ("a variable's value", "ENV_VALUE_BYTES_MAX");
                Err(LowerError::Limit { what, actual: value.len(), limit, max: ENV_VALUE_BYTES_MAX })
            }
            None => Ok(()),
        }
    }

    /// The variables as a strategic patch of the list writes them; empty when all are so already.
    fn entries(&self, object: &str, present: &[Value]) -> Result<Vec<Value>, LowerError> {
        let find = |name: &str| present.iter().find(|variable| text(variable, "/name") == name);
        if let Some(absent) = self.remove.iter().find(|name| find(name).is_none()) {
            return Err(LowerError::BadValue(format!("{object} sets no variable {absent}")));
        }
        let mut entries = Vec::new();
        for (name, value) in &self.set {
            let former = find(name);
            let from = former.is_some_and(|former| former.get("valueFrom").is_some());
            let same = former.is_some_and(|former| text(former, "/value") == value);
            match (from, same) {
                (true, _) => entries.push(json!({"name": name, "value": value, "valueFrom": null})),
                (false, false) => entries.push(json!({"name": name, "value": value})),
                (false, true) => {}
            }
        }
        entries.extend(self.remove.iter().map(|name| json!({"name": name, "$patch": "delete"})));
        Ok(entries)
    }

    /// The order afterwards: a new variable comes last, because it may refer to those before it.
    fn order(&self, present: &[Value]) -> Value {
        let kept = present.iter().map(|variable| text(variable, "/name"));
        let kept: Vec<&str> = kept.filter(|name| !self.remove.iter().any(|gone| gone == name)).collect();
        let new = self.set.keys().map(String::as_str).filter(|name| !kept.contains(name));
        kept.iter().copied().chain(new).map(|name| json!({"name": name})).collect()
    }

    /// The variables with secret values masked, by the rule that masks them in an object.
    fn shown(&self) -> Vec<String> {
        let variables: Vec<Value> =
            self.set.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let masked = redact::object(&json!({"env": variables}));
        let word = |variable: &Value| shell_word(&format!("{}={}", text(variable, "/name"), text(variable, "/value")));
        items(&masked, "/env").iter().map(word).collect()
    }
}

impl Write for SetEnv {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.check()?;
        let container::Meant { target, template, container } =
            container::meant("set-env", &self.target, self.container.as_deref(), known)?;
        let name = text(container, "/name");
        let present = items(container, "/env");
        if crate::field::merge_key("env", present).is_none() {
            return Err(LowerError::BadValue(format!(
                "container {name} of {target} sets a variable twice; apply it anew"
            )));
        }
        let entries = self.entries(&format!("container {name} of {target}"), present)?;
        if entries.is_empty() {
            return Err(LowerError::NothingToDo(format!("{target} has each variable with that value already")));
        }
        let env: FieldPath = container::path(template, name).field("env");
        let touches = entries.iter().map(|entry| env.item("name", text(entry, "/name"))).collect();
        let mut patch = Map::new();
        patch.insert("name".to_owned(), json!(name));
        patch.insert(format!("{SET_ORDER}env"), self.order(present));
        patch.insert("env".to_owned(), Value::Array(entries));
        let body = container::patch(template, Value::Object(patch));
        Ok(vec![Mutation { target, action: Action::StrategicPatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        let names = |names: Vec<&str>| names.join(", ");
        let set = names(self.set.keys().map(String::as_str).collect());
        let remove = names(self.remove.iter().map(String::as_str).collect());
        let what = match (self.set.is_empty(), self.remove.is_empty()) {
            (false, true) => format!("set variable {set}"),
            (true, _) => format!("remove variable {remove}"),
            (false, false) => format!("set variable {set} and remove {remove}"),
        };
        format!("{what} in {}", container::plain(self.container.as_deref(), &self.target.plain()))
    }

    fn kubectl(&self) -> String {
        let container = self.container.as_ref().map(|c| format!("-c {}", shell_word(c)));
        let remove = self.remove.iter().map(|name| format!("{name}-"));
        let words: Vec<_> = container.into_iter().chain(self.shown()).chain(remove).collect();
        format!("kubectl set env {} {}", self.target.kubectl(), words.join(" "))
    }
}
