//! Sentences through a real Ollama with the smallest real model: what a reader's machine does at least.
//!
//! The model (SmolLM2-135M) is too small to plan, so what it answers does not count here, only how long it takes; and its
//! tokenizer counts what a model that does plan would have to read: ten changes, said in words that no rule knows, are
//! answered by a server that plays that model, through the real host, and each request it got is counted. Uncached is what
//! follows the beginning that a request shares with the one before it. `KUBECHAT_OLLAMA_URL` says where Ollama is, as
//! `cargo xtask bench` does; without it there are no figures.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kubechat_harness::{Plane, User};
use serde::Serialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::host::{Home, Running};
use crate::spread::Spread;
use crate::{Places, Trouble};

/// The tests' model, and its twin that is told of tools.
const BASE: &str = "smollm2";
const MODEL: &str = "smollm2-tools";
/// Tools first, as the models' own templates have them: what stays the same is read once.
const TEMPLATE: &str = "{{- if .Tools }}<|im_start|>system\n{{ .Tools }}<|im_end|>\n{{ end }}\
    {{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}{{ .ToolCalls }}<|im_end|>\n{{ end }}<|im_start|>assistant\n";
/// Nothing else runs meanwhile, so every core of the machine is the model's.
const THREADS: usize = 2;
/// Questions that count.
const ROUNDS: usize = 5;
/// Longest answer, tokens: as much as a change takes. Left alone the model does not come to an end.
const WRITTEN_MAX: usize = 60;
const QUESTION: &str = "compose a haiku about rollouts";
/// Most of a request that is read, bytes.
const REQUEST_BYTES_MAX: usize = 4 << 20;

/// What is said, and the change a model that understands it calls.
const CHANGES: [(&str, &str); 10] = [
    ("web is far too slow today, give it five copies", r#"{"op":"scale","replicas":5}"#),
    ("cut web down to one single copy for the night", r#"{"op":"scale","replicas":1}"#),
    ("web has been odd since lunch, bounce it", r#"{"op":"restart"}"#),
    ("from now on web ought to run the build nginx:1.29", r#"{"op":"set-image","image":"nginx:1.29"}"#),
    ("web talks too much, make its LOG_LEVEL say warn", r#"{"op":"set-env","set":{"LOG_LEVEL":"warn"}}"#),
    ("everybody should see that web belongs to team shop", r#"{"op":"label","set":{"team":"shop"}}"#),
    ("no new versions of web go out until I say so", r#"{"op":"rollout-pause"}"#),
    ("let web breathe by itself between two and six copies", r#"{"op":"autoscale","min":2,"max":6}"#),
    ("nobody needs web any longer, get rid of it for good", r#"{"op":"delete"}"#),
    ("web could do with a third copy for the sale", r#"{"op":"scale","replicas":3}"#),
];

#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    whole: Spread,
    /// What Ollama says of its own work, tokens a second.
    read_tokens_per_s: f64,
    written_tokens_per_s: f64,
    prompt_tokens: u64,
    changes: Vec<Change>,
}

/// What one sentence cost.
#[derive(Debug, Serialize)]
struct Change {
    rounds: usize,
    prompt_tokens: u64,
    uncached_tokens: u64,
    output_tokens: u64,
    planned: bool,
}

/// None where there is no Ollama.
pub(crate) async fn measure(places: &Places) -> Result<Option<Figures>, Trouble> {
    let Some(url) = std::env::var("KUBECHAT_OLLAMA_URL").ok() else {
        eprintln!("KUBECHAT_OLLAMA_URL is not set: no figures of a real model");
        return Ok(None);
    };
    let address: SocketAddr = url.trim_start_matches("http://").trim_end_matches('/').parse()?;
    let ollama = Ollama(Client { host: address, token: String::new() });
    let twin = json!({"model": MODEL, "from": BASE, "template": TEMPLATE, "parameters": {"num_thread": THREADS},
        "stream": false});
    ollama.post("/api/create", &twin).await?;
    let plane = Plane::shared().await?;
    let shop = plane.namespace("floor").await?;
    shop.deploy("web", "web:1", 2, &[]).await?;
    shop.rolled_out("web").await?;
    let home = Home::make("floor")?;
    let config = home.config(&plane, "127.0.0.1:0", &[User::Admin])?;
    let before = std::fs::read_to_string(&config)?;
    with_model(&config, &before, address, MODEL)?;
    let host = Running::start(places, &home, &config).await?;
    let client = host.client(&home, User::Admin)?;
    let (mut times, mut usage) = (Vec::new(), Value::Null);
    for round in 0..=ROUNDS {
        let started = Instant::now();
        let turn = asked(&client, QUESTION, shop.name()).await?;
        eprintln!("{:?}: {} {}", started.elapsed(), turn["state"], turn["usage"]);
        if round > 0 {
            times.push(started.elapsed());
        }
        usage = turn["usage"].clone();
    }
    host.end()?;
    let speeds = ollama.speeds().await?;
    let changes = changes(places, &home, &config, &before, shop.name(), &ollama).await?;
    Ok(Some(Figures {
        whole: Spread::of(times),
        read_tokens_per_s: speeds[0],
        written_tokens_per_s: speeds[1],
        prompt_tokens: usage["input_tokens"].as_u64().unwrap_or_default(),
        changes,
    }))
}

fn with_model(config: &Path, before: &str, address: SocketAddr, model: &str) -> Result<(), Trouble> {
    // Tables come last in this file, so what is no table goes in front.
    let models = format!(
        "models = [{{provider = 'provider-ollama', settings = {{model = '{model}', max_output_tokens = {WRITTEN_MAX}}}}}]\n"
    );
    let bound = format!(
        "\n[egress.ollama]\nurl = 'http://{address}'\ninternal = true\ndata = ['prompts', 'objects', 'logs', 'secret-metadata']\n"
    );
    Ok(std::fs::write(config, models + before + &bound)?)
}

/// Says a sentence; its turn when it has ended.
async fn asked(client: &Client, sentence: &str, namespace: &str) -> Result<Value, Trouble> {
    let body = json!({"sentence": sentence, "namespace": namespace}).to_string();
    let accepted: Value = serde_json::from_str(&client.post("/api/v1/prompts", &body).await?)?;
    let turn = accepted["turn"].as_str().ok_or("no turn")?;
    client.get(&format!("/api/v1/turns/{turn}/stream")).await?;
    let told = client.get(&format!("/api/v1/turns/{turn}")).await?;
    Ok(serde_json::from_str(&told)?)
}

/// The ten changes, with a server in the model's place.
async fn changes(
    places: &Places,
    home: &Home,
    config: &Path,
    before: &str,
    namespace: &str,
    ollama: &Ollama,
) -> Result<Vec<Change>, Trouble> {
    let played = Played::listens()?;
    with_model(config, before, played.address, "played")?;
    let host = Running::start(places, home, config).await?;
    let client = host.client(home, User::Admin)?;
    let (mut changes, mut last, mut answers) = (Vec::new(), String::new(), Vec::new());
    for (at, (sentence, _)) in CHANGES.iter().enumerate() {
        let turn = asked(&client, sentence, namespace).await?;
        let planned = turn["state"] == "planned";
        if !planned {
            eprintln!("not planned: {sentence}: {turn}");
        }
        let mut change = Change { rounds: 0, prompt_tokens: 0, uncached_tokens: 0, output_tokens: 0, planned };
        for (prompt, answer) in played.take() {
            let shared = prompt.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
            let shared = (0..=shared).rev().find(|at| prompt.is_char_boundary(*at)).unwrap_or(0);
            let tokens = ollama.tokens(&prompt).await?;
            change.rounds += 1;
            change.prompt_tokens += tokens;
            change.uncached_tokens += tokens - ollama.tokens(&prompt[..shared]).await?.min(tokens);
            answers.push((at, answer));
            last = prompt;
        }
        changes.push(change);
    }
    host.end()?;
    // Afterwards: between prompts they would make Ollama forget the beginning that those share.
    for (at, answer) in answers {
        changes[at].output_tokens += ollama.tokens(&answer).await?;
    }
    Ok(changes)
}

/// The real server, as far as it is asked directly.
struct Ollama(Client);

impl Ollama {
    async fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        let told = self.0.post(path, &body.to_string()).await?;
        // Large answers come as one chunk, with its length around it.
        let (from, to) = (told.find('{').unwrap_or(0), told.rfind('}').map_or(0, |at| at + 1));
        Ok(serde_json::from_str(told.get(from..to).unwrap_or_default())?)
    }

    /// How many tokens a text is.
    async fn tokens(&self, text: &str) -> Result<u64, Trouble> {
        if text.is_empty() {
            return Ok(0);
        }
        let options = json!({"num_predict": 1, "num_ctx": 8_192, "num_thread": THREADS});
        let body = json!({"model": BASE, "prompt": text, "raw": true, "stream": false, "options": options});
        self.post("/api/generate", &body).await?["prompt_eval_count"].as_u64().ok_or_else(|| "no count".into())
    }

    /// Tokens a second, read and written.
    async fn speeds(&self) -> Result<[f64; 2], Trouble> {
        let prompt = "The cart restarts since noon, and nobody knows why. ".repeat(60);
        let options = json!({"num_predict": 64, "num_ctx": 8_192, "num_thread": THREADS});
        let body = json!({"model": BASE, "prompt": prompt, "raw": true, "stream": false, "options": options});
        let told = self.post("/api/generate", &body).await?;
        let speed = |count: &str, took_ns: &str| {
            told[count].as_f64().unwrap_or_default() * 1e9 / told[took_ns].as_f64().unwrap_or(f64::INFINITY).max(1.0)
        };
        Ok([speed("prompt_eval_count", "prompt_eval_duration"), speed("eval_count", "eval_duration")])
    }
}

/// A server in the place of a model that plans: it looks up what is said among [`CHANGES`].
struct Played {
    address: SocketAddr,
    got: Arc<Mutex<Vec<(String, String)>>>,
}

impl Played {
    fn listens() -> Result<Self, Trouble> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, got) = (listener.local_addr()?, Arc::<Mutex<Vec<_>>>::default());
        let noted = Arc::clone(&got);
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                // A client that left is no trouble of ours.
                let _ = answered(&mut stream, &noted);
            }
        });
        Ok(Self { address, got })
    }

    /// Prompts as a template writes them out, and the answers, since the last time.
    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.got.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn answered(stream: &mut TcpStream, got: &Mutex<Vec<(String, String)>>) -> Result<(), Trouble> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 << 10]);
    let (head, body) = loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        }
        match stream.read(&mut piece)? {
            read if read > 0 && bytes.len() < REQUEST_BYTES_MAX => bytes.extend_from_slice(&piece[..read]),
            _ => return Err("no whole request".into()),
        }
    };
    let answer = if head.starts_with("POST /api/chat") {
        let asked: Value = serde_json::from_str(&body)?;
        let call = call(&asked);
        // A server that read less than it was sent would be taken for one that drops the beginning.
        let answer = json!({"message": {"role": "assistant", "content": "", "tool_calls": [{"function": call}]},
            "done": true, "done_reason": "stop", "prompt_eval_count": body.len() / 4, "eval_count": 1});
        got.lock().unwrap_or_else(PoisonError::into_inner).push((written_out(&asked), call.to_string()));
        answer
    } else {
        json!({"capabilities": ["completion", "tools"], "model_info": {"x.context_length": 131_072}})
    };
    let answer = format!("{answer}\n");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
    Ok(stream.write_all((head + &answer).as_bytes())?)
}

/// The call that fits what was said.
fn call(asked: &Value) -> Value {
    let messages = asked["messages"].as_array().cloned().unwrap_or_default();
    let said = messages.iter().rfind(|message| message["role"] == "user").cloned().unwrap_or_default();
    let said = said["content"].as_str().unwrap_or_default();
    let fits = CHANGES.iter().find(|(sentence, _)| said.contains(sentence)).map_or("{}", |(_, arguments)| arguments);
    let mut arguments: Value = serde_json::from_str(fits).unwrap_or_default();
    arguments["target"] = json!({"kind": "deployment", "name": "web"});
    json!({"name": "change", "arguments": arguments})
}

/// System, tools, messages: the order of the usual templates.
fn written_out(asked: &Value) -> String {
    let messages = asked["messages"].as_array().cloned().unwrap_or_default();
    let line = |message: &Value| {
        let content = message["content"].as_str().unwrap_or_default();
        format!("<|im_start|>{}\n{content}<|im_end|>\n", message["role"].as_str().unwrap_or_default())
    };
    let (system, rest): (Vec<_>, Vec<_>) = messages.iter().partition(|message| message["role"] == "system");
    let lines = |messages: Vec<&Value>| messages.into_iter().map(line).collect::<String>();
    format!("{}{}\n{}<|im_start|>assistant\n", lines(system), asked["tools"], lines(rest))
}
