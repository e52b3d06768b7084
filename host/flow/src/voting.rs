//! Voting: approve or reject one plan, by the digest that was looked at.
//!
//! The caller names the digest he saw; another one is a lost race, not a vote. A veto ends the plan. The requester may
//! reject his own plan, and confirms it where the configuration says that one person is alone here. Whoever approves is
//! another principal, and another user of the cluster.

use futures_util::future::try_join;
use kubechat_core::approval::{Choice, Tally, Vote, may_vote, tally};
use kubechat_core::audit::EntryKind;
use kubechat_core::digest::Digest;
use kubechat_core::ids::PlanId;
use kubechat_core::plan::{Plan, PlanState};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};

use crate::journal::{draft, plan_update};
use crate::plans::Shown;
use crate::ports::ledger::{Change, Expect, Row, Version};
use crate::{Answered, Flow};

impl Flow {
    /// `POST /plans/{id}/approve` and `/reject`.
    pub async fn vote(
        &self,
        who: &Principal,
        id: PlanId,
        choice: Choice,
        seen: Option<Digest>,
        expect: Option<Version>,
    ) -> Answered<Shown> {
        let Shown { mut plan, version, ballot, .. } = self.show(id).await?;
        if expect.is_some_and(|expect| expect != version) {
            return Err(Problem::new(Code::PreconditionFailed, format!("plan {id} was changed in between")));
        }
        let open = plan.state.is_open() && plan.state != PlanState::Expired;
        let (Some(ballot), true) = (ballot, open) else {
            let word = kubechat_core::approval::state_word(plan.state);
            return Err(Problem::new(Code::WrongState, format!("plan {id} is {word}; it takes no votes")));
        };
        if seen.is_some_and(|seen| seen != ballot.request.digest) {
            let detail = format!("plan {id} was edited after you looked at it");
            return Err(Problem::new(Code::PreconditionFailed, detail));
        }
        if plan.state == PlanState::Denied && choice == Choice::Approve {
            return Err(kubechat_core::approval::denied(&plan));
        }
        may_vote(&plan, who, choice)?;
        if choice == Choice::Approve && who.subject() != plan.requester.subject() {
            self.two_people(who, &plan).await?;
        }
        let vote = Vote { voter: who.clone(), digest: ballot.request.digest, choice, at: self.now() };
        let mut votes = ballot.votes.clone();
        votes.push(vote.clone());
        let counted = tally(&plan, &ballot.request, &votes, self.now());
        plan.state = match &counted {
            Tally::Met => PlanState::Ready,
            Tally::Vetoed { .. } => PlanState::Rejected,
            _ => plan.state,
        };
        let word = if choice == Choice::Approve { "approve" } else { "reject" };
        let mut entry = self.plan_entry(who, EntryKind::Voted, &plan, word);
        entry.digest = Some(ballot.request.digest);
        let change = Change {
            rows: vec![Row::Vote(ballot.request.id, vote), Row::Plan(Box::new(plan.clone()), Expect::At(version))],
            entries: vec![draft(entry, None)],
        };
        self.commit(change, vec![plan_update(&plan)]).await?;
        self.show(id).await
    }

    /// Two principals may be one user of the cluster (two copies of one kubeconfig): then one person would approve his own
    /// plan. Asked of the API server, which knows best; when it does not answer, the vote does not count either. An approver
    /// who has no access to this cluster is nobody there, and so not the requester.
    async fn two_people(&self, who: &Principal, plan: &Plan) -> Answered<()> {
        let cluster = &plan.cluster;
        let ask = |principal| self.ports.cluster.user(principal, cluster);
        match try_join(ask(who), ask(&plan.requester)).await? {
            (Some(voter), Some(requester)) if voter == requester => {
                let (voter_name, requester_name) = (&who.name, &plan.requester.name);
                let detail = format!("{voter_name} and {requester_name} are the same user {voter} of {cluster}");
                Err(Problem::new(Code::Forbidden, detail).hint("somebody who is another user there has to approve"))
            }
            _ => Ok(()),
        }
    }
}
