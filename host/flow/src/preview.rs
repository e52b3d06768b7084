//! What a sentence would become, while it is being typed: no plan, no turn, no entry, nothing tried on a cluster.
//!
//! Only rules are asked: they answer within milliseconds and nothing leaves the host; a model is asked when the sentence is
//! sent. Names are looked up with the asker's rights as they are for a turn. Reads are said, not done. Limits:
//! [`PREVIEW_ROUNDS_MAX`] rounds, the calls of a turn. It decides nothing: the turn asks everything again.

use futures_util::StreamExt as _;
use kubechat_core::limits::{SENTENCE_BYTES_MAX, TURN_TOOL_CALLS_MAX};
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read;
use kubechat_core::redact;
use serde::Serialize;

use crate::ask::Place;
use crate::calling::answered;
use crate::ports::provider::{Event, Finish, Message, ToolCall};
use crate::tools::{Called, What};
use crate::turn::Thread;
use crate::{Answered, Flow};

/// Most rounds of one preview: a look-up and what it is for.
const PREVIEW_ROUNDS_MAX: usize = 3;

/// What a sentence reads as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadsAs {
    /// Writes: sending it makes a plan.
    Write,
    /// Reads: sending it answers.
    Read,
    /// Something is asked back.
    Question,
    /// Nothing, as far as it is typed.
    Nothing,
}

/// What a sentence would become.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// What it reads as.
    pub reads_as: ReadsAs,
    /// The operations, in order; masked.
    pub steps: Vec<PreviewStep>,
    /// What is asked back, or why nothing is shown.
    pub detail: Option<String>,
}

/// One operation of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PreviewStep {
    /// Where.
    pub cluster: ClusterName,
    /// In plain words.
    pub sentence: String,
    /// As kubectl text.
    pub kubectl: Option<String>,
}

impl Preview {
    fn nothing(detail: impl Into<String>) -> Self {
        Self { reads_as: ReadsAs::Nothing, steps: Vec::new(), detail: Some(detail.into()) }
    }

    fn question(detail: String) -> Self {
        Self { reads_as: ReadsAs::Question, steps: Vec::new(), detail: Some(redact::text(&detail).into_inner()) }
    }
}

/// What the provider said in one round.
struct Said {
    text: String,
    calls: Vec<ToolCall>,
    finish: Finish,
}

impl Flow {
    /// `POST /preview`.
    pub async fn preview(&self, who: &Principal, sentence: &str, place: Place) -> Answered<Preview> {
        if sentence.len() > SENTENCE_BYTES_MAX {
            return Ok(Preview::nothing(format!("longer than SENTENCE_BYTES_MAX, {SENTENCE_BYTES_MAX} bytes")));
        }
        if !self.ports.provider.is_rules() {
            return Ok(Preview::nothing("a model is asked only when the sentence is sent"));
        }
        let sentence = redact::said(sentence.trim()).into_inner();
        if sentence.is_empty() {
            return Ok(Preview::nothing("nothing is typed"));
        }
        let (thread, _) = self.thread(who, place).await?;
        let mut messages = self.said_before(&thread).await.said;
        messages.push(Message::User { text: sentence });
        for _ in 0..PREVIEW_ROUNDS_MAX {
            let Said { text, calls, finish } = self.said(who, &thread, &messages).await?;
            if calls.is_empty() {
                return Ok(match finish {
                    Finish::Stop | Finish::ToolCalls if text.trim_end().ends_with('?') => Preview::question(text),
                    Finish::Refused(why) => Preview::nothing(redact::text(&why).into_inner()),
                    _ => Preview::nothing("it is answered in words"),
                });
            }
            messages.push(Message::Assistant { text, calls: calls.clone() });
            let (mut steps, mut reads_as) = (Vec::new(), ReadsAs::Read);
            for call in calls.into_iter().take(TURN_TOOL_CALLS_MAX) {
                let (cluster, Called { what, .. }) = match self.called(who, &thread, &call) {
                    Ok(called) => called,
                    Err(problem) => return Ok(Preview::question(problem.detail)),
                };
                match what {
                    What::Resolve(request) => {
                        let found = self.resolved(who, &thread, &cluster, &request).await;
                        messages.push(answered(call, found, None));
                    }
                    What::More(_) => return Ok(Preview::nothing("a model alone pages what it read")),
                    What::Read(operation) => steps.push(previewed(&thread, cluster, operation)),
                    What::Write { operation, .. } => {
                        reads_as = ReadsAs::Write;
                        steps.push(previewed(&thread, cluster, operation));
                    }
                }
            }
            if !steps.is_empty() {
                return Ok(Preview { reads_as, steps, detail: None });
            }
        }
        Ok(Preview::nothing("it takes more than a look to say"))
    }

    async fn said(&self, who: &Principal, thread: &Thread, messages: &[Message]) -> Answered<Said> {
        let mut events = self.ports.provider.complete(self.request_in(who, thread, messages.to_vec()));
        let (mut text, mut calls) = (String::new(), Vec::new());
        while let Some(event) = events.next().await {
            match event {
                Event::Text(delta) => text.push_str(&delta),
                Event::Call(call) => calls.push(call),
                Event::Note(_) | Event::Usage(_) => {}
                Event::End(end) => return end.map(|finish| Said { text, calls, finish }),
            }
        }
        Err(Problem::new(Code::Component, "the provider stopped without an end"))
    }
}

fn previewed(thread: &Thread, cluster: ClusterName, mut operation: Operation) -> PreviewStep {
    match operation.write() {
        Some(_) => crate::planning::fill_namespace(&mut operation, &thread.namespace),
        None => read::fill_namespace(&mut operation, &thread.namespace),
    }
    PreviewStep {
        cluster,
        sentence: redact::text(&operation.sentence()).into_inner(),
        kubectl: operation.kubectl().map(|line| redact::text(&line).into_inner()),
    }
}
