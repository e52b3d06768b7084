//! What is kept of a conversation's former turns, in short: the person's words as they were said, which readings there were and
//! what they were cited as, plans and where they stand, and the beginning of what was answered, marked where nothing proved
//! it. Bodies are not kept.
//!
//! A turn's own short form is made when the next one begins, and stands in that one's row with all before it. Sentences hold
//! placeholders as they were told, never a secret. Limits: [`TURNS_MAX`] turns and [`MEMORY_BYTES_MAX`]; beyond them the
//! oldest go, are counted, and the person is told. Only models are told any of it; rules know the turn before.

use kubechat_core::limits::TURN_TOOL_CALLS_MAX;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Flow;
use crate::plans::state_name;
use crate::ports::provider::Message;
use crate::turn::{Part, Turn};
use crate::vaults::Opened;

/// Most former turns kept.
pub const TURNS_MAX: usize = 100;
/// Most kept of all of them, bytes of JSON.
pub const MEMORY_BYTES_MAX: usize = 32 << 10;
/// Most readings, and most plans, kept of one turn: as many as it can make.
const OF_A_TURN_MAX: usize = TURN_TOOL_CALLS_MAX;
/// Newest plans whose state is looked up when a model is asked; of others it stays as it was.
const PLANS_LOOKED_UP_MAX: usize = 8;
/// Longest line about a reading or a plan, and longest beginning of an answer, characters.
const LINE_CHARS_MAX: usize = 200;

/// All that is kept of former turns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// How many turns there were before the first of `turns`.
    #[serde(default)]
    pub forgotten: u32,
    /// The highest number that a reading was cited by.
    #[serde(default)]
    pub numbered: u32,
    /// The oldest first.
    #[serde(default)]
    pub turns: Vec<Recalled>,
}

/// A former turn in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recalled {
    /// What the person said.
    pub sentence: String,
    /// What was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<Read>,
    /// What was planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<Planned>,
    /// How the answer begins.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Whether nothing proved it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unproven: bool,
    /// What it failed at.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failed: String,
}

/// A reading in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// `e3`.
    pub evidence: String,
    /// `logs in eu`.
    pub from: String,
    /// What was asked for and what it came to, in a line.
    pub line: String,
}

/// A plan in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// Its id.
    pub plan: String,
    /// What it does.
    pub what: String,
    /// Where it stands.
    pub state: String,
}

impl Memory {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// With one turn more; what is too much goes, the oldest first.
    #[must_use]
    pub(crate) fn and(mut self, turn: Recalled) -> Self {
        let number = |read: &Read| read.evidence.trim_start_matches('e').parse().unwrap_or(0);
        self.numbered = turn.read.iter().map(number).max().unwrap_or(0).max(self.numbered);
        self.turns.push(turn);
        while self.turns.len() > TURNS_MAX || self.turns.len() > 1 && bytes(&self.turns) > MEMORY_BYTES_MAX {
            self.turns.remove(0);
            self.forgotten = self.forgotten.saturating_add(1);
        }
        self
    }

    /// As it goes out again. Only texts change in it, so it stays what it is.
    #[must_use]
    pub(crate) fn replayed(self, vault: &Opened) -> Self {
        let told = serde_json::to_value(&self).map(|memory| vault.context(&memory));
        told.and_then(serde_json::from_value).unwrap_or_default()
    }

    /// Some of its turns as messages for a model: the newest `whole` of them with all that is kept, of others the sentences alone.
    pub(crate) fn told(&self, turns: std::ops::Range<usize>, whole: usize) -> Vec<Message> {
        let bare = turns.len().saturating_sub(whole);
        let kept = self.turns.get(turns).unwrap_or_default();
        let said = kept.iter().enumerate().flat_map(|(at, turn)| {
            let user = Message::User { text: turn.sentence.clone() };
            let mut text = if at < bare { json!({"left_out": true}) } else { turn.in_short() };
            if at == 0 && self.forgotten > 0 {
                text["turns_before_not_kept"] = json!(self.forgotten);
            }
            [user, Message::Assistant { text: text.to_string(), calls: Vec::new() }]
        });
        said.collect()
    }
}

impl Recalled {
    /// What a model is told of it behind the sentence. It is JSON, so that what stands in it reads as data and not as the
    /// model's own words.
    fn in_short(&self) -> Value {
        let mut short = serde_json::to_value(self).unwrap_or_default();
        if let Some(fields) = short.as_object_mut() {
            fields.remove("sentence");
            fields.insert("in_short".to_owned(), json!(true));
        }
        short
    }

    /// A turn in short; its plans are not looked up yet.
    pub(crate) fn of(turn: &Turn) -> Self {
        let sentence = turn.said.iter().find_map(|message| match message {
            Message::User { text } => Some(text.clone()),
            _ => None,
        });
        let mut recalled = Self {
            sentence: sentence.unwrap_or_else(|| turn.sentence.clone()),
            read: Vec::new(),
            plans: Vec::new(),
            answer: String::new(),
            unproven: false,
            failed: String::new(),
        };
        turn.parts.iter().for_each(|part| recalled.note(part, turn));
        recalled
    }

    fn note(&mut self, part: &Part, turn: &Turn) {
        match part {
            Part::Tool { name, arguments, kubectl, evidence: Some(number), .. } => {
                let evidence = format!("e{number}");
                let known = self.read.iter().any(|read| read.evidence == evidence);
                if !known && self.read.len() < OF_A_TURN_MAX {
                    let asked = kubectl.clone().unwrap_or_else(|| format!("{name} {arguments}"));
                    let (from, came_to) = reading(&turn.said, *number).unwrap_or((name.clone(), String::new()));
                    self.read.push(Read { evidence, from, line: line(&format!("{asked}: {came_to}")) });
                }
            }
            Part::Plan { plan } if self.plans.len() < OF_A_TURN_MAX => {
                self.plans.push(Planned { plan: plan.to_string(), what: String::new(), state: String::new() });
            }
            Part::Text { text, unproven, .. } => (self.answer, self.unproven) = (line(text), *unproven),
            Part::Problem { problem } => self.failed = line(&problem.detail),
            Part::Tool { .. } | Part::Plan { .. } | Part::Note { .. } | Part::Answer { .. } => {}
        }
    }
}

/// Where a reading came from, and what it came to.
fn reading(said: &[Message], number: u32) -> Option<(String, String)> {
    said.iter().find_map(|message| match message {
        Message::Tool { content, evidence: Some(evidence), .. } if evidence.number == number => {
            Some((evidence.origin.clone(), came_to(content)))
        }
        _ => None,
    })
}

/// What a reading came to, in a line: as it says itself, else how much it holds.
pub(crate) fn came_to(content: &Value) -> String {
    match content["summary"].as_str() {
        Some(summary) => line(summary),
        None => counted(content),
    }
}

/// `3 rows`: how much a short answer holds.
fn counted(content: &Value) -> String {
    if let Some(sources) = content["sources"].as_array() {
        let lines = sources.iter().filter_map(|source| source["lines"].as_array());
        return format!("{} log lines", lines.map(Vec::len).sum::<usize>());
    }
    let lists = content.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key, value.as_array()?)));
    let mut lists = lists.filter(|(key, _)| !matches!(key.as_str(), "unseen" | "columns" | "notes"));
    match (lists.next(), content["object"]["kind"].as_str()) {
        (Some((key, list)), _) => format!("{} {key}", list.len()),
        (None, Some(kind)) => format!("a {kind}"),
        (None, None) => "told whole".to_owned(),
    }
}

/// A text's beginning, in one line.
fn line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match clean.char_indices().nth(LINE_CHARS_MAX) {
        Some((cut, _)) => format!("{}…", &clean[..cut]),
        None => clean,
    }
}

fn bytes(turns: &[Recalled]) -> usize {
    serde_json::to_vec(turns).map_or(usize::MAX, |bytes| bytes.len())
}

impl Flow {
    /// Brings the newest plans of former turns to where they stand now.
    pub(crate) async fn look_up_plans(&self, memory: &mut Memory) {
        let newest = memory.turns.iter_mut().rev().flat_map(|turn| turn.plans.iter_mut().rev());
        for planned in newest.take(PLANS_LOOKED_UP_MAX) {
            let Ok(id) = planned.plan.parse() else { continue };
            // Without it the plan is told as it was.
            if let Ok(Some(plan)) = self.ports.ledger.plan(id).await {
                let steps: Vec<&str> = plan.row.revision.steps.iter().map(|step| step.sentence.as_str()).collect();
                planned.what = line(&steps.join("; "));
                state_name(plan.row.state).clone_into(&mut planned.state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(sentence: &str, number: u32) -> Recalled {
        let read =
            Read { evidence: format!("e{number}"), from: "logs in eu".to_owned(), line: "2000 log lines".to_owned() };
        let planned = Planned { plan: "p-1".to_owned(), what: "scale web".to_owned(), state: "ready".to_owned() };
        Recalled {
            sentence: sentence.to_owned(),
            read: vec![read],
            plans: vec![planned],
            answer: "web is down".to_owned(),
            unproven: true,
            failed: String::new(),
        }
    }

    #[test]
    fn a_former_turn_is_told_with_its_words_its_readings_its_plans_and_what_was_unproven() {
        let memory = Memory::default().and(turn("why is web down?", 3)).and(turn("scale it", 4));
        assert_eq!(memory.numbered, 4);
        let told = memory.told(0..2, 1);
        assert_eq!(told[0], Message::User { text: "why is web down?".to_owned() });
        let [_, Message::Assistant { text: bare, .. }, _, Message::Assistant { text: whole, .. }] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(bare, r#"{"left_out":true}"#);
        for wanted in ["e4", "logs in eu", "p-1", "scale web", "ready", "web is down", r#""unproven":true"#] {
            assert!(whole.contains(wanted), "{wanted}: {whole}");
        }
    }

    #[test]
    fn what_is_too_much_goes_from_the_oldest_on_and_is_counted_and_numbers_go_on() {
        let mut memory = Memory::default().and(turn("first", 900));
        for _ in 0..TURNS_MAX {
            memory = memory.and(turn("next", 1));
        }
        assert_eq!((memory.turns.len(), memory.forgotten, memory.numbered), (TURNS_MAX, 1, 900));
        for _ in 0..8 {
            memory = memory.and(turn(&"x".repeat(8 << 10), 2));
        }
        assert!(bytes(&memory.turns) <= MEMORY_BYTES_MAX);
        assert_eq!(memory.forgotten as usize + memory.turns.len(), TURNS_MAX + 9);
    }

    #[test]
    fn what_a_reading_came_to_is_its_summary_or_how_much_it_holds() {
        for (content, said) in [
            (json!({"summary": "2000 log lines, 37 of errors", "lines": []}), "2000 log lines, 37 of errors"),
            (json!({"answer": "logs", "sources": [{"lines": ["a", "b"]}, {"lines": ["c"]}]}), "3 log lines"),
            (json!({"answer": "listing", "columns": ["a"], "notes": ["n"], "rows": [[1], [2]]}), "2 rows"),
            (json!({"answer": "object", "object": {"kind": "Pod", "name": "web"}, "content": {}}), "a Pod"),
            (json!({"answer": "logs", "at": 40, "left": 2, "lines": ["a", "b"]}), "2 lines"),
        ] {
            assert_eq!(came_to(&content), said, "{content}");
        }
    }

    #[test]
    fn a_line_is_one_and_has_an_end() {
        let long = line(&format!("a\n{}", "ä".repeat(LINE_CHARS_MAX)));
        assert!(long.starts_with("a ä") && long.ends_with('…') && long.chars().count() == LINE_CHARS_MAX + 1);
    }
}
