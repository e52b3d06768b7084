//! Tokens without a tokenizer.

use proptest::prelude::*;
use wire::{at_least, at_most};

/// Texts with the tokens SmolLM2's tokenizer makes of them, as Ollama 0.24.0 counted them.
const COUNTED: &[(&str, usize)] = &[
    ("scale web to 5", 5),
    ("The quick brown fox jumps over the lazy dog.", 10),
    (r#"{"kind":"Pod","name":"web-6f7d9c5b8-x2k4q","restarts":17}"#, 32),
    ("kubectl get pods --namespace shop", 9),
    ("2026-11-29T04:30:21.501Z ERROR GET /api/v1/items 500", 39),
    ("sha256:9b74c9897bac770ffc029102a200c5de", 34),
    ("Grüße aus Köln", 9),
    ("日本語のログ", 11),
];

#[test]
fn real_counts_lie_between() {
    for (text, tokens) in COUNTED {
        let (least, most) = (at_least(text), at_most(text));
        assert!((least..=most).contains(tokens), "{text}: {least} <= {tokens} <= {most}");
    }
}

#[test]
fn digits_signs_and_foreign_letters_count_one_by_one() {
    assert_eq!(at_most("12345"), 5);
    assert_eq!(at_most("{\"a\":1}"), 7);
    assert_eq!(at_most("日本"), 4);
    assert_eq!(at_most("a  b"), 3);
    assert_eq!(at_most(&" ".repeat(1000)), 1);
    assert_eq!(at_least("日本 12 {}"), 0);
}

proptest! {
    #[test]
    fn the_least_is_never_more_than_the_most(text in "\\PC{0,200}") {
        prop_assert!(at_least(&text) <= at_most(&text));
    }

    #[test]
    fn more_text_is_never_fewer_tokens(one in "\\PC{0,80}", two in "\\PC{0,80}") {
        let both = [one.as_str(), two.as_str()].concat();
        prop_assert!(at_most(&both) >= at_most(&one));
    }
}
