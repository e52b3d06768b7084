//! Certificates in TLS Secrets that ended or are about to, and TLS Secrets an Ingress names that don't exist.
//!
//! Only dates are read (see [`super::der`]) and only dates are shown. What "about to" means follows the certificate's own
//! life: the last tenth of it, at most [`SOON_MS`], since short-lived ones are renewed late. One that ended and that
//! nothing uses is only noted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::der::{self, Validity};
use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use super::references::outline;
use crate::facts::{Fact, FactQuery};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, items, name, namespace, text};
use crate::policy::Severity;
use crate::read::reference;

/// How long before its end a certificate is worth a word.
const SOON_MS: i64 = 14 * 24 * 3_600_000;
/// How long before its end it is urgent.
const URGENT_MS: i64 = 3 * 24 * 3_600_000;
/// Most Secrets looked for that an Ingress names and that are no TLS Secret.
const LOOKED_UP_MAX: usize = 20;

/// The Ingresses that use a Secret, by namespace and name.
type Users<'a> = BTreeMap<(&'a str, &'a str), Vec<ObjectRef>>;

fn users<'a>(inventory: &Inventory<'a>) -> Users<'a> {
    let mut users: Users<'_> = BTreeMap::new();
    for ingress in inventory.items(&ApiType::ingresses()) {
        let Some(object) = reference(&ApiType::ingresses(), ingress) else { continue };
        for tls in items(ingress, "/spec/tls") {
            let secret = text(tls, "/secretName");
            if !secret.is_empty() {
                users.entry((namespace(ingress), secret)).or_default().push(object.clone());
            }
        }
    }
    users
}

/// The Secrets that Ingresses name and that were not among the TLS Secrets.
fn absent<'a>(users: &Users<'a>, inventory: &Inventory<'a>) -> Vec<(&'a str, &'a str)> {
    let (api, mut named) = (ApiType::secrets(), users.clone());
    for secret in inventory.items(&api) {
        named.remove(&(namespace(secret), name(secret)));
    }
    let absent = named.into_keys().filter(|(place, _)| inventory.sees(&api, place));
    absent.take(LOOKED_UP_MAX).collect()
}

fn secret(place: &str, called: &str) -> Option<ObjectRef> {
    let namespace = Some(Namespace::parse(place).ok()?);
    Some(ObjectRef { api: ApiType::secrets(), namespace, name: ObjectName::parse(called).ok()? })
}

/// A Secret an Ingress names may be of another type: each is looked up before it is called missing.
pub(super) fn needs(inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let absent = absent(&users(inventory), inventory).into_iter();
    absent.filter_map(|(place, called)| Some(outline(&secret(place, called)?))).collect()
}

/// The findings about certificates.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let users = users(inventory);
    let ending = inventory.items(&ApiType::secrets()).iter().filter_map(|secret| ending(secret, &users, inventory));
    let missing = absent(&users, inventory).into_iter().filter_map(|(place, called)| {
        let object = secret(place, called)?;
        match inventory.known.get(&outline(&object))? {
            Fact::List { items, .. } if items.is_empty() => Some(missing(object, users.get(&(place, called))?)),
            _ => None,
        }
    });
    ending.chain(missing).collect()
}

fn missing(object: ObjectRef, users: &[ObjectRef]) -> Draft {
    let mut draft = Draft::about("certificate/missing", Depth::Root, object.clone(), Severity::Medium);
    draft.involved.extend(users.iter().cloned());
    draft.folded = users.len().saturating_sub(1) as u64;
    let who = users.first().map(ToString::to_string).unwrap_or_default();
    draft.shown_by(format!("{who} spec.tls"), format!("secretName {}", object.name)).says(
        format!("{object} does not exist, so {who} serves no certificate of its own"),
        "create the Secret, or look at why what should issue the certificate does not",
    )
}

fn ending(secret: &Value, users: &Users<'_>, inventory: &Inventory<'_>) -> Option<Draft> {
    let Validity { from, until } = der::of_secret(at(secret, "/data/tls.crt")?.as_str()?)?;
    let left = until.since_ms(inventory.now());
    let soon = SOON_MS.min(until.since_ms(from) / 10);
    if left > soon {
        return None;
    }
    let object = reference(&ApiType::secrets(), secret)?;
    let mut used = users.get(&(namespace(secret), name(secret))).cloned().unwrap_or_default();
    used.extend(mounted_by(secret, inventory));
    let (rule, severity, sentence) = if left <= 0 {
        let severity = if used.is_empty() { Severity::Low } else { Severity::High };
        ("certificate/expired", severity, format!("The certificate in {object} ended at {until}"))
    } else {
        let urgent = left < URGENT_MS.min(soon / 2) && !used.is_empty();
        let severity = if urgent { Severity::Medium } else { Severity::Low };
        ("certificate/expiring", severity, format!("The certificate in {object} ends at {until}"))
    };
    let uses = match used.as_slice() {
        [] => "; nothing seen here uses it".to_owned(),
        [one] => format!("; {one} uses it"),
        [one, more @ ..] => format!("; {one} and {} more use it", more.len()),
    };
    let mut draft = Draft::about(rule, Depth::Root, object.clone(), severity);
    draft.mentions.extend(used);
    Some(draft.shown_by(format!("{object} certificate"), format!("not before {from}, not after {until}")).says(
        format!("{sentence}{uses}"),
        "renew it; if an issuer should have (cert-manager and the like), look at why it did not",
    ))
}

/// The workloads that mount a Secret.
fn mounted_by(secret: &Value, inventory: &Inventory<'_>) -> Vec<ObjectRef> {
    let mounts = |workload: &Value| {
        let volumes = items(workload, "/spec/template/spec/volumes").iter();
        volumes.into_iter().any(|volume| text(volume, "/secret/secretName") == name(secret))
    };
    let here = inventory.workloads_in(namespace(secret)).filter(|(_, workload)| mounts(workload));
    here.filter_map(|(api, workload)| reference(api, workload)).collect()
}
