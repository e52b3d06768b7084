//! The wires of the four vendors, as their documentation shows them: words, calls of tools in pieces, and every way to fail.
//!
//! Each stream has fields and events that no reader of ours knows. [`Replay`] is a vendor whose next answers a test says;
//! where none is left it says [`HAIKU`], so that a conversation goes on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::vendors::{Played, Seat, Then, Vendor, path};

/// What is said where a test says nothing.
pub(crate) const HAIKU: &str = "Pods drift by";
/// Seconds a vendor wants to be left alone.
pub(crate) const RETRY_AFTER_S: u32 = 17;
const RETRY_AFTER: &str = "retry-after: 17\r\n";
/// Bytes of a call's arguments in one piece.
const PIECE_BYTES: usize = 5;

/// A vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ollama,
    OpenAi,
    Anthropic,
    Gemini,
}

use Kind::{Anthropic, Gemini, Ollama, OpenAi};

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Ollama, OpenAi, Anthropic, Gemini];

    pub(crate) fn provider(self) -> &'static str {
        match self {
            Ollama => "provider-ollama",
            OpenAi => "provider-openai",
            Anthropic => "provider-anthropic",
            Gemini => "provider-gemini",
        }
    }

    pub(crate) fn model(self) -> &'static str {
        match self {
            Ollama => "qwen3:8b",
            OpenAi => "gpt-5.4",
            Anthropic => "claude-sonnet-5",
            Gemini => "gemini-3.8-flash",
        }
    }

    /// What the host calls it.
    pub(crate) fn label(self) -> String {
        format!("{} · {} 0.1.0", self.model(), self.provider())
    }

    pub(crate) fn seat(self, vendor: &Vendor) -> Seat<'_> {
        let key = match self {
            Ollama => None,
            OpenAi => Some(("authorization", "Bearer ")),
            Anthropic => Some(("x-api-key", "")),
            Gemini => Some(("x-goog-api-key", "")),
        };
        Seat { provider: self.provider(), model: self.model(), vendor: Some(vendor), key }
    }

    fn frame(self, data: &Value) -> String {
        match self {
            Ollama => format!("{data}\n"),
            OpenAi => format!(": keep-alive\n\ndata: {data}\n\n"),
            Anthropic => format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap_or_default()),
            Gemini => format!("data: {data}\r\n\r\n"),
        }
    }

    fn frames(self, all: impl IntoIterator<Item = Value>) -> String {
        all.into_iter().map(|data| self.frame(&data)).collect()
    }

    fn begins(self) -> String {
        let usage = json!({"input_tokens": 900, "output_tokens": 1, "of_a_new_sort": {"tokens": 3}});
        match self {
            Anthropic => self.frames([
                json!({"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "usage": usage}}),
                json!({"type": "ping"}),
                json!({"type": "of_a_new_sort", "index": [1, {"deep": null}]}),
            ]),
            _ => String::new(),
        }
    }

    fn piece(self, text: &str) -> Value {
        let new = json!({"deep": [1, null]});
        match self {
            Ollama => json!({"model": "m", "created_at": "2026-03-01T21:04:00Z", "new": new, "done": false,
                "message": {"role": "assistant", "content": text, "mood": "calm"}}),
            OpenAi => json!({"id": "c-1", "object": "chat.completion.chunk", "new": new, "choices": [{"index": 0,
                "delta": {"role": "assistant", "content": text, "mood": "calm"}, "logprobs": null, "finish_reason": null}]}),
            Anthropic => json!({"type": "content_block_delta", "index": 0, "new": new,
                "delta": {"type": "text_delta", "text": text}}),
            Gemini => json!({"responseId": "r-1", "new": new, "candidates": [{"index": 0,
                "content": {"role": "model", "parts": [{"text": text, "mood": "calm"}]}}]}),
        }
    }

    /// Words without an end.
    pub(crate) fn words(self, words: &[&str]) -> String {
        let block = json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}});
        let block = (self == Anthropic).then_some(block);
        self.begins() + &self.frames(block.into_iter().chain(words.iter().map(|word| self.piece(word))))
    }

    /// The end of words, or of calls.
    fn ends(self, calls: bool) -> String {
        let either = |called: &'static str, said: &'static str| if calls { called } else { said };
        match self {
            Ollama => self.frames([json!({"message": {"role": "assistant", "content": ""}, "done": true,
                "done_reason": "stop", "prompt_eval_count": 900, "eval_count": 8, "new_duration": 7})]),
            OpenAi => {
                let reason = either("tool_calls", "stop");
                let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]});
                let cost = json!({"choices": [], "usage": {"prompt_tokens": 900, "completion_tokens": 8, "new": 1}});
                self.frames([end, cost]) + "data: [DONE]\n\n"
            }
            Anthropic => self.frames([
                json!({"type": "content_block_stop", "index": 0}),
                json!({"type": "message_delta", "delta": {"stop_reason": either("tool_use", "end_turn")},
                    "usage": {"output_tokens": 8}}),
                json!({"type": "message_stop"}),
            ]),
            Gemini => self.frames([json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": []},
                "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 900, "candidatesTokenCount": 8}})]),
        }
    }

    /// An answer in words.
    pub(crate) fn says(self, words: &[&str]) -> Played {
        Played::new(200, self.words(words) + &self.ends(false))
    }

    /// An answer that calls one tool.
    pub(crate) fn calls(self, name: &str, arguments: &Value) -> Played {
        self.calls_with(name, &arguments.to_string())
    }

    /// The same with arguments as the model wrote them. Ollama and Gemini bring a call whole, the others in pieces.
    pub(crate) fn calls_with(self, name: &str, arguments: &str) -> Played {
        let whole: Value = serde_json::from_str(arguments).unwrap_or_else(|_| json!(arguments));
        let pieces = arguments.as_bytes().chunks(PIECE_BYTES).map(|piece| String::from_utf8_lossy(piece).into_owned());
        let delta = |call: Value| json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]});
        let frames: Vec<Value> = match self {
            Ollama => vec![json!({"done": false, "message": {"role": "assistant", "content": "",
                "tool_calls": [{"id": "call_1", "new": 1, "function": {"index": 0, "name": name, "arguments": whole}}]}})],
            OpenAi => std::iter::once(json!({"index": 0, "id": "call_1", "type": "function", "new": 1,
                    "function": {"name": name, "arguments": ""}}))
            .chain(pieces.map(|piece| json!({"index": 0, "function": {"arguments": piece}})))
            .map(delta)
            .collect(),
            Anthropic => std::iter::once(json!({"type": "content_block_start", "index": 0, "content_block":
                    {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}, "new": 1}}))
            .chain(pieces.map(|piece| {
                json!({"type": "content_block_delta", "index": 0, "delta":
                    {"type": "input_json_delta", "partial_json": piece}})
            }))
            .collect(),
            Gemini => vec![json!({"candidates": [{"index": 0, "content": {"role": "model", "parts":
                [{"functionCall": {"name": name, "args": whole, "new": 1}, "thoughtSignature": "c2ln"}]}}]})],
        };
        Played::new(200, self.begins() + &self.frames(frames) + &self.ends(true))
    }

    /// Words, and then this.
    fn half(self, more: &str, then: Then) -> Played {
        Played { then, ..Played::new(200, self.words(&["Pods ", "drift "]) + more) }
    }

    /// Words, and then the connection is gone.
    pub(crate) fn breaks(self) -> Played {
        self.half("", Then::Breaks)
    }

    /// Words, and then an error in the stream.
    pub(crate) fn fails_midway(self) -> Played {
        let error = match self {
            Ollama => json!({"error": "an error was encountered while running the model: unexpected EOF"}),
            OpenAi => json!({"error": {"message": "The server had an error", "type": "server_error", "code": null}}),
            Anthropic => json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
            Gemini => json!({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}),
        };
        self.half(&self.frame(&error), Then::Ends)
    }

    /// Words, and then what is no JSON.
    pub(crate) fn garbles(self) -> Played {
        let frame = self.frame(&json!({"type": "new"})).replace(r#"{"type":"new"}"#, "{\"half\": <html>");
        self.half(&frame, Then::Ends)
    }

    /// Words without end.
    pub(crate) fn never_ends(self) -> Played {
        self.half("", Then::Repeats(self.frame(&self.piece(&"and on ".repeat(300)))))
    }

    /// The key is wrong.
    pub(crate) fn bad_key(self) -> Played {
        match self {
            Ollama => Played::new(401, r#"{"error": "unauthorized"}"#),
            OpenAi => Played::new(
                401,
                r#"{"error": {"message": "Incorrect API key provided: sk-te***.", "type": "invalid_request_error", "code": "invalid_api_key"}}"#,
            ),
            Anthropic => Played::new(
                401,
                r#"{"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}, "request_id": "req_1"}"#,
            ),
            Gemini => Played::new(
                400,
                r#"{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]}}"#,
            ),
        }
    }

    /// There is no such model; of Ollama: it is not pulled.
    pub(crate) fn no_model(self) -> Played {
        let body = match self {
            Ollama => json!({"error": "model 'qwen3:8b' not found"}),
            OpenAi => json!({"error": {"message": "The model does not exist", "type": "invalid_request_error",
                "code": "model_not_found"}}),
            Anthropic => json!({"type": "error", "error": {"type": "not_found_error", "message": "model: m"}}),
            Gemini => json!({"error": {"code": 404, "message": "models/m is not found", "status": "NOT_FOUND"}}),
        };
        Played::new(404, body.to_string())
    }

    /// Too many requests, and when to come again.
    pub(crate) fn limited(self) -> Played {
        let (status, body) = match self {
            Ollama => (503, json!({"error": "server busy, please try again.  maximum pending requests exceeded"})),
            OpenAi => {
                (429, json!({"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}))
            }
            Anthropic => (429, json!({"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}})),
            Gemini => (429, json!({"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}})),
        };
        Played { headers: RETRY_AFTER, ..Played::new(status, body.to_string()) }
    }
}

/// A vendor whose next answers a test says.
pub(crate) struct Replay {
    pub(crate) kind: Kind,
    pub(crate) vendor: Vendor,
    next: Arc<Mutex<VecDeque<Played>>>,
}

impl Replay {
    pub(crate) fn of(kind: Kind) -> Self {
        let next = Arc::<Mutex<VecDeque<Played>>>::default();
        let queue = Arc::clone(&next);
        let vendor = Vendor::answers(move |request| {
            let mut queue = queue.lock().unwrap();
            let looks = path(request).starts_with("/api/show");
            // Ollama says that a model is not there when the model is looked at.
            if looks && queue.front().is_none_or(|answer| answer.status != 404) {
                let shown =
                    json!({"capabilities": ["completion", "tools"], "model_info": {"q.context_length": 40_960}});
                return Played::new(200, shown.to_string());
            }
            queue.pop_front().unwrap_or_else(|| kind.says(&["Pods ", "drift by"]))
        });
        Self { kind, vendor, next }
    }

    /// What it answers next, one after the other.
    pub(crate) fn will(&self, answers: impl IntoIterator<Item = Played>) {
        self.next.lock().unwrap().extend(answers);
    }

    pub(crate) fn seat(&self) -> Seat<'_> {
        self.kind.seat(&self.vendor)
    }

    /// The bodies of what it was asked to answer.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        let asked = self.vendor.asked().into_iter().filter(|request| !path(request).starts_with("/api/show"));
        asked.filter_map(|request| serde_json::from_str(request.split_once("\r\n\r\n")?.1).ok()).collect()
    }
}
