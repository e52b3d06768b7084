//! Threads, turns, and requests that must not be done twice.

use kubechat_core::digest::Digest;
use kubechat_flow::ports::ledger::{Expect, Ledger, Row, Version, Versioned};
use kubechat_flow::turn::{Part, Turn, TurnState};
use serde_json::json;

use super::{make, put, refused};

pub(crate) async fn a_threads_turns_come_oldest_first(ledger: &dyn Ledger) {
    let mut thread = make::thread();
    let mut turns: Vec<Turn> = ["scale web to 5", "and back"].iter().map(|said| make::turn(&thread, said)).collect();
    put(ledger, vec![Row::Thread(thread.clone(), Expect::New)]).await.unwrap();
    for turn in &turns {
        put(ledger, vec![Row::Turn(Box::new(turn.clone()), Expect::New)]).await.unwrap();
    }
    turns[0].parts.push(Part::Text { text: "done".to_owned() });
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
