//! The images that pods run: each once, with how many pods run it and which workloads those belong to.
//!
//! Init and ephemeral containers count as well; pods that ended don't. Most pods first. Limits: [`IMAGES_MAX`] rows,
//! [`WORKLOADS_MAX`] workloads named in one; the rest is counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::answer::Listing;
use super::scope::Scope;
use super::{refused, shown};
use crate::facts::{FactQuery, Snapshot};
use crate::object::{ApiType, items, name, namespace, text};
use crate::operation::LowerError;
use crate::operation::read::Images;

/// Most images shown.
const IMAGES_MAX: usize = 1_000;
/// Most workloads named for one image.
const WORKLOADS_MAX: usize = 4;

/// Where an image runs.
#[derive(Default)]
struct Runs {
    pods: u64,
    workloads: BTreeSet<String>,
}

/// What must be known before they can be shown.
pub(super) fn needs(images: &Images, known: &Snapshot) -> Vec<FactQuery> {
    scope(images).needs(&ApiType::pods(), None, known)
}

/// The images, the most used first.
pub(super) fn answer(images: &Images, known: &Snapshot) -> Result<Listing, LowerError> {
    let seen = scope(images).seen(&ApiType::pods(), None, known);
    if !seen.any {
        return Err(refused(&seen, "pods"));
    }
    let mut found: BTreeMap<&str, Runs> = BTreeMap::new();
    for pod in seen.items.iter().filter(|pod| !matches!(text(pod, "/status/phase"), "Succeeded" | "Failed")) {
        for image in images_of(pod) {
            let runs = found.entry(image).or_default();
            runs.pods += 1;
            runs.workloads.insert(workload(pod, images.all_namespaces));
        }
    }
    let total = found.len() as u64;
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, runs)| Reverse(runs.pods));
    found.truncate(IMAGES_MAX);
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|(image, runs)| vec![shown::line(image), runs.pods.to_string(), named(&runs.workloads)])
        .collect();
    let omitted = total - rows.len() as u64;
    let columns = ["IMAGE", "PODS", "WORKLOADS"].map(str::to_owned).to_vec();
    Ok(Listing { what: "images".to_owned(), columns, rows, total, omitted, notes: Vec::new(), unseen: seen.unseen })
}

fn scope(images: &Images) -> Scope<'_> {
    match &images.namespace {
        Some(namespace) if !images.all_namespaces => Scope::One(namespace),
        fallback => Scope::Everywhere { fallback: fallback.as_ref() },
    }
}

/// The images of a pod, each once.
fn images_of(pod: &Value) -> BTreeSet<&str> {
    let fields = ["/spec/containers", "/spec/initContainers", "/spec/ephemeralContainers"];
    let containers = fields.iter().flat_map(|field| items(pod, field));
    containers.map(|container| text(container, "/image")).filter(|image| !image.is_empty()).collect()
}

/// What a pod belongs to, as people name it: a Deployment rather than its ReplicaSet.
fn workload(pod: &Value, with_namespace: bool) -> String {
    let owner = items(pod, "/metadata/ownerReferences").first();
    let hash = text(pod, "/metadata/labels/pod-template-hash");
    let plain = match owner.map(|owner| (text(owner, "/kind"), text(owner, "/name"))) {
        Some(("ReplicaSet", set)) => match set.strip_suffix(hash).and_then(|name| name.strip_suffix('-')) {
            Some(deployment) if !hash.is_empty() => format!("deployment/{deployment}"),
            _ => format!("replicaset/{set}"),
        },
        Some((kind, owner)) => format!("{}/{owner}", kind.to_lowercase()),
        None => format!("pod/{}", name(pod)),
    };
    shown::line(&if with_namespace { format!("{}:{plain}", namespace(pod)) } else { plain })
}

fn named(workloads: &BTreeSet<String>) -> String {
    let named: Vec<&str> = workloads.iter().take(WORKLOADS_MAX).map(String::as_str).collect();
    match workloads.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
