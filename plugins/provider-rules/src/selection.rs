//! Answers to a question of ours: "the second", "the deployment", "in shop", and the missing number.
//!
//! The question is found by replaying the turn before: it is a pure function of its messages, so nothing is remembered.
//! An answer that fits two candidates again, or none, is asked back; a new request is a new request.

use crate::context::Named;
use crate::intent::{Name, Object, Place, Where};
use crate::kinds::Form;
use crate::objects::{kind_word, objects_at, places_at};
use crate::tokens::{Token, split};

/// Longest answer to a question, words.
const WORDS_MAX: usize = 8;

const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// The candidate a sentence chooses, if it chooses exactly one.
pub(crate) fn choose<'a>(said: &str, candidates: &'a [Named]) -> Option<&'a Named> {
    let tokens = bare(said);
    if tokens.is_empty() || tokens.len() > WORDS_MAX {
        return None;
    }
    if let Some(index) = ordinal(&tokens) {
        return candidates.get(index);
    }
    let mut fits = candidates.iter().filter(|candidate| names(&tokens, candidate));
    let one = fits.next()?;
    fits.next().is_none().then_some(one)
}

/// The words without what surrounds an answer.
fn bare(said: &str) -> Vec<Token> {
    const AROUND: [&str; 11] = ["the", "one", "i", "mean", "meant", "please", "number", ",", "take", "use", "thanks"];
    let mut tokens = split(said).tokens;
    tokens.retain(|token| !token.is_one_of(&AROUND));
    tokens
}

fn ordinal(tokens: &[Token]) -> Option<usize> {
    let [only] = tokens else { return None };
    let word = only.low.trim_start_matches('#');
    if let Some(index) = ORDINALS.iter().position(|ordinal| *ordinal == word) {
        return Some(index);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    digits.parse::<usize>().ok().filter(|number| (1..=10).contains(number)).map(|number| number - 1)
}

/// Whether all the words together describe this candidate.
fn names(tokens: &[Token], candidate: &Named) -> bool {
    let kind_only = match tokens {
        [only] => kind_word(only).filter(|(_, form)| *form != Form::Plural),
        _ => None,
    };
    if let Some((kind, _)) = kind_only {
        return kind.eq_ignore_ascii_case(&candidate.kind);
    }
    let places = places_at(tokens, 0).into_iter().filter(|(end, _)| *end == tokens.len());
    if places.into_iter().any(|(_, place)| in_place(&place, candidate)) {
        return true;
    }
    if let Some((kind, _)) = tokens.first().and_then(kind_word) {
        let rest =
            places_at(tokens, 1).into_iter().any(|(end, place)| end == tokens.len() && in_place(&place, candidate));
        if rest && kind.eq_ignore_ascii_case(&candidate.kind) {
            return true;
        }
    }
    objects_at(tokens, 0)
        .into_iter()
        .filter(|(end, ..)| *end == tokens.len())
        .any(|(_, object, place)| is(&object, candidate) && (place == Place::default() || in_place(&place, candidate)))
}

fn is(object: &Object, candidate: &Named) -> bool {
    let kind = object.kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case(&candidate.kind));
    let namespace = object.namespace.is_none() || object.namespace == candidate.namespace;
    let name = match &object.name {
        Name::Said(name) => *name == candidate.name,
        Name::Previous => object.kind.is_some(),
        Name::Nth(_) => false,
    };
    kind && namespace && name
}

fn in_place(place: &Place, candidate: &Named) -> bool {
    matches!(&place.namespace, Where::Named(namespace) if Some(namespace) == candidate.namespace.as_ref())
}
