//! Long readings, kept in this process's memory so that a model can page them: each by its conversation and its number.
//!
//! What was read for rules is not kept: they pay for nothing. A reading that is told whole is kept like a long one, since a
//! long turn may come to hold it in short ([`crate::window`]). What is kept is what was read, masked as people see it; it is
//! never read again, with nobody's rights, and what is shown of it passes through the conversation's vault like any answer,
//! and has the data classes of what was read, whatever its lines look like. After a restart nothing is kept, and a handle
//! says so. Limits: [`RESULT_TOKENS_MAX`] tokens of a reading or a page told at once; [`READINGS_MAX`] readings and
//! [`READINGS_BYTES_MAX`] of text over all conversations: the oldest goes first, of those that were told whole once there are
//! more than [`WHOLE_MAX`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::egress::DataClasses;
use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::limits::TOOL_RESULT_BYTES_MAX;
use kubechat_core::plan::Evidence;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::{Answer, Reading};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Answered;
use crate::tokens::BYTES_PER_TOKEN;

/// Most tokens of one reading, or one page of it, that a model is told: three of them and the tools fit into what a request may take of 8k.
pub const RESULT_TOKENS_MAX: usize = 1_500;
/// The same, bytes of JSON.
pub const RESULT_BYTES_MAX: usize = RESULT_TOKENS_MAX * BYTES_PER_TOKEN;
/// Most readings kept.
pub const READINGS_MAX: usize = 512;
/// Most readings kept that were told whole, while others need their place: those are shown again only in long turns.
pub const WHOLE_MAX: usize = READINGS_MAX / 2;
/// Most text kept, bytes.
pub const READINGS_BYTES_MAX: usize = 32 << 20;

/// A call that pages a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct More {
    /// Its number.
    pub of: u32,
    /// From which line on; as it was told at first when absent.
    #[serde(default)]
    pub at: Option<usize>,
}

/// Whose words a result is: the tool that read them, and what it is cited as.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) tool: String,
    pub(crate) evidence: Evidence,
}

/// What is kept of all conversations. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Readings(Arc<Mutex<Shelf>>);

#[derive(Default)]
struct Shelf {
    /// The oldest first.
    kept: VecDeque<Kept>,
    bytes: usize,
}

struct Kept {
    thread: ThreadId,
    turn: TurnId,
    source: Source,
    carries: DataClasses,
    reading: Arc<Reading>,
    /// What a model was told at first, where that was all of it.
    whole: Option<Arc<Value>>,
    bytes: usize,
}

/// Where a reading is made or shown again.
#[derive(Clone, Copy)]
pub(crate) struct At {
    pub(crate) thread: ThreadId,
    pub(crate) turn: TurnId,
    /// The highest number of the turns before.
    pub(crate) before: u32,
}

/// What is shown of a reading once more.
#[derive(Debug)]
pub(crate) struct Again {
    pub(crate) source: Source,
    /// What it holds.
    pub(crate) carries: DataClasses,
    pub(crate) shown: Value,
}

impl Readings {
    /// What a model is told of an answer: all of it, or what matters with the call that pages the rest.
    /// With it the data classes of all that was read, of which the lines that matter may say nothing.
    pub(crate) fn told(
        &self,
        At { thread, turn, .. }: At,
        source: &Source,
        arguments: &Value,
        answer: &Answer,
    ) -> (Value, DataClasses) {
        let cut = answer.to_tool_json(TOOL_RESULT_BYTES_MAX);
        let text = cut.to_string();
        let is_whole = text.len() <= RESULT_BYTES_MAX;
        // Of a finding that is cut, what it was read from may be what is gone.
        let says_all = is_whole && !matches!(answer, Answer::Findings(_));
        let all = if says_all { text } else { answer.to_tool_json(usize::MAX).to_string() };
        let carries = DataClasses::of_json(&arguments.to_string()).and(&DataClasses::of_result(&source.tool, &all));
        let reading = Reading::of(answer);
        let told = if is_whole { cut } else { reading.brief(source.evidence.number, RESULT_BYTES_MAX) };
        let whole = is_whole.then(|| Arc::new(told.clone()));
        let bytes = reading.bytes() + if is_whole { all.len() } else { 0 };
        let (source, reading) = (source.clone(), Arc::new(reading));
        self.keep(Kept { thread, turn, source, carries: carries.clone(), reading, whole, bytes });
        (told, carries)
    }

    /// What was read in this conversation, as it was told at first or a page of it. Two turns of one conversation at once
    /// number alike: what is numbered behind the turns before is this turn's own.
    pub(crate) fn again(&self, here: At, more: More) -> Answered<Again> {
        let of = more.of;
        let shelf = self.shelf();
        let of_it = |kept: &&Kept| kept.thread == here.thread && kept.source.evidence.number == of;
        let is_meant = |kept: &&Kept| of <= here.before || kept.turn == here.turn;
        let Some(kept) = shelf.kept.iter().rev().filter(of_it).find(is_meant) else {
            let detail = format!(
                "there is no more of e{of}: it was not read here, is too long ago, or is from before the host's last start"
            );
            return Err(Problem::new(Code::NotFound, detail).hint("read it again if it is needed"));
        };
        let reading = Arc::clone(&kept.reading);
        let (source, carries, whole) = (kept.source.clone(), kept.carries.clone(), kept.whole.clone());
        drop(shelf);
        let shown = match (more.at, whole) {
            (None | Some(0), Some(whole)) => Some(Value::clone(&whole)),
            (None, None) => Some(reading.brief(of, RESULT_BYTES_MAX)),
            (Some(at), _) => reading.page(of, at, RESULT_BYTES_MAX),
        };
        let shown = shown.ok_or_else(|| {
            let (last, at) = (reading.lines().saturating_sub(1), more.at.unwrap_or(0));
            Problem::new(Code::NotFound, format!("e{of} has the lines 0 to {last}, none at {at}"))
                .hint("ask for a line that it has")
        })?;
        Ok(Again { source, carries, shown })
    }

    /// Whether a reading of this turn can still be shown.
    pub(crate) fn has(&self, here: At, number: u32) -> bool {
        self.shelf().kept.iter().any(|kept| kept.turn == here.turn && kept.source.evidence.number == number)
    }

    /// Forgets a conversation's readings.
    pub(crate) fn forget(&self, thread: ThreadId) {
        let mut shelf = self.shelf();
        shelf.kept.retain(|kept| kept.thread != thread);
        shelf.bytes = shelf.kept.iter().map(|kept| kept.bytes).sum();
    }

    fn keep(&self, kept: Kept) {
        let mut shelf = self.shelf();
        shelf.bytes += kept.bytes;
        shelf.kept.push_back(kept);
        while shelf.kept.len() > READINGS_MAX || shelf.bytes > READINGS_BYTES_MAX {
            let mut whole = (0..).zip(&shelf.kept).filter(|(_, kept)| kept.whole.is_some()).map(|(at, _)| at);
            let first = whole.next().filter(|_| whole.count() >= WHOLE_MAX).unwrap_or(0);
            let Some(gone) = shelf.kept.remove(first) else { return };
            shelf.bytes -= gone.bytes;
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Every change of it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The call that shows a result again which is told in short by now: a page from where it began, anything else as it was.
pub(crate) fn call_again(number: u32, content: &Value) -> Value {
    let mut call = json!({"op": "more", "of": number});
    if content["at"].is_u64() {
        call["at"] = content["at"].clone();
    }
    call
}

#[cfg(test)]
mod tests {
    use kubechat_core::egress::DataClass;
    use kubechat_core::object::ApiType;
    use serde_json::Map;

    use super::*;
    use crate::ports::provider::ToolCall;
    use crate::tools::{self, What};

    /// The first turn of a conversation.
    fn thread(index: usize) -> At {
        let [thread, turn] = ["t", "u"].map(|sort| format!("{sort}-{index:012}"));
        At { thread: thread.parse().unwrap(), turn: turn.parse().unwrap(), before: 0 }
    }

    fn told(readings: &Readings, here: At, number: u32, answer: &Answer) -> Value {
        readings.told(here, &source(number), &json!({"target": {"kind": "pod", "name": "web"}}), answer).0
    }

    fn source(number: u32) -> Source {
        Source { tool: "logs".to_owned(), evidence: Evidence { number, origin: "logs in eu".to_owned() } }
    }

    fn logs(lines: usize, text: &str) -> Answer {
        let lines: Vec<_> = (0..lines).map(|at| format!("{at} {text}")).collect();
        let source = json!({"namespace": "shop", "pod": "web", "container": null, "previous": false, "lines": lines});
        serde_json::from_value(json!({"answer": "logs", "omitted": 0, "sources": [source]})).unwrap()
    }

    fn more(of: u32, at: usize) -> More {
        More { of, at: Some(at) }
    }

    #[test]
    fn a_short_reading_is_told_whole_and_a_long_one_in_short_with_all_its_pages() {
        let readings = Readings::default();
        let short = told(&readings, thread(1), 1, &logs(3, "up"));
        assert_eq!(short["sources"][0]["lines"][2], "2 up");
        for at in [None, Some(0)] {
            assert_eq!(readings.again(thread(1), More { of: 1, at }).unwrap().shown, short, "as it was told");
        }
        let brief = told(&readings, thread(1), 2, &logs(2_000, "GET /cart"));
        let again = readings.again(thread(1), More { of: 2, at: None }).unwrap();
        assert_eq!(again.shown, brief, "what matters of it, once more");
        assert!(brief.to_string().len() <= RESULT_BYTES_MAX);
        let mut next = Some(serde_json::from_value::<Value>(brief["next"].clone()).unwrap());
        let mut lines = 0;
        while let Some(at) = next.as_ref().and_then(|next| next["at"].as_u64()) {
            let again = readings.again(thread(1), more(2, usize::try_from(at).unwrap())).unwrap();
            let (whose, page) = (again.source, again.shown);
            assert_eq!(whose, source(2));
            assert!(page.to_string().len() <= RESULT_BYTES_MAX);
            lines += page["lines"].as_array().unwrap().len();
            next = page.get("next").cloned();
        }
        assert_eq!(lines, 2_001, "a heading and every line");
    }

    #[test]
    fn more_names_a_reading_and_a_line_and_nothing_else() {
        let what = |arguments: Value| {
            let call = ToolCall { id: "1".to_owned(), name: "more".to_owned(), arguments };
            tools::parse(&call).map(|called| called.what)
        };
        assert_eq!(what(json!({"of": 3, "at": 40})), Ok(What::More(more(3, 40))));
        assert_eq!(what(json!({"of": 3})), Ok(What::More(More { of: 3, at: None })));
        for arguments in [json!({"at": 40}), json!({"of": -1}), json!({"of": 3, "thread": "t-1"})] {
            assert!(what(arguments.clone()).is_err(), "{arguments}");
        }
    }

    #[test]
    fn a_handle_of_nothing_of_anothers_conversation_or_behind_the_end_says_so() {
        let readings = Readings::default();
        told(&readings, thread(1), 1, &logs(2_000, "GET /cart"));
        for (thread, more) in [(thread(2), more(1, 0)), (thread(1), more(2, 0)), (thread(1), more(1, 2_001))] {
            let problem = readings.again(thread, more).unwrap_err();
            assert_eq!(problem.code, Code::NotFound, "{problem:?}");
            assert!(!problem.hint.is_empty());
        }
        readings.forget(thread(1).thread);
        assert!(readings.again(thread(1), more(1, 0)).is_err());
        assert_eq!(readings.shelf().bytes, 0);
    }

    #[test]
    fn a_page_holds_what_its_reading_holds_even_where_its_lines_do_not_say_so() {
        let readings = Readings::default();
        let secret = json!({"type": ApiType::secrets(), "namespace": "shop", "name": "db"});
        let content: Map<String, Value> = (0..200).map(|at| (format!("f{at}"), json!("n".repeat(100)))).collect();
        let answer = json!({"answer": "object", "object": secret, "content": content});
        let answer: Answer = serde_json::from_value(answer).unwrap();
        let source = Source { tool: "get".to_owned(), ..source(1) };
        let (told, carries) = readings.told(thread(1), &source, &json!({"name": "db"}), &answer);
        let again = readings.again(thread(1), more(1, 1)).unwrap();
        let has = |classes: &DataClasses| classes.iter().any(|class| class == DataClass::SecretMetadata);
        for (shown, carries) in [(&told, &carries), (&again.shown, &again.carries)] {
            let lines = DataClasses::of_result("get", &shown.to_string());
            assert!(!has(&lines), "else this shows nothing: {shown}");
            assert!(has(carries), "{carries:?}");
        }
    }

    #[test]
    fn of_two_turns_at_once_that_number_alike_each_is_shown_its_own() {
        let readings = Readings::default();
        let other = At { turn: "u-000000000009".parse().unwrap(), ..thread(1) };
        told(&readings, thread(1), 1, &logs(3, "mine"));
        told(&readings, other, 1, &logs(3, "theirs"));
        let shown = |here: At| readings.again(here, more(1, 0)).unwrap().shown.to_string();
        assert!(shown(thread(1)).contains("mine") && shown(other).contains("theirs"));
        assert!(readings.has(other, 1) && !readings.has(other, 2));
        let third = At { turn: "u-00000000000a".parse().unwrap(), ..thread(1) };
        assert!(readings.again(third, more(1, 0)).is_err(), "another turn's e1 is not this one's");
        assert!(readings.again(At { before: 1, ..third }, more(1, 0)).is_ok(), "unless that turn was before it");
    }

    #[test]
    fn what_was_told_whole_goes_before_what_is_being_paged() {
        let readings = Readings::default();
        told(&readings, thread(1), 1, &logs(400, "GET /cart of somebody"));
        for number in 10..10 + u32::try_from(READINGS_MAX).unwrap() {
            told(&readings, thread(2), number, &logs(3, "up"));
        }
        assert!(readings.again(thread(1), more(1, 0)).is_ok());
        assert!(readings.again(thread(2), more(10, 0)).is_err());
    }

    #[test]
    fn where_long_readings_fill_the_shelf_a_short_one_is_kept_all_the_same() {
        let readings = Readings::default();
        for number in 10..10 + u32::try_from(READINGS_MAX).unwrap() {
            told(&readings, thread(2), number, &logs(400, "GET /cart of somebody"));
        }
        told(&readings, thread(1), 1, &logs(3, "up"));
        assert!(readings.again(thread(1), more(1, 0)).is_ok());
        assert!(readings.again(thread(2), more(10, 0)).is_err());
    }

    #[test]
    fn a_reading_without_lines_is_shown_again_as_it_was() {
        let readings = Readings::default();
        let answer = json!({"answer": "events", "rows": [], "omitted": 0});
        let first = told(&readings, thread(1), 1, &serde_json::from_value(answer).unwrap());
        assert_eq!(readings.again(thread(1), More { of: 1, at: None }).unwrap().shown, first);
    }

    #[test]
    fn the_oldest_readings_go_first_and_what_is_kept_is_bounded() {
        let readings = Readings::default();
        for number in 1..=3 {
            told(&readings, thread(1), number, &logs(2_000, &"x".repeat(8_000)));
        }
        assert!(readings.shelf().bytes <= READINGS_BYTES_MAX);
        assert!(readings.again(thread(1), more(1, 0)).is_err());
        assert!(readings.again(thread(1), more(3, 0)).is_ok());
        for number in 10..10 + u32::try_from(READINGS_MAX).unwrap() + 5 {
            told(&readings, thread(2), number, &logs(400, "GET /cart of somebody"));
        }
        assert_eq!(readings.shelf().kept.len(), READINGS_MAX);
    }
}
