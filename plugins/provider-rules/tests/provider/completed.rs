//! What the host's prompt completes is understood here: every sentence of its table, in each of its alternatives.

use crate::world::play;

const SHAPES: &str = include_str!("../../../../host/core/src/complete/shapes.txt");

/// A word that fills a slot.
fn filled(slot: &str) -> &'static str {
    match slot.trim_matches(['<', '>', '?']) {
        "object" => "deployment web",
        "workload" | "scalable" | "deployment" | "loggable" => "cart",
        "suspendable" => "migrate",
        "node" => "node-1",
        "kinds" => "pods",
        "number" => "5",
        "image" => "nginx:1.27",
        "quantity" => "1Gi",
        "env" => "LOG_LEVEL=debug",
        "pair" => "a=b",
        "key" => "foo",
        "taint" => "a=b:NoSchedule",
        "new" => "qa",
        other => panic!("nothing fills {other}"),
    }
}

/// Every sentence a line stands for.
fn sentences(line: &str) -> Vec<String> {
    let longer = |said: &[String], words: Vec<&str>| {
        said.iter().flat_map(|said| words.iter().map(move |word| format!("{said} {word}"))).collect::<Vec<_>>()
    };
    line.split(' ').fold(vec![String::new()], |said, word| match word.strip_prefix('<') {
        Some(_) => longer(&said, vec![filled(word)]),
        None => longer(&said, word.split('|').collect()),
    })
}

#[test]
fn every_sentence_the_prompt_completes_is_understood() {
    let lines = SHAPES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let all: Vec<String> = lines.flat_map(sentences).collect();
    assert!(all.len() > 50, "the table is read");
    let lost: Vec<String> = all
        .iter()
        .filter(|said| play(said).call.is_none())
        .map(|said| format!("{said}: {}", play(said).text))
        .collect();
    assert!(lost.is_empty(), "{} not understood\n{}", lost.len(), lost.join("\n"));
}
