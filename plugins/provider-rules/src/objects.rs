//! Objects and places in a sentence: every way the words from one position on can name one.
//!
//! Each function gives all variants with where they end; the matcher tries them all, so that a sentence that fits two
//! ways is seen to fit two ways.

use crate::intent::{Name, Object, Place, Where};
use crate::kinds::{self, Form};
use crate::tokens::Token;
use crate::vocabulary::reserved;

/// Longest name of an object, as Kubernetes has it.
const NAME_BYTES_MAX: usize = 253;
/// Longest name of a namespace.
const NAMESPACE_BYTES_MAX: usize = 63;
/// Longest name of a cluster.
const CLUSTER_BYTES_MAX: usize = 128;

const ARTICLES: [&str; 5] = ["the", "my", "our", "a", "an"];
const POINTERS: [&str; 5] = ["this", "that", "these", "those", "same"];

/// A name part: what Kubernetes could have taken as one.
pub(crate) fn is_name(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':' | b'_');
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    text.len() <= NAME_BYTES_MAX && text.bytes().all(inside) && edge(text.bytes().next()) && edge(text.bytes().last())
}

fn is_namespace(text: &str) -> bool {
    text.len() <= NAMESPACE_BYTES_MAX && is_name(text) && !text.contains(['.', ':', '_'])
}

fn is_cluster(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "-._:/@".contains(c);
    !text.is_empty() && text.len() <= CLUSTER_BYTES_MAX && text.chars().all(inside)
}

/// The word at a position, if it can be a name. `LOG_LEVEL` is a variable, as no object is written.
fn name_at(tokens: &[Token], at: usize) -> Option<&Token> {
    let variable = |token: &Token| token.text.contains('_') && crate::values::is_variable(&token.text);
    tokens.get(at).filter(|token| !reserved(token) && is_name(&token.text) && !variable(token))
}

fn namespace_at(tokens: &[Token], at: usize) -> Option<String> {
    tokens.get(at).filter(|token| !reserved(token) && is_namespace(&token.text)).map(|token| token.text.clone())
}

fn cluster_at(tokens: &[Token], at: usize) -> Option<String> {
    tokens.get(at).filter(|token| !reserved(token) && is_cluster(&token.text)).map(|token| token.text.clone())
}

fn is_at(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens.get(at).is_some_and(|token| token.is_one_of(words))
}

fn skip_articles(tokens: &[Token], mut at: usize) -> usize {
    while is_at(tokens, at, &ARTICLES) {
        at += 1;
    }
    at
}

/// The kind a word names: a known one, or `plural.group` of one the cluster has.
pub(crate) fn kind_word(token: &Token) -> Option<(String, Form)> {
    if token.quoted {
        return None;
    }
    if let Some((kind, form)) = kinds::find(&token.low) {
        return Some((kind.name.to_owned(), form));
    }
    let (first, group) = token.low.split_once('.')?;
    let grouped = group.contains('.') && group.ends_with(|c: char| c.is_ascii_alphabetic()) && kinds_like(first);
    (grouped && is_name(&token.low)).then(|| (token.low.clone(), Form::Either))
}

fn kinds_like(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Every object the words from `start` on can name.
pub(crate) fn objects_at(tokens: &[Token], start: usize) -> Vec<(usize, Object, Place)> {
    let mut found = Vec::new();
    let at = skip_articles(tokens, start);
    for (end, object) in named(tokens, at).into_iter().chain(pointed(tokens, at)) {
        for (after, place) in suffixes(tokens, end) {
            found.push((after, object.clone(), place));
        }
        found.push((end, object, Place::default()));
    }
    found
}

/// `deployment web`, `web deployment`, `deployment called web`, `deploy/web`, `shop/web`, `web`.
fn named(tokens: &[Token], at: usize) -> Vec<(usize, Object)> {
    let mut found = Vec::new();
    if let Some((kind, _)) = tokens.get(at).and_then(kind_word) {
        let called = is_at(tokens, at + 1, &["called", "named"]);
        let name_from = if called { at + 2 } else { at + 1 };
        if let Some((namespace, name)) = slashed(tokens, name_from) {
            found.push((name_from + 1, object(Some(kind), namespace, name)));
        } else if let Some(token) = tokens.get(name_from).filter(|token| called && is_name(&token.text)) {
            // What is said to be called so is called so, whatever else the word means.
            found.push((name_from + 1, object(Some(kind), None, token.text.clone())));
        }
    }
    let Some(token) = tokens.get(at) else { return found };
    if let Some(whole) = slashed_kind(token) {
        found.push((at + 1, whole));
    } else if let Some((namespace, name)) = slashed(tokens, at) {
        let after = tokens.get(at + 1).and_then(kind_word).filter(|(_, form)| *form != Form::Plural);
        if let Some((kind, _)) = after {
            found.push((at + 2, object(Some(kind), namespace.clone(), name.clone())));
        }
        found.push((at + 1, object(None, namespace, name)));
    }
    found
}

fn object(kind: Option<String>, namespace: Option<String>, name: String) -> Object {
    Object { kind, namespace, name: Name::Said(name) }
}

/// `deploy/web`, `shop/deploy/web`.
fn slashed_kind(token: &Token) -> Option<Object> {
    if token.quoted {
        return None;
    }
    let parts: Vec<&str> = token.text.split('/').collect();
    let (namespace, word, name) = match parts.as_slice() {
        [kind, name] => (None, *kind, *name),
        [namespace, kind, name] if is_namespace(namespace) => (Some((*namespace).to_owned()), *kind, *name),
        _ => return None,
    };
    let word = Token { text: word.to_owned(), low: word.to_lowercase(), quoted: false };
    let (kind, _) = kind_word(&word)?;
    is_name(name).then(|| object(Some(kind), namespace, name.to_owned()))
}

/// `web` or `shop/web`.
fn slashed(tokens: &[Token], at: usize) -> Option<(Option<String>, String)> {
    if let Some(token) = name_at(tokens, at) {
        return Some((None, token.text.clone()));
    }
    let (namespace, name) = tokens.get(at)?.text.split_once('/')?;
    (is_namespace(namespace) && is_name(name) && kinds::find(&namespace.to_lowercase()).is_none())
        .then(|| (Some(namespace.to_owned()), name.to_owned()))
}

/// `it`, `that one`, `that deployment`, `the deployment`.
fn pointed(tokens: &[Token], at: usize) -> Vec<(usize, Object)> {
    let previous = |kind| Object { kind, namespace: None, name: Name::Previous };
    if is_at(tokens, at, &["it", "them", "they"]) {
        return vec![(at + 1, previous(None))];
    }
    if let Some(index) = tokens.get(at).and_then(ordinal) {
        let counted = |kind| Object { kind, namespace: None, name: Name::Nth(index) };
        if is_at(tokens, at + 1, &["one"]) {
            return vec![(at + 2, counted(None))];
        }
        let kind = tokens.get(at + 1).and_then(kind_word).filter(|(_, form)| *form != Form::Plural);
        return kind.map(|(kind, _)| (at + 2, counted(Some(kind)))).into_iter().collect();
    }
    let pointer = is_at(tokens, at, &POINTERS);
    let kind_from = if pointer { at + 1 } else { at };
    // Without a pointer it takes an article: "restart the deployment", but not "restart deployment".
    let definite = pointer || (at > 0 && is_at(tokens, at - 1, &["the"]));
    let mut found = Vec::new();
    if let Some((kind, _)) =
        tokens.get(kind_from).filter(|_| definite).and_then(kind_word).filter(|(_, form)| *form != Form::Plural)
    {
        found.push((kind_from + 1, previous(Some(kind))));
    }
    if pointer {
        let end = if is_at(tokens, at + 1, &["one", "ones"]) { at + 2 } else { at + 1 };
        found.push((end, previous(None)));
    }
    found
}

/// `first`, `second`, `last`: a row of what was shown, from 0.
fn ordinal(token: &Token) -> Option<usize> {
    const ORDINALS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if token.is("last") {
        return Some(usize::MAX);
    }
    ORDINALS.iter().position(|word| token.is(word))
}

/// A place right after an object, where `from` and `of namespace` mean one too.
fn suffixes(tokens: &[Token], at: usize) -> Vec<(usize, Place)> {
    let mut found = places_at(tokens, at);
    if is_at(tokens, at, &["from"])
        && let Some(namespace) = namespace_at(tokens, skip_articles(tokens, at + 1))
    {
        found.push((skip_articles(tokens, at + 1) + 1, in_namespace(namespace)));
    }
    found
}

fn in_namespace(namespace: String) -> Place {
    Place { namespace: Where::Named(namespace), ..Place::default() }
}

fn on_cluster(cluster: String) -> Place {
    Place { cluster: Some(cluster), ..Place::default() }
}

fn anywhere(namespace: Where) -> Place {
    Place { namespace, ..Place::default() }
}

/// Every place the words from `at` on can name.
pub(crate) fn places_at(tokens: &[Token], at: usize) -> Vec<(usize, Place)> {
    let mut found = Vec::new();
    if is_at(tokens, at, &["everywhere", "anywhere", "cluster-wide"]) {
        found.push((at + 1, anywhere(Where::Everywhere)));
    }
    if is_at(tokens, at, &["here"]) {
        found.push((at + 1, anywhere(Where::Here)));
    }
    // "are there" and "hi there" name no place.
    let filler = at > 0 && is_at(tokens, at - 1, &["is", "are", "hi", "hello", "hey"]);
    if is_at(tokens, at, &["there"]) && !filler {
        found.push((at + 1, anywhere(Where::There)));
    }
    let preposition = is_at(tokens, at, &["in", "within", "inside", "across"]);
    let from = is_at(tokens, at, &["from", "of"]);
    let on = is_at(tokens, at, &["on"]);
    let next = if preposition || from || on { at + 1 } else { at };
    if !on {
        namespaces_at(tokens, next, preposition, from, &mut found);
    }
    if on || preposition {
        clusters_at(tokens, next, on, &mut found);
    }
    found
}

/// `namespace shop`, `the shop namespace`, `all namespaces`, `this namespace`; bare `shop` after a preposition.
fn namespaces_at(tokens: &[Token], at: usize, preposition: bool, from: bool, found: &mut Vec<(usize, Place)>) {
    const WORD: [&str; 2] = ["namespace", "ns"];
    if is_at(tokens, at, &["all", "every", "any"]) {
        let of = if is_at(tokens, at + 1, &["the"]) { at + 2 } else { at + 1 };
        if (preposition || from) && is_at(tokens, of, &["namespaces", "namespace"]) {
            found.push((of + 1, anywhere(Where::Everywhere)));
        }
        return;
    }
    if is_at(tokens, at, &["this", "the"]) || is_at(tokens, at, &["that"]) {
        let current = if is_at(tokens, at + 1, &["current"]) { at + 2 } else { at + 1 };
        if preposition && is_at(tokens, current, &WORD) && namespace_at(tokens, current + 1).is_none() {
            let place = if is_at(tokens, at, &["that"]) { Where::There } else { Where::Here };
            found.push((current + 1, anywhere(place)));
        }
    }
    let named = skip_articles(tokens, at);
    if is_at(tokens, named, &WORD) {
        if let Some(namespace) = namespace_at(tokens, named + 1) {
            found.push((named + 2, in_namespace(namespace)));
        }
    } else if let Some(namespace) = namespace_at(tokens, named) {
        if (preposition || from) && is_at(tokens, named + 1, &WORD) {
            found.push((named + 2, in_namespace(namespace)));
        } else if preposition {
            found.push((named + 1, in_namespace(namespace)));
        }
    }
}

/// `cluster demo`, `the demo cluster`, `this cluster`; bare `demo` after `on`.
fn clusters_at(tokens: &[Token], at: usize, on: bool, found: &mut Vec<(usize, Place)>) {
    let word = |at: usize| is_at(tokens, at, &["cluster"]);
    let named = skip_articles(tokens, at);
    if word(named)
        && let Some(cluster) = cluster_at(tokens, named + 1)
    {
        found.push((named + 2, on_cluster(cluster)));
    } else if let Some(cluster) = cluster_at(tokens, named) {
        if word(named + 1) {
            found.push((named + 2, on_cluster(cluster)));
        } else if on {
            found.push((named + 1, on_cluster(cluster)));
        }
    }
    let this = if is_at(tokens, at, &["this", "the", "my", "our"]) { at + 1 } else { return };
    let whole = if is_at(tokens, this, &["whole", "entire"]) { this + 1 } else { this };
    if word(whole) && cluster_at(tokens, whole + 1).is_none() {
        found.push((whole + 1, anywhere(if whole > this { Where::Everywhere } else { Where::Cluster })));
    }
}
