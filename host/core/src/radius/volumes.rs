//! Claims, volumes and storage classes: whether data goes with them.
//!
//! The volume's own reclaim policy decides: `Retain` keeps it, anything else does not. A volume that can't be seen is
//! taken to go; its class is read to say what is likely. A claim that never got a volume holds nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, count, kinds};
use crate::names::ObjectName;
use crate::object::{ObjectRef, name, text};

const POLICY: &str = "/spec/persistentVolumeReclaimPolicy";

/// A claim that goes.
pub(super) fn claim_removed(target: &ObjectRef, claim: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let volume = text(claim, "/spec/volumeName");
    let Some(volume) = ObjectName::parse(volume).ok().map(volume_ref) else {
        reach.say(Weight::Note, format!("{target} has no volume, so no data"));
        return;
    };
    let found = look.object(&volume);
    let absent = look.is_absent(&volume);
    match found.map(|volume| text(volume, POLICY)) {
        Some("Retain") => {
            reach.claims_retained = 1;
            let sentence =
                format!("{volume} and its data stay (Retain), but have to be bound by hand to be used again");
            reach.say(Weight::Loss, sentence);
        }
        Some(policy) => {
            reach.claims_lost = 1;
            let policy = if policy.is_empty() { "Delete" } else { policy };
            reach.say(
                Weight::Outage,
                format!("the data behind {target} goes with it: {volume} is reclaimed by {policy}"),
            );
        }
        None if absent => reach.say(Weight::Note, format!("the volume of {target} is gone already")),
        None => {
            reach.claims_lost = 1;
            let likely = class_policy(text(claim, "/spec/storageClassName"), look);
            let class = likely.map(|(class, policy)| format!("; StorageClass {class} reclaims by {policy}"));
            let class = class.unwrap_or_default();
            reach.say(
                Weight::Outage,
                format!("the data behind {target} may be gone with it: its volume can't be seen{class}"),
            );
        }
    }
}

fn volume_ref(name: ObjectName) -> ObjectRef {
    ObjectRef { api: kinds::volumes(), namespace: None, name }
}

fn class_policy(class: &str, look: &mut Look<'_>) -> Option<(String, String)> {
    let object = ObjectRef { api: kinds::storage_classes(), namespace: None, name: ObjectName::parse(class).ok()? };
    let policy = look.object(&object).map(|class| text(class, "/reclaimPolicy"))?;
    Some((class.to_owned(), if policy.is_empty() { "Delete" } else { policy }.to_owned()))
}

/// The claims of a namespace that goes: how many are lost and how many kept.
pub(super) fn all_removed(claims: &[&Value], look: &mut Look<'_>, reach: &mut Reach) {
    if claims.is_empty() {
        return;
    }
    let volumes: BTreeMap<&str, &str> =
        look.list(kinds::volumes(), None, None).iter().map(|volume| (name(volume), text(volume, POLICY))).collect();
    let kept =
        claims.iter().filter(|claim| volumes.get(text(claim, "/spec/volumeName")) == Some(&"Retain")).count() as u64;
    reach.claims_retained = kept;
    reach.claims_lost = claims.len() as u64 - kept;
    if reach.claims_lost > 0 {
        reach.say(Weight::Outage, format!("{} with data would go", count(reach.claims_lost, "claim")));
    }
    if kept > 0 {
        reach.say(Weight::Loss, format!("{} would go, while volumes and data stay", count(kept, "claim")));
    }
}

/// A volume that goes.
pub(super) fn volume_removed(live: &Value, reach: &mut Reach) {
    let (claim, space) = (text(live, "/spec/claimRef/name"), text(live, "/spec/claimRef/namespace"));
    if !claim.is_empty() {
        reach.spread.reach_into(space);
        reach.claims_lost = 1;
        reach.say(Weight::Outage, format!("claim {space}/{claim} would lose its volume and its data"));
    }
}

/// A volume whose reclaim policy changes to one that keeps nothing.
pub(super) fn volume_changed(target: &ObjectRef, live: &Value, after: &Value, reach: &mut Reach) {
    if live.get("spec") != after.get("spec") && !text(live, "/spec/claimRef/name").is_empty() {
        reach.spread.reach_into(text(live, "/spec/claimRef/namespace"));
    }
    if text(live, POLICY) == "Retain" && text(after, POLICY) != "Retain" {
        reach.say(Weight::Loss, format!("the data of {target} would no longer outlive its claim"));
    }
}

/// A storage class that goes.
pub(super) fn class_removed(target: &ObjectRef, reach: &mut Reach) {
    reach.say(Weight::Loss, format!("new claims of {target} would wait for ever; what is bound stays"));
}
