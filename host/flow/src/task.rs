//! What a round of a turn asks of a provider: to plan, to explain, or to summarise. The host decides, by this rule alone:
//!
//! A round *plans* until something was read in its turn, and throughout where the sentence does not ask for an answer in
//! words. Where it does ([`asks`]), a round after a read *explains*; it *summarises* once more than [`SUMMARISE_BYTES_MIN`]
//! were read. What `resolve` finds, and what was refused, is no read. Pure. The rule is deliberately simple: it must be
//! possible to say beforehand which model gets a sentence, and a model that only explains never reads a wish to write first.

use crate::ports::provider::{Message, Request, Task};

/// From how much on, bytes of JSON, what was read counts as much: a page of pods, not the state of one.
pub(crate) const SUMMARISE_BYTES_MIN: usize = 8 << 10;

/// First words of a sentence that wants an answer in words, beside those of questions with a question mark.
const ASKING: &[&str] = &[
    "why",
    "what",
    "what's",
    "which",
    "who",
    "when",
    "where",
    "how",
    "is",
    "are",
    "was",
    "were",
    "does",
    "do",
    "did",
    "has",
    "have",
    "can",
    "explain",
    "describe",
    "summarise",
    "summarize",
    "compare",
    "tell",
    "show",
    "list",
];

/// What this request asks for.
pub(crate) fn of(request: &Request) -> Task {
    let said = request.messages.iter().rposition(|message| matches!(message, Message::User { .. }));
    let Some((Message::User { text }, since)) = said.and_then(|at| request.messages[at..].split_first()) else {
        return Task::Plan;
    };
    let read: usize = since.iter().map(read).sum();
    match read {
        0 => Task::Plan,
        _ if !asks(text) => Task::Plan,
        bytes if bytes > SUMMARISE_BYTES_MIN => Task::Summarise,
        _ => Task::Explain,
    }
}

/// Whether a sentence wants an answer in words.
fn asks(sentence: &str) -> bool {
    let sentence = sentence.trim();
    let first = sentence.split_whitespace().next().unwrap_or_default().to_lowercase();
    sentence.ends_with(['?', '？', '؟']) || ASKING.contains(&first.trim_end_matches([',', ':']))
}

/// How much a message brought from a cluster, bytes.
fn read(message: &Message) -> usize {
    match message {
        // What was told in short was much.
        Message::Tool { content, is_error: false, .. } if content.get("next").is_some() => SUMMARISE_BYTES_MIN + 1,
        Message::Tool { name, content, is_error: false, .. } if name != "resolve" => content.to_string().len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn after(sentence: &str, read: &[(&str, usize, bool)]) -> Task {
        let user = |text: &str| Message::User { text: text.to_owned() };
        let tool = |(name, bytes, is_error): &(&str, usize, bool)| Message::Tool {
            call_id: "1".to_owned(),
            name: (*name).to_owned(),
            content: Value::String("x".repeat(*bytes)),
            is_error: *is_error,
            evidence: None,
        };
        // What was read in an earlier turn is that turn's.
        let before = [user("what is broken?"), tool(&("list", SUMMARISE_BYTES_MIN * 2, false))];
        let messages = before.into_iter().chain([user(sentence)]).chain(read.iter().map(tool)).collect();
        of(&Request {
            system: String::new(),
            messages,
            tools: Vec::new(),
            context: json!({}),
            carries: kubechat_core::egress::DataClasses::usual(),
        })
    }

    #[test]
    fn a_turn_plans_until_something_was_read() {
        let refused = [("resolve", 4_000, false), ("logs", 20_000, true)];
        for read in [&[][..], &refused] {
            assert_eq!(after("why is web down?", read), Task::Plan);
        }
    }

    #[test]
    fn a_question_explains_what_was_read_and_summarises_much_of_it() {
        for sentence in ["why is web down?", "Explain, what web does", "web kaputt?", "summarise the logs of web"] {
            assert_eq!(after(sentence, &[("get", 400, false)]), Task::Explain, "{sentence}");
            let much = [("logs", SUMMARISE_BYTES_MIN / 2, false), ("logs", SUMMARISE_BYTES_MIN / 2, false)];
            assert_eq!(after(sentence, &much), Task::Summarise, "{sentence}");
        }
    }

    #[test]
    fn a_wish_to_change_something_is_planned_to_its_end() {
        for sentence in ["scale web to as many as api has", "restart whatever is broken", "whyever not"] {
            assert_eq!(after(sentence, &[("list", SUMMARISE_BYTES_MIN * 2, false)]), Task::Plan, "{sentence}");
        }
    }
}
