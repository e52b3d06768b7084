//! Writes that open more than they say: webhook configurations, labels that decide what a namespace may run, minted tokens.
//!
//! What a role grants is [`super::access`]'s, what a workload borrows [`super::borrowed`]'s.

use std::collections::BTreeSet;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, kinds, some};
use crate::object::{ObjectRef, items, name, text};

/// Label keys by which others decide what may run in a namespace, or who must be asked.
const DECIDING: [&str; 6] =
    ["kubernetes.io/metadata.name", "environment", "env", "stage", "kubechat.dev/owner", "istio-injection"];
/// Prefixes of such keys. Pod Security's `warn` and `audit` decide nothing and are left out.
const DECIDING_PREFIXES: [&str; 3] =
    ["pod-security.kubernetes.io/enforce", "admission.gatekeeper.sh/", "policies.kyverno.io/"];
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
        (kinds::ADMISSION, _) => admission(target, live, after, reach),
        ("", "Namespace") => {
            if let (Some(live), Some(after)) = (live, after) {
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

fn labels(target: &ObjectRef, live: &Value, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let map =
        |object: &Value| object.pointer("/metadata/labels").and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, now) = (map(live), map(after));
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let changed: Vec<&str> =
        keys.into_iter().filter(|key| before.get(*key) != now.get(*key)).map(String::as_str).collect();
    if changed.is_empty() {
        return;
    }
    let mut deciding: BTreeSet<String> =
        changed.iter().filter(|key| decides(key)).map(|key| format!("label {key}")).collect();
    for api in [kinds::validating_webhooks(), kinds::mutating_webhooks()] {
        for configuration in look.aside(api.clone(), None) {
            let by = |hook: &Value| {
                let selector = hook.get("namespaceSelector").map(ToString::to_string).unwrap_or_default();
                changed.iter().find(|key| selector.contains(&format!("\"{key}\""))).copied()
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

fn decides(key: &str) -> bool {
    DECIDING.contains(&key) || DECIDING_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
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
