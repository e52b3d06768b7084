//! The inbox: how many plans wait for a principal, and plans found by state and cluster.
//!
//! States are those people see: a plan whose time ran out is `expired`, whatever its row says. Every look is bounded by
//! [`PLANS_SCAN_MAX`] rows; what lies beyond is said, never counted as nothing.

use std::collections::HashMap;

use kubechat_core::approval::Tally;
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{Origin, Plan, PlanState};
use kubechat_core::principal::Principal;
use kubechat_core::time::Timestamp;
use serde::Serialize;

use crate::plans::Shown;
use crate::ports::ledger::Page;
use crate::{Answered, Flow};

/// Most rows looked at for one answer.
pub const PLANS_SCAN_MAX: usize = 2_000;
/// Rows of one look at the database.
const BATCH: u32 = 200;

/// Which plans.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanFilter {
    /// In this state, as it is shown.
    pub state: Option<PlanState>,
    /// On this cluster, whether or not on others too.
    pub cluster: Option<ClusterName>,
}

/// Plans that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The plans, newest first.
    pub plans: Vec<Plan>,
    /// Where to go on, when there may be more.
    pub next: Option<u64>,
}

/// How many plans stand in which state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PlanCounts {
    /// By state, as it is shown.
    pub by_state: HashMap<PlanState, u32>,
    /// Whether all plans were counted.
    pub complete: bool,
}

/// What waits for a principal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Inbox {
    /// Plans that his vote, or his own confirmation, would bring on.
    pub for_my_vote: u32,
    /// His plans that wait for others' votes.
    pub mine_waiting: u32,
    /// His plans that he may execute, without those that an answer proposed: he asked what is broken, not for a plan.
    pub mine_ready: u32,
    /// Whether all open plans were looked at.
    pub complete: bool,
}

impl Flow {
    /// `GET /plans?state=&cluster=`: newest first. A page may be short and go on.
    pub async fn find_plans(&self, filter: &PlanFilter, page: Page) -> Answered<Found> {
        let (now, wanted) = (self.now(), page.limit as usize);
        let fits = |plan: &Plan| {
            filter.state.is_none_or(|state| state == state_now(plan, now))
                && filter.cluster.as_ref().is_none_or(|cluster| plan.part(cluster).is_some())
        };
        // The row of a plan that ran out still says what it was before.
        let stored = filter.state.filter(|state| *state != PlanState::Expired);
        let (mut below, mut plans, mut seen) = (page.before, Vec::new(), 0);
        while seen < PLANS_SCAN_MAX {
            let batch = Page { limit: BATCH, before: below };
            let rows = match stored {
                Some(state) => self.ports.ledger.plans_in(state, batch).await?,
                None => self.ports.ledger.plans(None, batch).await?,
            };
            let last = rows.len() < BATCH as usize;
            seen += rows.len();
            for (position, plan) in rows {
                if plans.len() == wanted {
                    return Ok(Found { plans, next: below });
                }
                below = Some(position);
                plans.extend(fits(&plan).then_some(plan));
            }
            if last {
                return Ok(Found { plans, next: None });
            }
        }
        Ok(Found { plans, next: below })
    }

    /// How many plans stand in which state, of the newest [`PLANS_SCAN_MAX`].
    pub async fn plan_counts(&self) -> Answered<PlanCounts> {
        let (now, mut before, mut seen) = (self.now(), None, 0);
        let mut counts = PlanCounts::default();
        while seen < PLANS_SCAN_MAX {
            let rows = self.ports.ledger.plans(None, Page { limit: BATCH, before }).await?;
            let last = rows.len() < BATCH as usize;
            seen += rows.len();
            before = rows.last().map(|(position, _)| *position);
            for (_, plan) in &rows {
                *counts.by_state.entry(state_now(plan, now)).or_default() += 1;
            }
            if last {
                counts.complete = true;
                break;
            }
        }
        Ok(counts)
    }

    /// What waits for this principal.
    pub async fn inbox(&self, who: &Principal) -> Answered<Inbox> {
        let waiting =
            self.find_plans(&PlanFilter { state: Some(PlanState::NeedsApproval), cluster: None }, all()).await?;
        let ready = self.find_plans(&PlanFilter { state: Some(PlanState::Ready), cluster: None }, all()).await?;
        let mine = |plan: &&Plan| plan.requester.subject() == who.subject();
        let mut inbox = Inbox {
            mine_waiting: count(waiting.plans.iter().filter(mine).count()),
            mine_ready: count(ready.plans.iter().filter(mine).filter(|plan| is_asked_for(plan)).count()),
            complete: waiting.next.is_none() && ready.next.is_none(),
            for_my_vote: 0,
        };
        for plan in &waiting.plans {
            inbox.for_my_vote += u32::from(self.wants(&self.show(plan.id).await?, who));
        }
        Ok(inbox)
    }
}

impl Flow {
    /// Whether some part of a plan wants this principal's vote, and he may give it.
    fn wants(&self, shown: &Shown, who: &Principal) -> bool {
        let own = shown.plan.requester.subject() == who.subject();
        let clusters = self.ports.cluster.names(who);
        shown.ballots.iter().zip(&shown.tallies).any(|(ballot, tally)| {
            let voted = ballot.votes.iter().any(|vote| vote.voter.subject() == who.subject());
            match tally {
                Tally::ConfirmationMissing => own,
                Tally::Waiting { missing } => {
                    let may = |groups: &[String]| groups.is_empty() || who.groups.iter().any(|g| groups.contains(g));
                    let has = clusters.contains(&ballot.request.cluster);
                    has && !own && !voted && missing.iter().any(|one| may(&one.groups))
                }
                _ => false,
            }
        })
    }
}

/// Whether somebody asked for this plan; the fix of a finding is a proposal.
fn is_asked_for(plan: &Plan) -> bool {
    !matches!(plan.origin, Origin::Finding { .. })
}

fn all() -> Page {
    Page { limit: u32::try_from(PLANS_SCAN_MAX).unwrap_or(u32::MAX), before: None }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The state as it is shown.
pub(crate) fn state_now(plan: &Plan, now: Timestamp) -> PlanState {
    let over = plan.state.is_open() && plan.state != PlanState::Denied && now > plan.revision.expires_at;
    if over { PlanState::Expired } else { plan.state }
}
