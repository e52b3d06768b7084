//! The state of an object in a word or two, by its kind; empty for kinds that have none.

use serde_json::Value;

use crate::object::{ApiType, at, integer, items, text};
use crate::read::pod_status;

/// The state.
pub(super) fn of(api: &ApiType, object: &Value) -> String {
    let gone = at(object, "/metadata/deletionTimestamp").is_some();
    match (api.group.as_str(), api.kind.as_str()) {
        ("", "Pod") => pod_status::word(object),
        _ if gone => "Terminating".to_owned(),
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") => {
            ready(object, "/status/readyReplicas", "/spec/replicas", 1)
        }
        ("apps", "DaemonSet") => ready(object, "/status/numberReady", "/status/desiredNumberScheduled", 0),
        ("batch", "Job") => job(object).to_owned(),
        ("batch", "CronJob") => {
            if at(object, "/spec/suspend") == Some(&Value::Bool(true)) { "suspended" } else { "scheduled" }.to_owned()
        }
        ("", "Service") => text(object, "/spec/type").to_owned(),
        ("", "PersistentVolumeClaim" | "PersistentVolume" | "Namespace") => text(object, "/status/phase").to_owned(),
        ("", "Node") => node(object),
        ("autoscaling", "HorizontalPodAutoscaler") => format!(
            "{} of {} to {}",
            integer(object, "/status/currentReplicas").unwrap_or(0),
            integer(object, "/spec/minReplicas").unwrap_or(1),
            integer(object, "/spec/maxReplicas").unwrap_or(0)
        ),
        ("policy", "PodDisruptionBudget") => {
            format!("{} may go", integer(object, "/status/disruptionsAllowed").unwrap_or(0))
        }
        ("discovery.k8s.io", "EndpointSlice") => slice(object),
        _ => condition(object),
    }
}

fn ready(object: &Value, ready: &str, wanted: &str, absent: i64) -> String {
    let (ready, wanted) = (integer(object, ready).unwrap_or(0), integer(object, wanted).unwrap_or(absent));
    format!("{ready}/{wanted} ready")
}

fn job(object: &Value) -> &'static str {
    let is = |kind: &str| {
        let conditions = items(object, "/status/conditions").iter();
        conditions.into_iter().any(|one| text(one, "/type") == kind && text(one, "/status") == "True")
    };
    match () {
        () if is("Complete") => "Complete",
        () if is("Failed") => "Failed",
        () if is("Suspended") => "Suspended",
        () => "Running",
    }
}

fn node(object: &Value) -> String {
    let ready = if pod_status::has_condition(object, "Ready") { "Ready" } else { "NotReady" };
    let cordoned = at(object, "/spec/unschedulable") == Some(&Value::Bool(true));
    if cordoned { format!("{ready}, cordoned") } else { ready.to_owned() }
}

fn slice(object: &Value) -> String {
    let points = items(object, "/endpoints");
    let ready = |point: &&Value| at(point, "/conditions/ready").and_then(Value::as_bool).unwrap_or(true);
    format!("{}/{} ready", points.iter().filter(ready).count(), points.len())
}

/// What a kind we have no words for says of itself: its `Ready` or `Available` condition, else its phase.
fn condition(object: &Value) -> String {
    let conditions = items(object, "/status/conditions");
    let said = conditions.iter().find(|one| matches!(text(one, "/type"), "Ready" | "Available"));
    match said {
        Some(one) if text(one, "/status") == "True" => text(one, "/type").to_owned(),
        Some(one) => format!("not {}", text(one, "/type")),
        None => text(object, "/status/phase").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_says_its_state_in_its_own_words() {
        let custom = ApiType { group: "example.com".to_owned(), ..ApiType::deployments() };
        for (api, object, word) in [
            (ApiType::deployments(), json!({"spec": {"replicas": 3}, "status": {"readyReplicas": 2}}), "2/3 ready"),
            (ApiType::deployments(), json!({"metadata": {"deletionTimestamp": "x"}}), "Terminating"),
            (ApiType::jobs(), json!({"status": {"conditions": [{"type": "Failed", "status": "True"}]}}), "Failed"),
            (ApiType::cron_jobs(), json!({"spec": {"suspend": true}}), "suspended"),
            (ApiType::nodes(), json!({"spec": {"unschedulable": true}}), "NotReady, cordoned"),
            (ApiType::budgets(), json!({"status": {"disruptionsAllowed": 1}}), "1 may go"),
            (custom.clone(), json!({"status": {"conditions": [{"type": "Ready", "status": "False"}]}}), "not Ready"),
            (custom, json!({}), ""),
        ] {
            assert_eq!(of(&api, &object), word, "{object}");
        }
    }
}
