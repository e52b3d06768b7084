//! Looking things up while relations are followed: what is missing is noted, what is found is collected.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{REFERENCES_MAX, Relation, word};
use crate::facts::{Fact, FactQuery, Snapshot, Unseen};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef};
use crate::read::{reference, shown};

/// A look at what is known so far.
pub(super) struct Look<'a> {
    known: &'a Snapshot,
    pub(super) missing: Vec<FactQuery>,
    pub(super) found: BTreeMap<Relation, Vec<(ObjectRef, String)>>,
    /// What was not followed on purpose.
    pub(super) unfollowed: Vec<Unseen>,
    references: usize,
}

impl<'a> Look<'a> {
    pub(super) fn new(known: &'a Snapshot) -> Self {
        Self { known, missing: Vec::new(), found: BTreeMap::new(), unfollowed: Vec::new(), references: 0 }
    }

    fn ask(&mut self, query: FactQuery) -> Option<&'a Fact> {
        let fact = self.known.get(&query);
        if fact.is_none() {
            self.missing.push(query);
        }
        fact
    }

    /// The answer about one object.
    pub(super) fn object(&mut self, object: &ObjectRef) -> Option<&'a Fact> {
        self.ask(FactQuery::Object { object: object.clone() })
    }

    /// The objects of a type in a namespace; all of them, or by label.
    pub(super) fn list(&mut self, api: &ApiType, place: Option<&Namespace>, selector: Option<String>) -> &'a [Value] {
        items(self.ask(FactQuery::List { api: api.clone(), namespace: place.cloned(), selector }))
    }

    /// The same without what they hold: for ConfigMaps and Secrets.
    pub(super) fn outline(
        &mut self,
        api: &ApiType,
        place: Option<&Namespace>,
        name: Option<&ObjectName>,
    ) -> Outlined<'a> {
        let fields = name.map(|name| format!("metadata.name={name}"));
        let query =
            FactQuery::Outline { api: api.clone(), namespace: place.cloned(), selector: None, fields, keys: false };
        let fact = self.ask(query);
        let seen = matches!(fact, Some(Fact::List { .. }));
        Outlined { items: items(fact), seen }
    }

    /// The pods on a node.
    pub(super) fn pods_on(&mut self, node: &ObjectName) -> &'a [Value] {
        items(self.ask(FactQuery::PodsOn { node: node.clone() }))
    }

    /// The served type a word means.
    pub(super) fn served(&mut self, word: &str) -> Option<&'a ApiType> {
        match self.ask(FactQuery::Kind { word: KindWord::parse(word).ok()? }) {
            Some(Fact::Types { types }) => types.first(),
            _ => None,
        }
    }

    /// Adds an object with its content.
    pub(super) fn add(&mut self, relation: Relation, api: &ApiType, content: &Value) {
        if let Some(object) = reference(api, content) {
            let state = shown::line(&word::of(api, content));
            self.put(relation, object, state);
        }
    }

    /// Adds an object in this state.
    pub(super) fn put(&mut self, relation: Relation, object: ObjectRef, state: String) {
        let all = self.found.entry(relation).or_default();
        if !all.iter().any(|(known, _)| *known == object) {
            all.push((object, state));
        }
    }

    /// Adds an object by its name, and its state if it may be looked at.
    pub(super) fn named(&mut self, relation: Relation, object: ObjectRef) {
        self.references += 1;
        if self.references > REFERENCES_MAX {
            return self.put(relation, object, String::new());
        }
        let state = match self.object(&object) {
            Some(Fact::Object { object: content }) => shown::line(&word::of(&object.api, content)),
            Some(Fact::Absent) => "missing".to_owned(),
            _ => String::new(),
        };
        self.put(relation, object, state);
    }

    /// Adds a ConfigMap or Secret by its name: whether it is there, and nothing of what it holds.
    pub(super) fn named_only(&mut self, relation: Relation, object: ObjectRef) {
        self.references += 1;
        if self.references > REFERENCES_MAX {
            return self.put(relation, object, String::new());
        }
        let Outlined { items, seen } = self.outline(&object.api, object.namespace.as_ref(), Some(&object.name));
        let state = if !seen {
            ""
        } else if items.is_empty() {
            "missing"
        } else {
            "there"
        };
        self.put(relation, object, state.to_owned());
    }

    /// Brings all but owners in the order they are shown in.
    pub(super) fn sort(&mut self) {
        for (relation, all) in &mut self.found {
            if *relation != Relation::Owner {
                all.sort();
            }
        }
    }
}

/// An outlined list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlined<'a> {
    pub(super) items: &'a [Value],
    /// Whether it was answered.
    pub(super) seen: bool,
}

fn items(fact: Option<&Fact>) -> &[Value] {
    match fact {
        Some(Fact::List { items, .. }) => items,
        _ => &[],
    }
}
