//! The components that come with the host, as the build left them: each is listed, loads, and fits its world.

use std::path::PathBuf;

use kubechat_plugin::{DigestList, PluginState, Plugins, PluginsConfig, Trust};

use crate::support::{compiler, repository};

fn folder() -> PathBuf {
    let folder = std::env::var_os("KUBECHAT_COMPONENTS_DIR").map(PathBuf::from);
    folder.unwrap_or_else(|| repository().join("target/components"))
}

#[test]
fn every_component_of_the_build_is_trusted_by_its_digest_and_loads() {
    let list = folder().join("digests.json");
    let written = std::fs::read_to_string(&list)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask component build`", list.display()));
    let mut config = PluginsConfig::new(compiler());
    config.digests = DigestList::parse(&written).expect("the build writes a good list");
    config.folder = Some(folder());
    let statuses = Plugins::load(config).expect("a host").list();
    assert!(!statuses.is_empty(), "{} is empty: run `cargo xtask component build`", folder().display());
    for status in statuses {
        assert_eq!((status.state, status.trust), (PluginState::Active, Some(Trust::Listed)), "{status:?}");
        assert_eq!(status.id.map(|id| format!("{id}.wasm")), Some(status.file), "a file is named like its plugin");
    }
}
