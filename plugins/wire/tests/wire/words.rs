//! Other people's words, settings, paths and waits.

use wire::{Error, Health, Reply, below, clipped, health_of, seconds, settings, told};

#[test]
fn a_cut_is_between_characters() {
    assert_eq!(clipped("aé", 2), "a");
    assert_eq!(clipped("aé", 3), "aé");
    assert_eq!(clipped("é", 0), "");
}

#[test]
fn what_others_say_is_one_short_line() {
    assert_eq!(told(" a\u{1b}[31m\nb. "), "a [31m b");
    assert!(told(&"é".repeat(400)).len() <= 404);
}

#[test]
fn a_servers_own_words_are_found_in_every_shape() {
    let message = |body: &str| Reply { body: body.to_owned(), ..Reply::default() }.message();
    assert_eq!(message(r#"{"error":"model 'x' not found"}"#), "model 'x' not found");
    assert_eq!(message(r#"{"error":{"message":"no","code":1}}"#), "no");
    assert_eq!(message(r#"[{"error":{"message":"no"}}]"#), "no");
    assert_eq!(message(r#"{"message":"no"}"#), "no");
    assert_eq!(message("<html>502</html>"), "<html>502</html>");
}

#[test]
fn a_wait_is_whole_seconds_rounded_up_and_a_date_is_not_known() {
    assert_eq!(
        [seconds("30"), seconds(" 1.2 "), seconds("34s"), seconds("34.0s")],
        [Some(30), Some(2), Some(34), Some(34)]
    );
    assert_eq!(seconds("99999999"), Some(86_400));
    for unknown in ["", "-1", "Wed, 21 Oct 2026 07:28:00 GMT", "1e3", "1.x"] {
        assert_eq!(seconds(unknown), None, "{unknown}");
    }
}

#[test]
fn a_base_path_is_a_path() {
    assert_eq!(below("", "/models"), Ok("/models".to_owned()));
    assert_eq!(below("/openai/v1/", "/models"), Ok("/openai/v1/models".to_owned()));
    for bad in ["v1", "/a//b", "/../x", "/a/.", "/a?b", "/a b", "http://x", "/%2e%2e"] {
        assert!(matches!(below(bad, "/models"), Err(Error::BadRequest(_))), "{bad}");
    }
}

#[test]
fn settings_that_do_not_fit_are_said() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct None {}
    assert!(settings::<None>("").is_ok());
    assert!(matches!(settings::<None>(r#"{"a":1}"#), Err(Error::BadRequest(why)) if why.contains('a')));
}

#[test]
fn a_provider_that_is_told_to_wait_is_degraded_and_not_down() {
    let words = |_: &str| "get it".to_owned();
    assert!(matches!(health_of(Err(Error::RateLimited(None)), None, words), Health::Degraded(_)));
    assert_eq!(health_of(Ok(Vec::new()), Some("m"), words), Health::Down("get it".to_owned()));
    assert_eq!(health_of(Ok(Vec::new()), None, words), Health::Ready);
}
