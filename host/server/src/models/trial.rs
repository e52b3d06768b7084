//! A trial of one model: a fixed sentence through its component, the gate and the vendor, nothing of a cluster in it.
//!
//! A tool is offered with it, because a model that can't call tools is of no use here, and vendors say so only then. Limits:
//! [`TRIAL_DEADLINE`], [`TRIAL_TOKENS_MAX`], [`TRIAL_TEXT_BYTES_MAX`]. It counts to the day's tokens like any call, and stands
//! in the egress log. What fails is told with the next step; it is an answer, not an error.

use std::time::{Duration, Instant};

use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;
use kubechat_flow::ports::provider::Usage;
use kubechat_flow::tokens;
use kubechat_plugin::{
    Completion, Event, Failure, Finish, FinishReason, Message, Model, ProviderHandle, Request, Tool,
};
use serde::Serialize;

use super::Seat;
use super::counted::estimated;

/// How long a trial may take: a local model is loaded first.
pub const TRIAL_DEADLINE: Duration = Duration::from_secs(60);
/// Most tokens of its answer; thinking counts.
pub const TRIAL_TOKENS_MAX: u32 = 64;
/// Most of its answer that is shown, bytes.
pub const TRIAL_TEXT_BYTES_MAX: usize = 1 << 10;

const SYSTEM: &str = "Answer with one word.";
const SENTENCE: &str = "Say ready.";

/// How it went.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Trial {
    /// Whether it answered.
    pub ok: bool,
    /// How long it took.
    pub ms: u64,
    /// When the first of its answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_token_ms: Option<u64>,
    /// What it said, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it used; absent: it did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Why it did not answer, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What was heard until it ended.
#[derive(Default)]
struct Heard {
    text: String,
    first: Option<Instant>,
}

/// Which models a component could be told to use.
///
/// # Errors
/// `component` with why they can't be listed, and what to do.
pub async fn offered(handle: &Result<ProviderHandle, Failure>) -> Result<Vec<Model>, Problem> {
    let handle = handle.as_ref().map_err(|failure| masked(told(failure)))?;
    handle.models().await.result.map_err(|failure| masked(told(&failure)))
}

impl Seat {
    /// Tries it. Over its budget it is not asked, and that is no failed call.
    pub async fn try_out(&self) -> Trial {
        let taken = match self
            .account
            .begin_short(tokens::of_bytes((SYSTEM.len() + SENTENCE.len()) as u64), TRIAL_TOKENS_MAX.into())
        {
            Ok(taken) => taken,
            Err(problem) => return Trial { problem: Some(problem), ..Trial::default() },
        };
        let (begun, started) = (self.account.now(), Instant::now());
        let mut heard = Heard::default();
        let ended = self.answer(&mut heard).await;
        let usage = used(ended.as_ref().ok(), &heard);
        let problem = ended.map_or_else(Some, |finish| refused(finish.reason)).map(masked);
        if let Some(usage) = usage {
            self.account.used(usage);
        }
        drop(taken);
        self.account.ended(begun, problem.as_ref().map(|problem| problem.detail.clone()));
        Trial {
            ok: problem.is_none(),
            ms: millis(started.elapsed()),
            first_token_ms: heard.first.map(|first| millis(first - started)),
            text: (!heard.text.is_empty()).then(|| redact::text(&heard.text).into_inner()),
            usage,
            problem,
        }
    }

    async fn answer(&self, heard: &mut Heard) -> Result<Finish, Problem> {
        let handle = self.handle.as_ref().map_err(told)?;
        let answer = listen(handle.complete(request()), heard);
        tokio::time::timeout(TRIAL_DEADLINE, answer).await.unwrap_or_else(|_| Err(too_slow()))
    }
}

/// What it says it used; an estimate where it began to answer and does not say.
fn used(finish: Option<&Finish>, heard: &Heard) -> Option<Usage> {
    let said = finish.and_then(|finish| finish.usage).filter(|(input, output)| input.saturating_add(*output) > 0);
    let said = said.map(|(input_tokens, output_tokens)| Usage { input_tokens, output_tokens, estimated: false });
    said.or_else(|| heard.first.map(|_| estimated((SYSTEM.len() + SENTENCE.len()) as u64, heard.text.len() as u64)))
}

/// What is sent.
fn request() -> Request {
    let tool = Tool {
        name: "wait".to_owned(),
        description: "Not needed here.".to_owned(),
        schema_json: r#"{"type":"object","properties":{}}"#.to_owned(),
    };
    Request {
        system: SYSTEM.to_owned(),
        messages: vec![Message::User(SENTENCE.to_owned())],
        tools: vec![tool],
        context_json: "{}".to_owned(),
        max_output_tokens: TRIAL_TOKENS_MAX,
        max_tool_calls: 1,
        ..Request::default()
    }
}

async fn listen(mut answer: Completion, heard: &mut Heard) -> Result<Finish, Problem> {
    while let Some(event) = answer.next().await {
        heard.first.get_or_insert_with(Instant::now);
        let Event::Text(text) = event else { continue };
        let room = TRIAL_TEXT_BYTES_MAX.saturating_sub(heard.text.len());
        heard.text.push_str(&text[..text.floor_char_boundary(room)]);
    }
    answer.finish().await.result.map_err(|failure| told(&failure))
}

/// A model that was cut off at [`TRIAL_TOKENS_MAX`] has answered.
fn refused(reason: FinishReason) -> Option<Problem> {
    match reason {
        FinishReason::Stop | FinishReason::ToolCalls | FinishReason::Length => None,
        FinishReason::Refused(why) => Some(format!("it refuses to answer: {why}")),
        FinishReason::Other(what) => Some(format!("it ended in another way: {what}")),
    }
    .map(|detail| Problem::new(Code::Component, detail).hint("choose another model: `kubechat provider models`"))
}

fn told(failure: &Failure) -> Problem {
    Problem::new(Code::Component, format!("{}: {}", failure.code, failure.detail)).hint(failure.hint.clone())
}

fn too_slow() -> Problem {
    let detail = format!("it did not answer within TRIAL_DEADLINE, {} s", TRIAL_DEADLINE.as_secs());
    Problem::new(Code::Timeout, detail).hint("a large model is loaded first: try again, or choose a smaller one")
}

/// A vendor's words may repeat anything.
fn masked(problem: Problem) -> Problem {
    Problem {
        detail: redact::text(&problem.detail).into_inner(),
        hint: redact::text(&problem.hint).into_inner(),
        ..problem
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_carries_nothing_but_its_own_words_and_a_short_limit() {
        let sent = request();
        assert_eq!((sent.messages.len(), sent.max_output_tokens, &*sent.context_json), (1, TRIAL_TOKENS_MAX, "{}"));
    }

    #[test]
    fn a_cut_answer_is_one_and_a_refusal_is_none() {
        assert_eq!(refused(FinishReason::Length), None);
        let problem = refused(FinishReason::Refused("no".to_owned())).unwrap();
        assert!(problem.detail.contains("no") && problem.hint.contains("provider models"), "{problem:?}");
    }
}
