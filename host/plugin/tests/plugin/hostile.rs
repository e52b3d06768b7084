//! The hostile guests, as an attacker would ship them: real Rust, in order on the outside.
//!
//! `loop`, `memory`, `flood` and `trap` each end by their own code, and whoever else runs beside them notices nothing.

use std::time::{Duration, Instant};

use kubechat_plugin::{
    Completion, Event, FinishReason, Message, Outcome, OutcomeCode, Plugins, ProviderHandle, Request, TrapKind, Verdict,
};

use serde_json::json;

use crate::support::{guest, guest_with, host, manifest, pack, pack_component};

async fn evaluate(plugins: &Plugins, id: &str, way: &str) -> Outcome<Verdict> {
    let outcome = pack(plugins, id).evaluate(way, "{}").await;
    if let Err(failure) = &outcome.result {
        assert!(!failure.hint.is_empty() && !failure.to_string().contains("internal error"), "{failure}");
    }
    outcome
}

fn flood(plugins: &Plugins) -> ProviderHandle {
    plugins.provider("hostile-flood").expect("it loads")
}

fn ask(provider: &ProviderHandle, way: &str) -> Completion {
    provider.complete(Request { messages: vec![Message::User(way.to_owned())], ..Request::default() })
}

/// Reads to the end and says how it ended.
async fn ending(provider: &ProviderHandle, way: &str) -> (OutcomeCode, kubechat_plugin::CallStats) {
    let outcome = ask(provider, way).finish().await;
    if let Err(failure) = &outcome.result {
        assert!(!failure.hint.is_empty() && !failure.to_string().contains("internal error"), "{failure}");
    }
    (outcome.code(), outcome.stats)
}

#[tokio::test]
async fn loop_runs_out_of_fuel() {
    let plugins = host(&[("loop", guest("loop"))]);
    let outcome = evaluate(&plugins, "hostile-loop", "spin").await;
    assert_eq!(outcome.code(), OutcomeCode::CpuExhausted);
    assert_eq!(outcome.stats.fuel, 200_000_000);
    assert_eq!(evaluate(&plugins, "hostile-loop", "polite").await.code(), OutcomeCode::Ok);
}

#[tokio::test]
async fn loop_in_bulk_operations_ends_in_time_too() {
    let plugins = host(&[("loop", guest("loop"))]);
    let started = Instant::now();
    let code = evaluate(&plugins, "hostile-loop", "fill").await.code();
    assert!(matches!(code, OutcomeCode::CpuExhausted | OutcomeCode::WallTimeout), "{code}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn memory_is_stopped_at_its_limit() {
    let plugins = host(&[("memory", guest("memory"))]);
    let outcome = evaluate(&plugins, "hostile-memory", "grow").await;
    assert_eq!(outcome.code(), OutcomeCode::MemoryLimit);
    assert!(outcome.stats.peak_memory_bytes <= 16 * 1024 * 1024);
    for way in ["output", "many"] {
        assert_eq!(evaluate(&plugins, "hostile-memory", way).await.code(), OutcomeCode::OutputLimit, "{way}");
    }
    assert_eq!(evaluate(&plugins, "hostile-memory", "polite").await.code(), OutcomeCode::Ok);
}

#[tokio::test]
async fn trap_is_named_by_its_kind() {
    let plugins = host(&[("trap", guest("trap"))]);
    assert_eq!(evaluate(&plugins, "hostile-trap", "panic").await.code(), OutcomeCode::Trap(TrapKind::Unreachable));
    assert_eq!(
        evaluate(&plugins, "hostile-trap", "recurse").await.code(),
        OutcomeCode::Trap(TrapKind::MemoryOutOfBounds)
    );
    let said = evaluate(&plugins, "hostile-trap", "error").await.result.expect_err("it says no");
    assert_eq!((said.code, said.detail.as_str()), (OutcomeCode::GuestError, "bad-facts: not[31m these"));
}

#[tokio::test]
async fn flood_of_events_is_stopped_by_number_and_by_size() {
    let plugins = host(&[("flood", guest("flood"))]);
    let provider = flood(&plugins);
    let (code, stats) = ending(&provider, "events").await;
    assert_eq!((code, stats.host_calls), (OutcomeCode::HostCallLimit, 20_000));
    let (code, stats) = ending(&provider, "bytes").await;
    assert_eq!((code, stats.events), (OutcomeCode::OutputLimit, 256));
    assert_eq!(ending(&provider, "huge").await.0, OutcomeCode::OutputLimit);
    assert_eq!(ending(&provider, "vast").await.0, OutcomeCode::OutputLimit);
}

#[tokio::test]
async fn a_wait_has_a_limit_and_ends_when_nobody_listens() {
    let plugins = host(&[("flood", guest("flood"))]);
    let provider = flood(&plugins);
    let outcome = ask(&provider, "doze").finish().await;
    let failure = outcome.result.expect_err("too long");
    assert_eq!((failure.code, failure.detail.contains("60001 ms")), (OutcomeCode::OutputLimit, true), "{failure}");
    let nap = ask(&provider, "nap");
    let ended = tokio::time::timeout(Duration::from_secs(10), nap.cancel()).await.expect("long before its minute");
    assert_eq!(ended.code(), OutcomeCode::Cancelled);
}

#[tokio::test]
async fn flood_of_log_lines_is_stopped() {
    let plugins = host(&[("flood", guest("flood"))]);
    let (code, stats) = ending(&flood(&plugins), "logs").await;
    assert_eq!((code, stats.log_lines), (OutcomeCode::HostCallLimit, 200));
    assert_eq!(stats.log_dropped, 19_800);
}

#[tokio::test]
async fn flood_of_models_is_refused_and_its_health_is_cleaned() {
    let plugins = host(&[("flood", guest("flood"))]);
    assert_eq!(flood(&plugins).models().await.code(), OutcomeCode::OutputLimit);
    let health = flood(&plugins).health().await.result.expect("it answers");
    assert_eq!(health, kubechat_plugin::Health::Degraded("always".to_owned()));
}

#[tokio::test]
async fn a_provider_that_spins_runs_out_of_cpu_time_while_others_work() {
    let plugins = host(&[("flood", guest("flood")), ("good", pack_component("good", ""))]);
    let provider = flood(&plugins);
    let spinning = ask(&provider, "spin");
    let started = Instant::now();
    let mut spinning = tokio::spawn(spinning.finish());
    let mut verdicts = 0_u32;
    let outcome = loop {
        tokio::select! {
            biased;
            ended = &mut spinning => break ended.expect("no panic"),
            judged = evaluate(&plugins, "good", "{}") => {
                assert_eq!(judged.code(), OutcomeCode::Ok);
                verdicts += 1;
            }
        }
    };
    assert_eq!(outcome.code(), OutcomeCode::CpuExhausted);
    assert!((1_000_000..2_000_000).contains(&outcome.stats.cpu_us), "{:?}", outcome.stats);
    assert!(started.elapsed() < Duration::from_secs(60) && verdicts > 100, "{verdicts} in {:?}", started.elapsed());
}

#[tokio::test]
async fn a_polite_answer_comes_in_order_and_cleaned() {
    let plugins = host(&[("flood", guest("flood"))]);
    let mut completion = ask(&flood(&plugins), "hello");
    let mut text = String::new();
    let mut calls = Vec::new();
    while let Some(event) = completion.next().await {
        match event {
            Event::Text(delta) => text.push_str(&delta),
            Event::ToolCall(call) => calls.push(call.arguments_json),
            Event::Note(_) => {}
        }
    }
    assert_eq!((text.as_str(), calls), ("one two three[2J", vec!["{\"kind\":\"pods\"}".to_owned()]));
    let finish = completion.finish().await.result.expect("it finished");
    assert_eq!(finish.reason, FinishReason::ToolCalls);
}

#[tokio::test]
async fn a_provider_s_own_error_keeps_its_words() {
    let plugins = host(&[("flood", guest("flood"))]);
    let failure = ask(&flood(&plugins), "error").finish().await.result.expect_err("it says no");
    assert_eq!((failure.code, failure.detail.as_str()), (OutcomeCode::GuestError, "rate-limited: try again in 7 s"));
}

#[tokio::test]
async fn a_guest_that_goes_on_when_nobody_listens_is_dropped() {
    let plugins = host(&[("flood", guest("flood"))]);
    let mut completion = ask(&flood(&plugins), "deaf");
    assert!(completion.next().await.is_some());
    let started = Instant::now();
    let outcome = completion.cancel().await;
    assert_eq!(outcome.code(), OutcomeCode::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert!(outcome.stats.cpu_us < 3_000_000, "{:?}", outcome.stats);
}

#[tokio::test]
async fn dropping_an_answer_frees_its_slot() {
    let plugins = host(&[("flood", guest("flood"))]);
    let provider = flood(&plugins);
    for _ in 0..12 {
        let mut completion = ask(&provider, "deaf");
        assert!(completion.next().await.is_some(), "a slot came free in time");
    }
    assert_eq!(ending(&provider, "hello").await.0, OutcomeCode::Ok);
}

#[tokio::test]
async fn a_reader_that_does_not_read_stalls_its_guest_and_no_other() {
    let plugins = host(&[("flood", guest("flood"))]);
    let provider = flood(&plugins);
    let stalled: Vec<Completion> = (0..3).map(|_| ask(&provider, "bytes")).collect();
    assert_eq!(ending(&provider, "hello").await.0, OutcomeCode::Ok);
    for completion in stalled {
        let stats = completion.cancel().await.stats;
        assert!(stats.events <= 34, "back-pressure held: {} events", stats.events); // the queue, and the one that waited
    }
}

#[tokio::test]
async fn a_call_that_waits_for_ever_ends_in_time() {
    let mut written = manifest("hostile-flood", "ai-provider", &["log", "events"]);
    written["limits"] = json!({ "wall_ms": 1500 });
    let plugins = host(&[("flood", guest_with("flood", &written))]);
    let provider = flood(&plugins);
    let mut stalled = Vec::new();
    for _ in 0..4 {
        let mut completion = ask(&provider, "bytes");
        assert!(completion.next().await.is_some(), "it runs");
        stalled.push(completion); // and is not read any further
    }
    // All slots are taken until the first of them runs out of time.
    assert_eq!(ending(&provider, "hello").await.0, OutcomeCode::Ok);
    let mut ends = Vec::new();
    for completion in stalled {
        ends.push(completion.finish().await);
    }
    let ended = ends.iter().find(|end| end.code() == OutcomeCode::WallTimeout).expect("one ran out of time");
    assert!(ended.stats.cpu_us < 1_000_000, "it waited, it didn't work: {:?}", ended.stats);
}

#[tokio::test]
async fn calls_over_the_limit_wait_and_are_then_refused() {
    let plugins = host(&[("flood", guest("flood"))]);
    let provider = flood(&plugins);
    let mut holding = Vec::new();
    for _ in 0..4 {
        let mut completion = ask(&provider, "bytes");
        assert!(completion.next().await.is_some(), "it runs");
        holding.push(completion);
    }
    let failure = ask(&provider, "hello").finish().await.result.expect_err("no slot");
    assert_eq!(failure.code, OutcomeCode::WallTimeout);
    assert!(failure.detail.contains("4 calls"), "{failure}");
    holding.pop();
    assert_eq!(ending(&provider, "hello").await.0, OutcomeCode::Ok);
}

#[tokio::test]
async fn hostile_packs_do_not_change_a_neighbour_s_verdicts() {
    let plugins = host(&[
        ("loop", guest("loop")),
        ("memory", guest("memory")),
        ("trap", guest("trap")),
        ("good", pack_component("good", "")),
    ]);
    let bad = async {
        for (id, way) in [("hostile-loop", "spin"), ("hostile-memory", "grow"), ("hostile-trap", "recurse")] {
            assert_ne!(evaluate(&plugins, id, way).await.code(), OutcomeCode::Ok);
        }
    };
    let good = async {
        for _ in 0..200 {
            assert_eq!(evaluate(&plugins, "good", "{}").await.code(), OutcomeCode::Ok);
        }
    };
    tokio::join!(bad, good);
}
