//! Admission webhooks that nobody answers: their Service is gone or has no endpoints.
//!
//! One whose failure policy is `Fail` refuses every write it is asked about, so it is serious before anybody notices. A
//! webhook reached by URL can't be judged from here.

use serde_json::Value;

use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use super::{quota, services};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, items, text};
use crate::policy::Severity;
use crate::read::reference;

/// Most webhooks of one configuration looked at.
const WEBHOOKS_MAX: usize = 50;
/// Most resources named.
const NAMED_MAX: usize = 5;

/// The findings about webhooks: one for each configuration and Service.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let kinds = [ApiType::validating_webhooks(), ApiType::mutating_webhooks()];
    let all = kinds.iter().flat_map(|api| inventory.items(api).iter().map(move |configuration| (api, *configuration)));
    let refused = quota::refused(inventory);
    all.filter_map(|(api, configuration)| unanswered(api, configuration, &refused, inventory)).collect()
}

/// Why nobody answers a webhook.
enum Silence {
    Gone,
    Empty,
}

fn silence(webhook: &Value, inventory: &Inventory<'_>) -> Option<(ObjectRef, Silence)> {
    let service = at(webhook, "/clientConfig/service")?;
    let (place, called) = (text(service, "/namespace"), text(service, "/name"));
    let object = ObjectRef {
        api: ApiType::services(),
        namespace: Some(Namespace::parse(place).ok()?),
        name: ObjectName::parse(called).ok()?,
    };
    if !inventory.sees(&ApiType::services(), place) {
        return None;
    }
    match inventory.service(place, called) {
        None => Some((object, Silence::Gone)),
        Some(found) => (inventory.endpoints(found)?.ready == 0).then_some((object, Silence::Empty)),
    }
}

fn unanswered(
    api: &ApiType,
    configuration: &Value,
    refused: &[quota::Refused<'_>],
    inventory: &Inventory<'_>,
) -> Option<Draft> {
    let webhooks = items(configuration, "/webhooks").iter().take(WEBHOOKS_MAX);
    let silent: Vec<_> = webhooks.filter_map(|webhook| Some((webhook, silence(webhook, inventory)?))).collect();
    // The worst speaks for all of one configuration.
    let fails = |webhook: &Value| text(webhook, "/failurePolicy") != "Ignore";
    let (webhook, (service, silence)) = silent.iter().find(|(webhook, _)| fails(webhook)).or(silent.first())?;
    let object = reference(api, configuration)?;
    let (rule, state) = match silence {
        Silence::Gone => ("webhook/no-such-service", "which does not exist"),
        Silence::Empty => ("webhook/no-endpoints", "which has no ready endpoint"),
    };
    let (severity, effect) = if fails(webhook) {
        (Severity::High, format!("every write of {} it is asked about is refused", resources(webhook)))
    } else {
        (Severity::Low, format!("writes of {} go on without it", resources(webhook)))
    };
    // Without endpoints it follows from whatever is the matter with the pods behind the Service.
    let depth = if matches!(silence, Silence::Gone) { Depth::Root } else { Depth::Near };
    let mut draft = Draft::about(rule, depth, object.clone(), severity).explaining(service.clone());
    for workload in services::behind(service, inventory) {
        draft = draft.explaining(workload);
    }
    for refused in refused {
        if quota::webhook_named(refused.message).is_some_and(|named| named == text(webhook, "/name")) {
            draft = draft.explaining(refused.root.object.clone());
        }
    }
    let shown = format!("{}: failurePolicy {}, {service}", text(webhook, "/name"), text(webhook, "/failurePolicy"));
    Some(draft.shown_by(format!("{object} webhooks"), shown).says(
        format!("{object} asks {service}, {state}: {effect}"),
        "bring the Service's pods back, or delete the configuration if what it belonged to is gone",
    ))
}

/// What a webhook is asked about: `pods, deployments`.
fn resources(webhook: &Value) -> String {
    let rules = items(webhook, "/rules").iter();
    let mut named: Vec<&str> = rules.flat_map(|rule| items(rule, "/resources")).filter_map(Value::as_str).collect();
    named.sort_unstable();
    named.dedup();
    match named.as_slice() {
        all if all.contains(&"*") || all.contains(&"*/*") => "everything".to_owned(),
        [] => "anything".to_owned(),
        all => all.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", "),
    }
}
