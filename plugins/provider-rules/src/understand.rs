//! A sentence understood exactly one way, or the reason it isn't.
//!
//! Order: limits; flags and politeness off; a list of clusters taken as one place; every reading of what is left, as one
//! request, then as several; then what forbids a write (negation, a question, a condition) before what makes it possible. Only a sentence used up to its last
//! word is understood. What failed is looked at once more, to say which words it failed at.

use crate::clauses::{Clause, clauses};
use crate::context::Context;
use crate::intent::{Action, Intent, Place, Reading, Where};
use crate::pattern::readings;
use crate::refusal::Refusal;
use crate::spans::span_end;
use crate::tokens::{Sentence, Token, split};
use crate::vocabulary::{JOINTS, known, negates, postpones, writes};
use crate::{MANIFEST_BYTES_MAX, SENTENCE_BYTES_MAX, WORDS_MAX, answer, objects};

mod clusters;
mod flags;
mod manifest;
mod politeness;

/// Understands a sentence: its requests, in order.
pub(crate) fn understand(text: &str, context: &Context) -> Result<Vec<Clause>, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    if let Some(given) = manifest::given(text) {
        return given.map(|reading| vec![Clause::only(reading)]);
    }
    if text.len() > SENTENCE_BYTES_MAX {
        return Err(Refusal::TooLong { limit: "SENTENCE_BYTES_MAX", max: SENTENCE_BYTES_MAX });
    }
    if text.chars().any(|sign| answer::invisible(sign) && !matches!(sign, '\n' | '\r' | '\t')) {
        return Err(Refusal::Unreadable);
    }
    let Sentence { tokens, asks } = split(text);
    if tokens.len() > WORDS_MAX {
        return Err(Refusal::TooLong { limit: "WORDS_MAX", max: WORDS_MAX });
    }
    let all = tokens.clone();
    let (tokens, flags) = flags::take(tokens)?;
    let (tokens, requested) = politeness::strip(tokens);
    if tokens.is_empty() {
        return Err(Refusal::Empty);
    }
    let (tokens, list) = clusters::take(tokens, context);
    let said = Said { asks: (asks && !requested) || politeness::interrogative(&tokens), all: &all, tokens: &tokens };
    let read = |tokens: &[Token]| on_known_clusters(readings(tokens), context, list.as_ref());
    let found = read(&tokens);
    let whole = if found.is_empty() { clauses(&tokens, &read) } else { None };
    let understood: Vec<Clause> = match whole {
        Some(several) => {
            let several = said.judge_several(several?)?.into_iter().map(|clause| flags.apply_to(clause));
            several.collect::<Result<_, _>>()?
        }
        None => vec![flags.apply_to(Clause::only(said.judge(found)?))?],
    };
    let understood = clusters::agree(understood, context)?;
    match &list {
        Some(list) => clusters::spread(understood, list),
        None => Ok(understood),
    }
}

/// A part of a sentence without its politeness.
pub(crate) fn plain_request(tokens: &[Token]) -> Vec<Token> {
    politeness::strip(tokens.to_vec()).0
}

/// "on web" is a cluster if there is one of that name, and none if there isn't and the words can mean something else.
fn on_known_clusters(found: Vec<Reading>, context: &Context, list: Option<&clusters::List>) -> Vec<Reading> {
    let listed = |said: &str| list.is_some_and(|list| list.is(said));
    let known = |said: &String| *said == context.cluster || context.clusters.contains(said) || listed(said);
    let on_known = |reading: &Reading| reading.place.cluster.as_ref().is_some_and(known);
    let elsewhere = |reading: &Reading| reading.place.cluster.as_ref().is_some_and(|said| !known(said));
    match found.len() {
        0 | 1 => found,
        _ if found.iter().any(on_known) => found.into_iter().filter(on_known).collect(),
        _ if found.iter().all(elsewhere) => found,
        _ => found.into_iter().filter(|reading| !elsewhere(reading)).collect(),
    }
}

/// A sentence as it was said.
struct Said<'a> {
    /// Whether it is a question.
    asks: bool,
    /// All its words.
    all: &'a [Token],
    /// Without flags and politeness.
    tokens: &'a [Token],
}

impl Said<'_> {
    /// One reading, or why there isn't one that may be acted on.
    fn judge(&self, found: Vec<Reading>) -> Result<Reading, Refusal> {
        self.may(found.iter().any(|reading| reading.intent.writes()))?;
        match found.as_slice() {
            [] => Err(failure(self.all, self.tokens, self.asks)),
            [one] if one.place.conflict => Err(Refusal::TwoPlaces),
            [one] => Ok(one.clone()),
            several => Err(two_readings(several)),
        }
    }

    /// Several requests, if they may be acted on.
    fn judge_several(&self, found: Vec<Clause>) -> Result<Vec<Clause>, Refusal> {
        let changes = found.iter().any(|clause| clause.reading.intent.writes());
        self.may(changes)?;
        if changes && self.tokens.iter().any(postpones) { Err(Refusal::Later) } else { Ok(found) }
    }

    /// Whether a change may come of it.
    fn may(&self, changes: bool) -> Result<(), Refusal> {
        if changes && self.all.iter().any(negates) {
            return Err(Refusal::Negated);
        }
        if changes && self.asks {
            return Err(Refusal::Question { offer: offer(self.tokens) });
        }
        Ok(())
    }
}

fn two_readings(several: &[Reading]) -> Refusal {
    let mut readings: Vec<String> = several.iter().map(in_words).collect();
    readings.sort();
    readings.dedup();
    Refusal::TwoReadings { readings }
}

fn in_words(reading: &Reading) -> String {
    let place = match &reading.place.namespace {
        Where::Named(namespace) => format!(" in {namespace}"),
        Where::Everywhere => " everywhere".to_owned(),
        Where::Unsaid | Where::Cluster | Where::Here | Where::There => String::new(),
    };
    let cluster = reading.place.cluster.as_ref().map(|cluster| format!(" on {cluster}")).unwrap_or_default();
    format!("{}{place}{cluster}", reading.intent.plain())
}

/// Why nothing could be made of a sentence, the gravest reason first.
fn failure(all: &[Token], tokens: &[Token], asks: bool) -> Refusal {
    let changes = tokens.iter().any(writes);
    if changes && all.iter().any(negates) {
        return Refusal::Negated;
    }
    if changes && asks {
        return Refusal::Question { offer: offer(tokens) };
    }
    if changes && tokens.iter().any(postpones) {
        return Refusal::Later;
    }
    if let Some(several) = several(tokens) {
        return several;
    }
    if changes && (0..tokens.len()).any(|at| span_end(tokens, at).is_some()) {
        return Refusal::Later;
    }
    partly(tokens).unwrap_or_else(|| nothing_fits(tokens))
}

/// More than one request, joined. Nothing is done of either: half of what was asked is not what was asked.
fn several(tokens: &[Token]) -> Option<Refusal> {
    let parts: Vec<&[Token]> = tokens.split(|token| token.is_one_of(JOINTS)).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return None;
    }
    let asked = |part: &&&[Token]| matches!(readings(part).as_slice(), [one] if !matches!(one.intent, Intent::Talk(_)));
    let first = parts.iter().find(asked).map(|part| text_of(part));
    (first.is_some() || parts.iter().any(|part| part.iter().any(writes))).then_some(Refusal::Several { first })
}

/// The longest beginning (or end) that is a request by itself, and the words that are left.
fn partly(tokens: &[Token]) -> Option<Refusal> {
    let says = |part: &[Token], rest: &[Token]| match readings(part).as_slice() {
        [one] => match &one.intent {
            Intent::Talk(_) => None,
            Intent::Incomplete(missing) => Some(Refusal::Missing(missing.clone())),
            _ => Some(Refusal::UnknownWords { understood: in_words(one), words: vec![text_of(rest)] }),
        },
        _ => None,
    };
    (1..tokens.len()).rev().find_map(|length| {
        let (front, after) = tokens.split_at(length);
        let (before, back) = tokens.split_at(tokens.len() - length);
        says(front, after).or_else(|| says(back, before))
    })
}

fn nothing_fits(tokens: &[Token]) -> Refusal {
    const VERBS: [&str; 17] = [
        "scale", "resize", "restart", "bounce", "delete", "remove", "describe", "explain", "logs", "show", "get",
        "roll", "upgrade", "check", "diagnose", "kill", "destroy",
    ];
    let bare = |token: &Token| known(token) && !token.is_one_of(JOINTS);
    match tokens.first() {
        Some(verb) if verb.is_one_of(&VERBS) && tokens.len() <= 4 && tokens.iter().all(bare) => {
            let asked = tokens.iter().find(|token| token.is_one_of(&["logs", "events"])).unwrap_or(verb);
            let of = if std::ptr::eq(asked, verb) { "" } else { " of" };
            Refusal::NeedsName { verb: format!("{}{of}", asked.low) }
        }
        _ => Refusal::NotUnderstood { said: text_of(tokens) },
    }
}

/// The change a question is about, as a request.
fn offer(tokens: &[Token]) -> Option<String> {
    let start = tokens.iter().position(writes)?;
    let mut request = tokens[start..].to_vec();
    request[0].low = politeness::base_form(&request[0].low);
    match readings(&request).as_slice() {
        [one] if matches!(one.intent, Intent::Object { .. }) => Some(in_words(one)),
        _ => None,
    }
}

pub(crate) fn text_of(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}
