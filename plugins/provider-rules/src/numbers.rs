//! Numbers as people say them: digits, number words, a dozen. Only whole ones in bounds count; the rest is asked back.

use crate::tokens::Token;

/// A number, or why it is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Number {
    Exact(u32),
    /// What was said instead.
    Bad(String),
}

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
/// Words that stand where a number is wanted and name none.
const VAGUE: [&str; 18] = [
    "few",
    "several",
    "some",
    "many",
    "lots",
    "couple",
    "maximum",
    "minimum",
    "max",
    "min",
    "half",
    "infinite",
    "infinity",
    "about",
    "around",
    "roughly",
    "enough",
    "approximately",
];

/// Largest number read here; what a number may be where it is used is checked there.
const MAX: u32 = 999_999;

/// The number that starts at a word, and where it ends.
pub(crate) fn at(tokens: &[Token], start: usize) -> Option<(usize, Number)> {
    let first = tokens.get(start).filter(|token| !token.quoted)?;
    if first.is("exactly") {
        return at(tokens, start + 1).filter(|(_, number)| matches!(number, Number::Exact(_)));
    }
    if let Some(found) = spelled(tokens, start) {
        return Some(found);
    }
    let looks_numeric = first.low.starts_with(|c: char| c.is_numeric())
        || (first.low.starts_with(['-', '+', '.', '~', '>', '<', '≥', '≤', '%'])
            && first.low.chars().any(char::is_numeric));
    if looks_numeric {
        return Some((start + 1, digits(&first.low)));
    }
    if first.is_one_of(&["a", "the"]) {
        return vague(tokens, start + 1);
    }
    vague(tokens, start)
}

fn vague(tokens: &[Token], start: usize) -> Option<(usize, Number)> {
    let token = tokens.get(start).filter(|token| token.is_one_of(&VAGUE))?;
    // "about 5" is one vague number, not a vague one and a good one.
    let end = at(tokens, start + 1).map_or(start + 1, |(end, _)| end);
    Some((end, Number::Bad(token.text.clone())))
}

fn digits(text: &str) -> Number {
    let whole = text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    match text.parse::<u32>() {
        Ok(number) if whole && number <= MAX => Number::Exact(number),
        _ => Number::Bad(text.to_owned()),
    }
}

fn one(word: &str) -> Option<u32> {
    ONES.iter().position(|known| *known == word).and_then(|at| u32::try_from(at).ok())
}

fn ten(word: &str) -> Option<u32> {
    TENS.iter().position(|known| *known == word).and_then(|at| u32::try_from(at).ok()).map(|at| (at + 2) * 10)
}

/// `five`, `twenty five`, `twenty-five`, `a dozen`, `half a dozen`, `two hundred`.
fn spelled(tokens: &[Token], start: usize) -> Option<(usize, Number)> {
    let word = |offset: usize| tokens.get(start + offset).filter(|token| !token.quoted).map(|token| token.low.as_str());
    let first = word(0)?;
    if first == "half" && word(1) == Some("a") && word(2) == Some("dozen") {
        return Some((start + 3, Number::Exact(6)));
    }
    if first == "another" {
        return Some((start + 1, Number::Exact(1)));
    }
    let (count, mut next) = match (first, below_hundred(first)) {
        ("a", _) => (1, 1),
        ("dozen", _) => return Some((start + 1, Number::Exact(12))),
        (_, Some(tens)) if tens >= 20 && tens % 10 == 0 => {
            match word(1).and_then(one).filter(|ones| (1..10).contains(ones)) {
                Some(ones) => (tens + ones, 2),
                None => (tens, 1),
            }
        }
        (_, Some(number)) => (number, 1),
        _ => return None,
    };
    let times = match word(next) {
        Some("dozen") => 12,
        Some("hundred") => 100,
        Some("thousand") => 1_000,
        _ if first == "a" => return None,
        _ => 1,
    };
    next += usize::from(times != 1);
    // "two hundred and five" and the like: not worth a grammar, and half a number would be a wrong one.
    let mut end = next;
    while times != 1 && word(end).is_some_and(|more| more == "and" || below_hundred(more).is_some()) {
        end += 1;
    }
    if end > next && word(end - 1) != Some("and") {
        return Some((start + end, Number::Bad("a number in so many words".to_owned())));
    }
    Some((start + next, Number::Exact(count * times)))
}

fn below_hundred(word: &str) -> Option<u32> {
    let hyphened =
        || word.split_once('-').and_then(|(tens, ones)| Some(ten(tens)? + one(ones).filter(|n| (1..10).contains(n))?));
    one(word).or_else(|| ten(word)).or_else(hyphened)
}
