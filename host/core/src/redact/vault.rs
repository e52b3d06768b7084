//! A conversation's secrets, in host memory only: placeholders go out, and what they stand for comes back only where it was.
//!
//! A placeholder reads `[[secret:password:1:5f0c2a9b]]`: sort, number, and the vault's tag, which the caller draws at random.
//! The same secret has the same one all through a conversation. Text of people and clusters that looks like one is changed,
//! so none can be forged. [`Vault::rehydrate`] is for the executor alone: a secret goes back into the field it came from, of
//! the object it came from; one that a person said goes into the field of its name, of the first object it is used for. An
//! unknown placeholder is an error, as after a restart, when the vault is empty. Limits: [`SECRETS_MAX`]; beyond, and for
//! what is no field's value, marks go out that don't come back. Nothing here is ever serialised or printed.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::kind::{Found, Kind, Sink, Where, is_mask, mark};
use super::known::Known;
use super::rules::Rules;
use super::scan::Eyes;
use super::schema::{self, Walk};
use super::{Redacted, text};

/// Most secrets of one conversation.
pub const SECRETS_MAX: usize = 4_096;
/// Most homes of one secret.
const HOMES_MAX: usize = 64;
/// Longest secret that comes back, bytes.
const SECRET_BYTES_MAX: usize = 64 << 10;
const OPEN: &str = "[[secret:";
/// How far a look back from any word inside finds that it is one.
pub(super) const LEAD: &str = "[[";
const CLOSE: &str = "]]";
/// What stands in place of a look-alike, or of its beginning.
const FORGED: &str = "[(look-alike)]";
/// Letters of a tag.
const TAG_BYTES: usize = 8;
/// Longest placeholder, bytes.
pub(super) const PLACEHOLDER_BYTES_MAX: usize = 64;

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which object, as the caller names objects: cluster, kind, namespace, name.
    pub object: String,
    /// The way to the field: `spec.containers[name=web].env[name=TOKEN].value`.
    pub field: String,
}

/// What was masked: never the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// What sort.
    pub kind: Kind,
    /// How often.
    pub count: u32,
    /// In which field; empty for free text.
    pub field: String,
}

/// Why a placeholder can't be replaced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// No secret here has it.
    #[error("the placeholder {0} stands for nothing here; ask again")]
    Placeholder(String),
    /// It may not go there.
    #[error(
        "the secret behind {placeholder} does not belong into {field}; ask again, and say the value for that field"
    )]
    Elsewhere {
        /// Which.
        placeholder: String,
        /// Where it was to go.
        field: String,
    },
    /// A mark that does not come back.
    #[error("{0} holds a mask instead of its value; ask again, and say the value")]
    Mask(String),
}

/// Where a secret came from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    /// A person said it, behind this name if any.
    Said(Option<String>),
    /// It stood there.
    Field(Place),
}

struct Kept {
    placeholder: String,
    secret: Zeroizing<String>,
    homes: Vec<Home>,
    /// Where one that was said went first.
    went: Option<Place>,
}

/// The secrets of one conversation.
pub struct Vault {
    tag: String,
    kept: Vec<Kept>,
    /// By digest, so that a secret stands in one place only.
    by_secret: HashMap<[u8; 32], usize>,
    by_placeholder: HashMap<String, usize>,
    known: Known,
    masked: BTreeMap<(Kind, String), u32>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} secrets)", self.kept.len())
    }
}

impl Vault {
    /// An empty one; the tag is random, so that placeholders of another vault are none here.
    pub fn new(tag: u32) -> Self {
        Self {
            tag: format!("{tag:08x}"),
            kept: Vec::new(),
            by_secret: HashMap::new(),
            by_placeholder: HashMap::new(),
            known: Known::new(),
            masked: BTreeMap::new(),
        }
    }

    /// Learns a secret's value, which from now on is found wherever it stands.
    pub fn learn(&mut self, secret: &str) {
        self.known.add(secret.as_bytes());
        if let Ok(decoded) = STANDARD.decode(secret.trim()) {
            self.known.add(&decoded);
        }
    }

    /// What a person said.
    pub fn said(&mut self, sentence: &str) -> Redacted<String> {
        Redacted(self.masked_text(&unforged(sentence), Source::Person))
    }

    /// Text of a cluster.
    pub fn text(&mut self, text: &str) -> Redacted<String> {
        Redacted(self.masked_text(&unforged(text), Source::Cluster("")))
    }

    /// What was read of an object, or an answer about several.
    pub fn value(&mut self, value: &Value, object: &str) -> Redacted<Value> {
        let value = each_text(value, &mut |text| unforged(text));
        Redacted(self.masked_value(&value, Source::Cluster(object)))
    }

    /// What a provider said before and is told again: its placeholders stay as they are.
    pub fn replayed(&mut self, text: &str) -> Redacted<String> {
        Redacted(self.around_placeholders(text))
    }

    /// As [`Vault::replayed`], for the arguments of its calls.
    pub fn replayed_value(&mut self, value: &Value) -> Redacted<Value> {
        Redacted(each_text(value, &mut |text| self.around_placeholders(text)))
    }

    /// A provider's text as people and rows see it: a placeholder reads like any mask.
    pub fn shown(&self, text: &str) -> String {
        self.pieces(text).map(|piece| piece.unwrap_or(super::kind::MASK)).collect()
    }

    /// As [`Vault::shown`], for a value.
    pub fn shown_value(&self, value: &Value) -> Value {
        each_text(value, &mut |text| self.shown(text))
    }

    /// Counts what a read had masked before it came here.
    pub fn count_marks(&mut self, value: &Value) {
        let mut marks = 0;
        each_text(value, &mut |text| {
            marks += text.matches(super::kind::MASK).count();
            String::new()
        });
        if let Ok(marks @ 1..) = u32::try_from(marks) {
            *self.masked.entry((Kind::Read, String::new())).or_default() += marks;
        }
    }

    /// What was masked since the last report.
    pub fn report(&mut self) -> Vec<Masked> {
        let masked = std::mem::take(&mut self.masked);
        masked.into_iter().map(|((kind, field), count)| Masked { kind, count, field }).collect()
    }

    /// The text with every placeholder replaced, for one field of one object. The executor's alone.
    pub fn rehydrate(&mut self, text: &str, place: &Place) -> Result<String, Unknown> {
        if super::is_in(text) {
            return Err(Unknown::Mask(place.field.clone()));
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(OPEN) {
            out.push_str(&rest[..at]);
            let length = form_at(rest, at).ok_or_else(|| Unknown::Placeholder(cut(&rest[at..]).to_owned()))?;
            let placeholder = &rest[at..at + length];
            let index = self.by_placeholder.get(placeholder).copied();
            let kept = index.and_then(|index| self.kept.get_mut(index));
            let kept = kept.ok_or_else(|| Unknown::Placeholder(placeholder.to_owned()))?;
            if !kept.may_go(place) {
                return Err(Unknown::Elsewhere { placeholder: placeholder.to_owned(), field: place.field.clone() });
            }
            out.push_str(&kept.secret);
            rest = &rest[at + length..];
        }
        Ok(out + rest)
    }

    fn masked_text(&mut self, text: &str, source: Source<'_>) -> String {
        self.looking(source, |eyes, sink| text::whole(text, eyes, "", sink)).unwrap_or_else(|| text.to_owned())
    }

    fn masked_value(&mut self, value: &Value, source: Source<'_>) -> Value {
        self.looking(source, |eyes, sink| Walk { eyes, sink }.value(value, &schema::Place::default()))
    }

    /// Looks with what is known by now; what is found on the way is learnt afterwards.
    fn looking<T>(&mut self, source: Source<'_>, look: impl FnOnce(Eyes<'_>, &mut dyn Sink) -> T) -> T {
        let known = std::mem::take(&mut self.known);
        let mut minting = Minting { vault: self, source, learnt: Vec::new() };
        let out = look(Eyes { rules: Rules::standard(), known: Some(&known) }, &mut minting);
        let learnt = minting.learnt;
        self.known = known;
        learnt.iter().for_each(|secret| self.learn(secret));
        out
    }

    fn around_placeholders(&mut self, text: &str) -> String {
        let pieces: Vec<Option<String>> = self.pieces(text).map(|piece| piece.map(str::to_owned)).collect();
        let mut placeholders = self.placeholders(text).into_iter();
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Some(text) => out.push_str(&self.masked_text(&unforged(&text), Source::Provider)),
                None => out.extend(placeholders.next()),
            }
        }
        out
    }

    /// The text's own pieces, and none for each placeholder of this vault.
    fn pieces<'a>(&self, text: &'a str) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for (at, length) in self.ours(text) {
            pieces.extend([Some(&text[from..at]), None]);
            from = at + length;
        }
        pieces.push(Some(&text[from..]));
        pieces.into_iter()
    }

    fn placeholders(&self, text: &str) -> Vec<String> {
        self.ours(text).into_iter().map(|(at, length)| text[at..at + length].to_owned()).collect()
    }

    fn ours(&self, text: &str) -> Vec<(usize, usize)> {
        let forms = text.match_indices(OPEN).filter_map(|(at, _)| Some((at, form_at(text, at)?)));
        forms.filter(|(at, length)| self.by_placeholder.contains_key(&text[*at..at + length])).collect()
    }

    /// The secret's placeholder, new or known.
    fn keep(&mut self, kind: Kind, secret: &str, home: Home) -> Option<String> {
        let index = match self.by_secret.get(&digest(secret)) {
            Some(index) => *index,
            None if self.kept.len() >= SECRETS_MAX || secret.len() > SECRET_BYTES_MAX => return None,
            None => {
                let index = self.kept.len();
                let placeholder = format!("{OPEN}{}:{}:{}{CLOSE}", kind.word(), index + 1, self.tag);
                self.by_secret.insert(digest(secret), index);
                let secret = Zeroizing::new(secret.to_owned());
                self.by_placeholder.insert(placeholder.clone(), index);
                self.kept.push(Kept { placeholder, secret, homes: Vec::new(), went: None });
                index
            }
        };
        let kept = self.kept.get_mut(index)?;
        if !kept.homes.contains(&home) && kept.homes.len() < HOMES_MAX {
            kept.homes.push(home);
        }
        Some(kept.placeholder.clone())
    }
}

impl Kept {
    /// Whether it may go there; one that was said stays with the first object it went to.
    fn may_go(&mut self, place: &Place) -> bool {
        let said = |name: &str| same_name(name, leaf(&place.field));
        let free = self.went.as_ref().is_none_or(|went| went.object == place.object && went.field == place.field);
        let mut homes = self.homes.iter();
        let field = |home: &Home| matches!(home, Home::Field(from) if from == place);
        if self.homes.iter().any(field) {
            return true;
        }
        let may = free && homes.any(|home| matches!(home, Home::Said(Some(name)) if said(name)));
        if may {
            self.went = Some(place.clone());
        }
        may
    }
}

/// Whose text is masked.
#[derive(Clone, Copy)]
enum Source<'a> {
    Person,
    Provider,
    Cluster(&'a str),
}

/// Puts placeholders.
struct Minting<'v, 's> {
    vault: &'v mut Vault,
    source: Source<'s>,
    learnt: Vec<Zeroizing<String>>,
}

impl Sink for Minting<'_, '_> {
    fn put(&mut self, found: &Found<'_>, out: &mut String) {
        *self.vault.masked.entry((found.kind, found.field.to_owned())).or_default() += 1;
        self.learnt.push(Zeroizing::new(found.secret.to_owned()));
        let home = match (self.source, found.place) {
            (Source::Person, Where::Text { name, .. }) => Some(Home::Said(name.map(str::to_owned))),
            (Source::Cluster(object), _) if !object.is_empty() && !found.field.is_empty() => {
                Some(Home::Field(Place { object: object.to_owned(), field: found.field.to_owned() }))
            }
            _ => None,
        };
        // Without a home it could never go back, so it needs no placeholder; unless it has one already.
        let placeholder = match home {
            Some(home) => self.vault.keep(found.kind, found.secret, home),
            None => {
                self.vault.by_secret.get(&digest(found.secret)).map(|index| self.vault.kept[*index].placeholder.clone())
            }
        };
        match placeholder {
            Some(placeholder) => out.push_str(&placeholder),
            None => mark(found, out),
        }
    }

    fn is_mark(&self, text: &str) -> bool {
        is_mask(text) || self.vault.by_placeholder.contains_key(text)
    }
}

/// Whether the whole value has the form of a placeholder.
pub(super) fn has_form(value: &str) -> bool {
    form_at(value, 0) == Some(value.len())
}

/// Length of what has the form of a placeholder there, whosever it is.
pub(super) fn form_at(text: &str, at: usize) -> Option<usize> {
    let rest = cut(text.get(at..)?).strip_prefix(OPEN)?;
    let inner = &rest[..rest.find(CLOSE)?];
    let mut parts = inner.split(':');
    let (kind, number, tag) = (parts.next()?, parts.next()?, parts.next()?);
    let well = !kind.is_empty()
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && (1..=5).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && tag.len() == TAG_BYTES
        && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
        && parts.next().is_none();
    well.then_some(OPEN.len() + inner.len() + CLOSE.len())
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(PLACEHOLDER_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Text in which nothing looks like a placeholder.
fn unforged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        out.push_str(&rest[..at]);
        out.push_str(FORGED);
        rest = &rest[at + form_at(rest, at).unwrap_or(OPEN.len())..];
    }
    out + rest
}

/// The value with every text of it changed, keys too.
fn each_text(value: &Value, change: &mut dyn FnMut(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(items) => Value::Array(items.iter().map(|item| each_text(item, change)).collect()),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (change(key), each_text(value, change))).collect())
        }
        other => other.clone(),
    }
}

/// What a field is called: `TOKEN` for `env[name=TOKEN].value`, else its last key.
fn leaf(field: &str) -> &str {
    let field = field.strip_suffix("].value").map_or(field, |item| item);
    match field.rsplit_once("[name=") {
        Some((_, name)) if !name.contains(']') => name,
        _ => field.rsplit('.').next().unwrap_or(field),
    }
}

/// Whether two spellings name one thing: `DB_PASSWORD`, `dbPassword`.
fn same_name(a: &str, b: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    !a.is_empty() && letters(a) == letters(b)
}
