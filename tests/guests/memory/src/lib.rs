//! A pack that takes memory until it is stopped, or says more than a verdict may hold.
//!
//! The facts name the way: `grow` keeps what it takes, `output` returns a huge verdict, `many` returns too many
//! findings, anything else is polite. Expected: `memory-limit`, `output-limit`, `output-limit`, `ok`.

#![expect(missing_docs, reason = "generated bindings; the WIT files hold the documentation")]

wit_bindgen::generate!({ path: "../../../wit/v0.1", world: "policy-pack" });

use exports::kubechat::plugin::pack::{Effect, Finding, Guest, PackError, PackInfo, Rule, Severity, Verdict};

struct Memory;

impl Guest for Memory {
    fn describe() -> PackInfo {
        let rule = Rule {
            id: "memory/any".to_owned(),
            severity: Severity::Low,
            sentence: "Nothing may pass.".to_owned(),
            remedy: "None.".to_owned(),
        };
        PackInfo { title: "Takes memory".to_owned(), rules: vec![rule] }
    }

    fn evaluate(facts: String, _settings: String) -> Result<Verdict, PackError> {
        match facts.as_str() {
            "grow" => grow(),
            "output" => Ok(vec![finding(&"x".repeat(4 * 1024 * 1024))]),
            "many" => Ok(vec![finding("x"); 257]),
            _ => Ok(vec![finding("It was asked.")]),
        }
    }
}

fn grow() -> ! {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1_u8; 64 * 1024]);
        std::hint::black_box(&kept);
    }
}

fn finding(sentence: &str) -> Finding {
    Finding {
        rule: "memory/any".to_owned(),
        severity: Severity::Low,
        sentence: sentence.to_owned(),
        remedy: "None.".to_owned(),
        effect: Effect::Warn,
    }
}

export!(Memory);
