//! The cache of compiled components: used when whole, never when touched.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use kubechat_plugin::{Compiler, OutcomeCode, PluginState, Plugins, PluginsConfig};

use crate::support::{Scratch, config, load_failure, only_status, pack_component};

/// A host whose cache lies here.
fn cached(folder: &Path, component: Vec<u8>) -> PluginsConfig {
    let mut config = config(&[("one", component)]);
    config.cache_folder = Some(folder.join("cache"));
    config
}

/// The same host with a program that compiles nothing: it can only load what is cached.
fn without_compiler(mut config: PluginsConfig) -> PluginsConfig {
    config.compiler = Compiler::program("/bin/false");
    config
}

fn loads(config: PluginsConfig) -> bool {
    only_status(&Plugins::load(config).expect("a host")).state == PluginState::Active
}

fn sealed_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("cache")).expect("the cache is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sealed"));
    files.sort();
    files
}

#[test]
fn a_second_start_compiles_nothing() {
    let scratch = Scratch::new("cache-hit");
    let config = cached(&scratch.path(), pack_component("one", ""));
    let failure = load_failure(without_compiler(config.clone()));
    assert_eq!(failure.code, OutcomeCode::LoadFailed, "nothing is cached yet");
    assert!(loads(config.clone()));
    assert!(loads(without_compiler(config)));
}

#[test]
fn a_touched_artifact_is_compiled_anew_and_never_loaded() {
    let scratch = Scratch::new("cache-touched");
    let config = cached(&scratch.path(), pack_component("one", ""));
    assert!(loads(config.clone()));
    let file = sealed_files(&scratch.path()).remove(0);
    let whole = std::fs::read(&file).expect("readable");
    for at in [0, 40, whole.len() / 2, whole.len() - 1] {
        let mut touched = whole.clone();
        touched[at] ^= 0x80;
        std::fs::write(&file, &touched).expect("writable");
        assert!(!loads(without_compiler(config.clone())), "byte {at} was touched");
    }
    std::fs::write(&file, &whole[..20]).expect("writable");
    assert!(!loads(without_compiler(config.clone())), "it was cut");
    assert!(loads(config.clone()), "it is compiled anew");
    assert!(loads(without_compiler(config)), "and kept");
}

#[test]
fn one_component_s_artifact_is_not_taken_for_another_s() {
    let scratch = Scratch::new("cache-swapped");
    assert!(loads(cached(&scratch.path(), pack_component("one", ""))));
    let harmless = sealed_files(&scratch.path()).remove(0);
    assert!(loads(cached(&scratch.path(), pack_component("one", "unreachable"))));
    let other = sealed_files(&scratch.path()).into_iter().find(|file| *file != harmless).expect("a second file");
    std::fs::copy(&other, &harmless).expect("copied");
    assert!(!loads(without_compiler(cached(&scratch.path(), pack_component("one", "")))));
}

#[test]
fn the_key_is_its_owner_s_alone() {
    let scratch = Scratch::new("cache-key");
    let config = cached(&scratch.path(), pack_component("one", ""));
    assert!(loads(config.clone()));
    let mode = |path: PathBuf| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let key = scratch.path().join("cache/cache.key");
    assert_eq!((mode(key.clone()), mode(scratch.path().join("cache"))), (0o600, 0o700));
    let before = std::fs::read(&key).expect("readable by us");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).expect("ours");
    assert!(!loads(without_compiler(config)), "a key others could read seals nothing any more");
    assert_ne!(std::fs::read(&key).expect("readable"), before);
    assert_eq!(mode(key), 0o600);
}

#[test]
fn a_cache_that_can_not_be_used_costs_time_and_nothing_else() {
    let scratch = Scratch::new("cache-blocked");
    std::fs::write(scratch.path().join("cache"), "a file where the folder should be").expect("written");
    assert!(loads(cached(&scratch.path(), pack_component("one", ""))));
}
