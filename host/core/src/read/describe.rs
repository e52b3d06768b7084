//! `describe`: one object in words: its state, its containers, the pods it selects, its endpoints, its events.
//!
//! Limits: [`PODS_MAX`] pods, [`EVENTS_MAX`] events, [`SPEC_BYTES_MAX`] bytes of each field of a kind we have no words
//! for; what is left out is counted. Pods or events that may not be seen are named, and the rest is shown.

use serde_json::Value;

use super::answer::{Description, Line, Section};
use super::scope::{Scope, Seen};
use super::{age, columns, events, fit, pod_status, resolved, selector, shown};
use crate::facts::{FactQuery, Snapshot};
use crate::object::{ApiType, ObjectRef, at, integer, items, name, text};
use crate::operation::{LowerError, Target};
use crate::time::Timestamp;

/// Most pods listed.
const PODS_MAX: usize = 20;
/// Most events listed.
const EVENTS_MAX: usize = 20;
/// Longest field of a spec shown as JSON, bytes.
const SPEC_BYTES_MAX: usize = 400;

pub(super) fn needs(target: &Target, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let Some((object, content)) = resolved(target, known)? else { return target.needs_object(known) };
    let mut needs = Scope::One(&events::home(&object)).needs(&ApiType::events(), None, known);
    for (api, selector) in belongings(&object, content) {
        if let Some(namespace) = &object.namespace {
            needs.extend(Scope::One(namespace).needs(&api, Some(&selector), known));
        }
    }
    Ok(needs)
}

pub(super) fn answer(target: &Target, known: &Snapshot, now: Timestamp) -> Result<Description, LowerError> {
    let (object, raw) = target.object(known)?;
    let content = shown::object(raw);
    let mut unseen = Vec::new();
    let mut sections = vec![state(&object, &content, now), conditions(&content), containers(&content, now)];
    for (api, selector) in belongings(&object, raw) {
        let Some(namespace) = &object.namespace else { continue };
        let seen = Scope::One(namespace).seen(&api, Some(&selector), known);
        unseen.extend(seen.unseen.iter().cloned());
        sections.push(if api.is("", "Pod") { pods(&seen, now) } else { endpoints(&seen) });
    }
    sections.push(spec(&object, &content));
    let seen = Scope::One(&events::home(&object)).seen(&ApiType::events(), None, known);
    unseen.extend(seen.unseen.iter().cloned());
    sections.push(happened(&object, raw, &seen, now));
    sections.retain(|section| !section.lines.is_empty());
    Ok(Description { object, sections, unseen })
}

/// What else is listed: the pods an object selects, and a Service's endpoint slices.
fn belongings(object: &ObjectRef, content: &Value) -> Vec<(ApiType, String)> {
    let selects =
        !object.api.is("policy", "PodDisruptionBudget") && !object.api.is("networking.k8s.io", "NetworkPolicy");
    let mut lists = Vec::new();
    if let Some(selector) = selector::query(content).filter(|_| selects) {
        lists.push((ApiType::pods(), selector));
    }
    if object.api.is("", "Service") {
        lists.push((ApiType::endpoint_slices(), format!("kubernetes.io/service-name={}", object.name)));
    }
    lists
}

fn section(title: &str, lines: Vec<(String, String)>, omitted: usize) -> Section {
    let line = |(label, text): (String, String)| Line { label: shown::line(&label), text: shown::line(&text) };
    Section { title: title.to_owned(), lines: lines.into_iter().map(line).collect(), omitted: omitted as u64 }
}

fn state(object: &ObjectRef, content: &Value, now: Timestamp) -> Section {
    let mut lines: Vec<_> =
        columns::of(&object.api).iter().map(|(title, cell)| ((*title).to_owned(), cell(content, now))).collect();
    for field in ["labels", "annotations"] {
        let pairs = at(content, &format!("/metadata/{field}")).and_then(Value::as_object).into_iter().flatten();
        let pairs: Vec<_> = pairs.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
        if !pairs.is_empty() {
            lines.push((field.to_uppercase(), pairs.join(", ")));
        }
    }
    for owner in items(content, "/metadata/ownerReferences") {
        lines.push(("OWNER".to_owned(), format!("{} {}", text(owner, "/kind"), text(owner, "/name"))));
    }
    for (label, pointer) in [("NODE", "/spec/nodeName"), ("POD IP", "/status/podIP")] {
        if !text(content, pointer).is_empty() {
            lines.push((label.to_owned(), text(content, pointer).to_owned()));
        }
    }
    if let Some(selector) = selector::of(content) {
        lines.push(("SELECTOR".to_owned(), selector::text(selector)));
    }
    section("state", lines, 0)
}

fn conditions(content: &Value) -> Section {
    let line = |condition: &Value| {
        let words = [text(condition, "/status"), text(condition, "/reason"), text(condition, "/message")];
        let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
        (text(condition, "/type").to_owned(), words.join(", "))
    };
    section("conditions", items(content, "/status/conditions").iter().map(line).collect(), 0)
}

fn containers(content: &Value, now: Timestamp) -> Section {
    let statuses: Vec<_> = ["/status/initContainerStatuses", "/status/containerStatuses"]
        .iter()
        .flat_map(|pointer| items(content, pointer))
        .collect();
    let specs = [
        "/spec/initContainers",
        "/spec/containers",
        "/spec/template/spec/initContainers",
        "/spec/template/spec/containers",
    ];
    let line = |container: &Value| {
        let status = statuses.iter().find(|status| name_of(status) == name_of(container));
        let mut parts = vec![text(container, "/image").to_owned()];
        parts.extend(status.map(|status| container_state(status, now)));
        for (label, pointer) in [("requests", "/resources/requests"), ("limits", "/resources/limits")] {
            parts.extend(at(container, pointer).and_then(Value::as_object).filter(|map| !map.is_empty()).map(|map| {
                let pairs: Vec<_> =
                    map.iter().map(|(key, value)| format!("{key} {}", value.as_str().unwrap_or("?"))).collect();
                format!("{label} {}", pairs.join(" "))
            }));
        }
        (name_of(container).to_owned(), parts.join("; "))
    };
    section("containers", specs.iter().flat_map(|pointer| items(content, pointer)).map(line).collect(), 0)
}

fn name_of(container: &Value) -> &str {
    text(container, "/name")
}

fn container_state(status: &Value, now: Timestamp) -> String {
    let restarts = integer(status, "/restartCount").unwrap_or_default();
    let mut said = match () {
        () if at(status, "/state/running").is_some() => {
            format!("running for {}", age::since(text(status, "/state/running/startedAt"), now))
        }
        () if at(status, "/state/terminated").is_some() => ended(status, "/state/terminated"),
        () => format!("waiting: {} {}", text(status, "/state/waiting/reason"), text(status, "/state/waiting/message")),
    };
    if restarts > 0 {
        said.push_str(&format!(", {restarts} restarts, before: {}", ended(status, "/lastState/terminated")));
    }
    said
}

fn ended(status: &Value, pointer: &str) -> String {
    let Some(end) = at(status, pointer) else { return "unknown".to_owned() };
    format!("ended with exit code {} ({})", integer(end, "/exitCode").unwrap_or_default(), text(end, "/reason"))
}

fn pods(seen: &Seen<'_>, now: Timestamp) -> Section {
    let mut pods = seen.items.clone();
    pods.sort_by_cached_key(|pod| (pod_status::has_condition(pod, "Ready"), name(pod).to_owned()));
    let line = |pod: &Value| {
        let restarts = pod_status::restarts(pod, now);
        let age = age::since(text(pod, "/metadata/creationTimestamp"), now);
        (
            name(pod).to_owned(),
            format!("{} {}, restarts {restarts}, {age}", pod_status::ready(pod), pod_status::word(pod)),
        )
    };
    let lines = pods.iter().take(PODS_MAX).map(|pod| line(pod)).collect();
    section("pods", lines, pods.len().saturating_sub(PODS_MAX))
}

fn endpoints(seen: &Seen<'_>) -> Section {
    let points = seen.items.iter().flat_map(|slice| items(slice, "/endpoints"));
    let mut lines: Vec<_> = points
        .map(|point| {
            let ready = at(point, "/conditions/ready").and_then(Value::as_bool).unwrap_or(true);
            let address = items(point, "/addresses").first().and_then(Value::as_str).unwrap_or("?").to_owned();
            (address, format!("{} {}", text(point, "/targetRef/name"), if ready { "ready" } else { "not ready" }))
        })
        .collect();
    if lines.is_empty() && seen.any {
        lines.push(("none".to_owned(), "no pod answers for this Service".to_owned()));
    }
    let omitted = lines.len().saturating_sub(PODS_MAX);
    lines.truncate(PODS_MAX);
    section("endpoints", lines, omitted)
}

/// The fields of a kind whose columns say little.
fn spec(object: &ObjectRef, content: &Value) -> Section {
    if columns::of(&object.api).len() > 2 {
        return section("spec", Vec::new(), 0);
    }
    let fields = ["spec", "data"].iter().filter_map(|field| content.get(*field)?.as_object()).flatten();
    let json = |value: &Value| match fit::fit(value, SPEC_BYTES_MAX) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    section("spec", fields.map(|(key, value)| (key.clone(), json(value))).collect(), 0)
}

fn happened(object: &ObjectRef, content: &Value, seen: &Seen<'_>, now: Timestamp) -> Section {
    let about = seen.items.iter().copied().filter(|event| events::is_about(event, object, content));
    let found = events::rows(about, EVENTS_MAX, now);
    let line = |row: super::EventRow| {
        let times = if row.count > 1 { format!(" ({} times)", row.count) } else { String::new() };
        (format!("{} ago", row.age), format!("{} {}{times}: {}", row.level, row.reason, row.message))
    };
    section("events", found.rows.into_iter().map(line).collect(), usize::try_from(found.omitted).unwrap_or(usize::MAX))
}
