//! `set-resources`: what one container asks for (requests) and may use (limits).
//!
//! A strategic merge patch of just the named entries; a value of null takes an entry away. Amounts are parsed here, and a
//! request above its limit is refused before the server has to. Reversibility: exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::container;
use super::qualified::{self, shortened};
use super::{LowerError, Reversibility, Target, Write, shell_word};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::{Action, Mutation};
use crate::object::text;
use crate::quantity::{amount, milli};

/// Most entries one operation changes.
pub const RESOURCES_MAX: usize = 16;

/// Amounts by resource; none means that the entry goes.
pub type Amounts = BTreeMap<String, Option<String>>;

/// Change what a container asks for and may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetResources {
    /// The workload.
    pub target: Target,
    /// The container; may be left out when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// What it asks for: `{"cpu": "100m", "memory": "1Gi"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: Amounts,
    /// What it may use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: Amounts,
}

impl SetResources {
    fn sides(&self) -> [(&'static str, &Amounts); 2] {
        [("requests", &self.requests), ("limits", &self.limits)]
    }

    fn check(&self) -> Result<(), LowerError> {
        let count = self.requests.len() + self.limits.len();
        if count == 0 {
            return Err(LowerError::BadValue("no request and no limit is named".to_owned()));
        }
        if count > RESOURCES_MAX {
            let what = "the number of requests and limits";
            return Err(LowerError::Limit { what, actual: count, limit: "RESOURCES_MAX", max: RESOURCES_MAX });
        }
        for (resource, wanted) in self.requests.iter().chain(&self.limits) {
            qualified::key(resource)?;
            if let Some(wanted) = wanted.as_deref().filter(|wanted| amount(wanted).is_none()) {
                let shown = shortened(wanted);
                return Err(LowerError::BadValue(format!("{shown:?} is no amount of {resource} like 100m, 2 or 1Gi")));
            }
        }
        Ok(())
    }

    /// Requests that would be above their limits: the server would say so in many more words.
    fn fits(&self, name: &str, present: &Value) -> Result<(), LowerError> {
        let after = |side: &str, changes: &Amounts, resource: &str| match changes.get(resource) {
            Some(changed) => changed.clone(),
            None => present.get(side).and_then(|side| side.get(resource)).and_then(Value::as_str).map(str::to_owned),
        };
        for resource in self.requests.keys().chain(self.limits.keys()) {
            let request = after("requests", &self.requests, resource);
            let limit = after("limits", &self.limits, resource);
            if let (Some(request), Some(limit)) = (request, limit)
                && milli(&request) > milli(&limit)
            {
                return Err(LowerError::BadValue(format!(
                    "container {name} would ask for {request} {resource} and may use only {limit}"
                )));
            }
        }
        Ok(())
    }

    /// The entries that change, by side.
    fn changes(&self, object: &str, present: &Value) -> Result<Vec<(&'static str, &str, Value)>, LowerError> {
        let mut changes = Vec::new();
        for (side, amounts) in self.sides() {
            for (resource, wanted) in amounts {
                let now = present.get(side).and_then(|side| side.get(resource)).and_then(Value::as_str);
                match (wanted, now) {
                    (Some(wanted), Some(now)) if milli(wanted) == milli(now) => {}
                    (Some(wanted), _) => changes.push((side, resource.as_str(), json!(wanted))),
                    (None, Some(_)) => changes.push((side, resource.as_str(), Value::Null)),
                    (None, None) => {
                        return Err(LowerError::BadValue(format!("{object} has no {resource} in its {side}")));
                    }
                }
            }
        }
        Ok(changes)
    }
}

impl Write for SetResources {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.check()?;
        let container::Meant { target, template, container } =
            container::meant("set-resources", &self.target, self.container.as_deref(), known)?;
        let name = text(container, "/name");
        let present = &container["resources"];
        self.fits(name, present)?;
        let changes = self.changes(&format!("container {name} of {target}"), present)?;
        if changes.is_empty() {
            return Err(LowerError::NothingToDo(format!("container {name} of {target} has these amounts already")));
        }
        let at = container::path(template, name).field("resources");
        let touches = changes.iter().map(|(side, resource, _)| at.field(side).field(resource)).collect();
        let mut resources = Map::new();
        for (side, resource, value) in changes {
            resources.entry(side).or_insert_with(|| json!({}))[resource] = value;
        }
        let body = container::patch(template, json!({"name": name, "resources": resources}));
        Ok(vec![Mutation { target, action: Action::StrategicPatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        let side = |(side, amounts): (&str, &Amounts)| {
            let each = amounts.iter().map(|(resource, wanted)| match wanted {
                Some(wanted) => format!("{resource} {wanted}"),
                None => format!("no {resource}"),
            });
            (!amounts.is_empty()).then(|| format!("{side} {}", each.collect::<Vec<_>>().join(", ")))
        };
        let both: Vec<_> = self.sides().into_iter().filter_map(side).collect();
        let place = container::plain(self.container.as_deref(), &self.target.plain());
        format!("set {} of {place}", both.join(" and "))
    }

    fn kubectl(&self) -> String {
        let container = self.container.as_ref().map(|c| format!("-c {}", shell_word(c)));
        // kubectl knows no other way to take an entry away than an amount of 0.
        let side = |(side, amounts): (&str, &Amounts)| {
            let each = amounts.iter().map(|(key, wanted)| format!("{key}={}", wanted.as_deref().unwrap_or("0")));
            (!amounts.is_empty()).then(|| format!("--{side}={}", shell_word(&each.collect::<Vec<_>>().join(","))))
        };
        let words: Vec<_> = container.into_iter().chain(self.sides().into_iter().filter_map(side)).collect();
        format!("kubectl set resources {} {}", self.target.kubectl(), words.join(" "))
    }
}
