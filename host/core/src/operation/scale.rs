//! `scale`: the number of replicas of a workload, or of anything else that can be scaled.
//!
//! One merge patch of the field that holds the number: `spec.replicas` for Kubernetes' own workloads, for a custom kind
//! the place its definition names in the scale subresource; where that definition can't be read or has none, a refusal.
//! Reversibility: exact. An autoscaler that owns the number is not a refusal here; radius and policy say so.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{LowerError, Reversibility, Target, Write, fact_error};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::names::ObjectName;
use crate::object::{ApiType, ObjectRef, items, text};

/// Most replicas one plan may ask for: beyond any real need, below any integer trick.
pub const REPLICAS_MAX: u32 = 10_000;
/// The kinds whose replicas stand in `spec.replicas`.
pub(super) const SCALES: &str = "Deployment, StatefulSet and ReplicaSet";
/// Most keys on the way to a custom kind's replicas.
const PATH_KEYS_MAX: usize = 16;

/// Change the number of replicas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The workload.
    pub target: Target,
    /// Wanted replicas, 0..=[`REPLICAS_MAX`].
    pub replicas: u32,
}

/// Whether a kind of Kubernetes' own has replicas.
pub(super) fn scales(api: &ApiType) -> bool {
    api.group == "apps" && matches!(api.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet")
        || api.is("", "ReplicationController")
}

/// The definition of a custom kind.
fn definition(api: &ApiType) -> Option<ObjectRef> {
    let name = ObjectName::parse(&api.resource()).ok().filter(|_| !api.is_built_in())?;
    Some(ObjectRef { api: ApiType::definitions(), namespace: None, name })
}

/// `.spec.shards.count` as keys; anything but plain fields is not followed.
fn keys(path: &str) -> Option<Vec<&str>> {
    let keys: Vec<&str> = path.strip_prefix('.')?.split('.').collect();
    let plain =
        |key: &&str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    (keys.first() == Some(&"spec") && keys.len() <= PATH_KEYS_MAX && keys.iter().all(plain)).then_some(keys)
}

impl Scale {
    /// Where the kind keeps its replicas.
    fn place(&self, target: &ObjectRef, known: &Snapshot) -> Result<FieldPath, LowerError> {
        if scales(&target.api) {
            return Ok(FieldPath::of(&["spec", "replicas"]));
        }
        let wrong = || {
            let works_for = "Deployment, StatefulSet, ReplicaSet and custom kinds with a scale subresource";
            LowerError::WrongKind { what: "scale", kind: target.api.kind.clone(), works_for }
        };
        let definition = definition(&target.api).ok_or_else(wrong)?;
        let content = match known.get(&FactQuery::Object { object: definition.clone() }) {
            Some(Fact::Object { object }) => object,
            Some(Fact::Absent) | None => return Err(wrong()),
            Some(other) => {
                return Err(fact_error(other, &format!("{definition}, which says where its replicas stand")));
            }
        };
        let versions = items(content, "/spec/versions");
        let version = versions.iter().find(|version| text(version, "/name") == target.api.version);
        let path = version.map_or("", |version| text(version, "/subresources/scale/specReplicasPath"));
        keys(path).map(|keys| FieldPath::of(&keys)).ok_or_else(wrong)
    }
}

impl Write for Scale {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        let mut needs = self.target.needs_object(known)?;
        if let Some(object) = self.target.api(known)?.as_ref().and_then(definition) {
            needs.push(FactQuery::Object { object });
        }
        Ok(known.missing(needs))
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        if self.replicas > REPLICAS_MAX {
            let (actual, max) = (self.replicas as usize, REPLICAS_MAX as usize);
            return Err(LowerError::Limit { what: "replicas", actual, limit: "REPLICAS_MAX", max });
        }
        let (target, object) = self.target.object(known)?;
        let place = self.place(&target, known)?;
        let now = place.get(object).and_then(Value::as_i64).unwrap_or(1);
        if now == i64::from(self.replicas) {
            return Err(LowerError::NothingToDo(format!("{target} already has {} replicas", self.replicas)));
        }
        let body = place.0.iter().rev().fold(json!(self.replicas), |below, segment| match segment {
            crate::field::Segment::Field(key) => json!({key: below}),
            crate::field::Segment::Item { .. } => below,
        });
        Ok(vec![Mutation { target, action: Action::MergePatch { body }, touches: vec![place] }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("scale {} to {}", self.target.plain(), self.replicas)
    }

    fn kubectl(&self) -> String {
        format!("kubectl scale {} --replicas={}", self.target.kubectl(), self.replicas)
    }
}
