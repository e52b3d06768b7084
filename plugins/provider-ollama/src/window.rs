//! The context window: as large as the request needs, said to Ollama every time, and checked afterwards.
//!
//! Units: tokens. A window that differs from the one a model is loaded with makes Ollama load it anew, which takes
//! seconds; so it comes in steps, doubling from [`WINDOW_TOKENS_MIN`], and most requests share the first.

use wire::{Message, Request, Usage, at_least, at_most};

/// Smallest window that is asked for by itself.
const WINDOW_TOKENS_MIN: u32 = 8 << 10;
/// Largest; a machine that holds more has it in its settings.
const WINDOW_TOKENS_MAX: u32 = 128 << 10;
/// What a template puts around a message.
const TOKENS_A_MESSAGE: usize = 16;
/// What a template puts around a tool.
const TOKENS_A_TOOL: usize = 32;
/// What a template puts around everything.
const TOKENS_OF_TEMPLATE: usize = 256;

/// The window to ask for.
///
/// # Errors
/// When even the best case does not fit, in words.
pub(crate) fn size(
    request: &Request,
    output_tokens: u32,
    set: Option<u32>,
    model_takes: Option<u32>,
) -> Result<u32, String> {
    let most = set.or(model_takes).unwrap_or(WINDOW_TOKENS_MAX);
    let least_needed = read_at_least(request);
    if least_needed > most as usize {
        return Err(format!("the conversation is at least {least_needed} tokens, {}", remedy(most, set.is_some())));
    }
    if let Some(set) = set {
        return Ok(set);
    }
    let needed = read_at_most(request).saturating_add(output_tokens as usize);
    let mut window = WINDOW_TOKENS_MIN;
    while (window as usize) < needed && window < WINDOW_TOKENS_MAX {
        window *= 2;
    }
    Ok(window.min(most))
}

/// The words for a conversation that Ollama found too long.
pub(crate) fn over(num_ctx: u32) -> String {
    format!(
        "the conversation is too long: it does not fit into a window of {num_ctx} tokens (`num_ctx`); begin a new one, or raise it"
    )
}

/// Words if the model can't have read all that was sent.
pub(crate) fn lost(request: &Request, usage: Option<Usage>, num_ctx: u32) -> Option<String> {
    let read = usize::try_from(usage?.input_tokens).ok().filter(|read| *read > 0)?;
    let sent = read_at_least(request);
    (read < sent).then(|| {
        format!(
            "Ollama read only {read} tokens of a conversation of at least {sent}: it dropped the beginning, so the answer does not count; \
             update Ollama, or raise `num_ctx` (now {num_ctx})"
        )
    })
}

fn remedy(most: u32, set: bool) -> String {
    if set {
        format!("and `num_ctx` is {most}; raise it, or begin a new conversation")
    } else {
        format!("and the model takes {most}; begin a new conversation, or choose a model that takes more")
    }
}

/// At worst, with everything a template adds.
fn read_at_most(request: &Request) -> usize {
    let said: usize = texts(request).map(|text| at_most(text) + TOKENS_A_MESSAGE).sum();
    let tool = |tool: &wire::Tool| {
        at_most(&tool.name) + at_most(&tool.description) + at_most(&tool.schema_json) + TOKENS_A_TOOL
    };
    said + request.tools.iter().map(tool).sum::<usize>() + TOKENS_OF_TEMPLATE
}

/// At best, of what every template passes on.
fn read_at_least(request: &Request) -> usize {
    let shown = request.messages.iter().map(|message| match message {
        Message::User(sentence) => at_least(sentence),
        Message::Assistant(said) => at_least(&said.text),
        Message::Tool(result) => at_least(&result.content_json),
    });
    at_least(&request.system) + shown.sum::<usize>()
}

fn texts(request: &Request) -> impl Iterator<Item = &str> {
    let said = request.messages.iter().flat_map(|message| match message {
        Message::User(sentence) => vec![sentence.as_str()],
        Message::Assistant(said) => {
            let calls = said.calls.iter().flat_map(|call| [call.name.as_str(), call.arguments_json.as_str()]);
            std::iter::once(said.text.as_str()).chain(calls).collect()
        }
        Message::Tool(result) => vec![result.name.as_str(), result.content_json.as_str()],
    });
    [request.system.as_str(), request.context_json.as_str()].into_iter().chain(said)
}
