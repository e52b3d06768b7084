//! `apply`, `create` or `patch` followed by JSON: the requests whose content is not English.

use serde_json::Value;

use super::{Action, Intent, MANIFEST_BYTES_MAX, Place, Reading, Refusal, flags, negates, politeness, postpones};
use crate::deed::Deed;
use crate::intent::{Fields, Missing, Need, Object};
use crate::pattern::readings;
use crate::tokens::{Token, split};

/// Words that may stand between the verb and a manifest.
const BETWEEN: [&str; 12] = [
    "please",
    "apply",
    "create",
    "kubectl",
    "this",
    "that",
    "the",
    "following",
    "manifest",
    "object",
    "objects",
    "json",
];
/// Words between the object and its patch.
const WITH: [&str; 6] = ["with", "by", "using", "-p", "--patch", ":"];
/// Most objects in one request, as the host has it.
const OBJECTS_MAX: usize = 50;

/// The request, if the text is a verb and then JSON; an error if the JSON is none that can be used.
pub(super) fn given(text: &str) -> Option<Result<Reading, Refusal>> {
    let start = text.find(['{', '['])?;
    let (head, json) = text.split_at(start);
    let low = head.to_lowercase();
    let mut words =
        low.split(|c: char| c.is_whitespace() || c == ':' || c == ',').filter(|word| !word.is_empty()).peekable();
    let verbs: Vec<&str> = ["apply", "create"].into_iter().filter(|verb| words.clone().any(|w| w == *verb)).collect();
    if let [tool] = verbs.as_slice()
        && words.all(|word| BETWEEN.contains(&word))
    {
        let tool = if *tool == "apply" { "apply" } else { "create" };
        return Some(objects(json).map_err(|why| Refusal::Manifest { why }).map(|objects| made(tool, objects)));
    }
    low.contains("patch").then(|| patch(head, json)).flatten()
}

fn made(tool: &'static str, objects: Vec<Value>) -> Reading {
    Reading { intent: Intent::Make { tool, objects }, place: Place::default(), span: None }
}

fn objects(json: &str) -> Result<Vec<Value>, String> {
    within_limit(json)?;
    let mut objects = Vec::new();
    for document in serde_json::Deserializer::from_str(json).into_iter::<Value>() {
        match document.map_err(|error| error.to_string())? {
            Value::Array(items) => objects.extend(items),
            object => objects.push(object),
        }
    }
    if objects.is_empty() || objects.len() > OBJECTS_MAX {
        return Err(format!("it holds {} objects; 1 to {OBJECTS_MAX} can be taken", objects.len()));
    }
    let named = |object: &Value| {
        ["/apiVersion", "/kind", "/metadata/name"]
            .iter()
            .all(|field| object.pointer(field).is_some_and(Value::is_string))
    };
    if objects.iter().all(named) {
        Ok(objects)
    } else {
        Err("an object lacks apiVersion, kind or metadata.name".to_owned())
    }
}

fn within_limit(json: &str) -> Result<(), String> {
    match json.len() {
        bytes if bytes > MANIFEST_BYTES_MAX => {
            Err(format!("it has {bytes} bytes, MANIFEST_BYTES_MAX is {MANIFEST_BYTES_MAX}"))
        }
        _ => Ok(()),
    }
}

/// `patch deployment web with {…}`: none if the words before are no patch of one object.
fn patch(head: &str, json: &str) -> Option<Result<Reading, Refusal>> {
    let said = split(head.trim_end_matches(|c: char| c.is_whitespace() || "'\"`".contains(c))).tokens;
    if said.iter().any(|token| negates(token) || postpones(token)) {
        return Some(Err(Refusal::Negated));
    }
    let (words, kind) = patch_kind(said)?;
    let (words, flags) = flags::take(words).ok()?;
    let (words, _) = politeness::strip(words);
    let [one] = <[Reading; 1]>::try_from(readings(&words)).ok()?;
    let Intent::Incomplete(Missing::Part { need: Need::Patch, object: Some(object) }) = one.intent.clone() else {
        return None;
    };
    let read = content(json).map_err(|why| Refusal::Manifest { why });
    Some(read.and_then(|content| {
        let intent = Intent::Object { action: patched(kind, &object, content), object };
        flags.apply_to(super::Clause::only(Reading { intent, ..one })).map(|clause| clause.reading)
    }))
}

/// The words without what says how to patch; none if two ways are said.
fn patch_kind(said: Vec<Token>) -> Option<(Vec<Token>, Option<&'static str>)> {
    const KINDS: [&str; 3] = ["strategic", "merge", "json"];
    let (mut words, mut kind) = (Vec::new(), None);
    let mut said = said.into_iter().peekable();
    while let Some(token) = said.next() {
        let named = match token.low.strip_prefix("--type") {
            Some("") => said.next().map(|token| token.low),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => KINDS.contains(&token.low.as_str()).then(|| token.low.clone()),
        };
        match named.and_then(|named| KINDS.into_iter().find(|kind| *kind == named)) {
            Some(other) if kind.is_some_and(|kind| kind != other) => return None,
            Some(found) => kind = Some(found),
            None if WITH.contains(&token.low.as_str())
                && said.peek().is_none_or(|next| WITH.contains(&next.low.as_str())) => {}
            None => words.push(token),
        }
    }
    Some((words, kind))
}

fn content(json: &str) -> Result<Value, String> {
    within_limit(json)?;
    let mut documents = serde_json::Deserializer::from_str(json).into_iter::<Value>();
    let content = documents.next().ok_or("there is none")?.map_err(|error| error.to_string())?;
    let rest = json[documents.byte_offset()..].trim_matches(|c: char| c.is_whitespace() || "'\"`".contains(c));
    if rest.is_empty() { Ok(content) } else { Err(format!("something follows it: {rest}")) }
}

/// A list is a JSON patch; an object is merged as the kind's own schema says, a custom kind's plainly.
fn patched(kind: Option<&'static str>, object: &Object, content: Value) -> Action {
    let custom = object.kind.as_deref().is_some_and(|kind| kind.contains('.'));
    let kind = match kind {
        Some(kind) => kind,
        None if content.is_array() => "json",
        None if custom => "merge",
        None => "strategic",
    };
    let fields = Fields::from_iter([("type".to_owned(), Value::from(kind)), ("patch".to_owned(), content)]);
    Action::Do(Deed { tool: "patch", fields })
}
