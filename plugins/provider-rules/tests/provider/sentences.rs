//! The tables of sentences: `SENTENCE | CALL` for what is understood, `SENTENCE | ask CODE` for what is not acted on.
//!
//! Each sentence is played to its end in a small world. Lines that start with `#` are comments.

use provider_rules::refusal_code;

use crate::world::{context, play};

const TABLES: [(&str, &str); 4] = [
    ("reads.txt", include_str!("../sentences/reads.txt")),
    ("writes.txt", include_str!("../sentences/writes.txt")),
    ("asks.txt", include_str!("../sentences/asks.txt")),
    ("never.txt", include_str!("../sentences/never.txt")),
];

fn rows() -> impl Iterator<Item = (String, &'static str, &'static str)> {
    TABLES.iter().flat_map(|(file, table)| {
        table.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')).map(
            move |(index, line)| {
                let (sentence, expected) = line.rsplit_once(" | ").expect("a row has two parts");
                (format!("{file}:{}", index + 1), sentence.trim(), expected.trim())
            },
        )
    })
}

fn got(sentence: &str) -> String {
    let sentence = sentence.replace("\\n", "\n");
    let played = play(&sentence);
    match played.call {
        Some(call) => call,
        None => match refusal_code(&sentence, &context().to_string()) {
            Some(code) => format!("ask {code}"),
            None if played.text.contains("Which one do you mean?") => "ask several-objects".to_owned(),
            None if played.text.contains("I found no") => "ask none-found".to_owned(),
            None => format!("ask: {}", played.text),
        },
    }
}

#[test]
fn every_sentence_gets_its_call_or_is_asked_back() {
    let wrong: Vec<String> = rows()
        .filter_map(|(place, sentence, expected)| {
            let got = got(sentence);
            (got != expected).then(|| format!("{place}: {sentence}\n    wanted {expected}\n    got    {got}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn there_are_enough_sentences_of_each_sort() {
    let count = |part: fn(&str) -> bool| rows().filter(|(_, _, expected)| part(expected)).count();
    assert!(count(|expected| !expected.starts_with("ask")) >= 150);
    assert!(count(|expected| expected.starts_with("ask")) >= 90);
}

#[test]
fn every_answer_says_something_and_stays_within_the_limit() {
    for (place, sentence, _) in rows() {
        let text = play(sentence).text;
        assert!(!text.is_empty() && text.len() <= provider_rules::ANSWER_BYTES_MAX, "{place}");
    }
}
