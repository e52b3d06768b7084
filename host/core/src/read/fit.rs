//! Cutting JSON to a size so that it stays JSON: long texts lose their end, lists and maps their last items, counted.
//!
//! Units: bytes of compact JSON. Space is shared fairly: small parts stay whole, large ones share what is left, so one
//! huge annotation can't push the status out.

use serde_json::{Map, Value, json};

/// Longest text kept whole when something has to go, bytes.
const TEXT_BYTES_MAX: usize = 512;
/// Kept for `"omitted": n` and separators.
const RESERVE: usize = 32;

/// Bytes of a value as compact JSON.
pub(crate) fn bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Array(items) => 1 + items.len().max(1) + items.iter().map(bytes).sum::<usize>(),
        Value::Object(map) => {
            1 + map.len().max(1) + map.iter().map(|(key, value)| text_bytes(key) + 1 + bytes(value)).sum::<usize>()
        }
        Value::String(text) => text_bytes(text),
        Value::Number(number) => number.to_string().len(),
    }
}

/// Bytes of a text as JSON, an upper bound: every control character is counted as `\u00xx`.
fn text_bytes(text: &str) -> usize {
    2 + text
        .bytes()
        .map(|byte| if byte < 0x20 { 6 } else { 1 + usize::from(matches!(byte, b'"' | b'\\')) })
        .sum::<usize>()
}

/// The value, cut to `limit` bytes. Below some forty bytes only a mark fits.
pub(crate) fn fit(value: &Value, limit: usize) -> Value {
    if bytes(value) <= limit {
        return value.clone();
    }
    match value {
        Value::String(text) => Value::String(cut(text, limit.min(TEXT_BYTES_MAX))),
        Value::Array(items) => Value::Array(fit_items(items, limit)),
        Value::Object(map) => Value::Object(fit_map(map, limit)),
        other => other.clone(),
    }
}

/// A text cut at a character, with a mark; at most `limit` bytes as JSON where that is possible at all.
fn cut(text: &str, limit: usize) -> String {
    let mut kept = String::new();
    let mut used = 2 + '…'.len_utf8();
    for character in text.chars() {
        used += text_bytes(character.encode_utf8(&mut [0; 4])) - 2;
        if used > limit {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

fn fit_items(items: &[Value], limit: usize) -> Vec<Value> {
    let mut left = limit.saturating_sub(2 + RESERVE);
    let mut kept = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let size = bytes(item) + 1;
        if size <= left {
            left -= size;
            kept.push(item.clone());
            continue;
        }
        if index == 0 && left > 2 * RESERVE {
            kept.push(fit(item, left));
        }
        let omitted = items.len() - kept.len();
        if omitted > 0 {
            kept.push(json!({"omitted": omitted}));
        }
        break;
    }
    kept
}

fn fit_map(map: &Map<String, Value>, limit: usize) -> Map<String, Value> {
    let mut left = limit.saturating_sub(2 + RESERVE);
    let mut by_size: Vec<_> = map.iter().map(|(key, value)| (text_bytes(key) + 2, bytes(value), key, value)).collect();
    by_size.sort_by_key(|(_, size, ..)| *size);
    let count = by_size.len();
    let mut kept = Map::new();
    for (index, (overhead, size, key, value)) in by_size.into_iter().enumerate() {
        // Smallest first: what a small one does not use is shared by those after it.
        let share = (left / (count - index)).saturating_sub(overhead);
        if size > share && share < RESERVE {
            break;
        }
        let value = fit(value, share);
        left = left.saturating_sub(overhead + bytes(&value));
        kept.insert(key.clone(), value);
    }
    if kept.len() < count {
        kept.insert("omitted".to_owned(), json!(count - kept.len()));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,80}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{0,12}", inner, 0..8).prop_map(|map| json!(map)),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_cut_value_keeps_to_its_limit(value in any_json(), limit in 64usize..4096) {
            let text = fit(&value, limit).to_string();
            prop_assert!(text.len() <= limit, "{} > {limit}: {text}", text.len());
        }

        #[test]
        fn a_value_that_fits_is_left_alone(value in any_json()) {
            prop_assert!(bytes(&value) >= value.to_string().len());
            prop_assert_eq!(fit(&value, bytes(&value)), value);
        }
    }

    #[test]
    fn a_huge_annotation_does_not_push_the_status_out() {
        let object = json!({"metadata": {"annotations": {"a": "x".repeat(50_000)}}, "status": {"phase": "Running"}});
        let cut = fit(&object, 2_000);
        assert_eq!(cut["status"]["phase"], "Running");
        assert!(cut["metadata"]["annotations"]["a"].as_str().unwrap().ends_with('…'));
    }

    #[test]
    fn a_cut_list_says_how_many_are_left_out() {
        let list = json!((0..1000).map(|i| json!({"name": format!("pod-{i}")})).collect::<Vec<_>>());
        let cut = fit(&list, 500);
        let items = cut.as_array().unwrap();
        assert_eq!(items.last().unwrap()["omitted"], 1001 - items.len());
    }
}
