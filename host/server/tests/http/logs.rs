//! Logs through the door: several pods, since, filters, following with resumption, and what is refused.

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{Door, components};

/// A pod whose log is this text.
async fn pod(shop: &Namespace, name: &str, log: &str) -> Outcome {
    let object = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "annotations": {"kubechat.dev/logs": log}},
        "spec": {"containers": [{"name": "main", "image": "main:1"}]}});
    shop.apply(&object.to_string()).await?;
    let wait = format!("pod/{name}");
    shop.kubectl(User::Admin).run(&["wait", "--for=condition=Ready", &wait, "--timeout=60s"]).await?;
    Ok(())
}

async fn door(shop: &Namespace) -> Door {
    let (viewer, nobody) = (shop.kubeconfig(User::Viewer), shop.kubeconfig(User::Nobody));
    let people = [("vera", viewer.to_str().unwrap()), ("nils", nobody.to_str().unwrap())];
    Door::open("mode = 'guarded'", components().as_deref(), &people).await
}

fn lines(body: &str) -> Vec<Value> {
    body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["line"].as_str()).collect()
}

#[tokio::test]
async fn several_pods_are_read_with_times_filters_and_whatever_can_not_be_read() -> Outcome {
    let shop = Plane::shared().await?.namespace("logs-read").await?;
    pod(&shop, "web", "one\n\u{1b}[31mtwo\u{1b}[0m password=hunter2-and-more\nthree \u{202e}x").await?;
    pod(&shop, "api", "alpha\nbeta").await?;
    let door = door(&shop).await;
    let read = async |more: &str| {
        let reply = door.get("vera", &format!("/api/v1/logs?namespace={}&{more}", shop.name())).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        lines(&reply.body)
    };
    let all = read("pod=web,api").await;
    assert_eq!(texts(&all), ["one", "two password=••••", "three \u{fffd}x", "alpha", "beta"]);
    assert!(all.iter().all(|line| line["time"].as_str().is_some_and(|time| time.ends_with('Z'))), "{all:?}");
    assert_eq!(texts(&read("pod=web&lines=1").await), ["three \u{fffd}x"]);
    assert_eq!(texts(&read("pod=web,api&include=t&exclude=three").await), ["two password=••••", "beta"]);
    assert_eq!(texts(&read("pod=web&include=hunter2").await), Vec::<&str>::new(), "a filter is no oracle");
    assert_eq!(texts(&read("pod=web&since=86400").await).len(), 3);
    let past = kubechat_core::time::Timestamp(door.app.flow.ports().clock.now().0 - 1).to_string();
    assert_eq!(texts(&read(&format!("pod=web&since={past}")).await), Vec::<&str>::new());
    let some = read("pod=web,gone").await;
    assert!(some.last().unwrap()["problem"].as_str().unwrap().contains("gone"), "{some:?}");
    Ok(())
}

#[tokio::test]
async fn a_line_of_a_megabyte_is_cut_and_takes_no_other_line_away() -> Outcome {
    let shop = Plane::shared().await?.namespace("logs-long").await?;
    // An annotation holds no more of it; a megabyte is cut the same way (`Splitter` has a test of its own).
    pod(&shop, "web", &format!("before\n{}\nafter", "x".repeat(100_000))).await?;
    let reply = door(&shop).await.get("vera", &format!("/api/v1/logs?namespace={}&pod=web", shop.name())).await;
    let lines = lines(&reply.body);
    assert_eq!([texts(&lines)[0], texts(&lines)[2]], ["before", "after"], "{lines:?}");
    assert!(lines[1]["cut"] == true && texts(&lines)[1].contains("the line has 100000 bytes"), "{}", lines[1]);
    Ok(())
}

#[tokio::test]
async fn what_is_asked_wrongly_or_without_rights_is_refused_by_name() -> Outcome {
    let shop = Plane::shared().await?.namespace("logs-refused").await?;
    pod(&shop, "web", "one").await?;
    let door = door(&shop).await;
    let many = (0..11).map(|n| format!("p{n}")).collect::<Vec<_>>().join(",");
    let long = "x".repeat(300);
    for (query, status) in [
        ("pod=", 400),
        ("pod=web,web", 400),
        (&*format!("pod={many}"), 413),
        ("pod=web&lines=0", 400),
        ("pod=web&lines=2001", 400),
        ("pod=web&since=soon", 400),
        ("pod=web&since=-5", 400),
        ("pod=web&since=2999-01-01T00:00:00Z", 400),
        ("pod=web&follow=true&previous=true", 400),
        ("pod=web&container=other", 404),
        (&*format!("pod=web&include={long}"), 413),
        ("pod=web&previous=true", 422),
        ("pod=gone", 404),
        ("pod=web&nonsense=1", 400),
    ] {
        let reply = door.get("vera", &format!("/api/v1/logs?namespace={}&{query}", shop.name())).await;
        assert_eq!(reply.status, status, "{query}: {reply:?}");
    }
    let denied = door.get("nils", &format!("/api/v1/logs?namespace={}&pod=web", shop.name())).await;
    assert_eq!((denied.status, denied.code().as_str()), (403, "cluster-forbidden"));
    let path = format!("/api/v1/logs?namespace={}&pod=web&follow=true", shop.name());
    let foreign =
        door.send("GET", &path, &format!("{}Last-Event-ID: 0123456789ab-1.1\r\n", door.credential("vera")), "").await;
    assert_eq!((foreign.status, foreign.code().as_str()), (400, "bad-input"), "an id of another request");
    Ok(())
}

#[tokio::test]
async fn a_follower_hears_lines_to_come_and_goes_on_where_he_was() -> Outcome {
    let shop = Plane::shared().await?.namespace("logs-follow").await?;
    pod(&shop, "web", "one\ntwo\nthree").await?;
    let door = door(&shop).await;
    let path = format!("/api/v1/logs?namespace={}&pod=web,gone&follow=true", shop.name());
    let mut events = door.stream("vera", &path, "").await;
    let (_, name, gone) = events.next().await;
    assert_eq!((name.as_str(), gone["pod"].as_str()), ("log_end", Some("gone")), "{gone}");
    let (_, name, first) = events.next().await;
    assert_eq!((name.as_str(), first["line"].as_str()), ("log_line", Some("one")), "{first}");
    let (id, _, second) = events.next().await;
    assert_eq!(second["line"], "two");
    assert_eq!(events.next().await.2["line"], "three");
    assert_eq!(events.heartbeat().await, ": alive", "and then it waits");
    drop(events);

    let mut again = door.stream("vera", &path, &format!("Last-Event-ID: {id}\r\n")).await;
    assert_eq!(again.next().await.1, "log_end");
    assert_eq!(again.next().await.2["line"], "three", "no line twice, none lost");
    Ok(())
}
