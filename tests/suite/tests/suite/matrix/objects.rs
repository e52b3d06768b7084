//! Rows about any object: apply, create, patch, edit, delete, labels and annotations.

use kubechat_harness::User;
use serde_json::{Value, json};

use super::{After, NAMESPACE, Row, Undo};

fn settings() -> Value {
    json!({"kind": "configmap", "name": "settings"})
}

fn map(name: &str, data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

/// A row about a ConfigMap, carried out by the editor and taken back.
fn on_map(operation: Value, says: &'static str, shows: &'static str, drift: [&str; 2], after: After) -> Row {
    let [there, back] = drift.map(str::to_owned);
    let right = "patch configmaps";
    let (by, prepare, drift, undo) = (User::Editor, Vec::new(), (there, back), Undo::Back);
    Row { operation, by, prepare, says, shows, right, drift, after, undo }
}

fn has(object: &str, pointer: &'static str, value: Value) -> After {
    After::Has(object.to_owned(), pointer, value)
}

pub(super) fn rows() -> Vec<Row> {
    let create = on_map(
        json!({"op": "create", "objects": [map("extra", json!({"a": "b"}))]}),
        "create configmap extra",
        "data.a",
        ["create configmap extra --from-literal=a=c", "delete configmap extra"],
        has("configmap/extra", "/data", json!({"a": "b"})),
    );
    let delete = on_map(
        json!({"op": "delete", "target": settings()}),
        "delete configmap",
        "data.level",
        ["annotate configmap settings keep=please", "annotate configmap settings keep-"],
        After::Gone("configmap/settings".to_owned()),
    );
    vec![
        on_map(
            json!({"op": "apply", "objects": [map("settings", json!({"colour": "green"}))]}),
            "apply configmap settings",
            "data.colour",
            [
                "patch configmap/settings --type=merge -p {\"data\":{\"colour\":\"red\"}}",
                "patch configmap/settings --type=merge -p {\"data\":{\"colour\":null}}",
            ],
            has("configmap/settings", "/data", json!({"colour": "green", "level": "info"})),
        ),
        Row { right: "create configmaps", ..create },
        Row { right: "delete configmaps", ..delete },
        on_map(
            json!({"op": "label", "target": settings(), "set": {"tier": "front"}}),
            "set label tier",
            "metadata.labels",
            ["label configmap settings tier=back", "label configmap settings tier-"],
            has("configmap/settings", "/metadata/labels", json!({"tier": "front"})),
        ),
        on_map(
            json!({"op": "annotate", "target": settings(), "set": {"x.io/note": "it's mine"}}),
            "set annotation x.io/note",
            "metadata.annotations",
            ["annotate configmap settings x.io/note=theirs", "annotate configmap settings x.io/note-"],
            has("configmap/settings", "/metadata/annotations/x.io~1note", json!("it's mine")),
        ),
        merge_patch(),
        json_patch(),
        strategic_patch(),
        edit(),
    ]
}

/// The YAML of the settings as it was shown and as it was left; texts name the namespace, which is the row's own.
fn edit() -> Row {
    let yaml = |level: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: {NAMESPACE}\ndata:\n  level: {level}\n"
        )
    };
    on_map(
        json!({"op": "edit", "target": settings(), "base": yaml("info"), "wanted": yaml("debug")}),
        "edit ConfigMap",
        "data.level",
        [
            "patch configmap/settings --type=merge -p {\"data\":{\"level\":\"warn\"}}",
            "patch configmap/settings --type=merge -p {\"data\":{\"level\":\"info\"}}",
        ],
        has("configmap/settings", "/data/level", json!("debug")),
    )
}

fn merge_patch() -> Row {
    on_map(
        json!({"op": "patch", "target": settings(), "type": "merge", "patch": {"data": {"level": "debug"}}}),
        "patch configmap",
        "data.level",
        [
            "patch configmap/settings --type=merge -p {\"data\":{\"level\":\"warn\"}}",
            "patch configmap/settings --type=merge -p {\"data\":{\"level\":\"info\"}}",
        ],
        has("configmap/settings", "/data/level", json!("debug")),
    )
}

fn json_patch() -> Row {
    let operations = json!([{"op": "test", "path": "/data/level", "value": "info"}, {"op": "move", "from": "/data/level", "path": "/data/depth"}]);
    on_map(
        json!({"op": "patch", "target": settings(), "type": "json", "patch": operations}),
        "patch configmap",
        "data.depth",
        [
            "patch configmap/settings --type=merge -p {\"data\":{\"depth\":\"warn\"}}",
            "patch configmap/settings --type=merge -p {\"data\":{\"depth\":null}}",
        ],
        has("configmap/settings", "/data", json!({"depth": "info"})),
    )
}

/// A container joins and another gets a variable: lists that are merged by key, and come back in their order.
fn strategic_patch() -> Row {
    let containers = json!([{"name": "app", "env": [{"name": "MODE", "value": "fast"}]}, {"name": "mesh", "image": "registry.example/mesh:1"}]);
    let web = json!({"kind": "deployment", "name": "web"});
    let row = on_map(
        json!({"op": "patch", "target": web, "type": "strategic", "patch": {"spec": {"template": {"spec": {"containers": containers}}}}}),
        "patch deployment",
        "containers[name=mesh]",
        ["set env deployment/web MODE=slow", "set env deployment/web MODE-"],
        has("deployment/web", "/spec/template/spec/containers/0/name", json!("app")),
    );
    Row { right: "patch deployments.apps", ..row }
}
