//! Reading server-sent events: name, id and data of each; comments are heartbeats.
//!
//! A stream that says nothing for longer than the deadline is dead, because the host speaks every second.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::Value;

use super::out::Failure;

/// How long a stream may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// Most bytes of one event.
const EVENT_BYTES_MAX: usize = 8 << 20;

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    /// Its name.
    pub(crate) name: String,
    /// Its data.
    pub(crate) data: Value,
}

/// A stream being read.
#[derive(Debug)]
pub(crate) struct Events {
    body: Incoming,
    buffer: Vec<u8>,
}

impl Events {
    /// Reads this body.
    pub(crate) fn new(body: Incoming) -> Self {
        Self { body, buffer: Vec::new() }
    }

    /// The next event; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Event>, Failure> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                match parse(&String::from_utf8_lossy(&block)) {
                    Some(event) => return Ok(Some(event)),
                    None => continue,
                }
            }
            if self.buffer.len() > EVENT_BYTES_MAX {
                return Err(Failure::new(1, "bad-answer", "an event of the host is too long", ""));
            }
            let frame = tokio::time::timeout(SILENCE_MAX, self.body.frame()).await;
            let lost = |why: String| Failure::new(1, "lost-contact", format!("the host's stream broke: {why}"), "");
            match frame.map_err(|_| lost(format!("nothing for {} s", SILENCE_MAX.as_secs())))? {
                None => return Ok(None),
                Some(Err(error)) => return Err(lost(error.to_string())),
                Some(Ok(frame)) => self.buffer.extend_from_slice(frame.data_ref().map_or(&[], |data| data)),
            }
        }
    }
}

fn parse(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let data = serde_json::from_str(field("data")?).ok()?;
    Some(Event { name: field("event").unwrap_or("message").to_owned(), data })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_heartbeat_is_no_event() {
        assert_eq!(parse(": alive\n\n"), None);
        let event = parse("id: 3\nevent: turn_delta\ndata: {\"a\":1}\n\n");
        assert_eq!(event, Some(Event { name: "turn_delta".to_owned(), data: json!({"a": 1}) }));
    }
}
