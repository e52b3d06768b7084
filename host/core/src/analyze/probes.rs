//! Probes: what a container's probe asks, and whether the kubelet ended the container because of it.
//!
//! That a probe was the reason stands only in events, which are gone after an hour; without one nothing is claimed.

use serde_json::Value;

use super::events;
use super::inventory::Inventory;
use super::trouble::Group;
use crate::object::{at, integer, items, text};

/// The events in which the kubelet speaks of probes.
pub(super) const SPEAKS: &[&str] = &["Unhealthy", "ProbeWarning", "Killing"];

/// The probe that ends containers: its field, and the event that says so.
pub(super) fn killer<'a>(group: &Group<'_>, inventory: &Inventory<'a>) -> Option<(&'static str, &'a Value)> {
    let event = events::newest(&group.pods, inventory, SPEAKS)?;
    let said = text(event, "/message").to_lowercase();
    // "Liveness probe failed: …" (Unhealthy), "Container web failed liveness probe, will be restarted" (Killing).
    let probes = [("livenessProbe", "liveness probe"), ("startupProbe", "startup probe")];
    let (field, _) = probes.into_iter().find(|(_, words)| said.contains(words) && said.contains("failed"))?;
    Some((field, event))
}

/// A container's spec, wherever it stands.
pub(super) fn container<'a>(pod: &'a Value, called: &str) -> Option<&'a Value> {
    let all = ["/spec/initContainers", "/spec/containers"].iter().flat_map(|list| items(pod, list));
    all.into_iter().find(|container| text(container, "/name") == called)
}

/// Whether a container is one that runs before the others.
pub(super) fn is_init(pod: &Value, called: &str) -> bool {
    items(pod, "/spec/initContainers").iter().any(|container| text(container, "/name") == called)
}

/// `GET /healthz on port 8080, every 10 s, 3 failures after 1 s each`, of a container that has such a probe.
pub(super) fn words(pod: &Value, called: &str, field: &str) -> Option<String> {
    let probe = container(pod, called)?.get(field)?;
    let port = |field: &str| match at(probe, field) {
        Some(Value::String(name)) => name.clone(),
        Some(number) => number.to_string(),
        None => "its default port".to_owned(),
    };
    let asks = match () {
        () if at(probe, "/httpGet").is_some() => {
            format!("GET {} on port {}", text(probe, "/httpGet/path"), port("/httpGet/port"))
        }
        () if at(probe, "/tcpSocket").is_some() => format!("a connection to port {}", port("/tcpSocket/port")),
        () if at(probe, "/grpc").is_some() => format!("gRPC health on port {}", port("/grpc/port")),
        () => {
            let command = items(probe, "/exec/command").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
            format!("the command {command}")
        }
    };
    let number = |field, default| integer(probe, field).unwrap_or(default);
    Some(format!(
        "{asks}, first after {} s, every {} s, given up after {} failures of {} s each",
        number("/initialDelaySeconds", 0),
        number("/periodSeconds", 10),
        number("/failureThreshold", 3),
        number("/timeoutSeconds", 1)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_probe_is_told_with_the_defaults_that_apply() {
        let pod = json!({"spec": {"containers": [{"name": "web", "livenessProbe": {"httpGet": {"path": "/ok", "port": "http"}, "periodSeconds": 5},
            "readinessProbe": {"exec": {"command": ["cat", "/tmp/ok"]}}}]}});
        assert_eq!(
            words(&pod, "web", "livenessProbe").as_deref(),
            Some("GET /ok on port http, first after 0 s, every 5 s, given up after 3 failures of 1 s each")
        );
        assert!(
            words(&pod, "web", "readinessProbe").is_some_and(|words| words.starts_with("the command cat /tmp/ok,"))
        );
        assert_eq!(words(&pod, "web", "startupProbe"), None);
        assert_eq!(words(&pod, "other", "livenessProbe"), None);
    }
}
