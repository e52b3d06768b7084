//! Label selectors: the text form a list takes, and whether labels match, for objects already at hand.
//!
//! Both shapes are read: a plain map (Service, ReplicationController) and `matchLabels` with `matchExpressions`. A
//! selector with nothing in it selects nothing here: that is what it means for a Service, and for workloads the API
//! server refuses it. An operator we don't know matches nothing.

use serde_json::{Map, Value};

use crate::object::at;

/// The selector of a Service or of a workload, if it has one with something in it.
pub(crate) fn of(object: &Value) -> Option<&Map<String, Value>> {
    at(object, "/spec/selector").and_then(Value::as_object).filter(|selector| !selector.is_empty())
}

/// The text form by which a list finds what an object selects. A selector that says nothing readable is none: listed with
/// an empty text it would select everything.
pub(crate) fn query(object: &Value) -> Option<String> {
    let known = |expression: &Value| matches!(split(expression).1, "In" | "NotIn" | "Exists" | "DoesNotExist");
    of(object).filter(|selector| expressions(selector).iter().all(known)).map(text).filter(|text| !text.is_empty())
}

/// The text form that a list takes.
pub(crate) fn text(selector: &Map<String, Value>) -> String {
    let equal = |map: &Map<String, Value>| {
        map.iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect::<Vec<_>>()
    };
    if !is_set_based(selector) {
        return equal(selector).join(",");
    }
    let mut parts = selector.get("matchLabels").and_then(Value::as_object).map(equal).unwrap_or_default();
    for expression in expressions(selector) {
        let (key, operator, values) = split(expression);
        parts.push(match operator {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.join(",")
}

/// Whether labels match; no labels are an empty map.
pub(crate) fn matches(selector: &Map<String, Value>, labels: Option<&Map<String, Value>>) -> bool {
    #[cfg(test)]
    work::COMPARED.with(|count| count.set(count.get() + 1));
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    let equal =
        |map: &Map<String, Value>| map.iter().all(|(key, value)| label(key).is_some() && label(key) == value.as_str());
    if !is_set_based(selector) {
        return !selector.is_empty() && equal(selector);
    }
    let labels_match = selector.get("matchLabels").and_then(Value::as_object).is_none_or(equal);
    labels_match
        && expressions(selector).iter().all(|expression| {
            let (key, operator, values) = split(expression);
            match (operator, label(key)) {
                ("In", Some(found)) => values.contains(&found),
                ("NotIn", found) => found.is_none_or(|found| !values.contains(&found)),
                ("Exists", found) => found.is_some(),
                ("DoesNotExist", found) => found.is_none(),
                _ => false,
            }
        })
}

/// The labels with their values that everything it matches must carry.
pub(crate) fn required(selector: &Map<String, Value>) -> impl Iterator<Item = (&str, &str)> {
    let set_based = is_set_based(selector);
    let equal = if set_based { selector.get("matchLabels").and_then(Value::as_object) } else { Some(selector) };
    let single = expressions(selector).iter().filter(move |_| set_based).filter_map(|expression| {
        let (key, operator, values) = split(expression);
        match (operator, values.as_slice()) {
            ("In", [one]) => Some((key, *one)),
            _ => None,
        }
    });
    equal.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).chain(single)
}

fn is_set_based(selector: &Map<String, Value>) -> bool {
    let is = |key, shape: fn(&Value) -> bool| selector.get(key).is_some_and(shape);
    is("matchLabels", Value::is_object) || is("matchExpressions", Value::is_array)
}

fn expressions(selector: &Map<String, Value>) -> &[Value] {
    selector.get("matchExpressions").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn split(expression: &Value) -> (&str, &str, Vec<&str>) {
    let field = |key| expression.get(key).and_then(Value::as_str).unwrap_or_default();
    let values = expression.get("values").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    (field("key"), field("operator"), values.iter().filter_map(Value::as_str).collect())
}

/// How much was compared, for tests that hold the cost of a diagnosis to its size.
#[cfg(test)]
pub(crate) mod work {
    thread_local! {
        /// Selectors compared with labels on this thread.
        pub(crate) static COMPARED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_selector_matches_what_its_text_would_select() {
        let selector = json!({"matchLabels": {"app": "web"}, "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}]});
        let selector = selector.as_object().unwrap();
        assert_eq!(text(selector), "app=web,tier in (a,b),!old");
        let cases = [
            (json!({"app": "web", "tier": "b"}), true),
            (json!({"app": "web", "tier": "c"}), false),
            (json!({"app": "web", "tier": "a", "old": ""}), false),
            (json!({"tier": "a"}), false),
        ];
        for (labels, expected) in cases {
            assert_eq!(matches(selector, labels.as_object()), expected, "{labels}");
        }
        assert!(!matches(selector, None));
    }

    #[test]
    fn an_empty_selector_selects_nothing() {
        assert!(of(&json!({"spec": {"selector": {}}})).is_none());
        assert!(!matches(&Map::new(), json!({"app": "web"}).as_object()));
        assert_eq!(query(&json!({"spec": {"selector": {"app": 7}}})), None);
        let unknown = json!({"spec": {"selector": {"matchExpressions": [{"key": "a", "operator": "Near"}]}}});
        assert_eq!(query(&unknown), None);
        assert_eq!(text(json!({"app": "web"}).as_object().unwrap()), "app=web");
    }
}
