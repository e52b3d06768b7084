//! The rules that find secrets in texts, and the one automaton that finds where to look.
//!
//! Published rules stand in `data/redact/rules.json` (derived from gitleaks, MIT; see the notice there), our own beside
//! them in code. The automaton runs over a text once, however many rules there are; a rule costs only where an anchor of
//! its own stands. A rule set that can't be read is a fault of the build, found by a test; then our own rules stand alone.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::Deserialize;

use super::allow::{Allow, AllowText};
use super::kind::Span;
use super::named::{self, SCHEMES, STEMS};
use super::rule::{Rule, RuleText};
use super::shapes::{self, KEY_BEGIN, KNOWN_TOKENS};
use super::view::{More, View};

const PUBLISHED: &str = include_str!("../../data/redact/rules.json");
/// Longest anchor, bytes.
pub(super) const ANCHOR_BYTES_MAX: usize = 64;
/// Names of our own rules; positions are the constants below.
const OWN: [&str; 12] = [
    "known-value",
    "named-value",
    "named-flag",
    "auth-scheme",
    "url-password",
    "private-key",
    "token-shape",
    "random-text",
    "secret-data",
    "helm-release",
    "embedded-secret",
    "said-value",
];
pub(super) const KNOWN: u16 = 0;
const NAMED: named::Rules = named::Rules { named: 1, flag: 2, scheme: 3, said: 11 };
const URL: u16 = 4;
const PRIVATE_KEY: u16 = 5;
const TOKEN_SHAPE: u16 = 6;
pub(super) const RANDOM: u16 = 7;
/// Rules of the pass over fields.
pub(super) const DATA: &str = OWN[8];
pub(super) const RELEASE: &str = OWN[9];
pub(super) const EMBEDDED: &str = OWN[10];
pub(super) const NAMED_FIELD: &str = OWN[1];
pub(super) const FLAG_FIELD: &str = OWN[2];

/// The published rules' file.
#[derive(Deserialize)]
struct File {
    allow: AllowText,
    rules: Vec<RuleText>,
}

/// Who looks at what stands around an anchor.
#[derive(Debug, Clone, Copy)]
enum Detector {
    Stem,
    Scheme,
    Url,
    KeyBlock,
    Shape(usize),
    Rule(usize),
}

/// A set of rules with its automaton.
#[derive(Debug)]
pub struct Rules {
    /// Finds anchors; absent only when there are too many for it.
    pub(super) anchors: Option<AhoCorasick>,
    /// By anchor: who looks.
    detectors: Vec<Vec<Detector>>,
    rules: Vec<Rule>,
    everywhere: Option<Allow>,
    names: Vec<String>,
}

impl Rules {
    /// The published rules and our own, made once.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Rules> = LazyLock::new(|| Rules::of(published()));
        &STANDARD
    }

    /// These rules and our own. One that can't be read is left out; a test holds that none is.
    pub fn of(texts: Vec<RuleText>) -> Self {
        let everywhere = file().and_then(|file| Allow::of(&file.allow).ok());
        let mut names: Vec<String> = OWN.iter().map(|name| (*name).to_owned()).collect();
        let mut rules = Vec::new();
        // Key blocks are our own: theirs end after a fixed length, ours may go on.
        for text in texts.into_iter().filter(|text| text.id != OWN[usize::from(PRIVATE_KEY)]) {
            let name = u16::try_from(names.len()).unwrap_or(u16::MAX);
            names.push(text.id.clone());
            rules.extend(Rule::of(text, name));
        }
        let mut anchors = Anchors::default();
        anchors.own();
        for (index, rule) in rules.iter().enumerate() {
            rule.anchors.iter().for_each(|anchor| anchors.add(anchor, Detector::Rule(index)));
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&anchors.texts);
        Self { anchors: automaton.ok(), detectors: anchors.detectors, rules, everywhere, names }
    }

    /// What a rule is called.
    pub(super) fn name(&self, rule: u16) -> &str {
        self.names.get(usize::from(rule)).map_or("", String::as_str)
    }

    /// Names of all rules that look at texts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Asks everybody who looks around this anchor, and hands on what they find.
    pub(super) fn look(
        &self,
        view: &View<'_>,
        (anchor, from, to): (usize, usize, usize),
        found: &mut dyn FnMut(Span),
    ) -> Result<(), More> {
        for detector in self.detectors.get(anchor).into_iter().flatten() {
            let span = match detector {
                Detector::Stem => named::at_stem(view, NAMED, from, to)?,
                Detector::Scheme => named::at_scheme(view, NAMED, from, to)?,
                Detector::Url => shapes::userinfo(view, URL, to)?,
                Detector::KeyBlock => shapes::key_block(view, PRIVATE_KEY, from)?,
                Detector::Shape(which) => shapes::token(view, TOKEN_SHAPE, from, *which)?,
                Detector::Rule(index) => match (&self.everywhere, self.rules.get(*index)) {
                    (Some(everywhere), Some(rule)) => rule.at(view, from, to, everywhere)?,
                    _ => None,
                },
            };
            span.into_iter().filter(|span| span.from < span.to).for_each(&mut *found);
        }
        Ok(())
    }
}

/// The published rules as they stand in their file.
pub fn published() -> Vec<RuleText> {
    file().map(|file| file.rules).unwrap_or_default()
}

fn file() -> Option<File> {
    serde_json::from_str(PUBLISHED).ok()
}

#[derive(Default)]
struct Anchors {
    texts: Vec<String>,
    detectors: Vec<Vec<Detector>>,
    at: std::collections::HashMap<String, usize>,
}

impl Anchors {
    fn own(&mut self) {
        STEMS.iter().for_each(|stem| self.add(stem, Detector::Stem));
        SCHEMES.iter().for_each(|scheme| self.add(scheme, Detector::Scheme));
        self.add("://", Detector::Url);
        self.add(KEY_BEGIN, Detector::KeyBlock);
        KNOWN_TOKENS.iter().enumerate().for_each(|(which, (head, _))| self.add(head, Detector::Shape(which)));
    }

    fn add(&mut self, anchor: &str, detector: Detector) {
        let anchor = anchor.to_ascii_lowercase();
        if let Some(known) = self.at.get(&anchor) {
            return self.detectors[*known].push(detector);
        }
        self.at.insert(anchor.clone(), self.texts.len());
        self.texts.push(anchor);
        self.detectors.push(vec![detector]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_rule_is_read_and_compiles() {
        let texts = published();
        assert!(texts.len() > 200, "{}", texts.len());
        for (index, text) in texts.into_iter().enumerate() {
            let rule = Rule::of(text, u16::try_from(index).unwrap()).unwrap();
            rule.compiled().unwrap();
            assert!(rule.anchors.iter().all(|anchor| (2..=ANCHOR_BYTES_MAX).contains(&anchor.len())), "{rule:?}");
        }
        Allow::of(&file().unwrap().allow).unwrap();
        assert!(Rules::standard().anchors.is_some());
    }
}
