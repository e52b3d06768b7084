//! A prompt that completes itself: what can stand at the cursor, by the sentences of the grammar and the objects there are.
//!
//! Pure: the caller brings the objects the user may list. The words before the cursor are walked through every sentence of
//! the [`Vocabulary`]; what those take next is suggested, filtered by the word at the cursor: what begins with it before
//! what holds it, the context's namespace before others, then by name, so that the same input always gives the same list.
//! Units: cursor and ranges are bytes of the text. Limits: [`SUGGESTIONS_MAX`], [`TEXT_BYTES_MAX`], [`WORDS_MAX`]. It does
//! not judge whether a sentence is right, correct spelling, or choose.

mod rank;
mod shapes;
mod sources;
mod walk;

use serde::{Deserialize, Serialize};

pub use shapes::Vocabulary;
pub use sources::{NAMES_MAX, Names, names, needs};

use rank::Ranked;
use shapes::{Element, Slot};
use walk::{Next, Words};

/// Most suggestions.
pub const SUGGESTIONS_MAX: usize = 20;
/// Longest text that is completed, bytes; a longer one gets no suggestion.
pub const TEXT_BYTES_MAX: usize = 2 << 10;
/// Most words walked.
pub const WORDS_MAX: usize = 60;

/// One object that can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its kind in small letters, singular: `deployment`.
    pub kind: String,
    /// Its namespace; absent for cluster-wide kinds.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// What can be named.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// The context's namespace.
    pub home: &'a str,
    /// The objects the user may list.
    pub objects: &'a [Candidate],
    /// The namespaces the user may list.
    pub namespaces: &'a [String],
    /// The kinds there are: singular and plural, in small letters.
    pub kinds: &'a [(String, String)],
}

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuggestionKind {
    /// A word of the grammar.
    Word,
    /// A kind.
    Kind,
    /// An object.
    Object,
    /// A namespace.
    Namespace,
    /// What is to be typed here; nothing to take.
    Hint,
}

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// What it is.
    pub kind: SuggestionKind,
    /// The text that replaces the range; of a hint, what to type.
    pub text: String,
    /// What else there is to know: `Deployment in pay`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What can stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// Where the replaced range begins.
    pub start: usize,
    /// Where it ends: the cursor.
    pub end: usize,
    /// The suggestions, likeliest first.
    pub suggestions: Vec<Suggestion>,
    /// How many more there are.
    pub omitted: u64,
}

/// What can stand at the cursor of a text.
pub fn complete(text: &str, cursor: usize, vocabulary: &Vocabulary, candidates: &Candidates<'_>) -> Completion {
    let mut end = cursor.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let Some(words) = Words::of(head) else { return Completion { start: end, end, ..Completion::default() } };
    let mut found = Ranked::new(words.typed, candidates.home, vocabulary);
    for next in walk::next(&words, vocabulary, candidates.kinds) {
        match next {
            Next::Word(word) => found.word(word),
            Next::Slot(Slot::Free(what), _) => found.hint(what),
            Next::Slot(Slot::Kinds, _) => found.kinds(candidates.kinds, true),
            Next::Slot(Slot::Object(kinds), said) => {
                found.objects(candidates.objects, kinds, said);
                if said.is_none() && !words.typed.is_empty() {
                    found.kinds_among(candidates.kinds, kinds);
                }
            }
            Next::Namespace => found.namespaces(candidates.namespaces),
        }
    }
    let (suggestions, omitted) = found.cut(SUGGESTIONS_MAX);
    Completion { start: end - words.typed.len(), end, suggestions, omitted }
}

#[cfg(test)]
mod tests;
