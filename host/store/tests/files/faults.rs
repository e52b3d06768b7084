//! A database that is locked, read-only, full, moved or in use refuses writes in plain words, and reads where it can.

use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use kubechat_core::audit::EntryKind;
use kubechat_flow::ports::ledger::{Change, Expect, Ledger, LedgerError, Row};
use kubechat_store::{DataDir, FolderError, OpenError, Options, SqliteLedger};
use sqlx::{Connection as _, raw_sql};

use super::place::Place;
use crate::contract::{make, put, say};

fn asked() -> Change {
    Change { rows: Vec::new(), entries: vec![make::draft(EntryKind::Asked)] }
}

/// Fails unless writing is refused with this word, reading works, and the health check agrees.
async fn writes_are_off(ledger: &dyn Ledger, word: &str) {
    for answer in [ledger.commit(asked()).await.map(drop), ledger.health().await] {
        match answer {
            Err(LedgerError::Unavailable { what: "written", why }) => {
                assert!(why.contains(word), "{why:?} does not say {word:?}");
            }
            other => panic!("expected to hear {word:?}, got {other:?}"),
        }
    }
    ledger.plans(None, Default::default()).await.expect("reads go on");
    ledger.verify().await.expect("reads go on");
}

fn hasty() -> Options {
    Options { busy: Duration::from_millis(20), ..Options::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_refuses_writes_until_it_is_free() {
    let place = Place::new();
    let ledger = place.ledger_with(hasty()).await;
    say(&ledger, vec![make::draft(EntryKind::Asked)]).await;
    let mut other = place.other_hand().await;
    raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    writes_are_off(&ledger, "lock").await;
    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    ledger.health().await.unwrap();
    assert_eq!(say(&ledger, vec![make::draft(EntryKind::Asked)]).await[0].index, 1, "refused writes left nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_does_not_wait_for_its_turn_for_ever() {
    let place = Place::new();
    let options = Options { busy: Duration::from_millis(500), turn: Duration::from_millis(10), ..Options::default() };
    let ledger = place.ledger_with(options).await;
    let mut other = place.other_hand().await;
    raw_sql("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let (one, two) = tokio::join!(ledger.commit(asked()), ledger.commit(asked()));
    let refusals = [one.unwrap_err().to_string(), two.unwrap_err().to_string()];
    let said = |words: &str| refusals.iter().filter(|why| why.contains(words)).count();
    assert_eq!((said("holds a lock"), said("earlier writes")), (1, 1), "{refusals:?}");
    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    ledger.commit(asked()).await.expect("the queue is empty again");
}

/// Byte 18 of the file is the format's write version; above 2, SQLite must treat the file as read-only. Unlike
/// permissions, this holds for root as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_database_refuses_writes_and_is_read() {
    let place = Place::new();
    let plan = make::plan();
    let ledger = place.ledger().await;
    put(&ledger, vec![Row::Plan(Box::new(plan.clone()), Expect::New)]).await.unwrap();
    ledger.close().await;
    drop(ledger);
    let file = std::fs::OpenOptions::new().write(true).open(place.inside("kubechat.db")).unwrap();
    file.write_all_at(&[3], 18).unwrap();
    let ledger = place.ledger().await;
    writes_are_off(&ledger, "read-only").await;
    assert_eq!(ledger.plan(plan.id).await.unwrap().unwrap().row, plan);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_database_refuses_writes_and_is_read() {
    let place = Place::new();
    let ledger = place.ledger_with(Options { bytes_max: Some(10 << 20), ..Options::default() }).await;
    ledger.health().await.expect("there is room");
    let thread = make::thread();
    put(&ledger, vec![Row::Thread(thread.clone(), Expect::New)]).await.unwrap();
    let text = "x".repeat(1 << 20);
    let mut kept = Vec::new();
    let refused = loop {
        let turn = make::turn(&thread, &text);
        match put(&ledger, vec![Row::Turn(Box::new(turn.clone()), Expect::New)]).await {
            Ok(_) => kept.push(turn),
            Err(refused) => break refused,
        }
        assert!(kept.len() < 12, "the limit is above {} MiB", kept.len());
    };
    let LedgerError::Unavailable { what: "written", why } = refused else { panic!("{refused:?}") };
    assert!(why.contains("full"), "{why}");
    let error = ledger.health().await.unwrap_err().to_string();
    assert!(error.contains("full"), "{error}");
    assert_eq!(ledger.turns(thread.id).await.unwrap(), kept, "what was acknowledged is there");
    say(&ledger, vec![make::draft(EntryKind::Asked)]).await;
    assert_eq!(ledger.verify().await, Ok(1), "a small change that fits is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_moved_away_takes_no_writes_until_it_is_back() {
    let place = Place::new();
    let ledger = place.ledger().await;
    say(&ledger, vec![make::draft(EntryKind::Asked)]).await;
    let (here, away) = (place.inside("kubechat.db"), place.inside("moved.db"));
    std::fs::rename(&here, &away).unwrap();
    writes_are_off(&ledger, "moved").await;
    std::fs::copy(&away, &here).unwrap();
    writes_are_off(&ledger, "replaced").await;
    std::fs::rename(&away, &here).unwrap();
    assert_eq!(say(&ledger, vec![make::draft(EntryKind::Asked)]).await[0].index, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_host_is_refused_by_name_until_the_first_ends() {
    let place = Place::new();
    let ledger = place.ledger().await;
    let second = SqliteLedger::open(&place.data(), Options::default()).await.unwrap_err();
    let OpenError::Folder(FolderError::InUse { holder, .. }) = &second else { panic!("{second}") };
    assert_eq!(*holder, Some(std::process::id()));
    assert!(second.to_string().contains("--data"), "says what to do: {second}");
    drop(ledger);
    place.ledger().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused_untouched() {
    let place = Place::new();
    place.ledger().await.close().await;
    let mut other = place.other_hand().await;
    raw_sql("PRAGMA user_version = 999").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let before = std::fs::read(place.inside("kubechat.db")).unwrap();
    let error = SqliteLedger::open(&place.data(), Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 999, .. }), "{error}");
    assert!(error.to_string().contains("newer version"), "says what to do: {error}");
    assert!(std::fs::read(place.inside("kubechat.db")).unwrap() == before, "every byte is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_ours_is_refused_untouched() {
    let place = Place::new();
    place.data();
    let mut other = {
        std::fs::write(place.inside("kubechat.db"), b"").unwrap();
        place.other_hand().await
    };
    raw_sql("CREATE TABLE recipes (name TEXT)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let modes = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(place.inside("kubechat.db"), modes).unwrap();
    let before = std::fs::read(place.inside("kubechat.db")).unwrap();
    let error = SqliteLedger::open(&place.data(), Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    assert!(std::fs::read(place.inside("kubechat.db")).unwrap() == before, "every byte is as it was");
    std::fs::write(place.inside("kubechat.db"), "no database at all, but long enough to have a header ".repeat(40))
        .unwrap();
    let error = SqliteLedger::open(&place.data(), Options::default()).await.unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_the_folder_is_for_its_user_only() {
    let place = Place::new();
    let ledger = place.ledger().await;
    say(&ledger, vec![make::draft(EntryKind::Asked)]).await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = place.files();
    assert!(files.iter().any(|file| file.ends_with("kubechat.db-wal")), "{files:?}");
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    assert_eq!((mode(&place.inside("")), mode(&place.inside("keys"))), (0o700, 0o700));
    std::fs::set_permissions(place.inside(""), std::fs::Permissions::from_mode(0o755)).unwrap();
    let error = DataDir::open(&place.inside("")).unwrap_err();
    assert!(matches!(error, FolderError::Exposed { mode: 0o755, .. }), "{error}");
    assert!(error.to_string().contains("chmod 700"), "says what to do: {error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_is_closed_to_others_before_use() {
    let place = Place::new();
    std::fs::create_dir(place.inside("")).unwrap();
    std::fs::set_permissions(place.inside(""), std::fs::Permissions::from_mode(0o755)).unwrap();
    place.data();
    assert_eq!(std::fs::metadata(place.inside("")).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_leaves_a_whole_change() {
    let place = Place::new();
    let ledger = place.ledger().await;
    let plans: Vec<_> = (0..30).map(|_| make::plan()).collect();
    for plan in &plans {
        let rows = vec![Row::Plan(Box::new(plan.clone()), Expect::New)];
        let entries = vec![make::draft(EntryKind::Planned); 2];
        assert!(ledger.commit(Change { rows, entries }).now_or_never().is_none(), "dropped while it was under way");
    }
    let deadline = Instant::now() + Duration::from_secs(20);
    for plan in &plans {
        while ledger.plan(plan.id).await.unwrap().is_none() {
            assert!(Instant::now() < deadline, "plan {} was never written", plan.id);
        }
    }
    assert_eq!(ledger.verify().await, Ok(60), "each with both its entries");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_over_its_limits_is_refused_by_name() {
    let place = Place::new();
    let ledger = place.ledger().await;
    let many = Change { rows: Vec::new(), entries: vec![make::draft(EntryKind::Asked); 1_001] };
    assert!(ledger.commit(many).await.unwrap_err().to_string().contains("1000"));
    let thread = make::thread();
    let turn = make::turn(&thread, &"x".repeat(9 << 20));
    let rows = vec![Row::Thread(thread.clone(), Expect::New), Row::Turn(Box::new(turn), Expect::New)];
    let error = put(&ledger, rows).await.unwrap_err();
    assert!(error.to_string().contains("8388608"), "{error}");
    assert_eq!(ledger.thread(thread.id).await.unwrap(), None);
}
