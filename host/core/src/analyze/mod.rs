//! What is broken: findings from facts, ranked, each with evidence and, where one exists, its fix as an operation.
//!
//! Two stages of facts: first the lists ([`needs`]), then only for what is in trouble its details (logs, events, nodes).
//! Each analyzer is a pure function in a file of its own that turns an inventory into drafts; [`ranking`] folds what
//! follows from one root under it (twenty pods of one Deployment are one finding), ranks by effect and numbers the
//! evidence. "Now" is the moment the snapshot was taken. Limits: [`FINDINGS_MAX`] and those of each file. What could not
//! be looked at is in `unseen`: an empty answer with unseen parts is not a clean bill of health.

mod autoscalers;
mod backends;
mod budgets;
mod certificates;
mod claims;
mod der;
mod draft;
mod events;
mod fixes;
mod images;
mod index;
mod inventory;
mod jobs;
mod memory;
mod network;
mod nodes;
mod pods;
mod probes;
mod quota;
mod ranking;
mod recent;
mod references;
mod schedule;
mod scheduling;
mod scope;
mod services;
mod telling;
mod trouble;
mod webhooks;
mod workloads;

#[cfg(test)]
mod scaling;

use serde::{Deserialize, Serialize};

use crate::facts::{FactQuery, Snapshot, Unseen};
use crate::names::Namespace;
use crate::object::ObjectRef;
use crate::operation::read::Diagnose;
use crate::operation::{LowerError, Operation};
use crate::policy::Severity;
use crate::read::ChangeRow;
use crate::time::Timestamp;

use draft::Draft;
use inventory::Inventory;

/// When the first certificate of a text expires: PEM as base64, as in a kubeconfig's `client-certificate-data`. What holds no
/// certificate is nothing.
pub fn certificate_expires_at(data: &str) -> Option<Timestamp> {
    der::of_secret(data).map(|validity| validity.until)
}

/// Most findings in one answer; the worst are kept, the rest is counted.
pub const FINDINGS_MAX: usize = 100;

/// Every rule a finding can have; `docs/findings.md` says what each means.
pub const RULES: &[&str] = &[
    "autoscaler/at-max",
    "autoscaler/no-metrics",
    "autoscaler/no-target",
    "budget/blocks-drain",
    "certificate/expired",
    "certificate/expiring",
    "certificate/missing",
    "claim/lost",
    "claim/pending",
    "config/key-missing",
    "config/missing",
    "cronjob/failing",
    "cronjob/overdue",
    "cronjob/suspended",
    "image/pull-failed",
    "ingress/no-endpoints",
    "ingress/no-such-backend",
    "job/failed",
    "network-policy/selects-nothing",
    "node/cordoned",
    "node/not-ready",
    "node/pressure",
    "pod/cannot-start",
    "pod/crash-loop",
    "pod/not-ready",
    "pod/out-of-memory",
    "pod/probe-kills",
    "pod/stuck-creating",
    "pod/stuck-ending",
    "pod/unschedulable",
    "quota/full",
    "quota/used-up",
    "route/no-endpoints",
    "route/no-such-backend",
    "route/refused",
    "service/no-pods",
    "service/no-ready-pod",
    "service/scaled-to-zero",
    "service/selector-matches-nothing",
    "webhook/no-endpoints",
    "webhook/no-such-service",
    "workload/not-observed",
    "workload/pods-refused",
    "workload/rollout-stuck",
    "workload/unavailable",
];

/// What a diagnosis found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// The worst first.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub omitted: u64,
    /// What was looked at, by kind.
    pub looked_at: Vec<Looked>,
    /// The namespaces looked in, when it was not simply everywhere.
    pub namespaces: Vec<Namespace>,
    /// What could not be looked at; the findings are then "at least".
    pub unseen: Vec<Unseen>,
    /// Of one object asked about: its newest changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeRow>,
}

/// How many objects of a kind were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// The kind.
    pub kind: String,
    /// How many.
    pub total: u64,
    /// How many of them stand in a finding; the others are healthy.
    pub troubled: u64,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The analyzer's rule: `pod/crash-loop`.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// The object.
    pub object: ObjectRef,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// What shows it: facts with where they were read, masked.
    pub evidence: Vec<Evidence>,
    /// What would repair it, when that follows from the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Operation>,
    /// Why the fix is what it is, or what to look at when there is none.
    pub advice: String,
    /// How many other objects show the same root; they are folded under this finding.
    pub folded: u64,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// `f1`, `f2`, … within the answer.
    pub id: String,
    /// Where it was read: `Pod shop/api-7d9 status`, `log of shop/api-7d9 (previous)`.
    pub source: String,
    /// What stood there, masked and cut.
    pub text: String,
}

/// What must be known before a diagnosis; empty when nothing is missing.
pub fn needs(diagnose: &Diagnose, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let asked = scope::needs(diagnose, known)?;
    if !asked.is_empty() {
        return Ok(asked);
    }
    let look = scope::look(diagnose, known)?;
    let inventory = Inventory::of(&look, known);
    let groups = trouble::groups(&inventory);
    let mut needs = pods::needs(&groups, &inventory);
    needs.extend(events::needs(&groups, &inventory));
    needs.extend(references::needs(&groups, &inventory));
    needs.extend(images::needs(&groups, &inventory));
    needs.extend(memory::needs(&groups, &inventory));
    needs.extend(claims::needs(&inventory));
    needs.extend(jobs::needs(&inventory));
    needs.extend(certificates::needs(&inventory));
    needs.extend(workloads::needs(&inventory));
    Ok(known.missing(needs))
}

/// The findings, once nothing is missing.
pub fn answer(diagnose: &Diagnose, known: &Snapshot) -> Result<Findings, LowerError> {
    let look = scope::look(diagnose, known)?;
    let inventory = Inventory::of(&look, known);
    let mut drafts = ranking::fold(drafts(&inventory));
    if let Some(about) = scope::about(&look, &inventory) {
        drafts.retain(|draft| draft.involved.iter().chain(&draft.mentions).any(|object| about.contains(object)));
    }
    Ok(ranking::findings(drafts, &inventory, &look))
}

fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let groups = trouble::groups(inventory);
    let mut drafts: Vec<Draft> = Vec::new();
    drafts.extend(nodes::drafts(&groups, inventory));
    drafts.extend(references::drafts(&groups, inventory));
    drafts.extend(claims::drafts(&groups, inventory));
    drafts.extend(images::drafts(&groups, inventory));
    drafts.extend(pods::drafts(&groups, inventory));
    drafts.extend(scheduling::drafts(&groups, inventory));
    drafts.extend(jobs::drafts(&groups, inventory));
    drafts.extend(quota::drafts(inventory));
    drafts.extend(webhooks::drafts(inventory));
    drafts.extend(workloads::drafts(inventory));
    drafts.extend(services::drafts(inventory));
    drafts.extend(backends::drafts(inventory));
    drafts.extend(autoscalers::drafts(inventory));
    drafts.extend(budgets::drafts(inventory));
    drafts.extend(network::drafts(inventory));
    drafts.extend(certificates::drafts(inventory));
    drafts
}
