//! Every way not to get an answer, with the words that go with it.

use provider_anthropic::Anthropic;
use replay::{Listener, Recorded, Replay, question};
use wire::{Error, Finish, Health, HttpError, Provider as _};

fn asked(wire: &Replay) -> Result<Finish, Error> {
    let provider = Anthropic::new("{}").expect("settings");
    provider.complete(&question("claude-sonnet-5", "scale web to 5"), wire, &mut Listener::default())
}

fn answered(status: u16, kind: &str, message: &str) -> Result<Finish, Error> {
    let body = format!(
        "{{\"type\":\"error\",\"error\":{{\"type\":\"{kind}\",\"message\":\"{message}\"}},\"request_id\":\"req_1\"}}"
    );
    asked(&Replay::of([Recorded::new(status, body)]))
}

#[test]
fn every_documented_error_has_its_type() {
    assert!(
        matches!(answered(401, "authentication_error", "invalid x-api-key"), Err(Error::Auth(why)) if why.contains("kubechat egress bind anthropic"))
    );
    assert!(matches!(answered(403, "permission_error", "no"), Err(Error::Auth(_))));
    assert!(
        matches!(answered(402, "billing_error", "no credit"), Err(Error::Unavailable(why)) if why.contains("no credit"))
    );
    assert!(
        matches!(answered(404, "not_found_error", "model: x"), Err(Error::ModelNotFound(why)) if why.contains("claude-sonnet-5"))
    );
    assert_eq!(answered(413, "request_too_large", "m"), Err(Error::ContextTooLong));
    assert_eq!(
        answered(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        Err(Error::ContextTooLong)
    );
    assert!(
        matches!(answered(400, "invalid_request_error", "tools.0: bad"), Err(Error::BadRequest(why)) if why.contains("tools.0"))
    );
    assert!(matches!(answered(500, "api_error", "m"), Err(Error::Unavailable(_))));
    assert!(matches!(answered(504, "timeout_error", "m"), Err(Error::Unavailable(_))));
    assert!(
        matches!(answered(529, "overloaded_error", "m"), Err(Error::Unavailable(why)) if why.contains("overloaded"))
    );
}

#[test]
fn too_many_requests_pass_on_how_long_to_wait() {
    let body = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\"}}";
    assert_eq!(
        asked(&Replay::of([Recorded::new(429, body).with("retry-after", "17")])),
        Err(Error::RateLimited(Some(17)))
    );
    assert_eq!(asked(&Replay::of([Recorded::new(429, "")])), Err(Error::RateLimited(None)));
}

#[test]
fn what_is_no_answer_of_anthropic_is_said() {
    assert!(
        matches!(asked(&Replay::of([Recorded::new(302, "")])), Err(Error::BadResponse(why)) if why.contains("302"))
    );
    assert!(matches!(asked(&Replay::of([Recorded::new(502, "<html>")])), Err(Error::Unavailable(_))));
    assert!(
        matches!(asked(&Replay::failing(HttpError::NotBound)), Err(Error::Unavailable(why)) if why.contains("kubechat egress bind anthropic https://api.anthropic.com"))
    );
}

#[test]
fn models_are_listed_with_what_they_take() {
    let list = "{\"data\":[{\"type\":\"model\",\"id\":\"claude-sonnet-5\",\"display_name\":\"Claude Sonnet 5\",\"created_at\":\"2026-02-01T00:00:00Z\",\"max_input_tokens\":200000}],\"has_more\":false}";
    let provider = Anthropic::new("{}").expect("settings");
    let models = provider.models(&Replay::of([Recorded::new(200, list)])).expect("a list");
    assert_eq!(
        (models[0].id.as_str(), models[0].title.as_str(), models[0].context_tokens),
        ("claude-sonnet-5", "Claude Sonnet 5", 200_000)
    );
    assert_eq!(provider.health(&Replay::of([Recorded::new(200, list)])), Health::Ready);
    assert!(matches!(provider.health(&Replay::of([Recorded::new(401, "")])), Health::Down(_)));
    assert!(matches!(provider.models(&Replay::of([Recorded::new(200, "{}")])), Err(Error::BadResponse(_))));
}
