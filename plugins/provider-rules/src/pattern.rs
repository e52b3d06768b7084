//! Matching a sentence against a row of the grammar, in every way it fits.
//!
//! A row is words, `a|b` alternatives, `[optional]` words, `@classes` of words and `<slots>`. The whole sentence has to be
//! used up; a place may stand first, and places and spans of time may follow. Work is bounded by [`STEPS_MAX`]: a sentence
//! built to backtrack is answered as not understood.

use crate::grammar::{CLASSES, Does, ROWS, Row};
use crate::intent::{Action, Amount, Intent, Missing, Name, Object, Place, Reading, Where};
use crate::numbers::{self, Number};
use crate::objects::{is_name, kind_word, objects_at, places_at};
use crate::tokens::Token;
use crate::vocabulary::reserved;
use crate::{LOG_LINES_MAX, REPLICAS_MAX, kinds};

/// Most steps of matching for one sentence; a plain one takes a few thousand.
const STEPS_MAX: u32 = 40_000;
/// Longest image reference, characters, as the host has it.
const IMAGE_CHARS_MAX: usize = 512;
/// Longest tag.
const TAG_CHARS_MAX: usize = 128;

/// What the slots of a row took.
#[derive(Debug, Clone, Default)]
struct Taken {
    object: Option<Object>,
    count: Option<Number>,
    image: Option<Result<String, String>>,
    kind: Option<String>,
    container: Option<String>,
    selector: Option<String>,
    place: Place,
    span: bool,
}

/// Every way a sentence can be read, each once.
pub(crate) fn readings(tokens: &[Token]) -> Vec<Reading> {
    let mut matcher = Matcher { tokens, steps: 0, found: Vec::new() };
    let mut starts = vec![(0, Place::default())];
    for (end, place) in places_at(tokens, 0) {
        let comma = tokens.get(end).is_some_and(|token| token.is(","));
        starts.push((if comma { end + 1 } else { end }, place));
    }
    for row in ROWS {
        let elements: Vec<&str> = row.says.split(' ').collect();
        for (start, place) in &starts {
            let taken = Taken { place: place.clone(), ..Taken::default() };
            matcher.elements(row, &elements, *start, taken);
        }
    }
    if matcher.steps >= STEPS_MAX { Vec::new() } else { matcher.found }
}

struct Matcher<'a> {
    tokens: &'a [Token],
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
            if self.word(optional, at) {
                self.elements(row, rest, at + 1, taken);
            }
        } else if let Some(slot) = element.strip_prefix('<').and_then(|e| e.strip_suffix('>')) {
            for (end, filled) in self.slot(slot, at, &taken) {
                self.elements(row, rest, end, filled);
            }
        } else if self.word(element, at) {
            self.elements(row, rest, at + 1, taken);
        }
    }

    /// Whether the word at a position is one of these alternatives.
    fn word(&self, alternatives: &str, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| !token.quoted) else { return false };
        alternatives.split('|').any(|alternative| match alternative.strip_prefix('@') {
            Some(class) => {
                CLASSES.iter().any(|(name, words)| *name == class && words.split(' ').any(|w| w == token.low))
            }
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
        if row.does == Does::List && self.word("from", at) {
            for (end, place) in objects_at(self.tokens, at + 1).into_iter().filter_map(bare_namespace) {
                let place = taken.place.and(&place);
                self.tail(row, end, Taken { place, ..taken.clone() });
            }
        }
        if let Some(end) = span_end(self.tokens, at) {
            self.tail(row, end, Taken { span: true, ..taken });
        }
    }

    fn slot(&self, slot: &str, at: usize, taken: &Taken) -> Vec<(usize, Taken)> {
        let Some(token) = self.tokens.get(at) else { return Vec::new() };
        let one = |filled: Option<Taken>| filled.map(|filled| (at + 1, filled)).into_iter().collect();
        let image = |read: fn(&str) -> Option<Result<String, String>>| {
            let image = Some(&token.text).filter(|_| !reserved_image(token)).and_then(|text| read(text));
            one(image.map(|image| Taken { image: Some(image), ..taken.clone() }))
        };
        match slot {
            "object" => objects_at(self.tokens, at)
                .into_iter()
                .map(|(end, object, place)| {
                    (end, Taken { object: Some(object), place: taken.place.and(&place), ..taken.clone() })
                })
                .collect(),
            "count" => numbers::at(self.tokens, at)
                .map(|(end, count)| (end, Taken { count: Some(count), ..taken.clone() }))
                .into_iter()
                .collect(),
            "kind" => one(kind_word(token).map(|(kind, _)| Taken { kind: Some(kind), ..taken.clone() })),
            "plural" => {
                let many = kind_word(token).filter(|(_, form)| *form == kinds::Form::Plural);
                one(many.map(|(kind, _)| Taken { kind: Some(kind), ..taken.clone() }))
            }
            "kinds" => {
                let many = kind_word(token).filter(|(_, form)| *form != kinds::Form::Singular);
                one(many.map(|(kind, _)| Taken { kind: Some(kind), ..taken.clone() }))
            }
            "word" => {
                let word =
                    Some(token).filter(|token| !reserved(token) && token.low.bytes().all(|b| b.is_ascii_alphabetic()));
                one(word.map(|token| Taken { kind: Some(token.low.clone()), ..taken.clone() }))
            }
            "container" => {
                let name = Some(token).filter(|token| !reserved(token) && is_name(&token.text));
                one(name.map(|token| Taken { container: Some(token.text.clone()), ..taken.clone() }))
            }
            "selector" => {
                let selector = Some(&token.text).filter(|text| is_selector(text));
                one(selector.map(|text| Taken { selector: Some(text.clone()), ..taken.clone() }))
            }
            "assign" => one(assign(&token.text).map(|(container, image)| Taken {
                container: Some(container).filter(|name| name != "*"),
                image: Some(image),
                ..taken.clone()
            })),
            "image" => image(image_text),
            "full" => image(full_image),
            "version" => image(version_text),
            "release" => image(release_text),
            "tag" => image(tag_text),
            _ => Vec::new(),
        }
    }
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

/// `in the last 10 minutes`, `since 1h`, `today`: where it ends.
pub(crate) fn span_end(tokens: &[Token], at: usize) -> Option<usize> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is_one_of(words));
    if is(at, &["today", "yesterday", "recently", "lately", "overnight"]) {
        return Some(at + 1);
    }
    let mut next = at + usize::from(is(at, &["in", "from", "of", "over", "during", "for", "since", "within"]));
    next += usize::from(is(next, &["the"]));
    let last = is(next, &["last", "past"]);
    next += usize::from(last);
    if next == at {
        return None;
    }
    let short = |token: &Token| {
        let digits = token.low.trim_end_matches(['s', 'm', 'h', 'd']);
        digits.len() < token.low.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if tokens.get(next).is_some_and(short) {
        return Some(next + 1);
    }
    const UNITS: [&str; 14] = [
        "second", "seconds", "minute", "minutes", "min", "mins", "hour", "hours", "hrs", "day", "days", "week",
        "weeks", "night",
    ];
    if last && is(next, &UNITS) {
        return Some(next + 1);
    }
    let counted = match numbers::at(tokens, next) {
        Some((end, Number::Exact(_))) => end,
        _ if is(next, &["a", "an"]) => next + 1,
        _ if is(next, &["half"]) && is(next + 1, &["an", "a"]) => next + 2,
        _ => return None,
    };
    is(counted, &UNITS).then_some(counted + 1)
}

fn reserved_image(token: &Token) -> bool {
    reserved(token) && token.low != "latest" && !token.low.bytes().all(|b| b.is_ascii_digit())
}

fn is_selector(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/=!,".contains(c);
    text.contains('=') && text.len() <= 253 && text.chars().all(allowed) && !text.starts_with(['=', '-', ','])
}

fn tag_like(text: &str) -> bool {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) || text == "latest"
}

fn is_tag(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !text.is_empty() && text.len() <= TAG_CHARS_MAX && text.chars().all(allowed) && !text.starts_with(['-', '.'])
}

/// A whole reference, or `:tag`.
fn full_image(text: &str) -> Option<Result<String, String>> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/:@".contains(c);
    let fits = text.len() <= IMAGE_CHARS_MAX && text.chars().all(allowed) && !text.ends_with([':', '/', '@']);
    if let Some(tag) = text.strip_prefix(':') {
        return is_tag(tag).then(|| Ok(text.to_owned()));
    }
    let whole = text.contains(['/', ':', '@']) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    (fits && whole).then(|| Ok(text.to_owned()))
}

/// Where an image was asked for: a tag, or a reference, if need be without a tag.
fn image_text(text: &str) -> Option<Result<String, String>> {
    full_image(text)
        .or_else(|| (is_tag(text) && tag_like(text)).then(|| Ok(format!(":{text}"))))
        .or_else(|| is_tag(text).then(|| Ok(text.to_owned())))
        .or_else(|| Some(Err(text.to_owned())))
}

/// After `upgrade … to`: a tag or a whole reference; a bare word could be either.
fn version_text(text: &str) -> Option<Result<String, String>> {
    full_image(text)
        .or_else(|| (is_tag(text) && tag_like(text)).then(|| Ok(format!(":{text}"))))
        .or_else(|| Some(Err(text.to_owned())))
}

/// After `change … to`: as a version, but a bare number could also mean replicas.
fn release_text(text: &str) -> Option<Result<String, String>> {
    if text.bytes().all(|b| b.is_ascii_digit()) { Some(Err(text.to_owned())) } else { version_text(text) }
}

/// After the word `tag` or `version`.
fn tag_text(text: &str) -> Option<Result<String, String>> {
    Some(if is_tag(text) { Ok(format!(":{text}")) } else { Err(text.to_owned()) })
}

/// `app=nginx:1.27`.
fn assign(text: &str) -> Option<(String, Result<String, String>)> {
    let (container, image) = text.split_once('=')?;
    ((container == "*" || is_name(container)) && !image.is_empty())
        .then(|| Some((container.to_owned(), image_text(image)?)))?
}

/// The reading of a row whose slots are filled; none if it can't mean anything.
fn build(does: Does, taken: Taken) -> Option<Reading> {
    let Taken { object, count, image, kind, container, selector, place, span } = taken;
    let lines = match count.clone().filter(|_| does.reads_lines()) {
        Some(count) => match limited(count, LOG_LINES_MAX) {
            Ok(lines) => Some(lines),
            Err(missing) => return Some(Reading { intent: Intent::Incomplete(missing), place, span }),
        },
        None => None,
    };
    let amount = |make: fn(u32) -> Amount| match limited(count.clone()?, REPLICAS_MAX) {
        Ok(number) => Some(Ok(Action::Scale(make(number)))),
        Err(missing) => Some(Err(missing)),
    };
    let action = match does {
        Does::List => return Some(Reading { intent: Intent::List { kind: kind?, selector }, place, span }),
        Does::Events => return Some(Reading { intent: Intent::Events, place, span }),
        Does::Diagnose => return Some(Reading { intent: Intent::Diagnose, place, span }),
        Does::Talk(talk) => return Some(Reading { intent: Intent::Talk(talk), place, span }),
        Does::NeedCount => Err(Missing::Count { object: object.clone()? }),
        Does::NeedImage => Err(Missing::Image { object: object.clone()? }),
        Does::Get => Ok(Action::Get),
        Does::Describe => Ok(Action::Describe),
        Does::PodsOf if object.as_ref().is_some_and(Object::is_namespace) => return None,
        Does::PodsOf => Ok(Action::Describe),
        Does::Logs => Ok(Action::Logs { container, previous: false, lines }),
        Does::PreviousLogs => Ok(Action::Logs { container, previous: true, lines }),
        Does::EventsOf => Ok(Action::Events),
        Does::DiagnoseOne => Ok(Action::Diagnose),
        Does::ScaleTo => amount(Amount::To)?,
        Does::ScaleMore => amount(Amount::More)?,
        Does::ScaleFewer => amount(Amount::Fewer)?,
        Does::Double => Ok(Action::Scale(Amount::Times(2))),
        Does::Triple => Ok(Action::Scale(Amount::Times(3))),
        Does::Halve => Ok(Action::Scale(Amount::Half)),
        Does::SetImage => match image? {
            Ok(image) => Ok(Action::SetImage { image, container }),
            Err(said) => Err(Missing::BadVersion { said }),
        },
        Does::Restart => Ok(Action::Restart),
        Does::Delete => Ok(Action::Delete),
    };
    let (intent, place) = match action {
        // A namespace's events and troubles are those of the place.
        Ok(action @ (Action::Events | Action::Diagnose)) if object.as_ref().is_some_and(Object::is_namespace) => {
            let Some(Object { name: Name::Said(name), .. }) = object else { return None };
            let place = place.and(&Place { namespace: Where::Named(name), ..Place::default() });
            (if action == Action::Events { Intent::Events } else { Intent::Diagnose }, place)
        }
        Ok(action) => (Intent::Object { action, object: object? }, place),
        Err(missing) => (Intent::Incomplete(missing), place),
    };
    // A write for a span of time is not what this does: it would stay.
    if span && intent.writes() { None } else { Some(Reading { intent, place, span }) }
}

fn limited(count: Number, max: u32) -> Result<u32, Missing> {
    match count {
        Number::Exact(number) if number <= max => Ok(number),
        Number::Exact(number) => Err(Missing::BadCount { said: number.to_string(), max }),
        Number::Bad(said) => Err(Missing::BadCount { said, max }),
    }
}
