//! A plan of one step and the people around it, for tests of approval and permits.

use crate::diff;
use crate::digest::Digest;
use crate::fingerprint::fingerprint;
use crate::ids::{ApprovalId, IdSource, PlanId, RunId};
use crate::mutation::Mutation;
use crate::names::ClusterName;
use crate::operation::Reversibility;
use crate::plan::{Bound, ClusterPin, DryRun, Origin, Part, Plan, PlanState, Revision, Step};
use crate::policy::{Decision, Outcome, Requirement};
use crate::principal::Principal;
use crate::radius::{Radius, predicted};
use crate::risk::{Level, Risk};
use crate::time::Timestamp;
use serde_json::Value;

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub(crate) const LATER: Timestamp = Timestamp(1_800_000_600_000);

struct Counted(u64);
impl IdSource for Counted {
    fn next(&self) -> u64 {
        self.0 << 4
    }
}

pub(crate) fn approval_id(number: u64) -> ApprovalId {
    ApprovalId::mint(&Counted(number))
}

pub(crate) fn run_id(number: u64) -> RunId {
    RunId::mint(&Counted(number))
}

pub(crate) fn mira() -> Principal {
    Principal::local("mira", &["shop"])
}

pub(crate) fn ivo() -> Principal {
    Principal::local("ivo", &["ops"])
}

pub(crate) fn require(count: u32, groups: &[&str]) -> Requirement {
    Requirement { count, groups: groups.iter().map(|g| (*g).to_owned()).collect(), expiry_s: None }
}

/// What a write rests on, given the object as it is.
pub(crate) fn bound(mutation: &Mutation, live: Option<&Value>) -> Bound {
    let after = predicted(&mutation.action, live);
    Bound {
        uid: live.map(|object| crate::object::uid(object).to_owned()),
        fingerprint: fingerprint(live, &mutation.touches).unwrap(),
        diff: diff::digest(&diff::changes(live, after.as_ref(), &[])).unwrap(),
    }
}

pub(crate) fn plan(mutation: Mutation, live: Option<&Value>, outcome: Outcome) -> Plan {
    let cluster = ClusterName::parse("demo").unwrap();
    let step = Step {
        index: 0,
        depends_on: vec![],
        operation: Some(0),
        cluster: cluster.clone(),
        sentence: "scale deployment shop/web to 5".into(),
        kubectl: "kubectl scale deployment/web -n shop --replicas=5".into(),
        bound: bound(&mutation, live),
        mutation,
        restore: None,
        dry_run: DryRun::Verified { volatile: vec![], warnings: vec![] },
        diff: vec![],
        reversibility: Reversibility::Exact,
    };
    let revision = Revision {
        nonce: String::new(),
        number: 1,
        made_at: NOW,
        expires_at: LATER,
        parts: vec![part("demo", outcome)],
        operations: vec![],
        steps: vec![step],
        provenance: vec![],
        chosen: vec![],
    };
    let (requester, origin, state) = (mira(), Origin::Api, PlanState::Ready);
    let id = PlanId::mint(&Counted(7));
    let (run, problem, stands, undone) = (None, None, vec![], vec![]);
    Plan { id, requester, origin, created_at: NOW, state, revision, run, problem, stands, undone }
}

/// What a plan means for a cluster that policy says this of.
pub(crate) fn part(cluster: &str, outcome: Outcome) -> Part {
    Part {
        cluster: ClusterName::parse(cluster).unwrap(),
        pin: ClusterPin::KubeSystem { uid: format!("uid of {cluster}") },
        radius: Radius::default(),
        risk: Risk { score: 0, level: Level::Low, reasons: vec![] },
        decision: Decision { outcome, verdicts: vec![], packs: Digest::of("test", b"packs") },
        unseen: vec![],
    }
}

/// A plan that scales `web` on `demo` and on another cluster, of which policy says these.
pub(crate) fn plan_on_two(here: Outcome, there: Outcome) -> Plan {
    let mut plan = scale_plan(here);
    plan.revision.parts.push(part("other", there));
    let second = Step { index: 1, cluster: ClusterName::parse("other").unwrap(), ..plan.revision.steps[0].clone() };
    plan.revision.steps.push(second);
    plan
}

/// A plan that scales `web` from 3 to 5.
pub(crate) fn scale_plan(outcome: Outcome) -> Plan {
    let world = crate::radius::world::web(3);
    plan(crate::radius::world::scale(5), Some(&world.objects[0]), outcome)
}
