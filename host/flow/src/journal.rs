//! The journal: one place that turns what happened into entries, commits it with its rows, and tells listeners after.
//!
//! Nothing is published before its commit. A commit that fails is an error for the caller, never swallowed: an effect
//! whose entry can't be written must not begin.

use kubechat_core::audit::{Committed, Entry, EntryKind};
use kubechat_core::mask::{self, Redacted};
use kubechat_core::names::ClusterName;
use kubechat_core::plan::Plan;
use kubechat_core::principal::Principal;
use kubechat_core::run::Run;
use serde_json::{Value, json};

use crate::Flow;
use crate::ports::events::Event;
use crate::ports::ledger::{Change, Draft, LedgerError};
use crate::turn::Turn;

/// The actor of what the host does by itself.
pub fn supervisor() -> Principal {
    Principal { issuer: "host".to_owned(), name: "supervisor".to_owned(), groups: Vec::new() }
}

impl Flow {
    /// A bare entry.
    pub fn entry(&self, actor: &Principal, kind: EntryKind, outcome: &str) -> Entry {
        Entry {
            v: 1,
            at: self.now(),
            actor: actor.clone(),
            kind,
            thread: None,
            turn: None,
            plan: None,
            revision: None,
            run: None,
            step: None,
            cluster: None,
            object: None,
            outcome: outcome.to_owned(),
            digest: None,
            payload: None,
        }
    }

    /// An entry about one part of a plan.
    pub fn part_entry(
        &self,
        actor: &Principal,
        kind: EntryKind,
        plan: &Plan,
        cluster: &ClusterName,
        outcome: &str,
    ) -> Entry {
        Entry {
            plan: Some(plan.id),
            revision: Some(plan.revision.number),
            run: plan.run,
            cluster: Some(cluster.clone()),
            digest: plan.revision.digest(plan.id).ok(),
            ..self.entry(actor, kind, outcome)
        }
    }

    /// Entries about a whole plan: one for each cluster it writes to, so that whoever looks for a cluster finds it.
    pub fn plan_entries(&self, actor: &Principal, kind: EntryKind, plan: &Plan, outcome: &str) -> Vec<Entry> {
        plan.clusters().map(|cluster| self.part_entry(actor, kind, plan, cluster, outcome)).collect()
    }

    /// Writes an entry on its own, for what has no row: a refusal, a read.
    pub async fn note(&self, entry: Entry, payload: Option<Value>) -> Result<(), LedgerError> {
        let change = Change { rows: Vec::new(), entries: vec![draft(entry, payload)] };
        self.commit(change, Vec::new()).await.map(drop)
    }

    /// Commits, then tells.
    pub(crate) async fn commit(&self, change: Change, events: Vec<Event>) -> Result<Vec<Committed>, LedgerError> {
        let committed = self.ports.ledger.commit(change).await?;
        self.ports.events.publish(events);
        Ok(committed)
    }
}

/// Entries with the same payload.
pub fn drafts(entries: Vec<Entry>, payload: Option<&Value>) -> Vec<Draft> {
    entries.into_iter().map(|entry| draft(entry, payload.cloned())).collect()
}

/// An entry with its payload, masked on the way in.
pub fn draft(entry: Entry, payload: Option<Value>) -> Draft {
    Draft { entry, payload: payload.map(masked) }
}

fn masked(value: Value) -> Redacted<Value> {
    mask::value(&value)
}

/// Tells that a plan changed.
pub fn plan_update(plan: &Plan) -> Event {
    Event {
        topic: format!("plan:{}", plan.id),
        name: "plan_update".to_owned(),
        audience: Vec::new(),
        data: json!({"plan": plan.id, "revision": plan.revision.number, "state": plan.state, "run": plan.run,
            "clusters": plan.clusters().collect::<Vec<_>>(), "undone": plan.undone}),
    }
}

/// Tells that a run moved.
pub fn execution_status(run: &Run) -> Event {
    let steps: Vec<_> = run
        .steps
        .iter()
        .map(|step| {
            json!({"index": step.index, "cluster": step.cluster, "state": step.state, "progress": step.progress,
                "problem": step.problem})
        })
        .collect();
    Event {
        topic: format!("plan:{}", run.plan),
        name: "execution_status".to_owned(),
        audience: Vec::new(),
        data: json!({"run": run.id, "plan": run.plan, "state": run.state, "steps": steps, "clusters": run.by_cluster()}),
    }
}

/// Tells that a turn grew; only its owner hears it.
pub fn turn_update(turn: &Turn) -> Event {
    Event {
        topic: format!("turn:{}", turn.id),
        name: "turn_update".to_owned(),
        audience: vec![turn.who.subject()],
        data: json!({"turn": turn.id, "thread": turn.thread, "state": turn.state, "parts": turn.parts.len()}),
    }
}
