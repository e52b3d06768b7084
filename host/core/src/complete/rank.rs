//! What fits the word at the cursor, in order: what begins with it first, then what holds it.
//!
//! Within each, words of the grammar as the table has them, then kinds, objects of the context's namespace, other
//! objects, namespaces. Only references are held until the cut, so that thousands of objects cost little.

use std::collections::{BTreeMap, BTreeSet};

use super::{Candidate, Suggestion, SuggestionKind, Vocabulary};

/// How well something fits what was typed; less is better.
type Fit = u8;

/// What is suggested so far.
pub(super) struct Ranked<'a> {
    typed: String,
    home: &'a str,
    vocabulary: &'a Vocabulary,
    words: Vec<(Fit, SuggestionKind, String, String)>,
    objects: Vec<(Fit, &'a Candidate)>,
    seen: BTreeSet<String>,
}

impl<'a> Ranked<'a> {
    pub(super) fn new(typed: &str, home: &'a str, vocabulary: &'a Vocabulary) -> Self {
        let typed = typed.to_lowercase().trim_start_matches(['"', '\'']).to_owned();
        Self { typed, home, vocabulary, words: Vec::new(), objects: Vec::new(), seen: BTreeSet::new() }
    }

    fn fit(&self, name: &str) -> Option<Fit> {
        match name.find(&self.typed)? {
            0 => Some(0),
            _ => Some(1),
        }
    }

    fn add(&mut self, fit: Fit, kind: SuggestionKind, text: &str, detail: &str) {
        if self.seen.insert(text.to_owned()) {
            self.words.push((fit, kind, text.to_owned(), detail.to_owned()));
        }
    }

    /// A word of the grammar; only what begins so.
    pub(super) fn word(&mut self, word: &'static str) {
        if word.starts_with(&self.typed) {
            self.add(0, SuggestionKind::Word, word, "");
        }
    }

    /// What is to be typed, while nothing is.
    pub(super) fn hint(&mut self, what: &'static str) {
        if self.typed.is_empty() {
            self.add(0, SuggestionKind::Hint, what, "");
        }
    }

    /// Kinds, in the plural.
    pub(super) fn kinds(&mut self, kinds: &[(String, String)], plural: bool) {
        for (one, many) in kinds {
            let word = if plural { many } else { one };
            if word.starts_with(&self.typed) {
                self.add(0, SuggestionKind::Kind, word, "");
            }
        }
    }

    /// The kinds an object can be of; all when none are named.
    pub(super) fn kinds_among(&mut self, kinds: &[(String, String)], among: &[&str]) {
        let fitting: Vec<_> =
            kinds.iter().filter(|(one, _)| among.is_empty() || among.contains(&one.as_str())).cloned().collect();
        self.kinds(&fitting, false);
    }

    /// Namespaces.
    pub(super) fn namespaces(&mut self, namespaces: &[String]) {
        for namespace in namespaces {
            if let Some(fit) = self.fit(namespace) {
                self.add(fit, SuggestionKind::Namespace, namespace, "");
            }
        }
    }

    /// Objects of these kinds, or of the kind that was said; `pay/api` is typed for one of another namespace.
    pub(super) fn objects(&mut self, objects: &'a [Candidate], kinds: &[&str], said: Option<&str>) {
        let (place, name) = match self.typed.split_once('/') {
            Some((place, name)) => (Some(place.to_owned()), name.to_owned()),
            None => (None, self.typed.clone()),
        };
        for object in objects {
            let of_kind = match said {
                Some(said) => object.kind == said,
                None => kinds.is_empty() || kinds.contains(&object.kind.as_str()),
            };
            let here = place.as_ref().is_none_or(|place| object.namespace.as_ref() == Some(place));
            if let Some(at) = object.name.find(&name).filter(|_| of_kind && here) {
                self.objects.push((u8::from(at > 0), object));
            }
        }
    }

    /// The best of them, and how many more there are.
    pub(super) fn cut(mut self, most: usize) -> (Vec<Suggestion>, u64) {
        let home = self.home;
        let key = |(fit, object): &(Fit, &'a Candidate)| {
            let elsewhere = object.namespace.as_deref().is_some_and(|namespace| namespace != home);
            (*fit, elsewhere, object.name.as_str(), object.namespace.as_deref(), object.kind.as_str())
        };
        self.objects.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        self.objects.dedup();
        self.words.sort_by_key(|(fit, kind, ..)| (*fit, *kind));
        let total = self.words.len() + self.objects.len();
        let (grammar, rest): (Vec<_>, Vec<_>) =
            self.words.into_iter().partition(|(_, kind, ..)| *kind != SuggestionKind::Namespace);
        let plain = |(_, kind, text, detail)| Suggestion { kind, text, detail };
        let mut all: Vec<Suggestion> = grammar.into_iter().map(plain).collect();
        // Where there are objects they are what is looked for: words must not crowd them out.
        let room = most.saturating_sub(self.objects.len().min(most / 2));
        all.truncate(room);
        let objects = self.objects.iter().take(most.saturating_sub(all.len())).map(|(_, object)| *object);
        all.extend(named(&objects.collect::<Vec<_>>(), home, self.vocabulary));
        all.extend(rest.into_iter().map(plain).take(most.saturating_sub(all.len())));
        let omitted = (total - all.len()) as u64;
        (all, omitted)
    }
}

/// Objects as they are said: with the namespace where it is another one, with the kind where a name means several.
fn named(objects: &[&Candidate], home: &str, vocabulary: &Vocabulary) -> Vec<Suggestion> {
    let plain = |object: &Candidate| {
        let quoted = vocabulary.has_word(&object.name);
        match object.namespace.as_deref() {
            Some(namespace) if namespace != home => format!("{namespace}/{}", object.name),
            _ if quoted => format!("\"{}\"", object.name),
            _ => object.name.clone(),
        }
    };
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    objects.iter().for_each(|object| *times.entry(plain(object)).or_default() += 1);
    let one = |object: &&Candidate| {
        let text = plain(object);
        let several = times.get(&text).is_some_and(|times| *times > 1);
        let detail = match &object.namespace {
            Some(namespace) => format!("{} in {namespace}", object.kind),
            None => object.kind.clone(),
        };
        let text = if several { format!("{} {text}", object.kind) } else { text };
        Suggestion { kind: SuggestionKind::Object, text, detail }
    };
    objects.iter().map(one).collect()
}
