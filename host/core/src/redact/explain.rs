//! What redaction would mask in a text, and why: line, sort, field and rule of every find, never the value.
//!
//! A text that is JSON or YAML with objects in it is looked at by schema first, as the host does with what it reads; what is
//! in no object is looked at as text. Limits: [`EXPLAIN_FINDS_MAX`] finds are listed, all are counted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::{Found, Kind, Sink, Where, mark};
use super::{held, schema, text};

/// Most finds listed.
pub const EXPLAIN_FINDS_MAX: usize = 10_000;

/// One secret that would be masked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Find {
    /// Its line in the text, from 1; 0 where it can't be told.
    pub line: usize,
    /// What sort.
    pub kind: Kind,
    /// The field, or the name in front of it.
    pub field: String,
    /// The rule that found it.
    pub rule: String,
}

/// All finds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// How many there are.
    pub count: usize,
    /// The first ones, by line.
    pub finds: Vec<Find>,
    /// The text as it would go out; of JSON and YAML, as JSON.
    pub masked: String,
}

/// What would be masked in a text.
pub fn explain(text: &str) -> Explained {
    let documents = documents(text);
    let mut sink = Finds { text, lines: lines(text), finds: BTreeSet::new(), count: 0 };
    let masked = if documents.is_empty() {
        held::looking(|eyes| text::whole(text, eyes, "", &mut sink)).unwrap_or_else(|| text.to_owned())
    } else {
        held::looking(|eyes| {
            let mut walk = schema::Walk { eyes, sink: &mut sink };
            let each = documents.iter().map(|one| walk.value(one, &schema::Place::default()).to_string());
            each.collect::<Vec<_>>().join("\n")
        })
    };
    Explained { count: sink.count, finds: sink.finds.into_iter().collect(), masked }
}

/// What would be masked in a text that is not taken apart.
#[cfg(test)]
pub(super) fn explain_text(text: &str) -> Explained {
    let mut sink = Finds { text, lines: lines(text), finds: BTreeSet::new(), count: 0 };
    let masked = held::looking(|eyes| text::whole(text, eyes, "", &mut sink)).unwrap_or_else(|| text.to_owned());
    Explained { count: sink.count, finds: sink.finds.into_iter().collect(), masked }
}

/// The objects in it, if it is made of them.
fn documents(text: &str) -> Vec<Value> {
    let documents: Result<Vec<Value>, _> =
        serde_yaml_ng::Deserializer::from_str(text).map(Value::deserialize).collect();
    let structured = |value: &Value| value.is_object() || value.is_array();
    let documents: Vec<Value> = documents.unwrap_or_default().into_iter().filter(|one| !one.is_null()).collect();
    if documents.iter().all(structured) { documents } else { Vec::new() }
}

fn lines(text: &str) -> Vec<usize> {
    text.match_indices('\n').map(|(at, _)| at).collect()
}

struct Finds<'a> {
    text: &'a str,
    /// Where lines end.
    lines: Vec<usize>,
    finds: BTreeSet<Find>,
    count: usize,
}

impl Finds<'_> {
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|end| *end < at) + 1
    }

    /// Where a field's value stands in the text: as it is written, by its first line.
    fn line_of(&self, secret: &str) -> usize {
        let first = secret.lines().next().unwrap_or_default();
        let written = serde_json::to_string(first).unwrap_or_default();
        let found = self.text.find(first).or_else(|| self.text.find(written.trim_matches('"')));
        found.map_or(0, |at| self.line(at))
    }
}

impl Sink for Finds<'_> {
    fn put(&mut self, found: &Found<'_>, out: &mut String) {
        self.count += 1;
        let (line, field) = match found.place {
            Where::Text { at, name } if found.field.is_empty() => (self.line(at), name.unwrap_or_default()),
            _ => (self.line_of(found.secret), found.field),
        };
        if self.finds.len() < EXPLAIN_FINDS_MAX {
            let (field, rule) = (field.to_owned(), found.rule.to_owned());
            self.finds.insert(Find { line, kind: found.kind, field, rule });
        }
        mark(found, out);
    }
}
