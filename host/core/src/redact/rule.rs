//! One published rule: a pattern that is looked for only around its anchors, and what it lets go.
//!
//! Patterns are linear-time by construction, see bytes rather than Unicode, and are compiled when the first anchor of theirs
//! is met. A match is looked for in a window of at most [`RULE_BYTES_MAX`] behind its anchor and [`RULE_BACK_BYTES_MAX`] before.

use std::sync::OnceLock;

use regex_automata::meta::{self, Regex};
use regex_automata::util::{captures::Captures, syntax};
use regex_automata::{Anchored, Input};
use serde::Deserialize;

use super::allow::{Allow, AllowText, Matched, Target, entropy_milli};
use super::kind::{Kind, MASK, Span};
use super::leading::beginnings;
use super::until::Until;
use super::view::{More, View, is_token, is_word};

/// Most that is looked at behind an anchor, bytes.
pub(super) const RULE_BYTES_MAX: usize = 4096;
/// Most that is looked at before an anchor, bytes.
pub(super) const RULE_BACK_BYTES_MAX: usize = 256;
/// Most memory of one compiled pattern, bytes.
const PATTERN_BYTES_MAX: usize = 4 << 20;
/// Longest name in front of a keyword that belongs to a match.
const NAME_BYTES_MAX: usize = 50;
/// How much of its line an allowance sees to each side, bytes.
const LINE_BYTES_MAX: usize = 256;

/// A rule as it stands in the rules' file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// Its name.
    pub id: String,
    /// What it matches.
    pub regex: String,
    /// Of which a matching text holds one, in lower case.
    pub keywords: Vec<String>,
    /// Whether a name may stand in front.
    #[serde(default)]
    pub named: bool,
    /// Least entropy of a secret, thousandths of a bit per byte.
    #[serde(default)]
    pub entropy_milli: u32,
    /// The group that is the secret; else the first one that took part.
    #[serde(default)]
    pub group: usize,
    #[serde(default)]
    pub(super) allow: Vec<AllowText>,
}

/// A rule whose anchors are known.
#[derive(Debug)]
pub(super) struct Rule {
    text: RuleText,
    kind: Kind,
    /// Index of its name.
    name: u16,
    /// Whether a match begins at its anchor.
    leads: bool,
    pub(super) anchors: Vec<String>,
    back: usize,
    ahead: usize,
    ready: OnceLock<Option<Ready>>,
}

#[derive(Debug)]
struct Ready {
    regex: Regex,
    allows: Vec<Allow>,
}

/// How patterns are read here.
pub(super) fn builder() -> meta::Builder {
    let mut builder = Regex::builder();
    builder.syntax(syntax::Config::new().unicode(false).utf8(false));
    builder.configure(Regex::config().utf8_empty(false).nfa_size_limit(Some(PATTERN_BYTES_MAX)));
    builder
}

impl Rule {
    /// Reads it.
    pub(super) fn of(text: RuleText, name: u16) -> Result<Self, String> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        let pattern = parser.parse(&text.regex).map_err(|e| format!("rule {}: {e}", text.id))?;
        let leading = beginnings(&pattern);
        let longest = pattern.properties().maximum_len().unwrap_or(RULE_BYTES_MAX);
        Ok(Self {
            kind: Kind::of_rule(&text.id),
            name,
            leads: leading.is_some(),
            anchors: leading.unwrap_or_else(|| text.keywords.clone()),
            back: longest.min(RULE_BACK_BYTES_MAX),
            ahead: longest.min(RULE_BYTES_MAX) + 1,
            ready: OnceLock::new(),
            text,
        })
    }

    /// What does not compile, if anything: for the test that tries all.
    #[cfg(test)]
    pub(super) fn compiled(&self) -> Result<(), String> {
        self.compile().map(drop)
    }

    fn compile(&self) -> Result<Ready, String> {
        let regex = builder().build(&self.text.regex).map_err(|e| format!("rule {}: {e}", self.text.id))?;
        let allows = self.text.allow.iter().map(Allow::of).collect::<Result<_, _>>()?;
        Ok(Ready { regex, allows })
    }

    /// The secret around the anchor `from..to`, if the rule matches there.
    pub(super) fn at(&self, view: &View<'_>, from: usize, to: usize, everywhere: &Allow) -> Result<Option<Span>, More> {
        let lines = self.text.allow.iter().any(|allow| allow.target == Target::Line);
        view.ahead(from, self.ahead + if lines { LINE_BYTES_MAX } else { 0 })?;
        let end = view.len().min(from + self.ahead);
        let Some(ready) = self.ready.get_or_init(|| self.compile().ok()).as_ref() else { return Ok(None) };
        let mut input = if self.leads {
            Input::new(view.bytes()).span(from..end).anchored(Anchored::Yes)
        } else {
            let start = from.saturating_sub(self.back);
            view.looked.set(view.looked.get() + (from - start) as u64);
            Input::new(view.bytes()).span(start..end)
        };
        // Groups are asked for only where there is a match: most anchors stand for nothing.
        while let Some(found) = ready.regex.search(&input) {
            if found.start() <= from && found.end() >= to {
                let mut captures = ready.regex.create_captures();
                ready.regex.search_captures(&input, &mut captures);
                return Ok(self.secret(view, ready, &captures, everywhere, end));
            }
            if self.leads || found.start() > from || found.is_empty() {
                return Ok(None);
            }
            input.set_start(found.end());
        }
        Ok(None)
    }

    fn secret(
        &self,
        view: &View<'_>,
        ready: &Ready,
        captures: &Captures,
        everywhere: &Allow,
        end: usize,
    ) -> Option<Span> {
        let whole = captures.get_match()?;
        let group = |index| captures.get_group(index).filter(|group| !group.is_empty());
        let first = || (1..captures.group_len()).find_map(group);
        let secret = if self.text.group > 0 { group(self.text.group) } else { first() };
        let secret = secret.map_or(whole.range(), |group| group.start..group.end);
        let bytes = view.bytes();
        let mut start = whole.start();
        while self.text.named && whole.start() - start < NAME_BYTES_MAX && view.before(start).is_some_and(is_word) {
            start -= 1;
        }
        let value = &bytes[secret.clone()];
        let matched =
            Matched { secret: value, whole: &bytes[start..whole.end()], line: line(bytes, start, whole.end()) };
        // What reaches over a mask found its secret the last time.
        let masked = value.windows(MASK.len()).any(|window| window == MASK.as_bytes());
        let weak = self.text.entropy_milli > 0 && entropy_milli(value) <= self.text.entropy_milli;
        if masked || weak || everywhere.lets_go(matched) || ready.allows.iter().any(|allow| allow.lets_go(matched)) {
            return None;
        }
        let mut span = Span::new(view.floor(secret.start), view.ceil(secret.end), self.kind, self.name);
        let goes_on = secret.end == end && bytes.get(end).copied().is_some_and(is_token);
        span.until = goes_on.then_some(Until::Token);
        Some(span)
    }
}

fn line(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    let floor = from.saturating_sub(LINE_BYTES_MAX);
    let start = bytes[floor..from].iter().rposition(|byte| *byte == b'\n').map_or(floor, |newline| floor + newline + 1);
    let ceiling = bytes.len().min(to + LINE_BYTES_MAX);
    let end = bytes[to..ceiling].iter().position(|byte| *byte == b'\n').map_or(ceiling, |length| to + length);
    &bytes[start..end]
}
