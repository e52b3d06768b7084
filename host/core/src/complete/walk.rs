//! The words before the cursor, walked through every sentence at once: what each takes next.

use super::{Element, Slot, TEXT_BYTES_MAX, Vocabulary, WORDS_MAX};

/// Words that begin the next request.
const JOINTS: [&str; 4] = ["and", "then", ",", ";"];
/// Words that change nothing.
const FILLERS: [&str; 8] = ["please", "can", "could", "you", "kubectl", "the", "my", "our"];

/// The words of the request at the cursor.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// Each way the last request can begin: after every joint, as "between 2 and 10" holds one too.
    before: Vec<&'a str>,
    /// What stands at the cursor.
    pub(super) typed: &'a str,
}

impl<'a> Words<'a> {
    /// Splits what stands before the cursor; nothing if that is too much or holds a control character.
    pub(super) fn of(head: &'a str) -> Option<Self> {
        if head.len() > TEXT_BYTES_MAX || head.chars().any(|sign| sign.is_control() && !sign.is_whitespace()) {
            return None;
        }
        let typed = head.rsplit(char::is_whitespace).next().unwrap_or_default();
        let before: Vec<&str> = head[..head.len() - typed.len()].split_whitespace().collect();
        (before.len() <= WORDS_MAX).then_some(Self { before, typed })
    }

    /// The words of each request that can be at work: from the start, and after each joint.
    fn requests(&self) -> impl Iterator<Item = &[&'a str]> {
        let ends = |word: &str| JOINTS.contains(&word) || word.ends_with([',', ';']);
        let after = self.before.iter().enumerate().filter(move |(_, word)| ends(word)).map(|(at, _)| at + 1);
        std::iter::once(0).chain(after).map(|start| &self.before[start..])
    }
}

/// What a sentence takes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// A word.
    Word(&'static str),
    /// What fills a slot; an object's kind, if it was said.
    Slot(Slot, Option<&'a str>),
    /// A namespace.
    Namespace,
}

/// Where in a sentence one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At<'a> {
    /// Before an element; an object's kind, if it was said.
    Element(usize, Option<&'a str>),
    /// After "in".
    In,
    /// After the place.
    End,
}

/// Everything that can stand at the cursor, each once, in the order of the table.
pub(super) fn next<'a>(words: &Words<'a>, vocabulary: &Vocabulary, kinds: &'a [(String, String)]) -> Vec<Next<'a>> {
    let mut found = Vec::new();
    for request in words.requests() {
        let mut inside = false;
        for shape in &vocabulary.shapes {
            for at in reached(request, shape, kinds) {
                inside |= matches!(at, At::Element(index, _) if index < shape.len());
                for next in takes(at, shape) {
                    if !found.contains(&next) {
                        found.push(next);
                    }
                }
            }
        }
        // "between 2 and" goes on with its own sentence, and begins no other.
        if inside {
            break;
        }
    }
    found
}

fn reached<'a>(request: &[&str], shape: &[Element], kinds: &'a [(String, String)]) -> Vec<At<'a>> {
    let mut states = vec![At::Element(0, None)];
    for word in request {
        let low = word.to_lowercase();
        let mut after = Vec::new();
        for state in states {
            for state in step(state, &low, shape, kinds) {
                if !after.contains(&state) {
                    after.push(state);
                }
            }
        }
        if after.is_empty() {
            return after;
        }
        states = after;
    }
    states
}

/// Where a word leads.
fn step<'a>(state: At<'a>, word: &str, shape: &[Element], kinds: &'a [(String, String)]) -> Vec<At<'a>> {
    let At::Element(index, said) = state else {
        return if state == At::In { vec![At::End] } else { Vec::new() };
    };
    let forward = At::Element(index + 1, None);
    let mut after = Vec::new();
    match shape.get(index) {
        None if word == "in" => after.push(At::In),
        None => {}
        Some(Element::Words(words)) if words.contains(&word) => after.push(forward),
        Some(Element::Words(_)) => {}
        Some(Element::Slot(Slot::Kinds)) => after.extend(kind_of(word, kinds).map(|_| forward)),
        Some(Element::Slot(Slot::Free(_))) => after.push(forward),
        Some(Element::Slot(Slot::Object(_))) => match kind_of(word, kinds).filter(|_| said.is_none()) {
            Some(kind) => after.push(At::Element(index, Some(kind))),
            None => after.push(forward),
        },
    }
    if FILLERS.contains(&word) && after.is_empty() {
        after.push(state);
    }
    after
}

fn kind_of<'a>(word: &str, kinds: &'a [(String, String)]) -> Option<&'a str> {
    kinds.iter().find(|(one, many)| one == word || many == word).map(|(one, _)| one.as_str())
}

fn takes<'a>(at: At<'a>, shape: &[Element]) -> Vec<Next<'a>> {
    match at {
        At::Element(index, said) => match shape.get(index) {
            Some(Element::Words(words)) => words.iter().map(|word| Next::Word(word)).collect(),
            Some(Element::Slot(slot)) => vec![Next::Slot(*slot, said)],
            None => vec![Next::Word("in"), Next::Word("and")],
        },
        At::In => vec![Next::Namespace],
        At::End => vec![Next::Word("and")],
    }
}
