//! `autoscale`: let a workload scale by itself, between two sizes.
//!
//! If an autoscaler has the workload already, it is changed (its other metrics stay); else one with the workload's name is
//! created. Reversibility: exact: fields come back, a created one is deleted; the size it chose meanwhile stays.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::apply::leaves;
use super::scale::{REPLICAS_MAX, SCALES, scales};
use super::{LowerError, Reversibility, Target, Write, fact_error};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::names::ObjectName;
use crate::object::{ApiType, ObjectRef, items, name, text};

/// Highest share of the requested CPU that may be aimed at, percent: above it means a mistake.
pub const CPU_PERCENT_MAX: u32 = 1_000;

/// Let a workload scale by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Autoscale {
    /// The workload.
    pub target: Target,
    /// Fewest replicas, from 1.
    pub min: u32,
    /// Most replicas.
    pub max: u32,
    /// The share of the requested CPU it aims at, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_percent: Option<u32>,
}

fn is_cpu(metric: &Value) -> bool {
    text(metric, "/type") == "Resource" && text(metric, "/resource/name") == "cpu"
}

impl Autoscale {
    fn check(&self) -> Result<(), LowerError> {
        if self.max > REPLICAS_MAX {
            let (actual, max) = (self.max as usize, REPLICAS_MAX as usize);
            return Err(LowerError::Limit { what: "replicas", actual, limit: "REPLICAS_MAX", max });
        }
        if self.min == 0 || self.min > self.max {
            let range = format!("{} to {}", self.min, self.max);
            return Err(LowerError::BadValue(format!("{range} replicas is no range; it starts at 1 or more")));
        }
        match self.cpu_percent {
            Some(percent) if percent == 0 || percent > CPU_PERCENT_MAX => {
                Err(LowerError::BadValue(format!("{percent} % of the requested CPU can't be aimed at")))
            }
            _ => Ok(()),
        }
    }

    fn list(target: &ObjectRef) -> FactQuery {
        FactQuery::List { api: ApiType::autoscalers(), namespace: target.namespace.clone(), selector: None }
    }

    /// The autoscaler that has this workload, if one does.
    fn present<'a>(target: &ObjectRef, known: &'a Snapshot) -> Result<Option<&'a Value>, LowerError> {
        let list = match known.get(&Self::list(target)) {
            Some(Fact::List { items, .. }) => items,
            Some(other) => return Err(fact_error(other, "the autoscalers beside it")),
            None => return Err(LowerError::FactFailed(format!("the autoscalers of {target} were not looked up"))),
        };
        let group = |api_version: &str| api_version.split_once('/').map_or("", |(group, _)| group).to_owned();
        let has = |scaler: &&Value| {
            let of = |key: &str| text(scaler, &format!("/spec/scaleTargetRef/{key}"));
            of("kind") == target.api.kind
                && of("name") == target.name.as_str()
                && group(of("apiVersion")) == target.api.group
        };
        let mut mine = list.iter().filter(has);
        match (mine.next(), mine.next()) {
            (Some(one), Some(two)) => {
                let (one, two) = (name(one), name(two));
                Err(LowerError::BadValue(format!(
                    "{target} has two autoscalers, {one} and {two}; change the one you mean"
                )))
            }
            (None, _) if list.iter().any(|other| name(other) == target.name.as_str()) => {
                Err(LowerError::Exists(format!("HorizontalPodAutoscaler {} for something else", target.name)))
            }
            (mine, _) => Ok(mine),
        }
    }

    fn metric(percent: u32) -> Value {
        let target = json!({"type": "Utilization", "averageUtilization": percent});
        json!({"type": "Resource", "resource": {"name": "cpu", "target": target}})
    }

    fn change(&self, scaler: ObjectRef, live: &Value) -> Mutation {
        let mut spec = json!({"minReplicas": self.min, "maxReplicas": self.max});
        let mut touches = vec![FieldPath::of(&["spec", "minReplicas"]), FieldPath::of(&["spec", "maxReplicas"])];
        if let Some(percent) = self.cpu_percent {
            let others = items(live, "/spec/metrics").iter().filter(|metric| !is_cpu(metric)).cloned();
            spec["metrics"] = others.chain([Self::metric(percent)]).collect();
            touches.push(FieldPath::of(&["spec", "metrics"]));
        }
        Mutation { target: scaler, action: Action::MergePatch { body: json!({"spec": spec}) }, touches }
    }

    fn create(&self, target: &ObjectRef, scaler: ObjectRef) -> Mutation {
        let of = json!({"apiVersion": target.api.api_version(), "kind": target.api.kind, "name": target.name});
        let mut spec = json!({"scaleTargetRef": of, "minReplicas": self.min, "maxReplicas": self.max});
        if let Some(percent) = self.cpu_percent {
            spec["metrics"] = json!([Self::metric(percent)]);
        }
        let mut touches = Vec::new();
        leaves(&spec, &FieldPath::of(&["spec"]), &mut touches);
        let metadata = json!({"name": scaler.name, "namespace": scaler.namespace});
        let (api_version, kind) = (scaler.api.api_version(), scaler.api.kind.clone());
        let body = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec});
        Mutation { target: scaler, action: Action::Create { body }, touches }
    }
}

impl Write for Autoscale {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        let mut needs = self.target.needs_object(known)?;
        if let Some(target) = self.target.address(known)? {
            needs.push(Self::list(&target));
            let own = ObjectRef { api: ApiType::autoscalers(), ..target.clone() };
            needs.push(FactQuery::Object { object: own });
            // The list leaves out what a write is bound to; the one that is changed is read whole.
            if known.missing(vec![Self::list(&target)]).is_empty()
                && let Ok(Some(present)) = Self::present(&target, known)
                && let Ok(name) = ObjectName::parse(name(present))
            {
                let object = ObjectRef { api: ApiType::autoscalers(), namespace: target.namespace.clone(), name };
                needs.push(FactQuery::Object { object });
            }
        }
        Ok(known.missing(needs))
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.check()?;
        let (target, _) = self.target.object(known)?;
        if !scales(&target.api) {
            return Err(LowerError::WrongKind { what: "autoscale", kind: target.api.kind, works_for: SCALES });
        }
        let scaler =
            |name: ObjectName| ObjectRef { api: ApiType::autoscalers(), namespace: target.namespace.clone(), name };
        let Some(present) = Self::present(&target, known)? else {
            return Ok(vec![self.create(&target, scaler(target.name.clone()))]);
        };
        let name = ObjectName::parse(name(present)).map_err(|e| LowerError::BadValue(e.to_string()))?;
        let scaler = scaler(name);
        let live = known.object(&scaler).unwrap_or(present);
        Ok(vec![self.change(scaler, live)])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        let aim = self.cpu_percent.map(|percent| format!(" aiming at {percent} % CPU")).unwrap_or_default();
        format!("autoscale {} between {} and {} replicas{aim}", self.target.plain(), self.min, self.max)
    }

    fn kubectl(&self) -> String {
        let aim = self.cpu_percent.map(|percent| format!(" --cpu-percent={percent}")).unwrap_or_default();
        format!("kubectl autoscale {} --min={} --max={}{aim}", self.target.kubectl(), self.min, self.max)
    }
}
