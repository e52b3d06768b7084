//! Requests for approval and votes.

use kubechat_core::approval::ApprovalRequest;
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
    let votes = ledger.ballot(plan.id).await.unwrap().unwrap().votes;
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
    assert_eq!(ledger.ballot(plan.id).await.unwrap().unwrap().used_by, Some(run.id));
    assert_eq!(ledger.open_runs().await.unwrap().len(), 1, "the second run went with its approval");
}

pub(crate) async fn a_used_request_takes_no_votes(ledger: &dyn Ledger) {
    let (plan, request) = asked(ledger).await;
    put(ledger, used(&plan, &request).1).await.unwrap();
    refused(put(ledger, vec![Row::Vote(request.id, make::yes("jonas", &request))]).await, &request.id.to_string());
}

pub(crate) async fn the_newest_request_is_the_ballot(ledger: &dyn Ledger) {
    let (mut plan, _) = asked(ledger).await;
    plan.revision.number = 2;
    let newer = make::request(&plan);
    put(ledger, vec![Row::Approval(newer.clone())]).await.unwrap();
    let ballot = ledger.ballot(plan.id).await.unwrap().unwrap();
    assert_eq!((ballot.request, ballot.votes, ballot.used_by), (newer, vec![], None));
    assert_eq!(ledger.ballot(make::plan().id).await.unwrap(), None);
}
