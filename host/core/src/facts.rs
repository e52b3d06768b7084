//! Facts without IO: what a decision needs to know of a cluster, asked for as data and answered as data.
//!
//! `needs(…, &Snapshot) -> Vec<FactQuery>` is repeated until it is empty (bounded by
//! [`limits::FACT_ROUNDS_MAX`](crate::limits::FACT_ROUNDS_MAX)); adapters only answer queries. The same snapshot feeds
//! lowering, radius, risk and the policy packs, so they can't disagree about what they saw. What the user may not see
//! stands as [`Fact::Denied`]: an absence is known, never guessed. Objects here are unmasked; see [`crate::redact`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kept::KeptList;
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef};
use crate::time::Timestamp;

/// One question to a cluster, asked as the user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FactQuery {
    /// Which API type a kind word means (kind, plural, singular or short name, with an optional group suffix).
    Kind {
        /// The word.
        word: KindWord,
    },
    /// One object, whole.
    Object {
        /// Its address.
        object: ObjectRef,
    },
    /// All objects of a type in a namespace (or everywhere), optionally by label selector.
    List {
        /// The type.
        api: ApiType,
        /// Where; absent means all namespaces (or a cluster-wide kind).
        namespace: Option<Namespace>,
        /// A label selector in its text form.
        selector: Option<String>,
    },
    /// All pods bound to a node, in all namespaces.
    PodsOn {
        /// The node.
        node: ObjectName,
    },
    /// Objects of a type without what they hold: metadata, `type`, and the names of the keys of `data`. Values are dropped
    /// where the answer is parsed; only certificates (`tls.crt`), which are public, are kept. Answered as a list.
    Outline {
        /// The type.
        api: ApiType,
        /// Where; absent means all namespaces.
        namespace: Option<Namespace>,
        /// A label selector in its text form.
        selector: Option<String>,
        /// A field selector in its text form: `type=kubernetes.io/tls`.
        fields: Option<String>,
        /// Whether keys are wanted; without them the server sends metadata only.
        keys: bool,
    },
    /// Which API types the cluster serves for listing in a namespace: what a namespace's deletion takes with it.
    NamespacedTypes,
    /// The last lines of a container's log.
    Logs {
        /// Namespace of the pod.
        namespace: Namespace,
        /// The pod.
        pod: String,
        /// The container; absent means the only or the default one.
        container: Option<String>,
        /// The container before this one.
        previous: bool,
        /// How many lines at most.
        lines: u32,
        /// None that was written before this; absent means from the beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// Whether the user may do something, by the API server's own word: asked where a write would borrow rights.
    Allowed {
        /// RBAC verb.
        verb: String,
        /// Resource as `kubectl auth can-i` takes it: `secrets`, `deployments.apps`, `serviceaccounts/token`.
        resource: String,
        /// Where; absent for a cluster-wide kind, or for all namespaces.
        namespace: Option<Namespace>,
        /// The object.
        name: ObjectName,
    },
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Fact {
    /// Types a word can mean, best first; empty when the cluster serves none.
    Types {
        /// The candidates.
        types: Vec<ApiType>,
    },
    /// The object.
    Object {
        /// Its content.
        object: Value,
    },
    /// It isn't there.
    Absent,
    /// The objects.
    List {
        /// Contents, in the server's order; `apiVersion` and `kind` are filled in.
        items: Vec<Value>,
        /// Whether the list was cut at [`limits::LIST_ITEMS_MAX`](crate::limits::LIST_ITEMS_MAX).
        truncated: bool,
    },
    /// The same from memory, slimmed, whole whatever its length: of diagnoses only, never of what is planned from.
    #[serde(skip)]
    Kept(KeptList),
    /// Log lines, oldest first.
    Logs {
        /// The text lines.
        lines: Vec<String>,
    },
    /// The API server refused: the user lacks this right.
    Denied {
        /// RBAC verb.
        verb: String,
        /// Resource as `kubectl auth can-i` takes it.
        resource: String,
        /// Namespace, if it was asked in one.
        namespace: Option<Namespace>,
    },
    /// The question could not be answered.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
    /// What the API server says about a right.
    Allowed {
        /// Yes or no.
        allowed: bool,
    },
}

impl Fact {
    /// The objects of a list; of a kept one those kept whole, which are all but pods that are well.
    pub fn items(&self) -> Vec<&Value> {
        match self {
            Self::List { items, .. } => items.iter().collect(),
            Self::Kept(list) => list.whole().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether this is a list of all there are.
    pub fn is_whole_list(&self) -> bool {
        matches!(self, Self::List { truncated: false, .. } | Self::Kept(_))
    }
}

/// Answers, and when they were taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// When the first answer was taken.
    pub taken_at: Timestamp,
    facts: BTreeMap<FactQuery, Fact>,
}

/// Something the user may not see, and why that matters: shown, counted, and told to the packs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unseen {
    /// What could not be looked at: `list poddisruptionbudgets.policy in shop`.
    pub what: String,
    /// Why: `forbidden`, `failed: …`, `list cut at 10000`.
    pub why: String,
}

impl Unseen {
    /// Why, where the user may not see it.
    pub const FORBIDDEN: &str = "forbidden";

    /// Whether the user may not see it. Everything else could have been seen, and was not: a list failed or was cut.
    pub fn is_forbidden(&self) -> bool {
        self.why == Self::FORBIDDEN
    }
}

impl Snapshot {
    /// An empty one.
    pub fn new(taken_at: Timestamp) -> Self {
        Self { taken_at, facts: BTreeMap::new() }
    }

    /// Takes an answer in.
    pub fn insert(&mut self, query: FactQuery, fact: Fact) {
        self.facts.insert(query, fact);
    }

    /// The answer to a question, if it was asked.
    pub fn get(&self, query: &FactQuery) -> Option<&Fact> {
        self.facts.get(query)
    }

    /// How many facts it holds.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether nothing has been asked yet.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The object, when it was asked for and exists.
    pub fn object(&self, object: &ObjectRef) -> Option<&Value> {
        match self.get(&FactQuery::Object { object: object.clone() }) {
            Some(Fact::Object { object }) => Some(object),
            _ => None,
        }
    }

    /// The items of a list, when it was asked for and readable.
    pub fn list(&self, api: &ApiType, namespace: Option<&Namespace>, selector: Option<&str>) -> Option<&[Value]> {
        let query =
            FactQuery::List { api: api.clone(), namespace: namespace.cloned(), selector: selector.map(str::to_owned) };
        match self.get(&query) {
            Some(Fact::List { items, .. }) => Some(items),
            _ => None,
        }
    }

    /// The items of every list of a type, whole or by label, that was asked for and readable.
    pub fn all_of(&self, wanted: &ApiType) -> impl Iterator<Item = &Value> {
        let of = move |query: &FactQuery| matches!(query, FactQuery::List { api, .. } if api == wanted);
        self.facts.iter().filter(move |(query, _)| of(query)).flat_map(|(_, fact)| fact.items())
    }

    /// Every object that was read, by itself or in a list.
    pub fn objects(&self) -> impl Iterator<Item = &Value> {
        self.facts.values().flat_map(|fact| match fact {
            Fact::Object { object } => vec![object],
            other => other.items(),
        })
    }

    /// Of these questions, those not asked yet.
    pub fn missing(&self, wanted: Vec<FactQuery>) -> Vec<FactQuery> {
        let mut missing: Vec<_> = wanted.into_iter().filter(|query| !self.facts.contains_key(query)).collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// Everything that could not be seen, in a stable order.
    pub fn unseen(&self) -> Vec<Unseen> {
        let mut unseen: Vec<_> = self.facts.iter().filter_map(|(query, fact)| unseen(query, fact)).collect();
        unseen.sort();
        unseen.dedup();
        unseen
    }
}

/// What a question's answer leaves unseen.
pub(crate) fn unseen(query: &FactQuery, fact: &Fact) -> Option<Unseen> {
    let why = match fact {
        Fact::Denied { .. } => Unseen::FORBIDDEN.to_owned(),
        Fact::Failed { reason } => format!("failed: {reason}"),
        Fact::List { truncated: true, items } => format!("list cut at {}", items.len()),
        Fact::Kept(list) => list.old()?.to_owned(),
        _ => return None,
    };
    Some(Unseen { what: query.to_string(), why })
}

impl std::fmt::Display for FactQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kind { word } => write!(f, "look up kind {word}"),
            Self::Object { object } => write!(f, "get {object}"),
            Self::List { api, namespace: Some(namespace), .. } => write!(f, "list {} in {namespace}", api.resource()),
            Self::List { api, namespace: None, .. } => write!(f, "list {} in all namespaces", api.resource()),
            Self::PodsOn { node } => write!(f, "list pods on node {node}"),
            Self::Outline { api, namespace, .. } => {
                let place = namespace.as_ref().map_or("all namespaces", Namespace::as_str);
                write!(f, "list {} in {place}", api.resource())
            }
            Self::NamespacedTypes => write!(f, "list the served types"),
            Self::Logs { namespace, pod, .. } => write!(f, "read logs of {namespace}/{pod}"),
            Self::Allowed { verb, resource, namespace, name } => {
                let place = namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
                write!(f, "ask whether you may {verb} {resource} {name}{place}")
            }
        }
    }
}
