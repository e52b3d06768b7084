//! Approval: votes bound to one digest, counted by one rule; the only place an [`ApprovedPlan`] is made.
//!
//! A request binds the revision, cluster pin, requester, decision with its packs, and an expiry, under a nonce. Approvers
//! are distinct subjects, never the requester, each requirement is met separately by group. An edit makes another digest,
//! so old votes count for nothing; a veto ends it. Expired is not denied. Pure: the time comes in.

use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalError, to_bytes};
use crate::digest::Digest;
use crate::ids::{ApprovalId, PlanId};
use crate::plan::{Plan, PlanState};
use crate::policy::{Outcome, Requirement};
use crate::principal::Principal;
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// A request for votes on one revision of one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// Its id; also the nonce: two requests for the same content have different digests.
    pub id: ApprovalId,
    /// The plan.
    pub plan: PlanId,
    /// The revision's number.
    pub revision: u32,
    /// What votes are for.
    pub digest: Digest,
    /// After this, votes no longer count.
    pub expires_at: Timestamp,
}

/// One person's word on one digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// Who.
    pub voter: Principal,
    /// On what.
    pub digest: Digest,
    /// Yes or veto.
    pub choice: Choice,
    /// When.
    pub at: Timestamp,
}

/// Yes or veto.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Agrees.
    Approve,
    /// Ends it.
    Reject,
}

/// Where an approval stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tally", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tally {
    /// May be executed.
    Met,
    /// The requester's own explicit confirmation is what is missing.
    ConfirmationMissing,
    /// Votes are missing, per requirement.
    Waiting {
        /// Requirements with how many votes each still needs.
        missing: Vec<Missing>,
    },
    /// Somebody said no.
    Vetoed {
        /// Who.
        by: String,
    },
    /// Time ran out.
    Expired,
    /// Policy denies it; no vote helps.
    Denied,
}

/// What one requirement still needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// Whose votes count; empty means anyone but the requester.
    pub groups: Vec<String>,
    /// How many more.
    pub votes: u32,
}

impl ApprovalRequest {
    /// Makes the request for a plan's current revision.
    pub fn new(id: ApprovalId, plan: &Plan, expires_at: Timestamp) -> Result<Self, CanonicalError> {
        let revision = &plan.revision;
        let subject = plan.requester.subject();
        let content = (
            (id, revision.digest(plan.id)?, &revision.pin, &plan.cluster, subject),
            (&revision.decision.packs, &revision.decision.outcome, rule_ids(plan), expires_at),
        );
        let digest = Digest::of("kubechat/approval/v1", &to_bytes(&content)?);
        Ok(Self { id, plan: plan.id, revision: revision.number, digest, expires_at })
    }
}

fn rule_ids(plan: &Plan) -> Vec<(&str, &str)> {
    plan.revision.decision.verdicts.iter().map(|verdict| (verdict.pack.as_str(), verdict.rule.as_str())).collect()
}

/// Whether this principal may vote on this plan at all, before any counting.
pub fn may_vote(plan: &Plan, voter: &Principal, choice: Choice) -> Result<(), Problem> {
    let own = plan.requester.subject() == voter.subject();
    let confirm = matches!(plan.revision.decision.outcome, Outcome::Require { confirm_only: true, .. });
    if own && choice == Choice::Approve && !confirm {
        let detail = "you asked for this plan, so your own approval does not count";
        return Err(Problem::new(Code::Forbidden, detail).hint("ask another configured principal to approve it"));
    }
    Ok(())
}

/// Counts votes on a request, given what policy wants and the time.
pub fn tally(plan: &Plan, request: &ApprovalRequest, votes: &[Vote], now: Timestamp) -> Tally {
    let current = request.plan == plan.id && request.revision == plan.revision.number;
    let counted: Vec<&Vote> = votes.iter().filter(|vote| current && vote.digest == request.digest).collect();
    if let Some(veto) = counted.iter().find(|vote| vote.choice == Choice::Reject) {
        return Tally::Vetoed { by: veto.voter.subject() };
    }
    match &plan.revision.decision.outcome {
        Outcome::Deny => Tally::Denied,
        _ if now > request.expires_at || now > plan.revision.expires_at => Tally::Expired,
        Outcome::Pass => Tally::Met,
        Outcome::Require { confirm_only: true, .. } => {
            let confirmed = counted.iter().any(|vote| vote.voter.subject() == plan.requester.subject());
            if confirmed { Tally::Met } else { Tally::ConfirmationMissing }
        }
        Outcome::Require { requirements, confirm_only: false } => {
            let missing: Vec<_> =
                requirements.iter().filter_map(|wanted| missing(wanted, plan, &counted, now)).collect();
            if missing.is_empty() { Tally::Met } else { Tally::Waiting { missing } }
        }
    }
}

fn missing(wanted: &Requirement, plan: &Plan, votes: &[&Vote], now: Timestamp) -> Option<Missing> {
    let mut subjects: Vec<String> = votes
        .iter()
        .filter(|vote| vote.choice == Choice::Approve && vote.voter.subject() != plan.requester.subject())
        .filter(|vote| wanted.groups.is_empty() || vote.voter.groups.iter().any(|group| wanted.groups.contains(group)))
        .filter(|vote| wanted.expiry_s.is_none_or(|s| now.since_ms(vote.at) <= i64::from(s) * 1000))
        .map(|vote| vote.voter.subject())
        .collect();
    subjects.sort();
    subjects.dedup();
    let have = u32::try_from(subjects.len()).unwrap_or(u32::MAX);
    // A requirement for nobody is a mistake of its pack; it still asks for somebody.
    let count = wanted.count.max(1);
    (have < count).then(|| Missing { groups: wanted.groups.clone(), votes: count - have })
}

/// A plan whose current revision may be executed now. Nobody outside this file can make one.
#[derive(Debug, Clone)]
pub struct ApprovedPlan {
    plan: Plan,
    request: ApprovalRequest,
}

impl ApprovedPlan {
    /// Checks state, tally and time, and binds the request's digest to the plan's current content.
    pub fn new(plan: Plan, request: ApprovalRequest, votes: &[Vote], now: Timestamp) -> Result<Self, Problem> {
        let fresh = ApprovalRequest::new(request.id, &plan, request.expires_at)
            .map_err(|e| Problem::new(Code::Fault, format!("the plan has no canonical form: {e}")))?;
        if fresh != request {
            return Err(Problem::new(Code::Stale, "the plan was edited after approval was asked for"));
        }
        if plan.state == PlanState::Denied {
            return Err(denied(&plan));
        }
        if !matches!(plan.state, PlanState::Ready | PlanState::NeedsApproval) {
            let detail = format!("the plan is {}, so it can't be executed", state_word(plan.state));
            return Err(Problem::new(Code::WrongState, detail));
        }
        match tally(&plan, &request, votes, now) {
            Tally::Met => Ok(Self { plan, request }),
            Tally::Denied => Err(denied(&plan)),
            Tally::Expired => Err(Problem::new(Code::Expired, "the plan is too old to be executed")),
            Tally::Vetoed { by } => Err(Problem::new(Code::WrongState, format!("{by} rejected it"))),
            Tally::ConfirmationMissing => Err(Problem::new(Code::ApprovalPending, "your own confirmation is missing")
                .hint(format!("confirm it with `kubechat approve {}`", plan.id))),
            Tally::Waiting { missing } => {
                let votes: u32 = missing.iter().map(|m| m.votes).max().unwrap_or(1);
                let detail = format!("{votes} approval{} missing", if votes == 1 { " is" } else { "s are" });
                Err(Problem::new(Code::ApprovalPending, detail)
                    .hint(format!("another principal approves with `kubechat approve {}`", plan.id)))
            }
        }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What was approved.
    pub fn request(&self) -> &ApprovalRequest {
        &self.request
    }
}

/// The refusal of a denied plan, by its first enforced denying rule.
pub fn denied(plan: &Plan) -> Problem {
    let verdict =
        plan.revision.decision.verdicts.iter().find(|v| v.enforced && v.effect == crate::policy::Effect::Deny);
    match verdict {
        Some(v) => {
            Problem::new(Code::PolicyDenied, format!("{} ({}/{})", v.sentence, v.pack, v.rule)).hint(v.remedy.clone())
        }
        None => Problem::new(Code::PolicyDenied, "policy denies it"),
    }
}

/// A state in plain words.
pub fn state_word(state: PlanState) -> &'static str {
    match state {
        PlanState::Denied => "denied by policy",
        PlanState::NeedsApproval => "waiting for approval",
        PlanState::Ready => "ready",
        PlanState::Rejected => "rejected",
        PlanState::Expired => "expired",
        PlanState::Stale => "stale",
        PlanState::Running => "running",
        PlanState::Succeeded => "done",
        PlanState::Failed => "failed",
        PlanState::Indeterminate => "uncertain: we lost contact",
        PlanState::Undone => "undone",
    }
}

#[cfg(test)]
mod tests;
