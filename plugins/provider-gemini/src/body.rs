//! The body of `streamGenerateContent`. Field order is fixed, tools go through as written: equal requests are equal bytes.

use serde::Serialize;
use serde_json::value::RawValue;
use wire::{Assistant, Error, Request, Step, ToolResult, context_line, raw, steps};

use crate::settings::{Settings, Thinking};

/// What Google documents for calls that carry no signature of theirs.
const UNSIGNED: &str = "skip_thought_signature_validator";
/// Models that sign nothing and are asked for nothing.
const UNSIGNING: [&str; 2] = ["gemini-1", "gemini-2"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<System<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tools<'a>>,
    contents: Vec<Content<'a>>,
    generation_config: Config<'a>,
}

#[derive(Serialize)]
struct System<'a> {
    parts: [Part<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tools<'a> {
    function_declarations: Vec<Declaration<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Declaration<'a> {
    name: &'a str,
    description: &'a str,
    parameters_json_schema: &'a RawValue,
}

#[derive(Serialize)]
struct Content<'a> {
    role: &'static str,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(flatten)]
    what: What<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thought_signature: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum What<'a> {
    Text(String),
    FunctionCall { id: &'a str, name: &'a str, args: &'a RawValue },
    FunctionResponse { id: &'a str, name: &'a str, response: Response<'a> },
}

/// Google's two words for what a function gave.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Response<'a> {
    Output(&'a RawValue),
    Error(&'a RawValue),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    max_output_tokens: u32,
    candidate_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum ThinkingConfig {
    ThinkingBudget(u32),
    ThinkingLevel(&'static str),
}

/// The body.
pub(crate) fn contents(request: &Request, settings: &Settings, model: &str, most: u32) -> Result<Vec<u8>, Error> {
    let declarations: Vec<_> = request.tools.iter().map(declaration).collect::<Result<_, _>>()?;
    let schema = settings.output_schema_json.as_deref();
    let schema = schema.map(|json| raw(json, "the settings' `output_schema_json`")).transpose()?;
    let system = Some(&request.system).filter(|system| !system.is_empty());
    let body = Body {
        system_instruction: system.map(|system| System { parts: [text(system.clone())] }),
        tools: Some(Tools { function_declarations: declarations })
            .filter(|tools| !tools.function_declarations.is_empty())
            .into_iter()
            .collect(),
        contents: conversation(request, !UNSIGNING.iter().any(|known| model.starts_with(known)))?,
        generation_config: Config {
            max_output_tokens: most,
            candidate_count: 1,
            thinking_config: thinking(settings.thinking),
            response_mime_type: schema.map(|_| "application/json"),
            response_json_schema: schema,
        },
    };
    serde_json::to_vec(&body).map_err(|why| Error::Other(format!("the request can't be written: {why}")))
}

fn thinking(thinking: Thinking) -> Option<ThinkingConfig> {
    Some(match thinking {
        Thinking::Default => return None,
        Thinking::Off => ThinkingConfig::ThinkingBudget(0),
        Thinking::Minimal => ThinkingConfig::ThinkingLevel("MINIMAL"),
        Thinking::Low => ThinkingConfig::ThinkingLevel("LOW"),
        Thinking::Medium => ThinkingConfig::ThinkingLevel("MEDIUM"),
        Thinking::High => ThinkingConfig::ThinkingLevel("HIGH"),
    })
}

fn conversation(request: &Request, signing: bool) -> Result<Vec<Content<'_>>, Error> {
    steps(request)
        .into_iter()
        .map(|step| match step {
            Step::User { sentence, context } => {
                let context = context.map(|context| text(context_line(context)));
                let parts = context.into_iter().chain([text(sentence.to_owned())]).collect();
                Ok(Content { role: "user", parts })
            }
            Step::Assistant(said) => Ok(Content { role: "model", parts: assistant(said, signing)? }),
            Step::Results(results) => {
                let parts = results.into_iter().map(result).collect::<Result<_, _>>()?;
                Ok(Content { role: "user", parts })
            }
        })
        .filter(|content| !content.as_ref().is_ok_and(|content| content.parts.is_empty()))
        .collect()
}

/// Of calls made at once, the first carries the signature.
fn assistant(said: &Assistant, signing: bool) -> Result<Vec<Part<'_>>, Error> {
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(said.calls.len() + 1);
    if !said.text.is_empty() {
        parts.push(text(said.text.clone()));
    }
    for (at, call) in said.calls.iter().enumerate() {
        let args = raw(&call.arguments_json, "a call's arguments")?;
        let what = What::FunctionCall { id: &call.id, name: &call.name, args };
        parts.push(Part { what, thought_signature: (signing && at == 0).then_some(UNSIGNED) });
    }
    Ok(parts)
}

fn result(result: &ToolResult) -> Result<Part<'_>, Error> {
    let content = raw(&result.content_json, "a tool's result")?;
    let response = if result.is_error { Response::Error(content) } else { Response::Output(content) };
    let what = What::FunctionResponse { id: &result.call_id, name: &result.name, response };
    Ok(Part { what, thought_signature: None })
}

fn text(text: String) -> Part<'static> {
    Part { what: What::Text(text), thought_signature: None }
}

fn declaration(tool: &wire::Tool) -> Result<Declaration<'_>, Error> {
    let parameters_json_schema = raw(&tool.schema_json, "a tool's schema")?;
    Ok(Declaration { name: &tool.name, description: &tool.description, parameters_json_schema })
}
