//! Threads as their owners handle them: list, begin, change, delete; and stopping a turn.
//!
//! A thread is its owner's alone, to change and, unless he shares it ([`crate::shared`]), to read; another's does not exist for
//! anybody else. Deleting is a mark: nobody is shown the
//! row and its turns from then on, and retention takes them out ([`crate::retention`]). Titles are masked like sentences.
//! Every change is one commit with its entry.

use kubechat_core::audit::EntryKind;
use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;
use serde_json::json;

use crate::journal::{draft, turn_told};
use crate::looked::Looked;
use crate::ports::ledger::{Change, Expect, LedgerError, Page, Row, Versioned};
use crate::recall::Memory;
use crate::shared::is_owner;
use crate::turn::{Thread, Topic, Turn, TurnState};
use crate::{Answered, Flow};

/// Longest title of a thread, characters.
pub const THREAD_TITLE_CHARS_MAX: usize = 120;
/// How often stopping a turn or a run is tried while it is itself being written.
pub(crate) const CANCEL_TRIES_MAX: usize = 5;

/// What is said of a thread; what is absent stays as it is, or as the context has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ThreadWords {
    /// What it is called.
    pub title: Option<String>,
    /// Which cluster it is about.
    pub cluster: Option<ClusterName>,
    /// Which namespace it is about.
    pub namespace: Option<Namespace>,
    /// Whether others who may read what it read are shown it.
    pub shared: Option<bool>,
}

impl Flow {
    /// `GET /threads`: one's own, newest first.
    pub async fn threads(&self, who: &Principal, page: Page) -> Answered<Vec<(u64, Thread)>> {
        Ok(self.ports.ledger.threads(&who.subject(), page).await?)
    }

    /// `POST /threads`: a conversation to come.
    pub async fn begin_thread(&self, who: &Principal, words: ThreadWords) -> Answered<Thread> {
        let view = self.ports.cluster.known(who, words.cluster.as_ref())?;
        let thread = Thread {
            id: ThreadId::mint(&*self.ports.ids),
            owner: who.clone(),
            cluster: view.name,
            namespace: words.namespace.unwrap_or(view.namespace),
            title: words.title.as_deref().map(title).transpose()?.unwrap_or_default(),
            created_at: self.now(),
            deleted_at: None,
            shared_at: words.shared.unwrap_or_default().then(|| self.now()),
            topic: Topic::default(),
            last: None,
        };
        self.write_thread(&thread, Expect::New, "begun").await?;
        Ok(thread)
    }

    /// `GET /threads/{id}`: one's own, or one that is shared with whoever may read what it read.
    pub async fn show_thread(&self, who: &Principal, id: ThreadId) -> Answered<Thread> {
        let Some(thread) = self.visible_thread(who, id).await? else { return Err(no_thread(id)) };
        if is_owner(who, &thread) { Ok(thread) } else { Ok(self.read_thread(who, id).await?.0) }
    }

    /// `PATCH /threads/{id}`: another title, cluster or namespace; shared or not.
    pub async fn change_thread(&self, who: &Principal, id: ThreadId, words: ThreadWords) -> Answered<Thread> {
        let Versioned { row: mut thread, version } = self.own_thread(who, id).await?;
        if let Some(cluster) = &words.cluster {
            thread.cluster = self.ports.cluster.known(who, Some(cluster))?.name;
        }
        if let Some(text) = &words.title {
            thread.title = title(text)?;
        }
        thread.namespace = words.namespace.unwrap_or(thread.namespace);
        let outcome = match words.shared {
            Some(true) if thread.shared_at.is_none() => "shared",
            Some(false) if thread.shared_at.is_some() => "unshared",
            _ => "changed",
        };
        match outcome {
            "shared" => thread.shared_at = Some(self.now()),
            "unshared" => thread.shared_at = None,
            _ => {}
        }
        self.write_thread(&thread, Expect::At(version), outcome).await?;
        Ok(thread)
    }

    /// `DELETE /threads/{id}`: nobody is shown it any more.
    pub async fn delete_thread(&self, who: &Principal, id: ThreadId) -> Answered<()> {
        let Versioned { row: mut thread, version } = self.own_thread(who, id).await?;
        (thread.deleted_at, thread.shared_at) = (Some(self.now()), None);
        self.vaults.forget(thread.id);
        self.readings.forget(thread.id);
        self.write_thread(&thread, Expect::At(version), "deleted").await
    }

    /// `GET /threads/{id}/turns`: oldest first, at most the newest 100.
    pub async fn thread_turns(&self, who: &Principal, id: ThreadId) -> Answered<Vec<Turn>> {
        let (thread, turns) = self.read_thread(who, id).await?;
        let shown = |turn| if is_owner(who, &thread) { shown(turn) } else { shown_to_others(turn) };
        Ok(turns.into_iter().map(shown).collect())
    }

    /// `GET /turns/{id}`: for whoever is shown its thread.
    pub async fn show_turn(&self, who: &Principal, id: TurnId) -> Answered<Turn> {
        let Some(turn) = self.ports.ledger.turn(id).await?.map(|found| found.row) else { return Err(no_turn(id)) };
        let Some(thread) = self.visible_thread(who, turn.thread).await? else { return Err(no_turn(id)) };
        if is_owner(who, &thread) {
            return Ok(shown(turn));
        }
        // What was said around it counts as well: a reader is shown a conversation whole or not at all.
        let mut turns = self.ports.ledger.turns(thread.id).await?;
        turns.push(turn.clone());
        if self.read_along(who, &thread, &turns).await? { Ok(shown_to_others(turn)) } else { Err(no_turn(id)) }
    }

    /// Whose turn it is, where there is one.
    pub async fn owner_of(&self, id: TurnId) -> Answered<Option<Principal>> {
        Ok(self.ports.ledger.turn(id).await?.map(|found| found.row.who))
    }

    /// `POST /turns/{id}/cancel`: a turn at work stops before its next round. One that has ended, or was asked before, stays
    /// as it is.
    pub async fn cancel_turn(&self, who: &Principal, id: TurnId) -> Answered<Turn> {
        for _ in 0..CANCEL_TRIES_MAX {
            let Versioned { row: mut turn, version } = self.own_turn(who, id).await?;
            if turn.state != TurnState::Working || turn.cancel_requested {
                return Ok(shown(turn));
            }
            turn.cancel_requested = true;
            let mut entry = self.entry(who, EntryKind::CancelAsked, "asked");
            (entry.thread, entry.turn) = (Some(turn.thread), Some(turn.id));
            let rows = vec![Row::Turn(Box::new(turn.clone()), Expect::At(version))];
            match self
                .commit(Change { rows, entries: vec![draft(entry, None)] }, turn_told(&turn, turn.parts.len()))
                .await
            {
                Ok(_) => return Ok(shown(turn)),
                // The turn itself was written meanwhile: look again.
                Err(LedgerError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Problem::new(Code::Busy, format!("turn {id} is being written; ask again in a moment")))
    }

    /// A thread and its turns, of this principal's or shared with him.
    async fn read_thread(&self, who: &Principal, id: ThreadId) -> Answered<(Thread, Vec<Turn>)> {
        // The turns first: of a thread that is forgotten in between nothing is shown.
        let turns = self.ports.ledger.turns(id).await?;
        let Some(thread) = self.visible_thread(who, id).await? else { return Err(no_thread(id)) };
        if self.read_along(who, &thread, &turns).await? { Ok((thread, turns)) } else { Err(no_thread(id)) }
    }

    /// A thread of this principal's that is not deleted.
    pub(crate) async fn own_thread(&self, who: &Principal, id: ThreadId) -> Answered<Versioned<Thread>> {
        let own =
            |found: &Versioned<Thread>| found.row.owner.subject() == who.subject() && found.row.deleted_at.is_none();
        let found = self.ports.ledger.thread(id).await?.filter(own);
        found.ok_or_else(|| no_thread(id))
    }

    /// A turn of this principal's whose thread is not deleted.
    async fn own_turn(&self, who: &Principal, id: TurnId) -> Answered<Versioned<Turn>> {
        let found = self.ports.ledger.turn(id).await?.filter(|found| found.row.who.subject() == who.subject());
        let found = found.ok_or_else(|| no_turn(id))?;
        let deleted = self.ports.ledger.thread(found.row.thread).await?.is_some_and(|t| t.row.deleted_at.is_some());
        if deleted { Err(no_turn(id)) } else { Ok(found) }
    }

    async fn write_thread(&self, thread: &Thread, expect: Expect, outcome: &str) -> Answered<()> {
        let mut entry = self.entry(&thread.owner, EntryKind::ThreadChanged, outcome);
        entry.thread = Some(thread.id);
        entry.cluster = Some(thread.cluster.clone());
        let payload = json!({"title": thread.title, "namespace": thread.namespace});
        let rows = vec![Row::Thread(thread.clone(), expect)];
        self.commit(Change { rows, entries: vec![draft(entry, Some(payload))] }, Vec::new()).await?;
        Ok(())
    }
}

fn no_thread(id: ThreadId) -> Problem {
    Problem::new(Code::NotFound, format!("you have no thread {id}"))
}

fn no_turn(id: TurnId) -> Problem {
    Problem::new(Code::NotFound, format!("you have no turn {id}"))
}

/// A turn without what is kept for providers and the host alone.
fn shown(turn: Turn) -> Turn {
    Turn { said: Vec::new(), before: Memory::default(), looked: Looked::untold(), ..turn }
}

/// The same for whoever reads along: whose it is, and not what he belongs to.
fn shown_to_others(turn: Turn) -> Turn {
    let who = Principal { groups: Vec::new(), ..turn.who.clone() };
    Turn { who, ..shown(turn) }
}

/// A title as its owner says it.
fn title(text: &str) -> Answered<String> {
    let clean = one_line(&redact::text(text.trim()).into_inner());
    match clean.chars().count() {
        0 => Err(Problem::new(Code::BadInput, "a title is not empty")),
        1..=THREAD_TITLE_CHARS_MAX => Ok(clean),
        length => {
            let detail =
                format!("the title has {length} characters, THREAD_TITLE_CHARS_MAX is {THREAD_TITLE_CHARS_MAX}");
            Err(Problem::new(Code::LimitExceeded, detail))
        }
    }
}

/// What a thread is called after its first sentence, which is masked already.
pub(crate) fn title_of(sentence: &str) -> String {
    let line = one_line(sentence);
    match line.char_indices().nth(THREAD_TITLE_CHARS_MAX - 1) {
        Some((cut, last)) if line.len() > cut + last.len_utf8() => format!("{}…", &line[..cut]),
        _ => line,
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_masked_line_within_its_limit() {
        assert_eq!(title(" night\u{1b}[31m shift ").unwrap(), "night [31m shift");
        assert!(!title("password=hunter2hunter2").unwrap().contains("hunter2"));
        assert_eq!(title("  ").unwrap_err().code, Code::BadInput);
        assert!(title(&"x".repeat(THREAD_TITLE_CHARS_MAX)).is_ok());
        let long = title(&"x".repeat(THREAD_TITLE_CHARS_MAX + 1)).unwrap_err();
        assert!(long.detail.contains("THREAD_TITLE_CHARS_MAX"), "{long:?}");
    }

    #[test]
    fn a_long_sentence_is_cut_to_a_title() {
        assert_eq!(title_of("scale web\nto 5"), "scale web to 5");
        assert_eq!(title_of(&"ä".repeat(THREAD_TITLE_CHARS_MAX)), "ä".repeat(THREAD_TITLE_CHARS_MAX));
        let cut = title_of(&"ä".repeat(THREAD_TITLE_CHARS_MAX + 1));
        assert_eq!((cut.chars().count(), cut.ends_with("ä…")), (THREAD_TITLE_CHARS_MAX, true));
    }
}
