//! Volume claims that get no volume, or lost it, with the reason: no such class, no default class, a provisioner that
//! fails.
//!
//! A claim whose class waits for its first pod is left alone until a pod waits for it, and so is one asked for less than
//! [`BINDING_MS`] ago. Storage classes are read only when a claim waits; where they may not be seen, events must say it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use super::trouble::{Cause, Group};
use super::{events, scope};
use crate::facts::FactQuery;
use crate::object::{ApiType, at, items, name, namespace, text};
use crate::policy::Severity;
use crate::read::reference;
use crate::read::scope::list;

/// How long a claim may wait for its volume.
const BINDING_MS: i64 = 120_000;
/// Marks the class used when a claim names none.
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// Why a claim waits.
struct Why {
    words: String,
    advice: &'static str,
    evidence: Option<(String, String)>,
}

/// Claims that have waited for long, by namespace and name.
pub(super) type Waiting<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Value>>;

/// Them, of those that were listed.
pub(super) fn waiting<'a>(inventory: &Inventory<'a>) -> Waiting<'a> {
    let mut waiting: Waiting<'_> = BTreeMap::new();
    for claim in inventory.items(&ApiType::claims()) {
        let since = inventory.ms_since(text(claim, "/metadata/creationTimestamp"));
        let here = at(claim, "/metadata/deletionTimestamp").is_none();
        if text(claim, "/status/phase") == "Pending" && here && since.is_some_and(|ms| ms > BINDING_MS) {
            waiting.entry(namespace(claim)).or_default().insert(name(claim), claim);
        }
    }
    waiting
}

/// Storage classes are worth reading when a claim waits.
pub(super) fn needs(inventory: &Inventory<'_>) -> Vec<FactQuery> {
    if inventory.waiting_claims().is_empty() { Vec::new() } else { vec![list(&ApiType::storage_classes(), None)] }
}

/// Whether a claim that these pods wait for is a finding of its own.
pub(super) fn explain(group: &Group<'_>, inventory: &Inventory<'_>) -> bool {
    waited_for(group, inventory).iter().any(|claim| why(claim, true, inventory).is_some())
}

/// The findings about claims.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    let mut users: BTreeMap<(&str, &str), Vec<&Group<'_>>> = BTreeMap::new();
    for group in groups {
        for claim in waited_for(group, inventory) {
            users.entry((namespace(claim), name(claim))).or_default().push(group);
        }
    }
    let waiting = inventory.waiting_claims().values().flat_map(BTreeMap::values);
    let pending = waiting.filter_map(|claim| {
        let users = users.get(&(namespace(claim), name(claim))).map_or(&[][..], Vec::as_slice);
        pending(claim, users, inventory)
    });
    let mut drafts: Vec<_> = pending.collect();
    let all = inventory.items(&ApiType::claims()).iter();
    drafts.extend(all.filter(|claim| text(claim, "/status/phase") == "Lost").filter_map(|claim| lost(claim)));
    drafts
}

/// The waiting claims that pods of a group use, while these wait themselves.
fn waited_for<'a>(group: &Group<'_>, inventory: &Inventory<'a>) -> Vec<&'a Value> {
    if !matches!(group.cause, Cause::Unschedulable | Cause::Creating) {
        return Vec::new();
    }
    let volumes =
        group.pods.iter().flat_map(|pod| items(pod, "/spec/volumes").iter().map(move |volume| (*pod, volume)));
    let found = volumes.filter_map(|(pod, volume)| {
        let called = claim_of(pod, volume)?;
        inventory.waiting_claims().get(namespace(pod))?.get(called.as_str()).copied()
    });
    let mut claims: Vec<_> = found.collect();
    claims.sort_by_key(|claim| name(claim));
    claims.dedup_by_key(|claim| name(claim));
    claims
}

/// The claim behind a volume; an ephemeral one is named after its pod.
fn claim_of(pod: &Value, volume: &Value) -> Option<String> {
    match at(volume, "/ephemeral") {
        Some(_) => Some(format!("{}-{}", name(pod), text(volume, "/name"))),
        None => Some(text(volume, "/persistentVolumeClaim/claimName").to_owned()).filter(|claim| !claim.is_empty()),
    }
}

fn pending(claim: &Value, users: &[&Group<'_>], inventory: &Inventory<'_>) -> Option<Draft> {
    let Why { words, advice, evidence } = why(claim, !users.is_empty(), inventory)?;
    let object = reference(&ApiType::claims(), claim)?;
    let waits = match users.first() {
        Some(first) => format!(", and {} waits for it", first.root.object),
        None => String::new(),
    };
    let sentence = format!("{object} gets no volume{waits}: {words}");
    let since = text(claim, "/metadata/creationTimestamp");
    let mut draft = Draft::about("claim/pending", Depth::Root, object.clone(), Severity::Low)
        .shown_by(format!("{object} status"), format!("Pending since {since}; class {}", shown_class(claim)));
    for group in users {
        draft = draft.hitting(group, inventory);
    }
    if let Some((source, text)) = evidence {
        draft = draft.shown_by(source, text);
    }
    Some(draft.says(sentence, advice))
}

fn shown_class(claim: &Value) -> &str {
    match class_of(claim) {
        None => "not named",
        Some("") => "none, on purpose",
        Some(class) => class,
    }
}

/// The class a claim names; an empty name means none, absent means the default.
fn class_of(claim: &Value) -> Option<&str> {
    at(claim, "/spec/storageClassName").and_then(Value::as_str)
}

/// Why a claim waits; nothing when that is as it should be.
fn why(claim: &Value, is_used: bool, inventory: &Inventory<'_>) -> Option<Why> {
    let words = |words: &str, advice| Some(Why { words: words.to_owned(), advice, evidence: None });
    let classes: Option<Vec<&Value>> = match inventory.known.get(&list(&ApiType::storage_classes(), None)) {
        Some(fact) if fact.is_whole_list() => Some(scope::listed(&ApiType::storage_classes(), None, inventory.known)),
        _ => None,
    };
    let named = class_of(claim);
    let class = classes.as_ref().and_then(|all| match named {
        Some(wanted) => all.iter().find(|class| name(class) == wanted).copied(),
        None => all.iter().find(|class| is_default(class)).copied(),
    });
    match (named, &classes, class) {
        (Some(""), ..) => {
            return words(
                "no free volume fits, and it asks for no storage class",
                "create a volume that fits, or name a storage class",
            );
        }
        (Some(wanted), Some(_), None) => {
            return words(
                &format!("there is no storage class {wanted}"),
                "create the storage class or name one that exists; a claim's class can't be changed, so the claim must be made anew",
            );
        }
        (None, Some(_), None) => {
            return words(
                "it names no storage class and there is no default one",
                "mark a storage class as the default, or name one in the claim",
            );
        }
        _ => {}
    }
    if let Some(event) = events::newest(&[claim], inventory, &["ProvisioningFailed", "FailedBinding"]) {
        let said = text(event, "/message");
        let evidence = Some((events::source(event), said.to_owned()));
        let advice = "the words are the provisioner's own: check its pods, its quota and its credentials";
        return Some(Why { words: said.to_owned(), advice, evidence });
    }
    let waits_for_pod = class.is_none_or(|class| text(class, "/volumeBindingMode") == "WaitForFirstConsumer");
    // Then the pod has not found its node yet, which is the pod's finding.
    if waits_for_pod || !is_used {
        return None;
    }
    words("its provisioner has not answered", "check that the provisioner of its storage class runs")
}

fn is_default(class: &Value) -> bool {
    let annotations = at(class, "/metadata/annotations").and_then(Value::as_object);
    annotations.and_then(|all| all.get(DEFAULT_CLASS)).and_then(Value::as_str) == Some("true")
}

fn lost(claim: &Value) -> Option<Draft> {
    let object = reference(&ApiType::claims(), claim)?;
    let volume = text(claim, "/spec/volumeName");
    let draft = Draft::about("claim/lost", Depth::Root, object.clone(), Severity::High);
    Some(draft.shown_by(format!("{object} status"), format!("Lost; volume {volume}")).says(
        format!("{object} has lost its volume {volume}: the volume was deleted or belongs to another claim"),
        "restore the volume with its old name and claim, or restore the data into a new claim",
    ))
}
