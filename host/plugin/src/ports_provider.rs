//! Flow's provider port, served by one provider component.
//!
//! Dropping the stream cancels the guest. A failure of the sandbox is the stream's end as problem `component`, with the
//! stable outcome code in its detail unless it is what the provider itself said. Arguments that are no JSON are passed on
//! as the text they are, so that the tool's own check refuses them and the provider is told.

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::folded;
use kubechat_flow::ports::provider as port;
use serde_json::Value;

use crate::classes;
use crate::conversation::{Event, Finish, FinishReason, Message, Request, Tool, ToolCall};
use crate::outcome::{Failure, Outcome, OutcomeCode};
use crate::provider::{Completion, ProviderHandle};

/// Tool calls the host runs from one completion.
const TOOL_CALLS_MAX: u32 = 64;

/// One provider of this host as flow sees it.
pub struct PluginProvider {
    handle: ProviderHandle,
    rules: bool,
    model: Option<String>,
}

impl PluginProvider {
    /// `rules`: whether it answers from rules alone, without any model; the operator's word, not the component's.
    pub fn new(handle: ProviderHandle, rules: bool) -> Self {
        Self { handle, rules, model: None }
    }

    /// Which model its settings choose, for whoever reads who answered.
    #[must_use]
    pub fn with_model(mut self, model: Option<&str>) -> Self {
        self.model = model.map(str::to_owned);
        self
    }
}

impl port::Provider for PluginProvider {
    fn label(&self) -> String {
        let (id, version) = (self.handle.id(), self.handle.version());
        match &self.model {
            Some(model) => format!("{model} · {id} {version}"),
            None => format!("{id} {version}"),
        }
    }

    fn is_rules(&self) -> bool {
        self.rules
    }

    fn model(&self) -> Option<String> {
        self.model.clone()
    }

    fn complete(&self, request: port::Request) -> BoxStream<'static, port::Event> {
        let provider = self.handle.id().to_owned();
        if self.rules {
            let completion = self.handle.complete(from_port(request));
            return stream::unfold(Running::Speaks(provider, completion), step).boxed();
        }
        // What a request holds is found in it before its tools have other names.
        let carries = request.carries.clone().and(&classes::of(&from_port(request.clone())));
        let completion = self.handle.complete_carrying(from_port(folded::request(request)), carries);
        let unfolded = |event| match event {
            port::Event::Call(call) => port::Event::Call(folded::unfolded(&call)),
            other => other,
        };
        stream::unfold(Running::Speaks(provider, completion), step).map(unfolded).boxed()
    }
}

/// A completion under way, by its provider's id; or the end that is still to be told; or nothing.
enum Running {
    Speaks(String, Completion),
    Ends(Result<port::Finish, Problem>),
    Over,
}

async fn step(running: Running) -> Option<(port::Event, Running)> {
    let (provider, mut completion) = match running {
        Running::Speaks(provider, completion) => (provider, completion),
        Running::Ends(end) => return Some((port::Event::End(end), Running::Over)),
        Running::Over => return None,
    };
    if let Some(event) = completion.next().await {
        return Some((to_port(event), Running::Speaks(provider, completion)));
    }
    let outcome = completion.finish().await;
    let usage = outcome.result.as_ref().ok().and_then(|finish| finish.usage);
    let end = finish(&provider, outcome);
    Some(match usage {
        None => (port::Event::End(end), Running::Over),
        Some((input_tokens, output_tokens)) => {
            let usage = port::Usage { input_tokens, output_tokens, estimated: false };
            (port::Event::Usage(usage), Running::Ends(end))
        }
    })
}

fn finish(provider: &str, outcome: Outcome<Finish>) -> Result<port::Finish, Problem> {
    let finish = outcome.result.map_err(|failure| problem(provider, &failure))?;
    Ok(match finish.reason {
        FinishReason::Stop => port::Finish::Stop,
        FinishReason::ToolCalls => port::Finish::ToolCalls,
        FinishReason::Length => port::Finish::Length,
        FinishReason::Refused(why) => port::Finish::Refused(why),
        FinishReason::Other(what) => port::Finish::Other(what),
    })
}

/// What the provider itself said needs no code before it; how the sandbox ended does.
fn problem(provider: &str, failure: &Failure) -> Problem {
    let detail = match failure.code {
        OutcomeCode::GuestError => format!("{provider}: {}", failure.detail),
        code => format!("{provider}: {code}: {}", failure.detail),
    };
    Problem::new(Code::Component, detail).hint(failure.hint.clone())
}

fn from_port(request: port::Request) -> Request {
    Request {
        model: String::new(),
        system: request.system,
        messages: request.messages.into_iter().map(message).collect(),
        tools: request.tools.into_iter().map(tool).collect(),
        context_json: request.context.to_string(),
        max_output_tokens: 0,
        max_tool_calls: TOOL_CALLS_MAX,
    }
}

fn message(message: port::Message) -> Message {
    match message {
        port::Message::User { text } => Message::User(text),
        port::Message::Assistant { text, calls } => {
            Message::Assistant { text, tool_calls: calls.into_iter().map(call_from_port).collect() }
        }
        port::Message::Tool { call_id, name, content, is_error, .. } => {
            Message::Tool { call_id, name, content_json: content.to_string(), is_error }
        }
    }
}

fn call_from_port(call: port::ToolCall) -> ToolCall {
    ToolCall { id: call.id, name: call.name, arguments_json: call.arguments.to_string() }
}

fn tool(tool: port::Tool) -> Tool {
    Tool { name: tool.name.to_owned(), description: tool.description, schema_json: tool.schema.to_string() }
}

fn to_port(event: Event) -> port::Event {
    match event {
        Event::Text(text) => port::Event::Text(text),
        Event::Note(note) => port::Event::Note(note),
        Event::ToolCall(call) => {
            let arguments = serde_json::from_str(&call.arguments_json).unwrap_or(Value::String(call.arguments_json));
            port::Event::Call(port::ToolCall { id: call.id, name: call.name, arguments })
        }
    }
}
