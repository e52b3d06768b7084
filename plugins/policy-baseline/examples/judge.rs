//! Judges the benchmark's facts natively and in Rego, and says how long each judgement took: the counterpart of the
//! sandbox in `cargo xtask bench`.
//!
//! `judge FACTS.json POLICY.rego`, then on standard input a line `native` or `rego` for each judgement; the answer is a
//! line with its nanoseconds, reading the facts included. Rego's engine is made once. Ends with its input, and with a
//! panic at anything else: nobody but the bench calls it.

use std::io::{BufRead as _, Write as _};
use std::time::Instant;

use policy_baseline::evaluate;
use regorus::{Engine, Value};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [facts, policy] = files.as_slice() else { panic!("usage: judge FACTS.json POLICY.rego") };
    let facts = std::fs::read_to_string(facts).expect("the facts can be read");
    let policy = std::fs::read_to_string(policy).expect("the policy can be read");
    let mut engine = Engine::new();
    engine.add_policy("baseline.rego".to_owned(), policy).expect("the policy compiles");
    let input = format!("{{\"facts\":{facts},\"settings\":{{}}}}");
    let mut answers = std::io::stdout().lock();
    for how in std::io::stdin().lock().lines() {
        let how = how.expect("its input is text");
        let started = Instant::now();
        match how.as_str() {
            "native" => drop(std::hint::black_box(evaluate(&facts, "{}").expect("a verdict"))),
            "rego" => drop(std::hint::black_box(by_rego(&mut engine, &input))),
            other => panic!("{other}: native or rego"),
        }
        writeln!(answers, "{}", started.elapsed().as_nanos()).expect("somebody reads");
        answers.flush().expect("somebody reads");
    }
}

fn by_rego(engine: &mut Engine, input: &str) -> Value {
    engine.set_input(Value::from_json_str(input).expect("the input is JSON"));
    engine.eval_rule("data.kubechat.baseline.findings".to_owned()).expect("the policy runs")
}
