//! Plans and revisions.

use kubechat_core::audit::EntryKind;
use kubechat_core::ids::PlanId;
use kubechat_core::plan::PlanState;
use kubechat_flow::ports::ledger::{Change, Expect, Ledger, Page, Row, Version, Versioned};
use serde_json::json;

use super::{make, put, refused};

fn new(plan: &kubechat_core::plan::Plan) -> Row {
    Row::Plan(Box::new(plan.clone()), Expect::New)
}

fn at(plan: &kubechat_core::plan::Plan, version: u64) -> Row {
    Row::Plan(Box::new(plan.clone()), Expect::At(Version(version)))
}

pub(crate) async fn a_plan_reads_back_as_written(ledger: &dyn Ledger) {
    let plan = make::plan();
    put(ledger, vec![new(&plan)]).await.unwrap();
    let read = ledger.plan(plan.id).await.unwrap();
    assert_eq!(read, Some(Versioned { row: plan, version: Version(1) }));
    assert_eq!(ledger.plan(PlanId::mint(&make::Counting)).await.unwrap(), None);
}

pub(crate) async fn a_plan_is_inserted_once(ledger: &dyn Ledger) {
    let plan = make::plan();
    put(ledger, vec![new(&plan)]).await.unwrap();
    refused(put(ledger, vec![new(&plan)]).await, &plan.id.to_string());
}

pub(crate) async fn only_one_of_two_writers_of_a_version_wins(ledger: &dyn Ledger) {
    let mut plan = make::plan();
    put(ledger, vec![new(&plan)]).await.unwrap();
    plan.state = PlanState::Running;
    put(ledger, vec![at(&plan, 1)]).await.unwrap();
    plan.state = PlanState::Rejected;
    refused(put(ledger, vec![at(&plan, 1)]).await, &plan.id.to_string());
    let read = ledger.plan(plan.id).await.unwrap().unwrap();
    assert_eq!((read.row.state, read.version), (PlanState::Running, Version(2)));
    refused(put(ledger, vec![at(&make::plan(), 1)]).await, "plan");
}

pub(crate) async fn every_revision_is_kept(ledger: &dyn Ledger) {
    let first = make::plan();
    let mut edited = first.clone();
    edited.revision.number = 2;
    edited.revision.parts[0].risk.score = 70;
    put(ledger, vec![new(&first)]).await.unwrap();
    put(ledger, vec![at(&edited, 1)]).await.unwrap();
    assert_eq!(ledger.revision(first.id, 1).await.unwrap(), Some(first.revision));
    assert_eq!(ledger.revision(first.id, 2).await.unwrap(), Some(edited.revision.clone()));
    assert_eq!(ledger.revision(first.id, 3).await.unwrap(), None);
    assert_eq!(ledger.plan(first.id).await.unwrap().unwrap().row.revision, edited.revision);
}

pub(crate) async fn a_revision_never_changes_its_content(ledger: &dyn Ledger) {
    let plan = make::plan();
    put(ledger, vec![new(&plan)]).await.unwrap();
    let mut other = plan.clone();
    other.revision.steps[0].sentence = "Scale web to 500".to_owned();
    refused(put(ledger, vec![at(&other, 1)]).await, "revision 1");
    assert_eq!(ledger.plan(plan.id).await.unwrap().unwrap().row, plan);
}

pub(crate) async fn plans_are_listed_newest_first_by_requester(ledger: &dyn Ledger) {
    let plans = [make::plan_by("mira"), make::plan_by("jonas"), make::plan_by("mira")];
    for plan in &plans {
        put(ledger, vec![new(plan)]).await.unwrap();
    }
    let page = |limit, before| Page { limit, before };
    let all = ledger.plans(None, page(10, None)).await.unwrap();
    let ids: Vec<_> = all.iter().map(|(_, plan)| plan.id).collect();
    assert_eq!(ids, [plans[2].id, plans[1].id, plans[0].id]);
    let first = ledger.plans(Some("local|mira"), page(1, None)).await.unwrap();
    assert_eq!(first[0].1.id, plans[2].id);
    let second = ledger.plans(Some("local|mira"), page(10, Some(first[0].0))).await.unwrap();
    assert_eq!(second.iter().map(|(_, plan)| plan.id).collect::<Vec<_>>(), [plans[0].id]);
    assert!(ledger.plans(Some("local|nobody"), page(10, None)).await.unwrap().is_empty());
}

pub(crate) async fn plans_are_found_by_the_state_they_are_in(ledger: &dyn Ledger) {
    let mut plans = [make::plan(), make::plan_by("jonas"), make::plan()];
    for plan in &plans {
        put(ledger, vec![new(plan)]).await.unwrap();
    }
    plans[0].state = PlanState::Rejected;
    put(ledger, vec![at(&plans[0], 1)]).await.unwrap();
    let page = |limit, before| Page { limit, before };
    let ready = ledger.plans_in(PlanState::Ready, page(10, None)).await.unwrap();
    assert_eq!(ready.iter().map(|(_, plan)| plan.id).collect::<Vec<_>>(), [plans[2].id, plans[1].id]);
    let rest = ledger.plans_in(PlanState::Ready, page(10, Some(ready[0].0))).await.unwrap();
    assert_eq!(rest.iter().map(|(_, plan)| plan.id).collect::<Vec<_>>(), [plans[1].id]);
    let rejected = ledger.plans_in(PlanState::Rejected, page(10, None)).await.unwrap();
    assert_eq!(rejected.iter().map(|(_, plan)| plan).collect::<Vec<_>>(), [&plans[0]]);
    assert!(ledger.plans_in(PlanState::Denied, page(10, None)).await.unwrap().is_empty());
}

pub(crate) async fn all_of_a_change_is_written_or_nothing(ledger: &dyn Ledger) {
    let (first, second) = (make::plan(), make::plan_with("mira", json!({"metadata": {"labels": {"a": "b"}}})));
    let rows = vec![new(&first), at(&second, 7)];
    let change = Change { rows, entries: vec![make::draft(EntryKind::Planned)] };
    refused(ledger.commit(change).await, &second.id.to_string());
    assert_eq!(ledger.plan(first.id).await.unwrap(), None, "the first row went with the second");
    assert_eq!(ledger.verify().await.unwrap(), 0);
}
