//! What this host speaks: the worlds of `wit/v0.1`, the interfaces each may import, the capability behind each.
//!
//! Names here are the WIT's own. A component is compared against this table before it is compiled, and once more, by
//! the engine's own view of its types, after.

use serde::{Deserialize, Serialize};

/// The contract minors this host can link.
pub const CONTRACTS: &[&str] = &["0.1"];

/// What a component is to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// Judges plans.
    PolicyPack,
    /// Answers conversations.
    AiProvider,
}

/// A host interface that a manifest has to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CapabilityName {
    /// Lines for the operator's log.
    Log,
    /// The sink a completion is emitted into.
    Events,
    /// Requests to logical destinations, through the host's egress gate.
    Http,
}

/// How much of the outside a component's language runtime gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// No `wasi:*` import.
    Pure,
    /// Clocks, capped random, stdio to the log. Known so that it can be refused by name.
    WasiLite,
}

impl World {
    /// Its name in manifests and WIT.
    pub fn name(self) -> &'static str {
        match self {
            Self::PolicyPack => "policy-pack",
            Self::AiProvider => "ai-provider",
        }
    }

    /// The one interface a component of this world exports.
    pub fn export(self) -> &'static str {
        match self {
            Self::PolicyPack => "kubechat:plugin/pack@0.1.0",
            Self::AiProvider => "kubechat:plugin/provider@0.1.0",
        }
    }

    /// The interfaces it may import.
    pub fn capabilities(self) -> &'static [CapabilityName] {
        match self {
            Self::PolicyPack => &[CapabilityName::Log],
            Self::AiProvider => &[CapabilityName::Log, CapabilityName::Events, CapabilityName::Http],
        }
    }
}

impl CapabilityName {
    /// Its name in manifests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Events => "events",
            Self::Http => "http",
        }
    }

    /// The interface it stands for.
    pub fn import(self) -> &'static str {
        match self {
            Self::Log => "kubechat:plugin/log@0.1.0",
            Self::Events => "kubechat:plugin/events@0.1.0",
            Self::Http => "kubechat:plugin/http@0.1.0",
        }
    }

    /// Every capability this host knows.
    pub const ALL: &'static [Self] = &[Self::Log, Self::Events, Self::Http];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interface_names_carry_the_version_this_host_links() {
        const WIT_VERSION: &str = "0.1.0";
        let exports = [World::PolicyPack.export(), World::AiProvider.export()];
        for name in exports.into_iter().chain(CapabilityName::ALL.iter().map(|capability| capability.import())) {
            assert!(name.starts_with("kubechat:plugin/") && name.ends_with(&format!("@{WIT_VERSION}")), "{name}");
        }
        assert!(WIT_VERSION.starts_with(CONTRACTS[0]));
    }
}
