//! A model of our own making that speaks Ollama's wire: what it answers is a function of what it was sent, and all of what
//! it was sent is kept.
//!
//! It claims tools and a context no test fills. One request at a time; a connection is closed behind its answer.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::vendors::{play, read};

/// The tables of a configuration that let a model at this address see everything.
pub(crate) fn bound(address: SocketAddr) -> String {
    format!(
        "[egress.ollama]\nurl = 'http://{address}'\ninternal = true\n\
         data = ['prompts', 'objects', 'logs', 'secret-metadata']\n"
    )
}

/// The model, and every request that reached its socket: head and body.
pub(crate) struct Model {
    pub(crate) address: SocketAddr,
    got: Arc<Mutex<Vec<String>>>,
}

impl Model {
    /// Answers each chat by this function of its body.
    pub(crate) fn listens(answer: impl FnMut(&Value) -> Value + Send + 'static) -> Self {
        Self::listens_on("127.0.0.1", answer)
    }

    /// The same at another address of this machine.
    pub(crate) fn listens_on(address: &str, mut answer: impl FnMut(&Value) -> Value + Send + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let (address, got) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let noted = Arc::clone(&got);
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let Some(request) = read(&mut stream) else { continue };
                let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                let answer = match serde_json::from_str::<Value>(body) {
                    Ok(asked) if request.starts_with("POST /api/chat") => answer(&asked),
                    _ => json!({"capabilities": ["completion", "tools"], "model_info": {"x.context_length": 131_072}}),
                };
                noted.lock().unwrap().push(request);
                play(&mut stream, 200, &format!("{answer}\n"));
            }
        });
        Self { address, got }
    }

    /// What reached it so far.
    pub(crate) fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

/// What the person said last, and the results of tools since.
pub(crate) fn last_turn(asked: &Value) -> (String, Vec<String>) {
    let messages = asked["messages"].as_array().cloned().unwrap_or_default();
    let last = messages.iter().rposition(|message| message["role"] == "user").unwrap_or(0);
    let content = |message: &Value| message["content"].as_str().unwrap_or_default().to_owned();
    let results = messages.iter().skip(last).filter(|message| message["role"] == "tool").map(content).collect();
    (messages.get(last).map(content).unwrap_or_default(), results)
}

/// An answer in words.
pub(crate) fn text(text: &str) -> Value {
    ended(json!({"role": "assistant", "content": text}))
}

/// An answer that calls tools.
pub(crate) fn calls(calls: &[(&str, Value)]) -> Value {
    let calls = calls.iter().map(|(name, arguments)| json!({"function": {"name": name, "arguments": arguments}}));
    ended(json!({"role": "assistant", "content": "", "tool_calls": calls.collect::<Vec<_>>()}))
}

fn ended(message: Value) -> Value {
    json!({"message": message, "done": true, "done_reason": "stop", "prompt_eval_count": 900, "eval_count": 20})
}
