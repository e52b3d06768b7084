//! Blast radius: what else a plan touches, counted from live objects.
//!
//! Units: pods, objects. Counts are whole; lists are cut at
//! [`limits::RADIUS_LISTED_MAX`](crate::limits::RADIUS_LISTED_MAX) and say how many are left out. What the user may not
//! see is in the snapshot's `unseen`: the count is then "at least". Pure; the facts come from the plan's own snapshot.

use serde::{Deserialize, Serialize};

use crate::object::ObjectRef;

/// What a plan touches besides the objects it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Radius {
    /// Pods restarted, removed or added, distinct over all steps.
    pub pods: u64,
    /// Objects touched, written ones included, distinct.
    pub objects: u64,
    /// The touched objects, at most the limit; written ones first.
    pub listed: Vec<Touched>,
    /// How many are not in the list.
    pub omitted: u64,
    /// Plain sentences, worst first: "Service shop/web keeps 2 of 3 ready endpoints".
    pub sentences: Vec<String>,
    /// Whether everything looked for could be seen; otherwise counts read "at least".
    pub complete: bool,
}

/// One touched object and why it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touched {
    /// The object.
    pub object: ObjectRef,
    /// How it hangs on the plan.
    pub why: Why,
}

/// How an object hangs on a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// A step writes it.
    Written,
    /// It is owned, directly or through others, by a written object.
    Owned,
    /// It selects touched pods (Service, budget).
    Selects,
    /// It scales a written object.
    Scales,
    /// It uses a written object (ConfigMap, Secret, claim).
    Uses,
    /// It lives in a deleted namespace.
    Inside,
}
