//! The same code against a real Ollama: `cargo xtask ollama up` starts one with the two models and says what to export.
//!
//! `smollm2` is real and small; `scripted` answers everything with one call of `change`. Without a server these tests say
//! so and pass.

use provider_ollama::Ollama;
use replay::{Listener, Tcp, question};
use wire::{Error, Finish, Message, Provider as _, Reason, Request, at_least, at_most};

/// Where it is.
const URL: &str = "KUBECHAT_OLLAMA_URL";

fn real() -> Option<Tcp> {
    let url = std::env::var(URL).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        println!("skipped: {URL} is not set, so there is no real Ollama; `cargo xtask ollama up` starts one");
    }
    url.as_deref().map(Tcp::to)
}

fn ask(tcp: &Tcp, settings: &str, request: &Request) -> (Result<Finish, Error>, Listener) {
    let mut heard = Listener::default();
    (Ollama::new(settings).expect("settings").complete(request, tcp, &mut heard), heard)
}

/// A question with the one tool that `scripted` calls.
fn scripted() -> Request {
    let tool = wire::Tool { name: "change".to_owned(), ..replay::scale() };
    Request { tools: vec![tool], ..question("scripted", "scale web to 5") }
}

fn chat(sentence: &str) -> Request {
    Request { tools: Vec::new(), ..question("smollm2", sentence) }
}

#[test]
fn a_real_model_calls_a_real_tool() {
    let Some(tcp) = real() else { return };
    let (end, heard) = ask(&tcp, "{}", &scripted());
    // Ollama gives the fields of an object in any order.
    let called = heard.calls().concat();
    assert!(called.starts_with("change {"), "{called}");
    for field in ["\"op\":\"scale\"", "\"kind\":\"deployment\"", "\"name\":\"web\"", "\"replicas\":5"] {
        assert!(called.contains(field), "{field}: {called}");
    }
    let finish = end.expect("an answer");
    assert_eq!(finish.reason, Reason::ToolCalls);
    assert!(finish.usage.is_some_and(|usage| usage.input_tokens > 50 && usage.output_tokens == 2));
}

#[test]
fn a_real_answer_is_cut_at_the_limit_and_says_so() {
    let Some(tcp) = real() else { return };
    let (end, heard) = ask(&tcp, "{\"max_output_tokens\":16}", &chat("Count to one hundred in words."));
    let finish = end.expect("an answer");
    assert_eq!(finish.reason, Reason::Length);
    assert_eq!(finish.usage.map(|usage| usage.output_tokens), Some(16));
    assert!(!heard.text().is_empty());
}

#[test]
fn a_real_conversation_that_is_too_long_fails_loudly() {
    let Some(tcp) = real() else { return };
    // More tokens than 512, but few enough words that only the server can know.
    let (end, heard) = ask(&tcp, "{\"num_ctx\":512}", &chat(&"8f3a91c7 ".repeat(150)));
    assert_eq!(end, Err(Error::ContextTooLong));
    assert!(heard.notes().contains("512"), "{}", heard.notes());
}

#[test]
fn a_real_count_of_tokens_lies_between_the_two_estimates() {
    let Some(tcp) = real() else { return };
    let texts = [
        "The deployment web has five replicas and one of them fails its readiness probe.",
        "{\"kind\":\"Pod\",\"name\":\"web-6f7d9c5b8-x2k4q\",\"restarts\":17,\"reason\":\"CrashLoopBackOff\",\"ip\":\"10.42.0.17\"}",
        "2026-11-29T04:30:21.501Z ERROR [http] GET /api/v1/items?id=88 500 12.7ms",
        "Grüße aus Köln, das Deployment läuft nicht mehr.",
    ];
    for text in texts {
        let request = Request { system: String::new(), context_json: String::new(), ..chat(text) };
        let (end, _) = ask(&tcp, "{\"max_output_tokens\":16}", &request);
        let read = end.expect("an answer").usage.expect("a count").input_tokens;
        // The template around one message is 9 tokens of this model.
        let (least, most) = (at_least(text) as u64, at_most(text) as u64 + 16);
        assert!((least..=most).contains(&read), "{text}: {least} <= {read} <= {most}");
    }
}

#[test]
fn asked_again_a_cached_beginning_still_counts() {
    let Some(tcp) = real() else { return };
    let request = chat(&"The deployment web has five replicas. ".repeat(12));
    let read =
        || ask(&tcp, "{\"max_output_tokens\":16}", &request).0.expect("an answer").usage.expect("a count").input_tokens;
    assert_eq!(read(), read());
}

#[test]
fn a_real_answer_fits_the_schema_it_was_given() {
    let Some(tcp) = real() else { return };
    let schema = "{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{\\\"ok\\\":{\\\"type\\\":\\\"boolean\\\"}},\\\"required\\\":[\\\"ok\\\"]}";
    let settings = format!("{{\"max_output_tokens\":64,\"output_schema_json\":\"{schema}\"}}");
    let (end, heard) = ask(&tcp, &settings, &chat("Is one more than zero? Answer as JSON."));
    assert_eq!(end.expect("an answer").reason, Reason::Stop);
    let answer: serde_json::Value = serde_json::from_str(heard.text().trim()).expect("JSON");
    assert!(answer["ok"].is_boolean(), "{answer}");
}

#[test]
fn a_real_server_names_what_is_missing() {
    let Some(tcp) = real() else { return };
    let (end, _) = ask(&tcp, "{}", &question("no-such-model", "hi"));
    assert!(matches!(end, Err(Error::ModelNotFound(why)) if why.contains("`ollama pull no-such-model`")));
    let (end, _) = ask(&tcp, "{}", &question("smollm2", "hi"));
    assert!(matches!(end, Err(Error::BadRequest(why)) if why.contains("can't call tools")));
    let ids: Vec<String> =
        Ollama::new("{}").expect("settings").models(&tcp).expect("a list").into_iter().map(|model| model.id).collect();
    assert!(ids.contains(&"smollm2:latest".to_owned()) && ids.contains(&"scripted:latest".to_owned()), "{ids:?}");
}

#[test]
fn a_real_tools_answer_goes_back() {
    let Some(tcp) = real() else { return };
    let mut request = scripted();
    let (end, heard) = ask(&tcp, "{}", &request);
    assert!(end.is_ok());
    let calls: Vec<wire::Call> = heard
        .events
        .into_iter()
        .filter_map(|event| if let wire::Event::Call(call) = event { Some(call) } else { None })
        .collect();
    let (call_id, name) = (calls[0].id.clone(), calls[0].name.clone());
    request.messages.push(Message::Assistant(wire::Assistant { text: String::new(), calls }));
    request.messages.push(Message::Tool(wire::ToolResult {
        call_id,
        name,
        content_json: "{\"ok\":true}".to_owned(),
        is_error: false,
    }));
    let (end, heard) = ask(&tcp, "{}", &request);
    assert_eq!(end.expect("an answer").reason, Reason::ToolCalls);
    assert_eq!(heard.calls().len(), 1);
}

#[test]
fn leaving_closes_the_connection_and_the_server_is_free_again() {
    let Some(tcp) = real() else { return };
    let mut heard = Listener { leaves_after: Some(1), ..Listener::default() };
    let provider = Ollama::new("{\"max_output_tokens\":2000}").expect("settings");
    let end = provider.complete(&chat("Tell me a very long story."), &tcp, &mut heard).expect("an end");
    assert!(matches!(end.reason, Reason::Other(_)));
    let (end, _) = ask(&tcp, "{\"max_output_tokens\":16}", &chat("Say hello."));
    assert!(end.is_ok());
}
