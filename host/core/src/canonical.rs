//! Canonical JSON bytes: the RFC 8785 profile every digest and audit entry is made over.
//!
//! Object keys sorted by UTF-16 code units, no spaces, shortest escapes. Numbers are integers within ±(2⁵³−1):
//! floats and larger integers are refused by [`to_bytes`], because two parsers would read them differently; senders put
//! them into strings. [`to_bytes_lossless`] writes such numbers as tagged strings instead; it is for fingerprints of
//! objects whose schema is not ours. Depth is bounded by [`limits::JSON_DEPTH_MAX`](crate::limits::JSON_DEPTH_MAX).
//! Source: RFC 8785, sections 3.2.2 and 3.2.3.

use serde::Serialize;
use serde_json::{Number, Value};

use crate::limits::JSON_DEPTH_MAX;

/// Why a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A float or an integer beyond 2⁵³−1.
    #[error("number {0} is not an integer within ±(2^53-1); write it as a string")]
    Number(String),
    /// Nested deeper than the limit.
    #[error("nested deeper than {JSON_DEPTH_MAX} levels")]
    Depth,
    /// The type's own serialiser failed.
    #[error("does not serialise: {0}")]
    Serialise(String),
}

const SAFE_INTEGER_MAX: u64 = (1 << 53) - 1;

/// Canonical bytes of any serialisable value; refuses floats and big integers.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|e| CanonicalError::Serialise(e.to_string()))?;
    let mut out = Vec::with_capacity(256);
    write(&value, &mut out, 0, false)?;
    Ok(out)
}

/// Canonical bytes of a foreign object: numbers outside the profile become `{"$number":"…"}`.
pub fn to_bytes_lossless(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::with_capacity(256);
    write(value, &mut out, 0, true)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>, depth: usize, lossless: bool) -> Result<(), CanonicalError> {
    if depth > JSON_DEPTH_MAX {
        return Err(CanonicalError::Depth);
    }
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out, lossless)?,
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out, depth + 1, lossless)?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                write(&map[key], out, depth + 1, lossless)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_number(number: &Number, out: &mut Vec<u8>, lossless: bool) -> Result<(), CanonicalError> {
    let safe = match (number.as_u64(), number.as_i64()) {
        (Some(n), _) => n <= SAFE_INTEGER_MAX,
        (None, Some(n)) => n.unsigned_abs() <= SAFE_INTEGER_MAX,
        (None, None) => false,
    };
    if safe {
        out.extend_from_slice(number.to_string().as_bytes());
    } else if lossless {
        out.extend_from_slice(br#"{"$number":"#);
        write_string(&number.to_string(), out);
        out.push(b'}');
    } else {
        return Err(CanonicalError::Number(number.to_string()));
    }
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for ch in text.chars() {
        match ch {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{08}' => out.extend_from_slice(b"\\b"),
            '\u{09}' => out.extend_from_slice(b"\\t"),
            '\u{0a}' => out.extend_from_slice(b"\\n"),
            '\u{0c}' => out.extend_from_slice(b"\\f"),
            '\u{0d}' => out.extend_from_slice(b"\\r"),
            control if control < '\u{20}' => {
                out.extend_from_slice(format!("\\u{:04x}", control as u32).as_bytes());
            }
            plain => {
                let mut buffer = [0; 4];
                out.extend_from_slice(plain.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn keys_sort_by_utf16_and_escapes_are_shortest() {
        // From RFC 8785, section 3.2.3.
        let value = json!({"\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew", "1": "One",
            "\u{1f600}": "Emoji", "\u{80}": "Control", "\u{f6}": "o with diaeresis"});
        let text = String::from_utf8(to_bytes(&value).unwrap()).unwrap();
        let order = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];
        let places: Vec<_> = order.iter().map(|key| text.find(&format!("\"{key}\"")).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn floats_and_big_integers_are_refused() {
        for value in [json!(1.5), json!(9_007_199_254_740_992_u64), json!(-9_007_199_254_740_992_i64)] {
            assert!(matches!(to_bytes(&value), Err(CanonicalError::Number(_))));
            assert!(to_bytes_lossless(&value).is_ok());
        }
        assert_eq!(to_bytes(&json!(9_007_199_254_740_991_u64)).unwrap(), b"9007199254740991");
    }

    #[test]
    fn a_bomb_of_brackets_is_refused() {
        let mut value = json!(1);
        for _ in 0..=JSON_DEPTH_MAX {
            value = json!([value]);
        }
        assert_eq!(to_bytes(&value), Err(CanonicalError::Depth));
    }

    proptest! {
        #[test]
        fn canonical_bytes_parse_back_to_the_same_value(text in "\\PC*", n in -9_007_199_254_740_991_i64..=9_007_199_254_740_991) {
            let value = json!({"t": text, "n": n, "l": [text, {"k": null}]});
            let bytes = to_bytes(&value).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
        }
    }
}
