//! How calls end: every limit by its own code, and nothing that outlives its call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kubechat_plugin::{Clock, FAILURES_MAX, Failure, OPEN_MS, OutcomeCode, PluginState, Plugins, TrapKind};
use serde_json::json;

use crate::support::{
    LOG_IMPORT, component, config, guest, host, manifest, only_status, pack, pack_component, pack_wat,
};

/// Evaluates with a pack of this body and returns why there was no verdict.
async fn failure_of(body: &str) -> Failure {
    let plugins = host(&[("one", pack_component("one", body))]);
    let outcome = pack(&plugins, "one").evaluate("{}", "{}").await;
    let failure = outcome.result.expect_err("no verdict");
    assert!(!failure.hint.is_empty() && !failure.to_string().contains("internal error"), "{failure}");
    failure
}

#[tokio::test]
async fn a_pack_that_finds_nothing_abstains() {
    let plugins = host(&[("one", pack_component("one", ""))]);
    let outcome = pack(&plugins, "one").evaluate("{\"steps\":[]}", "{}").await;
    assert!(outcome.result.expect("a verdict").findings.is_empty());
    assert!(outcome.stats.fuel > 0 && outcome.stats.wall_us > 0 && outcome.stats.peak_memory_bytes == 17 * 65_536);
}

#[tokio::test]
async fn equal_facts_cost_equal_fuel() {
    let plugins = host(&[("one", guest("memory"))]);
    let pack = pack(&plugins, "hostile-memory");
    let (one, other) = (pack.evaluate("{}", "{}").await, pack.evaluate("{}", "{}").await);
    assert_eq!(one.stats.fuel, other.stats.fuel);
    assert_eq!(one.result.expect("a verdict"), other.result.expect("a verdict"));
}

#[tokio::test]
async fn fuel_ends_a_loop() {
    assert_eq!(failure_of("(loop br 0)").await.code, OutcomeCode::CpuExhausted);
}

#[tokio::test]
async fn memory_beyond_the_limit_ends_the_call() {
    let failure = failure_of("(drop (memory.grow (i32.const 300)))").await;
    assert_eq!(failure.code, OutcomeCode::MemoryLimit);
    assert!(failure.detail.contains("16777216"), "{failure}");
}

#[tokio::test]
async fn tables_count_as_memory() {
    let wat = pack_wat("(table $t 1 funcref)", "(drop (table.grow $t (ref.null func) (i32.const 3000000)))");
    let plugins = host(&[("one", component("policy-pack", &wat, &manifest("one", "policy-pack", &[])))]);
    assert_eq!(pack(&plugins, "one").evaluate("{}", "{}").await.code(), OutcomeCode::MemoryLimit);
}

#[tokio::test]
async fn traps_are_told_apart() {
    for (body, kind) in [
        ("unreachable", TrapKind::Unreachable),
        ("(drop (i32.load (i32.const -4)))", TrapKind::MemoryOutOfBounds),
        ("(drop (i32.div_u (i32.const 1) (i32.const 0)))", TrapKind::Arithmetic),
    ] {
        assert_eq!(failure_of(body).await.code, OutcomeCode::Trap(kind), "{body}");
    }
}

#[tokio::test]
async fn endless_recursion_ends_on_the_guest_s_own_stack() {
    let wat = pack_wat("", "call $again").replace("(memory", "(func $again call $again) (memory");
    let plugins = host(&[("one", component("policy-pack", &wat, &manifest("one", "policy-pack", &[])))]);
    let outcome = pack(&plugins, "one").evaluate("{}", "{}").await;
    assert_eq!(outcome.code(), OutcomeCode::Trap(TrapKind::StackOverflow));
}

#[tokio::test]
async fn wild_values_end_as_broken_abi() {
    // An `ok` verdict of one finding far outside of memory; an error whose text is no UTF-8; an unknown discriminant.
    for body in [
        "(i32.store (i32.const 20) (i32.const -8)) (i32.store (i32.const 24) (i32.const 1))",
        "(i32.store8 (i32.const 16) (i32.const 1)) (i32.store (i32.const 24) (i32.const 32)) \
         (i32.store (i32.const 28) (i32.const 1)) (i32.store8 (i32.const 32) (i32.const 255))",
        "(i32.store8 (i32.const 16) (i32.const 7))",
    ] {
        assert_eq!(failure_of(body).await.code, OutcomeCode::Trap(TrapKind::Abi), "{body}");
    }
}

#[tokio::test]
async fn more_bytes_than_a_verdict_may_have_never_become_host_memory() {
    // One finding's worth of list, claimed 20000 times over the same memory.
    let failure =
        failure_of("(i32.store (i32.const 20) (i32.const 1024)) (i32.store (i32.const 24) (i32.const 16000))").await;
    assert_eq!(failure.code, OutcomeCode::OutputLimit, "{failure}");
}

fn logging(lines: u32) -> Vec<u8> {
    let body = format!(
        "(local $n i32) (loop (call $log (i32.const 1) (i32.const 0) (i32.const 4)) \
         (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if 0 (i32.lt_u (local.get $n) (i32.const {lines}))))"
    );
    component("policy-pack", &pack_wat(LOG_IMPORT, &body), &manifest("one", "policy-pack", &["log"]))
}

#[tokio::test]
async fn log_lines_over_the_cap_are_dropped_and_counted() {
    let plugins = host(&[("one", logging(100))]);
    let outcome = pack(&plugins, "one").evaluate("{}", "{}").await;
    assert_eq!(outcome.code(), OutcomeCode::Ok);
    assert_eq!((outcome.stats.log_lines, outcome.stats.log_dropped, outcome.stats.host_calls), (64, 36, 100));
}

#[tokio::test]
async fn host_calls_over_the_cap_end_the_call() {
    let plugins = host(&[("one", logging(1_025))]);
    let outcome = pack(&plugins, "one").evaluate("{}", "{}").await;
    assert_eq!(outcome.code(), OutcomeCode::HostCallLimit);
    assert_eq!(outcome.stats.host_calls, 1_024);
}

#[tokio::test]
async fn facts_over_the_cap_are_refused_without_a_guest() {
    let plugins = host(&[("one", pack_component("one", "unreachable"))]);
    let outcome = pack(&plugins, "one").evaluate(&" ".repeat(512 * 1024), "{}").await;
    assert_eq!(outcome.code(), OutcomeCode::ContractMismatch);
    assert!(outcome.result.expect_err("refused").detail.contains("524288"));
}

#[tokio::test]
async fn settings_that_do_not_fit_their_schema_are_refused_without_a_guest() {
    let mut written = manifest("one", "policy-pack", &[]);
    written["settings"] = json!({ "type": "object", "properties": { "most": { "type": "integer", "maximum": 9 } } });
    let plugins = host(&[("one", component("policy-pack", &pack_wat("", ""), &written))]);
    let pack = pack(&plugins, "one");
    assert_eq!(pack.evaluate("{}", "{\"most\":9}").await.code(), OutcomeCode::Ok);
    for settings in ["{\"most\":10}", "{\"other\":1}", "not json"] {
        let failure = pack.evaluate("{}", settings).await.result.expect_err("refused");
        assert!(failure.code == OutcomeCode::GuestError && failure.detail.starts_with("bad-settings"), "{failure}");
    }
}

#[derive(Default)]
struct Hand(AtomicU64);

impl Clock for Hand {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_pack_that_keeps_failing_is_paused_and_comes_back_when_it_is_well() {
    let clock = Arc::new(Hand::default());
    let mut config = config(&[("one", guest("trap"))]);
    config.clock = clock.clone();
    let plugins = Plugins::load(config).expect("a host");
    let pack = pack(&plugins, "hostile-trap");
    for _ in 0..FAILURES_MAX {
        assert_eq!(pack.evaluate("panic", "{}").await.code(), OutcomeCode::Trap(TrapKind::Unreachable));
    }
    let paused = pack.evaluate("polite", "{}").await;
    assert_eq!(paused.stats.fuel, 0, "no guest ran");
    assert!(paused.result.expect_err("paused").paused);
    assert_eq!(only_status(&plugins).state, PluginState::Paused);
    clock.0.store(OPEN_MS, Ordering::Relaxed);
    assert_eq!(pack.evaluate("polite", "{}").await.code(), OutcomeCode::Ok);
    assert_eq!(only_status(&plugins).state, PluginState::Active);
}

#[tokio::test]
async fn nothing_a_guest_keeps_in_memory_survives_its_call() {
    // Counts its calls in memory and traps at the second.
    let body = "(if (i32.load (i32.const 40000)) (then unreachable)) (i32.store (i32.const 40000) (i32.const 1))";
    let plugins = host(&[("one", pack_component("one", body))]);
    let pack = pack(&plugins, "one");
    for _ in 0..3 {
        assert_eq!(pack.evaluate("{}", "{}").await.code(), OutcomeCode::Ok);
    }
}

#[tokio::test]
async fn an_evaluation_nobody_waits_for_frees_its_slot() {
    let plugins = host(&[("one", guest("loop"))]);
    let pack = pack(&plugins, "hostile-loop");
    for _ in 0..20 {
        let abandoned = tokio::time::timeout(std::time::Duration::from_millis(1), pack.evaluate("spin", "{}")).await;
        drop(abandoned);
    }
    assert_eq!(pack.evaluate("polite", "{}").await.code(), OutcomeCode::Ok);
}
