//! The audit log.

use futures_util::future::join_all;
use kubechat_core::audit::{EntryKind, leaf_hash};
use kubechat_core::permit::IntentReceipt;
use kubechat_core::run::{RunState, StepState};
use kubechat_flow::ports::ledger::{AuditFilter, Change, Draft, Expect, Ledger, Page, Row, Version};
use serde_json::json;

use super::{make, refused, say};

const ALL: Page = Page { limit: 500, before: None };

pub(crate) async fn indexes_are_contiguous_over_changes(ledger: &dyn Ledger) {
    let two = || vec![make::draft(EntryKind::Asked), make::draft(EntryKind::Answered)];
    let mut indexes = Vec::new();
    for _ in 0..3 {
        indexes.extend(say(ledger, two()).await.into_iter().map(|committed| committed.index));
    }
    assert_eq!(indexes, [0, 1, 2, 3, 4, 5]);
}

pub(crate) async fn concurrent_changes_leave_no_gap_and_no_double(ledger: &dyn Ledger) {
    let batches = join_all((0..40).map(|_| say(ledger, vec![make::draft(EntryKind::Asked); 3]))).await;
    for batch in &batches {
        assert!(batch.windows(2).all(|pair| pair[1].index == pair[0].index + 1), "one change stays together");
    }
    let mut indexes: Vec<_> = batches.into_iter().flatten().map(|committed| committed.index).collect();
    indexes.sort_unstable();
    assert_eq!(indexes, (0..120).collect::<Vec<_>>());
    assert_eq!(ledger.verify().await.unwrap(), 120);
}

pub(crate) async fn a_refused_change_leaves_no_entry(ledger: &dyn Ledger) {
    say(ledger, vec![make::draft(EntryKind::Asked)]).await;
    let plan = make::plan();
    let rows = vec![Row::Plan(Box::new(plan), Expect::At(Version(1)))];
    refused(ledger.commit(Change { rows, entries: vec![make::draft(EntryKind::Planned)] }).await, "plan");
    assert_eq!(say(ledger, vec![make::draft(EntryKind::Asked)]).await[0].index, 1, "and no gap");
    assert_eq!(ledger.verify().await.unwrap(), 2);
}

pub(crate) async fn an_entry_reads_back_with_its_payload(ledger: &dyn Ledger) {
    let plan = make::plan();
    let run = make::run(&plan, RunState::Running, StepState::Running);
    let mut entry = make::entry(EntryKind::StepIntent);
    (entry.plan, entry.run, entry.step) = (Some(plan.id), Some(run.id), Some(0));
    entry.digest = run.approvals.values().next().copied();
    entry.cluster = run.approvals.keys().next().cloned();
    let payload = json!({"sentence": "scale web to 5", "share": 0.5});
    let committed = say(ledger, vec![Draft { entry, payload: Some(make::redacted(payload.clone())) }]).await;
    let read = ledger.audit(AuditFilter::default(), ALL).await.unwrap();
    assert_eq!(read[0].committed, committed[0]);
    assert_eq!(read[0].payload, Some(payload));
    assert!(committed[0].entry.payload.is_some());
    assert_eq!(committed[0].leaf, leaf_hash(&committed[0].entry.canonical().unwrap()));
    assert!(IntentReceipt::of(&committed[0]).is_some(), "what a step permit is made from");
}

pub(crate) async fn a_payload_is_salted(ledger: &dyn Ledger) {
    let draft = || Draft { entry: make::entry(EntryKind::Asked), payload: Some(make::redacted(json!("yes"))) };
    let committed = say(ledger, vec![draft(), draft()]).await;
    assert_ne!(committed[0].entry.payload, committed[1].entry.payload, "or short payloads could be guessed");
}

pub(crate) async fn entries_are_found_by_what_they_are_about(ledger: &dyn Ledger) {
    let plan = make::plan();
    let run = make::run(&plan, RunState::Running, StepState::Running);
    let mut by_jonas = make::draft(EntryKind::Voted);
    by_jonas.entry.actor = make::person("jonas");
    by_jonas.entry.plan = Some(plan.id);
    let mut of_run = make::draft(EntryKind::StepIntent);
    (of_run.entry.plan, of_run.entry.run) = (Some(plan.id), Some(run.id));
    say(ledger, vec![make::draft(EntryKind::Asked), by_jonas, of_run]).await;
    let filters = [
        (AuditFilter::default(), vec![2, 1, 0]),
        (AuditFilter { plan: Some(plan.id), ..Default::default() }, vec![2, 1]),
        (AuditFilter { run: Some(run.id), ..Default::default() }, vec![2]),
        (AuditFilter { subject: Some("local|jonas".to_owned()), ..Default::default() }, vec![1]),
        (AuditFilter { kinds: vec![EntryKind::Asked, EntryKind::StepIntent], ..Default::default() }, vec![2, 0]),
        (AuditFilter { plan: Some(plan.id), kinds: vec![EntryKind::Asked], ..Default::default() }, vec![]),
    ];
    for (filter, expected) in filters {
        let found = ledger.audit(filter.clone(), ALL).await.unwrap();
        let found: Vec<_> = found.iter().map(|row| row.committed.index).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

pub(crate) async fn a_page_continues_below_its_last_entry(ledger: &dyn Ledger) {
    say(ledger, vec![make::draft(EntryKind::Asked); 5]).await;
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = ledger.audit(AuditFilter::default(), Page { limit: 2, before }).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.committed.index);
        seen.extend(page.iter().map(|row| row.committed.index));
    }
    assert_eq!(seen, [4, 3, 2, 1, 0]);
}

pub(crate) async fn a_page_is_never_longer_than_the_cap(ledger: &dyn Ledger) {
    say(ledger, vec![make::draft(EntryKind::Asked); 501]).await;
    let page = Page { limit: u32::MAX, before: None };
    assert_eq!(ledger.audit(AuditFilter::default(), page).await.unwrap().len(), 500);
}

pub(crate) async fn an_intact_log_verifies(ledger: &dyn Ledger) {
    assert_eq!(ledger.verify().await.unwrap(), 0);
    say(ledger, vec![make::draft(EntryKind::Asked); 700]).await;
    say(ledger, vec![make::draft(EntryKind::Asked); 700]).await;
    assert_eq!(ledger.verify().await.unwrap(), 1_400);
    ledger.health().await.expect("and it can be written");
}
