//! The tools as a model is told them: two instead of one per operation, because every schema is paid for in every request.
//!
//! `look` and `change` take an operation as the HTTP API does, its name in `op`. What each takes is a line of text, made from
//! the schema of the tool it stands for, so the two can't differ. A folded call is unfolded before anything reads it; what
//! does not unfold stays what it was, and is refused by name. Flow knows operations only: whoever hands a request to a model
//! folds it ([`request`]), calls that were made before included, and unfolds what the model calls ([`unfolded`]). Rules get
//! the tools one by one: they pay for nothing.

use std::sync::LazyLock;

use kubechat_core::operation::Operation;
use kubechat_core::problem::{Code, Problem};
use serde_json::{Map, Value, json};

use crate::ports::provider::{Message, Request, Tool, ToolCall};
use crate::{proof, tools};

/// Of reads and `resolve`.
const LOOK: &str = "look";
/// Of writes.
const CHANGE: &str = "change";
/// Most of an unknown name that is told back.
const NAME_CHARS_SHOWN: usize = 64;
/// What all lines have in common.
const COMMON: &str = "target is {kind, name, namespace?}. ? may be left out. Any may name a cluster.";

static OFFERED: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    let (writes, reads): (Vec<_>, Vec<_>) =
        tools::offered().iter().partition(|tool| Operation::WRITES.contains(&tool.name));
    vec![
        folded(LOOK, "Read from the cluster.", &reads),
        folded(
            CHANGE,
            "Plan a change; a person sees it before it is made. then: true is after the changes before.",
            &writes,
        ),
    ]
});

/// The two tools, made once. Their descriptions are longer than those of others and the same in every request.
pub fn offered() -> &'static [Tool] {
    &OFFERED
}

fn folded(name: &'static str, about: &str, tools: &[&Tool]) -> Tool {
    let lines: Vec<String> = tools.iter().map(|tool| line(tool)).collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
    let schema = json!({"type": "object", "properties": {"op": {"type": "string", "enum": names}}, "required": ["op"]});
    Tool { name, description: format!("{about} {COMMON}\n{}", lines.join("\n")), schema }
}

/// `scale {target, replicas: int}`, with what it does.
fn line(tool: &Tool) -> String {
    format!("{} {}: {}", tool.name, fields(&tool.schema), tool.description.trim_end_matches('.'))
}

/// The fields of an object's schema, without those that any tool has.
fn fields(schema: &Value) -> String {
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let shown = properties.iter().filter(|(name, _)| !matches!(name.as_str(), "cluster" | "then"));
    let shown: Vec<String> = shown
        .map(|(name, schema)| {
            let optional = if required.contains(&name.as_str()) { "" } else { "?" };
            match shape(name, schema) {
                None => format!("{name}{optional}"),
                Some(shape) => format!("{name}{optional}: {shape}"),
            }
        })
        .collect();
    format!("{{{}}}", shown.join(", "))
}

/// What a field takes; none for a text and for a target, which [`COMMON`] explains.
fn shape(name: &str, schema: &Value) -> Option<String> {
    if name == "target" {
        return None;
    }
    if let Some(words) = schema["enum"].as_array() {
        return Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"));
    }
    let first = schema["type"].as_array().and_then(|kinds| kinds.first()).unwrap_or(&schema["type"]);
    Some(match first.as_str()? {
        "string" => return None,
        "boolean" => "bool".to_owned(),
        "integer" => "int".to_owned(),
        "array" => format!("[{}]", inner(&schema["items"])),
        "object" if schema["properties"].is_object() => fields(schema),
        "object" if schema["additionalProperties"].is_object() => "{name: text}".to_owned(),
        _ => "object".to_owned(),
    })
}

fn inner(items: &Value) -> String {
    if items["properties"].is_object() { fields(items) } else { shape("", items).unwrap_or_else(|| "text".to_owned()) }
}

/// A request as a model gets it: two tools, and what was read as data with its number and origin.
pub fn request(mut request: Request) -> Request {
    request.tools = offered().to_vec();
    request.system.push_str(proof::TOLD);
    tell_news_only(&mut request.context);
    for message in &mut request.messages {
        match message {
            Message::Assistant { calls, .. } => calls.iter_mut().for_each(fold),
            Message::Tool { name, content, evidence, .. } => {
                *name = folded_name(name).map_or_else(|| name.clone(), str::to_owned);
                if let Some(evidence) = evidence {
                    *content = proof::wrapped(std::mem::take(content), evidence);
                }
            }
            Message::User { .. } => {}
        }
    }
    request
}

/// Leaves out of a place what says nothing: a turn before that was about no object, and the one cluster as the list of all.
fn tell_news_only(context: &mut Value) {
    let Some(fields) = context.as_object_mut() else { return };
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    if fields.get("previous").is_some_and(|previous| is_empty(&previous["objects"])) {
        fields.remove("previous");
    }
    let alone = fields.get("cluster").map(|cluster| json!([cluster]));
    if alone.is_some() && fields.get("clusters") == alone.as_ref() {
        fields.remove("clusters");
    }
}

/// Which of the two an operation is called by; none for what is no operation.
fn folded_name(op: &str) -> Option<&'static str> {
    if Operation::WRITES.contains(&op) {
        return Some(CHANGE);
    }
    (Operation::READS.contains(&op) || matches!(op, "resolve" | "more")).then_some(LOOK)
}

fn fold(call: &mut ToolCall) {
    let (Some(name), Some(fields)) = (folded_name(&call.name), call.arguments.as_object_mut()) else { return };
    fields.insert("op".to_owned(), Value::String(std::mem::replace(&mut call.name, name.to_owned())));
}

/// The call as it is read; any other call is itself.
pub fn unfolded(call: &ToolCall) -> ToolCall {
    let fields = call.arguments.as_object().filter(|_| matches!(call.name.as_str(), LOOK | CHANGE));
    let Some(op) = fields.and_then(|fields| fields.get("op")).and_then(Value::as_str) else { return call.clone() };
    // `look` is for reads and `change` for writes: a call that says both is not understood either way.
    if Operation::WRITES.contains(&op) != (call.name == CHANGE) {
        return call.clone();
    }
    let mut arguments = call.arguments.clone();
    if let Some(fields) = arguments.as_object_mut() {
        fields.remove("op");
    }
    ToolCall { id: call.id.clone(), name: op.to_owned(), arguments }
}

/// What is wrong with a call that is none of a tool, by the names its caller knows.
pub(crate) fn unknown(call: &ToolCall) -> Problem {
    let named = |name: &str| name.chars().take(NAME_CHARS_SHOWN).collect::<String>();
    let detail = match (call.name.as_str(), call.arguments.get("op").and_then(Value::as_str)) {
        (LOOK | CHANGE, Some(op)) => format!("{} has no op {}", call.name, named(op)),
        (LOOK | CHANGE, None) => format!("{} needs an op", call.name),
        (name, _) => format!("there is no tool {}", named(name)),
    };
    Problem::new(Code::BadInput, detail)
}

#[cfg(test)]
mod tests {
    use kubechat_core::egress::DataClasses;

    use super::*;

    fn call(name: &str, arguments: Value) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: name.to_owned(), arguments }
    }

    #[test]
    fn every_tool_has_its_line_and_the_common_fields_stand_once() {
        let both = offered();
        for tool in tools::offered() {
            let lines = both.iter().flat_map(|folded| folded.description.lines());
            assert_eq!(lines.filter(|line| line.starts_with(&format!("{} {{", tool.name))).count(), 1, "{}", tool.name);
        }
        let text: String = both.iter().map(|tool| tool.description.to_string()).collect();
        assert!(text.contains("scale {replicas: int, target}: Change the number of replicas"), "{text}");
        assert!(!text.contains("cluster?"), "{text}");
    }

    #[test]
    fn the_two_tools_take_no_more_than_1500_tokens_and_are_the_same_in_every_request() {
        let bytes: usize = offered().iter().map(|tool| tool.description.len() + tool.schema.to_string().len()).sum();
        let tokens = crate::tokens::of_bytes(bytes as u64);
        println!("{bytes} bytes, about {tokens} tokens");
        assert!(tokens <= 1_500, "{tokens}");
        let bare = |sentence: &str| Request {
            system: "s".to_owned(),
            messages: vec![Message::User { text: sentence.to_owned() }],
            tools: Vec::new(),
            context: json!({"now": sentence}),
            carries: DataClasses::usual(),
        };
        let (one, other) = (request(bare("a")), request(bare("b")));
        assert_eq!((one.system, one.tools), (other.system, other.tools));
    }

    #[test]
    fn a_place_is_told_without_what_says_nothing() {
        let told = |context: Value| {
            let carries = DataClasses::usual();
            request(Request { system: String::new(), messages: Vec::new(), tools: Vec::new(), context, carries })
                .context
        };
        let nothing = json!({"objects": [], "operation": null, "sentence": ""});
        let alone = json!({"cluster": "eu", "clusters": ["eu"], "namespace": "shop", "previous": nothing});
        assert_eq!(told(alone), json!({"cluster": "eu", "namespace": "shop"}));
        let previous = json!({"objects": [{"kind": "Pod", "name": "web"}], "operation": "get", "sentence": "show web"});
        let both = json!({"cluster": "eu", "clusters": ["eu", "us"], "previous": previous});
        assert_eq!(told(both.clone()), both);
    }

    #[test]
    fn what_was_called_before_is_folded_and_unfolds_to_itself() {
        let made = call("logs", json!({"target": {"kind": "pod", "name": "web-1"}}));
        let strange = call("sing", json!({}));
        let messages = vec![
            Message::Assistant { text: String::new(), calls: vec![made.clone(), strange.clone()] },
            Message::Tool {
                call_id: "1".to_owned(),
                name: "logs".to_owned(),
                content: json!({}),
                is_error: false,
                evidence: None,
            },
        ];
        let carries = DataClasses::usual();
        let told = request(Request { system: String::new(), messages, tools: Vec::new(), context: json!({}), carries });
        let [Message::Assistant { calls, .. }, Message::Tool { name, .. }] = &told.messages[..] else {
            panic!("{told:?}")
        };
        assert_eq!(
            (calls[0].name.as_str(), &calls[0].arguments["op"], name.as_str()),
            ("look", &json!("logs"), "look")
        );
        assert_eq!(calls.iter().map(unfolded).collect::<Vec<_>>(), [made, strange]);
    }

    #[test]
    fn a_folded_call_is_the_operations_own_and_a_mixed_one_is_nothing() {
        let target = json!({"kind": "deployment", "name": "web"});
        let scale = unfolded(&call("change", json!({"op": "scale", "target": target, "replicas": 3})));
        assert_eq!(scale, call("scale", json!({"target": target, "replicas": 3})));
        for mixed in [
            call("look", json!({"op": "delete", "target": target})),
            call("change", json!({"op": "get", "target": target})),
        ] {
            assert_eq!(unfolded(&mixed), mixed);
            assert!(tools::parse(&unfolded(&mixed)).is_err(), "{mixed:?}");
        }
        assert!(tools::parse(&unfolded(&call("change", json!({"op": "edit", "target": target})))).is_err());
    }
}
