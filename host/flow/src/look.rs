//! Looking around in a cluster: what it serves, which namespaces there are, what one may do.
//!
//! All of it as the user, all of it names and answers, never an object's content. Where something may not be seen, that
//! stands in the answer.

use kubechat_core::facts::{Fact, FactQuery, Unseen};
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::object::{ApiType, text};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ports::cluster::{Review, ServedKind};
use crate::{Answered, Flow};

/// Most reviews of one request.
pub const ACCESS_REVIEWS_MAX: usize = 100;
/// Longest verb or subresource, characters.
const WORD_CHARS_MAX: usize = 63;

/// One namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamespaceRow {
    /// Its name.
    pub name: Namespace,
    /// `Active`, `Terminating`; empty when it could not be looked at.
    pub phase: String,
}

/// The namespaces of a cluster, as far as one may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Namespaces {
    /// By name; where listing is forbidden, the one the kubeconfig's context names.
    pub items: Vec<NamespaceRow>,
    /// Whether there are more than were read.
    pub truncated: bool,
    /// What could not be seen.
    pub unseen: Vec<Unseen>,
}

/// A right to ask about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MayI {
    /// RBAC verb.
    pub verb: String,
    /// Resource, kind or short name, with an optional group and subresource: `pods`, `deploy`, `widgets.example.com`,
    /// `pods/log`.
    pub resource: String,
    /// Where; absent means everywhere.
    #[serde(default)]
    pub namespace: Option<Namespace>,
    /// Which object; absent means all.
    #[serde(default)]
    pub name: Option<ObjectName>,
}

/// The answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YouMay {
    /// RBAC verb.
    pub verb: String,
    /// As `kubectl auth can-i` takes it.
    pub resource: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Which object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ObjectName>,
    /// Yes or no.
    pub allowed: bool,
    /// The authorizer's words, or why it was not asked.
    pub reason: String,
}

impl Flow {
    /// `GET /clusters/{c}/kinds`.
    pub async fn kinds(&self, who: &Principal, cluster: &ClusterName) -> Answered<Vec<ServedKind>> {
        self.ports.cluster.kinds(who, cluster).await
    }

    /// `GET /clusters/{c}/namespaces`.
    pub async fn namespaces(&self, who: &Principal, cluster: &ClusterName) -> Answered<Namespaces> {
        let home = self.ports.cluster.known(who, Some(cluster))?.namespace;
        let query = FactQuery::List { api: ApiType::namespaces(), namespace: None, selector: None };
        let mut known = self.snapshot();
        self.gather(who, cluster, &mut known, |_| Ok(vec![query.clone()])).await?;
        let (mut items, truncated) = match known.get(&query) {
            Some(Fact::List { items, truncated }) => (items.iter().filter_map(row).collect(), *truncated),
            _ => (vec![NamespaceRow { name: home, phase: String::new() }], false),
        };
        items.sort_by(|a: &NamespaceRow, b| a.name.cmp(&b.name));
        // Namespaces are in no namespace, whatever the question is called.
        let unseen = known.unseen().into_iter().map(|unseen| Unseen { what: "list namespaces".to_owned(), ..unseen });
        Ok(Namespaces { items, truncated, unseen: unseen.collect() })
    }

    /// `POST /access-reviews`: the API server's own word on each, in the order asked. Leaves an entry.
    pub async fn reviews(&self, who: &Principal, cluster: &ClusterName, asked: Vec<MayI>) -> Answered<Vec<YouMay>> {
        let answered = self.review(who, cluster, &asked).await;
        let words: Vec<_> = asked.iter().map(|one| format!("{} {}", one.verb, one.resource)).collect();
        self.note_read(who, cluster, "access-reviews", answered.as_ref().err(), serde_json::json!(words)).await;
        answered
    }

    async fn review(&self, who: &Principal, cluster: &ClusterName, asked: &[MayI]) -> Answered<Vec<YouMay>> {
        if asked.is_empty() || asked.len() > ACCESS_REVIEWS_MAX {
            let detail = format!("{} reviews; 1 to ACCESS_REVIEWS_MAX = {ACCESS_REVIEWS_MAX} fit", asked.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        let words = asked.iter().map(word).collect::<Answered<Vec<_>>>()?;
        let query = |word: &KindWord| FactQuery::Kind { word: word.clone() };
        let queries: Vec<_> = words.iter().map(|(word, _)| query(word)).collect();
        let mut known = self.snapshot();
        self.gather(who, cluster, &mut known, |_| Ok(queries.clone())).await?;
        let api = |word: &KindWord| match known.get(&query(word)) {
            Some(Fact::Types { types }) => types.first().cloned(),
            _ => None,
        };
        let mut answers: Vec<Option<YouMay>> = Vec::new();
        let mut reviews = Vec::new();
        for (one, (word, subresource)) in asked.iter().zip(&words) {
            let Some(api) = api(word) else {
                answers.push(Some(one.answered(one.resource.clone(), false, format!("{cluster} serves no {word}"))));
                continue;
            };
            let (namespace, name) = (one.namespace.clone().filter(|_| api.namespaced), one.name.clone());
            reviews.push(Review { verb: one.verb.clone(), api, subresource: subresource.clone(), namespace, name });
            answers.push(None);
        }
        let allowed = self.ports.cluster.reviewed(who, cluster, &reviews).await?;
        let mut said = reviews.into_iter().zip(allowed);
        let filled = answers.into_iter().zip(asked).filter_map(|(answer, one)| match answer {
            Some(answer) => Some(answer),
            None => said.next().map(|(review, word)| one.answered(review.resource(), word.allowed, word.reason)),
        });
        Ok(filled.collect())
    }
}

impl MayI {
    fn answered(&self, resource: String, allowed: bool, reason: String) -> YouMay {
        let (namespace, name) = (self.namespace.clone(), self.name.clone());
        YouMay { verb: self.verb.clone(), resource, namespace, name, allowed, reason }
    }
}

fn row(namespace: &Value) -> Option<NamespaceRow> {
    let name = Namespace::parse(text(namespace, "/metadata/name")).ok()?;
    let phase = text(namespace, "/status/phase").chars().filter(|c| c.is_ascii_alphanumeric()).take(WORD_CHARS_MAX);
    Some(NamespaceRow { name, phase: phase.collect() })
}

/// The kind word and subresource of a question.
fn word(asked: &MayI) -> Answered<(KindWord, String)> {
    let bad = |detail: String| Problem::new(Code::BadInput, detail);
    let plain = |text: &str| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !text.is_empty() && text.len() <= WORD_CHARS_MAX && text.bytes().all(fits)
    };
    if !plain(&asked.verb) && asked.verb != "*" {
        return Err(bad(format!("{:?} is no verb", asked.verb.chars().take(WORD_CHARS_MAX).collect::<String>())));
    }
    let (kind, subresource) = asked.resource.split_once('/').unwrap_or((&asked.resource, ""));
    if !subresource.is_empty() && !plain(subresource) || asked.resource.ends_with('/') {
        return Err(bad("a subresource is lower-case letters, digits and '-'".to_owned()));
    }
    let kind = KindWord::parse(kind).map_err(|error| bad(error.to_string()))?;
    Ok((kind, subresource.to_owned()))
}
