//! Which classes of data stand in what tools were asked and what they answered: found by the host, never told by a guest.
//!
//! Errs on the side of more: what is no JSON counts as what its words could mean. So a destination that may not see logs or
//! Secrets' names is closed to a conversation as soon as there are any in it.

use serde_json::Value;

use super::class::{DataClass, DataClasses};

/// Tools whose results are lines that containers wrote.
const LOG_TOOLS: [&str; 2] = ["logs", "diagnose"];
/// How a kind is written that is a Secret's.
const SECRET_WORDS: [&str; 2] = ["secret", "secrets"];

impl DataClasses {
    /// Of what a tool answered, as JSON text.
    pub fn of_result(tool: &str, json: &str) -> Self {
        let logs = LOG_TOOLS.contains(&tool).then_some(DataClass::Logs);
        logs.into_iter().chain(Self::of_json(json).iter()).collect()
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

    fn of(tool: &str, json: &str) -> Vec<DataClass> {
        DataClasses::of_result(tool, json).iter().collect()
    }

    #[test]
    fn a_result_has_the_classes_of_its_tool_and_of_what_it_names() {
        use DataClass as C;
        assert_eq!(of("list", r#"{"kind":"Pod"}"#), []);
        assert_eq!(of("logs", "{}"), [C::Logs]);
        assert_eq!(of("get", r#"{"items":[{"kind":"Secret"}]}"#), [C::SecretMetadata]);
        assert_eq!(of("diagnose", r#"{"kind":"secrets"}"#), [C::Logs, C::SecretMetadata]);
        assert_eq!(of("get", r#"{"volume":{"secretName":"tls"}}"#), []);
    }

    #[test]
    fn what_is_no_json_counts_as_what_its_words_could_mean() {
        assert_eq!(of("get", "the secret is"), [DataClass::SecretMetadata]);
    }
}
