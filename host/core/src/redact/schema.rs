//! Which parts of an object are secret, by its kind and by the names on the way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::kind::{Found, Kind, Sink, Where};
use super::names::{counts_something, is_secret_name, switches_something};
use super::rules::{DATA, EMBEDDED, FLAG_FIELD, KNOWN, NAMED_FIELD, RELEASE};
use super::scan::Eyes;
use super::{named, shapes, text};
use crate::field::{FieldPath, Segment};
use crate::object::{self, ApiType};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Shortest secret value looked for elsewhere in its own object, bytes; shorter ones are everywhere by chance.
const COPIED_BYTES_MIN: usize = 6;

/// Where in an object a value stands, as far as masking cares.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// Everything from here on is secret, and of what sort.
    secret: Option<Kind>,
    /// The object around it is a Secret, so its `data` will be.
    in_secret: bool,
    /// The texts there are base64 of what they hold.
    base64: bool,
    /// The key it is the value of, or of the list it is an item of.
    key: String,
    /// The name of the list item it is the value of: `DB_PASSWORD` for an environment variable.
    item: String,
    /// The way to it.
    path: String,
}

impl Place {
    /// The place a path leads to, in an object of this type.
    pub(super) fn at(api: &ApiType, path: &FieldPath) -> Self {
        let mut place = Self { in_secret: api.is("", "Secret"), ..Self::default() };
        for segment in &path.0 {
            match segment {
                Segment::Field(key) => place = place.under(key),
                Segment::Item { value, .. } => place.item.clone_from(value),
            }
        }
        place
    }

    fn under(&self, key: &str) -> Self {
        let data = self.in_secret && matches!(key, "data" | "stringData");
        let dot = if self.path.is_empty() { "" } else { "." };
        Self {
            secret: self.secret.or(data.then_some(Kind::Data)),
            in_secret: self.in_secret && !matches!(key, "metadata"),
            base64: self.base64 || (data && key == "data"),
            key: key.to_owned(),
            item: self.item.clone(),
            path: format!("{}{dot}{key}", self.path),
        }
    }

    /// An item of a list, by its name where it has one.
    fn item(&self, index: usize, item: &Value) -> Self {
        let path = match item.get("name").and_then(Value::as_str) {
            Some(name) => format!("{}[name={name}]", self.path),
            None => format!("{}[{index}]", self.path),
        };
        Self { path, ..self.clone() }
    }

    /// What tells about its value: in `{name: DB_PASSWORD, value: …}` the name, otherwise the key itself.
    fn name(&self) -> &str {
        if self.key == "value" && !self.item.is_empty() { &self.item } else { &self.key }
    }

    fn is_named_secret(&self) -> bool {
        is_secret_name(self.name())
    }

    fn is_named_number(&self) -> bool {
        is_secret_name(self.name()) && !counts_something(self.name())
    }

    fn is_named_flag(&self) -> bool {
        is_secret_name(self.name()) && !switches_something(self.name())
    }
}

/// A walk over one value.
pub(super) struct Walk<'a> {
    pub(super) eyes: Eyes<'a>,
    pub(super) sink: &'a mut dyn Sink,
}

impl Walk<'_> {
    /// The value, masked as its place asks.
    pub(super) fn value(&mut self, value: &Value, place: &Place) -> Value {
        match value {
            Value::Object(map) => Value::Object(self.map(map, place)),
            Value::Array(items) => Value::Array(self.items(items, place)),
            Value::String(text) => Value::String(self.string(text, place)),
            Value::Number(number) => self.plain(value, &number.to_string(), place, place.is_named_number()),
            Value::Bool(flag) => self.plain(value, &flag.to_string(), place, place.is_named_flag()),
            Value::Null => Value::Null,
        }
    }

    /// A number or flag: a password may be written without quotation marks.
    fn plain(&mut self, value: &Value, text: &str, place: &Place, named: bool) -> Value {
        let (kind, rule) = match place.secret {
            Some(kind) => (kind, DATA),
            None if named => (Kind::Password, NAMED_FIELD),
            None if self.eyes.known.is_some_and(|known| known.is(text.as_bytes())) => {
                (Kind::Known, self.eyes.rules.name(KNOWN))
            }
            None => return value.clone(),
        };
        Value::String(self.field(kind, rule, text, text.len(), &place.path))
    }

    /// What stands in place of a whole field's value.
    fn field(&mut self, kind: Kind, rule: &str, secret: &str, means_bytes: usize, path: &str) -> String {
        let mut out = String::new();
        self.sink.put(&Found { kind, rule, secret, place: Where::Field { means_bytes }, field: path }, &mut out);
        out
    }

    fn map(&mut self, map: &Map<String, Value>, place: &Place) -> Map<String, Value> {
        let text_of = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
        // An object inside an object (a list, a template, another tool's manifest) is masked by its own kind.
        let is_object = map.contains_key("kind") && map.contains_key("apiVersion");
        let is_secret = text_of("kind") == "Secret" && matches!(text_of("apiVersion"), "v1" | "");
        let here = Place {
            in_secret: if is_object { is_secret } else { place.in_secret || is_secret },
            item: if map.contains_key("value") { text_of("name").to_owned() } else { place.item.clone() },
            ..place.clone()
        };
        let copied = if here.in_secret { held_values(map) } else { Vec::new() };
        let helm = is_helm_release(map);
        let mut out = Map::new();
        for (key, value) in map {
            if matches!(key.as_str(), "managedFields" | LAST_APPLIED) {
                continue;
            }
            let mut below = here.under(key);
            if helm && key == "data" {
                below.secret = Some(Kind::Release);
            }
            let masked = match (key.as_str(), value.as_array()) {
                ("items", Some(items)) if text_of("kind").ends_with("List") => {
                    self.list_items(text_of("kind"), items, &below)
                }
                _ => self.value(value, &below),
            };
            let masked = if key == "metadata" { self.without_copies(masked, &copied, &below.path) } else { masked };
            out.insert(self.key(key, place), masked);
        }
        out
    }

    /// A key may spell out a secret as well: what a text of its own would mask of it is masked.
    fn key(&mut self, key: &str, place: &Place) -> String {
        text::whole(key, self.eyes, &place.path, self.sink).unwrap_or_else(|| key.to_owned())
    }

    /// Items of a typed list carry no kind of their own: it follows from the list's.
    fn list_items(&mut self, kind: &str, items: &[Value], place: &Place) -> Value {
        let in_secret = kind == "SecretList";
        let each = items.iter().enumerate();
        let masked = each.map(|(index, item)| self.value(item, &Place { in_secret, ..place.item(index, item) }));
        Value::Array(masked.collect())
    }

    fn items(&mut self, items: &[Value], place: &Place) -> Vec<Value> {
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        match texts {
            Some(texts) if place.secret.is_none() && !place.is_named_secret() => self.arguments(&texts, place),
            _ => items.iter().enumerate().map(|(i, item)| self.value(item, &place.item(i, item))).collect(),
        }
    }

    /// Texts in a row: what follows a telling flag is masked, and a private key may run over several.
    fn arguments(&mut self, texts: &[&str], place: &Place) -> Vec<Value> {
        let mut lines = LineMask::default();
        let mut masked = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let before = index.checked_sub(1).map_or("", |before| texts[before]);
            let flag = before.strip_prefix('-').is_some_and(|name| !name.contains('=') && is_secret_name(name));
            let path = format!("{}[{index}]", place.path);
            let line = if let Some((name, value)) = self.told_by_flag(text) {
                format!("{name}={}", self.argument(name, value, &path))
            } else if flag && !text.starts_with('-') && !text.is_empty() && !self.sink.is_mark(text) {
                self.field(Kind::Password, FLAG_FIELD, text, text.len(), &path)
            } else {
                lines.next(text, self.eyes, &path, self.sink)
            };
            masked.push(Value::String(line));
        }
        masked
    }

    /// `--password=…` as one argument: its value is all of the rest, blanks and quotation marks included.
    fn told_by_flag<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let (name, value) = text.split_once('=').filter(|_| text.starts_with('-'))?;
        let told = is_secret_name(name) && !name.contains(char::is_whitespace);
        let masked = self.sink.is_mark(value) || named::is_placeholder(value);
        (told && !masked).then_some((name, value))
    }

    fn argument(&mut self, name: &str, secret: &str, path: &str) -> String {
        let place = Where::Text { at: name.len() + 1, name: Some(name.trim_start_matches('-')) };
        let mut out = String::new();
        self.sink.put(&Found { kind: Kind::Password, rule: FLAG_FIELD, secret, place, field: path }, &mut out);
        out
    }

    fn string(&mut self, value: &str, place: &Place) -> String {
        // What a Secret holds is never taken for a placeholder of ours.
        let marked = super::kind::is_mask(value) || (place.secret.is_none() && self.sink.is_mark(value));
        if value.is_empty() || marked {
            return value.to_owned();
        }
        if let Some(kind) = place.secret {
            let decoded = || STANDARD.decode(value).map_or(value.len(), |bytes| bytes.len());
            let rule = if kind == Kind::Release { RELEASE } else { DATA };
            let means = if place.base64 { decoded() } else { value.len() };
            return self.field(kind, rule, value, means, &place.path);
        }
        let reference = value.starts_with("$(") && value.ends_with(')');
        if place.is_named_secret() && !reference {
            return self.field(Kind::Password, NAMED_FIELD, value, value.len(), &place.path);
        }
        // Base64 of gzip under this key is a Helm release in a ConfigMap, values and all.
        if place.key == "release" && value.starts_with("H4sI") {
            return self.field(Kind::Release, RELEASE, value, value.len(), &place.path);
        }
        // An object written out inside a text (a copy some tool keeps in an annotation).
        if value.contains("\"kind\"") && value.contains("\"Secret\"") {
            return self.field(Kind::Object, EMBEDDED, value, value.len(), &place.path);
        }
        text::whole(value, self.eyes, &place.path, self.sink).unwrap_or_else(|| value.to_owned())
    }

    /// Metadata of a Secret, without annotation or label values that repeat what it holds.
    fn without_copies(&mut self, mut metadata: Value, held: &[String], path: &str) -> Value {
        for field in ["annotations", "labels"] {
            let values = metadata.get_mut(field).and_then(Value::as_object_mut);
            for (key, value) in values.into_iter().flat_map(Map::iter_mut) {
                let Some(text) = value.as_str() else { continue };
                if held.iter().any(|held| text.contains(held.as_str())) {
                    let (at, path) = (Where::Text { at: 0, name: None }, format!("{path}.{field}.{key}"));
                    let found = Found { kind: Kind::Data, rule: DATA, secret: text, place: at, field: &path };
                    let mut out = String::new();
                    self.sink.put(&found, &mut out);
                    *value = Value::String(out);
                }
            }
        }
        metadata
    }
}

/// Lines of one text as they come: a private key that runs over lines is masked as a whole.
#[derive(Debug, Clone, Default)]
pub(super) struct LineMask {
    open: bool,
}

impl LineMask {
    pub(super) fn next(&mut self, line: &str, eyes: Eyes<'_>, field: &str, sink: &mut dyn Sink) -> String {
        if self.open {
            self.open = !shapes::closes_key_block(line);
            return super::kind::MASK.to_owned();
        }
        self.open = shapes::opens_key_block(line);
        text::whole(line, eyes, field, sink).unwrap_or_else(|| line.to_owned())
    }
}

fn is_helm_release(map: &Map<String, Value>) -> bool {
    let metadata = map.get("metadata");
    let get = |pointer| metadata.map_or("", |metadata| object::text(metadata, pointer));
    get("/labels/owner") == "helm" || get("/name").starts_with("sh.helm.release.v1.")
}

/// The values a Secret holds, as they stand there and as they mean.
fn held_values(map: &Map<String, Value>) -> Vec<String> {
    let mut held = Vec::new();
    for field in ["data", "stringData"] {
        for value in
            map.get(field).and_then(Value::as_object).into_iter().flat_map(Map::values).filter_map(Value::as_str)
        {
            let decoded = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            held.extend(decoded.filter(|_| field == "data"));
            held.push(value.to_owned());
        }
    }
    held.retain(|value| value.len() >= COPIED_BYTES_MIN);
    held
}
