//! A conversation's secrets, in host memory only: placeholders go out, and what they stand for comes back only where it was.
//!
//! A placeholder reads `[[secret:password:1:5f0c2a9b]]`: sort, number, and the vault's tag, which the caller draws at random.
//! The same secret has the same one all through a conversation. Text of people and clusters that looks like one is changed,
//! so none can be forged. [`Vault::rehydrate`] is for the executor alone: a secret goes back into the field it came from, of
//! the object it came from; one that a person said goes into the field of its name, of the first object it is used for
//! since it was said. [`Vault::check`] tells sooner, of a call's argument, that this can't come to pass. An unknown
//! placeholder is an error, as after a restart, when the vault is empty. Limits: [`SECRETS_MAX`]; beyond, and for what is no
//! field's value, marks go out that don't come back. Nothing here is ever serialised or printed.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::kept::{HOMES_MAX, Home, Kept};
use super::kind::{Found, Kind, Sink, Where, is_mask, mark};
use super::known::Known;
use super::placeholder::{CLOSE, OPEN, cut, form_at, unforged};
use super::read::{ReadSoFar, held, held_bytes, parts};
use super::rules::Rules;
use super::scan::{Eyes, Look};
use super::schema::{self, Walk};
use super::{Redacted, rests, text, without_held};

/// Most secrets of one conversation.
pub const SECRETS_MAX: usize = 4_096;
/// Longest secret that comes back, bytes.
const SECRET_BYTES_MAX: usize = 64 << 10;

/// How often rests are looked for in one text.
const REST_ROUNDS_MAX: usize = 4;

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

/// The secrets of one conversation.
pub struct Vault {
    tag: String,
    kept: Vec<Kept>,
    /// By digest, so that a secret stands in one place only.
    by_secret: HashMap<[u8; 32], usize>,
    by_placeholder: HashMap<String, usize>,
    known: Known,
    /// What was learnt from reads.
    read: ReadSoFar,
    masked: BTreeMap<(Kind, String), u32>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} secrets, {} forms)", self.kept.len(), self.known.len())
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
            read: ReadSoFar::default(),
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

    /// Learns what a Secret holds that the host read, called `name` as the caller names objects; anything else is nothing to
    /// learn. Its values then have placeholders that go back into this Secret alone.
    pub fn learn_read(&mut self, object: &Value, name: &str) {
        for (key, value) in held(object) {
            let is_known = self.by_secret.contains_key(&digest(&value)) || self.known.is(value.as_bytes());
            if !is_known && !self.read.has_room(value.len()) {
                continue;
            }
            let place = Place { object: name.to_owned(), field: format!("stringData.{key}") };
            self.keep(Kind::Data, &value, Home::Field(place));
            if !is_known {
                self.known.add(value.as_bytes());
                for part in parts(&key, &value) {
                    self.known.add(part.as_bytes());
                }
            }
        }
        for value in held_bytes(object) {
            if !self.known.is(&value) && self.read.has_room(value.len()) {
                self.known.add(&value);
            }
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
        Redacted(self.masked_again(text))
    }

    /// As [`Vault::replayed`], for the arguments of its calls.
    pub fn replayed_value(&mut self, value: &Value) -> Redacted<Value> {
        Redacted(each_text(value, &mut |text| self.masked_again(text)))
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

    /// Whether a call's argument of this name may hold what it holds: no mask, and no placeholder that is unknown or has no
    /// field of this name to go to. Nothing goes anywhere; of which object is asked when it does.
    pub fn check(&self, text: &str, field: &str) -> Result<(), Unknown> {
        if super::is_in(text) {
            return Err(Unknown::Mask(field.to_owned()));
        }
        let held = |(placeholder, kept): (&str, Option<usize>)| match kept.and_then(|index| self.kept.get(index)) {
            None => Err(Unknown::Placeholder(placeholder.to_owned())),
            Some(kept) if kept.fits(field) => Ok(()),
            Some(_) => Err(Unknown::Elsewhere { placeholder: placeholder.to_owned(), field: field.to_owned() }),
        };
        self.held(text).into_iter().try_for_each(held)
    }

    /// The text with every placeholder replaced, for one field of one object. The executor's alone.
    pub fn rehydrate(&mut self, text: &str, place: &Place) -> Result<String, Unknown> {
        if super::is_in(text) {
            return Err(Unknown::Mask(place.field.clone()));
        }
        let mut out = String::new();
        let mut rest = text;
        for (placeholder, index) in self.held(text) {
            let kept = index.and_then(|index| self.kept.get_mut(index));
            let kept = kept.ok_or_else(|| Unknown::Placeholder(placeholder.to_owned()))?;
            if !kept.may_go(place) {
                return Err(Unknown::Elsewhere { placeholder: placeholder.to_owned(), field: place.field.clone() });
            }
            let (before, after) = rest.split_once(placeholder).unwrap_or((rest, ""));
            out.push_str(before);
            out.push_str(&kept.secret);
            rest = after;
        }
        Ok(out + rest)
    }

    /// What of a text has the form of a placeholder or begins like one, each with the secret it stands for.
    fn held<'t>(&self, text: &'t str) -> Vec<(&'t str, Option<usize>)> {
        let mut held = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(OPEN) {
            let placeholder = form_at(rest, at).map_or_else(|| cut(&rest[at..]), |length| &rest[at..at + length]);
            held.push((placeholder, self.by_placeholder.get(placeholder).copied()));
            rest = &rest[at + placeholder.len()..];
        }
        held
    }

    /// What went out before, with what is known by now: a value that was learnt later stands in it no more. Its
    /// placeholders and everything else stay.
    pub fn known_by_now(&mut self, text: &str) -> Redacted<String> {
        let masked = self.without_known(&without_held(text), Source::Provider);
        Redacted(self.without_rests(masked))
    }

    /// As [`Vault::known_by_now`], for a value.
    pub fn known_by_now_value(&mut self, value: &Value) -> Redacted<Value> {
        Redacted(each_text(value, &mut |text| self.known_by_now(text).into_inner()))
    }

    /// Twice where something was learnt: the same value may stand a second time, without its name.
    fn masked_text(&mut self, text: &str, source: Source<'_>) -> String {
        let text = &*without_held(text);
        let (masked, learnt) = self.looking(source, |eyes, sink| text::whole(text, eyes, "", sink));
        let masked = masked.unwrap_or_else(|| text.to_owned());
        let masked = if learnt { self.without_known(&masked, source) } else { masked };
        self.without_rests(masked)
    }

    fn masked_value(&mut self, value: &Value, source: Source<'_>) -> Value {
        let value = each_text(value, &mut |text| without_held(text).into_owned());
        let (masked, learnt) =
            self.looking(source, |eyes, sink| Walk { eyes, sink }.value(&value, &schema::Place::default()));
        each_text(&masked, &mut |text| {
            let text = if learnt { self.without_known(text, source) } else { text.to_owned() };
            self.without_rests(text)
        })
    }

    /// Text that was masked, without known values. By these alone: what stands in place of secrets would be found by the
    /// names beside it once more.
    fn without_known(&mut self, text: &str, source: Source<'_>) -> String {
        if self.known.is_empty() {
            return text.to_owned();
        }
        self.around_placeholders(text, &mut |vault, piece| {
            let known = std::mem::take(&mut vault.known);
            let eyes = Eyes { rules: Rules::standard(), known: Some(&known), look: Look::KnownOnly };
            let masked = text::whole(piece, eyes, "", &mut Minting { vault, source, learnt: Vec::new() });
            vault.known = known;
            masked.unwrap_or_else(|| piece.to_owned())
        })
    }

    /// Text that was masked, without what masks and cuts left of known values. What one rest hid behind it may be another.
    fn without_rests(&self, mut text: String) -> String {
        for _ in 0..REST_ROUNDS_MAX {
            match rests::without(&text, &self.known) {
                Some(less) => text = less,
                None => break,
            }
        }
        text
    }

    /// Looks with what is known by now; what is found on the way is learnt afterwards. Tells whether anything was.
    fn looking<T>(&mut self, source: Source<'_>, look: impl FnOnce(Eyes<'_>, &mut dyn Sink) -> T) -> (T, bool) {
        let known = std::mem::take(&mut self.known);
        let mut minting = Minting { vault: self, source, learnt: Vec::new() };
        let by = if matches!(source, Source::Person) { Look::Said } else { Look::Everything };
        let out = look(Eyes { rules: Rules::standard(), known: Some(&known), look: by }, &mut minting);
        let learnt = minting.learnt;
        self.known = known;
        learnt.iter().for_each(|secret| self.learn(secret));
        (out, !learnt.is_empty())
    }

    /// The text with its own pieces changed, and the placeholders of this vault between them as they are.
    fn around_placeholders(&mut self, text: &str, change: &mut dyn FnMut(&mut Self, &str) -> String) -> String {
        let pieces: Vec<Option<String>> = self.pieces(text).map(|piece| piece.map(str::to_owned)).collect();
        let mut placeholders = self.placeholders(text).into_iter();
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Some(text) => out.push_str(&change(self, &text)),
                None => out.extend(placeholders.next()),
            }
        }
        out
    }

    fn masked_again(&mut self, text: &str) -> String {
        let change = &mut |vault: &mut Self, piece: &str| vault.masked_text(&unforged(piece), Source::Provider);
        let masked = self.around_placeholders(text, change);
        self.without_rests(masked)
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
        // Said again, it is said for another object, or for the same one.
        if matches!(home, Home::Said(_)) {
            kept.went = None;
        }
        if !kept.homes.contains(&home) && kept.homes.len() < HOMES_MAX {
            kept.homes.push(home);
        }
        Some(kept.placeholder.clone())
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
        // What is known needs no learning, and a provider's words teach nothing: it may call anything a password.
        if found.kind != Kind::Known && !matches!(self.source, Source::Provider) {
            self.learnt.push(Zeroizing::new(found.secret.to_owned()));
        }
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

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The value with every text of it changed, keys too, and numbers as they are written.
fn each_text(value: &Value, change: &mut dyn FnMut(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Number(number) => {
            let written = number.to_string();
            let changed = change(&written);
            if changed == written { value.clone() } else { Value::String(changed) }
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| each_text(item, change)).collect()),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (change(key), each_text(value, change))).collect())
        }
        other => other.clone(),
    }
}
