//! The body of `/chat/completions`. Field order is fixed, tools go through as written: equal requests are equal bytes.

use serde::Serialize;
use serde_json::value::RawValue;
use wire::{Assistant, Error, Request, Step, ToolResult, raw, sentence_with_context, steps};

use crate::settings::{Dialect, Effort, Settings};

#[derive(Serialize)]
struct Chat<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_cache_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<bool>,
    stream: bool,
    stream_options: StreamOptions,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    json_schema: JsonSchema<'a>,
}

#[derive(Serialize)]
struct JsonSchema<'a> {
    name: &'static str,
    strict: bool,
    schema: &'a RawValue,
}

#[derive(Serialize, Default)]
struct Message<'a> {
    role: &'static str,
    content: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Call<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Call<'a> {
    id: &'a str,
    r#type: &'static str,
    function: Called<'a>,
}

#[derive(Serialize)]
struct Called<'a> {
    name: &'a str,
    /// A string with JSON in it: so it is documented.
    arguments: &'a str,
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

/// The body.
pub(crate) fn chat(request: &Request, settings: &Settings, model: &str, output_tokens: u32) -> Result<Vec<u8>, Error> {
    let own = settings.dialect == Dialect::Openai;
    let body = Chat {
        model,
        tools: request.tools.iter().map(tool).collect::<Result<_, _>>()?,
        messages: messages(request),
        response_format: settings.output_schema_json.as_deref().map(format).transpose()?,
        reasoning_effort: settings.reasoning_effort,
        max_completion_tokens: own.then_some(output_tokens),
        max_tokens: (!own).then_some(output_tokens),
        prompt_cache_key: settings.prompt_cache_key.as_deref(),
        store: own.then_some(false),
        stream: true,
        stream_options: StreamOptions { include_usage: true },
    };
    serde_json::to_vec(&body).map_err(|why| Error::Other(format!("the request can't be written: {why}")))
}

fn format(schema_json: &str) -> Result<Format<'_>, Error> {
    let schema = raw(schema_json, "the settings' `output_schema_json`")?;
    Ok(Format { r#type: "json_schema", json_schema: JsonSchema { name: "answer", strict: true, schema } })
}

fn messages(request: &Request) -> Vec<Message<'_>> {
    let mut messages = Vec::with_capacity(request.messages.len() + 1);
    if !request.system.is_empty() {
        messages.push(Message { role: "system", content: Some(request.system.clone()), ..Message::default() });
    }
    for step in steps(request) {
        match step {
            Step::User { sentence, context } => {
                let content = Some(sentence_with_context(sentence, context));
                messages.push(Message { role: "user", content, ..Message::default() });
            }
            Step::Assistant(said) => messages.push(assistant(said)),
            Step::Results(results) => messages.extend(results.into_iter().map(result)),
        }
    }
    messages
}

fn assistant(said: &Assistant) -> Message<'_> {
    let mut tool_calls = Vec::with_capacity(said.calls.len());
    for call in &said.calls {
        let function = Called { name: &call.name, arguments: &call.arguments_json };
        tool_calls.push(Call { id: &call.id, r#type: "function", function });
    }
    // Text may be missing only beside calls.
    let content = Some(said.text.clone()).filter(|text| !text.is_empty() || tool_calls.is_empty());
    Message { role: "assistant", content, tool_calls, ..Message::default() }
}

/// There is no word for a tool that failed; what it answered says so itself.
fn result(result: &ToolResult) -> Message<'_> {
    let (content, tool_call_id) = (Some(result.content_json.clone()), Some(result.call_id.as_str()));
    Message { role: "tool", content, tool_call_id, ..Message::default() }
}

fn tool(tool: &wire::Tool) -> Result<Tool<'_>, Error> {
    let parameters = raw(&tool.schema_json, "a tool's schema")?;
    let function = Function { name: &tool.name, description: &tool.description, parameters };
    Ok(Tool { r#type: "function", function })
}
