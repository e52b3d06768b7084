//! Capability `http`: who gets it, what it lets through, and that nothing a guest does keeps a connection open.
//!
//! The gate here is the test's, with the core's own rules for paths and headers; the real one has its tests in
//! `host/egress`. The guest is `reach`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use kubechat_core::egress::{DataClass, RequestPath, check_headers};
use kubechat_plugin::{
    CapabilityName, Completion, Egress, EgressAnswer, EgressError, EgressRequest, Event, FinishReason, Message,
    OutcomeCode, Plugins, ProviderHandle, Request,
};
use serde_json::json;
use tokio::sync::watch;

use crate::loading::PROVIDER;
use crate::support::{component, config, guest, guest_with, load_failure, manifest, only_status};

/// A way to drop answers: enough to import the interface.
const HTTP_IMPORT: &str = r#"(module (import "kubechat:plugin/http@0.1.0" "[resource-drop]answer" (func (param i32)))"#;

/// How the gate answers POSTs.
#[derive(Clone, Copy)]
enum Body {
    Whole,
    /// One piece, then silence.
    Silent,
}

/// A gate that has `model` bound, remembers what was asked and counts what is open.
struct Gate {
    body: Body,
    asked: Mutex<Vec<EgressRequest>>,
    open: watch::Sender<usize>,
}

impl Gate {
    fn new(body: Body) -> Arc<Self> {
        Arc::new(Self { body, asked: Mutex::default(), open: watch::channel(0).0 })
    }

    fn asked(&self) -> Vec<EgressRequest> {
        self.asked.lock().expect("no panic").clone()
    }

    /// Waits until nothing is open any more; how long that took.
    async fn closed(&self) -> Duration {
        let since = Instant::now();
        let mut open = self.open.subscribe();
        let closed = open.wait_for(|open| *open == 0);
        tokio::time::timeout(Duration::from_secs(10), closed).await.expect("it closes").expect("the gate is there");
        since.elapsed()
    }
}

struct Answer {
    pieces: Vec<&'static str>,
    body: Body,
    open: watch::Sender<usize>,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.open.send_modify(|open| *open -= 1);
    }
}

#[async_trait]
impl Egress for Gate {
    async fn send(&self, request: EgressRequest) -> Result<Box<dyn EgressAnswer>, EgressError> {
        self.asked.lock().expect("no panic").push(request.clone());
        let refused = |refusal: kubechat_core::egress::Refusal| EgressError::Refused(refusal.why);
        if request.destination.as_str() != "model" {
            return Err(EgressError::NotBound);
        }
        RequestPath::parse(&request.path).map_err(refused)?;
        check_headers(&request.headers, None).map_err(refused)?;
        self.open.send_modify(|open| *open += 1);
        let body = if request.post { self.body } else { Body::Whole };
        Ok(Box::new(Answer { pieces: vec!["two", "one "], body, open: self.open.clone() }))
    }
}

#[async_trait]
impl EgressAnswer for Answer {
    fn status(&self) -> u16 {
        200
    }

    fn header(&self, name: &str) -> Option<String> {
        (name == "x-model").then(|| "qwen3:8b".to_owned())
    }

    async fn read(&mut self) -> Result<Option<Vec<u8>>, EgressError> {
        match (self.body, self.pieces.pop()) {
            (Body::Silent, None) => std::future::pending().await,
            (_, piece) => Ok(piece.map(|piece| piece.as_bytes().to_vec())),
        }
    }
}

fn with_gate(gate: &Arc<Gate>) -> Plugins {
    let mut config = config(&[("reach", guest("reach"))]);
    config.egress = gate.clone();
    Plugins::load(config).expect("the host starts")
}

fn provider(plugins: &Plugins) -> ProviderHandle {
    plugins.provider("hostile-reach").expect("it loads")
}

fn ask(provider: &ProviderHandle, way: &str) -> Completion {
    provider.complete(Request { messages: vec![Message::User(way.to_owned())], ..Request::default() })
}

/// What the guest was told.
async fn told(plugins: &Plugins, way: &str) -> String {
    let finish = ask(&provider(plugins), way).finish().await.result.expect("it finished");
    match finish.reason {
        FinishReason::Other(said) => said,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_provider_that_asks_for_http_streams_what_its_destination_answers() {
    let gate = Gate::new(Body::Whole);
    let plugins = with_gate(&gate);
    let mut completion = ask(&provider(&plugins), "stream");
    let mut text = String::new();
    while let Some(event) = completion.next().await {
        if let Event::Text(delta) = event {
            text.push_str(&delta);
        }
    }
    let finish = completion.finish().await.result.expect("it finished");
    assert_eq!((text.as_str(), finish.reason), ("one two", FinishReason::Other("200 complete".to_owned())));
    let asked = gate.asked();
    let request = asked.last().expect("one");
    assert_eq!((request.plugin.as_str(), request.destination.as_str(), request.post), ("hostile-reach", "model", true));
    assert_eq!((request.path.as_str(), request.body.as_slice()), ("/chat", b"{}".as_slice()));
    gate.closed().await;
}

#[tokio::test]
async fn what_a_request_carries_is_said_by_the_host() {
    let gate = Gate::new(Body::Whole);
    let plugins = with_gate(&gate);
    let logs = Message::Tool {
        call_id: "1".to_owned(),
        name: "logs".to_owned(),
        content_json: "{}".to_owned(),
        is_error: false,
    };
    let messages = vec![Message::User("stream".to_owned()), logs];
    provider(&plugins).complete(Request { messages, ..Request::default() }).finish().await.result.expect("finished");
    let models = provider(&plugins).models().await.result.expect("it lists");
    assert_eq!(models[0].id, "qwen3:8b", "headers of an answer are readable");
    let classes: Vec<Vec<DataClass>> = gate.asked().iter().map(|request| request.classes.iter().collect()).collect();
    assert_eq!(classes, [vec![DataClass::Prompts, DataClass::Objects, DataClass::Logs], vec![]]);
}

#[tokio::test]
async fn without_a_gate_nothing_is_bound() {
    let plugins = Plugins::load(config(&[("reach", guest("reach"))])).expect("the host starts");
    assert_eq!(told(&plugins, "stream").await, "not-bound");
}

#[test]
fn a_provider_that_imports_http_without_asking_for_it_is_refused() {
    let silent = component(
        "ai-provider",
        &PROVIDER.replacen("(module", HTTP_IMPORT, 1),
        &manifest("p", "ai-provider", &["events"]),
    );
    let failure = load_failure(config(&[("p", silent)]));
    assert_eq!(failure.code, OutcomeCode::NotGranted);
    assert!(failure.detail.contains("`http`"), "{failure}");
    let nowhere = guest_with("reach", &manifest("p", "ai-provider", &["log", "events", "http"]));
    assert_eq!(load_failure(config(&[("p", nowhere)])).code, OutcomeCode::LoadFailed, "http without destinations");
}

#[test]
fn http_above_the_operator_s_ceiling_is_refused() {
    let mut config = config(&[("reach", guest("reach"))]);
    config.ceiling = BTreeSet::from([CapabilityName::Log, CapabilityName::Events]);
    assert_eq!(load_failure(config).code, OutcomeCode::NotGranted);
}

#[test]
fn no_pack_gets_http() {
    let mut asking = manifest("p", "policy-pack", &["http"]);
    asking["destinations"] = json!([{ "name": "model", "reason": "A test." }]);
    let pack = component("policy-pack", &crate::support::pack_wat("", ""), &asking);
    assert_eq!(load_failure(config(&[("p", pack)])).code, OutcomeCode::NotGranted);
}

#[test]
fn describing_itself_reaches_nobody_and_the_list_says_whom_it_may_ask() {
    let gate = Gate::new(Body::Whole);
    let status = only_status(&with_gate(&gate));
    assert_eq!(status.title.as_deref(), Some("refused: `describe` may ask nobody"));
    assert!(gate.asked().is_empty());
    let names: Vec<_> = status.destinations.iter().map(|asked| asked.name.as_str()).collect();
    assert_eq!(names, ["model", "elsewhere"]);
}

#[tokio::test]
async fn reach_for_what_it_may_not_have_is_refused_with_a_word_of_why() {
    let gate = Gate::new(Body::Whole);
    let plugins = with_gate(&gate);
    for (way, expected) in [
        ("unbound", "not-bound"),
        ("undeclared", "refused: the manifest does not name other"),
        ("url", "refused: \"http://127.0.0.1:6443\" names no destination"),
        ("header", "refused: the header \"host\""),
        ("path", "refused: the path holds a '.' or '..' segment"),
        ("body", "limit: a body may have 4194304 bytes"),
        ("many", "after 64: limit: a call may send 64 requests"),
    ] {
        let said = told(&plugins, way).await;
        assert!(said.starts_with(expected), "{way}: {said}");
    }
    gate.closed().await;
    let reached: BTreeSet<String> = gate.asked().iter().map(|request| request.destination.to_string()).collect();
    assert_eq!(reached, BTreeSet::from(["elsewhere".to_owned(), "model".to_owned()]), "no other name came to the gate");
}

#[tokio::test]
async fn a_request_far_over_its_cap_ends_the_call() {
    let gate = Gate::new(Body::Whole);
    let outcome = ask(&provider(&with_gate(&gate)), "vast").finish().await;
    assert_eq!(outcome.code(), OutcomeCode::OutputLimit);
    assert!(gate.asked().is_empty());
}

#[tokio::test]
async fn a_guest_that_traps_while_it_holds_an_answer_closes_its_connection() {
    let gate = Gate::new(Body::Silent);
    let plugins = with_gate(&gate);
    let outcome = ask(&provider(&plugins), "trap").finish().await;
    assert!(matches!(outcome.code(), OutcomeCode::Trap(_)), "{}", outcome.code());
    assert_eq!(gate.asked().len(), 1);
    gate.closed().await;
}

#[tokio::test]
async fn a_reader_that_leaves_closes_the_connection_whatever_the_guest_does() {
    let gate = Gate::new(Body::Silent);
    let plugins = with_gate(&gate);
    let mut completion = ask(&provider(&plugins), "cling");
    assert!(completion.next().await.is_some(), "it holds an answer");
    assert_eq!(*gate.open.borrow(), 1);
    drop(completion);
    let took = gate.closed().await;
    assert!(took <= Duration::from_millis(250), "{took:?}");
}
