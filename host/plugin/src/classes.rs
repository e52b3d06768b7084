//! Which classes of data a request to a provider holds: found by the host from the request itself, never told by a guest.
//!
//! Errs on the side of more: a tool result that is not understood counts as what its words could mean. So a destination
//! that may not see logs or Secrets' names is closed to a conversation as soon as there are any in it.

use kubechat_core::egress::{DataClass, DataClasses};
use serde_json::Value;

use crate::conversation::{Message, Request};

/// Tools whose results are lines that containers wrote.
const LOG_TOOLS: [&str; 2] = ["logs", "diagnose"];
/// How a kind is written that is a Secret's.
const SECRET_WORDS: [&str; 2] = ["secret", "secrets"];

/// Everything a request holds.
pub(crate) fn of(request: &Request) -> DataClasses {
    let mut classes = DataClasses::usual();
    for message in &request.messages {
        match message {
            Message::User(_) => {}
            Message::Assistant { tool_calls, .. } => {
                let named = tool_calls.iter().any(|call| names_secrets(&call.arguments_json));
                add(&mut classes, DataClass::SecretMetadata, named);
            }
            Message::Tool { name, content_json, .. } => {
                add(&mut classes, DataClass::Logs, LOG_TOOLS.contains(&name.as_str()));
                add(&mut classes, DataClass::SecretMetadata, names_secrets(content_json));
            }
        }
    }
    classes
}

fn add(classes: &mut DataClasses, class: DataClass, there: bool) {
    if there {
        classes.insert(class);
    }
}

fn names_secrets(json: &str) -> bool {
    // Most results name none, and none of those is parsed.
    if !json.to_ascii_lowercase().contains("secret") {
        return false;
    }
    serde_json::from_str(json).map_or(true, |value: Value| is_secrets(&value))
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

    fn classes_of(tool: &str, content: &str) -> Vec<DataClass> {
        let result = Message::Tool {
            call_id: "1".to_owned(),
            name: tool.to_owned(),
            content_json: content.to_owned(),
            is_error: false,
        };
        let request = Request { messages: vec![Message::User("hi".to_owned()), result], ..Request::default() };
        of(&request).iter().collect()
    }

    #[test]
    fn a_conversation_is_closed_to_who_may_not_see_what_its_tools_answered() {
        use DataClass as C;
        assert_eq!(classes_of("list", r#"{"kind":"Pod"}"#), [C::Prompts, C::Objects]);
        assert_eq!(classes_of("logs", "{}"), [C::Prompts, C::Objects, C::Logs]);
        let secret = [C::Prompts, C::Objects, C::SecretMetadata];
        assert_eq!(classes_of("get", r#"{"items":[{"kind":"Secret"}]}"#), secret);
        assert_eq!(classes_of("list", r#"{"kind":"secrets"}"#), secret);
        assert_eq!(classes_of("get", r#"{"volume":{"secretName":"tls"}}"#), [C::Prompts, C::Objects]);
    }

    #[test]
    fn what_is_no_json_counts_as_what_its_words_could_mean() {
        assert!(classes_of("get", "the secret is").contains(&DataClass::SecretMetadata));
    }
}
