//! Capability `events`: the sink a completion is emitted into.
//!
//! A bounded channel: while the reader is behind, `emit` waits, and with it the guest. When the reader is gone, `emit`
//! answers `stop`. Sizes are checked per event and over all events of the completion. Guest text is cleaned here, so
//! nobody behind the channel sees terminal escapes; arguments of tool calls stay as they are, because they are parsed,
//! not shown. A guest only ever borrows the one sink of its call. `wait` is the one clock a guest has: it ends early when
//! nobody listens.

use std::time::Duration;

use tokio::sync::mpsc;
use wasmtime::component::Resource;

use crate::bindings::provider::kubechat::plugin::events::{Event as WireEvent, Host, HostEventSink, Progress};
use crate::conversation::{Event, ToolCall};
use crate::limits::Limits;
use crate::meter::Breach;
use crate::provider::ProviderState;
use crate::text;

const TEXT_BYTES_MAX: usize = 16 * 1024;
const NOTE_BYTES_MAX: usize = 1024;
const NAME_BYTES_MAX: usize = 64;
const ARGUMENTS_BYTES_MAX: usize = 64 * 1024;
/// Longest single wait of a guest.
const WAIT_MS_MAX: u32 = 60_000;

/// Stands for the sink in handles; there is one per call, so it carries nothing.
#[expect(unreachable_pub, reason = "the generated bindings re-export it from their own public module")]
pub struct EventSink;

/// The host's end of the sink of one call.
#[derive(Debug)]
pub(crate) struct Sink {
    reader: mpsc::Sender<Event>,
    output_max: usize,
    pub(crate) bytes: usize,
    pub(crate) events: u32,
}

impl Sink {
    pub(crate) fn new(reader: mpsc::Sender<Event>, limits: &Limits) -> Self {
        Self { reader, output_max: limits.output_bytes, bytes: 0, events: 0 }
    }

    /// The end of waiting for a reader that left.
    pub(crate) fn left(&self) -> impl Future<Output = ()> + Send + 'static {
        let reader = self.reader.clone();
        async move { reader.closed().await }
    }

    /// The handle a guest borrows for its call.
    pub(crate) fn handle() -> Resource<EventSink> {
        Resource::new_own(0)
    }

    /// Checks an event, charges its size and cleans it.
    fn admit(&mut self, event: WireEvent) -> Result<Event, Breach> {
        let (event, size) = match event {
            WireEvent::TextDelta(delta) => {
                let size = fits("a text delta", &delta, TEXT_BYTES_MAX)?;
                (Event::Text(text::block(&delta)), size)
            }
            WireEvent::Note(note) => {
                let size = fits("a note", &note, NOTE_BYTES_MAX)?;
                (Event::Note(text::line(&note)), size)
            }
            WireEvent::ToolCall(call) => {
                let size = fits("a tool call's id", &call.id, NAME_BYTES_MAX)?
                    + fits("a tool call's name", &call.name, NAME_BYTES_MAX)?
                    + fits("a tool call's arguments", &call.arguments_json, ARGUMENTS_BYTES_MAX)?;
                let (id, name) = (text::line(&call.id), text::line(&call.name));
                (Event::ToolCall(ToolCall { id, name, arguments_json: call.arguments_json }), size)
            }
        };
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.output_max {
            return Err(Breach::Output { what: "the completion", size: self.bytes, limit: self.output_max });
        }
        self.events += 1;
        Ok(event)
    }
}

fn fits(what: &'static str, text: &str, limit: usize) -> Result<usize, Breach> {
    if text.len() > limit {
        return Err(Breach::Output { what, size: text.len(), limit });
    }
    Ok(text.len())
}

impl Host for ProviderState {}

impl HostEventSink for ProviderState {
    async fn emit(&mut self, _sink: Resource<EventSink>, event: WireEvent) -> wasmtime::Result<Progress> {
        self.meter.count_host_call()?;
        let Some(sink) = &mut self.sink else { return Ok(Progress::Stop) };
        if sink.reader.is_closed() {
            return Ok(Progress::Stop);
        }
        let event = sink.admit(event)?;
        match sink.reader.send(event).await {
            Ok(()) => Ok(Progress::Continue),
            Err(_reader_left) => Ok(Progress::Stop),
        }
    }

    async fn wait(&mut self, _sink: Resource<EventSink>, milliseconds: u32) -> wasmtime::Result<Progress> {
        self.meter.count_host_call()?;
        if milliseconds > WAIT_MS_MAX {
            return Err(Breach::Wait { asked: milliseconds, limit: WAIT_MS_MAX }.into());
        }
        let Some(sink) = &self.sink else { return Ok(Progress::Stop) };
        let how_long = Duration::from_millis(milliseconds.into());
        match tokio::time::timeout(how_long, sink.reader.closed()).await {
            Ok(()) => Ok(Progress::Stop),
            Err(_over) => Ok(Progress::Continue),
        }
    }

    fn drop(&mut self, _sink: Resource<EventSink>) -> wasmtime::Result<()> {
        Ok(()) // guests only borrow; the one owner is the host's call
    }
}
