//! A server of a few lines that answers what a test tells it to, remembers what it was asked, and sees who hangs up.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// One request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// `GET /path`.
    pub(crate) fn line(&self) -> &str {
        self.head.split(" HTTP/").next().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// Writes this and waits for the next request.
    Then(Vec<u8>),
    /// Writes this and hangs up.
    Close(Vec<u8>),
    /// Writes this and never anything more.
    Hang(Vec<u8>),
    /// Writes this again and again.
    Forever(Vec<u8>),
}

/// What happened so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Story {
    pub(crate) connections: usize,
    pub(crate) closed: usize,
    pub(crate) seen: Vec<Seen>,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    story: watch::Receiver<Story>,
}

type Answers = dyn Fn(&Seen) -> Reply + Send + Sync;

impl Server {
    pub(crate) async fn start(answers: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(None, answers).await
    }

    pub(crate) async fn start_with(
        tls: Option<TlsAcceptor>,
        answers: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, story) = watch::channel(Story::default());
        let (tell, answers): (_, Arc<Answers>) = (Arc::new(tell), Arc::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tell.send_modify(|story| story.connections += 1);
                let (tell, answers, tls) = (tell.clone(), answers.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => drop(serve(stream, &tell, &*answers).await),
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                drop(serve(stream, &tell, &*answers).await);
                            }
                        }
                    }
                    tell.send_modify(|story| story.closed += 1);
                });
            }
        });
        Self { address, story }
    }

    pub(crate) fn story(&self) -> Story {
        self.story.borrow().clone()
    }

    /// Waits until the story is so.
    pub(crate) async fn until(&self, so: impl FnMut(&Story) -> bool) {
        self.story.clone().wait_for(so).await.unwrap();
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    tell: &watch::Sender<Story>,
    answers: &Answers,
) -> std::io::Result<()> {
    while let Some(seen) = request(&mut stream).await? {
        tell.send_modify(|story| story.seen.push(seen.clone()));
        let reply = answers(&seen);
        match &reply {
            Reply::Then(bytes) | Reply::Close(bytes) | Reply::Hang(bytes) | Reply::Forever(bytes) => {
                stream.write_all(bytes).await?;
                stream.flush().await?;
            }
        }
        match reply {
            Reply::Then(_) => {}
            Reply::Close(_) => return stream.shutdown().await,
            Reply::Hang(_) => {
                stream.read_u8().await?;
            }
            Reply::Forever(bytes) => loop {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
                tokio::task::yield_now().await;
            },
        }
    }
    Ok(())
}

async fn request(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<Seen>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) if head.is_empty() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let mut seen = Seen { head: String::from_utf8_lossy(&head).into_owned(), body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).await?;
    Ok(Some(seen))
}

/// A whole answer.
pub(crate) fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The head of an answer in chunks, and its first one.
pub(crate) fn chunked(first: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}", chunk(first)).into_bytes()
}

/// One chunk.
pub(crate) fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// A redirect.
pub(crate) fn redirect(status: u16, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}
