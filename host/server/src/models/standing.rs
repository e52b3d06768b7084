//! How a model stands: whether it would be asked now, and if not, why and what to do.
//!
//! Told from what the host knows already: its component, the egress gate's bindings and the last call. Nobody is asked.

use kubechat_core::egress::{Destination, Host};
use kubechat_egress::{Gate, LaneStatus};
use kubechat_plugin::{PluginState, PluginStatus};
use serde::Serialize;

use super::Seat;

/// Whether a model would be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It would.
    Ready,
    /// A destination that its component names is not bound, or nothing leaves this host.
    NotBound,
    /// Its last call failed, or it can't be reached as it is bound. It is asked all the same.
    Failed,
    /// Its budget of today is spent: it is passed over until 00:00 UTC.
    Spent,
    /// Its component is not there, or does not take its settings.
    NotLoaded,
}

/// One destination of a model's component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// Its name.
    pub name: Destination,
    /// Whether it is bound.
    pub bound: bool,
    /// What it is bound to: scheme, host and port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// How a model stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether it would be asked.
    pub state: State,
    /// Why not, and what to do.
    pub reason: Option<String>,
    /// Where its component sends something.
    pub ways: Vec<Way>,
    /// Whether no byte of a request leaves this machine: all it is bound to is this machine's own, or, while something is
    /// not bound, its component says so.
    pub local: bool,
}

impl Seat {
    /// How it stands, by these components and this gate.
    pub fn standing(&self, components: &[PluginStatus], gate: &Gate) -> Standing {
        let lanes = gate.lanes();
        let of = |name: &Destination| lanes.iter().find(|lane| lane.destination == *name);
        let ways: Vec<(Destination, Option<&LaneStatus>)> =
            self.destinations.iter().map(|name| (name.clone(), of(name))).collect();
        let told = self.handle.as_ref().is_ok_and(|handle| handle.info().local);
        let bound_here = |lane: &Option<&LaneStatus>| lane.is_some_and(|lane| is_here(&lane.bound.binding.base.host));
        let local = if ways.iter().all(|(_, lane)| lane.is_some()) && !ways.is_empty() {
            ways.iter().all(|(_, lane)| bound_here(lane))
        } else {
            told
        };
        let (state, reason) = match self.trouble(components, gate.is_air_gapped(), &ways) {
            Some((state, reason)) => (state, Some(reason)),
            None => (State::Ready, None),
        };
        Standing { state, reason, ways: ways.into_iter().map(way).collect(), local }
    }

    fn trouble(
        &self,
        components: &[PluginStatus],
        air_gapped: bool,
        ways: &[(Destination, Option<&LaneStatus>)],
    ) -> Option<(State, String)> {
        if let Err(failure) = &self.handle {
            return Some((State::NotLoaded, format!("{}; {}", failure.detail, failure.hint)));
        }
        if air_gapped && !ways.is_empty() {
            return Some((State::NotBound, "this host is air-gapped: nothing leaves it".to_owned()));
        }
        if let Some((name, _)) = ways.iter().find(|(_, lane)| lane.is_none()) {
            return Some((State::NotBound, format!("{name} is not bound: `{}`", bind_command(name))));
        }
        if let Some((name, why)) = ways.iter().find_map(|(name, lane)| Some((name, lane.as_ref()?.broken.as_ref()?))) {
            return Some((State::Failed, format!("{name}: {why}")));
        }
        let component = components.iter().find(|status| status.id.as_deref() == Some(&*self.entry.provider));
        if component.is_some_and(|status| status.state == PluginState::Paused) {
            let why = "its component failed too often and is paused for a while; `kubechat plugin list` says why";
            return Some((State::Failed, why.to_owned()));
        }
        if let Some(why) = self.account.spent() {
            return Some((State::Spent, why));
        }
        let detail = self.account.last().and_then(|last| last.detail);
        detail.map(|detail| (State::Failed, format!("its last call failed: {detail}")))
    }
}

/// The command that binds a destination to where it usually is.
pub fn bind_command(name: &Destination) -> String {
    let how = match name.as_str() {
        // What it is told stays on this machine.
        "ollama" => "http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata",
        "openai" => "https://api.openai.com --credential env:OPENAI_API_KEY",
        "anthropic" => "https://api.anthropic.com --credential env:ANTHROPIC_API_KEY --credential-header x-api-key",
        "gemini" => {
            "https://generativelanguage.googleapis.com --credential env:GEMINI_API_KEY --credential-header x-goog-api-key"
        }
        _ => "URL",
    };
    format!("kubechat egress bind {name} {how}")
}

fn way((name, lane): (Destination, Option<&LaneStatus>)) -> Way {
    Way { name, bound: lane.is_some(), origin: lane.map(|lane| lane.bound.binding.base.origin()) }
}

/// Whether a host is this machine, whatever its resolver says.
fn is_here(host: &Host) -> bool {
    matches!(host, Host::Address(address) if address.is_loopback())
}

#[cfg(test)]
mod tests {
    use kubechat_core::egress::DataClasses;

    use super::*;

    #[test]
    fn only_a_loopback_address_is_surely_this_machine() {
        for (host, here) in [("127.0.0.1", true), ("[::1]", true), ("10.0.0.7", false), ("api.openai.com", false)] {
            assert_eq!(is_here(&Host::parse(host).unwrap()), here, "{host}");
        }
    }

    #[test]
    fn the_command_that_binds_a_known_vendor_is_whole() {
        let anthropic = bind_command(&Destination::parse("anthropic").unwrap());
        assert!(anthropic.contains("https://api.anthropic.com") && anthropic.contains("x-api-key"), "{anthropic}");
        let ollama = bind_command(&Destination::parse("ollama").unwrap());
        let (_, data) = ollama.split_once(" --data ").unwrap();
        let classes: DataClasses = data.split(',').map(|class| class.parse().unwrap()).collect();
        assert_eq!(classes, DataClasses::all(), "a model of this machine goes on where others are closed");
        assert_eq!(bind_command(&Destination::parse("mine").unwrap()), "kubechat egress bind mine URL");
    }
}
