//! The body of `/api/chat`. Field order is fixed, tools and schemas go through as written: equal requests are equal bytes.

use serde::Serialize;
use serde_json::value::RawValue;
use wire::{Assistant, Error, Request, Step, ToolResult, raw, sentence_with_context, steps};

use crate::settings::{Settings, Thinking};

#[derive(Serialize)]
struct Chat<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<bool>,
    stream: bool,
    keep_alive: u32,
    /// Fail rather than drop the oldest messages.
    truncate: bool,
    /// Stop rather than drop the oldest tokens while answering.
    shift: bool,
    options: Options,
}

#[derive(Serialize)]
struct Options {
    num_ctx: u32,
    num_predict: u32,
}

#[derive(Serialize, Default)]
struct Message<'a> {
    role: &'static str,
    content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    function: Called<'a>,
}

#[derive(Serialize)]
struct Called<'a> {
    name: &'a str,
    arguments: &'a RawValue,
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    parameters: &'a RawValue,
}

/// The body; `thinks` is whether the model can think aloud at all: others refuse to be told.
pub(crate) fn chat(
    request: &Request,
    settings: &Settings,
    model: &str,
    num_ctx: u32,
    num_predict: u32,
    thinks: bool,
) -> Result<Vec<u8>, Error> {
    let schema = settings.output_schema_json.as_deref();
    let body = Chat {
        model,
        messages: messages(request)?,
        tools: request.tools.iter().map(tool).collect::<Result<_, _>>()?,
        format: schema.map(|json| raw(json, "the settings' `output_schema_json`")).transpose()?,
        think: match settings.thinking {
            Thinking::On => Some(true),
            Thinking::Off if thinks => Some(false),
            Thinking::Off | Thinking::Default => None,
        },
        stream: true,
        keep_alive: settings.keep_alive_s,
        truncate: false,
        shift: false,
        options: Options { num_ctx, num_predict },
    };
    serde_json::to_vec(&body).map_err(|why| Error::Other(format!("the request can't be written: {why}")))
}

fn messages(request: &Request) -> Result<Vec<Message<'_>>, Error> {
    let mut messages = Vec::with_capacity(request.messages.len() + 1);
    if !request.system.is_empty() {
        messages.push(Message { role: "system", content: request.system.clone(), ..Message::default() });
    }
    for step in steps(request) {
        match step {
            Step::User { sentence, context } => {
                let content = sentence_with_context(sentence, context);
                messages.push(Message { role: "user", content, ..Message::default() });
            }
            Step::Assistant(said) => messages.push(assistant(said)?),
            Step::Results(results) => messages.extend(results.into_iter().map(result)),
        }
    }
    Ok(messages)
}

fn assistant(said: &Assistant) -> Result<Message<'_>, Error> {
    let mut tool_calls = Vec::with_capacity(said.calls.len());
    for call in &said.calls {
        let arguments = raw(&call.arguments_json, "a call's arguments")?;
        tool_calls.push(Call { id: &call.id, function: Called { name: &call.name, arguments } });
    }
    Ok(Message { role: "assistant", content: said.text.clone(), tool_calls, ..Message::default() })
}

/// Ollama has no word for a tool that failed; what it answered says so itself.
fn result(result: &ToolResult) -> Message<'_> {
    Message {
        role: "tool",
        content: result.content_json.clone(),
        tool_name: Some(&result.name),
        tool_call_id: Some(&result.call_id),
        ..Message::default()
    }
}

fn tool(tool: &wire::Tool) -> Result<Tool<'_>, Error> {
    let parameters = raw(&tool.schema_json, "a tool's schema")?;
    let function = Function { name: &tool.name, description: &tool.description, parameters };
    Ok(Tool { r#type: "function", function })
}
