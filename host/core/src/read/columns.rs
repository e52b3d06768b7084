//! The columns of a table by kind, as kubectl shows them; other kinds have a name and an age.
//!
//! A cell that can't be read is `<unknown>` or `<none>`, as people know it from kubectl.

use serde_json::Value;

use super::{age, pod_status};
use crate::object::{ApiType, at, integer, items, text};
use crate::time::Timestamp;

/// How a cell is read from an object.
type Cell = fn(&Value, Timestamp) -> String;

/// A column: its title, and how its cells are read.
pub(crate) type Column = (&'static str, Cell);

const AGE: Column = ("AGE", |o, now| age::since(text(o, "/metadata/creationTimestamp"), now));

const POD: &[Column] = &[
    ("READY", |o, _| pod_status::ready(o)),
    ("STATUS", |o, _| pod_status::word(o)),
    ("RESTARTS", pod_status::restarts),
    AGE,
];
const DEPLOYMENT: &[Column] = &[
    ("READY", |o, _| ratio(o, "/status/readyReplicas", "/spec/replicas")),
    ("UP-TO-DATE", |o, _| number(o, "/status/updatedReplicas")),
    ("AVAILABLE", |o, _| number(o, "/status/availableReplicas")),
    AGE,
];
const STATEFUL_SET: &[Column] = &[("READY", |o, _| ratio(o, "/status/readyReplicas", "/spec/replicas")), AGE];
const DAEMON_SET: &[Column] = &[
    ("DESIRED", |o, _| number(o, "/status/desiredNumberScheduled")),
    ("CURRENT", |o, _| number(o, "/status/currentNumberScheduled")),
    ("READY", |o, _| number(o, "/status/numberReady")),
    ("UP-TO-DATE", |o, _| number(o, "/status/updatedNumberScheduled")),
    ("AVAILABLE", |o, _| number(o, "/status/numberAvailable")),
    AGE,
];
const REPLICA_SET: &[Column] = &[
    ("DESIRED", |o, _| number(o, "/spec/replicas")),
    ("CURRENT", |o, _| number(o, "/status/replicas")),
    ("READY", |o, _| number(o, "/status/readyReplicas")),
    AGE,
];
const JOB: &[Column] = &[
    ("STATUS", |o, _| job_status(o)),
    ("COMPLETIONS", |o, _| ratio(o, "/status/succeeded", "/spec/completions")),
    AGE,
];
const CRON_JOB: &[Column] = &[
    ("SCHEDULE", |o, _| or_none(text(o, "/spec/schedule"))),
    ("SUSPEND", |o, _| (at(o, "/spec/suspend") == Some(&Value::Bool(true))).to_string()),
    ("ACTIVE", |o, _| items(o, "/status/active").len().to_string()),
    ("LAST SCHEDULE", |o, now| match text(o, "/status/lastScheduleTime") {
        "" => "<none>".to_owned(),
        last => age::since(last, now),
    }),
    AGE,
];
const SERVICE: &[Column] = &[
    ("TYPE", |o, _| text(o, "/spec/type").to_owned()),
    ("CLUSTER-IP", |o, _| or_none(text(o, "/spec/clusterIP"))),
    ("EXTERNAL-IP", |o, _| external(o)),
    ("PORT(S)", |o, _| ports(o)),
    AGE,
];
const NODE: &[Column] = &[
    ("STATUS", |o, _| node_status(o)),
    ("ROLES", |o, _| roles(o)),
    AGE,
    ("VERSION", |o, _| text(o, "/status/nodeInfo/kubeletVersion").to_owned()),
];
const NAMESPACE: &[Column] = &[("STATUS", |o, _| text(o, "/status/phase").to_owned()), AGE];
const CONFIG_MAP: &[Column] = &[("DATA", |o, _| (size(o, "/data") + size(o, "/binaryData")).to_string()), AGE];
const SECRET: &[Column] =
    &[("TYPE", |o, _| text(o, "/type").to_owned()), ("DATA", |o, _| size(o, "/data").to_string()), AGE];
const CLAIM: &[Column] = &[
    ("STATUS", |o, _| text(o, "/status/phase").to_owned()),
    ("VOLUME", |o, _| text(o, "/spec/volumeName").to_owned()),
    ("CAPACITY", |o, _| text(o, "/status/capacity/storage").to_owned()),
    ("STORAGECLASS", |o, _| text(o, "/spec/storageClassName").to_owned()),
    AGE,
];
const QUOTA: &[Column] = &[("USED", |o, _| quota(o)), AGE];
const BUDGET: &[Column] = &[
    ("MIN AVAILABLE", |o, _| int_or_text(o, "/spec/minAvailable")),
    ("MAX UNAVAILABLE", |o, _| int_or_text(o, "/spec/maxUnavailable")),
    ("ALLOWED DISRUPTIONS", |o, _| number(o, "/status/disruptionsAllowed")),
    AGE,
];
const AUTOSCALER: &[Column] = &[
    ("REFERENCE", |o, _| format!("{}/{}", text(o, "/spec/scaleTargetRef/kind"), text(o, "/spec/scaleTargetRef/name"))),
    ("MINPODS", |o, _| number(o, "/spec/minReplicas")),
    ("MAXPODS", |o, _| number(o, "/spec/maxReplicas")),
    ("REPLICAS", |o, _| number(o, "/status/currentReplicas")),
    AGE,
];
const INGRESS: &[Column] = &[
    ("CLASS", |o, _| or_none(text(o, "/spec/ingressClassName"))),
    ("HOSTS", |o, _| joined(items(o, "/spec/rules").iter().map(|rule| text(rule, "/host")), "*")),
    AGE,
];
const OTHER: &[Column] = &[AGE];

/// The columns after NAME for a type.
pub(crate) fn of(api: &ApiType) -> &'static [Column] {
    match (api.group.as_str(), api.kind.as_str()) {
        ("", "Pod") => POD,
        ("", "Service") => SERVICE,
        ("", "Node") => NODE,
        ("", "Namespace") => NAMESPACE,
        ("", "ConfigMap") => CONFIG_MAP,
        ("", "Secret") => SECRET,
        ("", "PersistentVolumeClaim") => CLAIM,
        ("", "ResourceQuota") => QUOTA,
        ("apps", "Deployment") => DEPLOYMENT,
        ("apps", "StatefulSet") => STATEFUL_SET,
        ("apps", "DaemonSet") => DAEMON_SET,
        ("apps", "ReplicaSet") => REPLICA_SET,
        ("batch", "Job") => JOB,
        ("batch", "CronJob") => CRON_JOB,
        ("policy", "PodDisruptionBudget") => BUDGET,
        ("autoscaling", "HorizontalPodAutoscaler") => AUTOSCALER,
        ("networking.k8s.io", "Ingress") => INGRESS,
        _ => OTHER,
    }
}

fn number(object: &Value, pointer: &str) -> String {
    integer(object, pointer).unwrap_or_default().to_string()
}

fn ratio(object: &Value, part: &str, whole: &str) -> String {
    format!("{}/{}", integer(object, part).unwrap_or_default(), integer(object, whole).unwrap_or(1))
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "<none>" } else { text }.to_owned()
}

fn int_or_text(object: &Value, pointer: &str) -> String {
    match at(object, pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "N/A".to_owned(),
    }
}

fn size(object: &Value, pointer: &str) -> usize {
    at(object, pointer).and_then(Value::as_object).map_or(0, serde_json::Map::len)
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>, empty: &str) -> String {
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { empty.to_owned() } else { parts.join(",") }
}

fn job_status(job: &Value) -> String {
    let has = |kind| pod_status::has_condition(job, kind);
    match () {
        () if has("Complete") => "Complete",
        () if has("Failed") => "Failed",
        () if has("Suspended") => "Suspended",
        () => "Running",
    }
    .to_owned()
}

fn external(service: &Value) -> String {
    let named = text(service, "/spec/externalName");
    if !named.is_empty() {
        return named.to_owned();
    }
    let ingress = items(service, "/status/loadBalancer/ingress");
    let given = ingress.iter().flat_map(|point| [text(point, "/ip"), text(point, "/hostname")]);
    let fixed = items(service, "/spec/externalIPs").iter().filter_map(Value::as_str);
    let empty = if text(service, "/spec/type") == "LoadBalancer" { "<pending>" } else { "<none>" };
    joined(given.chain(fixed), empty)
}

fn ports(service: &Value) -> String {
    let port = |port: &Value| {
        let (number, protocol) = (integer(port, "/port").unwrap_or_default(), text(port, "/protocol"));
        let protocol = if protocol.is_empty() { "TCP" } else { protocol };
        match integer(port, "/nodePort") {
            Some(node) => format!("{number}:{node}/{protocol}"),
            None => format!("{number}/{protocol}"),
        }
    };
    let ports: Vec<_> = items(service, "/spec/ports").iter().map(port).collect();
    or_none(&ports.join(","))
}

fn node_status(node: &Value) -> String {
    let ready = match pod_status::condition(node, "Ready").map(|condition| text(condition, "/status")) {
        Some("True") => "Ready",
        Some("False") => "NotReady",
        _ => "Unknown",
    };
    let cordoned = at(node, "/spec/unschedulable") == Some(&Value::Bool(true));
    if cordoned { format!("{ready},SchedulingDisabled") } else { ready.to_owned() }
}

fn roles(node: &Value) -> String {
    let labels = at(node, "/metadata/labels").and_then(Value::as_object);
    let roles = labels.into_iter().flatten().filter_map(|(key, _)| key.strip_prefix("node-role.kubernetes.io/"));
    joined(roles, "<none>")
}

fn quota(quota: &Value) -> String {
    let hard = at(quota, "/status/hard").and_then(Value::as_object);
    let used = |resource: &str| at(quota, "/status/used")?.get(resource)?.as_str();
    let pair = |(resource, hard): (&String, &Value)| {
        Some(format!("{resource}: {}/{}", used(resource).unwrap_or("0"), hard.as_str()?))
    };
    hard.into_iter().flatten().filter_map(pair).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(api: &ApiType, object: &Value) -> Vec<String> {
        let now = "2026-11-23T01:00:00Z".parse().unwrap();
        of(api).iter().map(|(_, cell)| cell(object, now)).collect()
    }

    #[test]
    fn the_usual_kinds_have_the_columns_people_know() {
        let created = "2026-11-23T00:00:00Z";
        let deployment = json!({"metadata": {"creationTimestamp": created}, "spec": {"replicas": 3},
            "status": {"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 2}});
        assert_eq!(row(&ApiType::deployments(), &deployment), ["2/3", "3", "2", "60m"]);
        let service = json!({"metadata": {"creationTimestamp": created}, "spec": {"type": "NodePort", "clusterIP": "10.0.0.9",
            "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]}});
        assert_eq!(
            row(&ApiType::services(), &service),
            ["NodePort", "10.0.0.9", "<none>", "80:30080/TCP,53/UDP", "60m"]
        );
        let node = json!({"metadata": {"creationTimestamp": created, "labels": {"node-role.kubernetes.io/control-plane": ""}},
            "spec": {"unschedulable": true}, "status": {"nodeInfo": {"kubeletVersion": "v1.37.2"},
            "conditions": [{"type": "Ready", "status": "True"}]}});
        assert_eq!(row(&ApiType::nodes(), &node), ["Ready,SchedulingDisabled", "control-plane", "60m", "v1.37.2"]);
        let secret =
            json!({"metadata": {"creationTimestamp": created}, "type": "Opaque", "data": {"a": "eA==", "b": "eA=="}});
        assert_eq!(row(&ApiType::secrets(), &secret), ["Opaque", "2", "60m"]);
    }

    #[test]
    fn an_unknown_kind_has_an_age() {
        let widget = ApiType { group: "example.com".into(), kind: "Widget".into(), ..ApiType::pods() };
        assert_eq!(row(&widget, &json!({})), ["<unknown>"]);
    }
}
