//! Whoever edits the database by hand is found out: entries by their hashes, documents by their seals.

use kubechat_core::approval::ApprovalRequest;
use kubechat_core::audit::{EntryKind, leaf_hash};
use kubechat_core::plan::Plan;
use kubechat_core::run::{RunState, StepState};
use kubechat_flow::ports::ledger::{Draft, Expect, Images, Ledger, LedgerError, Page, Row};
use kubechat_store::SqliteLedger;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, raw_sql};

use super::place::Place;
use crate::contract::{make, put, say};

/// Ends the ledger, lets `sql` loose on the file, and opens it again.
async fn edited(place: &Place, ledger: SqliteLedger, sql: &str) -> SqliteLedger {
    ledger.close().await;
    drop(ledger);
    let mut other = place.other_hand().await;
    let sql = format!("DROP TRIGGER IF EXISTS entries_stay; DROP TRIGGER IF EXISTS entries_are_kept; {sql}");
    raw_sql(AssertSqlSafe(sql)).execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    place.ledger().await
}

fn altered<T: std::fmt::Debug>(answer: Result<T, LedgerError>, word: &str) {
    match answer {
        Err(LedgerError::Altered(what)) => assert!(what.contains(word), "{what:?} does not name {word:?}"),
        other => panic!("expected to hear of {word:?}, got {other:?}"),
    }
}

fn hexed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of entry 1 with another outcome, and the leaf hash that fits them.
fn forged() -> (String, String) {
    let mut entry = make::entry(EntryKind::Asked);
    entry.outcome = "nothing happened".to_owned();
    let bytes = entry.canonical().unwrap();
    (hexed(&bytes), hexed(&leaf_hash(&bytes).0))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_edit_of_an_entry_is_named_by_its_index() {
    let (bytes, leaf) = forged();
    let edits = [
        (format!("UPDATE entries SET bytes = x'{bytes}' WHERE idx = 1"), "entry 1"),
        (format!("UPDATE entries SET leaf = x'{leaf}' WHERE idx = 1"), "entry 1"),
        (format!("UPDATE entries SET bytes = x'{bytes}20', leaf = x'{leaf}' WHERE idx = 1"), "entry 1"),
        ("UPDATE entries SET kind = 'answered' WHERE idx = 1".to_owned(), "entry 1: a column"),
        ("UPDATE entries SET subject = 'local|jonas' WHERE idx = 2".to_owned(), "entry 2: a column"),
        ("UPDATE entries SET at_ms = 0 WHERE idx = 0".to_owned(), "entry 0: a column"),
        ("UPDATE entries SET plan = 'p-000000000000' WHERE idx = 2".to_owned(), "entry 2: a column"),
        ("UPDATE payloads SET body = x'31' WHERE idx = 2".to_owned(), "entry 2: its payload"),
        ("UPDATE payloads SET salt = zeroblob(32) WHERE idx = 2".to_owned(), "entry 2: its payload"),
        ("UPDATE payloads SET idx = 1 WHERE idx = 2".to_owned(), "entry 1: its payload"),
        ("UPDATE payloads SET idx = 77 WHERE idx = 2".to_owned(), "belong to none"),
        ("DELETE FROM entries WHERE idx = 1".to_owned(), "entry 1 is missing"),
        ("DELETE FROM payloads; DELETE FROM entries WHERE idx = 2".to_owned(), "entry 2 is missing"),
        ("UPDATE entries SET idx = -1 WHERE idx = 0".to_owned(), "before the first"),
        ("UPDATE log SET size = 2".to_owned(), "there are 3 entries"),
        ("UPDATE log SET size = 9".to_owned(), "entry 3 is missing"),
    ];
    for (edit, word) in edits {
        let place = Place::new();
        let ledger = place.ledger().await;
        let with_payload =
            Draft { payload: Some(make::redacted(json!("scale web to 5"))), ..make::draft(EntryKind::Asked) };
        say(&ledger, vec![make::draft(EntryKind::Asked), make::draft(EntryKind::Asked), with_payload]).await;
        assert_eq!(ledger.verify().await, Ok(3));
        let ledger = edited(&place, ledger, &edit).await;
        println!("{edit}");
        altered(ledger.verify().await, word);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_entry_is_not_listed_as_if_nothing_were() {
    let place = Place::new();
    let ledger = place.ledger().await;
    say(&ledger, vec![make::draft(EntryKind::Asked)]).await;
    let ledger = edited(&place, ledger, "UPDATE entries SET kind = 'voted'").await;
    altered(ledger.audit(Default::default(), Page { limit: 10, before: None }).await, "entry 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn payloads_removed_by_retention_do_not_break_the_log() {
    let place = Place::new();
    let ledger = place.ledger().await;
    let draft = Draft { payload: Some(make::redacted(json!("scale web to 5"))), ..make::draft(EntryKind::Asked) };
    say(&ledger, vec![draft]).await;
    let ledger = edited(&place, ledger, "DELETE FROM payloads").await;
    assert_eq!(ledger.verify().await, Ok(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_can_not_be_changed_by_mistake() {
    let place = Place::new();
    let ledger = place.ledger().await;
    say(&ledger, vec![make::draft(EntryKind::Asked)]).await;
    let mut other = place.other_hand().await;
    for sql in ["UPDATE entries SET kind = 'voted'", "DELETE FROM entries"] {
        let error = raw_sql(sql).execute(&mut other).await.unwrap_err();
        assert!(error.to_string().contains("an entry"), "{error}");
    }
    assert_eq!(ledger.verify().await, Ok(1));
}

async fn asked(ledger: &dyn Ledger) -> (Plan, ApprovalRequest) {
    let plan = make::plan();
    let request = make::request(&plan);
    let run = make::run(&plan, RunState::Running, StepState::Running);
    let vote = make::yes("jonas", &request);
    let images = Images { before: Some(json!({"spec": {"replicas": 3}})), ..Images::default() };
    let rows = vec![
        Row::Plan(Box::new(plan.clone()), Expect::New),
        Row::Approval(request.clone()),
        Row::Vote(request.id, vote),
        Row::Run(Box::new(run.clone()), Expect::New),
        Row::Images { run: run.id, step: 0, images: images.clone() },
        Row::Images { run: run.id, step: 1, images },
    ];
    put(ledger, rows).await.unwrap();
    (plan, request)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plans_columns_and_documents_can_not_be_exchanged() {
    let edits = [
        "UPDATE plans SET state = 'succeeded'",
        "UPDATE plans SET subject = 'local|eve'",
        "UPDATE plans SET version = 7",
        "UPDATE plans SET doc = (SELECT doc FROM plans ORDER BY pos DESC LIMIT 1)",
        "UPDATE revisions SET doc = (SELECT doc FROM plans LIMIT 1)",
        "UPDATE revisions SET doc = zeroblob(200)",
        "DELETE FROM revisions",
    ];
    for edit in edits {
        let place = Place::new();
        let ledger = place.ledger().await;
        let (plan, _) = asked(&ledger).await;
        asked(&ledger).await;
        let ledger = edited(&place, ledger, edit).await;
        println!("{edit}");
        altered(ledger.plan(plan.id).await, &plan.id.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_can_not_be_moved_to_another_request_or_person() {
    for edit in ["UPDATE votes SET approval = '{new}'", "UPDATE votes SET subject = 'local|ada'"] {
        let place = Place::new();
        let ledger = place.ledger().await;
        let (_, _) = asked(&ledger).await;
        let plan = make::plan();
        let request = make::request(&plan);
        let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::New), Row::Approval(request.clone())];
        put(&ledger, rows).await.unwrap();
        let to = "UPDATE votes SET approval = '{new}';".replace("{new}", &request.id.to_string());
        let ledger = edited(&place, ledger, &format!("{to} {}", edit.replace("{new}", &request.id.to_string()))).await;
        altered(ledger.ballots(plan.id).await, "vote");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_before_image_can_not_be_exchanged_for_another_steps() {
    let place = Place::new();
    let ledger = place.ledger().await;
    asked(&ledger).await;
    let run = ledger.open_runs().await.unwrap()[0].row.id;
    let exchange = "UPDATE images SET before = (SELECT before FROM images WHERE step = 1) WHERE step = 0";
    let ledger = edited(&place, ledger, exchange).await;
    altered(ledger.images(run, 0).await, "step 0");
    ledger.images(run, 1).await.expect("the other one is as it was");
}
