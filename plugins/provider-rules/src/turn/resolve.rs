//! Names and the tool `resolve`: what is asked, and what its candidates mean for an action.

use serde::Deserialize;
use serde_json::{Value, json};

use super::before::Shown;
use super::conclude::problem_text;
use crate::answer::{listed, shown};
use crate::context::{Context, Named};
use crate::conversation::{Call, ToolResult};
use crate::intent::{Action, Name, Object, Place, Where};
use crate::refusal::Refusal;

/// An object to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    name: String,
    kind: Option<String>,
    namespace: Option<String>,
    /// Where that is another cluster than the conversation's.
    pub(super) cluster: Option<String>,
}

impl Wanted {
    /// Exactly this object.
    pub(super) fn of(object: &Named) -> Self {
        let namespace = object.namespace.clone().filter(|namespace| !namespace.is_empty());
        let (kind, cluster) = (Some(object.kind.to_lowercase()), object.cluster.clone());
        Self { name: object.name.clone(), kind, namespace, cluster }
    }

    /// The same on this cluster.
    pub(super) fn on(self, cluster: Option<String>) -> Self {
        Self { cluster, ..self }
    }

    /// The tool's arguments.
    pub(super) fn arguments(&self, action: &Action) -> Value {
        let mut arguments = json!({ "name": self.name, "verb": action.tool() });
        if let Some(kind) = &self.kind {
            arguments["kind"] = json!(kind);
        }
        if let Some(namespace) = &self.namespace {
            arguments["namespace"] = json!(namespace);
        }
        if let Some(cluster) = &self.cluster {
            arguments["cluster"] = json!(cluster);
        }
        arguments
    }

    /// Whether a call asked for this. Replayed arguments are compared as JSON: a host may write them anew.
    pub(super) fn is_asked_by(&self, call: &Call, action: &Action) -> bool {
        serde_json::from_str::<Value>(&call.arguments_json).is_ok_and(|asked| asked == self.arguments(action))
    }

    /// As it was said.
    pub(super) fn plain(&self) -> String {
        let place = self.namespace.as_ref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        let kind = self.kind.as_ref().map(|kind| format!("{kind} ")).unwrap_or_default();
        let cluster = self.cluster.as_ref().map(|cluster| format!(" on {cluster}")).unwrap_or_default();
        format!("{kind}{place}{}{cluster}", self.name)
    }
}

/// What to look for: the name that was said, or the one object the turn before was about.
pub(super) fn wanted(object: &Object, place: &Place, before: &Shown<'_>) -> Result<Wanted, Refusal> {
    let context = before.context;
    let mut wanted = match &object.name {
        Name::Said(name) => {
            let (kind, namespace) = (object.kind.clone(), object.namespace.clone());
            Wanted { name: name.clone(), kind, namespace, cluster: None }
        }
        Name::Previous => previous(object, context)?,
        Name::Nth(index) => counted(object, *index, before)?,
    };
    wanted.cluster = context.elsewhere(wanted.cluster.as_ref());
    if let Some(cluster) = &place.cluster {
        // "it" is where it is: said of another cluster, it is another object.
        let there = Some(cluster) == wanted.cluster.as_ref().or(Some(&context.cluster));
        if !there && !matches!(object.name, Name::Said(_)) {
            return Err(Refusal::TwoPlaces);
        }
        wanted.cluster = context.elsewhere(Some(cluster));
    }
    let said = match &place.namespace {
        Where::Named(namespace) => Some(namespace.clone()),
        Where::Here => Some(context.namespace.clone()),
        Where::There => Some(context.previous_namespace().unwrap_or(&context.namespace).to_owned()),
        Where::Unsaid | Where::Cluster | Where::Everywhere => None,
    };
    if let Some(said) = said.filter(|said| !said.is_empty()) {
        // "it" lives where it lives: said of another place, it is another object.
        let pointed = !matches!(object.name, Name::Said(_));
        let elsewhere = wanted.namespace.as_ref().map_or(pointed, |own| *own != said);
        if elsewhere {
            return Err(Refusal::TwoPlaces);
        }
        wanted.namespace = Some(said);
    }
    Ok(wanted)
}

/// A row of what was shown, if it is of the kind that was said.
fn counted(object: &Object, index: usize, before: &Shown<'_>) -> Result<Wanted, Refusal> {
    let of_kind = |named: &Named| object.kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case(&named.kind));
    let row = before.row(index).filter(of_kind).ok_or_else(|| Refusal::NotShown { said: object.plain() })?;
    Ok(Wanted::of(&row))
}

fn previous(object: &Object, context: &Context) -> Result<Wanted, Refusal> {
    let of_kind = |named: &&Named| object.kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case(&named.kind));
    // Two requests of one sentence can be about the same object.
    let mut fitting: Vec<&Named> = Vec::new();
    for named in context.previous().iter().filter(of_kind) {
        if !fitting.contains(&named) {
            fitting.push(named);
        }
    }
    match fitting.as_slice() {
        [] => Err(Refusal::NothingBefore),
        [one] => Ok(Wanted::of(one)),
        several => Err(Refusal::ManyBefore { objects: several.iter().map(|named| (*named).clone()).collect() }),
    }
}

/// What the candidates come to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Exactly one.
    One { object: Named, replicas: Option<i64>, note: Option<String> },
    /// More than one; asked back.
    Several(Vec<Named>),
    /// None that can be used; what is said.
    Nothing(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resolved {
    candidates: Vec<Candidate>,
    looked_in: Vec<String>,
    unseen: Vec<Value>,
    similar: Vec<Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Candidate {
    #[serde(flatten)]
    object: Named,
    #[serde(default)]
    replicas: Option<i64>,
}

/// Reads the tool's answer.
pub(super) fn outcome(action: &Action, wanted: &Wanted, result: &ToolResult) -> Outcome {
    if let Some(problem) = problem_text(&result.content_json).filter(|_| result.is_error) {
        return Outcome::Nothing(problem);
    }
    let Ok(resolved) = serde_json::from_str::<Resolved>(&result.content_json) else {
        return Outcome::Nothing("The host's answer about that name can't be read; nothing was done.".to_owned());
    };
    // Another name is never the one that was said, however alike.
    // (Object names are written small, so the host looks for "Web" as "web".)
    let named = |candidate: &&Candidate| {
        candidate.object.name == wanted.name || candidate.object.name == wanted.name.to_lowercase()
    };
    let mut found: Vec<Candidate> = Vec::new();
    for candidate in resolved.candidates.iter().filter(named) {
        if !found.iter().any(|other| other.object == candidate.object) {
            found.push(candidate.clone());
        }
    }
    if found.is_empty() {
        return Outcome::Nothing(none_found(wanted, &resolved));
    }
    // A kind that was said is the host's to judge, except where no other one can be meant.
    let strict = matches!(action, Action::Do(_));
    let fitting: Vec<Candidate> = found
        .iter()
        .filter(|candidate| (wanted.kind.is_some() && !strict) || fits(action, &candidate.object.kind))
        .cloned()
        .collect();
    match fitting.as_slice() {
        [] => Outcome::Nothing(wrong_kind(action, &found[0].object)),
        [one] => one_of(one, None),
        several => match workload(action, several) {
            Some(one) => one_of(one, Some(taken(one, several))),
            None => Outcome::Several(several.iter().map(|candidate| candidate.object.clone()).collect()),
        },
    }
}

fn one_of(candidate: &Candidate, note: Option<String>) -> Outcome {
    Outcome::One { object: candidate.object.clone(), replicas: candidate.replicas, note }
}

/// Whether an action can be done with a kind at all.
fn fits(action: &Action, kind: &str) -> bool {
    let kind = kind.to_lowercase();
    let kinds: &[&str] = match action {
        Action::Do(deed) => return deed.fits(&kind),
        Action::Scale(_) => &["deployment", "statefulset", "replicaset"],
        Action::SetImage { .. } | Action::Restart => &["deployment", "statefulset", "daemonset"],
        _ => return true,
    };
    kinds.contains(&kind.as_str())
}

/// For a look, the workload among objects of one name and namespace: a Service or a budget of that name belongs to it.
fn workload<'a>(action: &Action, several: &'a [Candidate]) -> Option<&'a Candidate> {
    const WORKLOADS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job"];
    let together = several.iter().all(|candidate| candidate.object.namespace == several[0].object.namespace);
    let mut workloads = several.iter().filter(|candidate| WORKLOADS.contains(&candidate.object.kind.as_str()));
    let one = workloads.next().filter(|_| workloads.next().is_none());
    one.filter(|_| together && !action.writes())
}

fn taken(one: &Candidate, several: &[Candidate]) -> String {
    let others: Vec<String> =
        several.iter().filter(|other| other.object != one.object).map(|other| other.object.plain()).collect();
    format!("I took {}; there is also {}.", shown(&one.object.plain()), listed(&others, ", "))
}

/// The refusal of an object that can't have the action.
pub(super) fn must_fit(action: &Action, object: &Named) -> Result<(), String> {
    if fits(action, &object.kind) { Ok(()) } else { Err(wrong_kind(action, object)) }
}

fn wrong_kind(action: &Action, object: &Named) -> String {
    let what = match action {
        Action::Do(deed) => {
            let works_for = deed.works_for();
            return format!(
                "{} can't have that ({}); it works for {works_for}. Nothing was done.",
                shown(&object.plain()),
                deed.tool
            );
        }
        Action::Scale(_) => "scaled; that works for Deployments, StatefulSets and ReplicaSets",
        Action::SetImage { .. } => "given another image; that works for Deployments, StatefulSets and DaemonSets",
        _ => "restarted; that works for Deployments, StatefulSets and DaemonSets",
    };
    format!("{} can't be {what}. Nothing was done.", shown(&object.plain()))
}

fn none_found(wanted: &Wanted, resolved: &Resolved) -> String {
    let mut text = format!("I found no {}", shown(&wanted.plain()));
    if !resolved.looked_in.is_empty() {
        text.push_str(&format!("; I looked in {}", listed(&resolved.looked_in, ", ")));
    }
    text.push('.');
    let unseen: Vec<String> = resolved.unseen.iter().filter_map(plain).collect();
    if !unseen.is_empty() {
        text.push_str(&format!(" I could not look at {}.", listed(&unseen, ", ")));
    }
    let similar: Vec<String> = resolved.similar.iter().filter_map(plain).collect();
    if !similar.is_empty() {
        text.push_str(&format!(" Did you mean {}?", listed(&similar, ", ")));
    }
    text
}

/// A text, or an object as people are told.
fn plain(value: &Value) -> Option<String> {
    let part = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) if !part("what").is_empty() => Some(format!("{} ({})", part("what"), part("why"))),
        Value::Object(_) => serde_json::from_value::<Named>(value.clone()).ok().map(|named| named.plain()),
        _ => None,
    }
}
