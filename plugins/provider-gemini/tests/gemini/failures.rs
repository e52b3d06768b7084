//! Every way not to get an answer, with the words that go with it.

use provider_gemini::Gemini;
use replay::{Listener, Recorded, Replay, question};
use wire::{Error, Finish, Health, HttpError, Provider as _};

fn asked(wire: &Replay) -> Result<Finish, Error> {
    let provider = Gemini::new("{}").expect("settings");
    provider.complete(&question("gemini-3.8-flash", "scale web to 5"), wire, &mut Listener::default())
}

fn answered(code: u16, status: &str, message: &str, details: &str) -> Result<Finish, Error> {
    let body = format!(
        "{{\"error\":{{\"code\":{code},\"message\":\"{message}\",\"status\":\"{status}\",\"details\":[{details}]}}}}"
    );
    let plain = asked(&Replay::of([Recorded::new(code, &body)]));
    assert_eq!(asked(&Replay::of([Recorded::new(code, format!("[{body}]"))])), plain, "in a list it means the same");
    plain
}

#[test]
fn every_documented_error_has_its_type() {
    let key = "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\",\"domain\":\"googleapis.com\"}";
    assert!(
        matches!(answered(400, "INVALID_ARGUMENT", "API key not valid.", key), Err(Error::Auth(why)) if why.contains("kubechat egress bind gemini"))
    );
    assert!(matches!(answered(403, "PERMISSION_DENIED", "m", ""), Err(Error::Auth(_))));
    assert!(
        matches!(answered(404, "NOT_FOUND", "m", ""), Err(Error::ModelNotFound(why)) if why.contains("gemini-3.8-flash"))
    );
    assert_eq!(
        answered(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            ""
        ),
        Err(Error::ContextTooLong)
    );
    assert!(
        matches!(answered(400, "INVALID_ARGUMENT", "bad schema", ""), Err(Error::BadRequest(why)) if why.contains("bad schema"))
    );
    assert!(
        matches!(answered(400, "FAILED_PRECONDITION", "User location is not supported", ""), Err(Error::Auth(why)) if why.contains("region"))
    );
    for (code, status) in [(500, "INTERNAL"), (503, "UNAVAILABLE"), (504, "DEADLINE_EXCEEDED")] {
        assert!(matches!(answered(code, status, "m", ""), Err(Error::Unavailable(_))));
    }
}

#[test]
fn too_many_requests_pass_on_how_long_to_wait() {
    let wait = "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"34.4s\"}";
    assert_eq!(answered(429, "RESOURCE_EXHAUSTED", "m", wait), Err(Error::RateLimited(Some(35))));
    assert_eq!(answered(429, "RESOURCE_EXHAUSTED", "m", ""), Err(Error::RateLimited(None)));
}

#[test]
fn a_name_that_would_change_the_path_is_not_sent() {
    for name in ["../x", "a/b", "a?b", "a b", ".."] {
        let wire = Replay::of([]);
        let end = Gemini::new("{}").expect("settings").complete(&question(name, "hi"), &wire, &mut Listener::default());
        assert!(matches!(end, Err(Error::BadRequest(_))) && wire.asked().is_empty(), "{name}");
    }
}

#[test]
fn what_the_gate_says_comes_with_the_command_that_helps() {
    assert!(
        matches!(asked(&Replay::failing(HttpError::NotBound)), Err(Error::Unavailable(why)) if why.contains("kubechat egress bind gemini https://generativelanguage.googleapis.com"))
    );
    assert!(matches!(asked(&Replay::of([Recorded::new(301, "")])), Err(Error::BadResponse(_))));
}

#[test]
fn models_that_answer_conversations_are_listed() {
    let list = "{\"models\":[{\"name\":\"models/gemini-3.8-flash\",\"displayName\":\"Gemini 3.8 Flash\",\"inputTokenLimit\":1048576,\"outputTokenLimit\":65536,\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\"]},{\"name\":\"models/embedding-1\",\"supportedGenerationMethods\":[\"embedContent\"]}]}";
    let provider = Gemini::new("{\"model\":\"gemini-3.8-flash\"}").expect("settings");
    let models = provider.models(&Replay::of([Recorded::new(200, list)])).expect("a list");
    assert_eq!(
        models.iter().map(|model| (model.id.as_str(), model.context_tokens)).collect::<Vec<_>>(),
        [("gemini-3.8-flash", 1_114_112)]
    );
    assert_eq!(provider.health(&Replay::of([Recorded::new(200, list)])), Health::Ready);
    assert!(matches!(provider.health(&Replay::of([Recorded::new(403, "")])), Health::Down(_)));
}
