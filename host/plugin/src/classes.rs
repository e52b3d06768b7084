//! Which classes of data a request to a provider holds: found by the host from the request itself, never told by a guest.

use kubechat_core::egress::DataClasses;

use crate::conversation::{Message, Request};

/// Everything a request holds.
pub(crate) fn of(request: &Request) -> DataClasses {
    let of_message = |message: &Message| match message {
        Message::User(_) => DataClasses::none(),
        Message::Assistant { tool_calls, .. } => {
            let calls = tool_calls.iter().map(|call| DataClasses::of_json(&call.arguments_json));
            calls.fold(DataClasses::none(), |all, one| all.and(&one))
        }
        Message::Tool { name, content_json, .. } => DataClasses::of_result(name, content_json),
    };
    let context = DataClasses::of_json(&request.context_json);
    let messages = request.messages.iter().map(of_message);
    messages.fold(DataClasses::usual().and(&context), |all, one| all.and(&one))
}

#[cfg(test)]
mod tests {
    use kubechat_core::egress::DataClass;

    use super::*;

    #[test]
    fn a_request_is_closed_to_who_may_not_see_what_its_tools_answered_or_its_context_names() {
        use DataClass as C;
        let tool = |name: &str, content: &str| Message::Tool {
            call_id: "1".to_owned(),
            name: name.to_owned(),
            content_json: content.to_owned(),
            is_error: false,
        };
        let of = |messages: Vec<Message>, context: &str| {
            let context_json = context.to_owned();
            of(&Request { messages, context_json, ..Request::default() }).iter().collect::<Vec<_>>()
        };
        assert_eq!(of(vec![Message::User("hi".to_owned())], "{}"), [C::Prompts, C::Objects]);
        assert_eq!(of(vec![tool("logs", "{}")], "{}"), [C::Prompts, C::Objects, C::Logs]);
        let secret = [C::Prompts, C::Objects, C::SecretMetadata];
        assert_eq!(of(vec![tool("get", r#"{"kind":"Secret"}"#)], "{}"), secret);
        assert_eq!(of(Vec::new(), r#"{"previous":{"objects":[{"kind":"Secret","name":"db"}]}}"#), secret);
    }
}
