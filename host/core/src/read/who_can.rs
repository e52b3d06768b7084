//! Who has a right, by the roles and bindings the user may read: subject, the binding that grants it, and how far it goes.
//!
//! RBAC only adds, so every binding whose role has a rule for the verb and type is an answer. Kubernetes' own subjects
//! (`system:` users and groups) are counted, not listed; those that stand for everybody (`system:authenticated`, …) are
//! listed. Who may not list cluster roles is answered from the namespace's roles and from those cluster roles its bindings
//! name, each got by its name. What may not be read stands in `unseen`, bindings to such a role by name: the list is then
//! "at least". It knows RBAC alone: other authorizers and admission may say otherwise, which a note tells. Limits:
//! [`ROWS_MAX`], [`NAMED_ROLES_MAX`].

use serde_json::Value;

use super::answer::Listing;
use super::{not_asked, shown};
use crate::facts::{self, Fact, FactQuery, Snapshot, Unseen};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, items, name, namespace, text};
use crate::operation::read::WhoCan;
use crate::operation::{LowerError, api_of, fact_error};

/// Most rows shown.
const ROWS_MAX: usize = 1_000;
/// Most cluster roles got by name, where they may not be listed.
const NAMED_ROLES_MAX: usize = 20;
/// Longest verb, characters.
const VERB_CHARS_MAX: usize = 63;

/// What must be known before it can be answered.
pub(super) fn needs(who: &WhoCan, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    if who.verb.is_empty() || who.verb.len() > VERB_CHARS_MAX || !who.verb.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(LowerError::BadValue(format!("{:?} is no verb; say one such as get, list or delete", who.verb)));
    }
    match api_of(&who.kind, known)? {
        None => Ok(vec![FactQuery::Kind { word: who.kind.clone() }]),
        Some(api) => {
            let missing = known.missing(queries(who, &api));
            if !missing.is_empty() {
                return Ok(missing);
            }
            let objects = named_roles(who, &api, known).into_iter().map(|object| FactQuery::Object { object });
            Ok(known.missing(objects.collect()))
        }
    }
}

/// The subjects, by name.
pub(super) fn answer(who: &WhoCan, known: &Snapshot) -> Result<Listing, LowerError> {
    let api = api_of(&who.kind, known)?.ok_or_else(|| not_asked(&who.kind.to_string()))?;
    let queries = queries(who, &api);
    let lists: Vec<&[Value]> = queries.iter().map(|query| items_of(query, known)).collect();
    let mut unseen: Vec<Unseen> = queries.iter().filter_map(|query| facts::unseen(query, known.get(query)?)).collect();
    if let Some(fact) = known.get(&queries[0]).filter(|_| unseen.len() == queries.len()) {
        // Nothing at all could be read: an empty answer would be a lie.
        return Err(fact_error(fact, "clusterroles"));
    }
    let asked = Asked { who, api: &api };
    let of = |index: usize| lists.get(index).copied().unwrap_or_default();
    let named: Vec<&Value> = named_roles(who, &api, known).iter().filter_map(|role| known.object(role)).collect();
    let (cluster_roles, roles) = (of(0).iter().chain(named).collect::<Vec<_>>(), of(2).iter().collect::<Vec<_>>());
    let lists_roles = matches!(known.get(&queries[0]), Some(Fact::List { .. }));
    let mut granted: Vec<[String; 5]> = Vec::new();
    let mut own = 0_u64;
    for binding in of(1).iter().chain(of(3)) {
        let in_namespace = (!namespace(binding).is_empty()).then(|| namespace(binding));
        let role = role(binding, &cluster_roles, &roles);
        if role.is_none() && !lists_roles && text(binding, "/roleRef/kind") == "ClusterRole" {
            unseen.push(unknown(binding));
        }
        let Some(scope) = role.and_then(|role| asked.allows(role)) else { continue };
        for subject in items(binding, "/subjects") {
            if is_own(subject) {
                own += 1;
            } else {
                granted.push(row(subject, binding, in_namespace, &scope));
            }
        }
    }
    Ok(listing(&asked, granted, own, unseen))
}

fn listing(asked: &Asked<'_>, mut granted: Vec<[String; 5]>, own: u64, unseen: Vec<Unseen>) -> Listing {
    granted.sort();
    granted.dedup();
    let total = granted.len() as u64;
    granted.truncate(ROWS_MAX);
    let omitted = total - granted.len() as u64;
    let mut notes = vec!["This is what RBAC grants; other authorizers and admission may say otherwise.".to_owned()];
    if own > 0 {
        notes.push(format!("{own} of Kubernetes' own subjects (system:…) can too."));
    }
    let place = match &asked.who.namespace {
        Some(namespace) if asked.api.namespaced => format!(" in {namespace}"),
        _ => String::new(),
    };
    let what = format!("subjects that can {} {}{place}", asked.who.verb, asked.api.resource());
    let columns = ["KIND", "NAME", "THROUGH", "WHERE", "ONLY"].map(str::to_owned).to_vec();
    Listing { what, columns, rows: granted.into_iter().map(Vec::from).collect(), total, omitted, notes, unseen }
}

/// Cluster roles and their bindings, then the namespace's where the kind lives in one.
fn queries(who: &WhoCan, api: &ApiType) -> Vec<FactQuery> {
    let ask = |kind: &str, plural: &str, namespace: Option<&Namespace>| {
        let api = ApiType {
            group: "rbac.authorization.k8s.io".to_owned(),
            version: "v1".to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            namespaced: namespace.is_some(),
        };
        FactQuery::List { api, namespace: namespace.cloned(), selector: None }
    };
    let mut queries =
        vec![ask("ClusterRole", "clusterroles", None), ask("ClusterRoleBinding", "clusterrolebindings", None)];
    if let Some(namespace) = who.namespace.as_ref().filter(|_| api.namespaced) {
        queries.push(ask("Role", "roles", Some(namespace)));
        queries.push(ask("RoleBinding", "rolebindings", Some(namespace)));
    }
    queries
}

fn items_of<'a>(query: &FactQuery, known: &'a Snapshot) -> &'a [Value] {
    match known.get(query) {
        Some(Fact::List { items, .. }) => items,
        _ => &[],
    }
}

/// The role a binding gives.
fn role<'a>(binding: &Value, cluster_roles: &[&'a Value], roles: &[&'a Value]) -> Option<&'a Value> {
    let wanted = text(binding, "/roleRef/name");
    let among = if text(binding, "/roleRef/kind") == "Role" { roles } else { cluster_roles };
    among.iter().copied().find(|role| name(role) == wanted)
}

/// A binding whose role may not be read: it may grant what is asked.
fn unknown(binding: &Value) -> Unseen {
    let place = namespace(binding);
    let place = if place.is_empty() { String::new() } else { format!("{place}/") };
    let (kind, role) = (text(binding, "/kind"), text(binding, "/roleRef/name"));
    let what = format!("what {kind} {place}{} grants by ClusterRole {role}", name(binding));
    Unseen { what: shown::line(&what), why: Unseen::FORBIDDEN.to_owned() }
}

/// The cluster roles that the readable bindings name, where cluster roles may not be listed.
fn named_roles(who: &WhoCan, api: &ApiType, known: &Snapshot) -> Vec<ObjectRef> {
    let queries = queries(who, api);
    let Some(FactQuery::List { api: cluster_roles, .. }) = queries.first() else { return Vec::new() };
    if matches!(queries.first().and_then(|query| known.get(query)), Some(Fact::List { .. }) | None) {
        return Vec::new();
    }
    let bindings = queries.iter().skip(1).step_by(2).flat_map(|query| items_of(query, known));
    let named = bindings.filter(|binding| text(binding, "/roleRef/kind") == "ClusterRole");
    let mut names: Vec<_> =
        named.filter_map(|binding| ObjectName::parse(text(binding, "/roleRef/name")).ok()).collect();
    names.sort();
    names.dedup();
    names.truncate(NAMED_ROLES_MAX);
    names.into_iter().map(|name| ObjectRef { api: cluster_roles.clone(), namespace: None, name }).collect()
}

/// What is asked: a verb on a type.
struct Asked<'a> {
    who: &'a WhoCan,
    api: &'a ApiType,
}

impl Asked<'_> {
    /// Whether a role has the right; the names it is limited to, if it is.
    fn allows(&self, role: &Value) -> Option<Vec<String>> {
        let rules = items(role, "/rules").iter().filter(|rule| self.fits(rule));
        let mut names = Vec::new();
        let mut any = false;
        for rule in rules {
            any = true;
            let only = items(rule, "/resourceNames");
            if only.is_empty() {
                return Some(Vec::new());
            }
            names.extend(only.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        any.then_some(names)
    }

    fn fits(&self, rule: &Value) -> bool {
        let holds = |field: &str, wanted: &str| {
            items(rule, field).iter().filter_map(Value::as_str).any(|word| word == wanted || word == "*")
        };
        holds("/verbs", &self.who.verb) && holds("/apiGroups", &self.api.group) && holds("/resources", &self.api.plural)
    }
}

/// Whether a subject is one of Kubernetes' own and not one that stands for people or for every service account.
fn is_own(subject: &Value) -> bool {
    const EVERYBODY: [&str; 3] = ["system:authenticated", "system:unauthenticated", "system:masters"];
    let (kind, called) = (text(subject, "/kind"), text(subject, "/name"));
    let stands_for_many = EVERYBODY.contains(&called) || called.starts_with("system:serviceaccount");
    let component = kind == "ServiceAccount" && text(subject, "/namespace") == "kube-system";
    component || (called.starts_with("system:") && !stands_for_many)
}

fn row(subject: &Value, binding: &Value, in_namespace: Option<&str>, only: &[String]) -> [String; 5] {
    let (kind, called) = (text(subject, "/kind"), text(subject, "/name"));
    let called = match text(subject, "/namespace") {
        "" => called.to_owned(),
        place => format!("{place}/{called}"),
    };
    let through = format!(
        "{} {} → {} {}",
        text(binding, "/kind"),
        name(binding),
        text(binding, "/roleRef/kind"),
        text(binding, "/roleRef/name")
    );
    let place = in_namespace.unwrap_or("everywhere");
    [kind, &called, &through, place, &only.join(", ")].map(shown::line)
}
