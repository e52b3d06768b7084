//! `rollout-undo`: put a workload's pod template back to an earlier revision.
//!
//! The revision's template becomes the patch, whole, as `kubectl rollout undo` does it; the step says which revision that
//! is. A paused Deployment is refused, as kubectl refuses it. Reversibility: exact (the template).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LowerError, ROLLING, Reversibility, Target, Write, history, rolls, switch};
use crate::facts::{FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::mutation::{Action, Mutation};
use crate::object::{items, text};
use crate::read::shown::line;

/// Most images named in a step's sentence.
const IMAGES_NAMED_MAX: usize = 3;

/// Put a workload back to an earlier revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolloutUndo {
    /// The workload.
    pub target: Target,
    /// Which revision; the one before the present one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
}

impl RolloutUndo {
    fn chosen(&self, known: &Snapshot) -> Result<history::Revision, LowerError> {
        let (target, object) = self.target.object(known)?;
        history::choose(&target.to_string(), history::revisions(&target, object, known)?, self.revision)
    }
}

impl Write for RolloutUndo {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        let needs = self.target.needs_object(known)?;
        if !needs.is_empty() {
            return Ok(needs);
        }
        let (target, object) = self.target.object(known)?;
        let history = if rolls(&target.api) { history::query(&target, object) } else { None };
        Ok(known.missing(history.into_iter().collect()))
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let (target, object) = self.target.object(known)?;
        if !rolls(&target.api) {
            return Err(LowerError::WrongKind { what: "rollout-undo", kind: target.api.kind, works_for: ROLLING });
        }
        if switch::is_on(object, &["spec", "paused"]) {
            return Err(LowerError::BadValue(format!("{target} is paused; resume it before putting it back")));
        }
        let revision = self.chosen(known)?;
        if object.pointer("/spec/template") == Some(&revision.template) {
            let number = revision.number;
            return Err(LowerError::NothingToDo(format!("{target} has the template of revision {number} already")));
        }
        let body = json!([{"op": "replace", "path": "/spec/template", "value": revision.template}]);
        let touches = vec![FieldPath::of(&["spec", "template"])];
        Ok(vec![Mutation { target, action: Action::JsonPatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        match self.revision {
            Some(revision) => format!("roll {} back to revision {revision}", self.target.plain()),
            None => format!("roll {} back to its former revision", self.target.plain()),
        }
    }

    fn told(&self, _: &Mutation, known: &Snapshot) -> Option<String> {
        let revision = self.chosen(known).ok()?;
        let containers = items(&revision.template, "/spec/containers");
        let images = containers.iter().take(IMAGES_NAMED_MAX).map(|container| text(container, "/image"));
        let images = line(&images.collect::<Vec<_>>().join(", "));
        let target = self.target.plain();
        Some(format!("roll {target} back to revision {} ({images})", revision.number))
    }

    fn kubectl(&self) -> String {
        let revision = self.revision.map(|number| format!(" --to-revision={number}")).unwrap_or_default();
        format!("kubectl rollout undo {}{revision}", self.target.kubectl())
    }
}
