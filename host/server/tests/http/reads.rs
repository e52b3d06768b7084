//! The read side on a real cluster: what one sees with rights, and what is said without them; and threads, filters, settings.

use kubechat_harness::{Namespace, Outcome, Plane, User, wait_for};
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, Reply, components};

/// A host where mira edits a namespace, vera views it and nils may nothing.
async fn door(shop: &Namespace) -> Door {
    let files = [User::Editor, User::Viewer, User::Nobody].map(|user| shop.kubeconfig(user));
    let [mira, vera, nils] = files.each_ref().map(|file| file.to_str().unwrap());
    let built = components().expect("components: `cargo xtask component build`");
    Door::open("mode = 'guarded'", Some(&built), &[("mira", mira), ("vera", vera), ("nils", nils)]).await
}

fn items(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn kinds_are_what_the_cluster_serves_built_in_ones_first() -> Outcome {
    let shop = Plane::shared().await?.namespace("read-kinds").await?;
    let door = door(&shop).await;
    let kinds = items(&door.get("nils", "/api/v1/clusters/c/kinds").await);
    let named = |kind: &str| kinds.iter().position(|one| one["kind"] == kind).unwrap_or_else(|| panic!("{kind}"));
    let deployment = &kinds[named("Deployment")];
    assert_eq!((deployment["group"].as_str(), deployment["plural"].as_str()), (Some("apps"), Some("deployments")));
    assert_eq!(deployment["short_names"], json!(["deploy"]));
    assert!(deployment["verbs"].as_array().unwrap().contains(&json!("patch")), "{deployment}");
    assert_eq!(kinds[named("Namespace")]["namespaced"], false);
    assert!(named("Pod") < named("Deployment") && named("Deployment") < named("CustomResourceDefinition"));
    let none = door.get("mira", "/api/v1/clusters/other/kinds").await;
    assert_eq!((none.status, none.code().as_str()), (404, "not-found"), "{none:?}");
    Ok(())
}

#[tokio::test]
async fn who_may_not_list_namespaces_gets_his_own_and_is_told() -> Outcome {
    let shop = Plane::shared().await?.namespace("read-namespaces").await?;
    let admin = shop.kubeconfig(User::Admin);
    let viewer = shop.kubeconfig(User::Viewer);
    let people = [("ada", admin.to_str().unwrap()), ("vera", viewer.to_str().unwrap())];
    let door = Door::open("mode = 'guarded'", None, &people).await;
    let all = door.get("ada", "/api/v1/clusters/c/namespaces").await;
    let row = json!({"name": shop.name(), "phase": "Active"});
    assert!(items(&all).contains(&row) && items(&all).len() > 1, "{all:?}");
    assert_eq!(all.json()["unseen"], json!([]));
    let own = door.get("vera", "/api/v1/clusters/c/namespaces").await;
    assert_eq!(items(&own), [json!({"name": shop.name(), "phase": ""})]);
    assert_eq!(own.json()["unseen"], json!([{"what": "list namespaces", "why": "forbidden"}]));
    Ok(())
}

#[tokio::test]
async fn rights_are_the_api_servers_own_word_on_each() -> Outcome {
    let shop = Plane::shared().await?.namespace("read-rights").await?;
    let door = door(&shop).await;
    let (here, body) = (shop.name(), |reviews: Value| json!({"reviews": reviews}).to_string());
    let asked = body(json!([
        {"verb": "patch", "resource": "deploy", "namespace": here},
        {"verb": "get", "resource": "pods/log", "namespace": here, "name": "web-1"},
        {"verb": "get", "resource": "secrets", "namespace": "kube-system"},
        {"verb": "get", "resource": "unheardofs", "namespace": here},
    ]));
    let allowed = async |who: &str| {
        let answers = items(&door.post(who, "/api/v1/access-reviews", &asked).await);
        answers.iter().map(|one| one["allowed"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(allowed("mira").await, [true, true, false, false]);
    assert_eq!(allowed("vera").await, [false, true, false, false]);
    assert_eq!(allowed("nils").await, [false; 4]);
    let answers = items(&door.post("mira", "/api/v1/access-reviews", &asked).await);
    assert_eq!(
        (answers[0]["resource"].as_str(), answers[1]["resource"].as_str()),
        (Some("deployments.apps"), Some("pods/log"))
    );
    assert!(answers[3]["reason"].as_str().unwrap().contains("serves no unheardofs"), "{answers:?}");

    let one = json!({"verb": "get", "resource": "pods"});
    for (reviews, status) in [
        (json!(vec![one.clone(); kubechat_flow::look::ACCESS_REVIEWS_MAX + 1]), 413),
        (json!([]), 413),
        (json!([{"verb": "GET /", "resource": "pods"}]), 400),
        (json!([{"verb": "get", "resource": "pods/"}]), 400),
        (json!([{"verb": "get", "resource": "../pods"}]), 400),
    ] {
        let reply = door.post("mira", "/api/v1/access-reviews", &body(reviews)).await;
        assert_eq!(reply.status, status, "{reply:?}");
    }
    Ok(())
}

/// A production namespace and a host over it.
async fn production(name: &str) -> Outcome<(Namespace, Door)> {
    let shop = Plane::shared().await?.namespace_labelled(name, &[("environment", "production")]).await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let door = door(&shop).await;
    Ok((shop, door))
}

fn scale(shop: &Namespace, replicas: u32) -> String {
    let target = json!({"kind": "deployment", "namespace": shop.name(), "name": "web"});
    json!({"operations": [{"op": "scale", "target": target, "replicas": replicas}]}).to_string()
}

/// Two plans of mira's, one that she may execute and one that takes all capacity; newest first.
async fn two_plans(shop: &Namespace, door: &Door) -> Vec<Value> {
    for replicas in [2, 0] {
        let plan = door.post("mira", "/api/v1/plans", &scale(shop, replicas)).await;
        assert_eq!(plan.status, 201, "{plan:?}");
    }
    let plans = items(&door.get("vera", "/api/v1/plans").await);
    let states: Vec<_> = plans.iter().map(|plan| plan["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["needs-approval", "ready"]);
    plans
}

#[tokio::test]
async fn a_session_says_as_whom_one_works_and_what_waits() -> Outcome {
    let (shop, door) = production("read-session").await?;
    let session = async |who: &str| door.get(who, "/api/v1/session").await.json();
    let before = session("mira").await;
    let (name, user) = (before["name"].as_str(), before["clusters"][0]["user"].as_str());
    assert_eq!((name, user), (Some("mira"), Some("editor")), "{before}");
    let (provider, steps) = (before["provider"]["ok"].as_bool(), before["limits"]["PLAN_STEPS_MAX"].as_u64());
    assert_eq!((provider, steps), (Some(true), Some(100)));
    assert_eq!(before["inbox"], json!({"for_my_vote": 0, "mine_waiting": 0, "mine_ready": 0, "complete": true}));
    two_plans(&shop, &door).await;
    let (mine, others) = (session("mira").await["inbox"].clone(), session("vera").await["inbox"].clone());
    assert_eq!(mine, json!({"for_my_vote": 0, "mine_waiting": 1, "mine_ready": 1, "complete": true}));
    assert_eq!(others, json!({"for_my_vote": 1, "mine_waiting": 0, "mine_ready": 0, "complete": true}));
    Ok(())
}

#[tokio::test]
async fn plans_are_found_by_state_and_cluster_and_told_page_by_page() -> Outcome {
    let (shop, door) = production("read-plans").await?;
    let plans = two_plans(&shop, &door).await;
    let waiting = items(&door.get("vera", "/api/v1/plans?state=needs-approval&cluster=c").await);
    assert_eq!(waiting.iter().map(|plan| &plan["id"]).collect::<Vec<_>>(), [&plans[0]["id"]]);
    assert!(items(&door.get("vera", "/api/v1/plans?state=succeeded").await).is_empty());
    assert!(items(&door.get("vera", "/api/v1/plans?cluster=other").await).is_empty());
    let first = door.get("vera", "/api/v1/plans?limit=1").await.json();
    let rest = format!("/api/v1/plans?limit=1&continue={}", first["continue"].as_str().unwrap());
    let rest = items(&door.get("vera", &rest).await);
    assert_eq!([&first["items"][0]["id"], &rest[0]["id"]], [&plans[0]["id"], &plans[1]["id"]]);
    assert_eq!(door.get("vera", "/api/v1/plans?state=nonsense").await.status, 400);
    Ok(())
}

#[tokio::test]
async fn what_a_plan_touches_comes_page_by_page_and_a_page_belongs_to_its_revision() -> Outcome {
    let (shop, door) = production("read-radius").await?;
    let plan = two_plans(&shop, &door).await.remove(0);
    let radius = format!("/api/v1/plans/{}/radius", plan["id"].as_str().unwrap());
    let whole = door.get("vera", &radius).await;
    let listed = items(&whole);
    assert!(listed.len() > 1 && whole.json()["continue"].is_null(), "{whole:?}");
    let (mut pages, mut path) = (Vec::new(), format!("{radius}?limit=1"));
    loop {
        let page = door.get("vera", &path).await;
        pages.extend(items(&page));
        let Some(next) = page.json()["continue"].as_str().map(str::to_owned) else { break };
        path = format!("{radius}?limit=1&continue={next}");
    }
    assert_eq!(pages, listed, "page by page it is the same list");
    let headers = format!("{}If-Match: {}\r\n", door.credential("mira"), plan["etag"].as_str().unwrap());
    let edited = door.send("PATCH", radius.trim_end_matches("/radius"), &headers, &scale(&shop, 3)).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    let late = door.get("vera", &path).await;
    assert_eq!((late.status, late.code().as_str()), (412, "precondition-failed"), "another revision's: {late:?}");
    Ok(())
}

#[tokio::test]
async fn a_thread_is_named_by_its_first_sentence_and_gone_when_deleted() {
    let door = Door::without_cluster().await;
    let asked = door.post("mira", "/api/v1/prompts", r#"{"sentence": "what is broken?"}"#).await.json();
    let (thread, turn) = (asked["thread"].as_str().unwrap(), asked["turn"].as_str().unwrap());
    door.stream("mira", &format!("/api/v1/turns/{turn}/stream"), "").await.closed().await;
    let (path, mira) = (format!("/api/v1/threads/{thread}"), door.credential("mira"));
    assert_eq!(door.get("mira", &path).await.json()["title"], "what is broken?");
    let renamed = door.send("PATCH", &path, &mira, r#"{"title": "night", "namespace": "web"}"#).await.json();
    assert_eq!((renamed["title"].as_str(), renamed["namespace"].as_str()), (Some("night"), Some("web")));
    let turns = door.get("mira", &format!("{path}/turns")).await.json();
    assert_eq!((turns["items"][0]["id"].as_str(), turns["items"].as_array().unwrap().len()), (Some(turn), 1));
    for (body, status) in [(r#"{"title": ""}"#, 400), (r#"{"cluster": "other"}"#, 404), (r#"{"owner": "jon"}"#, 400)] {
        assert_eq!(door.send("PATCH", &path, &mira, body).await.status, status, "{body}");
    }
    let long = format!(r#"{{"title": "{}"}}"#, "x".repeat(kubechat_flow::threads::THREAD_TITLE_CHARS_MAX + 1));
    assert_eq!(door.send("PATCH", &path, &mira, &long).await.status, 413);

    assert_eq!(door.send("DELETE", &path, &mira, "").await.status, 204);
    for path in [path.clone(), format!("{path}/turns"), format!("/api/v1/turns/{turn}")] {
        assert_eq!(door.get("mira", &path).await.status, 404, "{path}");
    }
    assert_eq!(door.get("mira", "/api/v1/threads").await.json()["items"], json!([]));
    let again =
        door.post("mira", "/api/v1/prompts", &json!({"sentence": "and now?", "thread": thread}).to_string()).await;
    assert_eq!(again.status, 404, "nothing is said in it any more: {again:?}");
    let entries = door.get("mira", "/api/v1/audit").await.json().to_string();
    assert!(entries.contains(thread), "the log keeps what was said of it");
}

#[tokio::test]
async fn a_deleted_thread_is_forgotten_with_what_was_said_in_it_and_the_log_still_verifies() {
    let door = Door::without_cluster().await;
    let said = |word: &str| json!({"sentence": format!("what is {word}?")}).to_string();
    let mut threads = Vec::new();
    for word in ["broken", "wrong"] {
        let asked = door.post("mira", "/api/v1/prompts", &said(word)).await.json();
        let turn = asked["turn"].as_str().unwrap();
        door.stream("mira", &format!("/api/v1/turns/{turn}/stream"), "").await.closed().await;
        threads.push(asked["thread"].as_str().unwrap().to_owned());
    }
    let path = format!("/api/v1/threads/{}", threads[0]);
    assert_eq!(door.send("DELETE", &path, &door.credential("mira"), "").await.status, 204);
    let payloads = |entries: &[Value], thread: &str| {
        let about = entries.iter().filter(|one| one["entry"]["thread"] == thread);
        about.filter(|one| one.get("payload").is_some_and(|payload| !payload.is_null())).count()
    };
    let entries = items(&door.get("mira", "/api/v1/audit?limit=100").await);
    assert!(threads.iter().all(|thread| payloads(&entries, thread) > 0), "{entries:?}");

    let door = door.restarted().await;
    let forgotten = || async {
        let entries = items(&door.get("mira", "/api/v1/audit?limit=100").await);
        let is_there = entries.iter().any(|one| one["entry"]["outcome"] == "forgotten");
        if is_there { Ok(entries) } else { Err(format!("{entries:?}")) }
    };
    let entries = wait_for("the first look of retention", DEADLINE, forgotten).await.unwrap();
    assert_eq!(payloads(&entries, &threads[0]), 0, "{entries:?}");
    assert!(payloads(&entries, &threads[1]) > 0, "another conversation keeps its own");
    assert_eq!(door.get("mira", &format!("/api/v1/threads/{}", threads[1])).await.status, 200);
    let verified = door.get("mira", "/api/v1/audit/verify").await;
    assert_eq!(verified.status, 200, "{verified:?}");
}

#[tokio::test]
async fn threads_come_page_by_page_newest_first() {
    let door = Door::without_cluster().await;
    for title in ["one", "two", "three"] {
        assert_eq!(door.post("mira", "/api/v1/threads", &json!({"title": title}).to_string()).await.status, 201);
    }
    let (mut titles, mut path) = (Vec::new(), "/api/v1/threads?limit=1".to_owned());
    loop {
        let page = door.get("mira", &path).await;
        titles.extend(items(&page).iter().map(|thread| thread["title"].as_str().unwrap().to_owned()));
        let Some(next) = page.json()["continue"].as_str().map(str::to_owned) else { break };
        path = format!("/api/v1/threads?limit=1&continue={next}");
    }
    assert_eq!(titles, ["three", "two", "one"]);
}

#[tokio::test]
async fn settings_say_who_said_them_and_the_doctor_says_what_to_do() {
    let door = Door::without_cluster().await;
    let settings = items(&door.get("jon", "/api/v1/settings").await);
    let named = |name: &str| settings.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}"));
    assert_eq!((named("mode")["value"].as_str(), named("mode")["locked"].as_bool()), (Some("guarded"), Some(true)));
    assert!(named("mode")["origin"].as_str().unwrap().ends_with("kubechat.toml"));
    assert_eq!((named("log")["origin"].as_str(), named("log")["locked"].as_bool()), (Some("default"), Some(false)));

    let examined = door.get("mira", "/api/v1/doctor").await.json();
    assert_eq!(examined["ok"], false);
    for check in examined["checks"].as_array().unwrap() {
        assert_eq!(check["ok"] == true, check["fix"].is_null(), "a fix for each fault: {check}");
    }
    let cluster = examined["checks"].as_array().unwrap().iter().find(|check| check["name"] == "cluster c").unwrap();
    assert!(cluster["detail"].as_str().unwrap().contains("connection refused"), "{cluster}");
}

#[tokio::test]
async fn what_a_sentence_would_become_is_told_and_nothing_comes_of_it() -> Outcome {
    let shop = Plane::shared().await?.namespace("read-preview").await?;
    shop.deploy("web", "registry.example/web:1", 3, &[]).await?;
    let door = door(&shop).await;
    let preview = async |who: &str, sentence: &str| {
        let body = json!({"sentence": sentence, "cluster": "c", "namespace": shop.name()}).to_string();
        let reply = door.post(who, "/api/v1/preview", &body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    };
    let write = preview("mira", "scale web to 4").await;
    let step = json!({"cluster": "c", "sentence": format!("scale deployment {}/web to 4", shop.name()),
        "kubectl": format!("kubectl scale deployment/web -n {} --replicas=4", shop.name())});
    assert_eq!((&write["reads_as"], &write["steps"]), (&json!("write"), &json!([step])), "{write}");
    let read = preview("mira", "list pods").await;
    let line = format!("kubectl get pod -n {}", shop.name());
    assert_eq!((&read["reads_as"], &read["steps"][0]["kubectl"]), (&json!("read"), &json!(line)), "{read}");
    for (who, sentence) in [("mira", "scale web to"), ("mira", "scale nobody to 4"), ("nils", "scale web to 4")] {
        let none = preview(who, sentence).await;
        assert_eq!(none["steps"], json!([]), "{who}, {sentence}: {none}");
        assert!(!none["detail"].as_str().unwrap().is_empty(), "{none}");
    }
    let elsewhere = preview("mira", "scale web to 4 on cluster nowhere").await;
    assert_eq!(elsewhere["steps"], json!([]), "{elsewhere}");
    for path in ["/api/v1/threads", "/api/v1/plans"] {
        assert_eq!(items(&door.get("mira", path).await), Vec::<Value>::new(), "{path}");
    }
    let other = door.post("mira", "/api/v1/preview", r#"{"sentence": "scale web to 4", "cluster": "other"}"#).await;
    assert_eq!((other.status, other.code().as_str()), (404, "not-found"));
    Ok(())
}
