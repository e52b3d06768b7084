//! Every way not to get an answer, with the words that go with it.

use provider_openai::OpenAi;
use replay::{Listener, Recorded, Replay, question};
use wire::{Error, Finish, Health, HttpError, Provider as _, Reason};

use crate::streams::TEXT;

fn asked(wire: &Replay) -> Result<Finish, Error> {
    let provider = OpenAi::new("{}").expect("settings");
    provider.complete(&question("gpt-5.4", "scale web to 5"), wire, &mut Listener::default())
}

fn answered(status: u16, body: &str) -> Result<Finish, Error> {
    asked(&Replay::of([Recorded::new(status, body)]))
}

fn error(code: &str, message: &str) -> String {
    format!(
        "{{\"error\":{{\"message\":\"{message}\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"{code}\"}}}}"
    )
}

#[test]
fn a_wrong_key_says_how_to_bind_another_and_shows_nothing_of_it() {
    let told = answered(401, &error("invalid_api_key", "Incorrect API key provided: sk-abc***xyz."));
    assert!(
        matches!(told, Err(Error::Auth(why)) if why.contains("kubechat egress bind openai") && !why.contains("sk-"))
    );
    assert!(matches!(answered(403, "{}"), Err(Error::Auth(_))));
}

#[test]
fn too_many_requests_pass_on_how_long_to_wait() {
    let limited = |header: &str| {
        asked(&Replay::of([Recorded::new(429, error("rate_limit_exceeded", "slow")).with("retry-after", header)]))
    };
    assert_eq!(limited("20"), Err(Error::RateLimited(Some(20))));
    assert_eq!(limited("soon"), Err(Error::RateLimited(None)));
    assert_eq!(answered(429, "slow down"), Err(Error::RateLimited(None)));
}

#[test]
fn an_account_without_quota_is_not_told_to_wait() {
    let told = answered(429, &error("insufficient_quota", "You exceeded your current quota"));
    assert!(matches!(told, Err(Error::Unavailable(why)) if why.contains("billing")));
}

#[test]
fn a_conversation_too_long_is_known_by_its_code_and_by_the_words_of_gateways() {
    assert_eq!(answered(400, &error("context_length_exceeded", "m")), Err(Error::ContextTooLong));
    let vllm = "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens\",\"type\":\"BadRequestError\",\"code\":400}";
    assert_eq!(answered(400, vllm), Err(Error::ContextTooLong));
}

#[test]
fn a_model_that_is_missing_is_named_with_what_lists_them() {
    for body in [error("model_not_found", "The model does not exist"), "not found".to_owned()] {
        assert!(
            matches!(answered(404, &body), Err(Error::ModelNotFound(why)) if why.contains("gpt-5.4") && why.contains("kubechat provider models"))
        );
    }
}

#[test]
fn a_filter_that_refused_the_question_is_a_refusal() {
    let told = answered(400, &error("content_filter", "filtered"));
    assert!(matches!(told, Ok(Finish { reason: Reason::Refused(_), .. })));
}

#[test]
fn other_failures_are_told_apart_by_status() {
    assert!(matches!(
        answered(503, "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}"),
        Err(Error::Unavailable(_))
    ));
    assert!(matches!(answered(502, "<html>"), Err(Error::Unavailable(_))));
    assert!(
        matches!(answered(400, &error("invalid_value", "bad schema")), Err(Error::BadRequest(why)) if why.contains("bad schema"))
    );
    assert!(matches!(answered(302, ""), Err(Error::BadResponse(why)) if why.contains("302")));
}

#[test]
fn what_the_gate_says_comes_with_the_command_that_helps() {
    let told = |why: HttpError| asked(&Replay::failing(why));
    assert!(
        matches!(told(HttpError::NotBound), Err(Error::Unavailable(why)) if why.contains("kubechat egress bind openai https://api.openai.com"))
    );
    assert!(
        matches!(told(HttpError::Refused("class".to_owned())), Err(Error::Other(why)) if why.contains("kubechat egress log"))
    );
    assert!(
        matches!(told(HttpError::Unreachable("refused".to_owned())), Err(Error::Unavailable(why)) if why.contains("kubechat egress test openai"))
    );
    assert!(matches!(told(HttpError::Timeout("10 s".to_owned())), Err(Error::Unavailable(_))));
    assert!(matches!(told(HttpError::Limit("32 MiB".to_owned())), Err(Error::Other(_))));
}

#[test]
fn a_connection_that_breaks_midway_leaves_what_was_said() {
    let half = TEXT.find("😀").expect("it is there");
    let wire =
        Replay::of([Recorded::new(200, &TEXT[..half]).in_pieces(7).then(HttpError::Unreachable("reset".to_owned()))]);
    let mut heard = Listener::default();
    let end = OpenAi::new("{}").expect("settings").complete(&question("gpt-5.4", "hello"), &wire, &mut heard);
    assert!(matches!(end, Err(Error::Unavailable(why)) if why.contains("fragment")));
    assert_eq!(heard.text(), "Grüß");
}

#[test]
fn without_a_model_nothing_is_sent() {
    let wire = Replay::of([]);
    let told = OpenAi::new("{}").expect("settings").complete(&question("", "hello"), &wire, &mut Listener::default());
    assert!(matches!(told, Err(Error::BadRequest(why)) if why.contains("kubechat provider models")));
    assert!(wire.asked().is_empty());
}

#[test]
fn models_are_listed_and_health_goes_by_them() {
    let list = "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-5.4\",\"object\":\"model\",\"created\":1,\"owned_by\":\"openai\"}]}";
    let provider = OpenAi::new("{\"model\":\"gpt-5.4\"}").expect("settings");
    let ids: Vec<String> = provider
        .models(&Replay::of([Recorded::new(200, list)]))
        .expect("a list")
        .into_iter()
        .map(|model| model.id)
        .collect();
    assert_eq!(ids, ["gpt-5.4"]);
    assert_eq!(provider.health(&Replay::of([Recorded::new(200, list)])), Health::Ready);
    let other = OpenAi::new("{\"model\":\"gpt-9\"}").expect("settings");
    assert!(
        matches!(other.health(&Replay::of([Recorded::new(200, list)])), Health::Down(why) if why.contains("gpt-9"))
    );
    assert!(matches!(provider.health(&Replay::of([Recorded::new(401, "")])), Health::Down(_)));
    assert!(matches!(provider.health(&Replay::of([Recorded::new(429, "")])), Health::Degraded(_)));
    let wrong = provider.models(&Replay::of([Recorded::new(404, "")]));
    assert!(matches!(wrong, Err(Error::BadRequest(why)) if why.contains("base_path")));
    assert!(matches!(provider.models(&Replay::of([Recorded::new(200, "<html>")])), Err(Error::BadResponse(_))));
}
