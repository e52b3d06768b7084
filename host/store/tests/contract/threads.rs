//! Threads, turns, and requests that must not be done twice.

use kubechat_core::audit::{Entry, EntryKind};
use kubechat_core::digest::Digest;
use kubechat_core::ids::PlanId;
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::ledger::{AuditFilter, Draft, Expect, Ledger, Page, Row, Version, Versioned};
use kubechat_flow::turn::{Part, Thread, Turn, TurnState};
use serde_json::json;

use super::{make, put, refused, say};

pub(crate) async fn a_threads_turns_come_oldest_first(ledger: &dyn Ledger) {
    let mut thread = make::thread();
    let mut turns: Vec<Turn> = ["scale web to 5", "and back"].iter().map(|said| make::turn(&thread, said)).collect();
    put(ledger, vec![Row::Thread(thread.clone(), Expect::New)]).await.unwrap();
    for turn in &turns {
        put(ledger, vec![Row::Turn(Box::new(turn.clone()), Expect::New)]).await.unwrap();
    }
    turns[0].parts.push(Part::Text { text: "done".to_owned(), partial: false, cites: vec![2], unproven: false });
    thread.topic.sentence = "scale web to 5".to_owned();
    let rows = vec![
        Row::Turn(Box::new(turns[0].clone()), Expect::At(Version(1))),
        Row::Thread(thread.clone(), Expect::At(Version(1))),
    ];
    put(ledger, rows.clone()).await.unwrap();
    refused(put(ledger, rows).await, &turns[0].id.to_string());
    assert_eq!(ledger.turns(thread.id).await.unwrap(), turns);
    assert_eq!(ledger.turn(turns[0].id).await.unwrap().unwrap().version, Version(2));
    assert_eq!(ledger.thread(thread.id).await.unwrap(), Some(Versioned { row: thread, version: Version(2) }));
}

pub(crate) async fn ones_own_threads_are_listed_newest_first_without_the_deleted(ledger: &dyn Ledger) {
    let mut mine = [make::thread(), make::thread(), make::thread()];
    let other = Thread { owner: make::person("jonas"), ..make::thread() };
    let rows = mine.iter().chain([&other]).map(|thread| Row::Thread(thread.clone(), Expect::New));
    put(ledger, rows.collect()).await.unwrap();
    mine[1].deleted_at = Some(Timestamp(5_000));
    put(ledger, vec![Row::Thread(mine[1].clone(), Expect::At(Version(1)))]).await.unwrap();
    let page = |limit, before| Page { limit, before };
    let ids = |rows: &[(u64, Thread)]| rows.iter().map(|(_, thread)| thread.id).collect::<Vec<_>>();
    let listed = ledger.threads("local|mira", page(10, None)).await.unwrap();
    assert_eq!(ids(&listed), [mine[2].id, mine[0].id]);
    let first = ledger.threads("local|mira", page(1, None)).await.unwrap();
    assert_eq!(ids(&first), [mine[2].id]);
    assert_eq!(ids(&ledger.threads("local|mira", page(1, Some(first[0].0))).await.unwrap()), [mine[0].id]);
    assert_eq!(ids(&ledger.threads("local|jonas", page(10, None)).await.unwrap()), [other.id]);
    assert!(ledger.threads("local|nobody", page(10, None)).await.unwrap().is_empty());
    let kept = ledger.thread(mine[1].id).await.unwrap().unwrap();
    assert_eq!(kept.row.deleted_at, Some(Timestamp(5_000)), "the row stays");
}

pub(crate) async fn turns_being_worked_on_are_found_until_they_end(ledger: &dyn Ledger) {
    let thread = make::thread();
    let [left, mut ended] = ["scale web to 5", "and back"].map(|said| make::turn(&thread, said));
    let rows = [&left, &ended].map(|turn| Row::Turn(Box::new(turn.clone()), Expect::New));
    let rows = [Row::Thread(thread.clone(), Expect::New)].into_iter().chain(rows).collect();
    put(ledger, rows).await.unwrap();
    ended.state = TurnState::Answered;
    put(ledger, vec![Row::Turn(Box::new(ended), Expect::At(Version(1)))]).await.unwrap();
    let open = ledger.open_turns().await.unwrap();
    assert_eq!(open, [Versioned { row: left, version: Version(1) }]);
}

pub(crate) async fn only_the_newest_hundred_turns_are_read(ledger: &dyn Ledger) {
    let thread = make::thread();
    let turns: Vec<Turn> = (0..103).map(|n| make::turn(&thread, &format!("turn {n}"))).collect();
    let mut rows = vec![Row::Thread(thread.clone(), Expect::New)];
    rows.extend(turns.iter().map(|turn| Row::Turn(Box::new(turn.clone()), Expect::New)));
    put(ledger, rows).await.unwrap();
    assert_eq!(ledger.turns(thread.id).await.unwrap(), turns[3..]);
}

/// A thread that began at 1,000 with a turn that began then.
async fn talked(ledger: &dyn Ledger, began: i64, state: TurnState) -> (Thread, Turn) {
    let thread = make::thread();
    let turn = Turn { created_at: Timestamp(began), state, ..make::turn(&thread, "scale web to 5") };
    let rows = vec![Row::Thread(thread.clone(), Expect::New), Row::Turn(Box::new(turn.clone()), Expect::New)];
    put(ledger, rows).await.unwrap();
    (thread, turn)
}

pub(crate) async fn deleted_threads_and_those_nobody_goes_on_with_are_due(ledger: &dyn Ledger) {
    let (quiet, _) = talked(ledger, 1_000, TurnState::Answered).await;
    talked(ledger, 9_000, TurnState::Answered).await;
    let deleted = Thread { created_at: Timestamp(9_000), deleted_at: Some(Timestamp(9_500)), ..make::thread() };
    let young = Thread { created_at: Timestamp(9_000), ..make::thread() };
    let silent = make::thread();
    let rows = [&deleted, &young, &silent].map(|thread| Row::Thread(thread.clone(), Expect::New));
    put(ledger, rows.into()).await.unwrap();
    let ids = |due: Vec<Versioned<Thread>>| due.iter().map(|due| due.row.id).collect::<Vec<_>>();
    let due = ledger.threads_due(Timestamp(5_000), 10).await.unwrap();
    assert_eq!(ids(due), [deleted.id, quiet.id, silent.id]);
    assert_eq!(ids(ledger.threads_due(Timestamp(5_000), 2).await.unwrap()), [deleted.id, quiet.id]);
    assert_eq!(ids(ledger.threads_due(Timestamp(500), 10).await.unwrap()), [deleted.id]);
}

pub(crate) async fn a_thread_goes_with_its_turns_and_its_words_and_the_log_still_verifies(ledger: &dyn Ledger) {
    let (gone, turn) = talked(ledger, 1_000, TurnState::Answered).await;
    let (kept, other) = talked(ledger, 1_000, TurnState::Answered).await;
    let plan: PlanId = "p-000000000001".parse().unwrap();
    let made = Turn { state: TurnState::Planned, parts: vec![Part::Plan { plan }], ..make::turn(&gone, "scale it") };
    put(ledger, vec![Row::Turn(Box::new(made.clone()), Expect::New)]).await.unwrap();
    let about = |turn: &Turn, plan: Option<PlanId>| Draft {
        entry: Entry { thread: Some(turn.thread), turn: Some(turn.id), plan, ..make::entry(EntryKind::Asked) },
        payload: Some(make::redacted(json!({"sentence": turn.sentence}))),
    };
    let named = Draft { entry: Entry { turn: None, ..about(&turn, None).entry }, ..about(&turn, None) };
    let entries = [named, about(&turn, None), about(&made, None), about(&turn, Some(plan)), about(&other, None)];
    say(ledger, entries.into()).await;
    put(ledger, vec![Row::Forget(gone.clone(), Version(1))]).await.unwrap();
    assert_eq!(ledger.thread(gone.id).await.unwrap(), None);
    assert_eq!((ledger.turn(turn.id).await.unwrap(), ledger.turns(gone.id).await.unwrap()), (None, Vec::new()));
    assert_eq!(ledger.turns(kept.id).await.unwrap(), [other]);
    let page = Page { limit: 10, before: None };
    let rows = ledger.audit(AuditFilter::default(), page).await.unwrap();
    let has: Vec<_> = rows.iter().rev().map(|row| row.payload.is_some()).collect();
    assert_eq!(has, [false, false, true, true, true], "its words are gone; those of a plan, and others', stay");
    assert_eq!(ledger.verify().await.unwrap(), 5);
}

pub(crate) async fn a_thread_that_went_on_or_is_at_work_does_not_go(ledger: &dyn Ledger) {
    let (on, _) = talked(ledger, 1_000, TurnState::Answered).await;
    put(ledger, vec![Row::Thread(on.clone(), Expect::At(Version(1)))]).await.unwrap();
    refused(put(ledger, vec![Row::Forget(on.clone(), Version(1))]).await, &on.id.to_string());
    assert_eq!(ledger.turns(on.id).await.unwrap().len(), 1, "a refused change leaves everything");
    let (busy, _) = talked(ledger, 1_000, TurnState::Working).await;
    refused(put(ledger, vec![Row::Forget(busy.clone(), Version(1))]).await, &busy.id.to_string());
}

pub(crate) async fn a_key_is_claimed_once(ledger: &dyn Ledger) {
    let claim = |subject: &str, answer: i32| Row::Once {
        subject: subject.to_owned(),
        key: "k-1".to_owned(),
        request: Digest::plain(&[b"POST /plans"]),
        answer: json!({"run": answer}),
    };
    put(ledger, vec![claim("local|mira", 1)]).await.unwrap();
    refused(put(ledger, vec![claim("local|mira", 2)]).await, "k-1");
    put(ledger, vec![claim("local|jonas", 3)]).await.expect("another person's key is another key");
    let stored = ledger.once("local|mira", "k-1").await.unwrap();
    assert_eq!(stored, Some((Digest::plain(&[b"POST /plans"]), json!({"run": 1}))));
    assert_eq!(ledger.once("local|mira", "k-2").await.unwrap(), None);
}
