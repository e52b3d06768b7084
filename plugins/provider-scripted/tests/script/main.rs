//! What is played to which sentence, and when.

use provider_scripted::{Said, Script, placed};

const SETTINGS: &str = r#"{"answers": [
    {"when": "scale", "rounds": [[{"call": "resolve"}], [{"call": "scale"}]]},
    {"when": "die", "rounds": [[{"text": "half", "wait_ms": 5}, {"fail": "unavailable", "why": "gone"}]]},
    {"rounds": [[{"text": "anything"}]]}
]}"#;

fn person(sentence: &str) -> Said {
    Said::Person(sentence.to_owned())
}

fn calls(conversation: &[Said]) -> Vec<Option<String>> {
    let script = Script::parse(SETTINGS).expect("a script");
    script.round(conversation).into_iter().map(|line| line.call.or(line.text).or(line.fail)).collect()
}

#[test]
fn the_first_answer_that_fits_the_last_sentence_is_played_round_by_round() {
    let word = |text: &str| Some(text.to_owned());
    assert_eq!(calls(&[person("scale web")]), [word("resolve")]);
    assert_eq!(calls(&[person("scale web"), Said::Assistant, Said::Tool]), [word("scale")]);
    assert_eq!(calls(&[person("scale web"), Said::Assistant, Said::Tool, Said::Assistant]), []);
    assert_eq!(calls(&[person("scale web"), Said::Assistant, person("die now")]), [word("half"), word("unavailable")]);
    assert_eq!(calls(&[person("hello")]), [word("anything")]);
}

#[test]
fn a_sentence_without_an_answer_is_refused_in_words() {
    let round = Script::parse("{}").expect("an empty script").round(&[person("hello")]);
    assert_eq!(round[0].finish.as_deref(), Some("refused"));
    assert!(round[0].why.as_ref().is_some_and(|why| why.contains("no answer")));
    assert!(Script::parse(r#"{"answer": []}"#).is_err());
}

#[test]
fn the_conversations_place_is_put_into_arguments() {
    let context = r#"{"cluster": "demo", "namespace": "shop", "now": 1}"#;
    assert_eq!(placed(r#"{"n": "{{namespace}}", "c": "{{cluster}}"}"#, context), r#"{"n": "shop", "c": "demo"}"#);
}
