//! Objects by namespace and label, so that a selector is compared with few of them.
//!
//! Thirty thousand pods and a thousand selectors would be thirty million comparisons; of each selector only the label
//! that fewest objects carry is looked up. Built once, and only when an analyzer asks. A selector that names no value
//! (`Exists`, `NotIn`) is compared with its whole namespace.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::read::selector;

type Pair<'a> = (&'a str, &'a str, &'a str);

/// Labelled things by namespace, key and value.
#[derive(Debug)]
pub(super) struct LabelIndex<'a> {
    labels: Vec<Option<&'a Map<String, Value>>>,
    by_pair: HashMap<Pair<'a>, Vec<usize>>,
    by_place: HashMap<&'a str, Vec<usize>>,
}

impl<'a> LabelIndex<'a> {
    /// From each thing's namespace and labels, in order.
    pub(super) fn of(things: impl Iterator<Item = (&'a str, Option<&'a Map<String, Value>>)>) -> Self {
        let (mut labels, mut by_pair, mut by_place) = (Vec::new(), HashMap::new(), HashMap::new());
        for (index, (place, own)) in things.enumerate() {
            for (key, value) in own.into_iter().flatten() {
                let Some(value) = value.as_str() else { continue };
                by_pair.entry((place, key.as_str(), value)).or_insert_with(Vec::new).push(index);
            }
            by_place.entry(place).or_insert_with(Vec::new).push(index);
            labels.push(own);
        }
        Self { labels, by_pair, by_place }
    }

    /// All of a namespace.
    pub(super) fn in_place(&self, place: &str) -> &[usize] {
        self.by_place.get(place).map_or(&[], Vec::as_slice)
    }

    /// Those of a namespace that a selector matches.
    pub(super) fn matching<'s>(
        &'s self,
        place: &'s str,
        by: &'s Map<String, Value>,
    ) -> impl Iterator<Item = usize> + 's {
        let fewest = selector::required(by)
            .map(|(key, value)| self.by_pair.get(&(place, key, value)).map_or(&[][..], Vec::as_slice))
            .min_by_key(|found| found.len());
        let candidates = fewest.unwrap_or_else(|| self.in_place(place));
        candidates.iter().copied().filter(|index| selector::matches(by, self.labels[*index]))
    }
}

/// Selectors by namespace and one label each must find: which of them select given labels.
#[derive(Debug)]
pub(super) struct SelectorIndex<'a> {
    selectors: Vec<&'a Map<String, Value>>,
    by_pair: HashMap<Pair<'a>, Vec<usize>>,
}

impl<'a> SelectorIndex<'a> {
    /// From each selector's namespace and content, in order; those that require no label are left out.
    pub(super) fn of(selectors: impl Iterator<Item = (&'a str, &'a Map<String, Value>)>) -> Self {
        let all: Vec<_> = selectors.collect();
        let mut common: HashMap<Pair<'_>, usize> = HashMap::new();
        for (place, by) in &all {
            for (key, value) in selector::required(by) {
                *common.entry((*place, key, value)).or_default() += 1;
            }
        }
        let mut by_pair: HashMap<Pair<'_>, Vec<usize>> = HashMap::new();
        for (index, (place, by)) in all.iter().enumerate() {
            let pairs = selector::required(by).map(|(key, value)| (*place, key, value));
            if let Some(rarest) = pairs.min_by_key(|pair| common.get(pair).copied()) {
                by_pair.entry(rarest).or_default().push(index);
            }
        }
        Self { selectors: all.into_iter().map(|(_, by)| by).collect(), by_pair }
    }

    /// The first selector that matches these labels.
    pub(super) fn first_of(&self, place: &str, labels: Option<&Map<String, Value>>) -> Option<usize> {
        let pairs =
            labels.into_iter().flatten().filter_map(|(key, value)| Some((place, key.as_str(), value.as_str()?)));
        let candidates = pairs.filter_map(|pair| self.by_pair.get(&pair)).flatten().copied();
        candidates.filter(|index| selector::matches(self.selectors[*index], labels)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn map(value: &Value) -> &Map<String, Value> {
        value.as_object().unwrap()
    }

    fn any_labels() -> impl Strategy<Value = Value> {
        prop::collection::btree_map("[ab]", "[xy]", 0..3).prop_map(|labels| json!(labels))
    }

    fn any_selector() -> impl Strategy<Value = Value> {
        let expression = ("[ab]", prop::sample::select(vec!["In", "NotIn", "Exists", "DoesNotExist"]), any::<bool>())
            .prop_map(|(key, operator, two)| {
                let values = if two { json!(["x", "y"]) } else { json!(["x"]) };
                json!({"key": key, "operator": operator, "values": values})
            });
        let set = (any_labels(), prop::collection::vec(expression, 0..2))
            .prop_map(|(labels, expressions)| json!({"matchLabels": labels, "matchExpressions": expressions}));
        prop_oneof![any_labels(), set]
    }

    proptest! {
        #[test]
        fn an_index_finds_what_comparing_with_everything_finds(
            labels in prop::collection::vec(any_labels(), 0..8), by in any_selector())
        {
            let index = LabelIndex::of(labels.iter().map(|own| ("shop", own.as_object())));
            let slow: Vec<_> =
                (0..labels.len()).filter(|i| selector::matches(map(&by), labels[*i].as_object())).collect();
            prop_assert_eq!(index.matching("shop", map(&by)).collect::<Vec<_>>(), slow);
            prop_assert_eq!(index.matching("elsewhere", map(&by)).count(), 0);
        }

        #[test]
        fn selectors_are_found_from_the_labels_they_want(
            selectors in prop::collection::vec(any_labels(), 0..8), own in any_labels())
        {
            let index = SelectorIndex::of(selectors.iter().map(|by| ("shop", map(by))));
            let slow = selectors.iter().position(|by| selector::matches(map(by), own.as_object()));
            prop_assert_eq!(index.first_of("shop", own.as_object()), slow);
        }
    }
}
