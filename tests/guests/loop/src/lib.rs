//! A pack that never ends: it burns fuel in a plain loop or in bulk memory operations.
//!
//! The facts name the way: `spin`, `fill` or, for comparison, `polite`. Expected: `cpu-exhausted`, or `wall-timeout`
//! where bulk operations cost more time than fuel.

#![expect(missing_docs, reason = "generated bindings; the WIT files hold the documentation")]

wit_bindgen::generate!({ path: "../../../wit/v0.1", world: "policy-pack" });

use exports::kubechat::plugin::pack::{Guest, PackError, PackInfo, Verdict};

struct Loop;

impl Guest for Loop {
    fn describe() -> PackInfo {
        PackInfo { title: "Loops".to_owned(), rules: Vec::new() }
    }

    fn evaluate(facts: String, _settings: String) -> Result<Verdict, PackError> {
        match facts.as_str() {
            "spin" => spin(),
            "fill" => fill(),
            _ => Ok(Vec::new()),
        }
    }
}

fn spin() -> ! {
    let mut steps = 0_u64;
    loop {
        steps = std::hint::black_box(steps.wrapping_add(1));
    }
}

fn fill() -> ! {
    let mut memory = vec![0_u8; 8 * 1024 * 1024];
    loop {
        memory.fill(std::hint::black_box(1));
        std::hint::black_box(&mut memory);
    }
}

export!(Loop);
