//! A host killed with SIGKILL loses no acknowledged entry and leaves no gap; a disk that stops taking bytes neither.
//!
//! The child is this very test program, started again for one ignored test. Killing a process tests SQLite's recovery
//! and our transactions, not the disk: the system's cache survives the process. Against power cuts stands
//! `synchronous=FULL`, which a test beside the connection's options looks at.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use kubechat_core::audit::EntryKind;
use kubechat_flow::ports::ledger::{Change, Expect, Ledger as _, LedgerError, Row, Version};
use kubechat_store::{DataDir, Options, SqliteLedger};

use super::place::Place;
use crate::contract::make;

const FOLDER: &str = "KUBECHAT_TEST_CRASH_FOLDER";
const KILLS: u32 = 50;

/// Commits for ever: a thread with 3 entries, then the thread again. Prints every acknowledged index.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child of the tests below"]
async fn child() {
    let folder = std::env::var_os(FOLDER).expect("started by a test below");
    let ledger = SqliteLedger::open(&DataDir::open(folder.as_ref()).unwrap(), Options::default()).await.unwrap();
    loop {
        let thread = make::thread_at_random();
        for expect in [Expect::New, Expect::At(Version(1))] {
            let rows = vec![Row::Thread(thread.clone(), expect)];
            match ledger.commit(Change { rows, entries: vec![make::draft(EntryKind::Asked); 3] }).await {
                Ok(committed) => println!("acknowledged {}", committed[2].index),
                Err(error) => return println!("refused {error}"),
            }
        }
    }
}

fn start(place: &Place, shell: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    // Through a shell only so that a limit can be set before; `exec` keeps the process id.
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg(format!("{shell} exec \"$0\" --exact files::crash::child --ignored --nocapture"))
        .arg(program);
    command.env(FOLDER, place.inside("")).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

fn acknowledged(line: &str) -> Option<u64> {
    line.strip_prefix("acknowledged ").map(|index| index.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_no_acknowledged_entry() {
    let place = Place::new();
    let mut before = 0;
    for kill in 0..KILLS {
        let mut child = start(&place, "");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // Reading ahead of the kill by another number each time; the child is inside its next commit meanwhile.
        let mut last = lines.by_ref().filter_map(|line| acknowledged(&line)).nth((kill % 17) as usize).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        last = lines.filter_map(|line| acknowledged(&line)).last().unwrap_or(last);
        let ledger = place.ledger().await;
        let size = ledger.verify().await.unwrap();
        assert!(size > last, "kill {kill}: {last} was acknowledged, the log has {size}");
        assert_eq!(size % 3, 0, "kill {kill}: a change is whole or not there");
        assert!(size > before, "kill {kill}: the child worked");
        before = size;
        // Dropped without closing: the next child finds what the kill left.
    }
}

/// A file-size limit makes writing fail in the middle of the write-ahead log, as a failing disk does.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_stops_taking_bytes_is_named_and_loses_nothing() {
    let place = Place::new();
    place.ledger().await.close().await;
    let mut child = start(&place, "trap '' XFSZ; ulimit -f 900;");
    let lines: Vec<_> = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).collect();
    child.wait().unwrap();
    let refused = lines.iter().find_map(|line| line.strip_prefix("refused ")).expect("it ends by a refusal");
    assert!(refused.contains("written") && refused.contains("disk"), "{refused}");
    let last = lines.iter().filter_map(|line| acknowledged(line)).next_back().unwrap();
    let ledger = place.ledger().await;
    assert_eq!(ledger.verify().await, Ok(last + 1), "everything acknowledged, and nothing that was refused");
    let more = ledger.commit(Change { rows: Vec::new(), entries: vec![make::draft(EntryKind::Asked)] }).await;
    assert!(!matches!(more, Err(LedgerError::Unavailable { .. })), "and it goes on: {more:?}");
}
