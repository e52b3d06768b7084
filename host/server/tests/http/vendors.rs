//! The vendors' servers, replayed: what their documentation shows, over real sockets, in small chunks that are cut anywhere.
//!
//! A [`Script`] answers by path, the same every time; [`Vendor::answers`] by the request. What was asked is kept. Each
//! connection is a thread and one answer. Streams of one vendor's wire are made in [`crate::kinds`].

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::door::{Door, components};

/// Most bytes of an answer without end; whoever reads on to here has no limit.
const ENDLESS_BYTES_MAX: usize = 64 << 20;
/// The key the host adds.
pub(crate) const KEY: &str = "sk-test-0123456789abcdef";

/// What a replayed vendor answers on a path; the longest fitting beginning counts.
pub(crate) type Script = &'static [(&'static str, u16, &'static str)];

/// One answer as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Played {
    /// 0: there is no answer.
    pub(crate) status: u16,
    /// Header lines besides those of the connection, each with its end.
    pub(crate) headers: &'static str,
    pub(crate) body: String,
    /// Before each chunk of the body.
    pub(crate) pause: Duration,
    pub(crate) then: Then,
}

/// What comes after the body.
#[derive(Clone)]
pub(crate) enum Then {
    /// Its end.
    Ends,
    /// Nothing: the connection is gone.
    Breaks,
    /// This, over and over.
    Repeats(String),
}

impl Played {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: "", body: body.into(), pause: Duration::ZERO, then: Then::Ends }
    }

    /// None at all: the connection is closed.
    pub(crate) fn nothing() -> Self {
        Self::new(0, "")
    }

    fn out(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let Self { status, headers, .. } = self;
        if *status == 0 {
            return Ok(());
        }
        let head = format!("HTTP/1.1 {status} X\r\n{headers}transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        for piece in self.body.as_bytes().chunks(7) {
            std::thread::sleep(self.pause);
            chunk(stream, piece)?;
        }
        match &self.then {
            Then::Ends => stream.write_all(b"0\r\n\r\n"),
            Then::Breaks => Ok(()),
            Then::Repeats(piece) => {
                (0..ENDLESS_BYTES_MAX / piece.len()).try_for_each(|_| chunk(stream, piece.as_bytes()))
            }
        }
    }
}

fn chunk(stream: &mut TcpStream, piece: &[u8]) -> std::io::Result<()> {
    stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
    stream.write_all(piece)?;
    stream.write_all(b"\r\n")
}

/// A vendor's server, and every request it got: head and body.
pub(crate) struct Vendor {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    pub(crate) fn plays(script: Script) -> Self {
        Self::answers(move |request| {
            let fits = script.iter().filter(|(begins, ..)| path(request).starts_with(begins));
            let (_, status, body) = fits.max_by_key(|(begins, ..)| begins.len()).unwrap_or(&("", 404, "{}"));
            Played::new(*status, *body)
        })
    }

    pub(crate) fn answers(answer: impl Fn(&str) -> Played + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let (noted, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let (noted, answer) = (Arc::clone(&noted), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let Some(request) = read(&mut stream) else { return };
                    noted.lock().unwrap().push(request.clone());
                    // Whoever hung up is not waiting for the end.
                    let _ = answer(&request).out(&mut stream);
                });
            }
        });
        Self { address, asked }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

pub(crate) fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

/// One request, whole.
pub(crate) fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 << 10]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
        }
    }
}

/// An answer in small chunks that are cut anywhere, as a stream comes.
pub(crate) fn play(stream: &mut TcpStream, status: u16, body: &str) {
    // Whoever hung up is not waiting for the end.
    let _ = Played::new(status, body).out(stream);
}

pub(crate) const OLLAMA: Script = &[
    ("/api/show", 200, r#"{"capabilities":["completion","tools"],"model_info":{"qwen3.context_length":40960}}"#),
    (
        "/api/chat",
        200,
        concat!(
            r#"{"model":"m","message":{"role":"assistant","content":"Pods "},"done":false}"#,
            "\n",
            r#"{"model":"m","message":{"role":"assistant","content":"drift by"},"done":false}"#,
            "\n",
            r#"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":900,"eval_count":8}"#,
            "\n"
        ),
    ),
];
pub(crate) const OPENAI: Script = &[(
    "/v1/chat/completions",
    200,
    concat!(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Pods \"},\"finish_reason\":null}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"drift by\"},\"finish_reason\":null}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":8}}\n\ndata: [DONE]\n\n",
    ),
)];
pub(crate) const ANTHROPIC: Script = &[(
    "/v1/messages",
    200,
    concat!(
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":900,\"output_tokens\":1}}}\n\n",
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Pods \"}}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"drift by\"}}\n\n",
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
        "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":8}}\n\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    ),
)];
pub(crate) const GEMINI: Script = &[(
    "/v1beta/models/",
    200,
    concat!(
        "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"Pods \"}],\"role\": \"model\"},\"index\": 0}]}\r\n\r\n",
        "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"drift by\"}],\"role\": \"model\"},\"finishReason\": \"STOP\",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 900,\"candidatesTokenCount\": 8}}\r\n\r\n",
    ),
)];
pub(crate) const LIMITED: Script =
    &[("/", 429, r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}"#)];
pub(crate) const LOGGED_OUT: Script =
    &[("/", 401, r#"{"type":"error","error":{"type":"authentication_error","message":"bad key"}}"#)];

/// One model of a host's configuration, with where it is asked and with what key.
pub(crate) struct Seat<'a> {
    pub(crate) provider: &'static str,
    pub(crate) model: &'static str,
    pub(crate) vendor: Option<&'a Vendor>,
    /// Where the key goes; none: no key.
    pub(crate) key: Option<(&'static str, &'static str)>,
}

impl Seat<'_> {
    fn lines(&self) -> (String, String) {
        let destination = self.provider.trim_start_matches("provider-");
        let bound = self.vendor.map_or_else(String::new, |vendor| {
            let key = self.key.map_or_else(String::new, |(header, prefix)| {
                format!(
                    "credential = 'env:MODEL_KEY'\ncredential_header = '{header}'\ncredential_prefix = '{prefix}'\n"
                )
            });
            format!("[egress.{destination}]\nurl = 'http://{}'\ninternal = true\n{key}", vendor.address)
        });
        (format!("{{provider = '{}', settings = {{model = '{}'}}}}", self.provider, self.model), bound)
    }
}

/// A host with these models behind its rules; none where the components were not built.
pub(crate) async fn host(seats: &[Seat<'_>]) -> Option<Door> {
    host_on("", seats).await
}

/// The same on the cluster of a kubeconfig; empty: of one that leads nowhere.
pub(crate) async fn host_on(kubeconfig: &str, seats: &[Seat<'_>]) -> Option<Door> {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return None;
    };
    let (models, bound): (Vec<_>, Vec<_>) = seats.iter().map(Seat::lines).unzip();
    let first = format!("mode = 'guarded'\nmodels = [{}]", models.join(", "));
    let key = [("MODEL_KEY", KEY)];
    Some(Door::tables_on(kubeconfig, &first, &bound.concat(), Some(&components), &key).await)
}

pub(crate) fn ollama(vendor: &Vendor) -> Seat<'_> {
    Seat { provider: "provider-ollama", model: "qwen3:8b", vendor: Some(vendor), key: None }
}
