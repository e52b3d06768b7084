//! The journal: one place that turns what happened into entries, commits it with its rows, and tells listeners after.
//!
//! Nothing is published before its commit. A commit that fails is an error for the caller, never swallowed: an effect
//! whose entry can't be written must not begin.

use kubechat_core::audit::{Committed, Entry, EntryKind};
use kubechat_core::names::ClusterName;
use kubechat_core::plan::Plan;
use kubechat_core::principal::Principal;
use kubechat_core::redact::{self, Redacted};
use kubechat_core::run::Run;
use serde_json::{Value, json};

use crate::Flow;
use crate::ports::events::Event;
use crate::ports::ledger::{Change, Draft, LedgerError};
use crate::turn::{Turn, TurnState};

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
    redact::value(&value)
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

/// Most bytes of parts in one event; longer ones are read from the turn's row.
pub const TURN_DELTA_BYTES_MAX: usize = 64 << 10;

/// Tells a turn's owner what is new in it: the parts after the first `told` ones (`turn_delta`; a text that grew is told again
/// from its part on), and at its start, at its end and when it was asked to stop, where it stands (`turn_status`).
pub fn turn_told(turn: &Turn, told: usize) -> Vec<Event> {
    let event = |name: &str, data: Value| Event {
        topic: format!("turn:{}", turn.id),
        name: name.to_owned(),
        audience: vec![turn.who.subject()],
        data,
    };
    let mut events = Vec::new();
    if turn.parts.len() > told {
        let parts = json!(turn.parts[told..]);
        let too_long = parts.to_string().len() > TURN_DELTA_BYTES_MAX;
        let parts = if too_long { json!([]) } else { parts };
        let data = json!({"turn": turn.id, "thread": turn.thread, "from": told, "parts": parts, "too_long": too_long});
        events.push(event("turn_delta", data));
    }
    if turn.state != TurnState::Working || turn.cancel_requested || turn.parts.is_empty() {
        let status = event("turn_status", turn_status(turn));
        // Told to whoever has the conversation open as well: a turn may begin somewhere else.
        events.push(Event { topic: format!("thread:{}", turn.thread), ..status.clone() });
        events.push(status);
    }
    events
}

/// Where a turn stands.
pub fn turn_status(turn: &Turn) -> Value {
    json!({"turn": turn.id, "thread": turn.thread, "state": turn.state, "parts": turn.parts.len(),
           "cancel_requested": turn.cancel_requested})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::Part;
    use kubechat_core::time::Timestamp;

    fn turn() -> Turn {
        let parts = ["a", "b"]
            .map(|text| Part::Text { text: text.to_owned(), partial: false, cites: Vec::new(), unproven: false })
            .to_vec();
        Turn {
            id: "u-000000000001".parse().unwrap(),
            thread: "t-000000000001".parse().unwrap(),
            who: Principal::local("mira", &[]),
            sentence: "what is broken?".to_owned(),
            created_at: Timestamp(0),
            ended_at: None,
            state: TurnState::Working,
            provider: "rules".to_owned(),
            model: None,
            rules: true,
            usage: None,
            cancel_requested: false,
            parts,
            carries: kubechat_core::egress::DataClasses::usual(),
            looked: crate::looked::Looked::nothing(),
            masked: Vec::new(),
            said: Vec::new(),
            before: crate::recall::Memory::default(),
        }
    }

    fn names(events: &[Event]) -> Vec<&str> {
        events.iter().map(|event| event.name.as_str()).collect()
    }

    #[test]
    fn parts_are_told_once_and_the_state_at_the_start_the_end_and_a_stop() {
        let grown = turn();
        let events = turn_told(&grown, 1);
        assert_eq!(names(&events), ["turn_delta"]);
        assert_eq!((&events[0].data["from"], events[0].data["parts"].as_array().unwrap().len()), (&json!(1), 1));
        let status = ["turn_status", "turn_status"];
        let begun = turn_told(&Turn { parts: Vec::new(), ..turn() }, 0);
        assert_eq!(names(&begun), status);
        assert_eq!(
            begun.iter().map(|event| event.topic.as_str()).collect::<Vec<_>>(),
            ["thread:t-000000000001", "turn:u-000000000001"]
        );
        let ended = turn_told(&Turn { state: TurnState::Answered, ..turn() }, 1);
        assert_eq!(names(&ended), ["turn_delta", status[0], status[1]]);
        assert_eq!(names(&turn_told(&Turn { cancel_requested: true, ..turn() }, 2)), status);
        assert!(events.iter().all(|event| event.audience == ["local|mira"]), "its owner alone hears it");
    }

    #[test]
    fn a_part_that_is_too_long_for_an_event_is_only_announced() {
        let long = vec![Part::Text {
            text: "x".repeat(TURN_DELTA_BYTES_MAX),
            partial: false,
            cites: Vec::new(),
            unproven: false,
        }];
        let data = &turn_told(&Turn { parts: long, ..turn() }, 0)[0].data;
        assert_eq!((&data["parts"], &data["too_long"]), (&json!([]), &json!(true)));
    }
}
