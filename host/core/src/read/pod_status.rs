//! One word for the state of a pod, and its READY and RESTARTS columns, as kubectl shows them.

use serde_json::Value;

use super::age;
use crate::object::{at, integer, items, text};
use crate::time::Timestamp;

/// The STATUS column: the first failing init container, else the last telling container, else the phase.
pub(crate) fn word(pod: &Value) -> String {
    let node_lost = text(pod, "/status/reason") == "NodeLost";
    if at(pod, "/metadata/deletionTimestamp").is_some() {
        return if node_lost { "Unknown" } else { "Terminating" }.to_owned();
    }
    if let Some(status) = init_word(pod) {
        return status;
    }
    let containers = items(pod, "/status/containerStatuses");
    let telling = containers.iter().filter_map(state_word).next();
    let running = containers.iter().any(|c| at(c, "/state/running").is_some() && is_ready(c));
    match telling {
        Some(word) if word == "Completed" && running => {
            if has_condition(pod, "Ready") { "Running" } else { "NotReady" }.to_owned()
        }
        Some(word) => word,
        None => match (text(pod, "/status/reason"), text(pod, "/status/phase")) {
            ("", "") => "Unknown".to_owned(),
            ("", phase) => phase.to_owned(),
            (reason, _) => reason.to_owned(),
        },
    }
}

fn init_word(pod: &Value) -> Option<String> {
    let statuses = items(pod, "/status/initContainerStatuses");
    for (index, status) in statuses.iter().enumerate() {
        let started = at(status, "/started").and_then(Value::as_bool) == Some(true);
        if integer(status, "/state/terminated/exitCode") == Some(0) || (is_sidecar(pod, status) && started) {
            continue;
        }
        return match state_word(status).filter(|word| word != "PodInitializing") {
            Some(word) => Some(format!("Init:{word}")),
            None => Some(format!("Init:{index}/{}", statuses.len())),
        };
    }
    None
}

fn is_sidecar(pod: &Value, status: &Value) -> bool {
    let name = text(status, "/name");
    items(pod, "/spec/initContainers").iter().any(|c| text(c, "/name") == name && text(c, "/restartPolicy") == "Always")
}

/// Why a container isn't running, in a word.
fn state_word(status: &Value) -> Option<String> {
    match text(status, "/state/waiting/reason") {
        "" => {}
        reason => return Some(reason.to_owned()),
    }
    let ended = at(status, "/state/terminated")?;
    Some(match (text(ended, "/reason"), integer(ended, "/signal"), integer(ended, "/exitCode")) {
        ("", Some(signal), _) if signal != 0 => format!("Signal:{signal}"),
        ("", _, code) => format!("ExitCode:{}", code.unwrap_or_default()),
        (reason, ..) => reason.to_owned(),
    })
}

/// Whether a container is ready.
pub(crate) fn is_ready(status: &Value) -> bool {
    at(status, "/ready").and_then(Value::as_bool) == Some(true)
}

/// Whether a condition of an object is `True`.
pub(crate) fn has_condition(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|condition| text(condition, "/status") == "True")
}

/// A condition of an object.
pub(crate) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    items(object, "/status/conditions").iter().find(|condition| text(condition, "/type") == kind)
}

/// The READY column: `1/2`.
pub(crate) fn ready(pod: &Value) -> String {
    let ready = items(pod, "/status/containerStatuses").iter().filter(|status| is_ready(status)).count();
    format!("{ready}/{}", items(pod, "/spec/containers").len())
}

/// How often the containers of a pod were started anew.
pub(crate) fn restart_count(pod: &Value) -> i64 {
    let statuses = items(pod, "/status/containerStatuses").iter();
    statuses.filter_map(|status| integer(status, "/restartCount")).fold(0, i64::saturating_add)
}

/// The RESTARTS column: `3 (2m ago)`.
pub(crate) fn restarts(pod: &Value, now: Timestamp) -> String {
    let statuses = items(pod, "/status/containerStatuses");
    let count = restart_count(pod);
    let last = statuses.iter().map(|status| text(status, "/lastState/terminated/finishedAt")).max().unwrap_or_default();
    if count == 0 || last.is_empty() { count.to_string() } else { format!("{count} ({} ago)", age::since(last, now)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_says_in_a_word_what_keeps_it() {
        let waiting = |reason: &str| json!({"name": "a", "ready": false, "state": {"waiting": {"reason": reason}}});
        let cases = [
            (
                json!({"status": {"phase": "Running", "containerStatuses": [{"ready": true, "state": {"running": {}}}]}}),
                "Running",
            ),
            (
                json!({"status": {"phase": "Running", "containerStatuses": [waiting("CrashLoopBackOff")]}}),
                "CrashLoopBackOff",
            ),
            (json!({"status": {"phase": "Pending"}}), "Pending"),
            (json!({"status": {"phase": "Failed", "reason": "Evicted"}}), "Evicted"),
            (json!({"metadata": {"deletionTimestamp": "x"}, "status": {"phase": "Running"}}), "Terminating"),
            (
                json!({"status": {"phase": "Pending", "initContainerStatuses": [waiting("ImagePullBackOff")]}}),
                "Init:ImagePullBackOff",
            ),
            (
                json!({"status": {"phase": "Pending", "initContainerStatuses": [waiting("PodInitializing"), waiting("PodInitializing")]}}),
                "Init:0/2",
            ),
            (
                json!({"status": {"phase": "Failed", "containerStatuses": [{"state": {"terminated": {"exitCode": 3}}}]}}),
                "ExitCode:3",
            ),
            (json!([]), "Unknown"),
        ];
        for (pod, expected) in cases {
            assert_eq!(word(&pod), expected, "{pod}");
        }
    }

    #[test]
    fn restarts_say_when_the_last_one_was() {
        let pod = json!({"status": {"containerStatuses": [
            {"restartCount": 3, "lastState": {"terminated": {"finishedAt": "2026-11-23T00:00:00Z"}}}]}});
        let now: Timestamp = "2026-11-23T00:05:00Z".parse().unwrap();
        assert_eq!(restarts(&pod, now), "3 (5m ago)");
        assert_eq!(restarts(&json!({}), now), "0");
    }
}
