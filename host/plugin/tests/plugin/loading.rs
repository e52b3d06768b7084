//! What is loaded and what is refused, by which code.

use std::collections::BTreeSet;

use kubechat_plugin::{OutcomeCode, PluginState, Plugins, PluginsConfig, Trust};
use serde_json::{Value, json};

use crate::support::{
    LOG_IMPORT, Scratch, bare_component, component, config, forged_component, host, load_failure, manifest,
    only_status, pack, pack_component, pack_wat, with_manifest, with_section,
};

#[track_caller]
fn refused(bytes: Vec<u8>, code: OutcomeCode, words: &str) {
    refused_by(config(&[("one", bytes)]), code, words);
}

#[track_caller]
fn refused_by(config: PluginsConfig, code: OutcomeCode, words: &str) {
    let failure = load_failure(config);
    assert_eq!(failure.code, code, "{failure}");
    assert!(failure.detail.contains(words), "{failure}");
}

fn bare_pack(body: &str) -> Vec<u8> {
    bare_component(&[], "policy-pack", &pack_wat("", body))
}

fn with(field: &str, value: Value) -> Vec<u8> {
    let mut written = manifest("one", "policy-pack", &[]);
    written[field] = value;
    with_manifest(bare_pack(""), written.to_string().as_bytes())
}

#[test]
fn a_listed_component_is_loaded_and_says_who_it_is() {
    let status = only_status(&host(&[("one", pack_component("one", ""))]));
    assert_eq!((status.state, status.trust), (PluginState::Active, Some(Trust::Listed)), "{status:?}");
    assert_eq!(status.id.as_deref(), Some("one"));
}

#[test]
fn nobody_s_component_is_refused_before_it_is_parsed() {
    let mut config = config(&[("one", b"not even wasm".to_vec())]);
    config.digests = Default::default();
    refused_by(config, OutcomeCode::NotGranted, "nobody vouches");
}

#[test]
fn nobody_s_component_is_loaded_where_the_operator_allows_it() {
    let mut config = config(&[("one", pack_component("one", ""))]);
    config.digests = Default::default();
    config.allow_unsigned = true;
    let status = only_status(&Plugins::load(config).expect("a host"));
    assert_eq!((status.state, status.trust), (PluginState::Active, Some(Trust::Unsigned)), "{status:?}");
}

#[test]
fn what_is_no_component_is_refused() {
    refused(b"MZ\x90".to_vec(), OutcomeCode::LoadFailed, "no valid component");
    refused(Vec::new(), OutcomeCode::LoadFailed, "no valid component");
    refused(b"\0asm\x01\0\0\0".to_vec(), OutcomeCode::LoadFailed, "core module");
    let mut cut = pack_component("one", "");
    cut.truncate(cut.len() / 2);
    refused(cut, OutcomeCode::LoadFailed, "no valid component");
}

#[test]
fn a_component_needs_exactly_one_manifest_at_its_top() {
    refused(bare_pack(""), OutcomeCode::LoadFailed, "no custom section");
    let written = manifest("one", "policy-pack", &[]).to_string();
    let twice = with_manifest(pack_component("one", ""), written.as_bytes());
    refused(twice, OutcomeCode::LoadFailed, "more than one");
    refused(with_manifest(bare_pack(""), b"{"), OutcomeCode::LoadFailed, "can't be read");
}

#[test]
fn an_unknown_manifest_field_is_refused() {
    refused(with("network", json!("all")), OutcomeCode::LoadFailed, "network");
}

#[test]
fn another_contract_is_refused_by_its_number() {
    refused(with("contract", json!("0.2")), OutcomeCode::ContractMismatch, "0.2");
}

#[test]
fn a_component_must_be_what_its_manifest_says() {
    refused(with("world", json!("ai-provider")), OutcomeCode::ContractMismatch, "pack@0.1.0");
}

#[test]
fn a_wasi_import_is_refused_whatever_the_manifest_says() {
    let wasi = "package wasi:random@0.2.0; interface random { get: func() -> u64; }";
    let liar =
        "package liar:pack; world liar { include kubechat:plugin/policy-pack@0.1.0; import wasi:random/random@0.2.0; }";
    let wat = pack_wat(r#"(import "wasi:random/random@0.2.0" "get" (func $get (result i64)))"#, "call $get drop");
    let bytes = bare_component(&[wasi, liar], "liar", &wat);
    let bytes = with_manifest(bytes, manifest("liar", "policy-pack", &["log"]).to_string().as_bytes());
    refused(bytes, OutcomeCode::NotGranted, "wasi:random/random@0.2.0");
}

#[test]
fn an_import_the_manifest_does_not_ask_for_is_refused() {
    let wat = pack_wat(LOG_IMPORT, "");
    let silent = component("policy-pack", &wat, &manifest("one", "policy-pack", &[]));
    refused(silent, OutcomeCode::NotGranted, "log@0.1.0");
}

#[test]
fn an_import_the_manifest_asks_for_is_granted() {
    let wat = pack_wat(LOG_IMPORT, "");
    let status =
        only_status(&host(&[("one", component("policy-pack", &wat, &manifest("one", "policy-pack", &["log"])))]));
    assert_eq!(status.state, PluginState::Active, "{status:?}");
}

#[test]
fn a_capability_above_the_operator_s_ceiling_is_refused() {
    let wat = pack_wat(LOG_IMPORT, "");
    let mut config = config(&[("one", component("policy-pack", &wat, &manifest("one", "policy-pack", &["log"])))]);
    config.ceiling = BTreeSet::new();
    refused_by(config, OutcomeCode::NotGranted, "`log`");
}

#[test]
fn events_are_granted_to_providers_that_ask_and_to_no_pack() {
    let provider =
        |capabilities: &[&str]| component("ai-provider", PROVIDER, &manifest("p", "ai-provider", capabilities));
    let status = only_status(&host(&[("one", provider(&["events"]))]));
    assert_eq!(status.state, PluginState::Active, "{status:?}");
    refused(provider(&[]), OutcomeCode::NotGranted, "events@0.1.0");
    let pack = component("policy-pack", &pack_wat("", ""), &manifest("one", "policy-pack", &["events"]));
    refused(pack, OutcomeCode::NotGranted, "`events`");
}

/// A provider that stops at once.
pub(crate) const PROVIDER: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (func (export "kubechat:plugin/provider@0.1.0#describe") (result i32) i32.const 16)
    (func (export "kubechat:plugin/provider@0.1.0#list-models") (param i32 i32) (result i32) i32.const 16)
    (func (export "kubechat:plugin/provider@0.1.0#health") (param i32 i32) (result i32) i32.const 16)
    (func (export "kubechat:plugin/provider@0.1.0#complete")
      (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) i32.const 16))"#;

#[test]
fn a_component_with_other_types_under_the_same_names_is_refused() {
    let forged =
        "package kubechat:plugin@0.1.0; interface pack { describe: func() -> string; } world w { export pack; }";
    let wat = r#"(module (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        (func (export "kubechat:plugin/pack@0.1.0#describe") (result i32) i32.const 16))"#;
    let bytes = forged_component(forged, "w", wat);
    let bytes = with_manifest(bytes, manifest("one", "policy-pack", &[]).to_string().as_bytes());
    refused(bytes, OutcomeCode::ContractMismatch, "types differ");
}

#[test]
fn a_component_with_resources_of_its_own_is_refused() {
    let bytes = wat::parse_str("(component (type (resource (rep i32))))").expect("WAT");
    refused(bytes, OutcomeCode::ContractMismatch, "resource type of its own");
}

#[test]
fn what_the_contract_has_no_use_for_does_not_compile() {
    for (wat, what) in [
        ("(component (core module (memory i64 1)))", "memory64"),
        ("(component (core module (memory 1 1 shared)))", "threads"),
        ("(component (core module (memory 1) (memory 1)))", "several memories"),
    ] {
        let core = wat::parse_str(wat).expect("WAT");
        let forged = with_parts_of(bare_pack(""), &core);
        let bytes = with_manifest(forged, manifest("one", "policy-pack", &[]).to_string().as_bytes());
        let failure = load_failure(config(&[("one", bytes)]));
        assert_eq!(failure.code, OutcomeCode::LoadFailed, "{what}: {failure}");
        assert!(failure.detail.contains("engine refuses"), "{what}: {failure}");
    }
}

/// A component with another's sections behind its own.
fn with_parts_of(mut component: Vec<u8>, other: &[u8]) -> Vec<u8> {
    component.extend_from_slice(&other[8..]);
    component
}

#[test]
fn a_file_over_its_world_s_size_is_refused() {
    let big = with_section(pack_component("one", ""), "padding", &vec![0; 8 * 1024 * 1024]);
    refused(big, OutcomeCode::LoadFailed, "8388608");
    refused(vec![0; 32 * 1024 * 1024 + 1], OutcomeCode::LoadFailed, "33554432");
}

#[test]
fn a_pack_that_misbehaves_while_it_is_asked_who_it_is_is_not_loaded() {
    let loops = pack_wat("", "").replace("(result i32) i32.const 16)\n", "(result i32) (loop br 0) i32.const 16)\n");
    assert!(loops.contains("loop"));
    refused(
        component("policy-pack", &loops, &manifest("one", "policy-pack", &[])),
        OutcomeCode::CpuExhausted,
        "asked who it is",
    );
    let greedy = pack_wat("", "").replace("\"memory\") 17", "\"memory\") 257");
    refused(
        component("policy-pack", &greedy, &manifest("one", "policy-pack", &[])),
        OutcomeCode::MemoryLimit,
        "16777216",
    );
    let starts = pack_wat("", "").replace("(memory", "(func $s (loop br 0)) (start $s) (memory");
    refused(component("policy-pack", &starts, &manifest("one", "policy-pack", &[])), OutcomeCode::CpuExhausted, "fuel");
}

#[test]
fn a_manifest_can_lower_its_limits_and_the_host_keeps_it_to_them() {
    let mut written = manifest("one", "policy-pack", &[]);
    written["limits"] = json!({ "memory_bytes": 65536 });
    let bytes = with_manifest(bare_pack(""), written.to_string().as_bytes());
    refused(bytes, OutcomeCode::MemoryLimit, "65536");
}

#[tokio::test]
async fn one_bad_file_leaves_the_others_alone() {
    let plugins = host(&[
        ("bad", b"bad".to_vec()),
        ("good", pack_component("good", "")),
        ("same", pack_component("good", "nop")),
    ]);
    let states: Vec<PluginState> = plugins.list().iter().map(|status| status.state).collect();
    assert_eq!(states, [PluginState::Failed, PluginState::Active, PluginState::Failed]);
    assert!(plugins.list()[2].failure.as_ref().is_some_and(|f| f.detail.contains("another plugin already has the id")));
    let outcome = pack(&plugins, "good").evaluate("{}", "{}").await;
    assert_eq!(outcome.code(), OutcomeCode::Ok, "{:?}", outcome.result);
}

#[tokio::test]
async fn a_pack_that_is_missing_or_broken_answers_with_a_failure() {
    let broken =
        with_manifest(bare_pack("unreachable"), manifest("broken", "policy-pack", &["log"]).to_string().as_bytes());
    let mut config = config(&[("broken", broken)]);
    config.ceiling = BTreeSet::new();
    let plugins = Plugins::load(config).expect("a host");
    assert_eq!(plugins.packs().len(), 1);
    assert_eq!(plugins.pack("missing").evaluate("{}", "{}").await.code(), OutcomeCode::LoadFailed);
    assert_eq!(pack(&plugins, "broken").evaluate("{}", "{}").await.code(), OutcomeCode::NotGranted);
}

#[test]
fn a_folder_is_read_in_the_order_of_names_and_links_out_of_it_are_not_followed() {
    let scratch = Scratch::new("folder");
    let outside = Scratch::new("outside");
    let component = pack_component("one", "");
    std::fs::write(outside.path().join("out.wasm"), &component).expect("written");
    std::os::unix::fs::symlink(outside.path().join("out.wasm"), scratch.path().join("a.wasm")).expect("linked");
    std::fs::write(scratch.path().join("b.wasm"), &component).expect("written");
    std::fs::write(scratch.path().join("notes.txt"), "not a plugin").expect("written");
    let mut config = config(&[("b.wasm", component)]);
    config.embedded.clear();
    config.folder = Some(scratch.path());
    let list = Plugins::load(config.clone()).expect("a host").list();
    let states: Vec<_> = list.iter().map(|status| (status.file.as_str(), status.state)).collect();
    assert_eq!(states, [("a.wasm", PluginState::Failed), ("b.wasm", PluginState::Active)]);
    config.folder = Some(scratch.path().join("nowhere"));
    refused_by(config, OutcomeCode::LoadFailed, "can't be read");
}
