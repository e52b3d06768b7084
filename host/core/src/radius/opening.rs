//! Writes that open more than they say: webhook configurations, webhooks that convert, API services, labels that decide what a namespace may run, minted tokens.
//!
//! What a role grants is [`super::access`]'s, what a workload borrows [`super::borrowed`]'s.

use std::collections::BTreeSet;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, kinds, some, spread};
use crate::object::{ObjectRef, items, name, text};

/// Names the owners of a namespace, as an annotation or a label: groups or people, separated by commas.
pub(crate) const OWNER: &str = "kubechat.dev/owner";
/// Label keys that say what a namespace is. Whoever makes it says so first; after that others decide by them.
const SAID_WHEN_MADE: [&str; 5] = ["kubernetes.io/metadata.name", "environment", "env", "stage", OWNER];
/// A further label key by which others decide what may run in a namespace.
const INJECTION: &str = "istio-injection";
/// Prefixes of such keys. Pod Security's `warn` and `audit` decide nothing and are left out.
const DECIDING_PREFIXES: [&str; 3] = [POD_SECURITY, "admission.gatekeeper.sh/", "policies.kyverno.io/"];
const POD_SECURITY: &str = "pod-security.kubernetes.io/enforce";
const TOKEN_SECRET: &str = "kubernetes.io/service-account-token";

/// An object that is made (`live` absent), changed, or deleted (`after` absent).
pub(super) fn of(
    target: &ObjectRef,
    live: Option<&Value>,
    after: Option<&Value>,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    let api = &target.api;
    match (api.group.as_str(), api.kind.as_str()) {
        (kinds::ADMISSION, _) => {
            admission(target, live, after, reach);
            spread::hooks(live, after, look, reach);
        }
        (kinds::API_SERVICES, "APIService") if live.map(spec) != after.map(spec) => {
            reach.escalate("webhook", format!("{target} decides who answers for a group of the API"));
        }
        ("apiextensions.k8s.io", "CustomResourceDefinition") => conversion(target, live, after, reach),
        ("", "Namespace") => {
            if let Some(after) = after {
                labels(target, live, after, look, reach);
            }
        }
        ("", "Secret") => secret(target, live, after, reach),
        ("authentication.k8s.io", "TokenRequest") => reach.escalate("token", format!("{target} mints a token")),
        ("certificates.k8s.io", "CertificateSigningRequest") => {
            let approved = |object: Option<&Value>| {
                let conditions = object.map(|object| items(object, "/status/conditions")).unwrap_or_default();
                conditions.iter().any(|one| text(one, "/type") == "Approved")
            };
            if approved(after) && !approved(live) {
                let signer = after.map(|after| text(after, "/spec/signerName")).unwrap_or_default();
                reach.escalate("token", format!("{target} is approved: {signer} signs a certificate for it"));
            }
        }
        _ => {}
    }
}

fn spec(object: &Value) -> Option<&Value> {
    object.get("spec")
}

/// Whether other objects than before are sent to a webhook, which answers with what they become.
fn conversion(target: &ObjectRef, live: Option<&Value>, after: Option<&Value>, reach: &mut Reach) {
    // Where the webhook is found, in v1 and in v1beta1; nothing where none converts.
    let webhook = |definition: &'_ Value| {
        let conversion = definition.pointer("/spec/conversion")?;
        let at = ["/webhook/clientConfig", "/webhookClientConfig"];
        (text(conversion, "/strategy") == "Webhook").then(|| at.map(|pointer| conversion.pointer(pointer).cloned()))
    };
    let now = after.and_then(webhook);
    if now.is_some() && now != live.and_then(webhook) {
        reach.escalate("webhook", format!("a webhook would read and rewrite every object of {target}"));
    }
}

fn admission(target: &ObjectRef, live: Option<&Value>, after: Option<&Value>, reach: &mut Reach) {
    let content = |object: Option<&Value>| {
        object.map(|object| [object.get("webhooks"), object.get("spec")].map(|part| part.cloned().unwrap_or_default()))
    };
    if content(live) == content(after) {
        return;
    }
    let (names, verb) = match (live, after) {
        (Some(live), None) => (hooks(live), "no longer asked"),
        (_, Some(after)) => (hooks(after), "asked about writes"),
        (None, None) => (Vec::new(), ""),
    };
    if !names.is_empty() {
        let what = format!("{} would be {verb} by the API server", some(&names));
        reach.say(if after.is_some() { Weight::Change } else { Weight::Loss }, what);
    }
    reach.escalate("webhook", format!("{target} decides what the API server accepts"));
}

fn hooks(configuration: &Value) -> Vec<String> {
    let strict = |hook: &Value| {
        let policy = if text(hook, "/failurePolicy") == "Ignore" { "Ignore" } else { "Fail" };
        format!("webhook {} ({policy})", text(hook, "/name"))
    };
    items(configuration, "/webhooks").iter().map(strict).collect()
}

/// What decides about a namespace and changes. One that is made is compared with one without any labels.
fn labels(target: &ObjectRef, live: Option<&Value>, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let changed = changed_labels(live, after);
    let owner = |object: &Value| object.pointer("/metadata/annotations").and_then(|notes| notes.get(OWNER)).cloned();
    let other_owner = live.is_some_and(|live| owner(live) != owner(after));
    let mut deciding: BTreeSet<String> =
        changed.iter().filter(|key| decides(key)).map(|key| format!("label {key}")).collect();
    deciding.extend(other_owner.then(|| format!("annotation {OWNER}")));
    let hooks =
        if changed.is_empty() { vec![] } else { vec![kinds::validating_webhooks(), kinds::mutating_webhooks()] };
    for api in hooks {
        for configuration in look.aside(api.clone()) {
            let by = |hook: &Value| {
                let selector = hook.get("namespaceSelector").map(ToString::to_string).unwrap_or_default();
                changed.iter().find(|key| selector.contains(&format!("\"{key}\"")))
            };
            if let Some(key) = items(configuration, "/webhooks").iter().find_map(by) {
                deciding.insert(format!("label {key} (asked for by {})", name(configuration)));
                reach.touch(address(api.clone(), configuration), Why::Selects);
            }
        }
    }
    if !deciding.is_empty() {
        let deciding: Vec<String> = deciding.into_iter().collect();
        reach.escalate("namespace-labels", format!("what may run in {target} changes with {}", some(&deciding)));
    }
}

/// The keys of labels that change. Of a namespace that is made: without those that only say what it is, and without the
/// strictest level of pod security, which opens nothing.
fn changed_labels(live: Option<&Value>, after: &Value) -> Vec<String> {
    let map = |object: Option<&Value>| {
        object.and_then(|object| object.pointer("/metadata/labels")).and_then(Value::as_object).cloned()
    };
    let (before, now) = (map(live).unwrap_or_default(), map(Some(after)).unwrap_or_default());
    let opens_nothing = |key: &str| {
        let strictest = key == POD_SECURITY && now.get(key).is_some_and(|level| level == "restricted");
        live.is_none() && (SAID_WHEN_MADE.contains(&key) || strictest)
    };
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let changes = |key: &&String| before.get(*key) != now.get(*key) && !opens_nothing(key);
    keys.into_iter().filter(changes).cloned().collect()
}

fn decides(key: &str) -> bool {
    key == INJECTION || SAID_WHEN_MADE.contains(&key) || DECIDING_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

fn secret(target: &ObjectRef, live: Option<&Value>, after: Option<&Value>, reach: &mut Reach) {
    let account = |object: Option<&Value>| {
        let object = object.filter(|object| text(object, "/type") == TOKEN_SECRET)?;
        let annotations = object.pointer("/metadata/annotations")?;
        annotations.get("kubernetes.io/service-account.name").and_then(Value::as_str).map(str::to_owned)
    };
    if let Some(now) = account(after)
        && account(live).as_ref() != Some(&now)
    {
        reach.escalate("token", format!("{target} becomes a lasting token of the account {now}"));
    }
}
