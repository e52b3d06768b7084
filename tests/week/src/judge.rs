//! From a change to what people would see: level, reasons, findings, and whether somebody is asked.

use std::fmt;

use kubechat_core::diff::{self, FieldChange};
use kubechat_core::facts::{FactQuery, Snapshot};
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{DryRun, Origin};
use kubechat_core::policy::build::{Input, StepInput, needs, weigh};
use kubechat_core::radius::predicted;
use kubechat_core::time::Timestamp;
use policy_baseline::{Effect, Finding, evaluate};

use crate::change::{Change, Intended, gather};
use crate::cluster::Cluster;

/// Monday, for all that is asked.
const MONDAY: Timestamp = Timestamp(1_795_420_800_000);

/// A change and what came of it.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The change.
    pub change: &'a Change,
    /// The risk's level.
    pub level: &'static str,
    /// Its score.
    pub score: u32,
    /// The rules of risk that counted.
    pub reasons: Vec<String>,
    /// What the pack found.
    pub findings: Vec<Finding>,
    /// What could not be seen.
    pub unseen: Vec<String>,
}

impl Judged<'_> {
    /// Whether somebody has to agree, or it is denied.
    pub fn asks(&self) -> bool {
        self.findings.iter().any(|found| matches!(found.effect, Effect::RequireApproval(_) | Effect::Deny))
    }
}

impl fmt::Display for Judged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found: Vec<String> =
            self.findings.iter().map(|found| format!("{}={}", found.rule, found.effect.as_str())).collect();
        let kind = if self.change.dangerous { "dangerous" } else { "routine" };
        let asks = if self.asks() { "ASKS" } else { "passes" };
        let (at, what) = (&self.change.at, &self.change.what);
        write!(f, "{at:9} {kind:9} {asks:6} {:8} {:3} {what}", self.level, self.score)?;
        write!(f, "\n          risk: {}; policy: {}", self.reasons.join(" "), found.join(" "))
    }
}

/// Judges one change.
///
/// # Errors
/// A change that makes no sense on this cluster, in words.
pub fn judge<'a>(change: &'a Change, monday: &Cluster) -> Result<Judged<'a>, String> {
    let told = |error: String| format!("{} ({}): {error}", change.at, change.what);
    let cluster = change.cluster(monday).map_err(told)?;
    let mut known = Snapshot::new(MONDAY);
    let intended = change.intended(&cluster, &mut known).map_err(told)?;
    let mutations: Vec<_> = intended.iter().map(|one| one.mutation.clone()).collect();
    let targets = || mutations.iter().map(|one| FactQuery::Object { object: one.target.clone() }).collect();
    gather(&change.who, &cluster, &mut known, |_| Ok(targets())).map_err(told)?;
    for one in &intended {
        exists_as_wanted(one, &known).map_err(told)?;
    }
    gather(&change.who, &cluster, &mut known, |known| Ok(needs(&mutations, known))).map_err(told)?;
    weighed(change, &cluster, &intended, &known).map_err(told)
}

/// What is written to must be there, and what is made must not.
fn exists_as_wanted(one: &Intended, known: &Snapshot) -> Result<(), String> {
    let there = known.object(&one.mutation.target).is_some();
    match one.mutation.action.verb() {
        "create" if there => Err(format!("{} is there already", one.mutation.target)),
        "delete" if !there => Err(format!("{} is not there", one.mutation.target)),
        "patch" if !there && one.op != "apply" => Err(format!("{} is not there", one.mutation.target)),
        _ => Ok(()),
    }
}

fn weighed<'a>(
    change: &'a Change,
    cluster: &Cluster,
    intended: &[Intended],
    known: &Snapshot,
) -> Result<Judged<'a>, String> {
    let dry_run = DryRun::Verified { volatile: Vec::new(), warnings: Vec::new() };
    let diffs: Vec<Vec<FieldChange>> = intended.iter().map(|one| changes(one, known)).collect();
    let idle = |one: &&Intended| {
        let live = known.object(&one.mutation.target);
        live.is_some() && predicted(&one.mutation.action, live).as_ref() == live
    };
    if let Some(one) = intended.iter().find(idle) {
        return Err(format!("nothing of {} would change", one.mutation.target));
    }
    let steps: Vec<StepInput<'_>> = intended
        .iter()
        .zip(&diffs)
        .enumerate()
        .map(|(index, (one, diff))| StepInput {
            after: None,
            index: u32::try_from(index).unwrap_or(u32::MAX),
            op: &one.op,
            mutation: &one.mutation,
            diff,
            shown: diff,
            dry_run: &dry_run,
            reversibility: &one.reversibility,
            creates: known.object(&one.mutation.target).is_none(),
        })
        .collect();
    let requester = cluster.person(&change.who)?;
    let name = ClusterName::parse("week").map_err(|error| error.to_string())?;
    let origin = Origin::Api;
    let input =
        Input { requester: &requester, cluster: &name, cluster_production: false, origin: &origin, steps: &steps };
    let weighed = weigh(&input, known);
    let facts = serde_json::to_string(&weighed.facts).map_err(|error| error.to_string())?;
    let findings = evaluate(&facts, "{}").map_err(|error| error.to_string())?;
    let reasons = weighed.risk.reasons.iter().map(|reason| format!("{}+{}", reason.rule, reason.points)).collect();
    let (level, score) = (weighed.risk.level.as_str(), weighed.risk.score);
    Ok(Judged { change, level, score, reasons, findings, unseen: weighed.facts.unseen })
}

/// What the server's dry-run would show, as near as it can be predicted.
fn changes(one: &Intended, known: &Snapshot) -> Vec<FieldChange> {
    let live = known.object(&one.mutation.target);
    diff::changes(live, predicted(&one.mutation.action, live).as_ref(), &[])
}
