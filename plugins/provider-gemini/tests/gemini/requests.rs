//! The requests as they go out, byte for byte.

use provider_gemini::Gemini;
use replay::{Listener, Recorded, Replay, question};
use wire::{Assistant, Call, Message, Outgoing, Provider as _, Request, ToolResult};

use crate::streams::TEXT;

fn sent(settings: &str, request: &Request) -> Outgoing {
    let wire = Replay::of([Recorded::new(200, TEXT)]);
    Gemini::new(settings).expect("settings").complete(request, &wire, &mut Listener::default()).expect("an answer");
    wire.asked().remove(0)
}

fn body(settings: &str, request: &Request) -> String {
    String::from_utf8(sent(settings, request).body).expect("text")
}

fn second_round(model: &str) -> Request {
    let mut request = question(model, "scale web to 5");
    let call = |id: &str| Call { id: id.to_owned(), name: "scale".to_owned(), arguments_json: "{\"a\": 1}".to_owned() };
    request.messages.push(Message::Assistant(Assistant { text: String::new(), calls: vec![call("a"), call("b")] }));
    for (id, is_error) in [("a", false), ("b", true)] {
        let (call_id, name) = (id.to_owned(), "scale".to_owned());
        request.messages.push(Message::Tool(ToolResult {
            call_id,
            name,
            content_json: "{\"x\":1}".to_owned(),
            is_error,
        }));
    }
    request
}

#[test]
fn a_question_goes_out_as_written_here() {
    let golden = concat!(
        "{\"systemInstruction\":{\"parts\":[{\"text\":\"You plan changes of a cluster.\"}]},",
        "\"tools\":[{\"functionDeclarations\":[{\"name\":\"scale\",\"description\":\"Sets the replicas of a workload.\",",
        "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"replicas\":{\"type\":\"integer\"}},\"required\":[\"name\",\"replicas\"]}}]}],",
        "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Context (data): {\\\"cluster\\\":\\\"demo\\\",\\\"namespace\\\":\\\"shop\\\"}\"},{\"text\":\"scale web to 5\"}]}],",
        "\"generationConfig\":{\"maxOutputTokens\":4096,\"candidateCount\":1}}",
    );
    let sent = sent("{}", &question("models/gemini-3.8-flash", "scale web to 5"));
    assert_eq!(String::from_utf8(sent.body).expect("text"), golden);
    assert_eq!(sent.path, "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse");
}

#[test]
fn calls_and_their_results_go_back_together_and_the_first_is_marked_as_unsigned() {
    let body = body("{}", &second_round("gemini-3.8-flash"));
    let round = concat!(
        "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"a\",\"name\":\"scale\",\"args\":{\"a\": 1}},\"thoughtSignature\":\"skip_thought_signature_validator\"},",
        "{\"functionCall\":{\"id\":\"b\",\"name\":\"scale\",\"args\":{\"a\": 1}}}]},",
        "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"id\":\"a\",\"name\":\"scale\",\"response\":{\"output\":{\"x\":1}}}},",
        "{\"functionResponse\":{\"id\":\"b\",\"name\":\"scale\",\"response\":{\"error\":{\"x\":1}}}}]}",
    );
    assert!(body.contains(round), "{body}");
}

#[test]
fn models_that_sign_nothing_get_no_mark() {
    assert!(!body("{}", &second_round("gemini-2.5-flash")).contains("thoughtSignature"));
}

#[test]
fn thinking_and_a_schema_go_out_when_they_are_set() {
    let config = |settings: &str| body(settings, &question("m", "hi"));
    assert!(config("{\"thinking\":\"off\"}").contains("\"thinkingConfig\":{\"thinkingBudget\":0}"));
    assert!(config("{\"thinking\":\"low\"}").contains("\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}"));
    let schema = config("{\"output_schema_json\":\"{\\\"type\\\":\\\"object\\\"}\"}");
    assert!(
        schema.contains("\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\"}"),
        "{schema}"
    );
}
