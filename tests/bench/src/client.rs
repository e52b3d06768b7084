//! The smallest client of the host's API: one request, one connection, read to its end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Trouble;

/// No answer of a bench takes longer.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// Most of an answer that is read.
const ANSWER_BYTES_MAX: u64 = 4 << 20;

/// Who asks, and whom.
pub(crate) struct Client {
    pub(crate) host: SocketAddr,
    pub(crate) token: String,
}

impl Client {
    /// Sends a JSON body and gives the answer's content.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Result<String, Trouble> {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n");
        self.exchange(&format!("{head}{}{body}", self.common())).await
    }

    /// The content, or of a stream everything until the host ends it.
    pub(crate) async fn get(&self, path: &str) -> Result<String, Trouble> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\n{}", self.common())).await
    }

    fn common(&self) -> String {
        let login =
            if self.token.is_empty() { String::new() } else { format!("Authorization: Bearer {}\r\n", self.token) };
        format!("Host: {}\r\nX-Kubechat: 1\r\n{login}Connection: close\r\n\r\n", self.host)
    }

    async fn exchange(&self, request: &str) -> Result<String, Trouble> {
        let answered = async {
            let mut stream = TcpStream::connect(self.host).await?;
            stream.set_nodelay(true)?;
            stream.write_all(request.as_bytes()).await?;
            let mut bytes = Vec::new();
            stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await?;
            Ok::<_, Trouble>(String::from_utf8(bytes)?)
        };
        let text = timeout(ANSWER_WITHIN, answered).await??;
        let (head, content) = text.split_once("\r\n\r\n").ok_or("an answer without a head")?;
        if !head.starts_with("HTTP/1.1 2") {
            return Err(format!("{}: {content}", head.lines().next().unwrap_or_default()).into());
        }
        Ok(content.to_owned())
    }
}
