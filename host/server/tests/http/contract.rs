//! Every operation of the OpenAPI document, called as its example calls it, against a real host and a real control plane; each
//! answer is one the document describes.

use std::collections::BTreeSet;
use std::time::Duration;

use kubechat_harness::{Namespace, Outcome, Plane, User, wait_for};
use kubechat_server::http::openapi::{document, example_call};
use serde_json::Value;

use crate::described::misfits;
use crate::door::{Door, Reply, components};

/// What stands for what in the examples.
struct Stage {
    door: Door,
    shop: Namespace,
    pod: String,
}

/// How one operation is called here.
struct Call {
    who: &'static str,
    headers: String,
    /// Pairs of what an example says and what is so here.
    names: Vec<(&'static str, String)>,
    status: &'static [u16],
}

impl Call {
    fn by(who: &'static str, names: Vec<(&'static str, String)>) -> Self {
        Self { who, headers: String::new(), names, status: &[] }
    }
}

const PLAN: &str = "p-3d9f2a8c4e1b";
const RUN: &str = "r-7c1e5b3a9f2d";
const THREAD: &str = "t-8f0c2d4a1b3e";
const TURN: &str = "u-1b3c38f02a4d";
const STREAM: &str = "1b3c38f02a4d5e6f";
const CODE: &str = "8f0c2d4a1b3e5f60";
const DIGEST: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {value}")).to_owned()
}

impl Stage {
    async fn set() -> Outcome<Self> {
        let shop = Plane::shared().await?.namespace("contract").await?;
        shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
        shop.rolled_out("web").await?;
        let (editor, second) = (shop.kubeconfig(User::Editor), shop.kubeconfig(User::Second));
        let people = [("mira", editor.to_str().unwrap()), ("jon", second.to_str().unwrap())];
        let built = components().expect("components: `cargo xtask component build`");
        let settings = "mode = 'guarded'\negress.openai = {url = 'http://127.0.0.1:9', internal = true}\n\
            models = [{provider = 'provider-openai', settings = {model = 'gpt-5.4'}}]";
        let door = Door::open_on("demo", settings, Some(&built), &people).await;
        let pods =
            door.get("mira", &format!("/api/v1/resources/pods?namespace={}&labelSelector=app=web", shop.name())).await;
        let pod = text(&pods.json(), "/items/0/name");
        Ok(Self { door, shop, pod })
    }

    fn filled(&self, said: &str, names: &[(&'static str, String)]) -> String {
        let here = self.shop.name();
        let mut filled = said
            .replace("/shop/", &format!("/{here}/"))
            .replace("namespace=shop", &format!("namespace={here}"))
            .replace("\"shop\"", &format!("\"{here}\""))
            .replace("web-5c9d", &self.pod);
        for (said, here) in names {
            filled = filled.replace(said, here);
        }
        filled
    }

    /// Until no run of an earlier call is under way: it would write to what the next plan is made from.
    async fn rests(&self) {
        let still = || async {
            let open = self.door.get("mira", "/api/v1/plans?state=running").await.json();
            match open["items"].as_array().map(Vec::len) {
                Some(0) => Ok(()),
                _ => Err(open.to_string()),
            }
        };
        wait_for("every run to end", Duration::from_secs(60), still).await.unwrap();
    }

    /// A plan of mira's that changes something, and its digest and ETag.
    async fn plan(&self) -> (String, String, String) {
        self.rests().await;
        let plan =
            self.door.get("mira", &format!("/api/v1/objects/demo/deployments.apps/{}/web", self.shop.name())).await;
        let now = plan.json().pointer("/object/spec/replicas").and_then(Value::as_u64).unwrap_or(1);
        let body = format!(
            r#"{{"operations": [{{"op": "scale", "target": {{"kind": "deployment", "namespace": "{}", "name": "web"}}, "replicas": {}}}]}}"#,
            self.shop.name(),
            if now == 3 { 4 } else { 3 }
        );
        let plan = self.door.post("mira", "/api/v1/plans", &body).await;
        assert_eq!(plan.status, 201, "{plan:?}");
        let plan = plan.json();
        (text(&plan, "/id"), text(&plan, "/parts/0/approval/digest"), text(&plan, "/etag"))
    }

    /// A plan that was executed, and its run.
    async fn executed(&self) -> (String, String) {
        let (plan, ..) = self.plan().await;
        let run = self.door.post("mira", &format!("/api/v1/plans/{plan}/execute"), "{}").await;
        assert_eq!(run.status, 202, "{run:?}");
        self.door.stream("mira", &format!("/api/v1/plans/{plan}/stream"), "").await.closed().await;
        (plan, text(&run.json(), "/run"))
    }

    /// A turn that has ended, and its thread.
    async fn turn(&self) -> (String, String) {
        let asked = self.door.post("mira", "/api/v1/prompts", r#"{"sentence": "help"}"#).await.json();
        let turn = text(&asked, "/turn");
        self.door.stream("mira", &format!("/api/v1/turns/{turn}/stream"), "").await.closed().await;
        (turn, text(&asked, "/thread"))
    }

    /// What an operation needs to be called.
    async fn call(&self, id: &str) -> Call {
        match id {
            "livez" | "healthz" | "readyz" | "version" | "openapi" => Call::by("", Vec::new()),
            "openSession" => {
                let link = self.door.post("mira", "/api/v1/login-code", "").await.json();
                let code = text(&link, "/url").split_once("code=").unwrap().1.to_owned();
                Call::by("", vec![(CODE, code)])
            }
            "getTurn" | "streamTurn" | "cancelTurn" => {
                let (turn, _) = self.turn().await;
                Call { status: if id == "cancelTurn" { &[200] } else { &[] }, ..Call::by("mira", vec![(TURN, turn)]) }
            }
            "getThread" | "changeThread" | "deleteThread" | "listThreadTurns" => {
                let (_, thread) = self.turn().await;
                Call::by("mira", vec![(THREAD, thread)])
            }
            "approvePlan" | "rejectPlan" => {
                let (plan, digest, _) = self.plan().await;
                Call::by("jon", vec![(PLAN, plan), (DIGEST, digest)])
            }
            "editPlan" => {
                let (plan, _, etag) = self.plan().await;
                Call { headers: format!("If-Match: {etag}\r\n"), ..Call::by("mira", vec![(PLAN, plan)]) }
            }
            "cancelPlan" => {
                let (plan, ..) = self.plan().await;
                self.door.post("mira", &format!("/api/v1/plans/{plan}/execute"), "{}").await;
                // The run may have ended before it is asked to stop; then it says so.
                Call { status: &[202, 409], ..Call::by("mira", vec![(PLAN, plan)]) }
            }
            "rollbackPlan" | "undo" | "getRun" | "streamPlan" => {
                let (plan, run) = self.executed().await;
                Call::by("mira", vec![(PLAN, plan), (RUN, run)])
            }
            "getPlan" | "refreshPlan" | "executePlan" | "exportPlan" | "getRadius" => {
                Call::by("mira", vec![(PLAN, self.plan().await.0)])
            }
            // Nobody listens where the model is bound to.
            "listOfferedModels" => Call { status: &[200, 502], ..Call::by("mira", Vec::new()) },
            _ => Call::by("mira", Vec::new()),
        }
    }

    async fn send(&self, method: &str, path: &str, call: &Call, body: &str) -> Reply {
        let headers = format!("{}{}", self.door.credential(call.who), call.headers);
        self.door.send(&method.to_uppercase(), path, &headers, body).await
    }
}

/// Whether an answer is one of those that are described.
fn fits(id: &str, operation: &Value, wanted: &[u16], reply: &Reply) {
    assert!(wanted.is_empty() || wanted.contains(&reply.status), "{id}: {reply:?}");
    let described = match &operation["responses"][reply.status.to_string()] {
        Value::Null if wanted.contains(&reply.status) => &document()["components"]["responses"]["Problem"],
        described => &described.clone(),
    };
    assert!(described.is_object(), "{id} answers what is not described: {reply:?}");
    if described["content"].is_null() {
        return assert!(reply.body.is_empty(), "{id}: {reply:?}");
    }
    let kind = reply.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    let content = described["content"].as_object().unwrap();
    let found = content.iter().find(|(media, _)| media.split(';').next() == Some(&kind));
    let Some((media, content)) = found else { panic!("{id} answers {kind}: {described:#}") };
    if media.ends_with("json") && !media.ends_with("ndjson") {
        let mut found = Vec::new();
        misfits(&content["schema"], &reply.json(), id, &mut found);
        assert!(found.is_empty(), "{found:#?}\n{:#}", reply.json());
    }
}

#[tokio::test]
async fn every_operation_is_called_by_its_example_and_answers_as_described() -> Outcome {
    let stage = Stage::set().await?;
    let document = document();
    let mut called = BTreeSet::new();
    for (_, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            called.insert(id.to_owned());
            let call = stage.call(id).await;
            let said = example_call(id).unwrap_or_else(|| panic!("{id} has no example"));
            let path = stage.filled(said, &call.names);
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            let body = if body.is_null() { String::new() } else { stage.filled(&body.to_string(), &call.names) };
            if id == "streamEvents" || id == "setTopics" {
                let mut events = stage.door.stream("mira", "/api/v1/events", "").await;
                let (_, name, hello) = events.next().await;
                assert_eq!(name, "hello");
                if id == "setTopics" {
                    let path = path.replace(STREAM, hello["stream"].as_str().unwrap());
                    fits(id, operation, call.status, &stage.send(method, &path, &call, &body).await);
                    let heard = [events.next().await.1, events.next().await.1];
                    assert_eq!(heard, ["inbox_update", "health"], "as its example asks");
                }
                continue;
            }
            let reply = stage.send(method, &path, &call, &body).await;
            assert!(reply.status < 300 || !call.status.is_empty(), "{id} {path}: {reply:?}");
            fits(id, operation, call.status, &reply);
        }
    }
    assert!(called.len() > 55, "{called:?}");
    Ok(())
}

#[tokio::test]
async fn the_other_forms_of_an_answer_are_what_they_are_called() -> Outcome {
    let stage = Stage::set().await?;
    let tar = stage.door.get("mira", "/api/v1/support-bundle").await;
    assert_eq!((tar.status, tar.header("content-type")), (200, Some("application/x-tar")));
    assert!(tar.header("content-disposition").unwrap().contains("kubechat-support-2"), "{}", tar.head);
    assert!(tar.body.starts_with("kubechat-support/preview.json"), "a tar begins with the name of its first file");
    for file in ["version.json", "settings.json", "doctor.json", "plugins.json", "plans.json", "audit.json"] {
        assert!(tar.body.contains(&format!("kubechat-support/{file}")), "{file}");
    }
    assert!(!tar.body.contains(&stage.door.token("mira")), "no token");
    assert!(!tar.body.contains("sentences.json"), "sentences only when asked for");
    let asked = stage.door.get("mira", "/api/v1/support-bundle?preview=true&sentences=true").await.json();
    assert!(asked["files"].as_array().unwrap().iter().any(|file| file["name"] == "sentences.json"), "{asked}");
    Ok(())
}
