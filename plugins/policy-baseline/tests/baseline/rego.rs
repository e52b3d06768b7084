//! The Rego policy of the benchmark judges as this pack does, on every case and on the benchmark's own facts.

use policy_baseline::evaluate;
use regorus::{Engine, Value};
use serde_json::json;

use crate::cases;
use crate::rules::said;

const REGO: &str = include_str!("../../bench/baseline.rego");
const BENCH_FACTS: &str = include_str!("../../bench/facts-4k.json");

fn said_by_rego(engine: &mut Engine, facts: &serde_json::Value, settings: &serde_json::Value) -> Vec<String> {
    let input = json!({ "facts": facts, "settings": settings }).to_string();
    engine.set_input(Value::from_json_str(&input).expect("the input is JSON"));
    let findings = engine.eval_rule("data.kubechat.baseline.findings".to_owned()).expect("the policy runs");
    let findings = findings.to_json_str().expect("a set becomes a list");
    let mut said: Vec<String> = serde_json::from_str(&findings).expect("a list of texts");
    said.sort();
    said
}

fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.add_policy("baseline.rego".to_owned(), REGO.to_owned()).expect("the policy compiles");
    engine
}

#[test]
fn rego_and_the_pack_agree_on_every_case() {
    let mut engine = engine();
    for case in cases::all() {
        let rego = said_by_rego(&mut engine, &case.facts, &case.settings);
        assert_eq!(rego, case.expected, "{}", case.name);
    }
}

#[test]
fn rego_and_the_pack_agree_on_the_benchmarks_facts() {
    let facts = serde_json::from_str(BENCH_FACTS).expect("the facts are JSON");
    let ours = said(&evaluate(BENCH_FACTS, "{}").expect("a verdict"));
    assert_eq!(said_by_rego(&mut engine(), &facts, &json!({})), ours);
    assert!(ours.len() >= 5, "{ours:?}");
}

#[test]
fn the_benchmarks_facts_are_about_four_kilobytes() {
    assert!((3_800..=4_400).contains(&BENCH_FACTS.len()), "{}", BENCH_FACTS.len());
}
