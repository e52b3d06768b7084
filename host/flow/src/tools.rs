//! The tools a provider may call: one per operation, and `resolve`.
//!
//! Arguments are checked by parsing them into the operation's own type; an unknown field is an error the provider sees.
//! Schemas are written for small models: short, closed, with the same names as the HTTP API.

use kubechat_core::operation::Operation;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::resolve::ResolveRequest;
use serde_json::{Value, json};

use crate::ports::provider::{Tool, ToolCall};

/// What a tool call asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Which objects a name can mean.
    Resolve(ResolveRequest),
    /// A read, done at once as the user.
    Read(Operation),
    /// A write, which becomes a step of a plan.
    Write(Operation),
}

/// Reads a tool call.
pub fn parse(call: &ToolCall) -> Result<Asked, Problem> {
    let bad =
        |e: serde_json::Error| Problem::new(Code::BadInput, format!("the arguments of {} do not fit: {e}", call.name));
    if call.name == "resolve" {
        return serde_json::from_value(call.arguments.clone()).map(Asked::Resolve).map_err(bad);
    }
    let Value::Object(mut fields) = call.arguments.clone() else {
        return Err(Problem::new(Code::BadInput, format!("the arguments of {} are no object", call.name)));
    };
    fields.insert("op".to_owned(), Value::String(call.name.clone()));
    let operation: Operation = serde_json::from_value(Value::Object(fields)).map_err(bad)?;
    Ok(if operation.write().is_some() { Asked::Write(operation) } else { Asked::Read(operation) })
}

/// The tools, in a stable order.
pub fn offered() -> Vec<Tool> {
    reads().into_iter().chain(writes()).collect()
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
                json!({"target": target, "container": text(), "previous": {"type": "boolean"}, "lines": integer(1, 2000)}),
                &["target"],
            ),
        ),
        tool(
            "events",
            "Show events of an object or a namespace.",
            object(json!({"target": target, "namespace": text()}), &[]),
        ),
        tool("diagnose", "Find what is broken and why.", object(json!({"namespace": text(), "target": target}), &[])),
        tool(
            "top",
            "Show the use of CPU and memory, the most first.",
            object(
                json!({"kind": one_of(&["pods", "nodes"]), "namespace": text(), "all_namespaces": {"type": "boolean"},
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
}

fn tool(name: &'static str, description: &'static str, schema: Value) -> Tool {
    Tool { name, description, schema }
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required})
}

fn text() -> Value {
    json!({"type": "string"})
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

    fn call(name: &str, arguments: Value) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: name.to_owned(), arguments }
    }

    #[test]
    fn every_operation_is_offered_as_a_tool_and_nothing_else_is() {
        let names: Vec<_> = offered().iter().map(|tool| tool.name).collect();
        let operations = [
            "get",
            "list",
            "describe",
            "logs",
            "events",
            "diagnose",
            "top",
            "images",
            "who-can",
            "scale",
            "set-image",
            "restart",
            "apply",
            "delete",
        ];
        assert_eq!(names.len(), operations.len() + 1);
        assert!(operations.iter().all(|operation| names.contains(operation)));
    }

    #[test]
    fn arguments_with_an_unknown_field_are_refused() {
        let target = json!({"kind": "deployment", "name": "web"});
        assert!(matches!(parse(&call("scale", json!({"target": target, "replicas": 5}))), Ok(Asked::Write(_))));
        for (name, arguments) in [
            ("scale", json!({"target": target, "replicas": 5, "force": true})),
            ("scale", json!({"target": target, "replicas": -1})),
            ("scale", json!({"target": {"kind": "deployment", "name": "../etc"}, "replicas": 1})),
            ("exec", json!({"target": target})),
            ("delete", json!([])),
            ("scale", json!({"op": "delete", "target": target, "replicas": 5, "x": 1})),
        ] {
            assert!(parse(&call(name, arguments.clone())).is_err(), "{name} {arguments}");
        }
    }

    #[test]
    fn the_tools_name_decides_the_operation_not_an_argument() {
        let target = json!({"kind": "deployment", "name": "web"});
        match parse(&call("get", json!({"op": "delete", "target": target}))) {
            Ok(Asked::Read(Operation::Get(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}
