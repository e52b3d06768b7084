//! What sort of secret was found, where, and what stands in its place.
//!
//! A [`Found`] lends the secret to a [`Sink`] for the length of one call; nothing here keeps or prints it. Offsets are bytes.

use serde::{Deserialize, Serialize};

/// What stands in place of a secret where it need not come back.
pub(crate) const MASK: &str = "••••";

/// The sorts of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A password, or any value behind a name that says secret.
    Password,
    /// A token of a known shape, or behind `Bearer`.
    Token,
    /// A key of a known shape.
    Key,
    /// A private key block.
    PrivateKey,
    /// A password inside a URL.
    Url,
    /// What a Secret holds.
    Data,
    /// A Helm release, values and all.
    Release,
    /// An object written out in a text, which holds a Secret.
    Object,
    /// A value that is known to be a secret, wherever it stands.
    Known,
    /// Random-looking text without a name.
    Random,
    /// Something that was masked already when it was read.
    Read,
}

impl Kind {
    /// One word, as in a placeholder.
    pub fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
            Self::Key => "key",
            Self::PrivateKey => "private-key",
            Self::Url => "url",
            Self::Data => "data",
            Self::Release => "release",
            Self::Object => "object",
            Self::Known => "known",
            Self::Random => "random",
            Self::Read => "read",
        }
    }

    /// By what a published rule is called.
    pub(super) fn of_rule(id: &str) -> Self {
        match id {
            _ if id.contains("private-key") => Self::PrivateKey,
            _ if id.contains("password") || id.ends_with("-auth-user") => Self::Password,
            _ if id.contains("key") => Self::Key,
            _ => Self::Token,
        }
    }
}

/// Where a secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where<'a> {
    /// In a text, at this byte, behind this name if any.
    Text {
        /// Bytes before it.
        at: usize,
        /// `password` in `password=…`.
        name: Option<&'a str>,
    },
    /// It is a whole field's value.
    Field {
        /// Length of what it means, bytes: of what base64 holds.
        means_bytes: usize,
    },
}

/// A secret, lent to whoever puts something in its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) kind: Kind,
    /// The rule that found it.
    pub(crate) rule: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) place: Where<'a>,
    /// Path of the field it stands in; empty for a text of its own.
    pub(crate) field: &'a str,
}

/// Says what stands in place of each secret.
pub(crate) trait Sink {
    /// Appends what stands in its place.
    fn put(&mut self, found: &Found<'_>, out: &mut String);
    /// Whether this whole value stands in place of a secret already.
    fn is_mark(&self, text: &str) -> bool {
        is_mask(text) || super::placeholder::has_form(text)
    }
}

/// Marks that tell nothing but a class of length.
#[derive(Debug, Default)]
pub(crate) struct OneWay;

impl Sink for OneWay {
    fn put(&mut self, found: &Found<'_>, out: &mut String) {
        mark(found, out);
    }
}

/// Appends the mark that need not come back.
pub(super) fn mark(found: &Found<'_>, out: &mut String) {
    out.push_str(MASK);
    if let Where::Field { means_bytes } = found.place {
        out.push_str(" (");
        out.push_str(class(means_bytes));
        out.push(')');
    }
}

/// Whether a value is a mask and nothing else.
pub(super) fn is_mask(value: &str) -> bool {
    let Some(rest) = value.strip_prefix(MASK) else { return false };
    let inner = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    rest.is_empty() || inner.is_some_and(|inner| inner == "changed" || CLASSES.contains(&inner))
}

const CLASSES: [&str; 5] = ["up to 16 bytes", "up to 64 bytes", "up to 1 KiB", "up to 16 KiB", "over 16 KiB"];

/// Enough to see "empty or not, key or certificate", too little to guess from.
fn class(bytes: usize) -> &'static str {
    let at = match bytes {
        0..=16 => 0,
        17..=64 => 1,
        65..=1024 => 2,
        1025..=16384 => 3,
        _ => 4,
    };
    CLASSES[at]
}

/// A found stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Kind,
    /// Index of the rule's name.
    pub(super) rule: u16,
    /// The name in front: how far before `from` it starts, and how long it is.
    pub(super) name: Option<(usize, usize)>,
    /// What it goes on to, when it is longer than was looked at.
    pub(super) until: Option<super::until::Until>,
    /// The rest of one that was marked already.
    pub(super) silent: bool,
}

impl Span {
    /// One that ends where it ends.
    pub(super) fn new(from: usize, to: usize, kind: Kind, rule: u16) -> Self {
        Self { from, to, kind, rule, name: None, until: None, silent: false }
    }

    /// One that reaches as far as was found.
    pub(super) fn reaching(from: usize, reach: super::until::Reach, kind: Kind, rule: u16) -> Self {
        let (to, until) = match reach {
            super::until::Reach::At(to) => (to, None),
            super::until::Reach::Beyond(to, until) => (to, Some(until)),
        };
        Self { until, ..Self::new(from, to, kind, rule) }
    }
}
