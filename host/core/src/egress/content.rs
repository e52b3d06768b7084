//! Which classes of data stand in what tools were asked and what they answered: found by the host, never told by a guest.
//!
//! What the host made of logs itself (that a container restarted seven times, since when) is no log; a finding that shows a
//! line of one is. Errs on the side of more: what is no JSON counts as what its words could mean. So a destination that may
//! not see logs or Secrets' names is closed to a conversation as soon as there are any in it.

use serde_json::Value;

use super::class::{DataClass, DataClasses};

/// The tool whose results are lines that containers wrote.
const LOGS: &str = "logs";
/// The tool whose findings show such lines where they tell what happened.
const DIAGNOSE: &str = "diagnose";
/// How the source of a finding's evidence begins that is a log.
const LOG_SOURCE: &str = "log of ";
/// How a kind is written that is a Secret's.
const SECRET_WORDS: [&str; 2] = ["secret", "secrets"];

impl DataClasses {
    /// Of what a tool answered, as JSON text.
    pub fn of_result(tool: &str, json: &str) -> Self {
        let shows_lines = || serde_json::from_str(json).map_or(true, |value: Value| shows_log(&value));
        let logs = tool == LOGS || (tool == DIAGNOSE && shows_lines());
        logs.then_some(DataClass::Logs).into_iter().chain(Self::of_json(json).iter()).collect()
    }

    /// Of what a tool was asked, or of anything else, as JSON text.
    pub fn of_json(json: &str) -> Self {
        // Most name none, and none of those is parsed.
        let could = json.to_ascii_lowercase().contains("secret");
        let named = could && serde_json::from_str(json).map_or(true, |value: Value| is_secrets(&value));
        named.then_some(DataClass::SecretMetadata).into_iter().collect()
    }

    /// With everything of another set.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        other.iter().for_each(|class| self.insert(class));
        self
    }
}

fn shows_log(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(LOG_SOURCE),
        Value::Array(items) => items.iter().any(shows_log),
        Value::Object(fields) => fields.values().any(shows_log),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_secrets(value: &Value) -> bool {
    match value {
        Value::String(text) => SECRET_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)),
        Value::Array(items) => items.iter().any(is_secrets),
        Value::Object(fields) => fields.values().any(is_secrets),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(tool: &str, json: &str) -> Vec<DataClass> {
        DataClasses::of_result(tool, json).iter().collect()
    }

    #[test]
    fn a_result_has_the_classes_of_its_tool_and_of_what_it_names() {
        use DataClass as C;
        assert_eq!(of("list", r#"{"kind":"Pod"}"#), []);
        assert_eq!(of("logs", "{}"), [C::Logs]);
        assert_eq!(of("get", r#"{"items":[{"kind":"Secret"}]}"#), [C::SecretMetadata]);
        let found =
            |source: &str| json!({"kind": "secrets", "evidence": [{"source": source, "text": "x"}]}).to_string();
        assert_eq!(of("diagnose", &found("log of shop/web (previous)")), [C::Logs, C::SecretMetadata]);
        assert_eq!(of("diagnose", &found("Pod shop/web status")), [C::SecretMetadata], "what the host made of it");
        assert_eq!(of("diagnose", "cut off {"), [C::Logs]);
        assert_eq!(of("get", r#"{"volume":{"secretName":"tls"}}"#), []);
    }

    #[test]
    fn what_is_no_json_counts_as_what_its_words_could_mean() {
        assert_eq!(of("get", "the secret is"), [DataClass::SecretMetadata]);
    }
}
