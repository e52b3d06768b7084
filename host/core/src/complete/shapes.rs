//! The sentences the prompt completes, as a table: words, alternatives and slots.
//!
//! Read from `shapes.txt`, which the tests of provider-rules read too: what is suggested is understood. A line that can't be
//! read is a fault of this crate and a test's to find; here it is left out.

/// What fills a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// An object of one of these kinds; any kind when empty.
    Object(&'static [&'static str]),
    /// A kind, in the plural.
    Kinds,
    /// Something only the person knows; the text says what.
    Free(&'static str),
}

/// One step of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Element {
    /// One of these words.
    Words(Vec<&'static str>),
    /// What fills a slot.
    Slot(Slot),
}

/// The sentences that are completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// Each as its steps.
    pub(super) shapes: Vec<Vec<Element>>,
}

impl Vocabulary {
    /// The sentences of the grammar.
    pub fn of_the_grammar() -> Self {
        Self::parse(include_str!("shapes.txt"))
    }

    fn parse(text: &'static str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { shapes: lines.filter_map(|line| line.split(' ').map(element).collect()).collect() }
    }

    /// Whether a word means something by itself, so that a name like it must stand in quotation marks.
    pub(super) fn has_word(&self, name: &str) -> bool {
        let words = self.shapes.iter().flatten().filter_map(|element| match element {
            Element::Words(words) => Some(words),
            Element::Slot(_) => None,
        });
        words.flatten().any(|word| *word == name)
    }
}

fn element(word: &'static str) -> Option<Element> {
    let Some(slot) = word.strip_prefix('<') else {
        return Some(Element::Words(word.split('|').collect()));
    };
    let slot = match slot.trim_end_matches(['>', '?']) {
        "object" => Slot::Object(&[]),
        "workload" => Slot::Object(&["deployment", "statefulset", "daemonset"]),
        "scalable" => Slot::Object(&["deployment", "statefulset", "replicaset"]),
        "deployment" => Slot::Object(&["deployment"]),
        "loggable" => Slot::Object(&["pod", "deployment", "statefulset", "daemonset", "job", "service"]),
        "suspendable" => Slot::Object(&["cronjob", "job"]),
        "node" => Slot::Object(&["node"]),
        "kinds" => Slot::Kinds,
        "number" => Slot::Free("a number"),
        "image" => Slot::Free("an image, such as nginx:1.27"),
        "quantity" => Slot::Free("a quantity, such as 512Mi or 250m"),
        "env" => Slot::Free("NAME=VALUE"),
        "pair" => Slot::Free("key=value"),
        "key" => Slot::Free("a name"),
        "taint" => Slot::Free("key=value:NoSchedule"),
        "new" => Slot::Free("a new name"),
        _ => return None,
    };
    Some(Element::Slot(slot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("shapes.txt").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(Vocabulary::of_the_grammar().shapes.len(), lines);
    }
}
