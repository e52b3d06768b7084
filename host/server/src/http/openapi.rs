//! This API, described (OpenAPI 3.1): made from the list of routes and two tables beside it.
//!
//! [`operations`] says what each route takes and gives, [`schemas`] what those are. A route without an operation, or an
//! operation without a route, fails a test, and so does a `docs/openapi.json` that is not this. Every operation also
//! answers problems; those of the guards are not repeated at each.

mod examples;
mod operations;
mod schemas;

use serde_json::{Map, Value, json};

use super::router::routes;
use operations::{Gives, OPERATIONS, Operation};

/// The document as JSON text, with a final line break.
pub fn text() -> String {
    let text = serde_json::to_string_pretty(&document());
    // A tree of texts and numbers always has a text.
    text.map(|text| text + "\n").unwrap_or_default()
}

/// The document.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kubechat", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": "Talk with your Kubernetes clusters and change them safely. docs/api.md is the way to read it.",
        },
        "paths": paths(),
        "components": {
            "schemas": schemas::schemas(),
            "responses": {"Problem": {
                "description": "A refusal or failure",
                "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": {"type": "urn:kubechat:problem:not-found", "title": "not found", "status": 404, "code": "not-found",
                        "detail": "there is no plan p-3d9f2a8c4e1b", "hint": "check the id or name; `list` shows what there is",
                        "retryable": false, "trace_id": "8f0c2d4a1b3e5f60"},
                }},
            }},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The principal's token file."},
                "session": {"type": "apiKey", "in": "cookie", "name": "kubechat-7080", "description": "By POST /api/v1/session; the name carries the port."},
            },
        },
        "security": [{"token": []}, {"session": []}],
    })
}

const JSON: &str = "application/json";

/// How an operation is called in its example; for tests that call it.
pub fn example_call(id: &str) -> Option<&'static str> {
    examples::of(id).map(|example| example.call)
}

fn paths() -> Value {
    let mut paths = Map::new();
    for route in routes() {
        let method = route.method.as_str().to_lowercase();
        let found = OPERATIONS.iter().find(|op| op.method.eq_ignore_ascii_case(&method) && op.path == route.path);
        let Some(operation) = found else { continue };
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[&method] = described(operation, route.open);
    }
    Value::Object(paths)
}

fn described(operation: &Operation, open: bool) -> Value {
    let mut said = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters(operation),
        "responses": responses(operation),
    });
    if open {
        said["security"] = json!([]);
    }
    if !operation.takes.is_empty() {
        let schema = reference(operation.takes);
        let mut content = json!({"schema": schema});
        if let Some(example) = examples::of(operation.id).and_then(examples::Example::body) {
            content["example"] = example;
        }
        said["requestBody"] = json!({"required": true, "content": {"application/json": content}});
    }
    said
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let shown = |mut one: Value, name: &str| {
        if let Some(example) = examples::of(operation.id).and_then(|example| example.parameter(operation.path, name)) {
            let plain = one["schema"]["type"] == "string";
            one["example"] =
                if plain { Value::from(example) } else { serde_json::from_str(&example).unwrap_or_default() };
        }
        one
    };
    let mut all: Vec<Value> = in_path
        .map(|name| shown(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}), name))
        .collect();
    let query = operation.query.iter().map(|(name, kind)| {
        shown(json!({"name": name, "in": "query", "required": false, "schema": {"type": kind}}), name)
    });
    all.extend(query);
    let headers = operation.headers.iter();
    all.extend(headers.map(
        |(name, required)| json!({"name": name, "in": "header", "required": required, "schema": {"type": "string"}}),
    ));
    if operation.method != "GET" {
        all.push(json!({"name": "X-Kubechat", "in": "header", "required": true, "schema": {"type": "string"}}));
    }
    all
}

fn responses(operation: &Operation) -> Value {
    let mut all = Map::new();
    for (status, gives) in operation.gives {
        let mut one = json!({"description": gives.description()});
        if let Some((kind, schema)) = content(gives) {
            one["content"] = json!({kind: {"schema": schema}});
            // Of an answer that has several forms the example is the JSON one.
            let example = examples::of(operation.id).map(examples::Example::answer);
            if let Some(example) = example.filter(|example| (kind == JSON) != example.is_string()) {
                one["content"][kind]["example"] = example;
            }
            if let Some(other) = operation.or_text {
                one["content"][other] = json!({"schema": {"type": "string"}});
            }
        }
        all.insert(status.to_string(), one);
    }
    all.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
    Value::Object(all)
}

fn content(gives: &Gives) -> Option<(&'static str, Value)> {
    match gives {
        Gives::Nothing => None,
        Gives::Text(kind) => Some((kind, json!({"type": "string"}))),
        Gives::One(name) => Some((JSON, reference(name))),
        Gives::List(name) => Some((
            JSON,
            json!({
                "type": "object", "required": ["items"], "additionalProperties": false,
                "properties": {"items": {"type": "array", "items": reference(name)}, "continue": {"type": "string"}},
            }),
        )),
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let routed: BTreeSet<_> = routes().iter().map(|route| (route.method.to_string(), route.path)).collect();
        let described: BTreeSet<_> = OPERATIONS.iter().map(|op| (op.method.to_owned(), op.path)).collect();
        assert_eq!(routed, described);
        assert_eq!(routed.len(), OPERATIONS.len(), "each once");
    }

    #[test]
    fn operations_have_ids_of_their_own_and_schemas_that_are_there() {
        let ids: BTreeSet<_> = OPERATIONS.iter().map(|op| op.id).collect();
        assert_eq!(ids.len(), OPERATIONS.len());
        let document = document();
        let mut missing = Vec::new();
        references(&document, &mut |name| {
            if document.pointer(name.trim_start_matches('#')).is_none() {
                missing.push(name.to_owned());
            }
        });
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_operation_has_one_example_of_its_call_its_body_and_its_answer() {
        let ids: Vec<_> = examples::all().map(|example| example.id).collect();
        let wanted: BTreeSet<_> = OPERATIONS.iter().map(|op| op.id).collect();
        assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), wanted);
        assert_eq!(ids.len(), wanted.len(), "one each");
        for operation in OPERATIONS {
            let example = examples::of(operation.id).unwrap();
            let (path, id) = (example.call.split('?').next().unwrap(), operation.id);
            let parts = |text: &str| text.split('/').count();
            assert_eq!(parts(path), parts(operation.path), "{id}");
            assert_eq!(operation.takes.is_empty(), example.body().is_none(), "{id}: {}", example.sends);
            let query: BTreeSet<_> = operation.query.iter().map(|(name, _)| *name).collect();
            let said =
                example.call.split_once('?').map_or("", |(_, query)| query).split('&').filter(|pair| !pair.is_empty());
            assert!(said.filter_map(|pair| pair.split_once('=')).all(|(name, _)| query.contains(name)), "{id}");
            let gives_json = operation.gives.iter().any(|(_, gives)| matches!(gives, Gives::One(_) | Gives::List(_)));
            assert_eq!(gives_json, serde_json::from_str::<Value>(example.gives).is_ok(), "{id}: {}", example.gives);
        }
    }

    fn references(value: &Value, found: &mut impl FnMut(&str)) {
        match value {
            Value::Object(map) => {
                if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                    found(name);
                }
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(all) => all.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn it_reads_as_openapi() {
        let read: utoipa::openapi::OpenApi = serde_json::from_str(&text()).unwrap();
        assert_eq!(read.paths.paths.len(), document()["paths"].as_object().unwrap().len());
    }

    #[test]
    fn the_committed_documents_are_what_the_code_says() {
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/");
        let committed = |name: &str| std::fs::read_to_string(format!("{docs}{name}")).unwrap_or_default();
        assert_eq!(committed("openapi.json"), text(), "write it with `kubechat gen openapi > docs/openapi.json`");
        let reference = crate::config::reference();
        assert_eq!(committed("config.md"), reference, "write it with `kubechat gen config > docs/config.md`");
    }
}
