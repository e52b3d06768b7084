//! Who counts, for what, and until when.

use super::*;
use crate::fixtures::{LATER, NOW, approval_id, ivo, mira, part, plan_on_two, require, scale_plan};
use crate::policy::{Effect, Severity, Verdict};

fn two_of(groups: &[&str]) -> Outcome {
    Outcome::Require { requirements: vec![require(2, groups)], confirm_only: false }
}

fn one() -> Outcome {
    Outcome::Require { requirements: vec![require(1, &[])], confirm_only: false }
}

fn confirm() -> Outcome {
    Outcome::Require { requirements: vec![require(1, &[])], confirm_only: true }
}

fn request(plan: &Plan) -> ApprovalRequest {
    ApprovalRequest::new(approval_id(1), plan, &demo(), LATER).unwrap()
}

fn demo() -> ClusterName {
    "demo".parse().unwrap()
}

fn other() -> ClusterName {
    "other".parse().unwrap()
}

fn ballot(request: &ApprovalRequest, votes: &[Vote]) -> Ballot {
    Ballot { request: request.clone(), votes: votes.to_vec(), used_by: None }
}

/// The plan of one part, approved with these votes.
fn approved(plan: Plan, request: ApprovalRequest, votes: &[Vote], now: Timestamp) -> Result<ApprovedPlan, Problem> {
    ApprovedPlan::new(plan, &[ballot(&request, votes)], now)
}

fn vote(voter: Principal, request: &ApprovalRequest, choice: Choice) -> Vote {
    Vote { voter, digest: request.digest, choice, at: NOW }
}

fn yes(voter: Principal, request: &ApprovalRequest) -> Vote {
    vote(voter, request, Choice::Approve)
}

#[test]
fn a_passing_plan_needs_nobody_and_a_denied_one_is_helped_by_nobody() {
    let plan = scale_plan(Outcome::Pass);
    assert_eq!(tally(&plan, &request(&plan), &[], NOW), Tally::Met);
    let plan = scale_plan(Outcome::Deny);
    let request = request(&plan);
    assert_eq!(tally(&plan, &request, &[yes(ivo(), &request)], NOW), Tally::Denied);
}

#[test]
fn the_requesters_own_vote_counts_for_nothing() {
    let plan = scale_plan(one());
    let request = request(&plan);
    assert!(matches!(tally(&plan, &request, &[yes(mira(), &request)], NOW), Tally::Waiting { .. }));
    assert_eq!(tally(&plan, &request, &[yes(ivo(), &request)], NOW), Tally::Met);
    assert_eq!(may_vote(&plan, &demo(), &mira(), Choice::Approve).unwrap_err().code, Code::Forbidden);
    assert!(may_vote(&plan, &demo(), &mira(), Choice::Reject).is_ok(), "one may always take back");
    assert!(may_vote(&plan, &demo(), &ivo(), Choice::Approve).is_ok());
}

#[test]
fn one_person_who_votes_twice_is_one_person() {
    let plan = scale_plan(two_of(&[]));
    let request = request(&plan);
    let twice = [yes(ivo(), &request), yes(ivo(), &request)];
    let Tally::Waiting { missing } = tally(&plan, &request, &twice, NOW) else { panic!("it was met") };
    assert_eq!(missing, [Missing { groups: vec![], votes: 1 }]);
}

#[test]
fn only_members_of_the_named_groups_count() {
    let plan = scale_plan(two_of(&["ops"]));
    let request = request(&plan);
    let guest = Principal::local("guest", &["guests"]);
    let second = Principal::local("nia", &["ops", "shop"]);
    assert!(matches!(
        tally(&plan, &request, &[yes(ivo(), &request), yes(guest, &request)], NOW),
        Tally::Waiting { .. }
    ));
    assert_eq!(tally(&plan, &request, &[yes(ivo(), &request), yes(second, &request)], NOW), Tally::Met);
}

#[test]
fn every_requirement_is_met_by_itself() {
    let requirements = vec![require(1, &["ops"]), require(1, &["security"])];
    let plan = scale_plan(Outcome::Require { requirements, confirm_only: false });
    let request = request(&plan);
    let Tally::Waiting { missing } = tally(&plan, &request, &[yes(ivo(), &request)], NOW) else { panic!("it was met") };
    assert_eq!(missing, [Missing { groups: vec!["security".into()], votes: 1 }]);
}

#[test]
fn a_vote_for_an_edited_plan_counts_for_nothing() {
    let plan = scale_plan(one());
    let old = request(&plan);
    let mut edited = plan.clone();
    edited.revision.number = 2;
    assert_ne!(request(&edited).digest, old.digest);
    assert!(matches!(tally(&edited, &request(&edited), &[yes(ivo(), &old)], NOW), Tally::Waiting { .. }));
    let refused = approved(edited, old.clone(), &[yes(ivo(), &old)], NOW).unwrap_err();
    assert_eq!(refused.code, Code::Stale);
}

#[test]
fn whatever_an_approval_binds_changes_its_digest() {
    let plan = scale_plan(one());
    let digest = request(&plan).digest;
    let edits: [fn(&mut Plan); 9] = [
        |p| p.revision.parts.push(part("other", Outcome::Pass)),
        |p| p.revision.steps[0].depends_on = vec![7],
        |p| p.revision.parts[0].pin = crate::plan::ClusterPin::KubeSystem { uid: "other".into() },
        |p| p.requester = ivo(),
        |p| p.revision.parts[0].decision.packs = Digest::of("test", b"other"),
        |p| p.revision.parts[0].decision.outcome = Outcome::Pass,
        |p| p.revision.steps[0].bound.uid = Some("other".into()),
        |p| p.revision.steps[0].bound.diff = Digest::of("test", b"other"),
        |p| p.revision.steps[0].mutation = crate::radius::world::scale(300),
    ];
    for (index, edit) in edits.iter().enumerate() {
        let mut edited = plan.clone();
        edit(&mut edited);
        assert_ne!(request(&edited).digest, digest, "edit {index}");
    }
    assert_ne!(ApprovalRequest::new(approval_id(2), &plan, &demo(), LATER).unwrap().digest, digest, "the nonce");
    assert_ne!(ApprovalRequest::new(approval_id(1), &plan, &demo(), NOW).unwrap().digest, digest, "the expiry");
}

#[test]
fn a_veto_ends_it_whatever_others_say() {
    let plan = scale_plan(one());
    let request = request(&plan);
    let votes = [yes(ivo(), &request), vote(Principal::local("nia", &[]), &request, Choice::Reject)];
    assert_eq!(tally(&plan, &request, &votes, NOW), Tally::Vetoed { by: "local|nia".into() });
}

#[test]
fn expired_is_not_denied_and_an_old_vote_may_expire_before_the_request() {
    let mut requirement = require(1, &[]);
    requirement.expiry_s = Some(60);
    let plan = scale_plan(Outcome::Require { requirements: vec![requirement], confirm_only: false });
    let request = request(&plan);
    let votes = [yes(ivo(), &request)];
    assert_eq!(tally(&plan, &request, &votes, NOW.plus_ms(60_000)), Tally::Met);
    assert!(matches!(tally(&plan, &request, &votes, NOW.plus_ms(60_001)), Tally::Waiting { .. }));
    assert_eq!(tally(&plan, &request, &votes, LATER.plus_ms(1)), Tally::Expired);
    assert_eq!(approved(plan, request, &votes, LATER.plus_ms(1)).unwrap_err().code, Code::Expired);
}

#[test]
fn where_one_is_alone_his_own_confirmation_is_needed_and_enough() {
    let plan = scale_plan(confirm());
    let request = request(&plan);
    assert!(may_vote(&plan, &demo(), &mira(), Choice::Approve).is_ok());
    assert_eq!(tally(&plan, &request, &[], NOW), Tally::ConfirmationMissing);
    assert_eq!(tally(&plan, &request, &[yes(ivo(), &request)], NOW), Tally::ConfirmationMissing);
    assert_eq!(tally(&plan, &request, &[yes(mira(), &request)], NOW), Tally::Met);
}

#[test]
fn a_requirement_for_nobody_still_asks_for_somebody() {
    let plan = scale_plan(Outcome::Require { requirements: vec![require(0, &[])], confirm_only: false });
    assert!(matches!(tally(&plan, &request(&plan), &[], NOW), Tally::Waiting { .. }));
}

#[test]
fn only_an_open_plan_becomes_an_approved_one() {
    for (state, fits) in [
        (PlanState::Ready, true),
        (PlanState::NeedsApproval, true),
        (PlanState::Denied, false),
        (PlanState::Rejected, false),
        (PlanState::Stale, false),
        (PlanState::Running, false),
        (PlanState::Succeeded, false),
        (PlanState::Failed, false),
        (PlanState::Indeterminate, false),
        (PlanState::Undone, false),
    ] {
        let mut plan = scale_plan(Outcome::Pass);
        plan.state = state;
        let request = request(&plan);
        assert_eq!(approved(plan, request, &[], NOW).is_ok(), fits, "{state:?}");
    }
}

#[test]
fn a_denied_plan_says_which_rule_and_what_to_do() {
    let mut plan = scale_plan(Outcome::Deny);
    let rule = |enforced, sentence: &str| Verdict {
        pack: "baseline".into(),
        rule: "kube-system".into(),
        severity: Severity::High,
        sentence: sentence.into(),
        remedy: "ask the platform team".into(),
        effect: Effect::Deny,
        enforced,
    };
    plan.revision.parts[0].decision.verdicts = vec![rule(false, "only watched"), rule(true, "it is the cluster's own")];
    // As planning stores it, and as a row would read whose state lags behind its decision.
    for state in [PlanState::Denied, PlanState::Ready] {
        plan.state = state;
        let request = request(&plan);
        let problem = approved(plan.clone(), request, &[], NOW).unwrap_err();
        let said = (problem.code, problem.detail.as_str());
        assert_eq!(said, (Code::PolicyDenied, "it is the cluster's own (baseline/kube-system)"), "{state:?}");
        assert_eq!(problem.advice(), "ask the platform team");
    }
}

#[test]
fn what_is_missing_is_said_with_the_command_that_gets_it() {
    let plan = scale_plan(two_of(&[]));
    let (id, request) = (plan.id, request(&plan));
    let problem = approved(plan, request, &[], NOW).unwrap_err();
    assert_eq!((problem.code, problem.detail.as_str()), (Code::ApprovalPending, "2 approvals are missing"));
    assert!(problem.advice().contains(&format!("kubechat approve {id}")));
}

/// The requests for both parts of a plan on two clusters.
fn two(plan: &Plan) -> [ApprovalRequest; 2] {
    [(1, demo()), (2, other())]
        .map(|(id, cluster)| ApprovalRequest::new(approval_id(id), plan, &cluster, LATER).unwrap())
}

#[test]
fn a_vote_on_one_part_counts_nothing_for_the_other() {
    let plan = plan_on_two(one(), one());
    let [here, there] = two(&plan);
    assert_ne!(here.digest, there.digest);
    let vote = yes(ivo(), &here);
    assert_eq!(tally(&plan, &here, std::slice::from_ref(&vote), NOW), Tally::Met);
    // Even where somebody lays it into the other box.
    let ballots = [ballot(&here, std::slice::from_ref(&vote)), ballot(&there, &[vote])];
    assert!(matches!(tally(&plan, &there, &ballots[1].votes, NOW), Tally::Waiting { .. }));
    assert!(matches!(standing(&plan, &ballots, NOW), Tally::Waiting { .. }));
    let refused = ApprovedPlan::new(plan, &ballots, NOW).unwrap_err();
    let said = (refused.code, refused.detail.as_str());
    assert_eq!(said, (Code::ApprovalPending, "1 approval is missing for other"));
}

#[test]
fn a_plan_is_approved_when_each_of_its_parts_is() {
    let plan = plan_on_two(one(), two_of(&["ops"]));
    let [here, there] = two(&plan);
    let second = Principal::local("nia", &["ops"]);
    let both = [yes(ivo(), &there), yes(second.clone(), &there)];
    let ballots = [ballot(&here, &[yes(second, &here)]), ballot(&there, &both)];
    assert_eq!(standing(&plan, &ballots, NOW), Tally::Met);
    let approved = ApprovedPlan::new(plan, &ballots, NOW).unwrap();
    assert_eq!(approved.request(&other()), Some(&there));
}

#[test]
fn a_part_that_passes_does_not_carry_one_that_is_denied_and_a_veto_on_one_ends_both() {
    let plan = plan_on_two(Outcome::Pass, Outcome::Deny);
    let [here, there] = two(&plan);
    assert_eq!(standing(&plan, &[ballot(&here, &[]), ballot(&there, &[])], NOW), Tally::Denied);
    let plan = plan_on_two(Outcome::Pass, one());
    let [here, there] = two(&plan);
    let veto = vote(ivo(), &here, Choice::Reject);
    let ballots = [ballot(&here, &[veto]), ballot(&there, &[yes(ivo(), &there)])];
    assert_eq!(standing(&plan, &ballots, NOW), Tally::Vetoed { by: "local|ivo".into() });
    assert_eq!(ApprovedPlan::new(plan, &ballots, NOW).unwrap_err().code, Code::WrongState);
}

#[test]
fn a_part_without_its_own_request_is_never_approved() {
    let plan = plan_on_two(Outcome::Pass, Outcome::Pass);
    let [here, there] = two(&plan);
    let (here, there) = (ballot(&here, &[]), ballot(&there, &[]));
    assert!(ApprovedPlan::new(plan.clone(), &[here.clone(), there.clone()], NOW).is_ok());
    for wrong in [vec![], vec![here.clone()], vec![here.clone(), here.clone()], vec![here.clone(), there, here]] {
        assert_eq!(ApprovedPlan::new(plan.clone(), &wrong, NOW).unwrap_err().code, Code::Stale, "{}", wrong.len());
    }
    assert_eq!(standing(&plan, &[], NOW), Tally::Denied);
}

#[test]
fn what_happens_to_one_part_is_bound_by_the_approval_of_the_other() {
    let plan = plan_on_two(one(), one());
    let [here, _] = two(&plan);
    let edits: [fn(&mut Plan); 4] = [
        |p| p.revision.parts[1].pin = crate::plan::ClusterPin::KubeSystem { uid: "elsewhere".into() },
        |p| p.revision.parts[1].decision.outcome = Outcome::Pass,
        |p| p.revision.steps[1].mutation = crate::radius::world::scale(300),
        |p| drop(p.revision.steps.pop()),
    ];
    for (index, edit) in edits.iter().enumerate() {
        let mut edited = plan.clone();
        edit(&mut edited);
        assert_ne!(request(&edited).digest, here.digest, "edit {index}");
    }
}
