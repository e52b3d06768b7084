//! Models that fail, each in its vendor's own way, and `kubechat ask` in front of them: what is read, what stays, and that
//! the conversation goes on.
//!
//! Each row is two prompts on standard input of the program, in one conversation: the first meets the failure, the second
//! an answer.

use kubechat_harness::Outcome;
use serde_json::{Value, json};

use crate::commands::{prompted, said};
use crate::door::Door;
use crate::kinds::{HAIKU, Kind, RETRY_AFTER_S, Replay};
use crate::models::SENTENCE;
use crate::vendors::{KEY, Played, host};

/// One way to fail.
struct Row {
    what: &'static str,
    answers: Vec<Played>,
    /// The stable code and the program's exit code.
    code: (&'static str, i32),
    /// Words of what went wrong and of the next step.
    words: Vec<String>,
    /// Whether words had come before.
    is_half: bool,
}

impl Row {
    fn new(what: &'static str, answer: Played, words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { what, answers: vec![answer], code: ("component", 1), words, is_half: false }
    }

    /// After words.
    fn half(what: &'static str, answer: Played, words: &[&str]) -> Self {
        Self { is_half: true, ..Self::new(what, answer, words) }
    }

    /// A call that can't be read, and is not put right.
    fn call(what: &'static str, answer: Played, words: &[&str]) -> Self {
        let words = [&["provider list"][..], words].concat();
        Self {
            answers: vec![answer.clone(), answer.clone()],
            code: ("bad-input", 2),
            ..Self::new(what, answer, &words)
        }
    }
}

/// Every way this vendor fails.
fn rows(kind: Kind) -> Vec<Row> {
    let target = json!({"kind": "deployment", "name": "web"});
    let no_number = json!({"op": "scale", "target": target, "replicas": "many"});
    let after = format!("{RETRY_AFTER_S} s");
    let unknown: &[&str] = match kind {
        Kind::Ollama => &["model-not-found", "`ollama pull qwen3:8b`"],
        _ => &["model-not-found", "no model `", "kubechat provider models"],
    };
    let mut rows = vec![
        Row::new("wrong key", kind.bad_key(), &["auth", "credential"]),
        Row::new("unknown model", kind.no_model(), unknown),
        Row::new("too many requests", kind.limited(), &["rate-limited", &after, "wait"]),
        Row::new("no JSON at all", Played::new(200, "<html>It works!</html>"), &["ask again"]),
        Row::new("gone at once", Played::nothing(), &["unavailable", "is it running?", "kubechat egress test"]),
        Row::half("gone midway", kind.breaks(), &["unavailable", "middle of the answer", "ask again"]),
        Row::half("an error midway", kind.fails_midway(), &["unavailable", "again"]),
        Row::half("no JSON midway", kind.garbles(), &["bad-response", "ask again"]),
        Row::half("without end", kind.never_ends(), &["cut off at its limit", "ask for less at a time"]),
        Row::new(
            "arguments that are no JSON",
            kind.calls_with("change", "{\"op\": sca"),
            &["bad-response", "no JSON object"],
        ),
        Row::call("no such tool", kind.calls("dance", &json!({"target": target})), &["no tool", "dance"]),
        Row::call("no such operation", kind.calls("change", &json!({"op": "dance"})), &["change", "no op", "dance"]),
        Row::call("arguments that don't fit", kind.calls("change", &no_number), &["scale do not fit", "u32"]),
    ];
    if kind == Kind::Ollama {
        let memory = r#"{"error": "model requires more system memory (12.3 GiB) than is available (3.1 GiB)"}"#;
        rows.push(Row::new(
            "no memory",
            Played::new(500, memory),
            &["no memory", "12.3 GiB", "ollama stop", "smaller model"],
        ));
    }
    rows
}

/// What the person reads of the failure, and what the two turns are.
async fn meets(door: &Door, row: &Row, at: &str) {
    let server = door.address.to_string();
    let trace = door.folder().join(format!("{}.jsonl", row.what));
    let args = ["--server", &server, "ask", "--trace-path", trace.to_str().unwrap()];
    let output = prompted(door.folder(), &args, &format!("{SENTENCE}\n{SENTENCE}\n")).await;
    let read = said(&output);
    assert_eq!(output.status.code(), Some(row.code.1), "{at}: {read}");
    assert!(read.contains(HAIKU), "{at}: the second is answered: {read}");
    assert_eq!(read.contains("the answer was cut off here"), row.is_half, "{at}: {read}");
    for word in &row.words {
        assert!(read.contains(word.as_str()), "{at}: no {word}: {read}");
    }
    assert!(!read.contains(KEY), "{at}: a key is nobody's to read");

    let lines = std::fs::read_to_string(trace).unwrap();
    let turns: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["turn"].clone()).collect();
    let [failed, answered] = &turns[..] else { panic!("{at}: {lines}") };
    let parts = failed["parts"].as_array().unwrap();
    let problem = &parts.last().unwrap()["problem"];
    assert_eq!((&failed["state"], &problem["code"]), (&json!("failed"), &json!(row.code.0)), "{at}: {failed}");
    assert!(problem["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{at}: {problem}");
    let half = parts.iter().find(|part| part["part"] == "text");
    let begins = half.and_then(|part| part["text"].as_str()).is_some_and(|text| text.starts_with("Pods drift"));
    let partial = half.is_some_and(|part| part["partial"] == true);
    assert_eq!((begins, partial), (row.is_half, row.is_half), "{at}: what came stays, marked: {failed}");
    assert_eq!((&answered["state"], &answered["thread"]), (&json!("answered"), &failed["thread"]), "{at}: {answered}");
}

async fn every_row_of(kind: Kind) -> Outcome {
    let replay = Replay::of(kind);
    let Some(door) = host(&[replay.seat()]).await else { return Ok(()) };
    for row in rows(kind) {
        replay.will(row.answers.clone());
        meets(&door, &row, &format!("{}, {}", kind.provider(), row.what)).await;
    }
    Ok(())
}

#[tokio::test]
async fn every_failure_of_ollama_is_said_with_the_next_step_and_the_conversation_goes_on() -> Outcome {
    every_row_of(Kind::Ollama).await
}

#[tokio::test]
async fn every_failure_of_openai_is_said_with_the_next_step_and_the_conversation_goes_on() -> Outcome {
    every_row_of(Kind::OpenAi).await
}

#[tokio::test]
async fn every_failure_of_anthropic_is_said_with_the_next_step_and_the_conversation_goes_on() -> Outcome {
    every_row_of(Kind::Anthropic).await
}

#[tokio::test]
async fn every_failure_of_gemini_is_said_with_the_next_step_and_the_conversation_goes_on() -> Outcome {
    every_row_of(Kind::Gemini).await
}
