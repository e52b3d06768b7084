//! Long readings, kept in this process's memory so that a model can page them: each by its conversation and its number.
//!
//! A reading that a model is told whole is not kept, and neither is what was read for rules, which pay for nothing. What is
//! kept is what was read, masked as people see it; it is never read again, with nobody's rights, and what is paged of it passes
//! through the conversation's vault like any answer. After a restart nothing is kept, and a handle says so. Limits:
//! [`RESULT_TOKENS_MAX`] tokens of a reading or a page told at once; [`READINGS_MAX`] readings and [`READINGS_BYTES_MAX`] of
//! text over all conversations: the oldest goes first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::ids::ThreadId;
use kubechat_core::limits::TOOL_RESULT_BYTES_MAX;
use kubechat_core::plan::Evidence;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::{Answer, Reading};
use serde::Deserialize;
use serde_json::Value;

use crate::Answered;
use crate::tokens::BYTES_PER_TOKEN;

/// Most tokens of one reading, or one page of it, that a model is told: three of them and the tools fit into what a request may take of 8k.
pub const RESULT_TOKENS_MAX: usize = 1_500;
/// The same, bytes of JSON.
pub const RESULT_BYTES_MAX: usize = RESULT_TOKENS_MAX * BYTES_PER_TOKEN;
/// Most readings kept.
pub const READINGS_MAX: usize = 512;
/// Most text kept, bytes.
pub const READINGS_BYTES_MAX: usize = 32 << 20;

/// A call that pages a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct More {
    /// Its number.
    pub of: u32,
    /// From which line on; the first when absent.
    #[serde(default)]
    pub at: usize,
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
    source: Source,
    reading: Arc<Reading>,
}

impl Readings {
    /// What a model is told of an answer: all of it, or what matters with the call that pages the rest.
    pub(crate) fn told(&self, thread: ThreadId, source: &Source, answer: &Answer) -> Value {
        let whole = answer.to_tool_json(TOOL_RESULT_BYTES_MAX);
        if whole.to_string().len() <= RESULT_BYTES_MAX {
            return whole;
        }
        let reading = Reading::of(answer);
        let brief = reading.brief(source.evidence.number, RESULT_BYTES_MAX);
        self.keep(Kept { thread, source: source.clone(), reading: Arc::new(reading) });
        brief
    }

    /// A page of what was read in this conversation, and whose words it is.
    pub(crate) fn page(&self, thread: ThreadId, more: More) -> Answered<(Source, Value)> {
        let found = {
            let shelf = self.shelf();
            let is_it = |kept: &&Kept| kept.thread == thread && kept.source.evidence.number == more.of;
            shelf.kept.iter().rev().find(is_it).map(|kept| (kept.source.clone(), Arc::clone(&kept.reading)))
        };
        let of = more.of;
        let Some((source, reading)) = found else {
            let detail = format!(
                "there is no more of e{of}: it was told whole, was not read here, or is from before the host's last start"
            );
            return Err(Problem::new(Code::NotFound, detail).hint("read it again if it is needed"));
        };
        let page = reading.page(of, more.at, RESULT_BYTES_MAX).ok_or_else(|| {
            let last = reading.lines().saturating_sub(1);
            Problem::new(Code::NotFound, format!("e{of} has the lines 0 to {last}, none at {}", more.at))
                .hint("ask for a line that it has")
        })?;
        Ok((source, page))
    }

    /// Forgets a conversation's readings.
    pub(crate) fn forget(&self, thread: ThreadId) {
        let mut shelf = self.shelf();
        shelf.kept.retain(|kept| kept.thread != thread);
        shelf.bytes = shelf.kept.iter().map(|kept| kept.reading.bytes()).sum();
    }

    fn keep(&self, kept: Kept) {
        let mut shelf = self.shelf();
        shelf.bytes += kept.reading.bytes();
        shelf.kept.push_back(kept);
        while shelf.kept.len() > READINGS_MAX || shelf.bytes > READINGS_BYTES_MAX {
            let Some(oldest) = shelf.kept.pop_front() else { return };
            shelf.bytes -= oldest.reading.bytes();
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Every change of it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ports::provider::ToolCall;
    use crate::tools::{self, What};

    fn thread(index: usize) -> ThreadId {
        format!("t-{index:012}").parse().unwrap()
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
        More { of, at }
    }

    #[test]
    fn a_short_reading_is_told_whole_and_a_long_one_in_short_with_all_its_pages() {
        let readings = Readings::default();
        let short = readings.told(thread(1), &source(1), &logs(3, "up"));
        assert_eq!(short["sources"][0]["lines"][2], "2 up");
        assert!(readings.page(thread(1), more(1, 0)).unwrap_err().detail.contains("told whole"));
        let brief = readings.told(thread(1), &source(2), &logs(2_000, "GET /cart"));
        assert!(brief.to_string().len() <= RESULT_BYTES_MAX);
        let mut next = Some(serde_json::from_value::<Value>(brief["next"].clone()).unwrap());
        let mut lines = 0;
        while let Some(at) = next.as_ref().and_then(|next| next["at"].as_u64()) {
            let (whose, page) = readings.page(thread(1), more(2, usize::try_from(at).unwrap())).unwrap();
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
        assert_eq!(what(json!({"of": 3})), Ok(What::More(more(3, 0))));
        for arguments in [json!({"at": 40}), json!({"of": -1}), json!({"of": 3, "thread": "t-1"})] {
            assert!(what(arguments.clone()).is_err(), "{arguments}");
        }
    }

    #[test]
    fn a_handle_of_nothing_of_anothers_conversation_or_behind_the_end_says_so() {
        let readings = Readings::default();
        readings.told(thread(1), &source(1), &logs(2_000, "GET /cart"));
        for (thread, more) in [(thread(2), more(1, 0)), (thread(1), more(2, 0)), (thread(1), more(1, 2_001))] {
            let problem = readings.page(thread, more).unwrap_err();
            assert_eq!(problem.code, Code::NotFound, "{problem:?}");
            assert!(!problem.hint.is_empty());
        }
        readings.forget(thread(1));
        assert!(readings.page(thread(1), more(1, 0)).is_err());
        assert_eq!(readings.shelf().bytes, 0);
    }

    #[test]
    fn the_oldest_readings_go_first_and_what_is_kept_is_bounded() {
        let readings = Readings::default();
        for number in 1..=3 {
            readings.told(thread(1), &source(number), &logs(2_000, &"x".repeat(8_000)));
        }
        assert!(readings.shelf().bytes <= READINGS_BYTES_MAX);
        assert!(readings.page(thread(1), more(1, 0)).is_err());
        assert!(readings.page(thread(1), more(3, 0)).is_ok());
        for number in 10..10 + u32::try_from(READINGS_MAX).unwrap() + 5 {
            readings.told(thread(2), &source(number), &logs(400, "GET /cart of somebody"));
        }
        assert_eq!(readings.shelf().kept.len(), READINGS_MAX);
    }
}
