//! The slots of a row: what the words at a place can fill them with.
//!
//! A slot gives every way it can be filled, with where it ends; none means the row does not fit. A value that is plainly
//! meant for the slot and can't be used fills it with what is to be asked back.

use serde_json::{Map, Value, json};

use crate::build::Taken;
use crate::images::{
    assign, full_image, image_text, is_selector, release_text, reserved_image, tag_text, version_text,
};
use crate::intent::{Missing, Object, Place};
use crate::kinds::Form;
use crate::numbers::{self, Number};
use crate::objects::{is_name, kind_word, objects_at};
use crate::tokens::Token;
use crate::values::{self, Bad};
use crate::vocabulary::reserved;

/// Every way a slot can be filled from a word on.
pub(crate) fn slot_at(slot: &str, tokens: &[Token], at: usize, taken: &Taken) -> Vec<(usize, Taken)> {
    let Some(token) = tokens.get(at) else { return Vec::new() };
    match slot {
        "object" | "named" | "node" => objects(slot, tokens, at, taken),
        "count" => numbers::at(tokens, at)
            .map(|(end, count)| (end, Taken { count: Some(count), ..taken.clone() }))
            .into_iter()
            .collect(),
        "kind" | "plural" | "kinds" | "word" | "what" => one(at, kind(slot, token, taken)),
        "container" | "new" => one(at, name(slot, token, taken)),
        "selector" => {
            let selector = Some(&token.text).filter(|text| is_selector(text));
            one(at, selector.map(|text| Taken { selector: Some(text.clone()), ..taken.clone() }))
        }
        "assign" => one(
            at,
            assign(&token.text).map(|(container, image)| Taken {
                container: Some(container).filter(|name| name != "*"),
                image: Some(image),
                ..taken.clone()
            }),
        ),
        "image" | "full" | "version" | "release" | "tag" => one(at, image(slot, token, taken)),
        "port" | "target" | "revision" | "min" | "max" | "percent" | "most" => number(slot, tokens, at, taken),
        "pairs" | "env" | "tags" | "keys" => listed(slot, tokens, at, taken),
        "service" => {
            values::service(tokens, at).map(|(end, kind)| (end, taken.with("type", json!(kind)))).into_iter().collect()
        }
        _ => one(at, word(slot, token, taken)),
    }
}

fn one(at: usize, filled: Option<Taken>) -> Vec<(usize, Taken)> {
    filled.map(|filled| (at + 1, filled)).into_iter().collect()
}

/// `<object>`; `<named>` is never a bare pronoun; `<node>` is a node where no kind is said.
fn objects(slot: &str, tokens: &[Token], at: usize, taken: &Taken) -> Vec<(usize, Taken)> {
    let found = objects_at(tokens, at).into_iter().filter(|(_, object, _)| slot != "named" || !object.is_pronoun());
    let fill = |(end, mut object, place): (usize, Object, Place)| {
        if slot == "node" {
            object = object.or_kind(Some("node"));
        }
        (end, Taken { object: Some(object), place: taken.place.and(&place), ..taken.clone() })
    };
    found.map(fill).collect()
}

fn kind(slot: &str, token: &Token, taken: &Taken) -> Option<Taken> {
    let known = kind_word(token);
    let fill = |kind: String| Taken { kind: Some(kind), ..taken.clone() };
    let plain = || !reserved(token) && token.low.bytes().all(|b| b.is_ascii_alphabetic());
    match (slot, known) {
        ("plural", Some((kind, Form::Plural))) | ("kind", Some((kind, _))) => Some(fill(kind)),
        ("kinds", Some((kind, form))) if form != Form::Singular => Some(fill(kind)),
        ("what", Some(_)) => Some(taken.with("kind", json!(token.low))),
        ("what", None) if plain() && token.low.ends_with('s') => Some(taken.with("kind", json!(token.low))),
        ("word", _) if plain() => Some(fill(token.low.clone())),
        _ => None,
    }
}

fn name(slot: &str, token: &Token, taken: &Taken) -> Option<Taken> {
    let text = Some(token).filter(|token| !reserved(token) && is_name(&token.text)).map(|token| token.text.clone())?;
    Some(match slot {
        "new" => Taken { new: Some(text.to_lowercase()), ..taken.clone() },
        _ => Taken { container: Some(text), ..taken.clone() },
    })
}

fn image(slot: &str, token: &Token, taken: &Taken) -> Option<Taken> {
    let read = match slot {
        "image" => image_text,
        "full" => full_image,
        "version" => version_text,
        "release" => release_text,
        _ => tag_text,
    };
    let image = Some(&token.text).filter(|_| !reserved_image(token)).and_then(|text| read(text))?;
    Some(Taken { image: Some(image), ..taken.clone() })
}

/// A number into the field it is for, within what the host takes.
fn number(slot: &str, tokens: &[Token], at: usize, taken: &Taken) -> Vec<(usize, Taken)> {
    let (field, least, max) = match slot {
        "port" => ("port", 1, 65_535),
        "target" => ("target_port", 1, 65_535),
        "revision" => ("revision", 1, 999_999),
        "percent" => ("cpu_percent", 1, 1_000),
        "most" => ("max_pods", 1, crate::REPLICAS_MAX),
        "min" => ("min", 1, crate::REPLICAS_MAX),
        _ => ("max", 1, crate::REPLICAS_MAX),
    };
    if slot == "percent" {
        let Some((end, percent)) = values::percent(tokens, at) else { return Vec::new() };
        return vec![(end, taken.with(field, json!(percent)))];
    }
    let filled = numbers::at(tokens, at).map(|(end, number)| match number {
        Number::Exact(number) if (least..=max).contains(&number) => (end, taken.with(field, json!(number))),
        Number::Exact(number) => (end, taken.bad(Missing::BadCount { said: number.to_string(), max })),
        Number::Bad(said) => (end, taken.bad(Missing::BadCount { said, max })),
    });
    filled.into_iter().collect()
}

/// `A=1`, `A=1 B=2`, `A=1, B=2 and C=3`; `<keys>` are names without values. Every length is a way to fill it.
fn listed(slot: &str, tokens: &[Token], start: usize, taken: &Taken) -> Vec<(usize, Taken)> {
    let (mut found, mut set, mut keys, mut at) = (Vec::new(), Map::new(), Vec::new(), start);
    while let Some(token) = tokens.get(at) {
        if slot == "keys" {
            let Some(key) = values::listed_key(token).filter(|key| !keys.contains(&json!(key))) else { break };
            keys.push(json!(key));
        } else {
            let Some((key, value)) = values::pair(token) else { break };
            // A name that looks like a variable is one; any other is only taken where the row says what it is.
            let fits = match slot {
                "env" => values::is_variable(&key),
                "tags" => !values::is_variable(&key),
                _ => true,
            };
            if !fits || set.insert(key, Value::String(value)).is_some() {
                break;
            }
        }
        at += 1;
        let filled = if slot == "keys" { taken.with("remove", json!(keys)) } else { taken.with("set", json!(set)) };
        found.push((at, filled));
        while tokens.get(at).is_some_and(|token| token.is_one_of(&[",", "and"])) {
            at += 1;
        }
    }
    found
}

/// The slots of one word.
fn word(slot: &str, token: &Token, taken: &Taken) -> Option<Taken> {
    let text = token.text.as_str();
    match slot {
        "resource" => values::resource(token).map(|resource| Taken { resource: Some(resource), ..taken.clone() }),
        "usage" => values::resource(token).map(|resource| taken.with("sort", json!(resource))),
        "bound" => values::bound(token).map(|bound| Taken { bound: Some(bound), ..taken.clone() }),
        "quantity" => match values::quantity(token)? {
            Ok(quantity) => Some(Taken { quantity: Some(quantity), ..taken.clone() }),
            Err(Bad { said, wanted }) => Some(taken.bad(Missing::BadValue { said, wanted })),
        },
        "limits" | "requests" => values::bounds(text).map(|entries| taken.with(slot, Value::Object(entries))),
        "key" => values::key(token).map(|key| Taken { key: Some(key), ..taken.clone() }),
        "variable" => values::key(token)
            .filter(|key| values::is_variable(key) && key.contains('_'))
            .map(|key| taken.with("remove", json!([key])))
            .map(|filled| Taken { key: values::key(token), ..filled }),
        "value" => {
            let value = values::value(token)?;
            let mut filled = taken.with("set", json!({ taken.key.clone()?: value }));
            filled.fields.remove("remove");
            Some(filled)
        }
        "dropped" => values::key_text(text.strip_suffix('-')?).map(|key| taken.with("remove", json!([key]))),
        "taint" => values::taint(text).map(|taint| taken.with("set", json!([taint]))),
        "untaint" => values::untaint(token).map(|taint| taken.with("remove", json!([taint]))),
        "untaint-" => values::untaint_dropped(text).map(|taint| taken.with("remove", json!([taint]))),
        "name" => {
            let other = values::service(std::slice::from_ref(token), 0).is_some();
            let name = Some(token).filter(|token| !reserved(token) && is_name(text) && !other)?;
            Some(taken.with("name", json!(name.text.to_lowercase())))
        }
        "verb" => values::verb(token).map(|verb| taken.with("verb", json!(verb))),
        "sort" => values::sort(token).map(|sort| Taken { sort: Some(sort), ..taken.clone() }),
        _ => None,
    }
}
