//! Looking things up: one code path both asks and answers.
//!
//! The reach of a mutation is computed by looking facts up. What is not in the snapshot yet is noted as a need and read as
//! empty; so `needs` is the same computation, run until nothing is missing, and the two can't disagree.

use serde_json::Value;

use super::{predicted, selector};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::mutation::Mutation;
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef};

pub(super) struct Look<'a> {
    known: &'a Snapshot,
    /// What the same plan writes before.
    earlier: &'a [&'a Mutation],
    pub(super) missing: Vec<FactQuery>,
    /// Whether everything looked for could be seen.
    pub(super) complete: bool,
    /// Of the lists that tell which namespaces are reached, those that could not be seen whole.
    pub(super) unseen: Vec<String>,
}

impl<'a> Look<'a> {
    pub(super) fn new(known: &'a Snapshot) -> Self {
        Self { known, earlier: &[], missing: Vec::new(), complete: true, unseen: Vec::new() }
    }

    /// After earlier steps of the same plan.
    pub(super) fn after(earlier: &'a [&'a Mutation], known: &'a Snapshot) -> Self {
        Self { earlier, ..Self::new(known) }
    }

    /// An object that does not exist yet, as earlier steps of the plan make it.
    pub(super) fn made(&self, object: &ObjectRef) -> Option<Value> {
        let api = &object.api;
        let same = |target: &ObjectRef| {
            target.api.is(&api.group, &api.kind) && target.namespace == object.namespace && target.name == object.name
        };
        let writes = self.earlier.iter().filter(|step| same(&step.target));
        writes.fold(None, |live, step| predicted(&step.action, live.as_ref()))
    }

    fn ask(&mut self, query: FactQuery) -> Option<&'a Fact> {
        let fact = self.known.get(&query);
        if fact.is_none() {
            self.missing.push(query);
        }
        self.complete &= matches!(
            fact,
            Some(
                Fact::Object { .. }
                    | Fact::Absent
                    | Fact::Types { .. }
                    | Fact::Allowed { .. }
                    | Fact::List { truncated: false, .. }
            )
        );
        fact
    }

    pub(super) fn object(&mut self, object: &ObjectRef) -> Option<&'a Value> {
        match self.ask(FactQuery::Object { object: object.clone() })? {
            Fact::Object { object } => Some(object),
            _ => None,
        }
    }

    /// Whether the object is known not to exist.
    pub(super) fn is_absent(&self, object: &ObjectRef) -> bool {
        matches!(self.known.get(&FactQuery::Object { object: object.clone() }), Some(Fact::Absent))
    }

    pub(super) fn list(
        &mut self,
        api: ApiType,
        namespace: Option<&Namespace>,
        selector: Option<String>,
    ) -> &'a [Value] {
        match self.ask(FactQuery::List { api, namespace: namespace.cloned(), selector }) {
            Some(Fact::List { items, .. }) => items,
            _ => &[],
        }
    }

    /// All objects of a type, wherever they are: a list that tells which namespaces are reached.
    pub(super) fn everywhere(&mut self, api: ApiType) -> &'a [Value] {
        self.telling(FactQuery::List { api, namespace: None, selector: None })
    }

    /// Those of another namespace than the one written in, which tell whether that is reached.
    pub(super) fn elsewhere(&mut self, api: ApiType, space: &Namespace) -> &'a [Value] {
        self.telling(FactQuery::List { api, namespace: Some(space.clone()), selector: None })
    }

    /// All objects, where no count rests on it and few may read it, such as webhook configurations: a refusal stands in the
    /// snapshot's `unseen`, but leaves the counts what they are.
    pub(super) fn aside(&mut self, api: ApiType) -> &'a [Value] {
        let complete = self.complete;
        let items = self.everywhere(api);
        self.complete = complete;
        items
    }

    /// The pods on a node.
    pub(super) fn pods_on(&mut self, node: &ObjectName) -> &'a [Value] {
        self.telling(FactQuery::PodsOn { node: node.clone() })
    }

    fn telling(&mut self, query: FactQuery) -> &'a [Value] {
        let told = query.to_string();
        match self.ask(query) {
            None | Some(Fact::Absent) => &[],
            Some(Fact::List { items, truncated }) => {
                if *truncated {
                    self.unseen.push(told);
                }
                items
            }
            Some(_) => {
                self.unseen.push(told);
                &[]
            }
        }
    }

    /// The served type a word means; none where the cluster serves no such kind.
    pub(super) fn served(&mut self, word: &str) -> Option<&'a ApiType> {
        match self.ask(FactQuery::Kind { word: KindWord::parse(word).ok()? }) {
            Some(Fact::Types { types }) => types.first(),
            _ => None,
        }
    }

    /// Whether the user may do something; what was not answered is not allowed.
    pub(super) fn may(&mut self, verb: &str, resource: &str, at: Option<&Namespace>, name: &ObjectName) -> bool {
        let (verb, resource, name) = (verb.to_owned(), resource.to_owned(), name.clone());
        let answer = self.ask(FactQuery::Allowed { verb, resource, namespace: at.cloned(), name });
        matches!(answer, Some(Fact::Allowed { allowed: true }))
    }

    /// The objects a label selector picks; none for an absent selector.
    pub(super) fn selected(&mut self, api: ApiType, namespace: Option<&Namespace>, by: Option<&Value>) -> &'a [Value] {
        match by.and_then(selector::text) {
            Some(text) => self.list(api, namespace, Some(text)),
            None => &[],
        }
    }

    pub(super) fn namespaced_types(&mut self) -> &'a [ApiType] {
        match self.ask(FactQuery::NamespacedTypes) {
            Some(Fact::Types { types }) => types,
            _ => &[],
        }
    }
}
