//! What every match of a pattern begins with: the literals by which one automaton finds candidates of hundreds of rules.
//!
//! Letters come out in lower case; the pattern itself decides about case afterwards. A pattern without such a beginning
//! (or with too many) has none, and is looked for around its published keywords instead.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Most beginnings of one rule.
const BEGINNINGS_MAX: usize = 128;
/// Most ways that go on with a beginning that is long enough already.
const WAYS_MAX: usize = 4;
/// Shortest beginning worth looking for, bytes.
const BEGINNING_BYTES_MIN: usize = 3;
/// Longest beginning looked for, bytes.
pub(super) const BEGINNING_BYTES_MAX: usize = 32;

/// The beginnings, if there are few enough and none is too short.
pub(super) fn beginnings(pattern: &Hir) -> Option<Vec<String>> {
    let mut found = Beginnings { texts: vec![Vec::new()] };
    found.extend(pattern);
    let mut texts: Vec<String> = found.texts.into_iter().filter_map(|text| String::from_utf8(text).ok()).collect();
    texts.sort_unstable();
    texts.dedup();
    let long = texts.iter().all(|text| text.len() >= BEGINNING_BYTES_MIN && text.is_ascii());
    (long && !texts.is_empty()).then_some(texts)
}

struct Beginnings {
    texts: Vec<Vec<u8>>,
}

impl Beginnings {
    /// Adds what the pattern begins with; false when what follows it can't be told any more.
    fn extend(&mut self, pattern: &Hir) -> bool {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => self.append(&[literal.0.to_ascii_lowercase()]),
            HirKind::Class(class) => match letters(class) {
                Some(letters) => self.append(&letters),
                None => false,
            },
            HirKind::Capture(capture) => self.extend(&capture.sub),
            HirKind::Concat(parts) => parts.iter().all(|part| self.extend(part)),
            HirKind::Alternation(ways) => self.branch(ways),
            HirKind::Repetition(repetition) if repetition.min > 0 => {
                self.extend(&repetition.sub) && repetition.min == 1 && repetition.max == Some(1)
            }
            HirKind::Repetition(_) => false,
        }
    }

    fn append(&mut self, ways: &[Vec<u8>]) -> bool {
        let long = self.texts.iter().any(|text| text.len() + ways[0].len() > BEGINNING_BYTES_MAX);
        // Long enough as they are: more ways would only make more of them.
        let enough = ways.len() > WAYS_MAX && self.texts.iter().all(|text| text.len() >= BEGINNING_BYTES_MIN);
        if self.texts.len() * ways.len() > BEGINNINGS_MAX || long || enough {
            return false;
        }
        let with = |text: &Vec<u8>| ways.iter().map(|way| [text.as_slice(), way].concat()).collect::<Vec<_>>();
        self.texts = self.texts.iter().flat_map(with).collect();
        true
    }

    fn branch(&mut self, ways: &[Hir]) -> bool {
        let mut goes_on = true;
        let mut texts = Vec::new();
        for way in ways {
            let mut one = Self { texts: self.texts.clone() };
            goes_on &= one.extend(way);
            texts.append(&mut one.texts);
        }
        if texts.len() > BEGINNINGS_MAX {
            return false;
        }
        self.texts = texts;
        goes_on
    }
}

/// The letters of a class in lower case, each once.
fn letters(class: &Class) -> Option<Vec<Vec<u8>>> {
    let mut letters: Vec<u8> = match class {
        Class::Bytes(class) => class.ranges().iter().flat_map(|range| range.start()..=range.end()).collect(),
        Class::Unicode(class) if class.is_ascii() => {
            let ranges = class.ranges().iter().map(|range| range.start() as u8..=range.end() as u8);
            ranges.flatten().collect()
        }
        Class::Unicode(_) => return None,
    };
    for letter in &mut letters {
        letter.make_ascii_lowercase();
    }
    letters.sort_unstable();
    letters.dedup();
    (letters.len() <= BEGINNINGS_MAX).then(|| letters.into_iter().map(|letter| vec![letter]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Option<Vec<String>> {
        let parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
        beginnings(&parser.unwrap())
    }

    #[test]
    fn a_beginning_is_known_through_groups_cases_and_ways() {
        assert_eq!(of(r"\b(ghp_[0-9a-zA-Z]{36})").unwrap(), ["ghp_"]);
        assert_eq!(of(r"(?i)(?:ada|lin)[\w]{3}").unwrap(), ["ada", "lin"]);
        assert_eq!(of(r"(?:pat|sat)\.[a-z]{2}").unwrap(), ["pat.", "sat."]);
        assert_eq!(of(r"SK[0-1]{32}").unwrap(), ["sk0", "sk1"]);
    }

    #[test]
    fn a_pattern_that_may_begin_with_anything_has_none() {
        assert_eq!(of(r"[a-z]{3}key"), None);
        assert_eq!(of(r"(?:https?://)?hooks"), None);
        assert_eq!(of(r"ab"), None);
    }
}
