//! Plans as people handle them: make from operations, show, edit, refresh, reject.
//!
//! An edit or refresh computes everything anew and makes a new revision with new approval requests, one for each cluster it
//! writes to, so old votes count for nothing. Only the requester edits; anyone configured may look. Every change is one commit with its entry.

use kubechat_core::approval::{ApprovalRequest, Tally, standing, tally};
use kubechat_core::audit::EntryKind;
use kubechat_core::ids::{ApprovalId, PlanId};
use kubechat_core::limits::{PLAN_CLUSTERS_MAX, PLAN_STEPS_MAX};
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{
    Asked, Origin, Part, Plan, PlanState, Proposed, Revision, check_order, standing as chosen_still,
};
use kubechat_core::policy::Outcome;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use serde_json::json;

use crate::filled::unmasked;
use crate::inbox::state_now;
use crate::journal::{draft, plan_update};
use crate::planning::{Draft, Known};
use crate::ports::ledger::{Ballot, Change, Expect, Page, Row, Version, Versioned};
use crate::{Answered, Flow};

/// A plan with where its approval stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The plan.
    pub plan: Plan,
    /// Its version, for `If-Match`.
    pub version: Version,
    /// The requests with their votes, one for each part, in the order of the parts.
    pub ballots: Vec<Ballot>,
    /// Where the votes on each of them stand.
    pub tallies: Vec<Tally>,
    /// Where the plan stands as a whole.
    pub standing: Tally,
}

impl Shown {
    /// The request for a cluster's part, and where its votes stand.
    pub fn ballot(&self, cluster: &ClusterName) -> Option<(&Ballot, &Tally)> {
        self.ballots.iter().zip(&self.tallies).find(|(ballot, _)| ballot.request.cluster == *cluster)
    }
}

impl Flow {
    /// `POST /plans`: a plan from typed operations, on one cluster or several.
    pub async fn plan(
        &self,
        who: &Principal,
        operations: Vec<Asked>,
        origin: Origin,
        proposed: Proposed,
    ) -> Answered<Plan> {
        let clusters: Vec<_> = operations.iter().map(|asked| asked.cluster.clone()).collect();
        // What a plan is weighed by stands in it; only what kept it from being made is the turn's own.
        let aside = self.aside();
        let made = match aside.draft(who, operations, origin.clone(), proposed).await {
            Ok((draft, known)) => {
                let made = aside.make(draft.clone(), known).await;
                if made.is_err() {
                    aside.note_writes(who, &draft);
                }
                made
            }
            Err(problem) => {
                let problem = self.told_of(&origin, problem).await;
                Err(aside.refuse(who, clusters, problem).await)
            }
        };
        if made.is_err() {
            self.with_looks_of(&aside);
        }
        made
    }

    async fn draft(
        &self,
        who: &Principal,
        mut operations: Vec<Asked>,
        origin: Origin,
        proposed: Proposed,
    ) -> Answered<(Draft, Known)> {
        if operations.is_empty() {
            return Err(Problem::new(Code::BadInput, "a plan needs at least one operation"));
        }
        // Each becomes at least one step: too many are refused before anything is asked of a cluster.
        if operations.len() > PLAN_STEPS_MAX {
            let detail =
                format!("{} operations are more than PLAN_STEPS_MAX = {PLAN_STEPS_MAX} steps", operations.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        check_order(&operations)?;
        if origin == Origin::Api {
            operations = unmasked(&[], operations)?;
        }
        let mut known = Known::new();
        let intended = self.lower(who, &mut operations, &mut known).await?;
        Ok((Draft { who: who.clone(), origin, operations, intended, proposed }, known))
    }

    /// Computes the first revision of a draft and stores the plan.
    pub(crate) async fn make(&self, draft: Draft, known: Known) -> Answered<Plan> {
        let (who, clusters, origin) = (draft.who.clone(), draft.clusters(), draft.origin.clone());
        let revision = match self.revise(1, draft, known).await {
            Ok(revision) => revision,
            Err(problem) => {
                let problem = self.told_of(&origin, problem).await;
                return Err(self.refuse(&who, clusters, problem).await);
            }
        };
        let plan = Plan {
            id: PlanId::mint(&*self.ports.ids),
            requester: who,
            origin,
            created_at: revision.made_at,
            state: state_after(&revision),
            revision,
            run: None,
            problem: None,
            stands: Vec::new(),
            undone: Vec::new(),
        };
        self.store_revision(&plan, Expect::New).await?;
        Ok(plan)
    }

    /// A refused plan leaves an entry for each cluster it was for; the problem goes back as it is.
    async fn refuse(&self, who: &Principal, mut clusters: Vec<ClusterName>, problem: Problem) -> Problem {
        clusters.sort();
        clusters.dedup();
        clusters.truncate(PLAN_CLUSTERS_MAX);
        let payload = json!({"detail": problem.detail});
        let entry = |cluster| {
            let mut entry = self.entry(who, EntryKind::PlanRefused, problem.code.as_str());
            entry.cluster = cluster;
            draft(entry, Some(payload.clone()))
        };
        let mut entries: Vec<_> = clusters.into_iter().map(|cluster| entry(Some(cluster))).collect();
        if entries.is_empty() {
            entries.push(entry(None));
        }
        let change = Change { rows: Vec::new(), entries };
        if let Err(error) = self.commit(change, Vec::new()).await {
            tracing::warn!(%error, "a refused plan could not be written down");
        }
        problem
    }

    async fn store_revision(&self, plan: &Plan, expect: Expect) -> Answered<()> {
        let (mut rows, mut entries) = (vec![Row::Plan(Box::new(plan.clone()), expect)], Vec::new());
        for part in &plan.revision.parts {
            let request = self.request(plan, &part.cluster)?;
            let state = state_name(plan.state);
            let mut entry = self.part_entry(&plan.requester, EntryKind::Planned, plan, &part.cluster, state);
            entry.digest = Some(request.digest);
            let sentences: Vec<_> = plan.revision.steps_on(&part.cluster).map(|step| &step.sentence).collect();
            let payload = json!({
                "steps": sentences, "risk": part.risk.level.as_str(), "origin": plan.origin,
                "rules": part.decision.verdicts.iter().map(|v| format!("{}/{}", v.pack, v.rule)).collect::<Vec<_>>(),
            });
            entries.push(draft(entry, Some(payload)));
            rows.push(Row::Approval(request));
        }
        self.commit(Change { rows, entries }, vec![plan_update(plan)]).await?;
        Ok(())
    }

    fn request(&self, plan: &Plan, cluster: &ClusterName) -> Answered<ApprovalRequest> {
        let id = ApprovalId::mint(&*self.ports.ids);
        ApprovalRequest::new(id, plan, cluster, plan.revision.expires_at)
    }

    /// `GET /plans/{id}`.
    pub async fn show(&self, id: PlanId) -> Answered<Shown> {
        let Versioned { row: mut plan, version } = self.load(id).await?;
        let mut ballots = self.ports.ledger.ballots(id).await?;
        let place = |ballot: &Ballot| plan.clusters().position(|cluster| *cluster == ballot.request.cluster);
        ballots.sort_by_key(|ballot| place(ballot).unwrap_or(usize::MAX));
        let now = self.now();
        let tallies = ballots.iter().map(|ballot| tally(&plan, &ballot.request, &ballot.votes, now)).collect();
        let standing = standing(&plan, &ballots, now);
        plan.state = state_now(&plan, now);
        Ok(Shown { plan, version, ballots, tallies, standing })
    }

    /// `GET /plans`: newest first.
    pub async fn list_plans(&self, page: Page) -> Answered<Vec<(u64, Plan)>> {
        Ok(self.ports.ledger.plans(None, page).await?)
    }

    pub(crate) async fn load(&self, id: PlanId) -> Answered<Versioned<Plan>> {
        self.ports.ledger.plan(id).await?.ok_or_else(|| Problem::new(Code::NotFound, format!("there is no plan {id}")))
    }

    /// The plan, when this principal is its requester and it is still open.
    pub(crate) async fn own_open(
        &self,
        who: &Principal,
        id: PlanId,
        expect: Option<Version>,
    ) -> Answered<Versioned<Plan>> {
        let found = self.load(id).await?;
        if found.row.requester.subject() != who.subject() {
            let detail = format!("plan {id} belongs to {}", found.row.requester.name);
            return Err(
                Problem::new(Code::Forbidden, detail).hint("only the requester edits, refreshes or runs a plan")
            );
        }
        if expect.is_some_and(|expect| expect != found.version) {
            return Err(Problem::new(Code::PreconditionFailed, format!("plan {id} was changed in between")));
        }
        if !found.row.state.is_open() {
            let word = kubechat_core::approval::state_word(found.row.state);
            return Err(Problem::new(Code::WrongState, format!("plan {id} is {word}")));
        }
        Ok(found)
    }

    /// `PATCH /plans/{id}`: other operations; everything is recomputed.
    pub async fn edit(
        &self,
        who: &Principal,
        id: PlanId,
        operations: Vec<Asked>,
        expect: Option<Version>,
    ) -> Answered<Plan> {
        let found = self.own_open(who, id, expect).await?;
        if matches!(found.row.origin, Origin::Undo { .. }) {
            return Err(Problem::new(Code::WrongState, "an undo puts back what was there; it can't be edited")
                .hint("reject it and make a plan of its own"));
        }
        let operations = unmasked(&found.row.revision.operations, operations)?;
        self.recompute(who, found, Some(operations)).await
    }

    /// `POST /plans/{id}/refresh`: the same operations, computed anew.
    pub async fn refresh(&self, who: &Principal, id: PlanId) -> Answered<Plan> {
        let found = self.own_open(who, id, None).await?;
        self.recompute(who, found, None).await
    }

    async fn recompute(
        &self,
        who: &Principal,
        found: Versioned<Plan>,
        operations: Option<Vec<Asked>>,
    ) -> Answered<Plan> {
        let origin = found.row.origin.clone();
        match self.computed_anew(who, found, operations).await {
            Ok(plan) => Ok(plan),
            Err(problem) => Err(self.told_of(&origin, problem).await),
        }
    }

    async fn computed_anew(
        &self,
        who: &Principal,
        found: Versioned<Plan>,
        operations: Option<Vec<Asked>>,
    ) -> Answered<Plan> {
        let Versioned { row: mut plan, version } = found;
        let origin = plan.origin.clone();
        let (draft, known) = match (&plan.origin, operations) {
            (Origin::Undo { run }, _) => {
                let clusters: Vec<_> = plan.clusters().cloned().collect();
                self.undo_draft(who, *run, Some(&clusters)).await?
            }
            (_, edited) => {
                let operations = edited.unwrap_or_else(|| plan.revision.operations.clone());
                let chosen = chosen_still(&plan.revision.chosen, &operations);
                let proposed = Proposed { by: plan.revision.provenance.clone(), chosen };
                self.draft(who, operations, origin, proposed).await?
            }
        };
        plan.revision = self.revise(plan.revision.number + 1, draft, known).await?;
        plan.state = state_after(&plan.revision);
        plan.problem = None;
        self.store_revision(&plan, Expect::At(version)).await?;
        Ok(plan)
    }
}

/// Where a plan stands right after a revision was computed: as its strictest part does.
pub(crate) fn state_after(revision: &Revision) -> PlanState {
    let any = |fits: fn(&Outcome) -> bool| revision.parts.iter().any(|part: &Part| fits(&part.decision.outcome));
    if any(|outcome| *outcome == Outcome::Deny) {
        PlanState::Denied
    } else if any(|outcome| matches!(outcome, Outcome::Require { .. })) {
        PlanState::NeedsApproval
    } else {
        PlanState::Ready
    }
}

/// The wire name of a state.
pub(crate) fn state_name(state: PlanState) -> &'static str {
    match state {
        PlanState::Denied => "denied",
        PlanState::NeedsApproval => "needs-approval",
        PlanState::Ready => "ready",
        PlanState::Rejected => "rejected",
        PlanState::Expired => "expired",
        PlanState::Stale => "stale",
        PlanState::Running => "running",
        PlanState::Succeeded => "succeeded",
        PlanState::Failed => "failed",
        PlanState::Indeterminate => "indeterminate",
        PlanState::Undone => "undone",
    }
}
