//! Requests for approval and votes.

use kubechat_core::approval::{ApprovalRequest, Ballot};
use kubechat_core::digest::Digest;
use kubechat_core::plan::Plan;
use kubechat_core::run::{Run, RunState, StepState};
use kubechat_flow::ports::ledger::{Expect, Ledger, Row};

use super::{make, put, refused};

async fn asked(ledger: &dyn Ledger) -> (Plan, ApprovalRequest) {
    let plan = make::plan();
    let request = make::request(&plan);
    let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::New), Row::Approval(request.clone())];
    put(ledger, rows).await.unwrap();
    (plan, request)
}

fn used(plan: &Plan, request: &ApprovalRequest) -> (Run, Vec<Row>) {
    let run = make::run(plan, RunState::Pending, StepState::Pending);
    // In this order, because a use case need not know that one row points at the other.
    let rows = vec![Row::UseApproval(request.id, run.id), Row::Run(Box::new(run.clone()), Expect::New)];
    (run, rows)
}

pub(crate) async fn a_second_open_request_for_a_revision_is_a_conflict(ledger: &dyn Ledger) {
    let (plan, request) = asked(ledger).await;
    refused(put(ledger, vec![Row::Approval(make::request(&plan))]).await, &plan.id.to_string());
    let (_, rows) = used(&plan, &request);
    put(ledger, rows).await.unwrap();
    put(ledger, vec![Row::Approval(make::request(&plan))]).await.expect("the first one is used, so none is open");
}

pub(crate) async fn a_subject_votes_once(ledger: &dyn Ledger) {
    let (plan, request) = asked(ledger).await;
    let vote = |name| Row::Vote(request.id, make::yes(name, &request));
    put(ledger, vec![vote("jonas")]).await.unwrap();
    refused(put(ledger, vec![vote("jonas")]).await, "local|jonas");
    put(ledger, vec![vote("ada")]).await.unwrap();
    let votes = ledger.ballots(plan.id).await.unwrap().remove(0).votes;
    assert_eq!(votes, [make::yes("jonas", &request), make::yes("ada", &request)]);
}

pub(crate) async fn a_vote_on_another_digest_is_a_conflict(ledger: &dyn Ledger) {
    let (plan, request) = asked(ledger).await;
    let mut vote = make::yes("jonas", &request);
    vote.digest = Digest::plain(&[b"something else"]);
    refused(put(ledger, vec![Row::Vote(request.id, vote)]).await, &request.id.to_string());
    let unknown = make::request(&plan);
    refused(put(ledger, vec![Row::Vote(unknown.id, make::yes("jonas", &unknown))]).await, &unknown.id.to_string());
}

pub(crate) async fn a_request_is_used_by_one_run_only(ledger: &dyn Ledger) {
    let (plan, request) = asked(ledger).await;
    let ((run, first), (_, second)) = (used(&plan, &request), used(&plan, &request));
    put(ledger, first).await.unwrap();
    refused(put(ledger, second).await, &request.id.to_string());
    assert_eq!(ledger.ballots(plan.id).await.unwrap()[0].used_by, Some(run.id));
    assert_eq!(ledger.open_runs().await.unwrap().len(), 1, "the second run went with its approval");
}

pub(crate) async fn a_used_request_takes_no_votes(ledger: &dyn Ledger) {
    let (plan, request) = asked(ledger).await;
    put(ledger, used(&plan, &request).1).await.unwrap();
    refused(put(ledger, vec![Row::Vote(request.id, make::yes("jonas", &request))]).await, &request.id.to_string());
}

pub(crate) async fn the_newest_requests_are_the_ballots(ledger: &dyn Ledger) {
    let (mut plan, _) = asked(ledger).await;
    plan.revision.number = 2;
    let newer = make::request(&plan);
    put(ledger, vec![Row::Approval(newer.clone())]).await.unwrap();
    let ballots = ledger.ballots(plan.id).await.unwrap();
    assert_eq!(ballots, [Ballot { request: newer, votes: vec![], used_by: None }]);
    assert_eq!(ledger.ballots(make::plan().id).await.unwrap(), []);
}

pub(crate) async fn each_part_has_a_ballot_of_its_own(ledger: &dyn Ledger) {
    let plan = make::plan_on_two();
    let (here, there) = (make::request_on(&plan, "demo"), make::request_on(&plan, "other"));
    let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::New), Row::Approval(here.clone())];
    put(ledger, rows).await.unwrap();
    put(ledger, vec![Row::Approval(there.clone())]).await.expect("the other part's request is another one");
    refused(put(ledger, vec![Row::Approval(make::request_on(&plan, "other"))]).await, &plan.id.to_string());
    put(ledger, vec![Row::Vote(there.id, make::yes("jonas", &there))]).await.unwrap();
    let crossed = Row::Vote(here.id, make::yes("jonas", &there));
    refused(put(ledger, vec![crossed]).await, &here.id.to_string());
    put(ledger, vec![Row::Vote(here.id, make::yes("jonas", &here))]).await.expect("one vote a part");
    let ballots = ledger.ballots(plan.id).await.unwrap();
    let votes: Vec<_> = ballots.iter().map(|ballot| (ballot.request.clone(), ballot.votes.clone())).collect();
    let yes = |request: &ApprovalRequest| (request.clone(), vec![make::yes("jonas", request)]);
    assert_eq!(votes, [yes(&here), yes(&there)]);
}

pub(crate) async fn a_run_uses_the_requests_of_all_parts_or_of_none(ledger: &dyn Ledger) {
    let plan = make::plan_on_two();
    let (here, there) = (make::request_on(&plan, "demo"), make::request_on(&plan, "other"));
    let requests = [&here, &there].map(|request| Row::Approval(request.clone()));
    put(ledger, [Row::Plan(Box::new(plan.clone()), Expect::New)].into_iter().chain(requests).collect()).await.unwrap();
    let uses = |run: &Run| [&here, &there].map(|request| Row::UseApproval(request.id, run.id));
    let (first, late) = (make::run(&plan, RunState::Pending, StepState::Pending), used(&plan, &there));
    put(ledger, uses(&first).into_iter().chain([Row::Run(Box::new(first.clone()), Expect::New)]).collect())
        .await
        .unwrap();
    refused(put(ledger, late.1).await, &there.id.to_string());
    let used: Vec<_> = ledger.ballots(plan.id).await.unwrap().into_iter().map(|ballot| ballot.used_by).collect();
    assert_eq!(used, [Some(first.id), Some(first.id)]);
    // One that is used already takes the other with it.
    let plan = make::plan_on_two();
    let (here, there) = (make::request_on(&plan, "demo"), make::request_on(&plan, "other"));
    let requests = [&here, &there].map(|request| Row::Approval(request.clone()));
    put(ledger, [Row::Plan(Box::new(plan.clone()), Expect::New)].into_iter().chain(requests).collect()).await.unwrap();
    put(ledger, self::used(&plan, &there).1).await.unwrap();
    let both = make::run(&plan, RunState::Pending, StepState::Pending);
    let uses = [&here, &there].map(|request| Row::UseApproval(request.id, both.id));
    let rows = uses.into_iter().chain([Row::Run(Box::new(both), Expect::New)]).collect();
    refused(put(ledger, rows).await, &there.id.to_string());
    assert_eq!(ledger.ballots(plan.id).await.unwrap()[0].used_by, None, "nothing of a refused change is written");
}
