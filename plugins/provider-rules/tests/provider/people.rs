//! Sentences as on-call engineers, developers and platform people write them, with what is to come of each.
//!
//! `tests/sentences/sentences.jsonl`: nine in ten are planned right, the rest asked back, and none is planned wrong: one
//! wrong operation fails. `held-out.jsonl` was written before the grammar knew any of these and is never tuned to: its
//! score is printed, and it too must hold no wrong one. `do` are the calls in order, in short words; `asks` says why
//! nothing may be called. `namespace` and `before` are the context, `after` is a sentence said just before.

use provider_rules::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::world::{Object, play_with};

const TUNED: &str = include_str!("../sentences/sentences.jsonl");
const HELD_OUT: &str = include_str!("../sentences/held-out.jsonl");
/// Of a hundred sentences that can be done, how many are at least.
const PLANNED_MIN_PERCENT: usize = 90;

#[rustfmt::skip]
const CLUSTER: &[Object] = &[
    ("Deployment", "shop", "web", Some(3)), ("Deployment", "shop", "cart", Some(1)),
    ("Deployment", "shop", "api", Some(2)), ("Deployment", "shop", "checkout", Some(4)),
    ("Deployment", "shop", "worker", Some(2)), ("Deployment", "shop", "frontend", Some(5)),
    ("Deployment", "shop", "search", Some(2)), ("Deployment", "shop", "restart", Some(1)),
    ("Deployment", "pay", "api", Some(4)), ("Deployment", "pay", "ledger", Some(2)),
    ("Deployment", "pay", "gateway", Some(3)),
    ("StatefulSet", "shop", "db", Some(2)), ("StatefulSet", "shop", "redis", Some(3)),
    ("StatefulSet", "pay", "postgres", Some(3)),
    ("DaemonSet", "monitoring", "node-exporter", None), ("DaemonSet", "kube-system", "fluentd", None),
    ("CronJob", "shop", "nightly-report", None), ("CronJob", "pay", "settle", None), ("Job", "shop", "migrate", None),
    ("Service", "shop", "web", None), ("Service", "shop", "db", None),
    ("Pod", "shop", "web-1", None), ("Pod", "shop", "web-2", None), ("Pod", "shop", "db-0", None),
    ("Pod", "pay", "api-5f6d-qq1zz", None),
    ("ConfigMap", "shop", "settings", None), ("ConfigMap", "shop", "feature-flags", None),
    ("Secret", "shop", "db-password", None), ("PersistentVolumeClaim", "shop", "data-db-0", None),
    ("Ingress", "shop", "storefront", None), ("HorizontalPodAutoscaler", "shop", "web", None),
    ("ServiceAccount", "shop", "deployer", None), ("NetworkPolicy", "shop", "deny-all", None),
    ("Namespace", "", "shop", None), ("Namespace", "", "pay", None), ("Namespace", "", "staging", None),
    ("Namespace", "", "monitoring", None), ("Namespace", "", "kube-system", None),
    ("Node", "", "node-1", None), ("Node", "", "node-2", None), ("Node", "", "node-3", None),
    ("Node", "", "worker-2", None), ("Node", "", "ip-10-0-3-17.ec2.internal", None),
];
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    say: String,
    #[serde(default, rename = "do")]
    calls: Vec<String>,
    #[serde(default)]
    asks: Option<String>,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    after: Option<String>,
}

/// How a set of sentences came out.
#[derive(Debug, Default)]
struct Score {
    planned: usize,
    can_be_planned: usize,
    asked_back: usize,
    must_be_asked: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
}

fn context(sentence: &Sentence, before: Vec<Value>) -> Value {
    let namespace = sentence.namespace.as_deref().unwrap_or("shop");
    json!({ "cluster": "demo", "clusters": ["demo"], "namespace": namespace, "now": "2026-01-01T00:00:00Z",
            "previous": { "objects": before, "operation": null, "sentence": "" } })
}

/// `deployment/shop/web` as the host tells what the turn before was about.
fn named(short: &str) -> Option<Value> {
    match short.split('/').collect::<Vec<_>>().as_slice() {
        [kind, namespace, name] => Some(json!({ "kind": kind, "namespace": namespace, "name": name })),
        [kind, name] => Some(json!({ "kind": kind, "namespace": "", "name": name })),
        _ => None,
    }
}

fn played(sentence: &Sentence) -> (Option<String>, String) {
    let mut before: Vec<Value> = sentence.before.iter().filter_map(|short| named(short)).collect();
    let mut messages = Vec::new();
    if let Some(said) = &sentence.after {
        messages.push(Message::User(said.clone()));
        let (played, replayed) = play_with(CLUSTER, &context(sentence, before.clone()), messages);
        messages = replayed;
        before.extend(played.call.iter().filter_map(|call| named(call.split(' ').nth(1)?)));
    }
    messages.push(Message::User(sentence.say.clone()));
    let (played, _) = play_with(CLUSTER, &context(sentence, before), messages);
    (played.call, played.text)
}

fn score(table: &str) -> Score {
    let mut score = Score::default();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let sentence: Sentence = serde_json::from_str(line).expect("a line is a sentence");
        assert!(sentence.asks.is_some() == sentence.calls.is_empty(), "either something is done or asked: {line}");
        let (got, text) = played(&sentence);
        let wanted = (!sentence.calls.is_empty()).then(|| sentence.calls.join(" + "));
        match &wanted {
            Some(_) => score.can_be_planned += 1,
            None => score.must_be_asked += 1,
        }
        match got {
            None if wanted.is_none() => score.asked_back += 1,
            None => score.missed.push(format!("{}\n      {}", sentence.say, text.replace('\n', " "))),
            Some(got) if wanted.as_ref() == Some(&got) => score.planned += 1,
            Some(got) => score.wrong.push(format!(
                "{}\n      wanted {}\n      got    {got}",
                sentence.say,
                wanted.unwrap_or_else(|| "to be asked back".to_owned())
            )),
        }
    }
    score
}

impl Score {
    fn told(&self, name: &str) {
        println!(
            "{name}: {} of {} planned right, {} of {} asked back as they must be, {} asked back instead, {} wrong",
            self.planned,
            self.can_be_planned,
            self.asked_back,
            self.must_be_asked,
            self.missed.len(),
            self.wrong.len()
        );
        self.missed.iter().for_each(|missed| println!("    asked back: {missed}"));
    }
}

#[test]
fn nine_sentences_in_ten_are_planned_right_and_none_wrong() {
    let score = score(TUNED);
    score.told("sentences");
    assert!(score.wrong.is_empty(), "{} planned wrong:\n    {}", score.wrong.len(), score.wrong.join("\n    "));
    assert!(score.can_be_planned + score.must_be_asked >= 300, "too few sentences");
    assert!(score.planned * 100 >= score.can_be_planned * PLANNED_MIN_PERCENT, "{:#?}", score.missed);
}

#[test]
fn of_sentences_nobody_tuned_to_none_is_planned_wrong() {
    let score = score(HELD_OUT);
    score.told("held out");
    assert!(score.wrong.is_empty(), "{} planned wrong:\n    {}", score.wrong.len(), score.wrong.join("\n    "));
    assert!(score.can_be_planned + score.must_be_asked >= 60, "too few sentences");
}
