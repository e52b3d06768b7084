//! The body of `/messages`. Field order is fixed, tools go through as written: equal requests are equal bytes.

use serde::Serialize;
use serde_json::value::RawValue;
use wire::{Assistant, Error, Request, Step, ToolResult, context_line, raw, steps};

use crate::settings::{CacheTtl, Effort, Settings, Thinking};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Typed>,
    #[serde(skip_serializing_if = "Output::is_empty")]
    output_config: Output<'a>,
    stream: bool,
}

#[derive(Serialize)]
struct Typed {
    r#type: &'static str,
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format<'a>>,
}

impl Output<'_> {
    fn is_empty(&self) -> bool {
        self.effort.is_none() && self.format.is_none()
    }
}

#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    schema: &'a RawValue,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Mark>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

#[derive(Serialize)]
struct Block<'a> {
    #[serde(flatten)]
    content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Mark>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Content<'a> {
    Text { text: String },
    ToolUse { id: String, name: &'a str, input: &'a RawValue },
    ToolResult { tool_use_id: String, content: &'a str, is_error: bool },
}

/// Up to here the request is the same next time.
#[derive(Serialize, Clone, Copy)]
struct Mark {
    r#type: &'static str,
    ttl: CacheTtl,
}

/// The body.
pub(crate) fn messages(request: &Request, settings: &Settings, model: &str, max_tokens: u32) -> Result<Vec<u8>, Error> {
    let mark = (settings.cache_ttl != CacheTtl::Off).then_some(Mark { r#type: "ephemeral", ttl: settings.cache_ttl });
    let schema = settings.output_schema_json.as_deref();
    let schema = schema.map(|json| raw(json, "the settings' `output_schema_json`")).transpose()?;
    let mut body = Body {
        model,
        max_tokens,
        tools: request.tools.iter().map(tool).collect::<Result<_, _>>()?,
        system: Vec::new(),
        messages: conversation(request)?,
        thinking: match settings.thinking {
            Thinking::Off => Some(Typed { r#type: "disabled" }),
            Thinking::Adaptive => Some(Typed { r#type: "adaptive" }),
            Thinking::Default => None,
        },
        output_config: Output {
            effort: settings.effort,
            format: schema.map(|schema| Format { r#type: "json_schema", schema }),
        },
        stream: true,
    };
    // Anthropic reads tools, then system, then messages: the mark at the end of the system covers the tools.
    if !request.system.is_empty() {
        body.system.push(Block { content: Content::Text { text: request.system.clone() }, cache_control: mark });
    } else if let Some(last) = body.tools.last_mut() {
        last.cache_control = mark;
    }
    mark_round(&mut body.messages, mark);
    serde_json::to_vec(&body).map_err(|why| Error::Other(format!("the request can't be written: {why}")))
}

/// While tools are called, the next round begins with all of this one.
fn mark_round(messages: &mut [Message<'_>], mark: Option<Mark>) {
    let last = messages.last_mut().and_then(|message| message.content.last_mut());
    if let Some(last) = last.filter(|block| matches!(block.content, Content::ToolResult { .. })) {
        last.cache_control = mark;
    }
}

fn conversation(request: &Request) -> Result<Vec<Message<'_>>, Error> {
    steps(request)
        .into_iter()
        .map(|step| match step {
            Step::User { sentence, context } => {
                let context = context.map(|context| text(context_line(context)));
                let content = context.into_iter().chain([text(sentence.to_owned())]).collect();
                Ok(Message { role: "user", content })
            }
            Step::Assistant(said) => Ok(Message { role: "assistant", content: assistant(said)? }),
            Step::Results(results) => Ok(Message { role: "user", content: results.into_iter().map(result).collect() }),
        })
        .filter(|message| !message.as_ref().is_ok_and(|message| message.content.is_empty()))
        .collect()
}

/// An empty text is refused; a message of nothing is left out.
fn assistant(said: &Assistant) -> Result<Vec<Block<'_>>, Error> {
    let mut blocks: Vec<Block<'_>> = Vec::with_capacity(said.calls.len() + 1);
    if !said.text.trim().is_empty() {
        blocks.push(text(said.text.trim_end().to_owned()));
    }
    for call in &said.calls {
        let input = raw(&call.arguments_json, "a call's arguments")?;
        blocks.push(block(Content::ToolUse { id: fitting(&call.id), name: &call.name, input }));
    }
    Ok(blocks)
}

fn result(result: &ToolResult) -> Block<'_> {
    let (tool_use_id, content) = (fitting(&result.call_id), result.content_json.as_str());
    block(Content::ToolResult { tool_use_id, content, is_error: result.is_error })
}

/// Anthropic's ids are letters, digits, `_` and `-`; a call of another provider may have other ones.
fn fitting(id: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    id.chars().map(|letter| if fits(letter) { letter } else { '_' }).collect()
}

fn text(text: String) -> Block<'static> {
    block(Content::Text { text })
}

fn block(content: Content<'_>) -> Block<'_> {
    Block { content, cache_control: None }
}

fn tool(tool: &wire::Tool) -> Result<Tool<'_>, Error> {
    let input_schema = raw(&tool.schema_json, "a tool's schema")?;
    Ok(Tool { name: &tool.name, description: &tool.description, input_schema, cache_control: None })
}
