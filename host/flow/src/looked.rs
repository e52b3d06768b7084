//! Looked at: what a turn read of clusters, kept as the rights that reading it took.
//!
//! Whoever is to be shown a conversation of somebody else's must have these rights himself ([`crate::shared`]). They are noted
//! where answers come in ([`crate::gather`]), so no tool can read without them; each is the very question that the API server
//! answered then: verb, resource, namespace and name, and which server that was. A refused question read nothing and needs
//! nothing; one that found nothing does, because that is an answer. What a plan was weighed by stands in the plan, which has
//! its own readers, and is not noted here; what kept a plan from being made is. Limit: [`LOOKS_MAX`]. What can't be told, in a
//! turn of an earlier version or over the limit, is *untold*, which is never taken for nothing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use kubechat_core::digest::Digest;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::names::{ClusterName, Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::principal::Principal;
use serde::{Deserialize, Serialize};

use crate::Flow;
use crate::planning::Draft;
use crate::ports::cluster::Review;

/// Most rights that a conversation is told to have taken.
pub const LOOKS_MAX: usize = 200;

/// API groups whose server shows each user something else under the same right.
const FILTERED_GROUPS: [&str; 1] = ["project.openshift.io"];

/// One right that a reading took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Look {
    /// On which cluster.
    pub cluster: ClusterName,
    /// What was called so then: [`crate::ports::cluster::Cluster::authority`].
    pub authority: Digest,
    /// The right; absent: that cluster was asked, and what came of it may be in the conversation.
    pub right: Option<Review>,
}

/// All that was looked at, or that it can't be told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Looked(Option<BTreeSet<Look>>);

impl Looked {
    /// Nothing was looked at.
    pub fn nothing() -> Self {
        Self(Some(BTreeSet::new()))
    }

    /// More was looked at than can be told.
    pub fn untold() -> Self {
        Self(None)
    }

    /// Whether it can't be told.
    pub fn is_untold(&self) -> bool {
        self.0.is_none()
    }

    /// What was looked at, where that can be told.
    pub fn looks(&self) -> Option<&BTreeSet<Look>> {
        self.0.as_ref()
    }

    /// Both.
    #[must_use]
    pub fn and(self, more: &Self) -> Self {
        match (self.0, &more.0) {
            (Some(mut looks), Some(more)) => {
                looks.extend(more.iter().cloned());
                Self((looks.len() <= LOOKS_MAX).then_some(looks))
            }
            _ => Self::untold(),
        }
    }
}

/// Where a turn's readings are noted; a flow outside of turns notes nothing.
#[derive(Clone, Default)]
pub(crate) struct Noting(Option<Arc<Mutex<Looked>>>);

impl Noting {
    /// A turn's, which has read nothing yet.
    pub(crate) fn begun() -> Self {
        Self(Some(Arc::new(Mutex::new(Looked::nothing()))))
    }

    /// What was noted so far.
    pub(crate) fn so_far(&self) -> Looked {
        let noted = self.0.as_ref();
        noted.map_or_else(Looked::untold, |noted| noted.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn add(&self, more: &Looked) {
        if let Some(noted) = &self.0 {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            *noted = std::mem::take(&mut *noted).and(more);
        }
    }

    /// The same flow of things, noted by itself.
    fn aside(&self) -> Self {
        if self.0.is_some() { Self::begun() } else { Self::default() }
    }
}

impl Flow {
    /// Notes what these answers took. `authority` is what answered.
    pub(crate) fn note_looks(&self, cluster: &ClusterName, authority: Option<Digest>, answers: &[(FactQuery, Fact)]) {
        self.noting.add(&looked(cluster, authority, answers));
    }

    /// Notes what writes would take: a server's words about one that it would not try are in the conversation.
    pub(crate) fn note_writes(&self, who: &Principal, draft: &Draft) {
        for one in &draft.intended {
            let authority = self.ports.cluster.authority(who, &one.cluster).ok();
            let (verb, subresource) = one.mutation.action.right();
            let target = one.mutation.target.clone();
            let right = Review {
                verb: verb.to_owned(),
                api: target.api,
                subresource: subresource.unwrap_or_default().to_owned(),
                namespace: target.namespace,
                name: Some(target.name),
            };
            let look = |authority| Look { cluster: one.cluster.clone(), authority, right: Some(right) };
            self.noting.add(&authority.map_or_else(Looked::untold, |authority| Looked(Some([look(authority)].into()))));
        }
    }

    /// Whether readings are noted here.
    pub(crate) fn notes_looks(&self) -> bool {
        self.noting.0.is_some()
    }

    /// The same use cases, whose readings are noted by themselves until [`Flow::with_looks_of`].
    pub(crate) fn aside(&self) -> Self {
        Self { noting: self.noting.aside(), ..self.clone() }
    }

    /// Notes what was read aside after all.
    pub(crate) fn with_looks_of(&self, aside: &Self) {
        if aside.notes_looks() {
            self.noting.add(&aside.noting.so_far());
        }
    }
}

/// What these answers took of rights.
fn looked(cluster: &ClusterName, authority: Option<Digest>, answers: &[(FactQuery, Fact)]) -> Looked {
    let Some(authority) = authority else { return Looked::untold() };
    // Whoever lacks the cluster is shown nothing, not even how it refused.
    let mut looks = BTreeSet::from([Look { cluster: cluster.clone(), authority, right: None }]);
    for (query, fact) in answers {
        let right = match right(query, fact) {
            Took::Nothing => continue,
            Took::Right(right) => right,
            Took::Untold => return Looked::untold(),
        };
        looks.insert(Look { cluster: cluster.clone(), authority, right: Some(right) });
    }
    Looked(Some(looks)).and(&Looked::nothing())
}

/// What an answer took.
#[derive(Debug, PartialEq, Eq)]
enum Took {
    Nothing,
    Right(Review),
    Untold,
}

/// The right without which this answer would not have come.
fn right(query: &FactQuery, fact: &Fact) -> Took {
    if matches!(fact, Fact::Denied { .. }) {
        return Took::Nothing;
    }
    let all = |api: &ApiType, namespace: Option<&Namespace>| {
        Took::Right(Review {
            verb: "list".to_owned(),
            api: api.clone(),
            subresource: String::new(),
            namespace: namespace.cloned(),
            name: None,
        })
    };
    match query {
        // Everybody may list these, and the server shows each his own.
        FactQuery::Object { object: ObjectRef { api, .. } }
        | FactQuery::List { api, .. }
        | FactQuery::Outline { api, .. }
            if FILTERED_GROUPS.contains(&api.group.as_str()) =>
        {
            Took::Untold
        }
        FactQuery::Object { object } => one(object),
        FactQuery::List { api, namespace, .. } | FactQuery::Outline { api, namespace, .. } => {
            all(api, namespace.as_ref())
        }
        FactQuery::PodsOn { .. } => all(&ApiType::pods(), None),
        FactQuery::Logs { namespace, pod, .. } => match ObjectName::parse(pod) {
            Ok(name) => Took::Right(Review {
                verb: "get".to_owned(),
                api: ApiType::pods(),
                subresource: "log".to_owned(),
                namespace: Some(namespace.clone()),
                name: Some(name),
            }),
            Err(_) => Took::Untold,
        },
        // Which kinds a cluster serves every user may see, and what the asker himself may do is no reading of objects.
        FactQuery::Kind { .. } | FactQuery::NamespacedTypes | FactQuery::Allowed { .. } => Took::Nothing,
    }
}

/// The right to read one object. A namespace is asked for as the API server takes that: within itself.
fn one(object: &ObjectRef) -> Took {
    let ObjectRef { api, namespace, name } = object.clone();
    let namespace = match api.is("", "Namespace") {
        false => namespace,
        true => match Namespace::parse(name.as_str()) {
            Ok(namespace) => Some(namespace),
            Err(_) => return Took::Untold,
        },
    };
    Took::Right(Review { verb: "get".to_owned(), api, subresource: String::new(), namespace, name: Some(name) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn namespace(name: &str) -> Namespace {
        Namespace::parse(name).unwrap()
    }

    fn object(api: ApiType, within: Option<&str>, name: &str) -> FactQuery {
        let object = ObjectRef { api, namespace: within.map(namespace), name: ObjectName::parse(name).unwrap() };
        FactQuery::Object { object }
    }

    fn list(api: ApiType, within: Option<&str>) -> FactQuery {
        FactQuery::List { api, namespace: within.map(namespace), selector: Some("app=web".to_owned()) }
    }

    fn logs(pod: &str) -> FactQuery {
        let (namespace, pod) = (namespace("shop"), pod.to_owned());
        FactQuery::Logs { namespace, pod, container: None, previous: false, lines: 10, since: None }
    }

    /// As `verb resource namespace name`.
    fn took(query: &FactQuery, fact: &Fact) -> String {
        match right(query, fact) {
            Took::Nothing => "nothing".to_owned(),
            Took::Untold => "untold".to_owned(),
            Took::Right(review) => {
                let place = review.namespace.as_ref().map_or("-", Namespace::as_str);
                let name = review.name.as_ref().map_or("-", ObjectName::as_str);
                format!("{} {} {place} {name}", review.verb, review.resource())
            }
        }
    }

    fn read() -> Fact {
        Fact::List { items: Vec::new(), truncated: false }
    }

    #[test]
    fn each_answer_took_the_right_that_the_question_was() {
        let node = ObjectName::parse("n1").unwrap();
        let secrets = FactQuery::Outline {
            api: ApiType::secrets(),
            namespace: Some(namespace("shop")),
            selector: None,
            fields: Some("type=kubernetes.io/tls".to_owned()),
            keys: true,
        };
        for (query, right) in [
            (object(ApiType::deployments(), Some("shop"), "web"), "get deployments.apps shop web"),
            (object(ApiType::nodes(), None, "n1"), "get nodes - n1"),
            (object(ApiType::namespaces(), None, "shop"), "get namespaces shop shop"),
            (list(ApiType::pods(), Some("shop")), "list pods shop -"),
            (list(ApiType::pods(), None), "list pods - -"),
            (secrets, "list secrets shop -"),
            (FactQuery::PodsOn { node: node.clone() }, "list pods - -"),
            (logs("web-1"), "get pods/log shop web-1"),
            (logs("not a name"), "untold"),
            (FactQuery::Kind { word: kubechat_core::names::KindWord::parse("pods").unwrap() }, "nothing"),
            (FactQuery::NamespacedTypes, "nothing"),
        ] {
            assert_eq!(took(&query, &read()), right, "{query}");
        }
        let asked =
            FactQuery::Allowed { verb: "get".to_owned(), resource: "pods".to_owned(), namespace: None, name: node };
        assert_eq!(took(&asked, &Fact::Allowed { allowed: true }), "nothing");
    }

    #[test]
    fn what_was_refused_took_nothing_and_what_was_not_there_or_failed_took_the_right() {
        let query = object(ApiType::deployments(), Some("shop"), "web");
        let denied = Fact::Denied { verb: "get".to_owned(), resource: "deployments.apps".to_owned(), namespace: None };
        assert_eq!(took(&query, &denied), "nothing");
        for fact in [Fact::Absent, Fact::Failed { reason: "no".to_owned() }, Fact::Object { object: json!({}) }] {
            assert_eq!(took(&query, &fact), "get deployments.apps shop web", "{fact:?}");
        }
    }

    fn cluster() -> ClusterName {
        ClusterName::parse("eu").unwrap()
    }

    fn looks(count: usize) -> Looked {
        let answers: Vec<_> =
            (0..count).map(|n| (object(ApiType::pods(), Some("shop"), &format!("p{n}")), Fact::Absent)).collect();
        looked(&cluster(), Some(Digest::of("test", b"eu")), &answers)
    }

    #[test]
    fn the_same_right_is_told_once_and_too_many_are_untold() {
        let both = looks(3).and(&looks(3));
        // The cluster itself is one.
        assert_eq!(both.looks().map(BTreeSet::len), Some(4));
        assert_eq!(looks(LOOKS_MAX - 1).looks().map(BTreeSet::len), Some(LOOKS_MAX));
        assert!(looks(LOOKS_MAX).is_untold());
        assert!(looks(1).and(&Looked::untold()).is_untold() && Looked::untold().and(&looks(1)).is_untold());
    }

    #[test]
    fn where_it_is_not_known_what_answered_it_is_untold() {
        let found = (list(ApiType::pods(), None), read());
        assert!(looked(&cluster(), None, &[found]).is_untold());
        assert!(looked(&cluster(), None, &[]).is_untold());
    }

    #[test]
    fn a_cluster_that_gave_nothing_was_asked_all_the_same() {
        let denied = Fact::Denied { verb: "list".to_owned(), resource: "pods".to_owned(), namespace: None };
        let authority = Digest::of("test", b"eu");
        for answers in [vec![], vec![(list(ApiType::pods(), None), denied)]] {
            let looked = looked(&cluster(), Some(authority), &answers);
            let asked = Look { cluster: cluster(), authority, right: None };
            assert_eq!(looked.looks(), Some(&BTreeSet::from([asked])), "{answers:?}");
        }
    }

    #[test]
    fn what_a_server_shows_each_user_otherwise_is_untold() {
        let api = ApiType { group: "project.openshift.io".to_owned(), ..ApiType::namespaces() };
        assert_eq!(took(&list(api.clone(), None), &read()), "untold");
        assert_eq!(took(&object(api, None, "shop"), &Fact::Absent), "untold");
    }

    #[test]
    fn a_row_that_does_not_say_is_untold_and_nothing_is_said() {
        #[derive(Deserialize)]
        struct Row {
            #[serde(default)]
            looked: Looked,
        }
        let read = |text: &str| serde_json::from_str::<Row>(text).unwrap().looked;
        assert!(read("{}").is_untold());
        assert_eq!(read(r#"{"looked": []}"#), Looked::nothing());
        let told = serde_json::to_string(&looks(2)).unwrap();
        assert_eq!(serde_json::from_str::<Looked>(&told).unwrap(), looks(2));
    }

    #[test]
    fn what_is_read_aside_counts_only_when_it_is_taken_along() {
        let noting = Noting::begun();
        let aside = noting.aside();
        aside.add(&looks(2));
        assert_eq!(noting.so_far(), Looked::nothing());
        noting.add(&aside.so_far());
        assert_eq!(noting.so_far(), looks(2));
        assert!(Noting::default().so_far().is_untold(), "outside of a turn nobody noted anything");
    }
}
