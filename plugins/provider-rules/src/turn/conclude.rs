//! The last sentence of a turn. The host shows what a read found and what a plan holds; this says in short what it is.

use serde_json::Value;

use crate::answer::{shown, told};
use crate::conversation::{Call, ToolResult};
use crate::kinds;

/// What is said about an operation's result, and whether it was done.
pub(super) fn text(call: &Call, result: Option<&ToolResult>) -> (String, bool) {
    let Some(result) = result else {
        return ("The host did not answer that call; nothing more was done.".to_owned(), false);
    };
    let arguments: Value = serde_json::from_str(&call.arguments_json).unwrap_or_default();
    let what = what(&call.name, &arguments);
    if let Some(problem) = problem_text(&result.content_json) {
        return (format!("I understood “{what}”. {problem}"), false);
    }
    if result.is_error {
        return (format!("I understood “{what}”, but the host could not do it."), false);
    }
    let answer: Value = serde_json::from_str(&result.content_json).unwrap_or_default();
    let left_out = match answer.get("omitted").and_then(Value::as_u64) {
        Some(omitted) if omitted > 0 => format!(" {omitted} more are left out."),
        _ => String::new(),
    };
    if !writes(&call.name) {
        return (format!("{}{left_out}", found(&call.name, &arguments)), true);
    }
    match (answer.get("accepted"), answer.get("sentence").and_then(Value::as_str)) {
        (Some(Value::Bool(true)), Some(sentence)) => {
            let cluster = cluster(&arguments);
            (format!("I understood: {}{cluster}. This is the plan; nothing has changed yet.", told(sentence)), true)
        }
        _ => (format!("I understood “{what}”, but the host did not make a plan of it. Nothing has changed."), false),
    }
}

fn writes(tool: &str) -> bool {
    const READS: [&str; 10] =
        ["get", "list", "describe", "logs", "events", "diagnose", "top", "images", "who-can", "changes"];
    !READS.contains(&tool)
}

/// A problem's detail and hint, if that is what the content is.
pub(super) fn problem_text(content: &str) -> Option<String> {
    let content: Value = serde_json::from_str(content).ok()?;
    let problem = content.get("problem")?;
    let part = |key: &str| problem.get(key).and_then(Value::as_str).map(told).unwrap_or_default();
    let (detail, hint) = (part("detail"), part("hint"));
    Some(match (detail.is_empty(), hint.is_empty()) {
        (true, true) => "The host refused without saying why.".to_owned(),
        (true, false) => sentence(&hint),
        (false, true) => sentence(&detail),
        (false, false) => format!("{} {}", sentence(&detail), sentence(&hint)),
    })
}

/// With a capital and a full stop, unless it starts with a command.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let command = text.starts_with("kubectl") || text.starts_with("kubechat");
    let mut sentence: String = match chars.next() {
        Some(first) if !command => first.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    };
    if !sentence.ends_with(['.', '!', '?', '…', '`']) && !command {
        sentence.push('.');
    }
    sentence
}

fn target(arguments: &Value) -> String {
    let target = arguments.get("target").unwrap_or(&Value::Null);
    let part = |key: &str| target.get(key).and_then(Value::as_str).unwrap_or_default();
    let place = if part("namespace").is_empty() { String::new() } else { format!("{}/", part("namespace")) };
    shown(&format!("{} {place}{}{}", part("kind"), part("name"), cluster(arguments)))
}

fn place(arguments: &Value) -> String {
    let cluster = cluster(arguments);
    if arguments.get("all_namespaces").and_then(Value::as_bool) == Some(true) {
        return format!(" in all namespaces{cluster}");
    }
    match arguments.get("namespace").and_then(Value::as_str) {
        Some(namespace) => format!(" in {}{cluster}", shown(namespace)),
        None => cluster,
    }
}

/// Another cluster than the conversation's.
fn cluster(arguments: &Value) -> String {
    let said = arguments.get("cluster").and_then(Value::as_str);
    said.map(|said| format!(" on {}", shown(said))).unwrap_or_default()
}

/// The request in words.
fn what(tool: &str, arguments: &Value) -> String {
    let text = |key: &str| arguments.get(key).and_then(Value::as_str).map(shown).unwrap_or_default();
    match tool {
        "list" => format!("show {}{}", kinds::plural(&text("kind")), place(arguments)),
        "scale" => format!("scale {} to {}", target(arguments), arguments["replicas"]),
        "set-image" => format!("set image of {} to {}", target(arguments), text("image")),
        "apply" => "apply that manifest".to_owned(),
        "create" => "create that".to_owned(),
        "top" => format!("top {}{}", text("kind"), place(arguments)),
        "images" => format!("show images{}", place(arguments)),
        "who-can" => format!("who can {} {}{}?", text("verb"), text("kind"), place(arguments)),
        "changes" if arguments.get("target").is_none() => format!("what changed{}?", place(arguments)),
        "events" | "diagnose" if arguments.get("target").is_none() => format!("{tool}{}", place(arguments)),
        _ => format!("{tool} {}", target(arguments)),
    }
}

/// What a read shows.
fn found(tool: &str, arguments: &Value) -> String {
    let target = target(arguments);
    let whole = arguments.get("target").is_none();
    match tool {
        "list" => {
            let kind = arguments.get("kind").and_then(Value::as_str).unwrap_or_default();
            let sorted = match arguments.get("sort").and_then(Value::as_str) {
                Some("restarts") => ", the most restarts first",
                Some("age") => ", the newest first",
                _ => "",
            };
            format!("These are the {}{}{sorted}.", kinds::plural(&shown(kind)), place(arguments))
        }
        "top" | "images" => format!(
            "These are the {}{}, the most first.",
            if tool == "top" {
                arguments.get("kind").and_then(Value::as_str).map(shown).unwrap_or_default()
            } else {
                "images".to_owned()
            },
            place(arguments)
        ),
        "who-can" => format!("This is who can do it{}, as far as I may look.", place(arguments)),
        "changes" if whole => format!("This is what changed{}, the newest first.", place(arguments)),
        "changes" => format!("This is what changed on {target}, the newest first."),
        "get" => format!("This is {target}."),
        "describe" => format!("This is {target} with what belongs to it."),
        "logs" if arguments.get("previous").is_some() => {
            format!("These are the newest lines of {target} from before its last restart.")
        }
        "logs" => format!("These are the newest lines of {target}."),
        "events" if whole => format!("These are the events{}.", place(arguments)),
        "events" => format!("These are the events of {target}."),
        "diagnose" if whole => format!("This is what I found{}, the worst first.", place(arguments)),
        _ => format!("This is what I found about {target}."),
    }
}
