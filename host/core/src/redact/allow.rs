//! What a published rule matches and yet is no secret: placeholders, examples, too little entropy.

use regex_automata::meta::Regex;
use serde::Deserialize;

/// Which part of a text an allowance is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Target {
    /// The secret.
    Secret,
    /// All that the rule matched, with the name in front.
    Match,
    /// The line around it.
    Line,
}

/// An allowance as it stands in the rules' file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AllowText {
    pub(super) target: Target,
    #[serde(default)]
    pub(super) regexes: Vec<String>,
    #[serde(default)]
    pub(super) stopwords: Vec<String>,
}

/// An allowance, ready.
#[derive(Debug)]
pub(super) struct Allow {
    target: Target,
    regex: Option<Regex>,
    stopwords: Option<aho_corasick::AhoCorasick>,
}

/// One match, as allowances look at it.
#[derive(Clone, Copy)]
pub(super) struct Matched<'a> {
    pub(super) secret: &'a [u8],
    pub(super) whole: &'a [u8],
    pub(super) line: &'a [u8],
}

impl Allow {
    /// Makes it ready.
    pub(super) fn of(text: &AllowText) -> Result<Self, String> {
        let build = |words: &[String]| {
            aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(words).map_err(|e| e.to_string())
        };
        let regex = if text.regexes.is_empty() {
            None
        } else {
            Some(super::rule::builder().build_many(&text.regexes).map_err(|e| e.to_string())?)
        };
        let stopwords = if text.stopwords.is_empty() { None } else { Some(build(&text.stopwords)?) };
        Ok(Self { target: text.target, regex, stopwords })
    }

    /// Whether it lets this match go.
    pub(super) fn lets_go(&self, matched: Matched<'_>) -> bool {
        let part = match self.target {
            Target::Secret => matched.secret,
            Target::Match => matched.whole,
            Target::Line => matched.line,
        };
        self.regex.as_ref().is_some_and(|regex| regex.is_match(part))
            || self.stopwords.as_ref().is_some_and(|words| words.is_match(matched.secret))
    }
}

/// Shannon's entropy of a text in thousandths of a bit per byte.
pub(super) fn entropy_milli(text: &[u8]) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let mut counts = [0_u32; 256];
    for byte in text {
        counts[usize::from(*byte)] += 1;
    }
    let length = text.len() as f64;
    let bits: f64 = counts.iter().filter(|count| **count > 0).map(|count| share(f64::from(*count) / length)).sum();
    // Never negative and at most 8 bits.
    (bits * 1000.0) as u32
}

fn share(part: f64) -> f64 {
    -part * part.log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_none_for_one_letter_and_a_bit_for_two() {
        assert_eq!((entropy_milli(b""), entropy_milli(b"aaaa"), entropy_milli(b"abab")), (0, 0, 1000));
    }
}
