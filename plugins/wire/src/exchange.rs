//! One request and what comes back of it when it is no stream; and what went wrong, in words.
//!
//! A reply is read up to [`REPLY_BYTES_MAX`] and cut there, which its `cut` says: half of a list is not a list.

use serde::Deserialize;

use crate::{
    chat::Error,
    decoder::Vendor,
    http::{Answer, HttpError, Outgoing, Wire},
    words::told,
};

/// Most bytes of a reply that is no stream: Ollama shows a model with its licence and its template.
pub(crate) const REPLY_BYTES_MAX: usize = 2 << 20;
/// Most pieces of one.
const REPLY_PIECES_MAX: usize = 4096;
/// Longest wait a server may ask for that is passed on, s.
pub(crate) const RETRY_AFTER_MAX_S: u32 = 86_400;

/// Who is spoken to, as it stands in errors.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// What people call it.
    pub name: &'static str,
    /// Its destination in the manifest.
    pub destination: &'static str,
    /// What it is bound to, as a rule.
    pub url: &'static str,
}

/// A reply that is no stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// What `retry-after` says, s.
    pub retry_after_s: Option<u32>,
    /// What was read of the body.
    pub body: String,
    /// The body was longer.
    pub cut: bool,
}

impl Reply {
    /// The body as JSON of a shape; none if it is not.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }

    /// The server's own words: `error.message`, `error` or `message` of a JSON body, else the body; made fit to be shown.
    pub fn message(&self) -> String {
        let said = serde_json::from_str::<Vec<Said>>(&self.body).ok().and_then(|mut all| all.pop());
        let said = said.or_else(|| serde_json::from_str::<Said>(&self.body).ok());
        let message = match said {
            Some(Said { error: Some(Told::Message { message }), .. }) => message,
            Some(Said { error: Some(Told::Text(text)), .. }) => Some(text),
            Some(Said { message, .. }) => message,
            None => None,
        };
        told(message.as_deref().unwrap_or(&self.body))
    }
}

#[derive(Deserialize)]
struct Said {
    error: Option<Told>,
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Text(String),
    Message { message: Option<String> },
}

/// Sends a request.
///
/// # Errors
/// Why there is no answer, with what to do.
pub fn send<V: Vendor>(wire: &dyn Wire, request: &Outgoing) -> Result<Box<dyn Answer>, Error> {
    wire.send(request).map_err(|why| of_http::<V>(why, false))
}

/// Sends a request and reads all of the reply.
///
/// # Errors
/// Why there is none.
pub fn ask<V: Vendor>(wire: &dyn Wire, request: &Outgoing) -> Result<Reply, Error> {
    reply(send::<V>(wire, request)?.as_mut()).map_err(|why| of_http::<V>(why, false))
}

/// Reads all of an answer that is no stream.
///
/// # Errors
/// What the connection says.
pub fn reply(answer: &mut dyn Answer) -> Result<Reply, HttpError> {
    let (mut body, mut cut) = (Vec::new(), false);
    for pieces in 0.. {
        let Some(piece) = answer.read()? else { break };
        let room = REPLY_BYTES_MAX - body.len();
        body.extend_from_slice(&piece[..piece.len().min(room)]);
        cut = piece.len() > room || pieces >= REPLY_PIECES_MAX;
        if cut {
            break;
        }
    }
    let retry_after_s = answer.header("retry-after").as_deref().and_then(seconds);
    Ok(Reply { status: answer.status(), retry_after_s, body: String::from_utf8_lossy(&body).into_owned(), cut })
}

/// Why an answer is no answer. A failing status still has a body, and a body that breaks off still has a status.
pub fn failure(answer: &mut dyn Answer) -> Reply {
    let (status, retry_after_s) = (answer.status(), answer.header("retry-after").as_deref().and_then(seconds));
    reply(answer).unwrap_or(Reply { status, retry_after_s, ..Reply::default() })
}

/// `30`, `1.5` or `34s`, rounded up. A date would need a clock, which a guest does not have: then it is not known.
pub fn seconds(text: &str) -> Option<u32> {
    let text = text.trim().trim_end_matches('s');
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole: u32 = whole.parse().ok()?;
    let more = u32::from(part.bytes().any(|digit| digit != b'0'));
    part.bytes().all(|digit| digit.is_ascii_digit()).then(|| whole.saturating_add(more).min(RETRY_AFTER_MAX_S))
}

/// What the gate or the connection says, for the operator.
pub fn of_http<V: Vendor>(why: HttpError, midway: bool) -> Error {
    let Peer { name, destination, url } = V::PEER;
    let half = if midway { "; what was shown is a fragment" } else { "" };
    match why {
        HttpError::NotBound => Error::Unavailable(format!(
            "destination `{destination}` is not bound: `kubechat egress bind {destination} {url}`"
        )),
        HttpError::Refused(why) => Error::Other(format!(
            "the egress gate refused it: {}{half}; `kubechat egress log` shows the rule",
            told(&why)
        )),
        HttpError::Unreachable(why) if midway => Error::Unavailable(format!(
            "the connection to {name} broke in the middle of the answer ({}){half}; ask again",
            told(&why)
        )),
        HttpError::Unreachable(why) => Error::Unavailable(format!(
            "{name} can't be reached ({}): is it running? `kubechat egress test {destination}`",
            told(&why)
        )),
        HttpError::Timeout(why) => Error::Unavailable(format!("{name} was too slow ({}){half}; ask again", told(&why))),
        HttpError::Limit(why) => {
            Error::Other(format!("a limit ended the answer of {name} ({}){half}; ask for less at once", told(&why)))
        }
        HttpError::Cancelled => Error::Other("nobody waits for the answer any more".to_owned()),
        HttpError::Other(why) => {
            Error::Other(format!("{name}: {}{half}; `kubechat egress test {destination}`", told(&why)))
        }
    }
}
