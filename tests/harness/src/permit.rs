//! Leave to write, for tests of what writes: made the way the host makes it, from a plan that policy passed, fresh
//! checks and a committed intent. Nothing is faked, because nothing can be: only core's own steps lead to a permit.
//!
//! What it leaves out is judging: the plan has one step, no radius and no risk.

use std::sync::atomic::{AtomicU64, Ordering};

use kubechat_core::approval::{ApprovalRequest, ApprovedPlan, Ballot};
use kubechat_core::audit::{Committed, Entry, EntryKind, leaf_hash};
use kubechat_core::digest::Digest;
use kubechat_core::ids::{ApprovalId, IdSource, PlanId, RunId};
use kubechat_core::mutation::Mutation;
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Reversibility;
use kubechat_core::permit::{FreshChecks, IntentReceipt, StepPermit};
use kubechat_core::plan::{Bound, ClusterPin, DryRun, Origin, Part, Plan, PlanState, Revision, Step};
use kubechat_core::policy::{Decision, Outcome as PolicyOutcome};
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_core::radius::{Radius, Spread};
use kubechat_core::risk::{Level, Risk};
use kubechat_core::time::Timestamp;

/// One write to be allowed.
#[derive(Debug, Clone)]
pub struct Leave<'a> {
    /// As whom.
    pub who: &'a Principal,
    /// Where.
    pub cluster: &'a ClusterName,
    /// What that cluster was seen to be.
    pub pin: &'a ClusterPin,
    /// What.
    pub mutation: &'a Mutation,
    /// The UID that must still be there; `None` when the write creates the object.
    pub uid: Option<&'a str>,
    /// The resourceVersion the checks saw.
    pub resource_version: Option<&'a str>,
    /// The namespaces it was seen to reach into besides its own.
    pub spread: Spread,
}

struct Counted;

impl IdSource for Counted {
    fn next(&self) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed) << 8
    }
}

impl Leave<'_> {
    /// The permit for it, at this time.
    ///
    /// # Errors
    /// When core refuses one of the steps to it.
    pub fn permit(&self, now: Timestamp) -> Result<StepPermit, Problem> {
        let plan = self.plan(now);
        let id = ApprovalId::mint(&Counted);
        let request = ApprovalRequest::new(id, &plan, self.cluster, now.plus_ms(60_000))?;
        let run = RunId::mint(&Counted);
        let committed = self.intent(&plan, &request, run, now);
        let receipt = committed
            .as_ref()
            .and_then(IntentReceipt::of)
            .ok_or_else(|| Problem::new(kubechat_core::problem::Code::Fault, "the intent gave no receipt"))?;
        let approved = ApprovedPlan::new(plan, &[Ballot { request, votes: Vec::new(), used_by: None }], now)?;
        let step = approved.plan().revision.steps[0].clone();
        let checks = FreshChecks {
            at: now,
            step: step.index,
            pin: self.pin.clone(),
            bound: step.bound.clone(),
            packs: approved.plan().revision.parts[0].decision.packs,
            decision_holds: true,
            allowed: true,
            resource_version: self.resource_version.map(str::to_owned),
            spread: self.spread.clone(),
        };
        StepPermit::grant(&approved, &step, &checks, receipt, run, now)
    }

    fn plan(&self, now: Timestamp) -> Plan {
        let nothing = Digest::of("kubechat/test/v1", b"");
        let step = Step {
            index: 0,
            depends_on: Vec::new(),
            operation: None,
            cluster: self.cluster.clone(),
            sentence: "a test writes".to_owned(),
            kubectl: String::new(),
            mutation: self.mutation.clone(),
            restore: None,
            bound: Bound { uid: self.uid.map(str::to_owned), fingerprint: nothing, diff: nothing },
            dry_run: DryRun::Verified { volatile: Vec::new(), warnings: Vec::new() },
            diff: Vec::new(),
            reversibility: Reversibility::Exact,
        };
        let part = Part {
            cluster: self.cluster.clone(),
            pin: self.pin.clone(),
            radius: Radius::default(),
            risk: Risk { score: 0, level: Level::Low, reasons: Vec::new() },
            decision: Decision { outcome: PolicyOutcome::Pass, verdicts: Vec::new(), packs: nothing },
            unseen: Vec::new(),
        };
        let revision = Revision {
            nonce: String::new(),
            number: 1,
            made_at: now,
            expires_at: now.plus_ms(60_000),
            parts: vec![part],
            operations: Vec::new(),
            steps: vec![step],
            provenance: Vec::new(),
            chosen: Vec::new(),
        };
        Plan {
            id: PlanId::mint(&Counted),
            requester: self.who.clone(),
            origin: Origin::Api,
            created_at: now,
            state: PlanState::Ready,
            revision,
            run: None,
            problem: None,
            stands: Vec::new(),
            undone: Vec::new(),
        }
    }

    fn intent(&self, plan: &Plan, request: &ApprovalRequest, run: RunId, now: Timestamp) -> Option<Committed> {
        let entry = Entry {
            v: 1,
            at: now,
            actor: self.who.clone(),
            kind: EntryKind::StepIntent,
            thread: None,
            turn: None,
            plan: Some(plan.id),
            revision: Some(1),
            run: Some(run),
            step: Some(0),
            cluster: Some(self.cluster.clone()),
            object: Some(self.mutation.target.to_string()),
            outcome: "running".to_owned(),
            digest: Some(request.digest),
            payload: None,
        };
        let leaf = leaf_hash(&entry.canonical().ok()?);
        Some(Committed { index: 0, leaf, entry })
    }
}
