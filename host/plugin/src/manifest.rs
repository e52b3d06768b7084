//! What a component says about itself: the JSON in its custom section `kubechat:manifest`.
//!
//! Parsed once, into types that can't be wrong. Fields this host doesn't know or doesn't enforce are errors, because a
//! field that reads like a promise and isn't one is worse than no field. Size: at most `MANIFEST_BYTES_MAX`.

use std::collections::BTreeSet;

use kubechat_core::egress::Destination;
use serde::{Deserialize, Serialize};

use crate::contract::{CONTRACTS, CapabilityName, Profile, World};
use crate::limits::LimitsAsked;
use crate::outcome::{Failure, OutcomeCode};
use crate::settings_schema::SettingsSchema;
use crate::text;

/// Name of the custom section.
pub const MANIFEST_SECTION: &str = "kubechat:manifest";
/// Largest manifest.
pub(crate) const MANIFEST_BYTES_MAX: usize = 64 * 1024;
const ID_BYTES_MAX: usize = 64;
const VERSION_BYTES_MAX: usize = 32;
const REASON_BYTES_MAX: usize = 256;
const DESTINATIONS_MAX: usize = 16;

/// A checked manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Distinct within a host.
    pub id: String,
    /// `MAJOR.MINOR.PATCH`.
    pub version: String,
    /// What it is.
    pub world: World,
    /// The contract minor it was built for; one of `CONTRACTS`.
    pub contract: String,
    /// Always `pure` here; the other profile is refused while parsing.
    pub profile: Profile,
    /// What it asks for, each once, all within its world.
    pub capabilities: Vec<CapabilityAsked>,
    /// Whom it may ask by capability `http`, each once; empty without it.
    pub destinations: Vec<DestinationAsked>,
    /// Which settings it takes; none: only `{}`.
    pub settings: SettingsSchema,
    /// Limits below its class.
    pub limits: LimitsAsked,
}

/// One capability and why the plugin wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapabilityAsked {
    /// Which one.
    pub name: CapabilityName,
    /// One sentence for the operator.
    pub reason: String,
}

/// One logical destination and why the plugin asks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationAsked {
    /// Which one; the operator binds it, or doesn't.
    pub name: Destination,
    /// One sentence for the operator.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    version: String,
    world: World,
    contract: String,
    profile: Profile,
    capabilities: Vec<CapabilityAsked>,
    #[serde(default)]
    destinations: Vec<DestinationAsked>,
    #[serde(default)]
    settings: Option<serde_json::Value>,
    #[serde(default)]
    limits: LimitsAsked,
}

impl Manifest {
    /// Parses and checks the section's bytes.
    ///
    /// # Errors
    /// `load-failed` for what can't be read, `contract-mismatch` for another contract, `not-granted` for a profile or
    /// capability this world doesn't have.
    pub fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        if bytes.len() > MANIFEST_BYTES_MAX {
            return Err(unreadable(format!(
                "the manifest has {} bytes, the limit is {MANIFEST_BYTES_MAX}",
                bytes.len()
            )));
        }
        check_contract(bytes)?;
        let written: Written = serde_json::from_slice(bytes).map_err(|error| {
            unreadable(format!("the manifest can't be read: {}", text::short_line(&error.to_string(), 300)))
        })?;
        check_id(&written.id)?;
        check_version(&written.version)?;
        if written.profile == Profile::WasiLite {
            return Err(Failure::with_hint(
                OutcomeCode::NotGranted,
                "the manifest asks for profile `wasi-lite`, which this version can't grant",
                "build it for profile `pure`: no `wasi:*` imports",
            ));
        }
        check_capabilities(written.world, &written.capabilities)?;
        check_destinations(&written.capabilities, &written.destinations)?;
        let settings = match written.settings {
            Some(schema) => SettingsSchema::parse(schema)
                .map_err(|reason| unreadable(format!("the manifest's settings schema is refused: {reason}")))?,
            None => SettingsSchema::nothing(),
        };
        Ok(Self {
            id: written.id,
            version: written.version,
            world: written.world,
            contract: written.contract,
            profile: written.profile,
            capabilities: written.capabilities,
            destinations: written.destinations,
            settings,
            limits: written.limits,
        })
    }
}

fn unreadable(detail: impl Into<String>) -> Failure {
    Failure::with_hint(
        OutcomeCode::LoadFailed,
        detail,
        "docs/plugins.md says what a manifest holds; rebuild the component with it",
    )
}

/// Looks at `contract` alone first: a manifest of a later contract may have fields this host can't know, and "unknown
/// field" would be the wrong answer to it.
fn check_contract(bytes: &[u8]) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Only {
        contract: String,
    }
    let Ok(Only { contract }) = serde_json::from_slice(bytes) else {
        return Ok(()); // the full parse says what is wrong
    };
    if CONTRACTS.contains(&contract.as_str()) {
        return Ok(());
    }
    Err(Failure::with_hint(
        OutcomeCode::ContractMismatch,
        format!(
            "it was built for contract {:?}; this host speaks {}",
            text::short_line(&contract, VERSION_BYTES_MAX),
            CONTRACTS.join(", ")
        ),
        format!("rebuild it against wit/v{}, or use a host that speaks its contract", CONTRACTS[0]),
    ))
}

fn check_id(id: &str) -> Result<(), Failure> {
    let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'));
    let edges = id.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) && !id.ends_with(['-', '.']);
    if plain && edges && id.len() <= ID_BYTES_MAX {
        return Ok(());
    }
    Err(unreadable(format!("`id` must be 1 to {ID_BYTES_MAX} of a-z 0-9 - . and start with a letter")))
}

fn check_version(version: &str) -> Result<(), Failure> {
    let parts: Vec<&str> = version.split('.').collect();
    let numbers = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    if parts.len() == 3 && numbers && version.len() <= VERSION_BYTES_MAX {
        return Ok(());
    }
    Err(unreadable("`version` must be MAJOR.MINOR.PATCH".to_owned()))
}

fn check_capabilities(world: World, asked: &[CapabilityAsked]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for CapabilityAsked { name, reason } in asked {
        if !world.capabilities().contains(name) {
            return Err(Failure::with_hint(
                OutcomeCode::NotGranted,
                format!("the manifest asks for capability `{}`, which no {} has", name.name(), world.name()),
                "take it out of the manifest, or build the component for another world",
            ));
        }
        if !seen.insert(*name) {
            return Err(unreadable(format!("the manifest asks twice for capability `{}`", name.name())));
        }
        check_reason(&format!("capability `{}`", name.name()), reason)?;
    }
    Ok(())
}

fn check_reason(of: &str, reason: &str) -> Result<(), Failure> {
    if reason.trim().is_empty() || reason.len() > REASON_BYTES_MAX {
        return Err(unreadable(format!("{of} needs a reason of 1 to {REASON_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// A way out and whom it leads to belong together: either alone is a promise nobody keeps.
fn check_destinations(capabilities: &[CapabilityAsked], asked: &[DestinationAsked]) -> Result<(), Failure> {
    let http = capabilities.iter().any(|capability| capability.name == CapabilityName::Http);
    if http == asked.is_empty() {
        return Err(unreadable("capability `http` and a list of `destinations` need each other".to_owned()));
    }
    if asked.len() > DESTINATIONS_MAX {
        return Err(unreadable(format!("the manifest names more than {DESTINATIONS_MAX} destinations")));
    }
    let mut seen = BTreeSet::new();
    for DestinationAsked { name, reason } in asked {
        if !seen.insert(name) {
            return Err(unreadable(format!("the manifest names destination `{name}` twice")));
        }
        check_reason(&format!("destination `{name}`"), reason)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn good() -> Value {
        json!({
            "id": "policy-baseline", "version": "0.1.0", "world": "policy-pack", "contract": "0.1", "profile": "pure",
            "capabilities": [{ "name": "log", "reason": "Says what it looked at." }]
        })
    }

    fn with(field: &str, value: Value) -> Vec<u8> {
        let mut manifest = good();
        manifest[field] = value;
        manifest.to_string().into_bytes()
    }

    #[track_caller]
    fn refused(bytes: &[u8], code: OutcomeCode, words: &str) {
        let failure = Manifest::parse(bytes).expect_err("refused");
        assert_eq!(failure.code, code, "{failure}");
        assert!(failure.detail.contains(words), "{failure}");
        assert!(!failure.hint.is_empty());
    }

    #[test]
    fn a_whole_manifest_is_read() {
        let manifest = Manifest::parse(good().to_string().as_bytes()).expect("good");
        assert_eq!((manifest.id.as_str(), manifest.world), ("policy-baseline", World::PolicyPack));
    }

    #[test]
    fn an_unknown_field_is_a_load_error_at_every_depth() {
        refused(&with("network", json!(true)), OutcomeCode::LoadFailed, "unknown field");
        refused(&with("limits", json!({ "sockets": 1 })), OutcomeCode::LoadFailed, "unknown field");
        let capability = json!([{ "name": "log", "reason": "x", "scope": "all" }]);
        refused(&with("capabilities", capability), OutcomeCode::LoadFailed, "unknown field");
        refused(&with("settings", json!({ "type": "object", "pattern": "x" })), OutcomeCode::LoadFailed, "pattern");
    }

    #[test]
    fn another_contract_is_said_before_its_unknown_fields() {
        let mut manifest = good();
        manifest["contract"] = json!("0.2");
        manifest["new-in-two"] = json!(1);
        refused(manifest.to_string().as_bytes(), OutcomeCode::ContractMismatch, "\"0.2\"");
    }

    #[test]
    fn what_a_world_does_not_have_is_not_granted() {
        let events = json!([{ "name": "events", "reason": "x" }]);
        refused(&with("capabilities", events), OutcomeCode::NotGranted, "events");
        refused(&with("profile", json!("wasi-lite")), OutcomeCode::NotGranted, "wasi-lite");
    }

    #[test]
    fn a_capability_needs_its_reason_and_is_asked_once() {
        refused(&with("capabilities", json!([{ "name": "log", "reason": " " }])), OutcomeCode::LoadFailed, "reason");
        let twice = json!([{ "name": "log", "reason": "x" }, { "name": "log", "reason": "x" }]);
        refused(&with("capabilities", twice), OutcomeCode::LoadFailed, "twice");
        refused(
            &with("capabilities", json!([{ "name": "shell", "reason": "x" }])),
            OutcomeCode::LoadFailed,
            "unknown variant",
        );
    }

    #[test]
    fn a_way_out_names_whom_it_leads_to_and_why() {
        let with = |capability: &str, destinations: Value| {
            let mut manifest = good();
            manifest["world"] = json!("ai-provider");
            manifest["capabilities"] = json!([{ "name": capability, "reason": "x" }]);
            manifest["destinations"] = destinations;
            manifest.to_string().into_bytes()
        };
        let one = json!([{ "name": "ollama", "reason": "Asks the model." }]);
        let manifest = Manifest::parse(&with("http", one.clone())).expect("good");
        assert_eq!(manifest.destinations[0].name.as_str(), "ollama");
        refused(&with("log", one.clone()), OutcomeCode::LoadFailed, "need each other");
        refused(&with("http", json!([])), OutcomeCode::LoadFailed, "need each other");
        refused(&with("http", json!([one[0], one[0]])), OutcomeCode::LoadFailed, "twice");
        let bare = json!([{ "name": "ollama", "reason": "" }]);
        refused(&with("http", bare), OutcomeCode::LoadFailed, "reason");
        let url = json!([{ "name": "http://127.0.0.1", "reason": "x" }]);
        refused(&with("http", url), OutcomeCode::LoadFailed, "names no destination");
        let many: Vec<_> = (0..17).map(|at| json!({ "name": format!("d{at}"), "reason": "x" })).collect();
        refused(&with("http", json!(many)), OutcomeCode::LoadFailed, "more than 16");
    }

    #[test]
    fn ids_and_versions_are_plain() {
        for id in ["", "Big", "a/b", "../x", "-a", "a.", &"a".repeat(65)] {
            refused(&with("id", json!(id)), OutcomeCode::LoadFailed, "`id`");
        }
        for version in ["1", "1.2", "1.2.x", "1..2"] {
            refused(&with("version", json!(version)), OutcomeCode::LoadFailed, "`version`");
        }
        refused(&vec![b' '; MANIFEST_BYTES_MAX + 1], OutcomeCode::LoadFailed, "limit");
    }
}
