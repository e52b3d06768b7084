//! When a permit is given, when it is refused, and which drifts make a plan stale.

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::approval::{ApprovalRequest, Ballot};
use crate::audit::Entry;
use crate::fixtures::{LATER, NOW, approval_id, bound, mira, plan, plan_on_two, run_id, scale_plan};
use crate::names::Namespace;
use crate::operation::Operation;
use crate::policy::Outcome;
use crate::radius::predicted;
use crate::radius::world::{World, lower};

fn approved(plan: Plan) -> ApprovedPlan {
    let ballot = |(index, cluster): (usize, &ClusterName)| {
        let id = approval_id(index as u64 + 1);
        let request = ApprovalRequest::new(id, &plan, cluster, LATER).unwrap();
        Ballot { request, votes: vec![], used_by: None }
    };
    let ballots: Vec<_> = plan.clusters().enumerate().map(ballot).collect();
    ApprovedPlan::new(plan, &ballots, NOW).unwrap()
}

fn checks(plan: &Plan) -> FreshChecks {
    FreshChecks {
        at: NOW,
        step: 0,
        pin: plan.revision.parts[0].pin.clone(),
        bound: plan.revision.steps[0].bound.clone(),
        packs: plan.revision.parts[0].decision.packs,
        decision_holds: true,
        allowed: true,
        resource_version: Some("12".into()),
    }
}

fn entry(approved: &ApprovedPlan, kind: EntryKind) -> Entry {
    Entry {
        v: 1,
        at: NOW,
        actor: mira(),
        kind,
        thread: None,
        turn: None,
        plan: Some(approved.plan().id),
        revision: Some(1),
        run: Some(run_id(1)),
        step: Some(0),
        cluster: Some(approved.requests()[0].cluster.clone()),
        object: None,
        outcome: "intent".into(),
        digest: Some(approved.requests()[0].digest),
        payload: None,
    }
}

fn committed(entry: Entry) -> Committed {
    Committed { index: 4, leaf: leaf_hash(&entry.canonical().unwrap()), entry }
}

fn receipt(approved: &ApprovedPlan) -> IntentReceipt {
    IntentReceipt::of(&committed(entry(approved, EntryKind::StepIntent))).unwrap()
}

fn grant(approved: &ApprovedPlan, checks: &FreshChecks, receipt: IntentReceipt) -> Result<StepPermit, Problem> {
    StepPermit::grant(approved, &approved.plan().revision.steps[0], checks, receipt, run_id(1), NOW)
}

fn refused(change: impl Fn(&mut FreshChecks)) -> Problem {
    let approved = approved(scale_plan(Outcome::Pass));
    let mut checks = checks(approved.plan());
    change(&mut checks);
    grant(&approved, &checks, receipt(&approved)).unwrap_err()
}

#[test]
fn approval_checks_and_intent_together_give_a_permit_for_exactly_that_write() {
    let approved = approved(scale_plan(Outcome::Pass));
    let permit = grant(&approved, &checks(approved.plan()), receipt(&approved)).unwrap();
    assert_eq!(permit.mutation(), &approved.plan().revision.steps[0].mutation);
    assert_eq!(
        (permit.principal(), permit.uid(), permit.resource_version()),
        (&mira(), Some("Deployment-web"), Some("12"))
    );
}

#[test]
fn an_intent_for_another_run_step_or_approval_gives_no_permit() {
    let approved = approved(scale_plan(Outcome::Pass));
    let edits: [fn(&mut Entry); 4] = [
        |e| e.run = Some(run_id(2)),
        |e| e.step = Some(1),
        |e| e.digest = Some(Digest::of("test", b"other")),
        |e| e.cluster = Some("other".parse().unwrap()),
    ];
    for edit in edits {
        let mut entry = entry(&approved, EntryKind::StepIntent);
        edit(&mut entry);
        let receipt = IntentReceipt::of(&committed(entry)).unwrap();
        assert_eq!(grant(&approved, &checks(approved.plan()), receipt).unwrap_err().code, Code::Fault);
    }
}

#[test]
fn a_step_is_permitted_by_the_approval_of_its_own_cluster_only() {
    let approved = approved(plan_on_two(Outcome::Pass, Outcome::Pass));
    let step = &approved.plan().revision.steps[1];
    let mut checks = checks(approved.plan());
    checks.step = 1;
    let permit = |checks: &FreshChecks, digest, cluster| {
        let mut entry = entry(&approved, EntryKind::StepIntent);
        (entry.step, entry.digest, entry.cluster) = (Some(1), Some(digest), Some(cluster));
        let receipt = IntentReceipt::of(&committed(entry)).unwrap();
        StepPermit::grant(&approved, step, checks, receipt, run_id(1), NOW)
    };
    let [here, there] = [0, 1].map(|part| approved.requests()[part].clone());
    assert_eq!(permit(&checks, there.digest, there.cluster.clone()).unwrap_err().code, Code::Stale, "the other's pin");
    checks.pin = approved.plan().revision.parts[1].pin.clone();
    assert_eq!(permit(&checks, here.digest, there.cluster.clone()).unwrap_err().code, Code::Fault);
    assert_eq!(permit(&checks, there.digest, here.cluster).unwrap_err().code, Code::Fault);
    assert_eq!(permit(&checks, there.digest, there.cluster.clone()).unwrap().cluster(), &there.cluster);
}

#[test]
fn only_a_committed_intent_whose_leaf_fits_is_a_receipt() {
    let approved = approved(scale_plan(Outcome::Pass));
    assert_eq!(IntentReceipt::of(&committed(entry(&approved, EntryKind::StepOutcome))), None);
    let mut altered = committed(entry(&approved, EntryKind::StepIntent));
    altered.entry.outcome = "altered".into();
    assert_eq!(IntentReceipt::of(&altered), None);
}

#[test]
fn old_checks_or_checks_from_the_future_give_no_permit() {
    assert_eq!(refused(|c| c.at = NOW.plus_ms(-CHECKS_AGE_MS_MAX - 1)).code, Code::Stale);
    assert_eq!(refused(|c| c.at = NOW.plus_ms(1)).code, Code::Stale);
}

#[test]
fn a_right_that_was_lost_gives_no_permit() {
    assert_eq!(refused(|c| c.allowed = false).code, Code::ClusterForbidden);
}

#[test]
fn another_cluster_or_another_policy_gives_no_permit() {
    assert!(refused(|c| c.pin = ClusterPin::KubeSystem { uid: "x".into() }).detail.contains("another cluster"));
    assert!(refused(|c| c.packs = Digest::of("test", b"x")).detail.contains("policy"));
    assert!(refused(|c| c.decision_holds = false).detail.contains("policy"));
}

#[test]
fn a_step_that_is_not_in_the_plan_gives_no_permit() {
    let approved = approved(scale_plan(Outcome::Pass));
    let mut other = approved.plan().revision.steps[0].clone();
    other.mutation = crate::radius::world::scale(300);
    let fault = StepPermit::grant(&approved, &other, &checks(approved.plan()), receipt(&approved), run_id(1), NOW);
    assert_eq!(fault.unwrap_err().code, Code::Fault);
    assert_eq!(refused(|c| c.step = 1).code, Code::Fault);
}

#[test]
fn an_unverified_step_is_not_held_to_a_diff_nobody_saw() {
    let mut plan = scale_plan(Outcome::Pass);
    plan.revision.steps[0].dry_run = DryRun::Unverified { reason: "the webhook has side effects".into() };
    let mut checks = checks(&plan);
    checks.bound.diff = Digest::of("test", b"seen only now");
    assert!(still_holds(&plan, &plan.revision.steps[0], &checks).is_ok());
    checks.bound.fingerprint = Digest::of("test", b"other");
    assert!(still_holds(&plan, &plan.revision.steps[0], &checks).is_err());
}

#[derive(Deserialize)]
struct Drifts {
    expected: String,
    cases: Vec<Drift>,
}

#[derive(Deserialize)]
struct Drift {
    plan: String,
    drift: String,
    how: String,
    #[serde(default)]
    body: Value,
}

fn data(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../tests/drifts/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn drifted(object: &Value, drift: &Drift) -> Option<Value> {
    match drift.how.as_str() {
        "patch" | "status" => {
            predicted(&crate::mutation::Action::MergePatch { body: drift.body.clone() }, Some(object))
        }
        "recreate" => {
            let mut object = object.clone();
            object["metadata"]["uid"] = json!("another");
            Some(object)
        }
        "delete" => None,
        other => panic!("{other}"),
    }
}

/// What a drift makes of its plan.
fn judged(drift: &Drift) -> &'static str {
    let mut object: Value = serde_json::from_str(&data("deployment.json")).unwrap();
    object["metadata"]["uid"] = json!("u1");
    object["metadata"]["namespace"] = json!("shop");
    let plans: Value = serde_json::from_str(&data("plans.json")).unwrap();
    let mut operation: Operation = serde_json::from_value(plans[&drift.plan].clone()).unwrap();
    let shop = Some(Namespace::parse("shop").unwrap());
    match &mut operation {
        Operation::Apply(apply) => apply.namespace = shop,
        other => other.target_mut().unwrap().namespace = shop,
    }
    let (_, mut mutations) = lower(&operation, &World::of(vec![object.clone()])).unwrap();
    let plan = plan(mutations.remove(0), Some(&object), Outcome::Pass);
    let step = &plan.revision.steps[0];
    let mut now = checks(&plan);
    now.bound = bound(&step.mutation, drifted(&object, drift).as_ref());
    match still_holds(&plan, step, &now) {
        Ok(()) => "holds",
        Err(problem) if problem.code == Code::Stale => "stale",
        Err(other) => panic!("{other}"),
    }
}

fn all_judged_as_expected(file: &str) {
    let drifts: Drifts = serde_json::from_str(&data(file)).unwrap();
    assert!(drifts.cases.len() >= 20, "{file} holds {} cases", drifts.cases.len());
    let wrong: Vec<_> = drifts.cases.iter().filter(|drift| judged(drift) != drifts.expected).collect();
    let wrong: Vec<_> = wrong.iter().map(|drift| format!("{}: {}", drift.plan, drift.drift)).collect();
    assert!(wrong.is_empty(), "not {}: {wrong:#?}", drifts.expected);
}

#[test]
fn no_benign_drift_makes_a_plan_stale() {
    all_judged_as_expected("benign.json");
}

#[test]
fn every_harmful_drift_makes_a_plan_stale() {
    all_judged_as_expected("harmful.json");
}
