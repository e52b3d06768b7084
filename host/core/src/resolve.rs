//! Names as people say them, resolved to objects: the tool `resolve`.
//!
//! First where it is cheap and likely: a GET of that name in the namespace said, else the context's; only when nothing
//! is there, lists wherever the user may look. All candidates are returned, never a choice between them. A namespace
//! that was said is never silently left: what fits elsewhere is only `similar`. Limits: [`CANDIDATES_MAX`],
//! [`SIMILAR_MAX`]. Pure.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::facts::{self, Fact, FactQuery, Snapshot, Unseen};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, integer};
use crate::operation::{LowerError, api_of};
use crate::read::reference;
use crate::read::scope::Scope;

/// Most candidates returned.
pub const CANDIDATES_MAX: usize = 20;
/// Most similar names returned.
pub const SIMILAR_MAX: usize = 5;
/// Longest name compared, bytes: object names are not longer.
const NAME_BYTES_MAX: usize = 253;

/// What to resolve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveRequest {
    /// The name as it was said.
    pub name: String,
    /// The kind as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KindWord>,
    /// The namespace, if one was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// The operation it is for, by its wire name: it narrows the kinds when none was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
}

/// What a name can mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveAnswer {
    /// Objects of exactly this name; the likeliest kinds first.
    pub candidates: Vec<Candidate>,
    /// Where was looked: a namespace, or `all namespaces`.
    pub looked_in: Vec<String>,
    /// Where could not be looked.
    pub unseen: Vec<Unseen>,
    /// When there is no candidate: what has nearly this name, or this name elsewhere; nearest first.
    pub similar: Vec<Candidate>,
}

/// One object a name can mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Its kind, with the group where that is not one of the built-in ones: it resolves to this very type again.
    pub kind: KindWord,
    /// Its namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Its name.
    pub name: ObjectName,
    /// Replicas wanted, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i64>,
}

/// What must be known before the name can be resolved; empty when nothing is missing.
pub fn needs(request: &ResolveRequest, context: &Namespace, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let Some(kinds) = kinds(request, known)? else {
        return Ok(request.kind.iter().map(|word| FactQuery::Kind { word: word.clone() }).collect());
    };
    let home = request.namespace.as_ref().unwrap_or(context);
    let direct = known.missing(direct(request, &kinds, home));
    if !direct.is_empty() || !here(request, &kinds, home, known).is_empty() {
        return Ok(direct);
    }
    let searched = searched(request, &kinds);
    let needs = searched.iter().flat_map(|api| everywhere(context).needs(api, None, known)).collect();
    Ok(known.missing(needs))
}

/// What the name can mean, once nothing is missing.
pub fn answer(request: &ResolveRequest, context: &Namespace, known: &Snapshot) -> Result<ResolveAnswer, LowerError> {
    let kinds = kinds(request, known)?
        .ok_or_else(|| LowerError::FactFailed(format!("what {} is was not looked up", request.name)))?;
    let home = request.namespace.as_ref().unwrap_or(context);
    let mut answer = ResolveAnswer {
        candidates: here(request, &kinds, home, known),
        looked_in: vec![home.to_string()],
        unseen: refusals(&direct(request, &kinds, home), known),
        similar: Vec::new(),
    };
    if answer.candidates.is_empty() {
        search(request, &kinds, context, known, &mut answer);
    }
    answer.candidates.truncate(CANDIDATES_MAX);
    Ok(answer)
}

/// The kinds a name may be of; nothing while the said one is not yet known.
fn kinds(request: &ResolveRequest, known: &Snapshot) -> Result<Option<Vec<ApiType>>, LowerError> {
    if let Some(word) = &request.kind {
        return Ok(api_of(word, known)?.map(|api| vec![api]));
    }
    let workloads = [ApiType::deployments(), ApiType::stateful_sets(), ApiType::daemon_sets()];
    let more = match request.verb.as_deref() {
        Some("cordon" | "uncordon" | "drain" | "taint") => return Ok(Some(vec![ApiType::nodes()])),
        Some("suspend") => return Ok(Some(vec![cron_jobs(), ApiType::jobs()])),
        Some("resume") => return Ok(Some(vec![cron_jobs(), ApiType::jobs(), ApiType::deployments()])),
        Some("scale" | "restart" | "set-image" | "set-resources" | "rollout-undo" | "rollout-pause") => Vec::new(),
        Some("rollout-resume" | "autoscale") => Vec::new(),
        Some("set-env") => vec![cron_jobs()],
        Some("expose") => vec![ApiType::pods()],
        Some("logs") => vec![ApiType::pods(), ApiType::jobs(), ApiType::services()],
        _ => vec![
            ApiType::services(),
            ApiType::pods(),
            cron_jobs(),
            ApiType::jobs(),
            ApiType::config_maps(),
            ApiType::secrets(),
            ApiType::claims(),
            ApiType::namespaces(),
            ApiType::nodes(),
        ],
    };
    Ok(Some(workloads.into_iter().chain(more).collect()))
}

fn cron_jobs() -> ApiType {
    ApiType { kind: "CronJob".to_owned(), plural: "cronjobs".to_owned(), ..ApiType::jobs() }
}

/// The kinds worth listing everywhere: where none was said, those people name, not what comes in thousands.
fn searched(request: &ResolveRequest, kinds: &[ApiType]) -> Vec<ApiType> {
    let listed = if request.kind.is_some() { kinds.len() } else { kinds.len().min(4) };
    kinds[..listed].to_vec()
}

fn everywhere(context: &Namespace) -> Scope<'_> {
    Scope::Everywhere { fallback: Some(context) }
}

/// One GET for each kind, of the name as said and as object names are written.
fn direct(request: &ResolveRequest, kinds: &[ApiType], home: &Namespace) -> Vec<FactQuery> {
    let Ok(name) = ObjectName::parse(&spelled(&request.name)) else { return Vec::new() };
    let address = |api: &ApiType| {
        let namespace = api.namespaced.then(|| home.clone());
        FactQuery::Object { object: ObjectRef { api: api.clone(), namespace, name: name.clone() } }
    };
    kinds.iter().map(address).collect()
}

/// Object names are written small; people say them as they like.
fn spelled(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The candidates found by GET, in the order of kinds.
fn here(request: &ResolveRequest, kinds: &[ApiType], home: &Namespace, known: &Snapshot) -> Vec<Candidate> {
    let found = direct(request, kinds, home).into_iter().filter_map(|query| {
        let Some(Fact::Object { object: content }) = known.get(&query) else { return None };
        let FactQuery::Object { object } = query else { return None };
        Some(candidate(&object, content))
    });
    found.collect()
}

fn refusals(queries: &[FactQuery], known: &Snapshot) -> Vec<Unseen> {
    let refused = |query: &FactQuery| {
        let fact = known.get(query).filter(|fact| matches!(fact, Fact::Denied { .. } | Fact::Failed { .. }))?;
        facts::unseen(query, fact)
    };
    queries.iter().filter_map(refused).collect()
}

fn search(
    request: &ResolveRequest,
    kinds: &[ApiType],
    context: &Namespace,
    known: &Snapshot,
    answer: &mut ResolveAnswer,
) {
    let wanted = spelled(&request.name);
    let mut near: Vec<(usize, bool, Candidate)> = Vec::new();
    for api in searched(request, kinds) {
        let seen = everywhere(context).seen(&api, None, known);
        answer.unseen.extend(seen.unseen);
        let places = seen.namespaces.iter().map(ToString::to_string).collect::<Vec<_>>();
        answer.looked_in.extend(if places.is_empty() && seen.any { vec!["all namespaces".to_owned()] } else { places });
        for content in seen.items {
            let Some(object) = reference(&api, content) else { continue };
            let name = object.name.as_str();
            if name.len().abs_diff(wanted.len()) > slip(&wanted) && !name.contains(&wanted) {
                continue;
            }
            let off = distance(&wanted, name);
            let elsewhere = request.namespace.is_some() && object.namespace != request.namespace;
            if off == 0 && !elsewhere {
                answer.candidates.push(candidate(&object, content));
            } else if off <= slip(&wanted) || name.contains(&wanted) {
                near.push((off, elsewhere, candidate(&object, content)));
            }
        }
    }
    answer.looked_in.sort();
    answer.looked_in.dedup();
    if answer.candidates.is_empty() {
        near.sort_by(|(a_off, a_far, a), (b_off, b_far, b)| {
            (a_off, a_far, &a.namespace, &a.name).cmp(&(b_off, b_far, &b.namespace, &b.name))
        });
        answer.similar = near.into_iter().map(|(.., candidate)| candidate).take(SIMILAR_MAX).collect();
    }
}

/// How far a name may be off to be taken for a slip: a third of it, at least one character, at most four.
fn slip(name: &str) -> usize {
    (name.len() / 3).clamp(1, 4)
}

fn candidate(object: &ObjectRef, content: &Value) -> Candidate {
    let built_in = matches!(object.api.group.as_str(), "" | "apps" | "batch" | "autoscaling" | "policy")
        || object.api.group.ends_with(".k8s.io");
    let word = if built_in { object.api.kind.clone() } else { format!("{}.{}", object.api.kind, object.api.group) };
    // A kind the server serves keeps the rule for kind words; if it does not, the plural does.
    let kind = KindWord::parse(&word)
        .or_else(|_| KindWord::parse(&object.api.plural))
        .unwrap_or_else(|_| KindWord::parse("object").expect("a constant that keeps the rule"));
    Candidate {
        kind,
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        replicas: integer(content, "/spec/replicas"),
    }
}

/// Edit distance, neighbours swapped counting as one: how many slips lie between two names.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(NAME_BYTES_MAX).collect(), b.chars().take(NAME_BYTES_MAX).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
