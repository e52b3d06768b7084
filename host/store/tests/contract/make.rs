//! Rows and entries to write, small but whole. Ids count up through the process, so that no two are the same.

use std::sync::atomic::{AtomicU64, Ordering};

use kubechat_core::approval::{ApprovalRequest, Choice, Vote};
use kubechat_core::audit::{Entry, EntryKind};
use kubechat_core::digest::Digest;
use kubechat_core::ids::{ApprovalId, IdSource, PlanId, RunId, ThreadId, TurnId};
use kubechat_core::plan::Plan;
use kubechat_core::principal::Principal;
use kubechat_core::redact::Redacted;
use kubechat_core::run::{Run, RunState, StepRun, StepState};
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::ledger::Draft;
use kubechat_flow::turn::{Thread, Topic, Turn, TurnState};
use serde_json::{Value, json};

/// Counts up; mixed, because ids drop the lowest four bits.
pub(crate) struct Counting;

static NEXT: AtomicU64 = AtomicU64::new(1);

impl IdSource for Counting {
    fn next(&self) -> u64 {
        NEXT.fetch_add(1, Ordering::Relaxed) << 4
    }
}

/// A configured principal.
pub(crate) fn person(name: &str) -> Principal {
    Principal::local(name, &["staff"])
}

/// A plan by mira, one step.
pub(crate) fn plan() -> Plan {
    plan_by("mira")
}

/// A plan by somebody.
pub(crate) fn plan_by(name: &str) -> Plan {
    plan_with(name, json!({"spec": {"replicas": 5}}))
}

/// A plan whose one step patches `web` with this body.
pub(crate) fn plan_with(name: &str, body: Value) -> Plan {
    let id = PlanId::mint(&Counting);
    let digest = Digest::plain(&[b"x"]);
    let web = json!({"type": {"group": "apps", "version": "v1", "kind": "Deployment", "plural": "deployments",
        "namespaced": true}, "namespace": "shop", "name": "web"});
    let step = json!({
        "index": 0, "depends_on": [], "cluster": "demo", "sentence": "Scale web to 5", "kubectl": "kubectl scale",
        "mutation": {"target": web, "action": {"action": "merge-patch", "body": body}, "touches": []},
        "bound": {"uid": "u-1", "fingerprint": digest, "diff": digest},
        "dry_run": {"dry_run": "verified", "volatile": [], "warnings": []},
        "diff": [], "reversibility": {"class": "exact"},
    });
    let revision = json!({
        "number": 1, "nonce": "n", "made_at": Timestamp(1_000), "expires_at": Timestamp(1_801_000),
        "parts": [part("demo")], "operations": [], "steps": [step], "provenance": [],
    });
    serde_json::from_value(json!({
        "id": id, "requester": person(name), "origin": {"origin": "api"},
        "created_at": Timestamp(1_000), "state": "ready", "revision": revision,
    }))
    .expect("a plan as the model has it")
}

/// What a plan means for a cluster.
fn part(cluster: &str) -> Value {
    json!({
        "cluster": cluster, "pin": {"by": "kube-system", "uid": format!("uid of {cluster}")},
        "radius": {"pods": 0, "objects": 1, "listed": [], "omitted": 0, "sentences": [], "complete": true},
        "risk": {"score": 10, "level": "low", "reasons": []},
        "decision": {"outcome": {"outcome": "pass"}, "verdicts": [], "packs": Digest::plain(&[b"x"])},
        "unseen": [],
    })
}

/// A plan by mira with a part for `demo` and one for `other`.
pub(crate) fn plan_on_two() -> Plan {
    let mut plan = plan();
    plan.revision.parts.push(serde_json::from_value(part("other")).expect("a part as the model has it"));
    plan
}

/// A request for approval of the first part of a plan's current revision.
pub(crate) fn request(plan: &Plan) -> ApprovalRequest {
    request_on(plan, "demo")
}

/// A request for approval of the part for a cluster.
pub(crate) fn request_on(plan: &Plan, cluster: &str) -> ApprovalRequest {
    let cluster = cluster.parse().expect("a cluster name");
    ApprovalRequest::new(ApprovalId::mint(&Counting), plan, &cluster, Timestamp(1_801_000)).expect("a canonical form")
}

/// A yes.
pub(crate) fn yes(name: &str, request: &ApprovalRequest) -> Vote {
    Vote { voter: person(name), digest: request.digest, choice: Choice::Approve, at: Timestamp(2_000) }
}

/// A run of a plan with one step.
pub(crate) fn run(plan: &Plan, state: RunState, step: StepState) -> Run {
    let demo = "demo".parse().expect("a cluster name");
    let step = StepRun { state: step, ..StepRun::pending(0, &demo) };
    Run {
        id: RunId::mint(&Counting),
        plan: plan.id,
        revision: 1,
        approvals: [(demo, Digest::plain(&[b"approved"]))].into(),
        actor: plan.requester.clone(),
        created_at: Timestamp(3_000),
        ended_at: None,
        cancel_requested: false,
        state,
        steps: vec![step],
    }
}

/// Real randomness, for processes that write into one ledger after each other.
struct Random;

impl IdSource for Random {
    fn next(&self) -> u64 {
        use std::hash::{BuildHasher as _, Hasher as _};
        std::collections::hash_map::RandomState::new().build_hasher().finish()
    }
}

/// A thread of mira's, under an id no other process has given.
pub(crate) fn thread_at_random() -> Thread {
    Thread { id: ThreadId::mint(&Random), ..thread() }
}

/// A thread of mira's.
pub(crate) fn thread() -> Thread {
    Thread {
        id: ThreadId::mint(&Counting),
        owner: person("mira"),
        cluster: "demo".parse().expect("a cluster name"),
        namespace: "shop".parse().expect("a namespace"),
        title: "web".to_owned(),
        created_at: Timestamp(1_000),
        deleted_at: None,
        shared_at: None,
        topic: Topic::default(),
        last: None,
    }
}

/// A turn in a thread.
pub(crate) fn turn(thread: &Thread, sentence: &str) -> Turn {
    Turn {
        id: TurnId::mint(&Counting),
        thread: thread.id,
        who: thread.owner.clone(),
        sentence: sentence.to_owned(),
        created_at: Timestamp(1_000),
        ended_at: None,
        state: TurnState::Working,
        provider: "provider-rules 0.1.0".to_owned(),
        model: None,
        rules: true,
        usage: None,
        cancel_requested: false,
        carries: kubechat_core::egress::DataClasses::usual(),
        looked: kubechat_flow::looked::Looked::nothing(),
        masked: Vec::new(),
        parts: Vec::new(),
        said: Vec::new(),
        before: kubechat_flow::recall::Memory::default(),
    }
}

/// An entry about nothing in particular.
pub(crate) fn entry(kind: EntryKind) -> Entry {
    Entry {
        v: 1,
        at: Timestamp(1_234),
        actor: person("mira"),
        kind,
        thread: None,
        turn: None,
        plan: None,
        revision: None,
        run: None,
        step: None,
        cluster: None,
        object: None,
        outcome: "done".to_owned(),
        digest: None,
        payload: None,
    }
}

/// An entry without a payload.
pub(crate) fn draft(kind: EntryKind) -> Draft {
    Draft { entry: entry(kind), payload: None }
}

/// What redaction would have let through.
pub(crate) fn redacted(value: Value) -> Redacted<Value> {
    serde_json::from_value(value).expect("any value")
}
