//! Approval: votes bound to one digest, counted by one rule; the only place an [`ApprovedPlan`] is made.
//!
//! There is a request for each part of a plan, so for each cluster it writes to. A request binds the whole revision, its
//! part's cluster, pin and decision with its packs, the requester, and an expiry, under a nonce. Approvers are distinct
//! subjects, never the requester, each requirement is met separately by group. A vote counts for the part whose digest it
//! names and for no other; a plan is approved when every part is. An edit makes other digests, so old votes count for
//! nothing; a veto on any part ends the plan. Expired is not denied. Pure: the time comes in.

use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalError, to_bytes};
use crate::digest::Digest;
use crate::ids::{ApprovalId, PlanId, RunId};
use crate::names::ClusterName;
use crate::plan::{Part, Plan, PlanState};
use crate::policy::{Outcome, Requirement};
use crate::principal::Principal;
use crate::problem::{Code, Problem};
use crate::time::Timestamp;

/// A request for votes on one part of one revision of one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// Its id; also the nonce: two requests for the same content have different digests.
    pub id: ApprovalId,
    /// The plan.
    pub plan: PlanId,
    /// The revision's number.
    pub revision: u32,
    /// The part's cluster.
    pub cluster: ClusterName,
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

/// A request with its votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The request.
    pub request: ApprovalRequest,
    /// Votes, oldest first.
    pub votes: Vec<Vote>,
    /// The run that used it.
    pub used_by: Option<RunId>,
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
    /// Makes the request for the part of a plan's current revision that is for this cluster.
    pub fn new(id: ApprovalId, plan: &Plan, cluster: &ClusterName, expires_at: Timestamp) -> Result<Self, Problem> {
        let elsewhere = || Problem::new(Code::Fault, format!("plan {} writes nothing to {cluster}", plan.id));
        let part = plan.part(cluster).ok_or_else(elsewhere)?;
        let digest = digest(id, plan, part, expires_at)
            .map_err(|e| Problem::new(Code::Fault, format!("the plan has no canonical form: {e}")))?;
        let (revision, cluster) = (plan.revision.number, cluster.clone());
        Ok(Self { id, plan: plan.id, revision, cluster, digest, expires_at })
    }
}

fn digest(id: ApprovalId, plan: &Plan, part: &Part, expires_at: Timestamp) -> Result<Digest, CanonicalError> {
    let content = (
        (id, plan.revision.digest(plan.id)?, &part.pin, &part.cluster, plan.requester.subject()),
        (&part.decision.packs, &part.decision.outcome, rule_ids(part), expires_at),
    );
    Ok(Digest::of("kubechat/approval/v1", &to_bytes(&content)?))
}

fn rule_ids(part: &Part) -> Vec<(&str, &str)> {
    part.decision.verdicts.iter().map(|verdict| (verdict.pack.as_str(), verdict.rule.as_str())).collect()
}

/// Whether this principal may vote on this part of a plan at all, before any counting.
pub fn may_vote(plan: &Plan, cluster: &ClusterName, voter: &Principal, choice: Choice) -> Result<(), Problem> {
    let own = plan.requester.subject() == voter.subject();
    let outcome = plan.part(cluster).map(|part| &part.decision.outcome);
    let confirm = matches!(outcome, Some(Outcome::Require { confirm_only: true, .. }));
    if own && choice == Choice::Approve && !confirm {
        let detail = "you asked for this plan, so your own approval does not count";
        return Err(Problem::new(Code::Forbidden, detail).hint("ask another configured principal to approve it"));
    }
    Ok(())
}

/// Counts votes on the request for one part, given what policy wants of it and the time.
pub fn tally(plan: &Plan, request: &ApprovalRequest, votes: &[Vote], now: Timestamp) -> Tally {
    let Some(part) = plan.part(&request.cluster) else { return Tally::Denied };
    let current = request.plan == plan.id && request.revision == plan.revision.number;
    let counted: Vec<&Vote> = votes.iter().filter(|vote| current && vote.digest == request.digest).collect();
    if let Some(veto) = counted.iter().find(|vote| vote.choice == Choice::Reject) {
        return Tally::Vetoed { by: veto.voter.subject() };
    }
    match &part.decision.outcome {
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

/// Where a plan stands as a whole: met when every part has a request and every request is met; else the worst of them.
pub fn standing(plan: &Plan, ballots: &[Ballot], now: Timestamp) -> Tally {
    let tally = |part: &Part| {
        let own = ballots.iter().find(|ballot| ballot.request.cluster == part.cluster);
        own.map_or(Tally::Denied, |ballot| tally(plan, &ballot.request, &ballot.votes, now))
    };
    plan.revision.parts.iter().map(tally).min_by_key(Tally::rank).unwrap_or(Tally::Denied)
}

impl Tally {
    /// What decides about the whole comes first.
    fn rank(&self) -> u8 {
        match self {
            Self::Vetoed { .. } => 0,
            Self::Denied => 1,
            Self::Expired => 2,
            Self::Waiting { .. } => 3,
            Self::ConfirmationMissing => 4,
            Self::Met => 5,
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

/// A plan whose current revision may be executed now, all parts of it. Nobody outside this file can make one.
#[derive(Debug, Clone)]
pub struct ApprovedPlan {
    plan: Plan,
    requests: Vec<ApprovalRequest>,
}

impl ApprovedPlan {
    /// Checks state, tallies and time, and binds each request's digest to the plan's current content. There must be exactly
    /// one request for each part.
    pub fn new(plan: Plan, ballots: &[Ballot], now: Timestamp) -> Result<Self, Problem> {
        let parts = &plan.revision.parts;
        let asked = |part: &Part| ballots.iter().filter(|ballot| ballot.request.cluster == part.cluster).count() == 1;
        if parts.is_empty() || ballots.len() != parts.len() || !parts.iter().all(asked) {
            return Err(Problem::new(Code::Stale, "the plan was edited after approval was asked for"));
        }
        for Ballot { request, .. } in ballots {
            if ApprovalRequest::new(request.id, &plan, &request.cluster, request.expires_at)? != *request {
                return Err(Problem::new(Code::Stale, "the plan was edited after approval was asked for"));
            }
        }
        if plan.state == PlanState::Denied {
            return Err(denied(&plan));
        }
        if !matches!(plan.state, PlanState::Ready | PlanState::NeedsApproval) {
            let detail = format!("the plan is {}, so it can't be executed", state_word(plan.state));
            return Err(Problem::new(Code::WrongState, detail));
        }
        for Ballot { request, votes, .. } in ballots {
            let tally = tally(&plan, request, votes, now);
            unmet(&plan, &request.cluster, tally).map_or(Ok(()), Err)?;
        }
        Ok(Self { requests: ballots.iter().map(|ballot| ballot.request.clone()).collect(), plan })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What was approved, part by part.
    pub fn requests(&self) -> &[ApprovalRequest] {
        &self.requests
    }

    /// What was approved for a cluster.
    pub fn request(&self, cluster: &ClusterName) -> Option<&ApprovalRequest> {
        self.requests.iter().find(|request| request.cluster == *cluster)
    }
}

/// Why a part keeps its plan from being executed; nothing when it is met.
fn unmet(plan: &Plan, cluster: &ClusterName, tally: Tally) -> Option<Problem> {
    let place = if plan.revision.parts.len() > 1 { format!(" for {cluster}") } else { String::new() };
    Some(match tally {
        Tally::Met => return None,
        Tally::Denied => denied(plan),
        Tally::Expired => Problem::new(Code::Expired, "the plan is too old to be executed"),
        Tally::Vetoed { by } => Problem::new(Code::WrongState, format!("{by} rejected it")),
        Tally::ConfirmationMissing => {
            Problem::new(Code::ApprovalPending, format!("your own confirmation is missing{place}"))
                .hint(format!("confirm it with `kubechat approve {}`", plan.id))
        }
        Tally::Waiting { missing } => {
            let votes: u32 = missing.iter().map(|m| m.votes).max().unwrap_or(1);
            let detail = format!("{votes} approval{} missing{place}", if votes == 1 { " is" } else { "s are" });
            Problem::new(Code::ApprovalPending, detail)
                .hint(format!("another principal approves with `kubechat approve {}`", plan.id))
        }
    })
}

/// The refusal of a denied plan, by its first enforced denying rule.
pub fn denied(plan: &Plan) -> Problem {
    let verdicts = plan.revision.parts.iter().flat_map(|part| part.decision.verdicts.iter().map(move |v| (part, v)));
    let verdict = verdicts.into_iter().find(|(_, v)| v.enforced && v.effect == crate::policy::Effect::Deny);
    let several = plan.revision.parts.len() > 1;
    match verdict {
        Some((part, v)) => {
            let place = if several { format!("on {}: ", part.cluster) } else { String::new() };
            let detail = format!("{place}{} ({}/{})", v.sentence, v.pack, v.rule);
            Problem::new(Code::PolicyDenied, detail).hint(v.remedy.clone())
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
