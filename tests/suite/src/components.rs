//! The first-party components, loaded once per process from where the build put them.
//!
//! `KUBECHAT_COMPONENTS_DIR` names the folder (`cargo xtask test` sets it); without it `cargo xtask component build`
//! is run once. Compiled components are kept beside the tests' own files, so that a killed child starts fast.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use kubechat_plugin::{Compiler, DigestList, Embedded, Plugins, PluginsConfig};

/// The plugins of this process. The first caller loads them; it blocks for seconds when they must be compiled.
pub fn plugins(compiler: &Path, cache: &Path) -> &'static Plugins {
    static LOADED: OnceLock<Plugins> = OnceLock::new();
    LOADED.get_or_init(|| load(compiler, cache))
}

fn load(compiler: &Path, cache: &Path) -> Plugins {
    let folder = folder();
    let list = std::fs::read_to_string(folder.join("digests.json")).expect("the build wrote digests.json");
    let mut config = PluginsConfig::new(Compiler::program(compiler));
    config.digests = DigestList::parse(&list).expect("the build's list reads");
    config.cache_folder = Some(cache.to_owned());
    let files = std::fs::read_dir(&folder).expect("the components' folder reads");
    for path in files.map(|file| file.expect("a file of the folder").path()) {
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let bytes = Cow::Owned(std::fs::read(&path).expect("a component reads"));
            config.embedded.push(Embedded { name: path.display().to_string(), bytes });
        }
    }
    Plugins::load(config).expect("the plugin host starts")
}

fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("KUBECHAT_COMPONENTS_DIR") {
        return folder.into();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--profile", "ci", "--", "component", "build"])
        .current_dir(&root)
        .stdin(Stdio::null())
        .status()
        .expect("cargo starts");
    assert!(built.success(), "`cargo xtask component build` ended with {built}");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("components")
}
