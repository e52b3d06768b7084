//! The scan: one pass over a text, from left to right, that finds what is secret in it.
//!
//! Candidates come from three places, each of which looks at every byte once: anchors of the rules, beginnings of known
//! values, long runs. They are decided in order of where they start, each by a bounded look around; what overlaps is one
//! stretch. A decision that needs text which has not come yet waits, so the result does not hang on how the text was cut.

use super::kind::{Kind, Span};
use super::known::Known;
use super::random;
use super::rules::{ANCHOR_BYTES_MAX, KNOWN, RANDOM, Rules};
use super::until::{Reach, Until};
use super::view::{More, View};

/// Candidates are gathered for this many bytes at a time.
const BLOCK_BYTES: usize = 64 << 10;
/// How far back from its candidate a stretch may begin, bytes.
pub(super) const BACK_BYTES_MAX: usize = 320;
/// How far back decisions look, bytes: names, lines and what stands before an anchor.
pub(super) const HISTORY_BYTES: usize = 1024;
/// Longest stretch that overlapping finds grow to, bytes; then another one begins.
const STRETCH_BYTES_MAX: usize = 64 << 10;
/// What is swallowed at a time of a value that is longer than it is looked at.
const SWALLOW_BYTES: usize = 4096;

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eyes<'a> {
    pub(super) rules: &'a Rules,
    pub(super) known: Option<&'a Known>,
    pub(super) look: Look,
}

/// By what is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// By everything there is.
    Everything,
    /// By that, and as people say things.
    Said,
    /// For known values alone: in what was looked at already.
    KnownOnly,
}

/// Where a scan stands.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Every candidate before this is decided.
    pub(super) decided: usize,
    /// Nothing before this may change any more.
    pub(super) emitted: usize,
    /// What was found and not yet handed out, in order, apart.
    pub(super) spans: Vec<Span>,
    /// A value that goes on.
    open: Option<Until>,
}

/// Where to look, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Candidate {
    Anchor { to: usize, anchor: usize },
    Known,
    Run,
}

impl Scan {
    /// Decides what can be decided.
    pub(super) fn advance(&mut self, eyes: Eyes<'_>, view: &View<'_>) {
        while self.decided < view.len() {
            let step = match self.open {
                Some(until) => self.swallow(view, until),
                None => self.block(eyes, view),
            };
            if step.is_err() {
                return;
            }
        }
    }

    fn swallow(&mut self, view: &View<'_>, until: Until) -> Result<(), More> {
        let from = self.decided;
        let reach = until.reach(view, from, SWALLOW_BYTES)?;
        self.decided = reach.to();
        self.open = match reach {
            Reach::At(_) => None,
            Reach::Beyond(_, until) => Some(until),
        };
        // An empty one too: nothing that is found later may reach back over it.
        self.spans.push(Span { silent: true, ..Span::new(from, self.decided, Kind::Password, KNOWN) });
        Ok(())
    }

    /// The next candidates.
    fn block(&mut self, eyes: Eyes<'_>, view: &View<'_>) -> Result<(), More> {
        let certain = if view.whole { view.len() } else { view.len().saturating_sub(ANCHOR_BYTES_MAX) };
        let to = certain.min(self.decided + BLOCK_BYTES);
        if to <= self.decided {
            return Err(More);
        }
        for (start, candidate) in candidates(eyes, view, self.decided, to) {
            if let Err(More) = self.decide(eyes, view, start, candidate) {
                self.decided = start;
                return Err(More);
            }
            if let Some((to, until)) = self.spans.last_mut().and_then(|last| Some((last.to, last.until.take()?))) {
                (self.decided, self.open) = (to, Some(until));
                return Ok(());
            }
        }
        self.decided = to;
        Ok(())
    }

    fn decide(&mut self, eyes: Eyes<'_>, view: &View<'_>, start: usize, candidate: Candidate) -> Result<(), More> {
        match candidate {
            Candidate::Anchor { to, anchor } => {
                let mut found = Vec::new();
                eyes.rules.look(view, (anchor, start, to), &mut |span| found.push(span))?;
                found.into_iter().for_each(|span| self.put(span));
            }
            Candidate::Known => {
                let Some(known) = eyes.known else { return Ok(()) };
                if let Some(length) = known.prefix_of(view.ahead(start, known.longest())?) {
                    self.put(Span::new(view.floor(start), view.ceil(start + length), Kind::Known, KNOWN));
                }
            }
            Candidate::Run => random::at_start(view, RANDOM, start)?.into_iter().for_each(|span| self.put(span)),
        }
        Ok(())
    }

    /// Takes a stretch in; with those it overlaps it becomes one.
    fn put(&mut self, mut span: Span) {
        span.from = span.from.max(self.emitted);
        while let Some(last) = self.spans.last().filter(|last| span.from < last.to).copied() {
            let joined = last.from.min(span.from)..last.to.max(span.to);
            if last.silent || joined.len() > STRETCH_BYTES_MAX {
                span.from = last.to;
                break;
            }
            let first = if last.from <= span.from { last } else { span };
            let goes_on = if last.to > span.to { last.until } else { span.until };
            span = Span { from: joined.start, to: joined.end, until: goes_on, ..first };
            self.spans.pop();
        }
        if span.from < span.to {
            self.spans.push(span);
        }
    }

    /// Up to where nothing may change any more.
    pub(super) fn settled(&self, view: &View<'_>) -> usize {
        let certain = if self.decided >= view.len() && view.whole {
            view.len()
        } else if self.open.is_some() {
            self.decided
        } else {
            view.floor(self.decided.saturating_sub(BACK_BYTES_MAX))
        };
        let open = self.spans.iter().find(|span| span.from < certain && span.to > certain);
        open.map_or(certain, |span| span.from).max(self.emitted)
    }

    /// Forgets the first bytes of the text.
    pub(super) fn forget(&mut self, bytes: usize) {
        self.decided -= bytes;
        self.emitted -= bytes;
        for span in &mut self.spans {
            span.from -= bytes;
            span.to -= bytes;
        }
    }
}

/// Where to look, in order.
fn candidates(eyes: Eyes<'_>, view: &View<'_>, from: usize, to: usize) -> Vec<(usize, Candidate)> {
    let bytes = view.bytes();
    view.looked.set(view.looked.get() + 3 * (to - from) as u64);
    let mut found = Vec::new();
    if let Some(anchors) = eyes.rules.anchors.as_ref().filter(|_| eyes.look != Look::KnownOnly) {
        let end = bytes.len().min(to + ANCHOR_BYTES_MAX - 1);
        let hits = anchors.find_overlapping_iter(aho_corasick::Input::new(bytes).range(from..end));
        found.extend(
            hits.filter(|hit| hit.start() < to)
                .map(|hit| (hit.start(), Candidate::Anchor { to: hit.end(), anchor: hit.pattern().as_usize() })),
        );
    }
    if let Some(known) = eyes.known {
        known.starts(bytes, from, to, |at| found.push((at, Candidate::Known)));
    }
    if eyes.look != Look::KnownOnly {
        random::starts(bytes, from, to, |at| found.push((at, Candidate::Run)));
    }
    found.sort_unstable();
    found
}
