//! A small cluster for conversations, and the host's side of one: it answers `resolve` and accepts every operation.

use provider_rules::{Call, Message, Reply, Request, ToolResult, complete};
use serde_json::{Value, json};

/// Kind, namespace, name, replicas.
pub(crate) type Object = (&'static str, &'static str, &'static str, Option<i64>);

const OBJECTS: &[Object] = &[
    ("Deployment", "shop", "web", Some(3)),
    ("Service", "shop", "web", None),
    ("Deployment", "shop", "cart", Some(1)),
    ("StatefulSet", "shop", "db", Some(2)),
    ("DaemonSet", "shop", "agent", None),
    ("Pod", "shop", "web-1", None),
    ("ConfigMap", "shop", "settings", None),
    ("Secret", "shop", "token", None),
    ("Deployment", "shop", "api", Some(2)),
    ("Deployment", "pay", "api", Some(4)),
    ("Deployment", "pay", "logs", Some(1)),
    ("Job", "shop", "migrate", None),
    ("Namespace", "", "shop", None),
    ("Namespace", "", "pay", None),
    ("Node", "", "node-1", None),
];

/// What the host looks for when no kind is said.
const UNSAID: &str = "Deployment StatefulSet DaemonSet Service Pod CronJob Job ConfigMap Secret PersistentVolumeClaim \
    Namespace Node";
/// Most steps of one turn; a turn takes at most three.
const STEPS_MAX: usize = 5;

/// Where the conversations take place.
pub(crate) fn context() -> Value {
    json!({
        "cluster": "demo", "clusters": ["demo", "staging"], "namespace": "shop", "now": "2026-01-01T00:00:00Z",
        "previous": { "objects": [{ "kind": "Deployment", "namespace": "shop", "name": "web" }], "operation": "scale", "sentence": "scale web to 3" }
    })
}

/// The tools the host offers.
pub(crate) fn tools() -> Vec<String> {
    "resolve get list describe logs events diagnose top changes images who-can scale set-image restart apply delete \
     set-resources set-env rollout-undo rollout-pause rollout-resume create patch label annotate expose autoscale cordon \
     uncordon drain taint suspend resume"
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// A turn played to its end.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// What `resolve` was asked.
    pub(crate) resolve: Option<Value>,
    /// The operations' calls, in short words, joined by ` + `.
    pub(crate) call: Option<String>,
    /// The last text.
    pub(crate) text: String,
    /// Whether the turn ended as refused.
    pub(crate) refused: bool,
    /// The note, if there was one.
    pub(crate) note: Option<String>,
}

/// Plays a turn in this world.
pub(crate) fn play(said: &str) -> Played {
    play_in(&context(), vec![Message::User(said.to_owned())]).0
}

/// Plays the last turn of a conversation and gives back all its messages.
pub(crate) fn play_in(context: &Value, messages: Vec<Message>) -> (Played, Vec<Message>) {
    play_with(OBJECTS, context, messages)
}

/// The same in a cluster with these objects.
pub(crate) fn play_with(objects: &[Object], context: &Value, messages: Vec<Message>) -> (Played, Vec<Message>) {
    let mut request = Request { messages, tools: tools(), context_json: context.to_string(), ..Request::default() };
    let mut played = Played::default();
    for _ in 0..STEPS_MAX {
        let Reply { note, text, refused, calls } = complete(&request).expect("a conversation with a sentence");
        played.note = note.or(played.note);
        request.messages.push(Message::Assistant { text: text.clone(), calls: calls.clone() });
        if calls.is_empty() {
            played.text = text;
            played.refused = refused;
            return (played, request.messages);
        }
        let operations: Vec<&Call> = calls.iter().filter(|call| call.name != "resolve").collect();
        assert!(
            operations.is_empty() || operations.len() == calls.len(),
            "names are resolved before anything is called"
        );
        assert!(operations.is_empty() || played.call.is_none(), "operations are called once");
        for call in &calls {
            let arguments: Value = serde_json::from_str(&call.arguments_json).expect("arguments are JSON");
            let content = if call.name == "resolve" {
                played.resolve = Some(arguments.clone());
                resolve(objects, context, &arguments)
            } else {
                let short = in_short(&call.name, &arguments);
                played.call = Some(played.call.map_or(short.clone(), |before| format!("{before} + {short}")));
                match call.name.as_str() {
                    "list" => table(objects, context, &arguments),
                    _ => json!({ "accepted": true, "sentence": short }),
                }
            };
            request.messages.push(answer(call, &content));
        }
    }
    panic!("the turn did not end");
}

/// As the host answers a list.
fn table(objects: &[Object], context: &Value, arguments: &Value) -> Value {
    let kind = arguments["kind"].as_str().unwrap_or_default();
    let home = arguments["namespace"].as_str().or(context["namespace"].as_str()).unwrap_or_default();
    let of_kind = objects.iter().filter(|o| o.0.eq_ignore_ascii_case(kind) && (o.1 == home || o.1.is_empty()));
    let rows: Vec<Value> = of_kind.map(|o| json!([o.2, "1m"])).collect();
    json!({ "answer": "table", "kind": kind, "columns": ["NAME", "AGE"], "total": rows.len(), "rows": rows, "unseen": [] })
}

/// A tool's answer to a call.
pub(crate) fn answer(call: &Call, content: &Value) -> Message {
    Message::Tool(ToolResult {
        call_id: call.id.clone(),
        name: call.name.clone(),
        content_json: content.to_string(),
        is_error: false,
    })
}

/// As the host resolves: the said or the context's namespace first, then everywhere.
fn resolve(objects: &[Object], context: &Value, arguments: &Value) -> Value {
    let text = |key: &str| arguments[key].as_str().unwrap_or_default().to_owned();
    let fits = |object: &&Object| {
        object.2 == text("name").to_lowercase()
            && match text("kind") {
                unsaid if unsaid.is_empty() => UNSAID.split_whitespace().any(|kind| kind == object.0),
                kind => object.0.eq_ignore_ascii_case(&kind),
            }
    };
    let said = text("namespace");
    let home =
        if said.is_empty() { context["namespace"].as_str().unwrap_or_default().to_owned() } else { said.clone() };
    let mut found: Vec<_> = objects.iter().filter(fits).filter(|o| o.1 == home || o.1.is_empty()).collect();
    if found.is_empty() && said.is_empty() {
        found = objects.iter().filter(fits).collect();
    }
    let candidates: Vec<Value> = found
        .iter()
        .map(|(kind, namespace, name, replicas)| {
            json!({ "kind": kind, "namespace": (!namespace.is_empty()).then_some(namespace), "name": name, "replicas": replicas })
        })
        .collect();
    json!({ "candidates": candidates, "looked_in": [home], "unseen": [], "similar": ["web"] })
}

/// A call in short words, the target first: `scale deployment/shop/web replicas=5`.
pub(crate) fn in_short(tool: &str, arguments: &Value) -> String {
    let mut words = vec![tool.to_owned()];
    let arguments = arguments.as_object().expect("arguments are an object");
    if let Some(target) = arguments.get("target") {
        let part = |key: &str| target[key].as_str().unwrap_or_default().to_owned();
        words.push(format!("{}/{}/{}", part("kind"), part("namespace"), part("name")).replace("//", "/"));
    }
    for (key, value) in arguments.iter().filter(|(key, _)| *key != "target") {
        match value {
            Value::String(text) => words.push(format!("{key}={text}")),
            value => words.push(format!("{key}={value}")),
        }
    }
    words.join(" ")
}
