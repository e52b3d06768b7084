//! Label selectors: whether they pick a set of labels, and their text form.

use serde_json::{Map, Value};

use crate::object::{items, text as at};

/// Whether a Service's selector, a plain map, picks these labels. An empty one picks nothing.
pub(super) fn picks_by_map(selector: Option<&Value>, labels: Option<&Value>) -> bool {
    let Some(map) = selector.and_then(Value::as_object).filter(|map| !map.is_empty()) else { return false };
    map.iter().all(|(key, wanted)| labels.and_then(|labels| labels.get(key)) == Some(wanted))
}

/// Whether a LabelSelector picks these labels. An empty one picks everything, an absent one nothing.
pub(super) fn picks(selector: Option<&Value>, labels: Option<&Value>) -> bool {
    let Some(selector) = selector else { return false };
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    let by_map = selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten();
    let expression = |e: &Value| {
        let (found, among) = (label(at(e, "/key")), items(e, "/values"));
        let within = found.is_some_and(|found| among.iter().any(|value| value.as_str() == Some(found)));
        match at(e, "/operator") {
            "In" => within,
            "NotIn" => !within,
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            _ => false,
        }
    };
    by_map.into_iter().all(|(key, wanted)| label(key) == wanted.as_str())
        && items(selector, "/matchExpressions").iter().all(expression)
}

/// The text form of a LabelSelector or a plain map of labels; `None` when it would pick everything or can't be written.
pub(super) fn text(selector: &Value) -> Option<String> {
    let map = selector.as_object()?;
    let plain = !map.contains_key("matchLabels") && !map.contains_key("matchExpressions");
    let labels = if plain { Some(map) } else { selector.get("matchLabels").and_then(Value::as_object) };
    let mut terms: Vec<String> = labels.into_iter().flat_map(equalities).collect();
    for expression in items(selector, "/matchExpressions") {
        let (key, values) = (at(expression, "/key"), items(expression, "/values"));
        let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        terms.push(match at(expression, "/operator") {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "Exists" => key.to_owned(),
            "DoesNotExist" => format!("!{key}"),
            _ => return None,
        });
    }
    (!terms.is_empty()).then(|| terms.join(","))
}

fn equalities(labels: &Map<String, Value>) -> impl Iterator<Item = String> {
    labels.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_selector_reads_as_kubectl_takes_it_and_picks_the_same() {
        let selector = json!({"matchLabels": {"app": "web"}, "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}]});
        assert_eq!(text(&selector).unwrap(), "app=web,tier in (a,b),!old");
        assert!(picks(Some(&selector), Some(&json!({"app": "web", "tier": "b"}))));
        for labels in [json!({"app": "web"}), json!({"app": "web", "tier": "b", "old": "1"}), json!({"tier": "b"})] {
            assert!(!picks(Some(&selector), Some(&labels)), "{labels}");
        }
    }

    #[test]
    fn an_empty_service_selector_picks_nothing_and_an_empty_budget_selector_everything() {
        let labels = json!({"app": "web"});
        assert!(!picks_by_map(Some(&json!({})), Some(&labels)));
        assert!(picks(Some(&json!({})), Some(&labels)));
        assert!(!picks(None, Some(&labels)));
    }
}
