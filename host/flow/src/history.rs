//! The history of an object: the revisions the cluster keeps, and what this host itself did to it, with what can be taken
//! back. Leaves an entry.
//!
//! Our own part comes from the log: the asker has read this very object as himself, so he may know who changed it through
//! here. Limits: [`OUR_ENTRIES_MAX`] outcomes looked through, newest first, [`OUR_ROWS_MAX`] of them told; what lies
//! beyond is a gap.

use kubechat_core::audit::{Entry, EntryKind};
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Target;
use kubechat_core::plan::{Origin, Plan, PlanState};
use kubechat_core::principal::Principal;
use kubechat_core::read::history::{self, History};
use kubechat_core::redact;
use kubechat_core::run::StepState;
use kubechat_core::time::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::ports::ledger::{AuditFilter, Page};
use crate::{Answered, Flow};

/// Most of our own outcomes looked through.
pub const OUR_ENTRIES_MAX: usize = 2_000;
/// Most of them told.
pub const OUR_ROWS_MAX: usize = 50;
/// Outcomes of one look at the log.
const BATCH: u32 = 500;

/// The history of an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectHistory {
    /// What the cluster keeps.
    #[serde(flatten)]
    pub kept: History,
    /// What this host did, the newest first.
    pub ours: Vec<OurStep>,
}

/// One step of a run of ours that touched the object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OurStep {
    /// When it ended.
    pub at: Timestamp,
    /// Who had it done.
    pub who: String,
    /// What was done.
    pub what: String,
    /// What came of it: `succeeded`, `failed`, `indeterminate`.
    pub outcome: String,
    /// The plan.
    pub plan: Option<PlanId>,
    /// Where the plan stands.
    pub state: Option<PlanState>,
    /// The run.
    pub run: Option<RunId>,
    /// Whether the asker can take the plan's run back, by `POST /plans/{id}/rollback`.
    pub undo: Undo,
}

/// Whether something can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undo {
    /// Yes or no, as far as it is known before it is tried.
    pub possible: bool,
    /// Why not; empty when it is possible.
    pub reason: String,
}

impl Undo {
    fn no(reason: impl Into<String>) -> Self {
        Self { possible: false, reason: reason.into() }
    }
}

impl Flow {
    /// `GET /objects/…/history`.
    pub async fn history(&self, who: &Principal, cluster: &ClusterName, target: &Target) -> Answered<ObjectHistory> {
        let found = self.find_history(who, cluster, target).await;
        self.note_read(who, cluster, "history", found.as_ref().err(), json!(target)).await;
        found
    }

    async fn find_history(&self, who: &Principal, cluster: &ClusterName, target: &Target) -> Answered<ObjectHistory> {
        self.ports.cluster.known(who, Some(cluster))?;
        let mut known = self.snapshot();
        self.gather(who, cluster, &mut known, |known| history::needs(target, known)).await?;
        let mut kept = history::answer(target, &known, self.now())?;
        let (entries, gap) = self.own_entries(cluster, &kept.object.to_string()).await;
        kept.gaps.extend(gap);
        let (ours, gap) = self.own_steps(who, cluster, entries).await;
        kept.gaps.extend(gap);
        Ok(ObjectHistory { kept, ours })
    }

    /// Entries carry a cluster's name, and another principal may mean another cluster by it: only steps of plans for the
    /// asker's own cluster are told. What can't be told apart is left out, which is said.
    async fn own_steps(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        entries: Vec<Entry>,
    ) -> (Vec<OurStep>, Option<String>) {
        if entries.is_empty() {
            return (Vec::new(), None);
        }
        let pin = match self.ports.cluster.pin(who, cluster).await {
            Ok(pin) => pin,
            Err(problem) => return (Vec::new(), Some(format!("what this host itself did: {}", problem.detail))),
        };
        let (mut ours, mut unknown) = (Vec::new(), 0);
        for entry in entries {
            let plan = match entry.plan {
                Some(id) => self.show(id).await.ok().map(|shown| shown.plan),
                None => None,
            };
            match plan.map(|plan| self.same_cluster(who, &pin, &plan, cluster).map(|same| (plan, same))) {
                Some(Ok((plan, true))) => ours.push(self.own_step(who, entry, plan).await),
                Some(Ok((_, false))) => {}
                Some(Err(_)) | None => unknown += 1,
            }
        }
        let gap =
            format!("{unknown} steps of this host are not told: their plans are not kept, or their cluster is unknown");
        (ours, (unknown > 0).then_some(gap))
    }

    /// The outcomes that concern the object, and what the log could not say.
    async fn own_entries(&self, cluster: &ClusterName, object: &str) -> (Vec<Entry>, Option<String>) {
        let kinds = vec![EntryKind::StepOutcome, EntryKind::StepResolved];
        let (mut found, mut before, mut seen) = (Vec::new(), None, 0);
        while seen < OUR_ENTRIES_MAX {
            let filter = AuditFilter { kinds: kinds.clone(), ..AuditFilter::default() };
            let rows = match self.ports.ledger.audit(filter, Page { limit: BATCH, before }).await {
                Ok(rows) => rows,
                Err(error) => return (found, Some(format!("what this host itself did can't be read: {error}"))),
            };
            let last = rows.len() < BATCH as usize;
            seen += rows.len();
            before = rows.last().map(|row| row.committed.index);
            let about =
                |entry: &Entry| entry.cluster.as_ref() == Some(cluster) && entry.object.as_deref() == Some(object);
            found.extend(rows.into_iter().map(|row| row.committed.entry).filter(about));
            if found.len() > OUR_ROWS_MAX {
                found.truncate(OUR_ROWS_MAX);
                return (found, Some(format!("of what this host did, only the newest {OUR_ROWS_MAX} steps are here")));
            }
            if last {
                return (found, None);
            }
        }
        (found, Some(format!("what this host did before its newest {OUR_ENTRIES_MAX} steps is not looked through")))
    }

    async fn own_step(&self, who: &Principal, entry: Entry, plan: Plan) -> OurStep {
        let step = entry.step.and_then(|step| plan.revision.steps.get(usize::try_from(step).ok()?));
        let what = step.map_or_else(|| "a step of ours".to_owned(), |step| redact::text(&step.sentence).into_inner());
        let undo = self.can_undo(who, &plan, entry.run).await;
        OurStep {
            at: entry.at,
            who: entry.actor.name,
            what,
            outcome: entry.outcome,
            plan: entry.plan,
            state: Some(plan.state),
            run: entry.run,
            undo,
        }
    }

    async fn can_undo(&self, who: &Principal, plan: &Plan, run: Option<RunId>) -> Undo {
        let Some(run) = run else { return Undo::no("it belongs to no run") };
        let Ok(run) = self.show_run(run).await else { return Undo::no("its run can't be read") };
        match () {
            () if plan.state == PlanState::Undone => Undo::no("it was taken back already"),
            () if matches!(plan.origin, Origin::Undo { .. }) => Undo::no("it took something back itself"),
            () if !run.state.is_final() => Undo::no("its run has not ended yet"),
            () if !run.steps.iter().any(|step| step.state == StepState::Succeeded) => Undo::no("its run wrote nothing"),
            () if plan.requester.subject() != who.subject() => {
                Undo::no(format!("{} had it done, and alone takes it back", plan.requester.name))
            }
            () => Undo { possible: true, reason: String::new() },
        }
    }
}
