//! Making components for the tests, and hosts to load them with.

use std::borrow::Cow;
use std::path::PathBuf;

use kubechat_plugin::{
    Compiler, Digest, DigestList, Embedded, Failure, MANIFEST_SECTION, PackHandle, PluginStatus, Plugins, PluginsConfig,
};
use serde_json::{Value, json};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The compiling child of this build.
pub(crate) fn compiler() -> Compiler {
    Compiler::program(env!("CARGO_BIN_EXE_kubechat-compile"))
}

/// A host that loads these components, all of them listed as trusted.
pub(crate) fn config(components: &[(&str, Vec<u8>)]) -> PluginsConfig {
    let mut config = PluginsConfig::new(compiler());
    let mut digests = DigestList::default();
    for (name, bytes) in components {
        digests.add(Digest::of(bytes), name);
        config.embedded.push(Embedded { name: (*name).to_owned(), bytes: Cow::Owned(bytes.clone()) });
    }
    config.digests = digests;
    config
}

/// Loads these components.
pub(crate) fn host(components: &[(&str, Vec<u8>)]) -> Plugins {
    Plugins::load(config(components)).expect("the host starts")
}

/// What became of the only component.
pub(crate) fn only_status(plugins: &Plugins) -> PluginStatus {
    let mut list = plugins.list();
    assert_eq!(list.len(), 1);
    list.remove(0)
}

/// Why the only component was not loaded.
#[track_caller]
pub(crate) fn load_failure(config: PluginsConfig) -> Failure {
    let status = only_status(&Plugins::load(config).expect("the host starts all the same"));
    let failure = status.failure.expect("it was refused");
    assert!(!failure.hint.is_empty() && !failure.detail.contains("internal error"), "{failure}");
    failure
}

/// The pack of this id.
#[track_caller]
pub(crate) fn pack(plugins: &Plugins, id: &str) -> PackHandle {
    plugins.packs().into_iter().find(|pack| pack.id() == id).unwrap_or_else(|| panic!("{:?}", plugins.list()))
}

/// A manifest that is in order.
pub(crate) fn manifest(id: &str, world: &str, capabilities: &[&str]) -> Value {
    let capabilities: Vec<Value> =
        capabilities.iter().map(|name| json!({ "name": name, "reason": "A test." })).collect();
    json!({
        "id": id, "version": "0.1.0", "world": world, "contract": "0.1", "profile": "pure", "capabilities": capabilities
    })
}

/// A pack in core WAT: `evaluate` runs `body` and then abstains.
pub(crate) fn pack_wat(imports: &str, body: &str) -> String {
    format!(
        r#"(module {imports}
             (memory (export "memory") 17)
             (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 65536)
             (func (export "kubechat:plugin/pack@0.1.0#describe") (result i32) i32.const 16)
             (func (export "kubechat:plugin/pack@0.1.0#evaluate") (param i32 i32 i32 i32) (result i32)
               {body} i32.const 16))"#
    )
}

/// The import of `log.write`, as `$log`.
pub(crate) const LOG_IMPORT: &str = r#"(import "kubechat:plugin/log@0.1.0" "write" (func $log (param i32 i32 i32)))"#;

/// A pack with this id and body, in order otherwise.
pub(crate) fn pack_component(id: &str, body: &str) -> Vec<u8> {
    component("policy-pack", &pack_wat("", body), &manifest(id, "policy-pack", &[]))
}

/// A component of one of the contract's worlds.
pub(crate) fn component(world: &str, core_wat: &str, manifest: &Value) -> Vec<u8> {
    with_manifest(bare_component(&[], world, core_wat), manifest.to_string().as_bytes())
}

/// A component without a manifest; `packages` are further WIT packages, the last of them holding the world if it is
/// none of the contract's.
pub(crate) fn bare_component(packages: &[&str], world: &str, core_wat: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let (mut package, _) = resolve.push_dir(repository().join("wit/v0.1")).expect("the contract parses");
    for (at, text) in packages.iter().enumerate() {
        package = resolve.push_str(format!("{at}.wit"), text).expect("the test's WIT parses");
    }
    encode(&resolve, package, world, core_wat)
}

/// A component of a world that only pretends to be the contract's.
pub(crate) fn forged_component(package: &str, world: &str, core_wat: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("forged.wit", package).expect("the test's WIT parses");
    encode(&resolve, package, world, core_wat)
}

fn encode(resolve: &Resolve, package: wit_parser::PackageId, world: &str, core_wat: &str) -> Vec<u8> {
    let world = resolve.select_world(&[package], Some(world)).expect("the world is there");
    let mut module = wat::parse_str(core_wat).expect("the test's WAT parses");
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).expect("metadata fits");
    ComponentEncoder::default().module(&module).expect("a module").encode().expect("it fits its world")
}

/// Appends a manifest section.
pub(crate) fn with_manifest(component: Vec<u8>, manifest: &[u8]) -> Vec<u8> {
    with_section(component, MANIFEST_SECTION, manifest)
}

/// Appends a custom section.
pub(crate) fn with_section(mut component: Vec<u8>, name: &str, data: &[u8]) -> Vec<u8> {
    let mut section = Vec::new();
    leb(&mut section, name.len());
    section.extend_from_slice(name.as_bytes());
    section.extend_from_slice(data);
    component.push(0);
    leb(&mut component, section.len());
    component.extend_from_slice(&section);
    component
}

fn leb(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = u8::try_from(value & 0x7f).expect("seven bits");
        value >>= 7;
        out.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return;
        }
    }
}

/// A hostile guest; fails with the command to run if it isn't built.
#[track_caller]
pub(crate) fn guest(name: &str) -> Vec<u8> {
    let folder =
        std::env::var_os("KUBECHAT_GUESTS_DIR").map_or_else(|| repository().join("target/guests"), PathBuf::from);
    let file = folder.join(format!("{name}.wasm"));
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask component build`", file.display()))
}

/// The same guest under another manifest.
pub(crate) fn guest_with(name: &str, manifest: &Value) -> Vec<u8> {
    let mut bytes = guest(name);
    let file = repository().join("tests/guests").join(name).join("manifest.json");
    let built_with = std::fs::read_to_string(file).expect("the guest has a manifest");
    let section = with_manifest(Vec::new(), built_with.trim().as_bytes());
    assert!(bytes.ends_with(&section), "{name} is older than its manifest: run `cargo xtask component build`");
    bytes.truncate(bytes.len() - section.len());
    with_manifest(bytes, manifest.to_string().as_bytes())
}

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// A folder for one test, removed with it.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kubechat-plugin-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path); // of a run that died
        std::fs::create_dir_all(&path).expect("a scratch folder");
        Self(path)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.clone()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
