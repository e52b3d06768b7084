//! Services that lead nowhere: a selector that matches no pod, and the nearest one that would; or pods that aren't ready.
//!
//! A Service without a selector is somebody else's to fill. One whose workload is scaled to zero is only noted.

use serde_json::{Map, Value, json};

use super::draft::{Depth, Draft};
use super::inventory::{Inventory, is_gone, labels, serving, template_labels};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, name, namespace, text};
use crate::operation::patch::{Patch, PatchType};
use crate::operation::{Operation, Target};
use crate::policy::Severity;
use crate::read::pod_status::has_condition;
use crate::read::{reference, selector};
use crate::resolve::distance;

/// Most Services for which a near selector is looked for.
const NEAREST_MAX: usize = 50;
/// Most workloads and pods one selector is compared with for that.
const COMPARED_MAX: usize = 500;
/// How far a label's value may be off, in characters, to be taken for a slip.
const SLIP_MAX: usize = 3;

/// The findings about Services.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let mut searches = NEAREST_MAX;
    inventory.services.iter().filter_map(|service| leads_nowhere(service, &mut searches, inventory)).collect()
}

/// The workloads behind a Service: by their templates, and by the pods it selects.
pub(super) fn behind(service: &ObjectRef, inventory: &Inventory<'_>) -> Vec<ObjectRef> {
    let Some(place) = service.namespace.as_ref().map(Namespace::as_str) else { return Vec::new() };
    let Some(by) = inventory.service(place, service.name.as_str()).and_then(selector::of) else { return Vec::new() };
    let mut all: Vec<_> = inventory.workloads_selected(place, by).into_iter().map(|(workload, _)| workload).collect();
    if all.is_empty() {
        all.extend(inventory.pods_selected(place, by).filter_map(|pod| Some(inventory.root(pod)?.object)));
    }
    all.sort();
    all.dedup();
    all
}

/// Whether it has no pods because all that is behind it is scaled to zero.
pub(super) fn is_asleep(service: &Value, inventory: &Inventory<'_>) -> bool {
    let workloads = selector::of(service).map(|by| inventory.workloads_selected(namespace(service), by));
    workloads
        .is_some_and(|workloads| !workloads.is_empty() && workloads.iter().all(|(it, content)| is_at_zero(it, content)))
}

fn is_at_zero(workload: &ObjectRef, content: &Value) -> bool {
    serving(&workload.api, content).wanted == 0
}

fn leads_nowhere<'a>(service: &'a Value, searches: &mut usize, inventory: &Inventory<'a>) -> Option<Draft> {
    if text(service, "/spec/type") == "ExternalName" || at(service, "/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let wanted = selector::of(service)?;
    let endpoints = inventory.endpoints(service);
    if endpoints.is_some_and(|endpoints| endpoints.ready > 0) {
        return None;
    }
    let object = reference(&ApiType::services(), service)?;
    // Pods that could not all be seen prove nothing by their absence; endpoints may still.
    if !inventory.sees(&ApiType::pods(), namespace(service)) {
        return endpoints.and_then(|_| unanswered(object, service, wanted, inventory));
    }
    let selected = inventory.pods_selected(namespace(service), wanted);
    let pods: Vec<_> = selected.filter(|pod| !is_gone(pod)).collect();
    if pods.iter().any(|pod| has_condition(pod, "Ready")) {
        // Ready pods and no endpoint yet: the controller is about to add it.
        return None;
    }
    let selected = inventory.workloads_selected(namespace(service), wanted);
    let draft = match (pods.is_empty(), selected.as_slice()) {
        (true, []) => matches_nothing(object, service, wanted, searches, inventory),
        (true, workloads) => without_pods(object, workloads),
        (false, _) => not_ready(object, &pods, inventory),
    };
    let count = endpoints.map_or("endpoint slices could not be seen".to_owned(), |all| {
        format!("{} endpoints, {} ready", all.total, all.ready)
    });
    Some(draft.shown_by(format!("EndpointSlices of Service {}/{}", namespace(service), name(service)), count))
}

/// A Service without ready endpoints whose pods could not all be seen.
fn unanswered(
    object: ObjectRef,
    service: &Value,
    wanted: &Map<String, Value>,
    inventory: &Inventory<'_>,
) -> Option<Draft> {
    if is_asleep(service, inventory) {
        return None;
    }
    let selected = inventory.workloads_selected(namespace(service), wanted);
    let explains = selected.into_iter().map(|(workload, _)| workload).collect();
    let source = format!("EndpointSlices of Service {}/{}", namespace(service), name(service));
    let sentence = format!("{object} has no ready endpoint; its pods could not all be seen");
    let draft = draft("service/no-ready-pod", object, explains, Severity::Medium);
    Some(draft.shown_by(source, "0 ready").says(sentence, "look at its pods by their labels, in their namespace"))
}

fn draft(rule: &'static str, object: ObjectRef, explains: Vec<ObjectRef>, severity: Severity) -> Draft {
    Draft { explains, ..Draft::about(rule, Depth::Effect, object, severity) }
}

fn without_pods(object: ObjectRef, workloads: &[(ObjectRef, &Value)]) -> Draft {
    let explains: Vec<_> = workloads.iter().map(|(workload, _)| workload.clone()).collect();
    let first = &explains[0];
    if workloads.iter().all(|(workload, content)| is_at_zero(workload, content)) {
        let sentence = format!("{object} has no pods, because {first} is scaled to zero");
        return draft("service/scaled-to-zero", object, explains, Severity::Info)
            .says(sentence, "nothing to repair if that is meant; else scale it up");
    }
    let sentence = format!("{object} has no pods: {first} has none that run");
    draft("service/no-pods", object, explains, Severity::High).says(sentence, "look at the workload behind it")
}

fn not_ready<'a>(object: ObjectRef, pods: &[&'a Value], inventory: &Inventory<'a>) -> Draft {
    let mut roots: Vec<_> = pods.iter().filter_map(|pod| Some(inventory.root(pod)?.object)).collect();
    roots.sort();
    roots.dedup();
    let sentence = format!("{object} leads to {} pods and none of them is ready", pods.len());
    draft("service/no-ready-pod", object, roots, Severity::Medium)
        .says(sentence, "the pods may still be starting; look at their readiness and logs")
}

fn matches_nothing(
    object: ObjectRef,
    service: &Value,
    wanted: &Map<String, Value>,
    searches: &mut usize,
    inventory: &Inventory<'_>,
) -> Draft {
    let asked = selector::text(wanted);
    let sentence = format!("{object} selects {asked}, and no pod has these labels");
    let nearest = if *searches > 0 { nearest(service, wanted, inventory) } else { None };
    *searches = searches.saturating_sub(1);
    let draft = Draft::about("service/selector-matches-nothing", Depth::Root, object, Severity::High)
        .shown_by(format!("Service {}/{} selector", namespace(service), name(service)), asked);
    let Some(near) = nearest else {
        return draft.says(sentence, "correct the selector, or start the workload it is meant for");
    };
    let advice = format!(
        "{}. To let it lead there: kubectl set selector service/{} '{}' -n {}",
        near.change.difference,
        name(service),
        selector::text(&near.change.selector),
        namespace(service)
    );
    let mut draft = draft
        .shown_by(format!("{} pod labels", near.object), near.labels)
        .says(format!("{sentence}; the nearest are those of {}: {}", near.object, near.change.difference), advice);
    draft.mentions.push(near.object);
    draft.fix = fix(service, wanted, &near.change.selector);
    draft
}

/// The patch that makes the selector the nearest one; a key that goes is named, for a merge keeps what it does not name.
fn fix(service: &Value, wanted: &Map<String, Value>, nearest: &Map<String, Value>) -> Option<Operation> {
    let mut selector = nearest.clone();
    for gone in wanted.keys().filter(|key| !nearest.contains_key(*key)) {
        selector.insert(gone.clone(), Value::Null);
    }
    let target = Target {
        kind: KindWord::parse("Service").ok()?,
        namespace: Some(Namespace::parse(namespace(service)).ok()?),
        name: ObjectName::parse(name(service)).ok()?,
    };
    let patch = json!({"spec": {"selector": selector}});
    Some(Operation::Patch(Patch { target, kind: PatchType::Merge, patch }))
}

/// Pods that would match if the selector were a little different.
struct Near {
    object: ObjectRef,
    labels: String,
    change: Change,
}

/// A selector changed as little as makes it match.
struct Change {
    selector: Map<String, Value>,
    /// What differs, in words.
    difference: String,
    cost: usize,
}

fn nearest(service: &Value, wanted: &Map<String, Value>, inventory: &Inventory<'_>) -> Option<Near> {
    let templates = inventory
        .workloads_in(namespace(service))
        .take(COMPARED_MAX)
        .filter_map(|(api, workload)| Some((reference(api, workload)?, template_labels(workload)?)));
    let alone = inventory
        .alone_in(namespace(service), COMPARED_MAX)
        .filter_map(|pod| Some((reference(&ApiType::pods(), pod)?, labels(pod)?)));
    templates
        .chain(alone)
        .filter_map(|(object, labels)| {
            let change = change(wanted, labels, object.name.as_str() == name(service))?;
            Some(Near { object, labels: selector::text(labels), change })
        })
        .min_by(|a, b| (a.change.cost, &a.object).cmp(&(b.change.cost, &b.object)))
}

/// The change that makes a selector match these labels; nothing when that would be another selector.
fn change(wanted: &Map<String, Value>, labels: &Map<String, Value>, same_name: bool) -> Option<Change> {
    let mut selector = Map::new();
    let (mut differences, mut cost, mut same) = (Vec::new(), 0, usize::from(same_name));
    for (key, value) in wanted {
        let said = value.as_str()?;
        match labels.get(key).and_then(Value::as_str) {
            Some(found) if found == said => {
                same += 1;
                selector.insert(key.clone(), value.clone());
            }
            Some(found) => {
                let off = distance(said, found);
                same += usize::from(is_slip(said, found, off));
                cost += off.max(1);
                differences.push(format!("the Service wants {key}={said}, they have {key}={found}"));
                selector.insert(key.clone(), Value::from(found));
            }
            None => {
                // The same value under another key, as after a move to app.kubernetes.io/name.
                let other = labels.iter().find(|(_, found)| found.as_str() == Some(said))?.0;
                same += 1;
                cost += 4;
                differences.push(format!("the Service wants {key}={said}, they have {other}={said}"));
                selector.insert(other.clone(), value.clone());
            }
        }
    }
    // At least half of what it wants, or its name, must speak for it.
    let near = same * 2 >= wanted.len() && same > 0;
    near.then(|| Change { selector, difference: differences.join("; "), cost })
}

fn is_slip(said: &str, found: &str, off: usize) -> bool {
    let part = !said.is_empty() && !found.is_empty() && (found.contains(said) || said.contains(found));
    part || off <= SLIP_MAX.min(said.len() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(wanted: Value, labels: Value) -> Option<String> {
        change(wanted.as_object().unwrap(), labels.as_object().unwrap(), false)
            .map(|near| selector::text(&near.selector))
    }

    #[test]
    fn the_nearest_selector_differs_where_somebody_slipped() {
        let cases = [
            (json!({"app": "review"}), json!({"app": "reviews", "team": "shop"}), Some("app=reviews")),
            (json!({"app": "web"}), json!({"app.kubernetes.io/name": "web"}), Some("app.kubernetes.io/name=web")),
            (json!({"app": "web", "tier": "back"}), json!({"app": "web", "tier": "front"}), Some("app=web,tier=front")),
            (json!({"app": "web"}), json!({"app": "payments-ledger"}), None),
            (json!({"app": "web"}), json!({"team": "shop"}), None),
        ];
        for (wanted, labels, expected) in cases {
            assert_eq!(compared(wanted.clone(), labels.clone()).as_deref(), expected, "{wanted} {labels}");
        }
    }
}
