//! `changes`: what changed about an object or in a namespace, who did it, when; newest first, and what is not recorded.
//!
//! A cluster keeps no journal, but traces: revisions of workloads ([`rollouts`]), the last write of each field manager
//! ([`writers`]), Helm releases and GitOps revisions ([`releases`]), events of the last hour. They are laid side by side;
//! what none of them can say stands in `gaps`. Our own log is not the cluster's: whoever holds it adds it with
//! [`Changes::with_ours`]. Limits: [`ROWS_MAX`] rows, [`CONFIG_MAPS_MAX`] ConfigMaps behind a workload.

mod place;
mod releases;
mod rollouts;
mod subject;
mod writers;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{age, events, shown};
use crate::facts::{FactQuery, Snapshot, Unseen};
use crate::names::Namespace;
use crate::object::{ObjectRef, text};
use crate::operation::{LowerError, read};
use crate::time::Timestamp;

pub(crate) use rollouts::{Revision, differences, of_deployment, revisions};
pub(crate) use subject::revisions as revision_list;

/// Most rows of one answer; older ones are counted.
const ROWS_MAX: usize = 100;
/// Most ConfigMaps behind a workload whose writers are read.
const CONFIG_MAPS_MAX: usize = 10;
/// How long ago changes in a namespace are looked for when nothing else is said, minutes.
const PLACE_MINUTES: u32 = 24 * 60;

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The object asked about; absent for a namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// Where it lives, or the namespace asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// From when on; absent means from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The newest first; those without a time come last.
    pub rows: Vec<ChangeRow>,
    /// How many older ones are left out.
    pub omitted: u64,
    /// What is not recorded anywhere, in sentences.
    pub gaps: Vec<String>,
    /// What could not be looked at.
    pub unseen: Vec<Unseen>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRow {
    /// When; absent when that is not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// How long ago that is, as people read it.
    pub age: String,
    /// Where it is known from.
    pub source: ChangeSource,
    /// What changed: `Deployment shop/web`.
    pub object: String,
    /// Who, as far as that is recorded: a field manager, a tool, or a person of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// What happened, masked.
    pub what: String,
}

/// Where a change is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeSource {
    /// The object's creation.
    Created,
    /// A revision: ReplicaSet or ControllerRevision.
    Rollout,
    /// The last write of a field manager.
    Writer,
    /// A Helm release.
    Helm,
    /// Argo CD or Flux.
    Gitops,
    /// An event.
    Event,
    /// This host's own log.
    Kubechat,
}

impl ChangeSource {
    /// It in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Rollout => "rollout",
            Self::Writer => "writer",
            Self::Helm => "helm",
            Self::Gitops => "gitops",
            Self::Event => "event",
            Self::Kubechat => "kubechat",
        }
    }
}

impl ChangeRow {
    /// One change; what it says is masked here.
    pub fn new(source: ChangeSource, at: Option<Timestamp>, object: &str, what: &str, now: Timestamp) -> Self {
        let age = at.map_or("<unknown>".to_owned(), |at| age::span(now.since_ms(at)));
        Self { at, age, source, object: shown::line(object), who: None, what: shown::line(what) }
    }

    /// The same, with who did it.
    #[must_use]
    pub fn by(mut self, who: &str) -> Self {
        self.who = Some(shown::line(who)).filter(|who| !who.is_empty());
        self
    }
}

impl Changes {
    /// The same, with what this host itself did: the newest first again, within the same limit.
    #[must_use]
    pub fn with_ours(mut self, ours: Vec<ChangeRow>) -> Self {
        self.rows.extend(ours);
        let since = self.since;
        self.settle(since);
        self
    }

    /// Whether this object (`Deployment shop/web`) is one of those it speaks of.
    pub fn is_about(&self, object: &str) -> bool {
        match (&self.object, &self.namespace) {
            (Some(own), _) if own.to_string() == object => true,
            (None, Some(place)) => object
                .split_once(' ')
                .is_some_and(|(_, path)| path.split_once('/').is_some_and(|(found, _)| found == place.as_str())),
            _ => self.rows.iter().any(|row| row.object == object),
        }
    }

    fn settle(&mut self, since: Option<Timestamp>) {
        self.rows.retain(|row| since.is_none_or(|since| row.at.is_none_or(|at| at >= since)));
        // Times are whole seconds: of two revisions made within one, the later stands first as it came.
        self.rows.sort_by_key(|row| (std::cmp::Reverse(row.at), row.source));
        self.rows.dedup();
        self.omitted += self.rows.len().saturating_sub(ROWS_MAX) as u64;
        self.rows.truncate(ROWS_MAX);
        self.gaps.dedup();
    }
}

/// What must be known first.
pub(super) fn needs(changes: &read::Changes, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    match &changes.target {
        Some(target) if !is_namespace(target) => subject::needs(target, known),
        _ => place::needs(&place_of(changes)?, known),
    }
}

/// The answer, once nothing is missing.
pub(super) fn answer(changes: &read::Changes, known: &Snapshot, now: Timestamp) -> Result<Changes, LowerError> {
    let whole = |minutes: u32| now.plus_ms(-i64::from(minutes) * 60_000);
    let (mut found, since) = match &changes.target {
        Some(target) if !is_namespace(target) => (subject::answer(target, known, now)?, changes.minutes.map(whole)),
        _ => (place::answer(&place_of(changes)?, known, now)?, Some(whole(changes.minutes.unwrap_or(PLACE_MINUTES)))),
    };
    found.since = since;
    found.settle(since);
    Ok(found)
}

fn is_namespace(target: &crate::operation::Target) -> bool {
    matches!(target.kind.as_str().to_lowercase().as_str(), "namespace" | "namespaces" | "ns")
}

fn place_of(changes: &read::Changes) -> Result<Namespace, LowerError> {
    let named = changes.target.as_ref().and_then(|target| Namespace::parse(target.name.as_str()).ok());
    let place = named.or_else(|| changes.namespace.clone());
    place.ok_or_else(|| LowerError::NamespaceMissing("changes".to_owned()))
}

/// What an object itself says of its changes.
pub(crate) fn known(object: &ObjectRef, content: &Value, now: Timestamp) -> Vec<ChangeRow> {
    let (rows, _) = writers::rows(object, content, now);
    [vec![created(object, content, now)], rows].concat()
}

/// When an object was made.
fn created(object: &ObjectRef, content: &Value, now: Timestamp) -> ChangeRow {
    let at = text(content, "/metadata/creationTimestamp").parse().ok();
    ChangeRow::new(ChangeSource::Created, at, &object.to_string(), "created", now)
}

/// Events as changes; those that only repeat what pods do all day are left out.
fn happened<'a>(events: impl Iterator<Item = &'a Value>, now: Timestamp) -> Vec<ChangeRow> {
    const DAILY: &[&str] =
        &["Pulling", "Pulled", "Created", "Started", "Scheduled", "SuccessfulCreate", "SuccessfulDelete"];
    let telling = events.filter(|event| !DAILY.contains(&text(event, "/reason")));
    let rows = events::rows(telling, ROWS_MAX, now).rows.into_iter();
    let row = |row: super::EventRow| {
        let times = if row.count > 1 { format!(" ({} times)", row.count) } else { String::new() };
        let what = format!("{}{times}: {}", row.reason, row.message);
        ChangeRow::new(ChangeSource::Event, row.at, &row.object, &what, now)
    };
    rows.map(row).collect()
}

const EVENTS_GAP: &str = "events are kept for about an hour; what happened before stands in none";
