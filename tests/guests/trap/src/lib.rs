//! A pack that gives up: by panic or by recursion without end.
//!
//! The facts name the way: `panic`, `recurse`, `error`; anything else is polite. Expected: `trap:unreachable`,
//! `trap:memory-out-of-bounds` (Rust keeps its frames at the low end of memory), `guest-error`.

#![expect(missing_docs, reason = "generated bindings; the WIT files hold the documentation")]

wit_bindgen::generate!({ path: "../../../wit/v0.1", world: "policy-pack" });

use exports::kubechat::plugin::pack::{Guest, PackError, PackInfo, Verdict};

struct Trap;

impl Guest for Trap {
    fn describe() -> PackInfo {
        PackInfo { title: "Traps".to_owned(), rules: Vec::new() }
    }

    fn evaluate(facts: String, _settings: String) -> Result<Verdict, PackError> {
        match facts.as_str() {
            "panic" => panic!("as asked"),
            "recurse" => Err(PackError::Other(recurse(facts.len() as u64).to_string())),
            "error" => Err(PackError::BadFacts("not\u{1b}[31m these".to_owned())),
            _ => Ok(Vec::new()),
        }
    }
}

#[expect(unconditional_recursion, reason = "this is the misbehaviour")]
fn recurse(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    recurse(std::hint::black_box(depth + 1)) + frame[3]
}

export!(Trap);
