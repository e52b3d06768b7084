//! The tools a provider may call: one per operation, `resolve`, and `more` of a long reading.
//!
//! Arguments are checked by parsing them into the operation's own type; an unknown field is an error the provider sees.
//! Every tool may name a cluster besides, and every write may say that it comes after the writes before it (`then`), which
//! makes a cluster wait for another. Schemas are written for small models: short, closed, with the same names as the HTTP
//! API.

use std::sync::LazyLock;

use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::resolve::ResolveRequest;
use serde_json::{Value, json};

use crate::folded;
use crate::ports::provider::{Tool, ToolCall};
use crate::readings::More;

/// What a tool call asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    /// The cluster it names; the conversation's when absent.
    pub cluster: Option<ClusterName>,
    /// What.
    pub what: What,
}

/// The sorts of tools.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Which objects a name can mean.
    Resolve(ResolveRequest),
    /// More lines of what was read before in this conversation.
    More(More),
    /// A read, done at once as the user.
    Read(Operation),
    /// A write, which becomes steps of a plan.
    Write {
        /// The operation.
        operation: Operation,
        /// Whether all writes called before it have to succeed first, on whichever cluster.
        then: bool,
    },
}

/// Reads a tool call.
pub fn parse(call: &ToolCall) -> Result<Called, Problem> {
    let bad =
        |e: serde_json::Error| Problem::new(Code::BadInput, format!("the arguments of {} do not fit: {e}", call.name));
    let Value::Object(mut fields) = call.arguments.clone() else {
        return Err(Problem::new(Code::BadInput, format!("the arguments of {} are no object", call.name)));
    };
    let cluster = fields.remove("cluster").map(serde_json::from_value).transpose().map_err(bad)?;
    if call.name == "resolve" {
        let request = serde_json::from_value(Value::Object(fields)).map_err(bad)?;
        return Ok(Called { cluster, what: What::Resolve(request) });
    }
    if call.name == "more" {
        let more = serde_json::from_value(Value::Object(fields)).map_err(bad)?;
        return Ok(Called { cluster, what: What::More(more) });
    }
    if !offered().iter().any(|tool| tool.name == call.name) {
        return Err(folded::unknown(call));
    }
    let writes = Operation::WRITES.contains(&call.name.as_str());
    let then = if writes { fields.remove("then") } else { None };
    let then = then.map(serde_json::from_value).transpose().map_err(bad)?.unwrap_or(false);
    fields.insert("op".to_owned(), Value::String(call.name.clone()));
    let operation: Operation = serde_json::from_value(Value::Object(fields)).map_err(bad)?;
    let what = if operation.write().is_some() { What::Write { operation, then } } else { What::Read(operation) };
    Ok(Called { cluster, what })
}

/// The tools, in a stable order.
static OFFERED: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    let reads = reads().into_iter().map(|tool| with(tool, "cluster", text()));
    let writes =
        writes().into_iter().map(|tool| with(with(tool, "cluster", text()), "then", json!({"type": "boolean"})));
    reads.chain(writes).collect()
});

/// The tools, in a stable order; made once.
pub fn offered() -> &'static [Tool] {
    &OFFERED
}

/// The tool with one optional argument more.
fn with(mut tool: Tool, name: &str, schema: Value) -> Tool {
    if let Some(properties) = tool.schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), schema);
    }
    tool
}

fn on_one(target: &Value) -> Value {
    object(json!({"target": target}), &["target"])
}

/// An object as it is named.
fn target() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["kind", "name"],
        "properties": {"kind": text(), "namespace": text(), "name": text()},
    })
}

fn reads() -> Vec<Tool> {
    let target = target();
    let on_target = || on_one(&target);
    vec![
        tool(
            "resolve",
            "Find which objects a name can mean.",
            object(json!({"name": text(), "kind": text(), "namespace": text(), "verb": text()}), &["name"]),
        ),
        tool(
            "more",
            "Show more lines of a reading told in short: of is its number, at a line's.",
            object(json!({"of": {"type": "integer", "minimum": 1}, "at": {"type": "integer", "minimum": 0}}), &["of"]),
        ),
        tool("get", "Show one object.", on_target()),
        tool(
            "list",
            "List objects of a kind.",
            object(
                json!({"kind": text(), "namespace": text(), "all_namespaces": {"type": "boolean"}, "selector": text(),
                       "sort": one_of(&["restarts", "age", "name"])}),
                &["kind"],
            ),
        ),
        tool("describe", "Show one object with what belongs to it.", on_target()),
        tool(
            "logs",
            "Show the last log lines of a pod or workload.",
            object(
                json!({"target": target, "container": text(), "previous": {"type": "boolean"}, "lines": integer(1, 2000),
                       "minutes": integer(1, 525_600)}),
                &["target"],
            ),
        ),
        tool(
            "events",
            "Show events of an object or a namespace.",
            object(json!({"target": target, "namespace": text(), "minutes": integer(1, 525_600)}), &[]),
        ),
        tool("diagnose", "Find what is broken and why.", object(json!({"namespace": text(), "target": target}), &[])),
        tool(
            "changes",
            "Show what changed about an object or in a namespace, who did it and when.",
            object(json!({"target": target, "namespace": text(), "minutes": integer(1, 525_600)}), &[]),
        ),
    ]
    .into_iter()
    .chain(overviews())
    .collect()
}

/// Reads of many objects at once.
fn overviews() -> Vec<Tool> {
    vec![
        tool(
            "top",
            "Show the use of CPU and memory, the most first.",
            object(
                json!({"kind": one_of(&["pods", "nodes", "containers"]), "namespace": text(), "all_namespaces": {"type": "boolean"},
                       "sort": one_of(&["cpu", "memory"])}),
                &["kind"],
            ),
        ),
        tool(
            "images",
            "Show the images that pods run.",
            object(json!({"namespace": text(), "all_namespaces": {"type": "boolean"}}), &[]),
        ),
        tool(
            "who-can",
            "Show who may do a verb with a kind.",
            object(json!({"verb": text(), "kind": text(), "namespace": text()}), &["verb", "kind"]),
        ),
    ]
}

fn writes() -> Vec<Tool> {
    let target = target();
    let on_target = || on_one(&target);
    vec![
        tool(
            "scale",
            "Change the number of replicas.",
            object(json!({"target": target, "replicas": integer(0, 10_000)}), &["target", "replicas"]),
        ),
        tool(
            "set-image",
            "Change a container's image.",
            object(json!({"target": target, "container": text(), "image": text()}), &["target", "image"]),
        ),
        tool("restart", "Roll the pods of a workload anew.", on_target()),
        tool(
            "apply",
            "Server-side apply of whole objects.",
            object(
                json!({"objects": {"type": "array", "items": {"type": "object"}}, "namespace": text()}),
                &["objects"],
            ),
        ),
        tool("delete", "Delete an object.", on_target()),
    ]
    .into_iter()
    .chain(templates(&target))
    .chain(objects(&target))
    .chain(nodes(&target))
    .collect()
}

/// Tools that change a workload.
fn templates(target: &Value) -> Vec<Tool> {
    let on_target = || object(json!({"target": target}), &["target"]);
    let amounts = json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}});
    vec![
        tool(
            "set-resources",
            "Change a container's requests and limits; null removes one.",
            object(json!({"target": target, "container": text(), "requests": amounts, "limits": amounts}), &["target"]),
        ),
        tool(
            "set-env",
            "Set or remove environment variables of a container.",
            object(json!({"target": target, "container": text(), "set": texts(), "remove": list(text())}), &["target"]),
        ),
        tool(
            "rollout-undo",
            "Put a workload back to an earlier revision.",
            object(json!({"target": target, "revision": {"type": "integer"}}), &["target"]),
        ),
        tool("rollout-pause", "Hold a Deployment's rollout.", on_target()),
        tool("rollout-resume", "Let a held rollout go on.", on_target()),
        tool(
            "expose",
            "Create a Service for a workload.",
            object(
                json!({"target": target, "port": integer(1, 65_535), "target_port": {"type": ["integer", "string"]},
                    "name": text(), "type": one_of(&["ClusterIP", "NodePort", "LoadBalancer"])}),
                &["target", "port"],
            ),
        ),
        tool(
            "autoscale",
            "Let a workload scale by itself between two sizes.",
            object(
                json!({"target": target, "min": integer(1, 10_000), "max": integer(1, 10_000), "cpu_percent": integer(1, 1_000)}),
                &["target", "min", "max"],
            ),
        ),
        tool("suspend", "Suspend a CronJob, Job or other object.", on_target()),
        tool("resume", "Let a suspended object run again.", on_target()),
    ]
}

/// Tools for any object.
fn objects(target: &Value) -> Vec<Tool> {
    let marks = || object(json!({"target": target, "set": texts(), "remove": list(text())}), &["target"]);
    vec![
        tool(
            "create",
            "Create objects that are not there yet.",
            object(json!({"objects": list(json!({"type": "object"})), "namespace": text()}), &["objects"]),
        ),
        tool(
            "patch",
            "Patch an object.",
            object(
                json!({"target": target, "type": one_of(&["merge", "strategic", "json"]), "patch": {"type": ["object", "array"]}}),
                &["target", "type", "patch"],
            ),
        ),
        tool("label", "Set or remove labels.", marks()),
        tool("annotate", "Set or remove annotations.", marks()),
    ]
}

/// Tools for nodes.
fn nodes(target: &Value) -> Vec<Tool> {
    let on_target = || object(json!({"target": target}), &["target"]);
    let effect = one_of(&["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    let set = object(json!({"key": text(), "value": text(), "effect": effect}), &["key", "effect"]);
    let remove = object(json!({"key": text(), "effect": effect}), &["key"]);
    let yes_or_no = json!({"type": "boolean"});
    vec![
        tool("cordon", "Keep new pods off a node.", on_target()),
        tool("uncordon", "Let new pods onto a node again.", on_target()),
        tool(
            "drain",
            "Cordon a node and evict its pods.",
            object(
                json!({"target": target, "delete_empty_dir_data": yes_or_no, "force": yes_or_no, "max_pods": integer(0, 100)}),
                &["target"],
            ),
        ),
        tool(
            "taint",
            "Set or remove taints of a node.",
            object(json!({"target": target, "set": list(set), "remove": list(remove)}), &["target"]),
        ),
    ]
}

fn tool(name: &'static str, description: &'static str, schema: Value) -> Tool {
    Tool { name, description: description.to_owned(), schema }
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required})
}

fn text() -> Value {
    json!({"type": "string"})
}

/// Texts by name.
fn texts() -> Value {
    json!({"type": "object", "additionalProperties": text()})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn one_of(words: &[&str]) -> Value {
    json!({"type": "string", "enum": words})
}

fn integer(min: u32, max: u32) -> Value {
    json!({"type": "integer", "minimum": min, "maximum": max})
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operations that only a person makes, with the object's text before their eyes: no tool.
    const OF_PEOPLE: &[&str] = &["edit"];

    fn call(name: &str, arguments: Value) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: name.to_owned(), arguments }
    }

    #[test]
    fn every_operation_but_the_edit_of_a_text_is_offered_as_a_tool_and_nothing_else_is() {
        let names: Vec<_> = offered().iter().map(|tool| tool.name).collect();
        let mut wanted: Vec<_> =
            Operation::READS.iter().chain(Operation::WRITES).chain(&["resolve", "more"]).copied().collect();
        wanted.retain(|name| !OF_PEOPLE.contains(name));
        let mut offered = names;
        wanted.sort_unstable();
        offered.sort_unstable();
        assert_eq!(offered, wanted);
    }

    #[test]
    fn arguments_with_an_unknown_field_are_refused() {
        let target = json!({"kind": "deployment", "name": "web"});
        let what = |name: &str, arguments: Value| parse(&call(name, arguments)).map(|called| called.what);
        assert!(matches!(what("scale", json!({"target": target, "replicas": 5})), Ok(What::Write { then: false, .. })));
        for (name, arguments) in [
            ("scale", json!({"target": target, "replicas": 5, "force": true})),
            ("scale", json!({"target": target, "replicas": -1})),
            ("scale", json!({"target": {"kind": "deployment", "name": "../etc"}, "replicas": 1})),
            ("exec", json!({"target": target})),
            ("edit", json!({"target": target, "base": "a: 1", "wanted": "a: 2"})),
            ("delete", json!([])),
            ("restart", json!({"target": target, "cluster": "two words"})),
            ("restart", json!({"target": target, "cluster": ["eu", "us"]})),
            ("restart", json!({"target": target, "then": "yes"})),
            ("get", json!({"target": target, "then": true})),
            ("scale", json!({"op": "delete", "target": target, "replicas": 5, "x": 1})),
        ] {
            assert!(parse(&call(name, arguments.clone())).is_err(), "{name} {arguments}");
        }
    }

    #[test]
    fn every_tool_may_name_a_cluster_and_every_write_may_come_after_the_others() {
        for tool in offered() {
            let writes = Operation::WRITES.contains(&tool.name);
            let has = |name: &str| tool.schema["properties"].get(name).is_some();
            assert_eq!((has("cluster"), has("then")), (true, writes), "{}", tool.name);
        }
        let target = json!({"kind": "deployment", "name": "web"});
        let called = parse(&call("restart", json!({"target": target, "cluster": "eu", "then": true}))).unwrap();
        assert_eq!(called.cluster.as_ref().map(ClusterName::as_str), Some("eu"));
        assert!(matches!(called.what, What::Write { then: true, .. }));
        let called = parse(&call("resolve", json!({"name": "web", "cluster": "eu"}))).unwrap();
        assert!(called.cluster.is_some() && matches!(called.what, What::Resolve(_)));
    }

    #[test]
    fn a_call_of_no_tool_is_told_so_by_the_name_it_used() {
        let detail = |name: &str, arguments: Value| parse(&call(name, arguments)).unwrap_err().detail;
        assert_eq!(detail("dance", json!({})), "there is no tool dance");
        assert_eq!(detail("edit", json!({})), "there is no tool edit");
        assert_eq!(detail("change", json!({"op": "dance"})), "change has no op dance");
        assert_eq!(detail("look", json!({"op": "scale"})), "look has no op scale");
        assert_eq!(detail("look", json!({})), "look needs an op");
        assert!(detail("change", json!({"op": "x".repeat(9_000)})).len() < 200);
    }

    #[test]
    fn the_tools_name_decides_the_operation_not_an_argument() {
        let target = json!({"kind": "deployment", "name": "web"});
        match parse(&call("get", json!({"op": "delete", "target": target}))) {
            Ok(Called { what: What::Read(Operation::Get(_)), .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}
