//! The step permit: "no audit entry, no mutation" as types.
//!
//! `ApprovedPlan` (made only by [`crate::approval`]) + [`FreshChecks`] (taken now) + [`IntentReceipt`] (made from what the
//! store committed) → [`StepPermit`], which is what `Cluster::perform` takes. A permit names one step of one run, rests on the
//! approval of the step's own cluster, and is consumed by use. Errors: a [`Problem`] saying which of the three does not fit the others.

use crate::approval::ApprovedPlan;
use crate::audit::{Committed, EntryKind, leaf_hash};
use crate::digest::Digest;
use crate::ids::RunId;
use crate::mutation::Mutation;
use crate::names::ClusterName;
use crate::plan::{Bound, ClusterPin, DryRun, Plan, Step};
use crate::principal::Principal;
use crate::problem::{Code, Problem};
use crate::radius::Spread;
use crate::time::Timestamp;

/// How old fresh checks may be when the write leaves, ms.
pub const CHECKS_AGE_MS_MAX: i64 = 30_000;

/// What was checked right before a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshChecks {
    /// When.
    pub at: Timestamp,
    /// The step looked at.
    pub step: u32,
    /// What the cluster is now.
    pub pin: ClusterPin,
    /// What the step rests on, as it is now.
    pub bound: Bound,
    /// Digest of the bound packs now.
    pub packs: Digest,
    /// Whether policy still comes to the decision that was approved.
    pub decision_holds: bool,
    /// Whether the API server still lets the requester do it.
    pub allowed: bool,
    /// The live object's resourceVersion: the write's own precondition.
    pub resource_version: Option<String>,
    /// The namespaces the plan's remaining steps reach into now.
    pub spread: Spread,
}

/// Proof that the intent stands in the log. Not to be copied: one intent is one write.
#[derive(Debug, PartialEq, Eq)]
pub struct IntentReceipt {
    run: RunId,
    step: u32,
    cluster: ClusterName,
    index: u64,
    approval: Digest,
}

impl IntentReceipt {
    /// Reads the receipt off a committed entry; only a step intent whose leaf hash fits its bytes gives one.
    pub fn of(committed: &Committed) -> Option<Self> {
        let entry = &committed.entry;
        let bytes = entry.canonical().ok()?;
        let fits = entry.kind == EntryKind::StepIntent && leaf_hash(&bytes) == committed.leaf;
        fits.then_some(())?;
        let cluster = entry.cluster.clone()?;
        Some(Self { run: entry.run?, step: entry.step?, cluster, index: committed.index, approval: entry.digest? })
    }

    /// The entry's index.
    pub fn index(&self) -> u64 {
        self.index
    }
}

/// Leave to send one write, once.
#[derive(Debug)]
pub struct StepPermit {
    principal: Principal,
    cluster: ClusterName,
    pin: ClusterPin,
    mutation: Mutation,
    uid: Option<String>,
    resource_version: Option<String>,
    spread: Spread,
}

/// Compares what a step rests on with what is there now.
pub fn still_holds(plan: &Plan, step: &Step, checks: &FreshChecks) -> Result<(), Problem> {
    let stale = |what: &str| Err(Problem::new(Code::Stale, format!("{}: {what}", step.mutation.target)));
    let Some(part) = plan.part(&step.cluster) else { return stale("the plan has no part for its cluster") };
    if checks.pin != part.pin {
        return stale("this context now leads to another cluster");
    }
    if checks.bound.uid != step.bound.uid {
        return match (&step.bound.uid, &checks.bound.uid) {
            (Some(_), None) => stale("it is gone"),
            (None, Some(_)) => stale("it exists by now"),
            _ => stale("it was deleted and made again"),
        };
    }
    if checks.bound.fingerprint != step.bound.fingerprint {
        return stale("the fields this plan touches were changed since");
    }
    // What could not be tried when it was planned has no diff that anybody agreed to.
    let tried = matches!(step.dry_run, DryRun::Verified { .. });
    if tried && checks.bound.diff != step.bound.diff {
        return stale("the server's dry-run gives another result than was shown");
    }
    if checks.packs != part.decision.packs || !checks.decision_holds {
        return stale("policy comes to another decision than was approved");
    }
    Ok(())
}

impl StepPermit {
    /// Puts the three together; consumes the receipt, so that one intent is one write.
    pub fn grant(
        approved: &ApprovedPlan,
        step: &Step,
        checks: &FreshChecks,
        receipt: IntentReceipt,
        run: RunId,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let plan = approved.plan();
        if plan.revision.steps.get(step.index as usize) != Some(step) || checks.step != step.index {
            return Err(Problem::new(Code::Fault, "the step is not part of the approved plan"));
        }
        let approval = approved.request(&step.cluster).map(|request| request.digest);
        let own = receipt.run == run && receipt.step == step.index && receipt.cluster == step.cluster;
        if !own || Some(receipt.approval) != approval {
            return Err(Problem::new(Code::Fault, "the audit intent belongs to another step"));
        }
        if now.since_ms(checks.at) > CHECKS_AGE_MS_MAX || now < checks.at {
            return Err(Problem::new(Code::Stale, "the last checks are too old"));
        }
        if !checks.allowed {
            return Err(Problem::new(Code::ClusterForbidden, "the API server no longer allows it"));
        }
        still_holds(plan, step, checks)?;
        Ok(Self {
            principal: plan.requester.clone(),
            cluster: step.cluster.clone(),
            pin: checks.pin.clone(),
            mutation: step.mutation.clone(),
            uid: step.bound.uid.clone(),
            resource_version: checks.resource_version.clone(),
            spread: checks.spread.clone(),
        })
    }

    /// The same leave for the write with its secrets filled in; anything else in it that differs is refused.
    pub fn filled(self, mutation: Mutation) -> Result<Self, Problem> {
        if !self.mutation.is_filled_by(&mutation) {
            return Err(Problem::new(Code::Fault, "what is to be sent is not what was agreed to"));
        }
        Ok(Self { mutation, ..self })
    }

    /// As whom.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }
    /// Where.
    pub fn cluster(&self) -> &ClusterName {
        &self.cluster
    }
    /// The cluster the checks saw behind that name.
    pub fn pin(&self) -> &ClusterPin {
        &self.pin
    }
    /// What.
    pub fn mutation(&self) -> &Mutation {
        &self.mutation
    }
    /// The UID that must still be there.
    pub fn uid(&self) -> Option<&str> {
        self.uid.as_deref()
    }
    /// The resourceVersion the checks saw.
    pub fn resource_version(&self) -> Option<&str> {
        self.resource_version.as_deref()
    }
    /// The namespaces it reaches into besides its own, as the checks saw it: whoever performs it asks their modes again.
    pub fn spread(&self) -> &Spread {
        &self.spread
    }
}

#[cfg(test)]
mod tests;
