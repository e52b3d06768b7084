//! Pods that crash, run out of memory, are killed by their probes, can't start, don't get their volumes, aren't ready, or
//! don't go away.
//!
//! For a crash the container's last words are read, of the worst [`LOGS_MAX`] groups; the others say so and whose log to ask
//! for. Whatever can't be read is said, and the finding stands without it.

use serde_json::Value;

use super::draft::{Depth, Draft, and_more, effect, serve, status_of};
use super::inventory::Inventory;
use super::trouble::{Cause, Group};
use super::{claims, events, fixes, images, memory, probes, references, telling};
use crate::facts::{Fact, FactQuery};
use crate::names::Namespace;
use crate::object::{at, integer, items, name, namespace, text};
use crate::operation::Operation;
use crate::read::pod_status::condition;
use crate::read::shown;

/// Most groups whose logs are read.
const LOGS_MAX: usize = 8;
/// Lines read of each.
const LOG_LINES: u32 = 50;

/// The details wanted of pods in trouble.
pub(super) fn needs(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let mut needs = Vec::new();
    for group in worst_crashing(groups, inventory) {
        let Some(previous) = log(group, true) else { continue };
        // Only when the container before has left nothing is the running one asked.
        let silent = match inventory.known.get(&previous) {
            Some(Fact::Logs { lines }) => lines.is_empty(),
            Some(Fact::Failed { .. } | Fact::Absent) => true,
            _ => false,
        };
        needs.push(previous);
        needs.extend(log(group, false).filter(|_| silent));
    }
    needs
}

/// Those whose findings come first, as far as can be known before they are made.
fn worst_crashing<'g, 'a>(groups: &'g [Group<'a>], inventory: &Inventory<'_>) -> Vec<&'g Group<'a>> {
    let mut crashing: Vec<_> = groups.iter().filter(|group| group.cause == Cause::CrashLoop).collect();
    if crashing.len() > LOGS_MAX {
        crashing.sort_by_cached_key(|group| {
            let (severity, serving) = effect(&group.root, group.pod(), inventory);
            let lost = serving.map_or(group.pods.len() as i64, |serving| (serving.wanted - serving.ready).max(0));
            std::cmp::Reverse((severity, lost, group.pods.len()))
        });
        crashing.truncate(LOGS_MAX);
    }
    crashing
}

/// Whether its log was not even asked for, because others are worse.
fn is_unread(group: &Group<'_>, inventory: &Inventory<'_>) -> bool {
    log(group, true).is_some_and(|log| inventory.known.get(&log).is_none())
}

fn log(group: &Group<'_>, previous: bool) -> Option<FactQuery> {
    Some(FactQuery::Logs {
        namespace: Namespace::parse(namespace(group.pod())).ok()?,
        pod: name(group.pod()).to_owned(),
        container: group.container.clone(),
        previous,
        lines: LOG_LINES,
        since: None,
    })
}

/// The findings about pods.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    let draft = |group: &Group<'_>| match group.cause {
        Cause::CrashLoop => Some(crash(group, inventory)),
        Cause::CannotStart => Some(cannot_start(group, inventory)),
        Cause::Creating => Some(creating(group, inventory)),
        Cause::NotReady => Some(not_ready(group, inventory)),
        Cause::Ending => Some(ending(group, inventory)),
        Cause::ImagePull | Cause::Unschedulable | Cause::NodeLost => None,
    };
    groups.iter().filter_map(draft).collect()
}

/// Why a container ends again and again.
struct Crash<'a> {
    rule: &'static str,
    /// In words, and what to do.
    reason: String,
    advice: String,
    /// Beside its state.
    evidence: Option<(String, String)>,
    words: Option<(String, &'a str)>,
}

fn why_crashed<'a>(
    group: &Group<'_>,
    end: Option<&Value>,
    words: Option<&'a (String, String)>,
    inventory: &Inventory<'_>,
) -> Crash<'a> {
    let (pod, container) = (group.pod(), group.container.as_deref().unwrap_or_default());
    let reason = end.map_or("it ended for an unknown reason".to_owned(), |end| ended(end, pod, container));
    if memory::ran_out(group) {
        let usage = memory::usage(group, inventory);
        let used = usage.as_ref().map(|(_, text)| format!("; {text} in a pod that runs")).unwrap_or_default();
        let advice = "raise its memory limit, or find out what it needs the memory for".to_owned();
        return Crash {
            rule: "pod/out-of-memory",
            reason: format!("{reason}{used}"),
            advice,
            evidence: usage,
            words: None,
        };
    }
    if let Some((field, event)) = probes::killer(group, inventory) {
        let which = field.trim_end_matches("Probe");
        let asks = probes::words(pod, container, field).map(|asks| format!(" ({asks})")).unwrap_or_default();
        let reason = format!("the kubelet restarts it because its {which} probe fails: {}", text(event, "/message"));
        let advice = format!(
            "see whether it answers its {which} probe{asks}; if it only starts slowly, give it a startup probe"
        );
        let evidence = Some((events::source(event), text(event, "/message").to_owned()));
        return Crash { rule: "pod/probe-kills", reason, advice, evidence, words: None };
    }
    let advice = match words {
        Some((_, line)) => telling::advice(line).to_owned(),
        None if is_unread(group, inventory) => {
            let pod = format!("{}/{}", namespace(pod), name(pod));
            format!("only the logs of the worst {LOGS_MAX} are read here; ask for the previous logs of pod {pod}")
        }
        None => "its log could not be read or is empty; look at its command, its settings and its probes".to_owned(),
    };
    let words = words.map(|(source, line)| (source.clone(), line.as_str()));
    Crash { rule: "pod/crash-loop", reason, advice, evidence: None, words }
}

fn crash(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let (status, container) = (group.status(), group.container.as_deref().unwrap_or("its container"));
    let pod = group.pod();
    let end = status.and_then(|status| at(status, "/state/terminated").or_else(|| at(status, "/lastState/terminated")));
    let restarts = status.and_then(|status| integer(status, "/restartCount")).unwrap_or_default();
    let last = last_words(group, inventory);
    let Crash { rule, reason, mut advice, evidence, words } = why_crashed(group, end, last.as_ref(), inventory);
    let said = words.as_ref().map(|(_, line)| format!("; its log says: {line}")).unwrap_or_default();
    let init = probes::is_init(pod, container);
    let (which, before) =
        if init { ("Init container", ", before its containers can start") } else { ("Container", "") };
    let sentence = format!(
        "{which} {container} of {} keeps crashing{before}{}: {reason}, {restarts} restarts{said}",
        group.root.object,
        and_more(group)
    );
    let state = status.map(|status| text(status, "/state/waiting/reason")).filter(|word| !word.is_empty());
    let state = state.unwrap_or("crashing");
    let mut draft = Draft::of_group(rule, Depth::Root, group, inventory)
        .shown_by(status_of(pod), format!("container {container}: {state}, {restarts} restarts; last time {reason}"));
    for (source, text) in evidence.into_iter().chain(words.map(|(source, line)| (source, line.to_owned()))) {
        draft = draft.shown_by(source, text);
    }
    if let Some(worked) = images::worked(group, inventory).filter(|worked| worked.serving > 0) {
        advice = format!("{} still works; going back to it ends the crashes. Then: {advice}", worked.image);
        draft = draft.shown_by(worked.source.clone(), worked.text.clone());
        draft.fix = worked.fix();
    } else if let Some((fix, wanted)) = room(rule, group) {
        advice = format!("a limit of {wanted} gives it room. Then: {advice}");
        draft.fix = Some(fix);
    }
    draft.says(sentence, advice)
}

/// More memory for a container that was killed at its limit.
fn room(rule: &str, group: &Group<'_>) -> Option<(Operation, String)> {
    let (container, content) = (group.container.as_deref()?, group.root.content?);
    let met = memory::limit(group.pod(), container).filter(|_| rule == "pod/out-of-memory")?;
    fixes::more_memory(&group.root.object, content, container, met)
}

/// How a container ended, in words.
fn ended(end: &Value, pod: &Value, container: &str) -> String {
    let code = integer(end, "/exitCode").unwrap_or_default();
    let limit = memory::limit(pod, container);
    let meaning = match (text(end, "/reason"), code) {
        ("OOMKilled", _) => match limit {
            Some(limit) => return format!("it was killed for using more memory than its limit of {limit}"),
            None => return "it was killed because memory ran out".to_owned(),
        },
        (_, 0) => "it ended by itself, although it should run on",
        (_, 126) => "its command may not be executed",
        (_, 127) => "its command was not found",
        (_, 134) => "it aborted",
        (_, 137) => "it was killed, often by its liveness probe",
        (_, 139) => "it accessed memory it must not (segmentation fault)",
        (_, 143) => "it was told to stop, usually by its liveness probe",
        _ => "it ended with an error",
    };
    format!("{meaning} (exit code {code})")
}

/// Where the telling line stands, and the line.
fn last_words(group: &Group<'_>, inventory: &Inventory<'_>) -> Option<(String, String)> {
    [true, false].into_iter().find_map(|previous| {
        let Some(Fact::Logs { lines }) = inventory.known.get(&log(group, previous)?) else { return None };
        let which = if previous { " (previous)" } else { "" };
        let source = format!("log of {}/{}{which}", namespace(group.pod()), name(group.pod()));
        Some((source, telling::line(&shown::lines(lines))?))
    })
}

/// What is missing, or a claim that isn't bound, is a finding of its own, of which this follows.
fn depth(group: &Group<'_>, inventory: &Inventory<'_>) -> Depth {
    let follows = references::explain(group, inventory) || claims::explain(group, inventory);
    if follows { Depth::Near } else { Depth::Root }
}

fn cannot_start(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let container = group.container.as_deref().unwrap_or("its container");
    let waiting = |field| group.status().map(|status| text(status, field)).unwrap_or_default();
    let (reason, message) = (waiting("/state/waiting/reason"), waiting("/state/waiting/message"));
    let advice = match () {
        () if message.contains("configmap") => {
            "create the ConfigMap or the key named here, or correct its name in the workload"
        }
        () if message.contains("secret") => {
            "create the Secret or the key named here, or correct its name in the workload"
        }
        () if message.contains("executable file not found") || message.contains("no such file") => {
            "correct the command: it does not exist in the image"
        }
        () => "the message says what the node could not set up",
    };
    let sentence = format!(
        "Container {container} of {} can't start{}: {message}{}",
        group.root.object,
        and_more(group),
        serve(&group.root)
    );
    Draft::of_group("pod/cannot-start", depth(group, inventory), group, inventory)
        .shown_by(status_of(group.pod()), format!("container {container}: {reason}: {message}"))
        .says(sentence, advice)
}

fn creating(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let reasons = ["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady"];
    let event = events::newest(&group.pods, inventory, &reasons);
    let why = event.map_or("no event says why", |event| text(event, "/message"));
    let sentence = format!("Pods of {} don't get created{}: {why}", group.root.object, and_more(group));
    let waiting = group.status().map(|status| text(status, "/state/waiting/reason")).unwrap_or_default();
    let mut draft = Draft::of_group("pod/stuck-creating", depth(group, inventory), group, inventory).shown_by(
        status_of(group.pod()),
        format!("has a node ({}) and waits: {waiting}", text(group.pod(), "/spec/nodeName")),
    );
    if let Some(event) = event {
        draft = draft.shown_by(events::source(event), text(event, "/message"));
    }
    draft.says(sentence, "check the volumes, Secrets and ConfigMaps it mounts, and the node's network")
}

fn not_ready(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let event = events::newest(&group.pods, inventory, probes::SPEAKS);
    let said = event.map(|event| format!(": {}", text(event, "/message"))).unwrap_or_default();
    let which = group.container.as_deref().map(|container| format!("container {container}: ")).unwrap_or_default();
    let sentence =
        format!("Pods of {} run but are not ready{}{said}{}", group.root.object, and_more(group), serve(&group.root));
    let ready = condition(group.pod(), "Ready");
    let shown = ready.map(|ready| {
        format!("{which}not ready since {}: {}", text(ready, "/lastTransitionTime"), text(ready, "/message"))
    });
    let mut draft = Draft::of_group("pod/not-ready", Depth::Near, group, inventory)
        .shown_by(status_of(group.pod()), shown.unwrap_or_default());
    if let Some(event) = event {
        draft = draft.shown_by(events::source(event), text(event, "/message"));
    }
    let asks = group.container.as_deref().and_then(|called| probes::words(group.pod(), called, "readinessProbe"));
    let asks = asks.map(|asks| format!(" ({asks})")).unwrap_or_default();
    draft.says(sentence, format!("look at its readiness probe{asks} and its log: it runs, but says it can't serve"))
}

fn ending(group: &Group<'_>, inventory: &Inventory<'_>) -> Draft {
    let pod = group.pod();
    let finalizers: Vec<_> = items(pod, "/metadata/finalizers").iter().filter_map(Value::as_str).collect();
    let (why, advice) = match finalizers.as_slice() {
        [] => (
            String::new(),
            "check whether its node is still there; a pod on a lost node ends when the node comes back or goes",
        ),
        names => (format!(": it waits for {}", names.join(", ")), "whoever set the finalizer has to remove it"),
    };
    let sentence = format!("Pods of {} should be gone and aren't{}{why}", group.root.object, and_more(group));
    let since = text(pod, "/metadata/deletionTimestamp");
    let mut draft = Draft::of_group("pod/stuck-ending", Depth::Near, group, inventory)
        .shown_by(status_of(pod), format!("to be gone since {since}, on node {}", text(pod, "/spec/nodeName")))
        .says(sentence, advice);
    draft.severity = crate::policy::Severity::Low;
    draft
}
