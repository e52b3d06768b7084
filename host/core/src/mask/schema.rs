//! Which parts of an object are secret, by its kind and by the names on the way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::secret_name::is_secret_name;
use super::text;
use crate::field::{FieldPath, Segment};
use crate::object::{self, ApiType};

const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Shortest secret value looked for elsewhere in its own object, bytes; shorter ones are everywhere by chance.
const COPIED_BYTES_MIN: usize = 6;

/// Where in an object a value stands, as far as masking cares.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// Everything from here on is secret.
    secret: bool,
    /// The object around it is a Secret, so its `data` will be.
    in_secret: bool,
    /// The texts there are base64 of what they hold.
    base64: bool,
    /// The key it is the value of, or of the list it is an item of.
    key: String,
    /// The name of the list item it is the value of: `DB_PASSWORD` for an environment variable.
    item: String,
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
        Self {
            secret: self.secret || data,
            in_secret: self.in_secret && !matches!(key, "metadata"),
            base64: self.base64 || (data && key == "data"),
            key: key.to_owned(),
            item: self.item.clone(),
        }
    }

    fn is_named_secret(&self) -> bool {
        // `{name: DB_PASSWORD, value: …}`; otherwise the key itself tells.
        if self.key == "value" && !self.item.is_empty() {
            is_secret_name(&self.item)
        } else {
            is_secret_name(&self.key)
        }
    }
}

/// The value, masked as its place asks.
pub(super) fn mask(value: &Value, place: &Place) -> Value {
    match value {
        Value::Object(map) => Value::Object(mask_map(map, place)),
        Value::Array(items) => Value::Array(mask_items(items, place)),
        Value::String(text) => Value::String(mask_string(text, place)),
        Value::Number(number) if place.secret => Value::String(mark(number.to_string().len())),
        other => other.clone(),
    }
}

fn mask_map(map: &Map<String, Value>, place: &Place) -> Map<String, Value> {
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
        below.secret |= helm && key == "data";
        let masked = match (key.as_str(), value.as_array()) {
            ("items", Some(items)) if text_of("kind").ends_with("List") => list_items(text_of("kind"), items, &below),
            _ => mask(value, &below),
        };
        out.insert(key.clone(), if key == "metadata" { without_copies(masked, &copied) } else { masked });
    }
    out
}

/// Items of a typed list carry no kind of their own: it follows from the list's.
fn list_items(kind: &str, items: &[Value], place: &Place) -> Value {
    let in_secret = kind == "SecretList";
    Value::Array(items.iter().map(|item| mask(item, &Place { in_secret, ..place.clone() })).collect())
}

fn mask_items(items: &[Value], place: &Place) -> Vec<Value> {
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    match texts {
        Some(texts) if !place.secret && !place.is_named_secret() => mask_arguments(&texts),
        _ => items.iter().map(|item| mask(item, place)).collect(),
    }
}

/// Texts in a row: what follows a telling flag is masked, and a private key may run over several.
fn mask_arguments(texts: &[&str]) -> Vec<Value> {
    let mut masked = mask_lines(texts.iter().copied());
    for (index, pair) in texts.windows(2).enumerate() {
        let flag = pair[0].strip_prefix('-').is_some_and(|name| !name.contains('=') && is_secret_name(name));
        if flag && !pair[1].starts_with('-') {
            masked[index + 1] = mark(pair[1].len());
        }
    }
    masked.into_iter().map(Value::String).collect()
}

/// Lines of one text.
pub(super) fn mask_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut mask = LineMask::default();
    lines.map(|line| mask.next(line)).collect()
}

/// Lines of one text as they come: a private key that runs over lines is masked as a whole.
#[derive(Debug, Clone, Default)]
pub(super) struct LineMask {
    open: bool,
}

impl LineMask {
    pub(super) fn next(&mut self, line: &str) -> String {
        if self.open {
            self.open = !text::closes_key_block(line);
            return text::MASK.to_owned();
        }
        self.open = text::opens_key_block(line);
        text::mask(line)
    }
}

fn mask_string(value: &str, place: &Place) -> String {
    if value.is_empty() {
        return String::new();
    }
    if place.secret {
        let length =
            if place.base64 { STANDARD.decode(value).map_or(value.len(), |bytes| bytes.len()) } else { value.len() };
        return mark(length);
    }
    let reference = value.starts_with("$(") && value.ends_with(')');
    if place.is_named_secret() && !reference && !value.starts_with(text::MASK) {
        return mark(value.len());
    }
    // Base64 of gzip under this key is a Helm release in a ConfigMap, values and all.
    if place.key == "release" && value.starts_with("H4sI") {
        return mark(value.len());
    }
    // An object written out inside a text (a copy some tool keeps in an annotation).
    if value.contains("\"kind\"") && value.contains("\"Secret\"") {
        return mark(value.len());
    }
    text::mask(value)
}

/// A mark with a class of length: enough to see "empty or not, key or certificate", too little to guess from.
fn mark(length: usize) -> String {
    let class = match length {
        0..=16 => "up to 16 bytes",
        17..=64 => "up to 64 bytes",
        65..=1024 => "up to 1 KiB",
        1025..=16384 => "up to 16 KiB",
        _ => "over 16 KiB",
    };
    format!("{} ({class})", text::MASK)
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

/// Metadata of a Secret, without annotation or label values that repeat what it holds.
fn without_copies(mut metadata: Value, held: &[String]) -> Value {
    for field in ["annotations", "labels"] {
        for value in metadata.get_mut(field).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            if value.as_str().is_some_and(|text| held.iter().any(|held| text.contains(held.as_str()))) {
                *value = Value::String(text::MASK.to_owned());
            }
        }
    }
    metadata
}
