//! What is asked for: operations, plans, votes, topics.

use serde_json::{Value, json};

use super::{anything, closed, list, number, one_of, text, to, yes_or_no};

/// Schemas of request bodies.
pub(super) fn schemas() -> Value {
    let target = closed(json!({"kind": text(), "name": text()}), json!({"namespace": text()}));
    json!({
        "Target": target,
        "Operation": {"oneOf": operations()},
        "PlanRequest": closed(
            json!({}),
            json!({"cluster": text(), "operations": list(to("Operation")), "manifest": text(), "namespace": text()}),
        ),
        "PlanEdit": closed(json!({"operations": list(to("Operation"))}), json!({})),
        "Vote": closed(json!({"digest": text()}), json!({})),
        "Rejection": closed(json!({}), json!({"digest": text()})),
        "Rollback": closed(json!({}), json!({"cluster": text()})),
        "Topics": closed(json!({"topics": list(text())}), json!({})),
    })
}

/// A write; each may name its cluster, and the earlier operations (counted from 0) that have to succeed first.
fn write(op: &str, required: Value, mut optional: Value) -> Value {
    if let Some(optional) = optional.as_object_mut() {
        optional.insert("cluster".to_owned(), text());
        optional.insert("after".to_owned(), list(number()));
    }
    let mut fields = json!({"op": one_of(&[op])});
    if let (Some(fields), Some(more)) = (fields.as_object_mut(), required.as_object()) {
        fields.extend(more.clone());
    }
    closed(fields, optional)
}

/// One schema a write, in the order of `Operation::WRITES`.
fn operations() -> Vec<Value> {
    let on_target = || json!({"target": to("Target")});
    let texts = || json!({"type": "object", "additionalProperties": text()});
    let amounts = || json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}});
    let objects = || json!({"objects": list(json!({"type": "object"}))});
    let marks = || json!({"set": texts(), "remove": list(text())});
    let effect = one_of(&["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    let taint = closed(json!({"key": text(), "effect": effect}), json!({"value": text()}));
    let untaint = closed(json!({"key": text()}), json!({"effect": effect}));
    let services = one_of(&["ClusterIP", "NodePort", "LoadBalancer"]);
    vec![
        write("scale", json!({"target": to("Target"), "replicas": number()}), json!({})),
        write("set-image", json!({"target": to("Target"), "image": text()}), json!({"container": text()})),
        write("restart", on_target(), json!({})),
        write("apply", objects(), json!({"namespace": text()})),
        write("delete", on_target(), json!({})),
        write("set-resources", on_target(), json!({"container": text(), "requests": amounts(), "limits": amounts()})),
        write("set-env", on_target(), json!({"container": text(), "set": texts(), "remove": list(text())})),
        write("rollout-undo", on_target(), json!({"revision": number()})),
        write("rollout-pause", on_target(), json!({})),
        write("rollout-resume", on_target(), json!({})),
        write("create", objects(), json!({"namespace": text()})),
        write(
            "patch",
            json!({"target": to("Target"), "type": one_of(&["merge", "strategic", "json"]), "patch": anything()}),
            json!({}),
        ),
        write("edit", json!({"target": to("Target"), "base": text(), "wanted": text()}), json!({})),
        write("label", on_target(), marks()),
        write("annotate", on_target(), marks()),
        write(
            "expose",
            json!({"target": to("Target"), "port": number()}),
            json!({"target_port": {"type": ["integer", "string"]}, "name": text(), "type": services}),
        ),
        write(
            "autoscale",
            json!({"target": to("Target"), "min": number(), "max": number()}),
            json!({"cpu_percent": number()}),
        ),
        write("cordon", on_target(), json!({})),
        write("uncordon", on_target(), json!({})),
        write(
            "drain",
            on_target(),
            json!({"delete_empty_dir_data": yes_or_no(), "force": yes_or_no(), "max_pods": number()}),
        ),
        write("taint", on_target(), json!({"set": list(taint), "remove": list(untaint)})),
        write("suspend", on_target(), json!({})),
        write("resume", on_target(), json!({})),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::operation::Operation;

    #[test]
    fn every_write_is_described_and_nothing_else_is() {
        let described: Vec<Value> =
            operations().iter().map(|schema| schema["properties"]["op"]["enum"][0].clone()).collect();
        assert_eq!(described, Operation::WRITES);
    }
}
