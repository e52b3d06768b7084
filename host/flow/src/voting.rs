//! Voting: approve one part of a plan, or reject all of it, by the digest that was looked at.
//!
//! The digest says which part the vote is for; a digest that no part has is a lost race, not a vote. A plan is ready when
//! every part is met; a veto, on whichever part, ends it. The requester may reject his own plan, and confirms it where the
//! configuration says that one person is alone here. Whoever approves is another principal, has the part's cluster himself
//! (nobody vouches for what he can't look at), and is another user of it.

use futures_util::future::try_join;
use kubechat_core::approval::{Ballot, Choice, Tally, Vote, may_vote, standing};
use kubechat_core::audit::EntryKind;
use kubechat_core::digest::Digest;
use kubechat_core::ids::PlanId;
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{ClusterPin, Plan, PlanState};
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
        let Shown { mut plan, version, mut ballots, .. } = self.show(id).await?;
        if expect.is_some_and(|expect| expect != version) {
            return Err(Problem::new(Code::PreconditionFailed, format!("plan {id} was changed in between")));
        }
        let open = plan.state.is_open() && plan.state != PlanState::Expired;
        if ballots.is_empty() || !open {
            let word = kubechat_core::approval::state_word(plan.state);
            return Err(Problem::new(Code::WrongState, format!("plan {id} is {word}; it takes no votes")));
        }
        if plan.state == PlanState::Denied && choice == Choice::Approve {
            return Err(kubechat_core::approval::denied(&plan));
        }
        let ballot = meant(&mut ballots, who, choice, seen).ok_or_else(|| not_meant(id, seen))?;
        let (request, cluster) = (ballot.request.clone(), ballot.request.cluster.clone());
        may_vote(&plan, &cluster, who, choice)?;
        if choice == Choice::Approve && who.subject() != plan.requester.subject() {
            self.has_cluster(who, &plan, &cluster).await?;
            self.two_people(who, &plan, &cluster).await?;
        }
        let vote = Vote { voter: who.clone(), digest: request.digest, choice, at: self.now() };
        ballot.votes.push(vote.clone());
        plan.state = match standing(&plan, &ballots, self.now()) {
            Tally::Met => PlanState::Ready,
            Tally::Vetoed { .. } => PlanState::Rejected,
            _ => plan.state,
        };
        let word = if choice == Choice::Approve { "approve" } else { "reject" };
        let mut entry = self.part_entry(who, EntryKind::Voted, &plan, &cluster, word);
        entry.digest = Some(request.digest);
        let change = Change {
            rows: vec![Row::Vote(request.id, vote), Row::Plan(Box::new(plan.clone()), Expect::At(version))],
            entries: vec![draft(entry, None)],
        };
        self.commit(change, vec![plan_update(&plan)]).await?;
        self.show(id).await
    }

    /// An approver must be able to look at what he approves: the cluster has to be configured for him too, and under its
    /// name he has to reach the same one. Asked of the API server; when it does not answer, the vote does not count.
    async fn has_cluster(&self, who: &Principal, plan: &Plan, cluster: &ClusterName) -> Answered<()> {
        let refused = |detail: String| {
            Err(Problem::new(Code::Forbidden, detail).hint("somebody who has this cluster configured has to approve"))
        };
        if !self.ports.cluster.names(who).contains(cluster) {
            return refused(format!("{} has no cluster {cluster}, so what is planned there can't be judged", who.name));
        }
        let theirs = self.ports.cluster.pin(who, cluster).await?;
        if self.same_cluster(who, &theirs, plan, cluster)? {
            return Ok(());
        }
        refused(format!("the {cluster} of {} is another cluster than the one this plan is for", who.name))
    }

    /// Whether what somebody reaches under a cluster's name (`theirs`) is what a plan means by it.
    pub(crate) fn same_cluster(
        &self,
        who: &Principal,
        theirs: &ClusterPin,
        plan: &Plan,
        cluster: &ClusterName,
    ) -> Answered<bool> {
        let Some(part) = plan.part(cluster) else { return Ok(false) };
        if std::mem::discriminant(&part.pin) == std::mem::discriminant(theirs) {
            return Ok(part.pin == *theirs);
        }
        // One of the two may not read what the other's pin is made of: then the server's address decides.
        let server = |principal| self.ports.cluster.known(principal, Some(cluster)).map(|view| view.server);
        Ok(server(who)? == server(&plan.requester)?)
    }

    /// Two principals may be one user of the cluster (two copies of one kubeconfig): then one person would approve his own
    /// plan. Asked of the API server, which knows best; when it does not answer, the vote does not count either.
    async fn two_people(&self, who: &Principal, plan: &Plan, cluster: &ClusterName) -> Answered<()> {
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

/// The request a vote is for: the one with the digest that was seen. A veto needs none, because it ends the whole plan; an
/// approval needs none where there is only one request.
fn meant<'a>(
    ballots: &'a mut [Ballot],
    who: &Principal,
    choice: Choice,
    seen: Option<Digest>,
) -> Option<&'a mut Ballot> {
    let voted = |ballot: &Ballot| ballot.votes.iter().any(|vote| vote.voter.subject() == who.subject());
    let at = match (seen, choice) {
        (Some(seen), _) => ballots.iter().position(|ballot| ballot.request.digest == seen)?,
        (None, Choice::Approve) if ballots.len() > 1 => return None,
        // Whoever voted on one part already can still end the plan by another.
        (None, _) => ballots.iter().position(|ballot| !voted(ballot)).unwrap_or(0),
    };
    ballots.get_mut(at)
}

fn not_meant(id: PlanId, seen: Option<Digest>) -> Problem {
    match seen {
        Some(_) => Problem::new(Code::PreconditionFailed, format!("plan {id} was edited after you looked at it")),
        None => {
            Problem::new(Code::BadInput, format!("plan {id} is for several clusters; a vote names the digest of one"))
                .hint(format!("`kubechat plan show {id} -o json` has one digest for each of its parts"))
        }
    }
}
