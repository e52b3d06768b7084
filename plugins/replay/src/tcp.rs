//! A plain HTTP/1.1 wire over TCP, for tests against a real server on loopback: one request a connection, chunked bodies.
//!
//! It is no gate: no credential, no TLS, no check of an address.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use wire::{Answer, HttpError, Method, Outgoing, Wire};

/// A small model on a busy machine may need long for its first token.
const READ_WITHIN: Duration = Duration::from_secs(110);
/// Most bytes of one piece.
const PIECE_BYTES_MAX: usize = 64 << 10;
/// Most lines of a head.
const HEAD_LINES_MAX: usize = 100;

/// Sends everything to one server.
#[derive(Debug, Clone)]
pub struct Tcp {
    address: String,
}

impl Tcp {
    /// To a URL without a path, `http://127.0.0.1:11434`.
    pub fn to(url: &str) -> Self {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        Self { address: address.to_owned() }
    }
}

impl Wire for Tcp {
    fn send(&self, request: &Outgoing) -> Result<Box<dyn Answer>, HttpError> {
        let stream = TcpStream::connect(&self.address).map_err(unreachable)?;
        stream.set_read_timeout(Some(READ_WITHIN)).map_err(unreachable)?;
        let verb = if request.method == Method::Get { "GET" } else { "POST" };
        let mut head = format!("{verb} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", request.path, self.address);
        for (name, value) in &request.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
        (&stream).write_all(head.as_bytes()).and_then(|()| (&stream).write_all(&request.body)).map_err(unreachable)?;
        Ok(Box::new(Heard::of(stream)?))
    }
}

struct Heard {
    reader: BufReader<TcpStream>,
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
}

enum Body {
    Chunked,
    Length(usize),
    UntilClosed,
    Over,
}

impl Heard {
    fn of(stream: TcpStream) -> Result<Self, HttpError> {
        let mut heard =
            Self { reader: BufReader::new(stream), status: 0, headers: Vec::new(), body: Body::UntilClosed };
        let status = heard.line()?;
        heard.status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| malformed(&status))?;
        for _ in 0..HEAD_LINES_MAX {
            let line = heard.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            heard.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = heard.header("content-length").and_then(|length| length.parse().ok());
        let chunked = heard.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
        heard.body = if chunked { Body::Chunked } else { length.map_or(Body::UntilClosed, Body::Length) };
        Ok(heard)
    }

    fn line(&mut self) -> Result<String, HttpError> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line).map_err(unreachable)?;
        if read == 0 {
            return Err(HttpError::Unreachable("the server closed the connection".to_owned()));
        }
        Ok(line.trim_end().to_owned())
    }

    /// At most so many bytes, as they come.
    fn some(&mut self, most: usize) -> Result<Vec<u8>, HttpError> {
        let mut bytes = vec![0; most.min(PIECE_BYTES_MAX)];
        let read = self.reader.read(&mut bytes).map_err(unreachable)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    fn chunk(&mut self) -> Result<Vec<u8>, HttpError> {
        let size = self.line()?;
        let size =
            usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16).map_err(|_| malformed(&size))?;
        let mut bytes = vec![0; size];
        self.reader.read_exact(&mut bytes).map_err(unreachable)?;
        self.line()?;
        Ok(bytes)
    }
}

impl Answer for Heard {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, HttpError> {
        let piece = match self.body {
            Body::Over => return Ok(None),
            Body::Chunked => self.chunk()?,
            Body::Length(left) => {
                let piece = self.some(left)?;
                self.body = Body::Length(left - piece.len());
                piece
            }
            Body::UntilClosed => self.some(PIECE_BYTES_MAX)?,
        };
        if piece.is_empty() {
            self.body = Body::Over;
            return Ok(None);
        }
        Ok(Some(piece))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is a function for `map_err`")]
fn unreachable(why: std::io::Error) -> HttpError {
    HttpError::Unreachable(why.to_string())
}

fn malformed(line: &str) -> HttpError {
    HttpError::Other(format!("this is no HTTP/1.1: {line}"))
}
