//! Event streams: what a reader hears, from where it goes on, and that a quiet line says that it lives.

use crate::door::{Door, Events};
use kubechat_flow::ports::events::{Event, Events as _};
use serde_json::{Value, json};

fn event(topic: &str, n: u32, audience: &[&str]) -> Event {
    let audience = audience.iter().map(|who| (*who).to_owned()).collect();
    Event { topic: topic.to_owned(), name: "plan_update".to_owned(), audience, data: json!({"n": n}) }
}

async fn listening(door: &Door, headers: &str) -> (Events, Value) {
    let mut events = door.stream("mira", "/api/v1/events", headers).await;
    let (_, name, hello) = events.next().await;
    assert_eq!(name, "hello");
    let path = format!("/api/v1/events/{}/topics", hello["stream"].as_str().unwrap());
    let set = door.send("PUT", &path, &door.credential("mira"), r#"{"topics": ["plans"]}"#).await;
    assert_eq!(set.status, 204, "{set:?}");
    (events, hello)
}

#[tokio::test]
async fn a_reader_hears_its_topics_and_nobody_elses_events() {
    let door = Door::without_cluster().await;
    let (mut events, hello) = listening(&door, "").await;
    let own = event("plan:p-1", 3, &["local|mira"]);
    door.app.hub.publish(vec![event("turn:u-1", 1, &[]), event("plan:p-1", 2, &["local|jon"]), own]);
    let (id, name, data) = events.next().await;
    assert_eq!((name.as_str(), data["n"].as_u64()), ("plan_update", Some(3)));
    assert_eq!(id, format!("{}-3", hello["epoch"].as_str().unwrap()));
}

#[tokio::test]
async fn a_quiet_stream_says_that_it_lives() {
    let door = Door::without_cluster().await;
    let (mut events, _) = listening(&door, "").await;
    assert_eq!(events.heartbeat().await, ": alive");
}

#[tokio::test]
async fn a_stream_ends_with_the_session_it_was_opened_in_and_with_no_other() {
    let door = Door::without_cluster().await;
    let (cookie, other) = (door.cookie("mira").await, door.cookie("mira").await);
    let mut events = door.stream("", "/api/v1/events", &cookie).await;
    let mut by_token = door.stream("mira", "/api/v1/events", "").await;
    for open in [&mut events, &mut by_token] {
        assert_eq!(open.next().await.1, "hello");
    }
    assert_eq!(door.send("DELETE", "/api/v1/session", &other, "").await.status, 204);
    // Two, because the first may have been said before.
    assert_eq!([events.heartbeat().await, events.heartbeat().await], [": alive", ": alive"]);
    assert_eq!(door.send("DELETE", "/api/v1/session", &cookie, "").await.status, 204);
    events.closed().await;
    assert_eq!([by_token.heartbeat().await, by_token.heartbeat().await], [": alive", ": alive"]);
}

#[tokio::test]
async fn an_id_of_another_life_is_answered_with_resync() {
    let door = Door::without_cluster().await;
    let mut events = door.stream("mira", "/api/v1/events", "Last-Event-ID: 0123456789abcdef-7\r\n").await;
    assert_eq!(events.next().await.1, "hello");
    assert_eq!(events.next().await.1, "resync");
}

#[tokio::test]
async fn a_stream_that_comes_back_gets_what_it_missed_under_its_topics() {
    let door = Door::without_cluster().await;
    let (first, hello) = listening(&door, "").await;
    let epoch = hello["epoch"].as_str().unwrap().to_owned();
    drop(first);
    door.app.hub.publish(vec![event("plan:p-1", 1, &[]), event("plan:p-1", 2, &[])]);
    let (mut events, _) = listening(&door, &format!("Last-Event-ID: {epoch}-1\r\n")).await;
    let (_, name, data) = events.next().await;
    assert_eq!((name.as_str(), data["n"].as_u64()), ("plan_update", Some(2)));
}

#[tokio::test]
async fn a_turns_stream_resumes_after_the_part_that_was_seen() {
    let door = Door::without_cluster().await;
    let asked = door.post("mira", "/api/v1/prompts", r#"{"sentence": "what is broken?"}"#).await.json();
    let path = format!("/api/v1/turns/{}/stream", asked["turn"].as_str().unwrap());
    let mut whole = door.stream("mira", &path, "").await;
    let (id, name, data) = whole.next().await;
    assert_eq!(
        (id.as_str(), name.as_str(), data["parts"][0]["part"].as_str()),
        ("0", "turn_delta", Some("problem")),
        "no provider here"
    );
    assert_eq!(whole.next().await.1, "turn_status");
    whole.closed().await;
    let mut resumed = door.stream("mira", &path, "Last-Event-ID: 0\r\n").await;
    let (_, name, data) = resumed.next().await;
    assert_eq!((name.as_str(), data["state"].as_str()), ("turn_status", Some("failed")));
}
