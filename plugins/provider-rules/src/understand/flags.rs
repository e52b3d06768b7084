//! Flags, as hands trained on kubectl type them: the few that can be said in words. Any other is asked back.

use super::{Action, Intent, Place, Reading, Refusal, Token, Where, objects};
use crate::LOG_LINES_MAX;
use crate::intent::Missing;
use crate::numbers::{self, Number};

/// What the flags of a sentence said.
#[derive(Debug, Default)]
pub(super) struct Flags {
    place: Place,
    container: Option<(String, String)>,
    selector: Option<(String, String)>,
    lines: Option<(String, Number)>,
    previous: Option<String>,
}

/// Takes the flags (and the word `kubectl`) out of a sentence. `--replicas=5` becomes the words "to 5".
pub(super) fn take(tokens: Vec<Token>) -> Result<(Vec<Token>, Flags), Refusal> {
    let mut flags = Flags::default();
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().enumerate().peekable();
    while let Some((index, token)) = tokens.next() {
        let letter = token.text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_alphabetic());
        if token.quoted || !token.text.starts_with('-') || !letter {
            let command = index == 0 && token.is_one_of(&["kubectl", "k", "kc"]);
            if !command {
                kept.push(token);
            }
            continue;
        }
        let refused = || Refusal::Flag { flag: token.text.clone() };
        let (name, mut value) = match token.text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (token.text.as_str(), None),
        };
        let takes = !matches!(name, "-A" | "--all-namespaces" | "-p" | "--previous");
        if takes && value.is_none() {
            value = tokens.next_if(|(_, next)| !next.text.starts_with('-')).map(|(_, next)| next.text);
        }
        let value = value.filter(|value| !value.is_empty());
        match (name, value) {
            ("-A" | "--all-namespaces", None) => flags.at(Place { namespace: Where::Everywhere, ..Place::default() }),
            ("-p" | "--previous", None) => flags.previous = Some(name.to_owned()),
            ("-n" | "--namespace", Some(value)) if objects::is_name(&value) => {
                flags.at(Place { namespace: Where::Named(value), ..Place::default() });
            }
            ("--cluster" | "--context", Some(value)) => flags.at(Place { cluster: Some(value), ..Place::default() }),
            ("-c" | "--container", Some(value)) if objects::is_name(&value) => {
                flags.container = Some((name.to_owned(), value));
            }
            ("-l" | "--selector", Some(value)) => flags.selector = Some((name.to_owned(), value)),
            ("--tail", Some(value)) => flags.lines = Some((name.to_owned(), number(&value))),
            ("--replicas", Some(value)) => kept.extend([plain("to"), plain(&value)]),
            _ => return Err(refused()),
        }
    }
    Ok((kept, flags))
}

fn plain(text: &str) -> Token {
    Token { text: text.to_owned(), low: text.to_lowercase(), quoted: false }
}

fn number(text: &str) -> Number {
    match numbers::at(&[plain(text)], 0) {
        Some((1, number)) => number,
        _ => Number::Bad(text.to_owned()),
    }
}

impl Flags {
    fn at(&mut self, place: Place) {
        self.place = self.place.and(&place);
    }

    /// Puts the flags on the reading; one that has no meaning there is asked back.
    pub(super) fn apply(self, mut reading: Reading) -> Result<Reading, Refusal> {
        let Self { place, container: named, selector: selected, lines: tail, previous: before } = self;
        reading.place = reading.place.and(&place);
        if reading.place.conflict {
            return Err(Refusal::TwoPlaces);
        }
        let refused = |flag: &str| Err(Refusal::Flag { flag: flag.to_owned() });
        match (&mut reading.intent, selected) {
            (Intent::List { selector, .. }, Some((_, value))) if selector.is_none() => *selector = Some(value),
            (_, Some((flag, _))) => return refused(&flag),
            (_, None) => {}
        }
        match &mut reading.intent {
            Intent::Object { action: Action::Logs { container, previous, lines }, .. } => {
                *previous |= before.is_some();
                if let Some((_, value)) = named {
                    *container = Some(value);
                }
                match tail {
                    Some((_, Number::Exact(count))) if count <= LOG_LINES_MAX => *lines = Some(count),
                    Some((_, Number::Exact(count))) => return bad_lines(count.to_string()),
                    Some((_, Number::Bad(said))) => return bad_lines(said),
                    None => {}
                }
            }
            _ => {
                let flag = named.map(|(flag, _)| flag).or(tail.map(|(flag, _)| flag)).or(before);
                if let Some(flag) = flag {
                    return refused(&flag);
                }
            }
        }
        Ok(reading)
    }
}

fn bad_lines(said: String) -> Result<Reading, Refusal> {
    Err(Refusal::Missing(Missing::BadCount { said, max: LOG_LINES_MAX }))
}
