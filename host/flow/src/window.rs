//! The window: what of a conversation a model is told, so that the request fits.
//!
//! Four ways, the first that fits: the turn before as it was and those before it in short; the turn before in short as well;
//! of the turns before it the sentences alone; and of the turn at work the oldest readings in short, as many as it takes,
//! each with the call that shows it again. The last one a model is told whole. A request may take [`INPUT_PART`] of the
//! model's context where the operator says it, else of [`CONTEXT_TOKENS_DEFAULT`], in which most local models are loaded.
//! What does not fit any way is refused in words where the context is known; else it is sent, and the vendor's own word
//! counts. Nothing is cut silently, and the same conversation is shortened the same way. Pure. Tokens are estimates
//! ([`crate::tokens`]). Rules are told what they always were: nothing of this is for them.

use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::shortened;
use serde_json::json;

use crate::Answered;
use crate::ports::provider::{Message, Request};
use crate::readings::{self, RESULT_BYTES_MAX};
use crate::recall::{Memory, came_to};
use crate::tokens;

/// A model's context where nobody says it, tokens.
pub const CONTEXT_TOKENS_DEFAULT: u64 = 8 << 10;
/// How much of a context a request may take, as a fraction; the rest is for the answer and for what an estimate misses.
pub const INPUT_PART: (u64, u64) = (3, 4);

/// A request with what is told of former turns.
pub(crate) struct Window<'a> {
    /// The turn before and this one.
    pub(crate) request: Request,
    /// How many of its messages are the turn before's.
    pub(crate) replayed: usize,
    /// All former turns, that one included.
    pub(crate) memory: &'a Memory,
    /// The context of the model that is asked, where it is known.
    pub(crate) context_tokens: Option<u32>,
}

impl Window<'_> {
    /// The request as the model gets it.
    ///
    /// # Errors
    /// `component`, so that the next model is asked: it does not fit into a context that is known.
    pub(crate) fn fitted(mut self) -> Answered<Request> {
        self.request.messages.iter_mut().for_each(shorten);
        let most = self.context_tokens.map_or(CONTEXT_TOKENS_DEFAULT, u64::from) * INPUT_PART.0 / INPUT_PART.1;
        let frame = tokens::request_bytes(&self.request) - tokens::message_bytes(&self.request.messages);
        let mut needed = 0;
        let mut told = Vec::new();
        for way in [Way::BeforeWhole, Way::BeforeInShort, Way::SentencesAlone] {
            told = self.told(way);
            needed = tokens::of_bytes(frame + tokens::message_bytes(&told));
            if needed <= most {
                break;
            }
        }
        if needed > most {
            let over = (needed - most).saturating_mul(tokens::BYTES_PER_TOKEN as u64);
            let at_work = told.len() - (self.request.messages.len() - self.replayed);
            read_in_short(&mut told[at_work..], over);
            needed = tokens::of_bytes(frame + tokens::message_bytes(&told));
        }
        match self.context_tokens {
            Some(context) if needed > most => Err(too_long(needed, most, context)),
            _ => Ok(Request { messages: told, ..self.request }),
        }
    }

    fn told(&self, way: Way) -> Vec<Message> {
        let all = self.memory.turns.len();
        let before = all.saturating_sub(1);
        // A turn of which nothing is replayed is told in short whichever way it is.
        let way = if self.replayed == 0 && way == Way::BeforeWhole { Way::BeforeInShort } else { way };
        let (mut told, since) = match way {
            Way::BeforeWhole => (self.memory.told(0..before, all), 0),
            Way::BeforeInShort => (self.memory.told(0..all, all), self.replayed),
            Way::SentencesAlone => (self.memory.told(0..all, 1), self.replayed),
        };
        told.extend(self.request.messages.iter().skip(since).cloned());
        told
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    BeforeWhole,
    BeforeInShort,
    SentencesAlone,
}

/// What rules read whole is more than a model is told at once.
fn shorten(message: &mut Message) {
    if let Message::Tool { content, .. } = message {
        *content = shortened(content, RESULT_BYTES_MAX);
    }
}

/// Tells the oldest readings of a turn in short until so many bytes are saved; the last one stays.
fn read_in_short(turn: &mut [Message], mut over: u64) {
    let last = turn.iter().rposition(is_reading).unwrap_or(0);
    for message in turn[..last].iter_mut().filter(|message| is_reading(message)) {
        let Message::Tool { content, evidence: Some(evidence), .. } = message else { continue };
        let short = json!({"in_short": came_to(content), "next": readings::call_again(evidence.number, content)});
        let saved = content.to_string().len().saturating_sub(short.to_string().len()) as u64;
        if over > 0 && saved > 0 {
            *content = short;
            over = over.saturating_sub(saved);
        }
    }
}

/// Whether it is a reading that can be shown again: which objects a name means is short, and nothing pages it.
fn is_reading(message: &Message) -> bool {
    matches!(message, Message::Tool { name, evidence: Some(_), is_error: false, .. } if name != "resolve")
}

fn too_long(needed: u64, most: u64, context: u32) -> Problem {
    let detail = format!(
        "the conversation needs about {needed} tokens even in short, and {most} of this model's {context} are for reading"
    );
    Problem::new(Code::Component, detail)
        .hint("ask for less at a time, begin a new conversation, or raise `num_ctx` of the model")
}

#[cfg(test)]
mod tests {
    use kubechat_core::egress::DataClasses;
    use kubechat_core::plan::Evidence;

    use super::*;
    use crate::recall::Recalled;

    fn user(text: &str) -> Message {
        Message::User { text: text.to_owned() }
    }

    fn recalled(sentence: &str) -> Recalled {
        let mut turn = serde_json::from_value::<Recalled>(json!({"sentence": sentence})).unwrap();
        turn.answer = "a beginning of an answer".to_owned();
        turn
    }

    fn tool(bytes: usize) -> Message {
        let content = json!({"answer": "table", "rows": ["y".repeat(bytes)]});
        Message::Tool { call_id: "1".to_owned(), name: "list".to_owned(), content, is_error: false, evidence: None }
    }

    fn reading(name: &str, number: u32) -> [Message; 2] {
        let content = json!({"answer": "logs", "summary": format!("reading {number}"), "lines": ["z".repeat(4_000)]});
        let evidence = Some(Evidence { number, origin: format!("{name} in eu") });
        let result =
            Message::Tool { call_id: "1".to_owned(), name: name.to_owned(), content, is_error: false, evidence };
        [Message::Assistant { text: String::new(), calls: Vec::new() }, result]
    }

    /// A first turn of so many readings.
    fn at_work(names: &[&str], context_tokens: Option<u32>) -> Answered<Vec<Message>> {
        let readings = (1..).zip(names).flat_map(|(number, name)| reading(name, number));
        let request = Request {
            system: String::new(),
            messages: [user("why?")].into_iter().chain(readings).collect(),
            tools: Vec::new(),
            context: json!({}),
            carries: DataClasses::usual(),
        };
        let memory = Memory::default();
        Window { request, replayed: 0, memory: &memory, context_tokens }.fitted().map(|request| request.messages)
    }

    fn in_short(told: &[Message]) -> Vec<String> {
        let short = |message: &Message| match message {
            Message::Tool { content, .. } => content["in_short"].as_str().map(str::to_owned),
            _ => None,
        };
        told.iter().filter_map(short).collect()
    }

    /// Former turns, of which the last is replayed with a result of so many bytes, and a sentence.
    fn fitted(turns: usize, result: usize, context_tokens: Option<u32>) -> Answered<Vec<Message>> {
        let memory = (0..turns).fold(Memory::default(), |memory, at| memory.and(recalled(&format!("sentence {at}"))));
        let mut messages = vec![user(&format!("sentence {}", turns - 1)), tool(result)];
        messages.push(user("now"));
        let request = Request {
            system: String::new(),
            messages,
            tools: Vec::new(),
            context: json!({}),
            carries: DataClasses::usual(),
        };
        Window { request, replayed: 2, memory: &memory, context_tokens }.fitted().map(|request| request.messages)
    }

    fn words(messages: &[Message]) -> String {
        serde_json::to_string(messages).unwrap()
    }

    #[test]
    fn what_fits_is_told_with_the_turn_before_as_it_was() {
        let told = fitted(3, 400, None).unwrap();
        assert!(told.contains(&tool(400)));
        assert_eq!(words(&told).matches("sentence 2").count(), 1, "it is not told twice");
        assert!(words(&told).contains("a beginning"));
    }

    #[test]
    fn what_does_not_fit_is_told_in_short_and_every_sentence_stands_word_for_word() {
        let told = fitted(3, 5_500, Some(3_000)).unwrap();
        assert!(!told.iter().any(|message| matches!(message, Message::Tool { .. })), "{told:?}");
        assert_eq!(words(&told).matches("a beginning").count(), 3);
        let told = fitted(100, 5_500, Some(3_000)).unwrap();
        assert_eq!(words(&told).matches("a beginning").count(), 1, "only the turn before");
        for at in 0..100 {
            assert!(told.contains(&user(&format!("sentence {at}"))), "{at}");
        }
        assert_eq!(told.last(), Some(&user("now")));
        assert_eq!(fitted(100, 5_500, Some(3_000)).unwrap(), told, "the same conversation, the same request");
    }

    #[test]
    fn what_fits_no_way_is_refused_with_the_next_step_and_sent_where_the_context_is_unknown() {
        let problem = fitted(1, 0, Some(1_000)).unwrap_err();
        assert_eq!(problem.code, Code::Component, "the next model may take it");
        assert!(problem.detail.contains("1000") && problem.hint.contains("new conversation"), "{problem:?}");
        let memory = Memory::default();
        let long = vec![user(&"x".repeat(64 << 10))];
        let request = Request {
            system: String::new(),
            messages: long.clone(),
            tools: Vec::new(),
            context: json!({}),
            carries: DataClasses::usual(),
        };
        let window = Window { request, replayed: 0, memory: &memory, context_tokens: None };
        assert_eq!(window.fitted().unwrap().messages, long);
    }

    #[test]
    fn of_a_long_turn_the_oldest_readings_are_told_in_short_with_the_call_that_shows_them_and_the_last_is_whole() {
        assert!(in_short(&at_work(&["logs"; 4], None).unwrap()).is_empty(), "what fits is told");
        let told = at_work(&["logs"; 8], None).unwrap();
        assert_eq!(in_short(&told), ["reading 1", "reading 2", "reading 3"], "as many as it takes");
        let Message::Tool { content, evidence: Some(evidence), .. } = &told[2] else { panic!("{told:?}") };
        assert_eq!((&content["next"], evidence.number), (&json!({"op": "more", "of": 1}), 1));
        assert_eq!(told[0], user("why?"));
        let told = at_work(&["logs"; 8], Some(3_500)).unwrap();
        assert_eq!(
            (in_short(&told).len(), told.last()),
            (7, Some(&reading("logs", 8)[1])),
            "what was read last is whole"
        );
        assert!(at_work(&["logs"; 8], Some(2_000)).is_err(), "and where not even that fits, it is refused");
        let names: Vec<&str> = std::iter::repeat_n("logs", 7).chain(["resolve"]).collect();
        let told = at_work(&names, Some(4_000)).unwrap();
        assert!(told.contains(&reading("logs", 7)[1]), "the last reading, whatever comes behind it: {told:?}");
        let told = at_work(&["resolve", "logs", "resolve", "logs", "logs", "logs", "logs"], None).unwrap();
        assert_eq!(in_short(&told), ["reading 2", "reading 4"], "what a name means stays");
    }

    #[test]
    fn a_page_in_short_is_shown_again_from_where_it_began() {
        let page = json!({"answer": "logs", "at": 40, "left": 2, "lines": ["a", "b"]});
        assert_eq!(came_to(&page), "2 lines");
        assert_eq!(readings::call_again(3, &page), json!({"op": "more", "of": 3, "at": 40}));
    }

    #[test]
    fn a_long_result_that_rules_read_is_shortened_for_a_model() {
        let told = fitted(1, 15_000, None).unwrap();
        let long = told.iter().find_map(|message| match message {
            Message::Tool { content, .. } => Some(content.to_string().len()),
            _ => None,
        });
        assert!(long.is_some_and(|bytes| bytes <= RESULT_BYTES_MAX), "{long:?}");
    }
}
