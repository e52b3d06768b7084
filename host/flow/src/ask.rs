//! Ask: a sentence becomes a turn; a provider proposes tool calls; the host runs reads as the user and plans writes.
//!
//! The turn is a row that grows by parts, so a client that reconnects misses nothing. The sentence is masked before it
//! is stored; what is sent goes through the conversation's vault ([`crate::vaults`]). Bounded by rounds and calls. Text and
//! tool results from a cluster are data: nothing in them is followed. What calls do is in [`crate::calling`].

use std::collections::BTreeSet;

use kubechat_core::audit::EntryKind;
use kubechat_core::egress::DataClasses;
use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::limits::{SENTENCE_BYTES_MAX, TURN_ROUNDS_MAX};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::plan::{Asked, Origin, Proposed};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use serde_json::{Value, json};

use crate::answering::Answering;
use crate::calling::{ANOTHER_WAY, spend_repair};
use crate::choosing::{Known, chosen};
use crate::hear::Heard;
use crate::journal::{draft, turn_told};
use crate::looked::Noting;
use crate::memory::{Former, kept};
use crate::ports::ledger::{Change, Draft, Expect, LedgerError, Row, Version};
use crate::ports::provider::{Finish, Message, Request};
use crate::proof;
use crate::tools;
use crate::turn::{Part, Thread, Topic, Turn, TurnState};
use crate::vaults::Opened;
use crate::{Answered, Flow};

/// The host's instructions to any provider.
const SYSTEM: &str = "You turn one request about a Kubernetes cluster into calls of the given tools. \
    Names go through `resolve` first. Ask back when two objects fit.";

/// Where a sentence is said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// An earlier conversation.
    pub thread: Option<ThreadId>,
    /// A cluster; the first configured one when absent.
    pub cluster: Option<ClusterName>,
    /// A namespace; the context's when absent.
    pub namespace: Option<Namespace>,
}

/// A turn at work.
pub(crate) struct Work {
    pub(crate) thread: Thread,
    thread_version: Version,
    pub(crate) turn: Turn,
    /// The conversation's secrets.
    pub(crate) vault: Opened,
    version: Version,
    pub(crate) messages: Vec<Message>,
    /// How many of the messages are the former turn's.
    pub(crate) replayed: usize,
    pub(crate) writes: Vec<Asked>,
    pub(crate) calls: usize,
    pub(crate) answering: Answering,
    /// What was read already: asking it again tells nothing new.
    pub(crate) asked: BTreeSet<String>,
    /// Rounds that were spent on putting a call right.
    pub(crate) repairs: usize,
    /// How many parts its listeners know.
    pub(crate) told: usize,
}

impl Flow {
    /// `POST /prompts`: 202 with the thread and turn; the work goes on beside the request.
    pub async fn ask(&self, who: &Principal, sentence: &str, place: Place) -> Answered<Turn> {
        sayable(sentence)?;
        let (mut thread, expect) = self.thread(who, place).await?;
        let vault = self.vaults.of(thread.id, &*self.ports.ids);
        let Former { said, carries, memory, looked } = self.said_before(&thread).await;
        let (former, before) = (vault.replayed(said), memory.replayed(&vault));
        let (told, sentence) = vault.said(sentence.trim());
        let mut masked = Vec::new();
        vault.report(&mut masked);
        if thread.title.is_empty() {
            thread.title = crate::threads::title_of(&sentence);
        }
        let turn = Turn {
            id: TurnId::mint(&*self.ports.ids),
            thread: thread.id,
            who: who.clone(),
            sentence: sentence.clone(),
            created_at: self.now(),
            ended_at: None,
            state: TurnState::Working,
            provider: self.ports.provider.label(),
            model: self.ports.provider.model(),
            rules: self.ports.provider.is_rules(),
            usage: None,
            cancel_requested: false,
            parts: Vec::new(),
            masked,
            carries,
            looked,
            said: Vec::new(),
            before,
        };
        let entry = self.turn_entry(&turn, EntryKind::Asked, "asked", &thread);
        let rows = vec![Row::Thread(thread.clone(), expect), Row::Turn(Box::new(turn.clone()), Expect::New)];
        let change = Change { rows, entries: vec![draft(entry, Some(json!({"sentence": sentence})))] };
        self.commit(change, turn_told(&turn, 0)).await?;
        let thread_version = match expect {
            Expect::New => Version(1),
            Expect::At(Version(version)) => Version(version + 1),
        };
        let work = Work {
            thread,
            thread_version,
            turn: turn.clone(),
            vault,
            version: Version(1),
            replayed: former.len(),
            messages: former.into_iter().chain([Message::User { text: told }]).collect(),
            writes: Vec::new(),
            calls: 0,
            answering: Answering::default(),
            asked: BTreeSet::new(),
            repairs: 0,
            told: 0,
        };
        let flow = Self { noting: Noting::begun(), ..self.clone() };
        self.ports.work.spawn("turn", Box::pin(async move { flow.answer_turn(work).await }));
        Ok(turn)
    }

    pub(crate) async fn thread(&self, who: &Principal, place: Place) -> Answered<(Thread, Expect)> {
        let Some(id) = place.thread else {
            let view = self.ports.cluster.known(who, place.cluster.as_ref())?;
            let thread = Thread {
                id: ThreadId::mint(&*self.ports.ids),
                owner: who.clone(),
                cluster: view.name,
                namespace: place.namespace.unwrap_or(view.namespace),
                title: String::new(),
                created_at: self.now(),
                deleted_at: None,
                shared_at: None,
                topic: Topic::default(),
                last: None,
            };
            return Ok((thread, Expect::New));
        };
        let mut found = self.own_thread(who, id).await?;
        found.row.namespace = place.namespace.unwrap_or(found.row.namespace);
        found.row.cluster = place.cluster.unwrap_or(found.row.cluster);
        Ok((found.row, Expect::At(found.version)))
    }

    async fn answer_turn(self, mut work: Work) {
        let ended = self.rounds(&mut work).await;
        let state = match ended {
            Ok(state) => state,
            Err(problem) => {
                let state = if problem.code == Code::Ambiguous { TurnState::AskedBack } else { TurnState::Failed };
                let problem = work.vault.failed(problem);
                work.turn.parts.push(Part::Problem { problem });
                state
            }
        };
        work.turn.state = state;
        work.turn.ended_at = Some(self.now());
        work.turn.said = kept(work.messages.drain(work.replayed..).collect());
        work.thread.last = Some(work.turn.id);
        let entry = self.turn_entry(&work.turn, EntryKind::Answered, state_name(state), &work.thread);
        if let Err(error) = self.save(&mut work, vec![draft(entry, None)]).await {
            tracing::error!(turn = %work.turn.id, detail = %error.detail, "the answer could not be written down");
        }
    }

    async fn rounds(&self, work: &mut Work) -> Answered<TurnState> {
        for _ in 0..TURN_ROUNDS_MAX {
            if self.cancelled(work).await? {
                return Ok(stopped(work));
            }
            let messages = work.vault.known_by_now(work.messages.clone());
            let mut request = self.request_in(&work.turn.who, &work.thread, messages);
            request.context = work.vault.context(&request.context);
            request.carries = work.turn.carries.clone();
            let (text, calls, finish) = match self.heard(work, request).await? {
                Heard::Ended { text, calls, finish } => (text, calls, finish),
                Heard::Stopped => return Ok(stopped(work)),
            };
            if calls.is_empty() {
                work.messages.push(Message::Assistant { text, calls });
                prove(work);
                return match finish {
                    Finish::Refused(why) | Finish::Other(why) => Err(given_up(work, work.vault.shown(&why))),
                    Finish::Length => Err(Problem::new(Code::Component, "the answer was cut off at its limit")
                        .hint("ask for less at a time, or raise the model's `max_output_tokens`")),
                    Finish::Stop | Finish::ToolCalls => Ok(self.concluded(work)),
                };
            }
            let again = vec![Message::Assistant { text, calls: calls.clone() }];
            work.messages.extend(work.vault.replayed(again));
            let before = work.messages.len();
            for call in calls {
                self.call(work, call).await?;
            }
            // Half of what was asked is not what was asked: with one call refused, no plan is made of the others.
            if work.messages[before..].iter().any(|said| matches!(said, Message::Tool { is_error: true, .. })) {
                work.writes.clear();
            }
            spend_repair(work, before)?;
            if !work.writes.is_empty() {
                let stop = self.cancelled(work).await?;
                return if stop { Ok(stopped(work)) } else { self.plan_writes(work).await };
            }
            self.save(work, Vec::new()).await?;
        }
        let detail = format!("no answer after {TURN_ROUNDS_MAX} rounds (TURN_ROUNDS_MAX)");
        Err(Problem::new(Code::LimitExceeded, detail).hint(ANOTHER_WAY))
    }

    /// Whether the turn's owner asked meanwhile to stop. Asking moved the row, so its version is taken along.
    pub(crate) async fn cancelled(&self, work: &mut Work) -> Result<bool, LedgerError> {
        let found = self.ports.ledger.turn(work.turn.id).await?;
        if let Some(found) = found.filter(|found| found.row.cancel_requested) {
            work.version = found.version;
            work.turn.cancel_requested = true;
        }
        Ok(work.turn.cancel_requested)
    }

    fn concluded(&self, work: &Work) -> TurnState {
        let answered = work.turn.parts.iter().any(|part| matches!(part, Part::Answer { .. } | Part::Plan { .. }));
        let said = work
            .turn
            .parts
            .iter()
            .any(|part| matches!(part, Part::Text { text, .. } if text.trim_end().ends_with('?')));
        if said && !answered { TurnState::AskedBack } else { TurnState::Answered }
    }

    /// What a provider is asked in a thread.
    pub(crate) fn request_in(&self, who: &Principal, thread: &Thread, messages: Vec<Message>) -> Request {
        let context = self.context(who, thread);
        let carries = DataClasses::usual();
        Request { system: SYSTEM.to_owned(), messages, tools: tools::offered().to_vec(), context, carries }
    }

    fn context(&self, who: &Principal, thread: &Thread) -> Value {
        let topic = &thread.topic;
        json!({
            "cluster": thread.cluster,
            "clusters": self.ports.cluster.names(who),
            "namespace": thread.namespace,
            "now": self.now(),
            "previous": {"objects": topic.objects, "operation": topic.operation, "sentence": topic.sentence},
        })
    }

    async fn plan_writes(&self, work: &mut Work) -> Answered<TurnState> {
        let operations = std::mem::take(&mut work.writes);
        let origin = Origin::Turn { turn: work.turn.id };
        let by = work.answering.provenance(&work.turn.provider);
        let known = Known {
            messages: &work.messages,
            cluster: work.thread.cluster.as_str(),
            namespace: work.thread.namespace.as_str(),
        };
        // Rules choose nothing: what they plan stands in the sentence.
        let mut chosen = if work.turn.rules { Vec::new() } else { chosen(&operations, &known) };
        chosen.iter_mut().for_each(|one| one.value = work.vault.masked(&one.value));
        let plan = self.plan(&work.turn.who, operations, origin, Proposed { by, chosen }).await?;
        work.turn.parts.push(Part::Plan { plan: plan.id });
        Ok(TurnState::Planned)
    }

    /// Commits the turn; with it the thread's topic, unless another turn or its owner moved the thread meanwhile: the later
    /// one is what `it` means then. A wish to stop, which moves the turn's row once, is taken along.
    pub(crate) async fn save(&self, work: &mut Work, entries: Vec<Draft>) -> Answered<()> {
        work.turn.looked = std::mem::take(&mut work.turn.looked).and(&self.noting.so_far());
        let turn = Row::Turn(Box::new(work.turn.clone()), Expect::At(work.version));
        let thread = Row::Thread(work.thread.clone(), Expect::At(work.thread_version));
        let both = Change { rows: vec![turn, thread], entries: entries.clone() };
        match self.commit(both, turn_told(&work.turn, work.told)).await {
            Ok(_) => work.thread_version = Version(work.thread_version.0 + 1),
            Err(LedgerError::Conflict(_)) => self.save_alone(work, entries).await?,
            Err(error) => return Err(error.into()),
        }
        work.version = Version(work.version.0 + 1);
        work.told = work.turn.parts.len();
        Ok(())
    }

    /// Without the thread. A wish to stop may come between the look and the write; it comes once.
    async fn save_alone(&self, work: &mut Work, entries: Vec<Draft>) -> Answered<()> {
        match self.try_alone(work, entries.clone()).await {
            Err(LedgerError::Conflict(_)) => Ok(self.try_alone(work, entries).await?),
            done => Ok(done?),
        }
    }

    async fn try_alone(&self, work: &mut Work, entries: Vec<Draft>) -> Result<(), LedgerError> {
        self.cancelled(work).await?;
        let rows = vec![Row::Turn(Box::new(work.turn.clone()), Expect::At(work.version))];
        self.commit(Change { rows, entries }, turn_told(&work.turn, work.told)).await.map(drop)
    }

    fn turn_entry(&self, turn: &Turn, kind: EntryKind, outcome: &str, thread: &Thread) -> kubechat_core::audit::Entry {
        let mut entry = self.entry(&turn.who, kind, outcome);
        entry.thread = Some(turn.thread);
        entry.turn = Some(turn.id);
        entry.cluster = Some(thread.cluster.clone());
        entry
    }
}

fn sayable(sentence: &str) -> Answered<()> {
    if sentence.len() > SENTENCE_BYTES_MAX {
        let detail = format!("the sentence has {} bytes, SENTENCE_BYTES_MAX is {SENTENCE_BYTES_MAX}", sentence.len());
        return Err(Problem::new(Code::LimitExceeded, detail));
    }
    if sentence.trim().is_empty() {
        return Err(Problem::new(Code::BadInput, "the sentence is empty").hint("say what you want, or `help`"));
    }
    Ok(())
}

/// A provider that gives up says why in its words. When a tool was refused before that, the host knows what kind of problem
/// it is and what to do about it.
fn given_up(work: &Work, why: String) -> Problem {
    let last = work.turn.parts.iter().rev().find_map(|part| match part {
        Part::Tool { problem, .. } => Some(problem.as_ref()),
        _ => None,
    });
    match last.flatten() {
        Some(problem) => Problem::new(problem.code, why).hint(problem.advice()),
        None => Problem::new(Code::NotUnderstood, why),
    }
}

/// Says of a model's answer what it rests on.
fn prove(work: &mut Work) {
    if work.turn.rules {
        return;
    }
    let known = proof::next(&work.messages, work.turn.before.numbered);
    if let Some(place) = proof::mark(&mut work.turn.parts, known) {
        // Listeners know the text already: it is told again from here on.
        work.told = work.told.min(place);
    }
}

/// A turn that its owner stopped says so; what it found before stays.
fn stopped(work: &mut Work) -> TurnState {
    work.writes.clear();
    work.turn.parts.push(Part::Note { text: "stopped, as you asked".to_owned() });
    TurnState::Cancelled
}

fn state_name(state: TurnState) -> &'static str {
    match state {
        TurnState::Working => "working",
        TurnState::Answered => "answered",
        TurnState::Planned => "planned",
        TurnState::AskedBack => "asked-back",
        TurnState::Failed => "failed",
        TurnState::Cancelled => "cancelled",
    }
}
