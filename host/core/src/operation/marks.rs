//! Labels and annotations: setting and removing single ones, on any kind, with one merge patch of just those.
//!
//! Keys and values follow the API server's rules. Removing one that isn't there is a mistake worth saying. Values of
//! annotations may hold anything, so kubectl text shows them masked.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{LowerError, Target, qualified, shell_word};
use crate::facts::Snapshot;
use crate::field::FieldPath;
use crate::fingerprint::CONTROLLER_ANNOTATIONS;
use crate::mutation::{Action, Mutation};
use crate::redact;

/// Most labels or annotations one operation sets and removes.
pub(super) const MARKS_MAX: usize = 50;
/// Longest text of all annotations together, bytes (the API server's own limit).
pub(super) const ANNOTATIONS_BYTES_MAX: usize = 256 << 10;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Label,
    Annotation,
}

/// What is set and removed.
pub(super) struct Marks<'a> {
    pub(super) sort: Sort,
    pub(super) target: &'a Target,
    pub(super) set: &'a BTreeMap<String, String>,
    pub(super) remove: &'a [String],
}

impl Marks<'_> {
    fn field(&self) -> &'static str {
        if self.sort == Sort::Label { "labels" } else { "annotations" }
    }

    fn noun(&self) -> &'static str {
        if self.sort == Sort::Label { "label" } else { "annotation" }
    }

    fn check(&self) -> Result<(), LowerError> {
        let bad = |text: String| Err(LowerError::BadValue(text));
        let count = self.set.len() + self.remove.len();
        if count == 0 {
            return bad(format!("no {} is named to set or remove", self.noun()));
        }
        if count > MARKS_MAX {
            let what = "the number of labels or annotations";
            return Err(LowerError::Limit { what, actual: count, limit: "MARKS_MAX", max: MARKS_MAX });
        }
        for key in self.set.keys().chain(self.remove) {
            qualified::key(key)?;
            // Diffs leave these out; what a diff doesn't show, a plan must not write.
            if self.sort == Sort::Annotation && CONTROLLER_ANNOTATIONS.contains(&key.as_str()) {
                return bad(format!("{key} is kept by a controller and not for people to write"));
            }
        }
        if let Some(both) = self.remove.iter().find(|key| self.set.contains_key(*key)) {
            return bad(format!("{both} is both set and removed"));
        }
        let bytes: usize = self.set.iter().map(|(key, value)| key.len() + value.len()).sum();
        if self.sort == Sort::Annotation && bytes > ANNOTATIONS_BYTES_MAX {
            let (what, limit) = ("the text of the annotations", "ANNOTATIONS_BYTES_MAX");
            return Err(LowerError::Limit { what, actual: bytes, limit, max: ANNOTATIONS_BYTES_MAX });
        }
        match self.sort {
            Sort::Label => self.set.values().try_for_each(|value| qualified::value(value)),
            Sort::Annotation => Ok(()),
        }
    }

    pub(super) fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        self.check()?;
        let (target, object) = self.target.object(known)?;
        let present = object.get("metadata").and_then(|metadata| metadata.get(self.field()));
        let has = |key: &String| present.and_then(|marks| marks.get(key));
        if let Some(absent) = self.remove.iter().find(|key| has(key).is_none()) {
            return Err(LowerError::BadValue(format!("{target} has no {} {absent}", self.noun())));
        }
        let same = |(key, value): (&String, &String)| has(key).and_then(Value::as_str) == Some(value);
        if self.remove.is_empty() && self.set.iter().all(same) {
            let noun = self.noun();
            return Err(LowerError::NothingToDo(format!("{target} has each {noun} with that value already")));
        }
        let set = self.set.iter().map(|(key, value)| (key.clone(), json!(value)));
        let marks: Map<String, Value> = set.chain(self.remove.iter().map(|key| (key.clone(), Value::Null))).collect();
        let touches = marks.keys().map(|key| FieldPath::of(&["metadata", self.field(), key])).collect();
        let body = json!({"metadata": {self.field(): marks}});
        Ok(vec![Mutation { target, action: Action::MergePatch { body }, touches }])
    }

    /// `set label tier and remove label team of deployment shop/web`: names only, values stand in the diff.
    pub(super) fn sentence(&self) -> String {
        let named = |verb: &str, keys: Vec<&str>| {
            (!keys.is_empty()).then(|| format!("{verb} {} {}", self.noun(), keys.join(", ")))
        };
        let set = named("set", self.set.keys().map(|key| key.as_str()).collect());
        let remove = named("remove", self.remove.iter().map(String::as_str).collect());
        let both: Vec<_> = set.into_iter().chain(remove).collect();
        format!("{} of {}", both.join(" and "), self.target.plain())
    }

    pub(super) fn kubectl(&self) -> String {
        let verb = if self.sort == Sort::Label { "label" } else { "annotate" };
        let shown = redact::object(&json!({self.field(): self.set}));
        let value = |key: &str| shown[self.field()][key].as_str().unwrap_or("••••").to_owned();
        let set = self.set.keys().map(|key| shell_word(&format!("{key}={}", value(key))));
        let remove = self.remove.iter().map(|key| shell_word(&format!("{key}-")));
        let words: Vec<_> = set.chain(remove).collect();
        format!("kubectl {verb} {} {} --overwrite", self.target.kubectl(), words.join(" "))
    }
}
