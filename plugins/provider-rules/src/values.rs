//! Values as words: pairs, keys, quantities, taints, verbs. Each is the host's own rule, so that nothing is passed on that
//! would be taken for something else there.
//!
//! Limits: [`KEY_CHARS_MAX`], [`VALUE_CHARS_MAX`].

use serde_json::{Map, Value, json};

use crate::tokens::Token;
use crate::vocabulary::{JOINTS, reserved};

/// Longest key of a pair, characters: a label's prefix and name.
const KEY_CHARS_MAX: usize = 317;
/// Longest value of a pair, characters.
const VALUE_CHARS_MAX: usize = 1_024;

/// A value that can't be used, and what could.
pub(crate) struct Bad {
    pub(crate) said: String,
    pub(crate) wanted: &'static str,
}

/// A key of a variable, a label or an annotation.
pub(crate) fn key_text(text: &str) -> Option<String> {
    let inside = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    let edges = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    (text.len() <= KEY_CHARS_MAX && edges && text.chars().all(inside)).then(|| text.to_owned())
}

/// A key, unless the word means something by itself.
pub(crate) fn key(token: &Token) -> Option<String> {
    Some(token).filter(|token| !reserved(token)).and_then(|token| key_text(&token.text))
}

/// A key in a list of keys, where "variable" is a word for what they are.
pub(crate) fn listed_key(token: &Token) -> Option<String> {
    const SORTS: [&str; 9] =
        ["env", "envs", "environment", "variable", "variables", "var", "vars", "annotation", "annotations"];
    key(token).filter(|_| !token.is_one_of(&SORTS))
}

/// A name written as environment variables are: `LOG_LEVEL`, `DEBUG`.
pub(crate) fn is_variable(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// `A=1`.
pub(crate) fn pair(token: &Token) -> Option<(String, String)> {
    let (key, value) = token.text.split_once('=').filter(|_| !token.quoted)?;
    let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    (value.chars().count() <= VALUE_CHARS_MAX).then(|| key_text(key).map(|key| (key, value.to_owned())))?
}

/// A value that stands for itself.
pub(crate) fn value(token: &Token) -> Option<String> {
    let joint = token.is_one_of(JOINTS) || token.is("'s");
    (!joint && token.text.chars().count() <= VALUE_CHARS_MAX).then(|| token.text.clone())
}

/// `cpu` or `memory`.
pub(crate) fn resource(token: &Token) -> Option<&'static str> {
    match token.low.as_str() {
        "cpu" | "cpus" | "core" | "cores" if !token.quoted => Some("cpu"),
        "memory" | "mem" | "ram" if !token.quoted => Some("memory"),
        _ => None,
    }
}

/// `limits` or `requests`.
pub(crate) fn bound(token: &Token) -> Option<&'static str> {
    match token.low.as_str() {
        "limit" | "limits" if !token.quoted => Some("limits"),
        "request" | "requests" if !token.quoted => Some("requests"),
        _ => None,
    }
}

/// `512Mi`, `1.5`, `250m`, as Kubernetes writes quantities; what begins with a digit and is none is asked back.
pub(crate) fn quantity(token: &Token) -> Option<Result<String, Bad>> {
    const UNITS: [&str; 14] = ["", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let text = token.text.as_str();
    text.chars().next().filter(char::is_ascii_digit)?;
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let whole = number.split('.').count() <= 2 && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let good = whole && !number.ends_with('.') && number.len() <= 18 && UNITS.contains(&&text[number.len()..]);
    let bad = || Bad { said: text.to_owned(), wanted: "a quantity such as 512Mi, 1Gi, 250m or 2" };
    Some(if good { Ok(text.to_owned()) } else { Err(bad()) })
}

/// `cpu=1,memory=512Mi`.
pub(crate) fn bounds(text: &str) -> Option<Map<String, Value>> {
    let mut entries = Map::new();
    for part in text.split(',') {
        let (name, amount) = part.split_once('=')?;
        let plain = |text: &str| Token { text: text.to_owned(), low: text.to_lowercase(), quoted: false };
        let known = resource(&plain(name)).map(str::to_owned).or_else(|| key_text(name))?;
        let Ok(amount) = quantity(&plain(amount))? else { return None };
        entries.insert(known, Value::String(amount)).is_none().then_some(())?;
    }
    Some(entries)
}

fn effect(text: &str) -> Option<&'static str> {
    ["NoSchedule", "PreferNoSchedule", "NoExecute"].into_iter().find(|effect| effect.eq_ignore_ascii_case(text))
}

/// `dedicated=gpu:NoSchedule`, `spot:NoExecute`.
pub(crate) fn taint(text: &str) -> Option<Value> {
    let (what, kind) = text.rsplit_once(':')?;
    let kind = effect(kind)?;
    match what.split_once('=') {
        Some((key, value)) => Some(json!({ "key": key_text(key)?, "value": value, "effect": kind })),
        None => Some(json!({ "key": key_text(what)?, "effect": kind })),
    }
}

/// `dedicated`, `dedicated:NoSchedule`, as it is taken away.
pub(crate) fn untaint(token: &Token) -> Option<Value> {
    Some(token).filter(|token| !reserved(token)).and_then(|token| taken_away(&token.text))
}

/// `dedicated-`, `dedicated:NoSchedule-`.
pub(crate) fn untaint_dropped(text: &str) -> Option<Value> {
    taken_away(text.strip_suffix('-')?)
}

fn taken_away(text: &str) -> Option<Value> {
    let Some((what, kind)) = text.rsplit_once(':') else { return Some(json!({ "key": key_text(text)? })) };
    let key = what.split_once('=').map_or(what, |(key, _)| key);
    Some(json!({ "key": key_text(key)?, "effect": effect(kind)? }))
}

/// The verb of the API behind a word for what people do.
pub(crate) fn verb(token: &Token) -> Option<&'static str> {
    Some(match token.low.as_str() {
        _ if token.quoted => return None,
        "get" | "read" | "see" | "view" => "get",
        "list" => "list",
        "watch" => "watch",
        "create" | "make" | "add" => "create",
        "update" | "edit" | "change" | "modify" | "write" => "update",
        "patch" => "patch",
        "delete" | "remove" | "destroy" => "delete",
        "deletecollection" => "deletecollection",
        "impersonate" => "impersonate",
        "escalate" => "escalate",
        "bind" => "bind",
        "use" => "use",
        _ => return None,
    })
}

/// The order a word asks for.
pub(crate) fn sort(token: &Token) -> Option<&'static str> {
    Some(match token.low.as_str() {
        "restarts" | "restart" | "restartcount" => "restarts",
        "age" | "creation" | "creationtimestamp" | "date" | "time" | "newest" => "age",
        "name" | "names" | "alphabet" => "name",
        _ => return None,
    })
}

/// `load balancer`, `nodeport`, `clusterip`.
pub(crate) fn service(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let word = |at: usize| tokens.get(at).filter(|token| !token.quoted).map_or("", |token| token.low.as_str());
    match (word(at), word(at + 1)) {
        ("load", "balancer") => Some((at + 2, "LoadBalancer")),
        ("node", "port") => Some((at + 2, "NodePort")),
        ("cluster", "ip") => Some((at + 2, "ClusterIP")),
        ("loadbalancer" | "lb", _) => Some((at + 1, "LoadBalancer")),
        ("nodeport", _) => Some((at + 1, "NodePort")),
        ("clusterip", _) => Some((at + 1, "ClusterIP")),
        _ => None,
    }
}

/// `70%`, `70 %`, `70 percent`.
pub(crate) fn percent(tokens: &[Token], at: usize) -> Option<(usize, u32)> {
    let text = &tokens.get(at).filter(|token| !token.quoted)?.low;
    let apart = tokens.get(at + 1).is_some_and(|token| token.is_one_of(&["%", "percent"]));
    let digits = text.strip_suffix('%').or(apart.then_some(text.as_str()))?;
    let number = digits.parse::<u32>().ok().filter(|number| (1..=1_000).contains(number))?;
    digits.bytes().all(|b| b.is_ascii_digit()).then_some((if text.ends_with('%') { at + 1 } else { at + 2 }, number))
}
