//! Answers are what the OpenAPI document says: every field, no other one, of the right kind.

use kubechat_harness::{Outcome, Plane, User};
use kubechat_server::http::openapi::document;
use serde_json::Value;

use crate::door::{Door, components};

/// What does not fit, each with its place. The part of JSON Schema that our document uses.
pub(crate) fn misfits(schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let document = document();
        return misfits(document.pointer(&name[1..]).unwrap(), value, place, found);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = |choice: &Value| {
            let mut none = Vec::new();
            misfits(choice, value, place, &mut none);
            none.is_empty()
        };
        if !choices.iter().any(fits) {
            found.push(format!("{place}: none of its choices fits {value}"));
        }
        return;
    }
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => true,
    };
    let allowed = schema["enum"].as_array().is_none_or(|words| words.contains(value));
    if !fits || !allowed {
        found.push(format!("{place}: {value} is not {schema}"));
    }
    inside(schema, value, place, found);
}

fn inside(schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(required).is_none() {
            found.push(format!("{place}.{required} is missing"));
        }
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => misfits(schema, field, &format!("{place}.{name}"), found),
            None if schema["additionalProperties"] == false => found.push(format!("{place}.{name} is not described")),
            None => {}
        }
    }
    if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
        for (index, item) in items.iter().enumerate() {
            misfits(schema, item, &format!("{place}[{index}]"), found);
        }
    }
}

/// Checks an answer of this route and status.
fn check(method: &str, route: &str, status: u16, answer: &Value) {
    let document = document();
    let described = &document["paths"][route][method]["responses"][status.to_string()];
    let schema = &described["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {route} {status} is not described");
    let mut found = Vec::new();
    misfits(schema, answer, route, &mut found);
    assert!(found.is_empty(), "{found:#?}\n{answer:#}");
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = document();
    let (mut found, mut examples) = (Vec::new(), 0);
    let contents = document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.flat_map(move |(method, operation)| {
            let answers = operation["responses"].as_object().unwrap().values();
            let bodies = answers.chain([&operation["requestBody"]]);
            bodies.map(move |body| (format!("{method} {path}"), &body["content"]["application/json"]))
        })
    });
    for (place, content) in contents.filter(|(_, content)| !content["example"].is_null()) {
        examples += 1;
        misfits(&content["schema"], &content["example"], &place, &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
    assert!(examples > 50, "{examples}");
}

#[tokio::test]
async fn what_needs_no_cluster_is_answered_as_described() {
    let door = Door::without_cluster().await;
    let turn = door.post("mira", "/api/v1/prompts", r#"{"sentence": "what is broken?"}"#).await;
    check("post", "/api/v1/prompts", turn.status, &turn.json());
    let turn = turn.json()["turn"].as_str().unwrap().to_owned();
    door.stream("mira", &format!("/api/v1/turns/{turn}/stream"), "").await.closed().await;
    let link = door.post("mira", "/api/v1/login-code", "").await;
    check("post", "/api/v1/login-code", link.status, &link.json());
    let thread = door.post("mira", "/api/v1/threads", r#"{"title": "night"}"#).await;
    check("post", "/api/v1/threads", thread.status, &thread.json());
    let thread = format!("/api/v1/threads/{}", thread.json()["id"].as_str().unwrap());
    let renamed = door.send("PATCH", &thread, &door.credential("mira"), r#"{"namespace": "web"}"#).await;
    check("patch", "/api/v1/threads/{id}", renamed.status, &renamed.json());
    let ended = door.post("mira", &format!("/api/v1/turns/{turn}/cancel"), "").await;
    assert_eq!(ended.status, 200, "it has ended: {ended:?}");
    check("post", "/api/v1/turns/{id}/cancel", ended.status, &ended.json());
    for (path, route) in [
        (&*thread, "/api/v1/threads/{id}"),
        ("/api/v1/threads", "/api/v1/threads"),
        (&*format!("{thread}/turns"), "/api/v1/threads/{id}/turns"),
        ("/api/v1/settings", "/api/v1/settings"),
        ("/api/v1/egress", "/api/v1/egress"),
        ("/api/v1/egress/log", "/api/v1/egress/log"),
        ("/api/v1/models", "/api/v1/models"),
        ("/api/v1/doctor", "/api/v1/doctor"),
        ("/version", "/version"),
        ("/readyz", "/readyz"),
        ("/readyz?verbose", "/readyz"),
        ("/api/v1/session", "/api/v1/session"),
        (&*format!("/api/v1/turns/{turn}"), "/api/v1/turns/{id}"),
        ("/api/v1/clusters", "/api/v1/clusters"),
        ("/api/v1/plugins", "/api/v1/plugins"),
        ("/api/v1/plans", "/api/v1/plans"),
        ("/api/v1/audit", "/api/v1/audit"),
        ("/api/v1/audit/verify", "/api/v1/audit/verify"),
    ] {
        let reply = door.get("mira", path).await;
        check("get", route, reply.status, &reply.json());
    }
    let mut found = Vec::new();
    let problem = door.get("mira", "/api/v1/plans/p-000000000001").await.json();
    misfits(&document()["components"]["schemas"]["Problem"], &problem, "problem", &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn plans_and_runs_are_answered_as_described() -> Outcome {
    let shop = Plane::shared().await?.namespace("described").await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let editor = shop.kubeconfig(User::Editor);
    let built = components().expect("components: `cargo xtask component build`");
    let door = Door::open("mode = 'guarded'", Some(&built), &[("mira", editor.to_str().unwrap())]).await;
    let body = format!(
        r#"{{"operations": [{{"op": "scale", "target": {{"kind": "deployment", "namespace": "{}", "name": "web"}}, "replicas": 2}}]}}"#,
        shop.name()
    );
    let plan = door.post("mira", "/api/v1/plans", &body).await;
    check("post", "/api/v1/plans", plan.status, &plan.json());
    let id = plan.json()["id"].as_str().unwrap().to_owned();
    let run = door.post("mira", &format!("/api/v1/plans/{id}/execute"), "{}").await;
    check("post", "/api/v1/plans/{id}/execute", run.status, &run.json());
    let run = run.json()["run"].as_str().unwrap().to_owned();
    door.stream("mira", &format!("/api/v1/plans/{id}/stream"), "").await.closed().await;
    for (path, route) in [
        (&*format!("/api/v1/plans/{id}"), "/api/v1/plans/{id}"),
        (&*format!("/api/v1/runs/{run}"), "/api/v1/runs/{id}"),
        (&*format!("/api/v1/plans/{id}/export"), "/api/v1/plans/{id}/export"),
        (&*format!("/api/v1/plans/{id}/radius"), "/api/v1/plans/{id}/radius"),
        ("/api/v1/session", "/api/v1/session"),
        ("/api/v1/doctor", "/api/v1/doctor"),
        (&*format!("/api/v1/resources/deployments?namespace={}", shop.name()), "/api/v1/resources/{gvr}"),
        (&*format!("/api/v1/objects/c/deployments/{}/web", shop.name()), "/api/v1/objects/{c}/{gvr}/{ns}/{name}"),
        ("/api/v1/clusters/c/kinds", "/api/v1/clusters/{c}/kinds"),
        ("/api/v1/clusters/c/namespaces", "/api/v1/clusters/{c}/namespaces"),
        ("/readyz?verbose", "/readyz"),
        ("/api/v1/plugins", "/api/v1/plugins"),
        ("/api/v1/clusters", "/api/v1/clusters"),
        ("/api/v1/plans", "/api/v1/plans"),
        ("/api/v1/audit", "/api/v1/audit"),
    ] {
        let reply = door.get("mira", path).await;
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        check("get", route, reply.status, &reply.json());
    }
    Ok(())
}
