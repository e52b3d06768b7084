//! What one turn leaves for the next: what `it` means, what was said, and what becomes of a turn that a stop cut off.
//!
//! The former turn's messages are told to the provider again, so that "the second one" means something to it; they are
//! masked like everything it is told, bounded, and kept whole or not at all. Only the turn before is remembered so; of those
//! before it [`crate::recall`] keeps what is short. What is *not* kept: anything that would let a turn go on after a restart; it
//! is ended and said again by the person.

use kubechat_core::audit::EntryKind;
use kubechat_core::egress::DataClasses;
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;

use crate::journal::{draft, turn_told};
use crate::looked::Looked;
use crate::ports::ledger::{Change, Expect, Row, Versioned};
use crate::ports::provider::{Message, ToolCall};
use crate::recall::{Memory, Recalled};
use crate::turn::{Part, Thread, TopicObject, TurnState};
use crate::{Answered, Flow};

/// Most of a turn that the next one is told, bytes of JSON.
pub const REPLAY_BYTES_MAX: usize = 64 << 10;

/// What a turn begins with.
pub(crate) struct Former {
    /// What was said in the turn before.
    pub(crate) said: Vec<Message>,
    /// Which classes of data the conversation holds.
    pub(crate) carries: DataClasses,
    /// All turns before, that one included, in short.
    pub(crate) memory: Memory,
    /// What the conversation looked at.
    pub(crate) looked: Looked,
}

impl Former {
    fn none(carries: DataClasses, looked: Looked) -> Self {
        Self { said: Vec::new(), carries, memory: Memory::default(), looked }
    }
}

impl Flow {
    /// What was said in the turn before, and which classes of data the conversation holds since. It only helps to understand: without it the sentence is taken as the first.
    pub(crate) async fn said_before(&self, thread: &Thread) -> Former {
        let Some(last) = thread.last else { return Former::none(DataClasses::usual(), Looked::nothing()) };
        match self.ports.ledger.turn(last).await {
            Ok(Some(found)) => {
                let memory = found.row.before.clone().and(Recalled::of(&found.row));
                Former { said: found.row.said, carries: found.row.carries, memory, looked: found.row.looked }
            }
            Ok(None) => Former::none(DataClasses::usual(), Looked::untold()),
            Err(error) => {
                tracing::warn!(%error, turn = %last, "the turn before can't be read; this one is taken as the first");
                Former::none(DataClasses::all(), Looked::untold())
            }
        }
    }

    /// Ends the turns that a former process was answering: nothing of them goes on.
    pub(crate) async fn end_interrupted(&self) -> Answered<()> {
        for Versioned { row: mut turn, version } in self.ports.ledger.open_turns().await? {
            let problem = Problem::new(Code::Busy, "the host stopped while it was working on this");
            let told = turn.parts.len();
            turn.parts.push(Part::Problem { problem: problem.hint("say it again; nothing was changed by it") });
            turn.state = TurnState::Failed;
            turn.ended_at = Some(self.now());
            let mut entry = self.entry(&turn.who, EntryKind::Answered, "interrupted");
            entry.thread = Some(turn.thread);
            entry.turn = Some(turn.id);
            let rows = vec![Row::Turn(Box::new(turn.clone()), Expect::At(version))];
            self.commit(Change { rows, entries: vec![draft(entry, None)] }, turn_told(&turn, told)).await?;
        }
        Ok(())
    }
}

/// What the next turn is told of this one: all of it, or nothing when it is too long.
pub(crate) fn kept(messages: Vec<Message>) -> Vec<Message> {
    let messages: Vec<_> = messages.into_iter().map(masked).collect();
    let bytes = serde_json::to_vec(&messages).map_or(usize::MAX, |bytes| bytes.len());
    if bytes > REPLAY_BYTES_MAX { Vec::new() } else { messages }
}

/// Sentences and tool results were masked on the way in; what the provider made of them is masked here.
fn masked(message: Message) -> Message {
    match message {
        Message::Assistant { text, calls } => {
            let call = |call: ToolCall| ToolCall { arguments: redact::value(&call.arguments).into_inner(), ..call };
            Message::Assistant { text: redact::text(&text).into_inner(), calls: calls.into_iter().map(call).collect() }
        }
        other => other,
    }
}

/// What `it` will mean in the next turn.
pub(crate) fn remember(thread: &mut Thread, cluster: &ClusterName, sentence: &str, operation: &mut Operation) {
    let cluster = (*cluster != thread.cluster).then(|| cluster.clone());
    let topic = &mut thread.topic;
    let name = operation.name().to_owned();
    let Some(target) = operation.target_mut() else { return };
    let namespace = target.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    let object = TopicObject { kind: target.kind.to_string(), namespace, name: target.name.to_string(), cluster };
    // Several operations of one sentence are one topic.
    if topic.sentence != sentence {
        topic.objects.clear();
    }
    if !topic.objects.contains(&object) {
        topic.objects.push(object);
    }
    topic.operation = Some(name);
    sentence.clone_into(&mut topic.sentence);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_told_to_the_next_one_whole_or_not_at_all_and_masked() {
        let user = |text: &str| Message::User { text: text.to_owned() };
        let said = Message::Assistant { text: "password=hunter2hunter2".to_owned(), calls: Vec::new() };
        let told = kept(vec![user("which web?"), said]);
        assert_eq!(told.len(), 2);
        assert!(!serde_json::to_string(&told).unwrap().contains("hunter2"), "{told:?}");
        assert!(kept(vec![user("short"), user(&"x".repeat(REPLAY_BYTES_MAX))]).is_empty());
    }
}
