//! Runs and images.

use kubechat_core::ids::RunId;
use kubechat_core::plan::{Origin, Plan, PlanState};
use kubechat_core::run::{Run, RunState, StepState};
use kubechat_flow::ports::ledger::{Expect, Images, Ledger, Row, Version};
use serde_json::json;

use super::{make, put, refused};

async fn ran(ledger: &dyn Ledger, plan: &Plan, state: RunState, step: StepState) -> Run {
    let run = make::run(plan, state, step);
    let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::New), Row::Run(Box::new(run.clone()), Expect::New)];
    put(ledger, rows).await.unwrap();
    run
}

pub(crate) async fn an_open_run_is_found_after_a_restart(ledger: &dyn Ledger) {
    let mut first = ran(ledger, &make::plan(), RunState::Pending, StepState::Pending).await;
    let second = ran(ledger, &make::plan(), RunState::Settling, StepState::Succeeded).await;
    ran(ledger, &make::plan(), RunState::Indeterminate, StepState::Indeterminate).await;
    let open: Vec<_> = ledger.open_runs().await.unwrap().into_iter().map(|run| run.row).collect();
    assert_eq!(open, [first.clone(), second.clone()], "oldest first");
    first.state = RunState::Cancelled;
    put(ledger, vec![Row::Run(Box::new(first.clone()), Expect::At(Version(1)))]).await.unwrap();
    assert_eq!(ledger.open_runs().await.unwrap().len(), 1);
    let read = ledger.run(first.id).await.unwrap().unwrap();
    assert_eq!((read.row, read.version), (first.clone(), Version(2)));
    refused(put(ledger, vec![Row::Run(Box::new(first.clone()), Expect::At(Version(1)))]).await, &first.id.to_string());
}

pub(crate) async fn a_run_belongs_to_a_plan_that_is_there(ledger: &dyn Ledger) {
    let run = make::run(&make::plan(), RunState::Pending, StepState::Pending);
    refused(put(ledger, vec![Row::Run(Box::new(run.clone()), Expect::New)]).await, "belongs to");
    assert_eq!(ledger.run(run.id).await.unwrap(), None);
    put(ledger, vec![Row::Plan(Box::new(make::plan()), Expect::New)]).await.expect("and writing goes on");
}

pub(crate) async fn only_runs_that_left_something_may_be_undone(ledger: &dyn Ledger) {
    let kept = ran(ledger, &make::plan(), RunState::Succeeded, StepState::Succeeded).await;
    let unknown = ran(ledger, &make::plan(), RunState::Indeterminate, StepState::Indeterminate).await;
    ran(ledger, &make::plan(), RunState::Failed, StepState::Failed).await;
    ran(ledger, &make::plan(), RunState::Running, StepState::Succeeded).await;
    ran(ledger, &make::plan_by("jonas"), RunState::Succeeded, StepState::Succeeded).await;
    let mut undone = make::plan();
    undone.state = PlanState::Undone;
    ran(ledger, &undone, RunState::Succeeded, StepState::Succeeded).await;
    let mut undo = make::plan();
    undo.origin = Origin::Undo { run: kept.id };
    ran(ledger, &undo, RunState::Succeeded, StepState::Succeeded).await;
    assert_eq!(ledger.last_runs("local|mira", 10).await.unwrap(), [unknown.clone(), kept]);
    assert_eq!(ledger.last_runs("local|mira", 1).await.unwrap(), [unknown]);
}

fn images(run: RunId, images: &Images) -> Row {
    Row::Images { run, step: 0, images: images.clone() }
}

fn before() -> Images {
    let digests = [("web:1".to_owned(), "sha256:aa".to_owned())].into();
    Images { before: Some(json!({"spec": {"replicas": 3}})), after: None, complete: false, digests }
}

pub(crate) async fn a_before_image_is_written_once(ledger: &dyn Ledger) {
    let run = ran(ledger, &make::plan(), RunState::Running, StepState::Running).await;
    put(ledger, vec![images(run.id, &before())]).await.unwrap();
    assert_eq!(ledger.images(run.id, 0).await.unwrap(), Some(before()));
    assert_eq!(ledger.images(run.id, 1).await.unwrap(), None);
    refused(put(ledger, vec![images(run.id, &before())]).await, &run.id.to_string());
    let forged = Images { before: Some(json!({"spec": {"replicas": 99}})), complete: true, ..before() };
    put(ledger, vec![images(run.id, &forged)]).await.unwrap();
    assert_eq!(ledger.images(run.id, 0).await.unwrap().unwrap().before, before().before, "the first one stays");
}

pub(crate) async fn images_are_completed_once(ledger: &dyn Ledger) {
    let run = ran(ledger, &make::plan(), RunState::Running, StepState::Running).await;
    put(ledger, vec![images(run.id, &before())]).await.unwrap();
    let both = Images { after: Some(json!({"spec": {"replicas": 5}})), complete: true, ..before() };
    put(ledger, vec![images(run.id, &both)]).await.unwrap();
    assert_eq!(ledger.images(run.id, 0).await.unwrap(), Some(both.clone()));
    refused(put(ledger, vec![images(run.id, &both)]).await, &run.id.to_string());
}
