//! Shared conversations: who is shown one on a real cluster, and a refusal for everything that this takes.
//!
//! mira edits a namespace, jon edits it too, vera views it, nils has no right there, and ivo's cluster of the same name is
//! another one.

use std::collections::BTreeSet;

use kubechat_core::ids::TurnId;
use kubechat_flow::looked::Looked;
use kubechat_flow::ports::ledger::{Change, Expect, Row};
use kubechat_harness::{Namespace, Outcome, Plane, User, wait_for};
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, Reply, components};

const PEOPLE: [&str; 5] = ["mira", "jon", "vera", "nils", "ivo"];

async fn door(shop: &Namespace) -> Door {
    let users = [User::Editor, User::Second, User::Viewer, User::Nobody];
    let files: Vec<String> = users.iter().map(|user| shop.kubeconfig(*user).to_str().unwrap().to_owned()).collect();
    let files = files.iter().map(String::as_str).chain([""]);
    let people: Vec<(&str, &str)> = PEOPLE.into_iter().zip(files).collect();
    let built = components().expect("components: `cargo xtask component build`");
    Door::open("mode = 'guarded'", Some(&built), &people).await
}

/// A conversation of mira's.
struct Talk {
    thread: String,
    turn: String,
}

impl Talk {
    /// What she says, once it was answered as it should be.
    async fn said(door: &Door, sentence: &str, state: &str) -> Self {
        let body = json!({"sentence": sentence}).to_string();
        let asked = door.post("mira", "/api/v1/prompts", &body).await.json();
        let text = |key: &str| asked[key].as_str().unwrap_or_else(|| panic!("{asked}")).to_owned();
        let talk = Self { thread: text("thread"), turn: text("turn") };
        door.stream("mira", &format!("/api/v1/turns/{}/stream", talk.turn), "").await.closed().await;
        let turn = door.get("mira", &format!("/api/v1/turns/{}", talk.turn)).await.json();
        assert_eq!(turn["state"], state, "{turn:#}");
        talk
    }

    fn path(&self) -> String {
        format!("/api/v1/threads/{}", self.thread)
    }

    /// Every door to it.
    fn doors(&self) -> [String; 4] {
        let turn = format!("/api/v1/turns/{}", self.turn);
        [self.path(), format!("{}/turns", self.path()), format!("{turn}/stream"), turn]
    }

    async fn share(&self, door: &Door, shared: bool) -> Value {
        let body = json!({"shared": shared}).to_string();
        let reply = door.send("PATCH", &self.path(), &door.credential("mira"), &body).await;
        assert_eq!((reply.status, reply.json()["shared"].as_bool()), (200, Some(shared)), "{reply:?}");
        reply.json()
    }

    /// What somebody is answered at each of its doors: status and code.
    async fn answers(&self, door: &Door, who: &str) -> BTreeSet<(u16, String)> {
        let mut answers = BTreeSet::new();
        for path in self.doors() {
            let reply = door.get(who, &path).await;
            answers.insert((reply.status, reply.code()));
        }
        answers
    }
}

fn only(status: u16, code: &str) -> BTreeSet<(u16, String)> {
    BTreeSet::from([(status, code.to_owned())])
}

fn none() -> BTreeSet<(u16, String)> {
    only(404, "not-found")
}

fn shown() -> BTreeSet<(u16, String)> {
    only(200, "")
}

/// An answer but for its trace and the id it names.
fn refusal(reply: &Reply, id: &str) -> Value {
    let mut body = reply.json();
    body["trace_id"] = Value::Null;
    let detail = body["detail"].as_str().unwrap().replace(id, "ID");
    body["detail"] = Value::from(detail);
    body
}

/// What an answer says; of a stream its events, without the beats between.
fn told(reply: &Reply) -> Vec<&str> {
    let data: Vec<_> = reply.body.lines().filter(|line| line.starts_with("data: ")).collect();
    if data.is_empty() { vec![reply.body.as_str()] } else { data }
}

#[tokio::test]
async fn a_conversation_opens_for_nobody_else_before_it_is_shared_after_that_ended_and_once_it_is_deleted() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-not").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list pods", "answered").await;
    assert_eq!(talk.answers(&door, "jon").await, none());
    assert_eq!(door.get("mira", &talk.path()).await.json()["shared"], false, "not by itself");

    talk.share(&door, true).await;
    assert_eq!(talk.answers(&door, "jon").await, shown());
    talk.share(&door, false).await;
    assert_eq!(talk.answers(&door, "jon").await, none());

    talk.share(&door, true).await;
    assert_eq!(talk.answers(&door, "jon").await, shown());
    assert_eq!(door.send("DELETE", &talk.path(), &door.credential("mira"), "").await.status, 204);
    assert_eq!(talk.answers(&door, "jon").await, none());
    Ok(())
}

#[tokio::test]
async fn what_is_not_shared_is_answered_like_what_never_was() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-unheard").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list pods", "answered").await;
    let unheard = ["t-00000000000a", "u-00000000000a"];
    for (path, other, id) in [
        (talk.path(), format!("/api/v1/threads/{}", unheard[0]), &talk.thread),
        (format!("/api/v1/turns/{}", talk.turn), format!("/api/v1/turns/{}", unheard[1]), &talk.turn),
    ] {
        let (hidden, never) = (door.get("jon", &path).await, door.get("jon", &other).await);
        let never_id = other.rsplit('/').next().unwrap();
        assert_eq!(refusal(&hidden, id), refusal(&never, never_id));
    }
    Ok(())
}

#[tokio::test]
async fn who_has_the_rights_reads_it_as_it_stands_and_changes_nothing() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-read").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list deployments", "answered").await;
    let mine = talk.share(&door, true).await;
    assert_eq!((mine["own"].as_bool(), mine["owner"].as_str()), (Some(true), Some("mira")));

    for reader in ["jon", "vera"] {
        let seen = door.get(reader, &talk.path()).await.json();
        assert_eq!((seen["own"].as_bool(), seen["owner"].as_str()), (Some(false), Some("mira")), "{seen}");
        for path in talk.doors().iter().skip(1) {
            assert_eq!(told(&door.get(reader, path).await), told(&door.get("mira", path).await), "{path}");
        }
        let turns = door.get(reader, &format!("{}/turns", talk.path())).await.json();
        assert!(turns.to_string().contains("web") && turns["items"][0].get("looked").is_none(), "{turns}");
        assert_eq!(door.get(reader, "/api/v1/threads").await.json()["items"], json!([]), "the list is of one's own");
    }

    let jon = door.credential("jon");
    let again = json!({"sentence": "and now?", "thread": talk.thread}).to_string();
    for (method, path, body) in [
        ("PATCH", talk.path(), r#"{"title": "jon's"}"#),
        ("PATCH", talk.path(), r#"{"shared": false}"#),
        ("DELETE", talk.path(), ""),
        ("POST", format!("/api/v1/turns/{}/cancel", talk.turn), ""),
        ("POST", "/api/v1/prompts".to_owned(), again.as_str()),
        ("POST", "/api/v1/preview".to_owned(), again.as_str()),
    ] {
        let reply = door.send(method, &path, &jon, body).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "not-found"), "{method} {path} {body}");
    }
    let after = door.get("mira", &talk.path()).await.json();
    assert_eq!((&after["title"], &after["shared"]), (&mine["title"], &json!(true)));
    Ok(())
}

#[tokio::test]
async fn who_lacks_a_right_that_its_readings_took_is_told_which_and_shown_nothing() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-lacks").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list secrets", "answered").await;
    let (titled, mira) = (r#"{"title": "payroll", "shared": true}"#, door.credential("mira"));
    assert_eq!(door.send("PATCH", &talk.path(), &mira, titled).await.json()["title"], "payroll");
    assert_eq!(talk.answers(&door, "jon").await, shown(), "an editor may list them too");
    assert_eq!(talk.answers(&door, "vera").await, only(403, "cluster-forbidden"));
    for path in talk.doors() {
        let refused = door.get("vera", &path).await.json();
        let (detail, hint) = (refused["detail"].as_str().unwrap(), refused["hint"].as_str().unwrap());
        assert!(detail.contains(&format!("you lack list secrets in {}", shop.name())), "{detail}");
        assert!(hint.contains(&format!("`kubectl auth can-i list secrets -n {}`", shop.name())), "{hint}");
        assert!(!refused.to_string().contains("payroll"), "its title is its owner's words: {refused}");
    }
    assert_eq!(talk.answers(&door, "nils").await, only(403, "cluster-forbidden"));
    Ok(())
}

#[tokio::test]
async fn every_turn_counts_for_every_other() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-turns").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list pods", "answered").await;
    talk.share(&door, true).await;
    assert_eq!(talk.answers(&door, "vera").await, shown());
    let more = json!({"sentence": "list secrets", "thread": talk.thread}).to_string();
    let asked = door.post("mira", "/api/v1/prompts", &more).await.json();
    let turn = asked["turn"].as_str().unwrap();
    door.stream("mira", &format!("/api/v1/turns/{turn}/stream"), "").await.closed().await;
    assert_eq!(talk.answers(&door, "vera").await, only(403, "cluster-forbidden"), "the first turn is of the same talk");
    assert_eq!(talk.answers(&door, "jon").await, shown());
    Ok(())
}

#[tokio::test]
async fn another_cluster_of_the_same_name_is_none_of_its_clusters() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-elsewhere").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list pods", "answered").await;
    talk.share(&door, true).await;
    assert_eq!(talk.answers(&door, "ivo").await, none());
    let entries = door.entries().await;
    assert!(!entries.iter().any(|entry| entry.starts_with("thread-opened")), "to him there is none: {entries:?}");
    Ok(())
}

#[tokio::test]
async fn a_turn_that_does_not_tell_what_it_read_is_shown_to_nobody_else() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-untold").await?;
    let door = door(&shop).await;
    // Once it has started it ends no turn that it finds at work.
    door.get("", "/readyz").await;
    let turn: TurnId = door.working_turn("mira").await;
    let found = door.app.ledger().turn(turn).await.unwrap().unwrap();
    let talk = Talk { thread: found.row.thread.to_string(), turn: turn.to_string() };
    talk.share(&door, true).await;
    assert_eq!(door.get("jon", &talk.path()).await.status, 200);

    let untold = kubechat_flow::turn::Turn { looked: Looked::untold(), ..found.row };
    let rows = vec![Row::Turn(Box::new(untold), Expect::At(found.version))];
    door.app.ledger().commit(Change { rows, entries: Vec::new() }).await.unwrap();
    assert_eq!(talk.answers(&door, "jon").await, only(403, "forbidden"));
    assert_eq!(door.get("mira", &talk.path()).await.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_plan_in_it_keeps_the_readers_it_has() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-plan").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "scale web to 2", "planned").await;
    talk.share(&door, true).await;
    let turn = door.get("vera", &format!("/api/v1/turns/{}", talk.turn)).await;
    assert_eq!(turn.status, 200, "what the plan was weighed by is the plan's: {turn:?}");
    let parts = turn.json()["parts"].as_array().unwrap().clone();
    let plan = parts.iter().find_map(|part| part["plan"].as_str()).unwrap().to_owned();
    assert_eq!(door.get("vera", &format!("/api/v1/plans/{plan}")).await.status, 200);
    Ok(())
}

#[tokio::test]
async fn every_opening_by_somebody_else_is_one_entry_that_says_who_and_none_is_shown_without() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-entries").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list secrets", "answered").await;
    talk.share(&door, true).await;
    for reader in ["mira", "jon", "vera", "jon"] {
        talk.answers(&door, reader).await;
    }
    let page = door.get("mira", "/api/v1/audit?limit=100").await.json();
    let about = page["items"].as_array().unwrap().iter().map(|item| &item["entry"]).filter(|entry| {
        entry["kind"] == "thread-opened"
            || (entry["kind"] == "thread-changed" && entry["thread"] == talk.thread.as_str())
    });
    let mut left: Vec<String> =
        about.map(|entry| format!("{} {} {}", entry["actor"]["name"], entry["kind"], entry["outcome"])).collect();
    left.reverse();
    let wanted = [
        r#""mira" "thread-changed" "shared""#,
        r#""jon" "thread-opened" "shown""#,
        r#""vera" "thread-opened" "cluster-forbidden""#,
    ];
    assert_eq!(left, wanted);

    let other = Talk::said(&door, "list pods", "answered").await;
    other.share(&door, true).await;
    door.lose_database();
    let unwritten = other.answers(&door, "jon").await;
    assert!(unwritten.iter().all(|(status, _)| *status == 503), "{unwritten:?}");
    assert_eq!(door.get("mira", &other.path()).await.status, 200, "her own she reads on");
    Ok(())
}

#[tokio::test]
async fn a_reader_hears_a_turn_grow_until_it_is_not_shared_any_more() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-stream").await?;
    let door = door(&shop).await;
    door.get("", "/readyz").await;
    let turn = door.working_turn("mira").await;
    let found = door.app.ledger().turn(turn).await.unwrap().unwrap();
    let talk = Talk { thread: found.row.thread.to_string(), turn: turn.to_string() };
    talk.share(&door, true).await;
    let path = format!("/api/v1/turns/{turn}/stream");
    let mut heard = door.stream("jon", &path, "").await;
    heard.heartbeat().await;

    // What wakes mira's own listeners wakes his; being stopped is news, and ends nothing by itself.
    talk.share(&door, false).await;
    assert_eq!(door.post("mira", &format!("/api/v1/turns/{turn}/cancel"), "").await.status, 202);
    heard.closed().await;
    assert_eq!(door.get("jon", &path).await.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_right_that_is_withdrawn_closes_it_within_the_time_that_an_answer_counts() -> Outcome {
    let shop = Plane::shared().await?.namespace("shared-withdrawn").await?;
    let door = door(&shop).await;
    let talk = Talk::said(&door, "list pods", "answered").await;
    talk.share(&door, true).await;
    assert_eq!(talk.answers(&door, "vera").await, shown());
    shop.kubectl(User::Admin).run(&["delete", "rolebindings", "--all"]).await?;
    let closed = async || match door.get("vera", &talk.path()).await {
        reply if reply.status == 403 => Ok(()),
        reply => Err(format!("{reply:?}")),
    };
    wait_for("the viewer's right to be gone here too", DEADLINE, closed).await
}
