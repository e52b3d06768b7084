//! What flow sees of this host: bound packs and one provider, through its own ports.

use futures_util::StreamExt as _;
use kubechat_core::policy::{Effect, PackOutcome};
use kubechat_core::problem::Code;
use kubechat_flow::ports::packs::Packs as _;
use kubechat_flow::ports::provider::{Event, Finish, Message, Provider as _, Request};
use kubechat_plugin::{BoundPacks, PackBinding, PluginProvider, Plugins};
use serde_json::json;

use crate::support::{guest, host, pack_component};

fn binding(pack: &str, enforced: bool) -> PackBinding {
    PackBinding { pack: pack.to_owned(), settings_json: "{}".to_owned(), enforced }
}

#[tokio::test]
async fn every_bound_pack_answers_and_one_that_fails_says_so() {
    let plugins = host(&[("memory", guest("memory")), ("trap", guest("trap"))]);
    let bindings = vec![binding("hostile-memory", false), binding("hostile-trap", true), binding("missing", true)];
    let outcomes = BoundPacks::bind(&plugins, bindings).judge("panic").await;
    let [PackOutcome::Verdicts(verdicts), failed, missing] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    let [verdict] = verdicts.as_slice() else { panic!("{verdicts:?}") };
    assert_eq!((verdict.pack.as_str(), verdict.rule.as_str()), ("hostile-memory", "memory/any"));
    assert!(verdict.effect == Effect::Warn && !verdict.enforced);
    for (outcome, id, expected) in [(failed, "hostile-trap", "trap:unreachable"), (missing, "missing", "load-failed")] {
        let PackOutcome::Failed { pack, code, hint, enforced } = outcome else { panic!("{outcome:?}") };
        assert!(pack == id && code == expected && *enforced && !hint.is_empty(), "{outcome:?}");
    }
}

#[test]
fn the_bindings_digest_changes_with_component_settings_and_mode() {
    let digest = |body: &str, settings: &str, enforced: bool| {
        let plugins = host(&[("one", pack_component("one", body))]);
        let binding = PackBinding { settings_json: settings.to_owned(), ..binding("one", enforced) };
        BoundPacks::bind(&plugins, vec![binding]).digest()
    };
    let first = digest("", "{}", true);
    assert_eq!(first, digest("", "{}", true));
    assert_ne!(first, digest("nop", "{}", true));
    assert_ne!(first, digest("", "{ }", true));
    assert_ne!(first, digest("", "{}", false));
}

#[test]
fn the_order_of_bindings_does_not_matter() {
    let plugins = host(&[("one", pack_component("one", "")), ("two", pack_component("two", ""))]);
    let digest = |first: &str, second: &str| {
        BoundPacks::bind(&plugins, vec![binding(first, true), binding(second, true)]).digest()
    };
    assert_eq!(digest("one", "two"), digest("two", "one"));
}

async fn events(plugins: &Plugins, sentence: &str) -> Vec<Event> {
    let provider = PluginProvider::new(plugins.provider("hostile-flood").expect("it loads"), true);
    assert_eq!(provider.label(), "hostile-flood 0.1.0");
    let request = Request {
        system: String::new(),
        messages: vec![Message::User { text: sentence.to_owned() }],
        tools: Vec::new(),
        context: json!({}),
        carries: kubechat_core::egress::DataClasses::usual(),
    };
    provider.complete(request).collect().await
}

#[tokio::test]
async fn a_provider_s_stream_ends_with_its_reason() {
    let plugins = host(&[("flood", guest("flood"))]);
    let events = events(&plugins, "hello").await;
    let [Event::Text(one), Event::Text(_), Event::Text(_), Event::Call(call), Event::End(Ok(Finish::ToolCalls))] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!((one.as_str(), &call.arguments), ("one ", &json!({ "kind": "pods" })));
}

#[tokio::test]
async fn a_provider_that_fails_ends_its_stream_with_a_problem_that_names_the_code() {
    let plugins = host(&[("flood", guest("flood"))]);
    let events = events(&plugins, "huge").await;
    let [Event::End(Err(problem))] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(problem.code, Code::Component);
    assert!(problem.detail.contains("output-limit") && !problem.advice().is_empty(), "{problem:?}");
}
