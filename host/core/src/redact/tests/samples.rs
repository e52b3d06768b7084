//! The published rule set's own labelled samples: how many of its secrets are found, how many of its negatives are hit.
//!
//! A positive counts as found when something of it is masked, a negative as hit when the rule it was made against masks
//! something in it. Negatives that another rule masks are counted beside that and printed: `password = "changeme"` is no
//! vendor's key, and stays masked.

use serde::Deserialize;

use super::super::explain;

const SAMPLES: &str = include_str!("../../../data/redact/samples.json");

#[derive(Deserialize)]
struct File {
    samples: Vec<Samples>,
}

#[derive(Deserialize)]
struct Samples {
    rule: String,
    positive: Vec<String>,
    negative: Vec<String>,
}

#[derive(Default)]
struct Score {
    of: usize,
    hit: usize,
    examples: Vec<String>,
}

impl Score {
    fn count(&mut self, hit: bool, keep: bool, rule: &str, text: &str) {
        self.of += 1;
        self.hit += usize::from(hit);
        if hit == keep && self.examples.len() < 12 {
            self.examples.push(format!("{rule}: {}", text.chars().take(120).collect::<String>()));
        }
    }
}

#[test]
fn published_samples_are_found_and_published_negatives_are_let_go() {
    let file: File = serde_json::from_str(SAMPLES).unwrap();
    let (mut positive, mut negative, mut any) = (Score::default(), Score::default(), Score::default());
    for samples in &file.samples {
        for text in &samples.positive {
            let found = super::super::text(text).get() != text;
            positive.count(found, false, &samples.rule, text);
        }
        for text in &samples.negative {
            let finds = explain::explain_text(text).finds;
            negative.count(finds.iter().any(|find| find.rule == samples.rule), true, &samples.rule, text);
            any.count(!finds.is_empty(), true, &samples.rule, text);
        }
    }
    println!("positives found: {} of {}; missed, for example: {:#?}", positive.hit, positive.of, positive.examples);
    println!("negatives hit by their rule: {} of {}: {:#?}", negative.hit, negative.of, negative.examples);
    println!("negatives in which any rule masks something: {} of {}: {:#?}", any.hit, any.of, any.examples);
    assert!(positive.of > 6_000 && negative.of > 300);
    assert!(positive.hit * 100 >= positive.of * 99, "recall {} of {}", positive.hit, positive.of);
    assert!(negative.hit * 100 <= negative.of * 5, "{} of {} negatives hit", negative.hit, negative.of);
}
