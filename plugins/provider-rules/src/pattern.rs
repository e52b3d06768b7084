//! Matching a clause against a row of the grammar, in every way it fits.
//!
//! A row is words, `a|b` alternatives, `[optional]` words or slots, `@classes` of words and `<slots>`. The whole clause has
//! to be used up; a place may stand first, and places and spans of time may follow. Work is bounded by [`STEPS_MAX`]: a
//! sentence built to backtrack is answered as not understood.

use crate::build::{Taken, build};
use crate::grammar::{CLASSES, Does, Row, rows};
use crate::intent::{Name, Object, Place, Reading, Where};
use crate::objects::{objects_at, places_at};
use crate::slots::slot_at;
use crate::spans::span_at;
use crate::tokens::Token;

/// Most steps of matching for one clause; a plain one takes a few thousand.
const STEPS_MAX: u32 = 80_000;

/// Every way a sentence can be read, each once.
pub(crate) fn readings(tokens: &[Token]) -> Vec<Reading> {
    let classes = tokens.iter().map(classes_of).collect();
    let mut matcher = Matcher { tokens, classes, steps: 0, found: Vec::new() };
    let mut starts = vec![(0, Place::default())];
    for (end, place) in places_at(tokens, 0) {
        let comma = tokens.get(end).is_some_and(|token| token.is(","));
        starts.push((if comma { end + 1 } else { end }, place));
    }
    for row in rows() {
        let elements: Vec<&str> = row.says.split(' ').collect();
        if !matcher.holds_words_of(&elements) {
            continue;
        }
        for (start, place) in &starts {
            let taken = Taken { place: place.clone(), ..Taken::default() };
            matcher.elements(row, &elements, *start, taken);
        }
    }
    if matcher.steps >= STEPS_MAX { Vec::new() } else { matcher.found }
}

struct Matcher<'a> {
    tokens: &'a [Token],
    /// The classes each word is of.
    classes: Vec<Vec<&'static str>>,
    steps: u32,
    found: Vec<Reading>,
}

impl Matcher<'_> {
    fn elements(&mut self, row: &Row, elements: &[&str], at: usize, taken: Taken) {
        self.steps += 1;
        if self.steps >= STEPS_MAX {
            return;
        }
        let Some((element, rest)) = elements.split_first() else {
            return self.tail(row, at, taken);
        };
        if let Some(optional) = element.strip_prefix('[').and_then(|e| e.strip_suffix(']')) {
            self.elements(row, rest, at, taken.clone());
            if let Some(slot) = slot_name(optional) {
                for (end, filled) in slot_at(slot, self.tokens, at, &taken) {
                    self.elements(row, rest, end, filled);
                }
            } else if self.word(optional, at) {
                self.elements(row, rest, at + 1, taken);
            }
        } else if let Some(slot) = slot_name(element) {
            for (end, filled) in slot_at(slot, self.tokens, at, &taken) {
                self.elements(row, rest, end, filled);
            }
        } else if self.word(element, at) {
            self.elements(row, rest, at + 1, taken);
        }
    }

    /// Whether every word a row must have is somewhere in the clause: what lacks one needs no matching.
    fn holds_words_of(&self, elements: &[&str]) -> bool {
        let mut words = elements.iter().filter(|element| !element.starts_with(['[', '<']));
        words.all(|element| (0..self.tokens.len()).any(|at| self.word(element, at)))
    }

    /// Whether the word at a position is one of these alternatives.
    fn word(&self, alternatives: &str, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| !token.quoted) else { return false };
        alternatives.split('|').any(|alternative| match alternative.strip_prefix('@') {
            Some(class) => self.classes[at].contains(&class),
            None => alternative == token.low,
        })
    }

    /// After the last element: places and spans, to the end of the sentence.
    fn tail(&mut self, row: &Row, at: usize, taken: Taken) {
        self.steps += 1;
        if at >= self.tokens.len() {
            if let Some(reading) = build(row.does, taken)
                && !self.found.contains(&reading)
            {
                self.found.push(reading);
            }
            return;
        }
        for (end, place) in places_at(self.tokens, at) {
            let place = taken.place.and(&place);
            self.tail(row, end, Taken { place, ..taken.clone() });
        }
        if matches!(row.does, Does::List | Does::Sorted(_)) && self.word("from", at) {
            for (end, place) in objects_at(self.tokens, at + 1).into_iter().filter_map(bare_namespace) {
                let place = taken.place.and(&place);
                self.tail(row, end, Taken { place, ..taken.clone() });
            }
        }
        if let Some((end, span)) = span_at(self.tokens, at) {
            self.tail(row, end, Taken { span: Some(span), ..taken });
        }
    }
}

/// The classes a word is of.
fn classes_of(token: &Token) -> Vec<&'static str> {
    let holds = |words: &str| words.split(' ').any(|word| word == token.low);
    CLASSES.iter().filter(|(_, words)| holds(words)).map(|(name, _)| *name).collect()
}

fn slot_name(element: &str) -> Option<&str> {
    element.strip_prefix('<')?.strip_suffix('>')
}

/// `shop` read as an object is the namespace `shop`.
fn bare_namespace((end, object, place): (usize, Object, Place)) -> Option<(usize, Place)> {
    match object {
        Object { kind: None, namespace: None, name: Name::Said(name) } if place == Place::default() => {
            let named = Place { namespace: Where::Named(name), ..Place::default() };
            Some((end, named))
        }
        _ => None,
    }
}
