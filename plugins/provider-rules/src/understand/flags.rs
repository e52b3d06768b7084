//! Flags, as hands trained on kubectl type them: the few that can be said in words. Any other is asked back.

use super::{Action, Clause, Intent, Place, Reading, Refusal, Token, Where, objects};
use crate::LOG_LINES_MAX;
use crate::intent::Missing;
use crate::numbers::{self, Number};

/// What the flags of a sentence said.
#[derive(Debug, Clone, Default)]
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
    let mut behind: Vec<(usize, Vec<String>)> = Vec::new();
    let has = |tokens: &[Token], words: &[&str]| tokens.iter().any(|token| token.is_one_of(words));
    let (drains, shows) = (has(&tokens, &["drain"]), has(&tokens, &["get", "show"]));
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
        let bare = matches!(name, "--force" | "--ignore-daemonsets" | "--delete-emptydir-data" | "--delete-local-data");
        let takes = !bare && !matches!(name, "-A" | "--all-namespaces" | "-p" | "--previous");
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
            ("--ignore-daemonsets", None) if drains => {}
            ("-o" | "--output", Some(value)) if shows && matches!(value.as_str(), "yaml" | "json") => {}
            (name, value) => behind.push(in_words(name, value, drains).ok_or_else(refused)?),
        }
    }
    behind.sort();
    kept.extend(behind.iter().flat_map(|(_, words)| words.iter().map(|word| plain(word))));
    Ok((kept, flags))
}

/// A flag as the words that follow the request, in the order the grammar has them.
fn in_words(name: &str, value: Option<String>, drains: bool) -> Option<(usize, Vec<String>)> {
    let words = |order: usize, words: &[&str]| Some((order, words.iter().map(|word| (*word).to_owned()).collect()));
    match (name, value.as_deref()) {
        ("--delete-emptydir-data" | "--delete-local-data", None) if drains => {
            words(1, &["and", "delete", "emptydir", "data"])
        }
        ("--force", None) if drains => words(2, &["with", "force"]),
        ("--replicas", Some(value)) => words(1, &["to", value]),
        ("--to-revision", Some(value)) => words(1, &["to", "revision", value]),
        ("--sort-by", Some(value)) => {
            let field = value.trim_matches(['{', '}', '\'', '"']).rsplit('.').next()?.to_lowercase();
            words(1, &["sorted", "by", &field.replace("restartcount", "restarts").replace("creationtimestamp", "age")])
        }
        ("--limits", Some(value)) => words(1, &["limits", value]),
        ("--requests", Some(value)) => words(2, &["requests", value]),
        ("--min", Some(value)) => words(1, &["min", value]),
        ("--max", Some(value)) => words(2, &["max", value]),
        ("--cpu-percent", Some(value)) => words(3, &["at", &format!("{value}%"), "cpu"]),
        ("--port", Some(value)) => words(1, &["on", "port", value]),
        ("--target-port", Some(value)) => words(2, &["targeting", value]),
        ("--type", Some(value)) => words(3, &["as", value]),
        ("--name", Some(value)) => words(4, &["as", value]),
        ("--image", Some(value)) => words(1, &["with", value]),
        _ => None,
    }
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

    /// Puts the flags on a request; one that has no meaning there is asked back.
    pub(super) fn apply_to(&self, mut clause: Clause) -> Result<Clause, Refusal> {
        clause.reading = self.clone().apply(clause.reading)?;
        Ok(clause)
    }

    fn apply(self, mut reading: Reading) -> Result<Reading, Refusal> {
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
