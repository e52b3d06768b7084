//! What is related to an object: its owners up to the top, what hangs on it, and what selects, scales, guards, restricts,
//! feeds and carries it; each with its address and its state in a word.
//!
//! One code path both asks and answers ([`look::Look`]): what is not known yet is noted as a need and read as empty.
//! Limits: [`ITEMS_MAX`] objects of one relation, the others counted; [`REFERENCES_MAX`] referred objects looked up;
//! owners as far as [`OWNER_STEPS_MAX`] look-ups reach. What may not be seen stands in `unseen`. Of ConfigMaps and Secrets
//! only names are read. Not looked at: other namespaces (routes with a ReferenceGrant), other kinds of route, dependents
//! of cluster-wide custom kinds.

mod around;
mod carried;
mod chain;
mod look;
mod refers;
mod word;

use serde::{Deserialize, Serialize};

use crate::facts::{FactQuery, Snapshot, Unseen};
use crate::object::ObjectRef;
use crate::operation::{LowerError, Target};
use look::Look;

/// Most objects shown of one relation.
pub const ITEMS_MAX: usize = 50;
/// Most ConfigMaps, Secrets and other objects referred to by name that are looked up.
pub const REFERENCES_MAX: usize = 20;
/// How far owners are followed, in look-ups: one a level, two where the kind must be asked for.
const OWNER_STEPS_MAX: usize = 4;

/// How an object is related to the one asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// It owns it, or owns its owner.
    Owner,
    /// It belongs to it, or to what does.
    Dependent,
    /// A Service that selects it.
    Service,
    /// An Ingress or HTTPRoute that leads to it.
    Route,
    /// An autoscaler that sets its replicas.
    Autoscaler,
    /// A disruption budget over it.
    Budget,
    /// A NetworkPolicy that picks it.
    NetworkPolicy,
    /// It refers to this by name.
    RefersTo,
    /// A node it runs on.
    Node,
    /// A claim it mounts, or the volume of a claim.
    Storage,
    /// A pod it picks by labels.
    Selects,
    /// What it scales or leads to.
    Target,
    /// A pod that runs on it.
    Runs,
    /// It is referred to by this.
    UsedBy,
    /// It lives in it.
    Holds,
}

/// What is related to an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// The object asked about.
    pub object: ObjectRef,
    /// By relation; those without an object are left out.
    pub relations: Vec<Relatives>,
    /// What could not be looked at; the totals then read "at least".
    pub unseen: Vec<Unseen>,
}

/// The objects of one relation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relatives {
    /// Which.
    pub relation: Relation,
    /// How many there are.
    pub total: u64,
    /// How many of them are not here.
    pub omitted: u64,
    /// They, by kind and name; owners from the nearest to the top.
    pub items: Vec<Relative>,
}

/// One related object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relative {
    /// Its kind.
    pub kind: String,
    /// Its address.
    pub object: ObjectRef,
    /// Its state in a word or two: `Running`, `2/3 ready`, `missing`; empty where there is none or it was not looked at.
    pub state: String,
}

/// What must be known first.
pub fn needs(target: &Target, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let missing = target.needs_object(known)?;
    if !missing.is_empty() {
        return Ok(missing);
    }
    Ok(known.missing(explored(target, known)?.1.missing))
}

/// The answer, once nothing is missing.
pub fn answer(target: &Target, known: &Snapshot) -> Result<Related, LowerError> {
    let (object, look) = explored(target, known)?;
    let unseen = [known.unseen(), look.unfollowed].concat();
    let relations = look.found.into_iter().map(|(relation, all)| {
        let total = all.len();
        let items = all.into_iter().take(ITEMS_MAX);
        let items = items.map(|(object, state)| Relative { kind: object.api.kind.clone(), object, state }).collect();
        Relatives { relation, total: total as u64, omitted: total.saturating_sub(ITEMS_MAX) as u64, items }
    });
    Ok(Related { object, relations: relations.collect(), unseen })
}

fn explored<'a>(target: &Target, known: &'a Snapshot) -> Result<(ObjectRef, Look<'a>), LowerError> {
    let (object, content) = target.object(known)?;
    let mut look = Look::new(known);
    let owners = chain::owners(&object, content, &mut look);
    let pods = chain::dependents(&object, content, &mut look);
    carried::explore(&object, content, &owners, &pods, &mut look);
    around::explore(&object, content, &mut look);
    look.sort();
    Ok((object, look))
}
