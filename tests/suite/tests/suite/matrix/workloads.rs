//! Rows about what runs: Deployments and CronJobs.

use kubechat_harness::User;
use serde_json::{Value, json};

use super::{After, Row, Undo};

fn web() -> Value {
    json!({"kind": "deployment", "name": "web"})
}

fn has(pointer: &'static str, value: Value) -> After {
    After::Has("deployment/web".to_owned(), pointer, value)
}

fn drift(there: &str, back: &str) -> (String, String) {
    (there.to_owned(), back.to_owned())
}

/// A row about Deployment `web`, carried out by the editor and taken back exactly.
fn on_web(operation: Value, says: &'static str, shows: &'static str, drift: (String, String), after: After) -> Row {
    Row {
        operation,
        by: User::Editor,
        prepare: Vec::new(),
        says,
        shows,
        right: "patch deployments.apps",
        drift,
        after,
        undo: Undo::Back,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = templates();
    rows.extend(rollouts());
    rows.extend(jobs());
    rows.extend(beside());
    rows
}

fn templates() -> Vec<Row> {
    let after =
        json!([{"name": "BETA", "value": "9"}, {"name": "GAMMA", "value": "3"}, {"name": "DELTA", "value": "4"}]);
    const IMAGE: &str = "/spec/template/spec/containers/0/image";
    let restart = on_web(
        json!({"op": "restart", "target": web()}),
        "restart deployment",
        "restartedAt",
        drift("rollout restart deployment/web", ""),
        has("/spec/replicas", json!(3)),
    );
    vec![
        on_web(
            json!({"op": "scale", "target": web(), "replicas": 5}),
            "to 5",
            "spec.replicas",
            drift("scale deployment/web --replicas=4", "scale deployment/web --replicas=3"),
            has("/spec/replicas", json!(5)),
        ),
        on_web(
            json!({"op": "set-image", "target": web(), "image": ":2"}),
            "set image",
            "[name=app].image",
            drift(
                "set image deployment/web app=registry.example/web:9",
                "set image deployment/web app=registry.example/web:1",
            ),
            has(IMAGE, json!("registry.example/web:2")),
        ),
        Row { undo: Undo::Never("the pods that ran are gone"), ..restart },
        on_web(
            json!({"op": "set-resources", "target": web(), "requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}),
            "requests cpu 100m and limits memory 1Gi",
            "[name=app].resources",
            drift("set resources deployment/web --requests=cpu=50m", "set resources deployment/web --requests=cpu=0"),
            has("/spec/template/spec/containers/0/resources/limits/memory", json!("1Gi")),
        ),
        on_web(
            json!({"op": "set-env", "target": web(), "set": {"BETA": "9", "DELTA": "4"}, "remove": ["ALPHA"]}),
            "set variable BETA, DELTA and remove ALPHA",
            "[name=app].env[name=BETA].value",
            drift("set env deployment/web BETA=5", "set env deployment/web BETA=2"),
            has("/spec/template/spec/containers/0/env", after),
        ),
    ]
}

fn rollouts() -> Vec<Row> {
    let undo = on_web(
        json!({"op": "rollout-undo", "target": web(), "revision": 1}),
        "to revision 1 (registry.example/web:1)",
        "[name=app].image",
        drift(
            "set image deployment/web app=registry.example/web:9",
            "set image deployment/web app=registry.example/web:2",
        ),
        has("/spec/template/spec/containers/0/image", json!("registry.example/web:1")),
    );
    let resume = on_web(
        json!({"op": "rollout-resume", "target": web()}),
        "resume the rollout",
        "spec.paused",
        drift("rollout resume deployment/web", "rollout pause deployment/web"),
        After::Lacks("deployment/web".to_owned(), "/spec/paused"),
    );
    vec![
        Row { prepare: vec!["set image deployment/web app=registry.example/web:2".to_owned()], ..undo },
        on_web(
            json!({"op": "rollout-pause", "target": web()}),
            "pause the rollout",
            "spec.paused",
            drift("rollout pause deployment/web", "rollout resume deployment/web"),
            has("/spec/paused", json!(true)),
        ),
        Row { prepare: vec!["rollout pause deployment/web".to_owned()], ..resume },
    ]
}

fn jobs() -> Vec<Row> {
    let row = |op: &str, name: &str, says: &'static str, suspended: bool| {
        let turn = |on: bool| format!("patch cronjob/{name} --type=merge -p {{\"spec\":{{\"suspend\":{on}}}}}");
        Row {
            right: "patch cronjobs.batch",
            ..on_web(
                json!({"op": op, "target": {"kind": "cronjob", "name": name}}),
                says,
                "spec.suspend",
                (turn(suspended), turn(!suspended)),
                After::Has(format!("cronjob/{name}"), "/spec/suspend", json!(suspended)),
            )
        }
    };
    vec![row("suspend", "tick", "suspend cronjob", true), row("resume", "held", "resume cronjob", false)]
}

/// What is put beside a workload.
fn beside() -> Vec<Row> {
    let expose = on_web(
        json!({"op": "expose", "target": web(), "port": 8080, "target_port": 80, "name": "front"}),
        "as service front",
        "spec.selector",
        drift("create service clusterip front --tcp=80", "delete service front"),
        After::Has("service/front".to_owned(), "/spec/selector", json!({"app": "web"})),
    );
    let autoscale = on_web(
        json!({"op": "autoscale", "target": web(), "min": 3, "max": 5, "cpu_percent": 80}),
        "between 3 and 5 replicas aiming at 80 % CPU",
        "spec.maxReplicas",
        drift("autoscale deployment/web --min=3 --max=4", "delete hpa web"),
        After::Has("hpa/web".to_owned(), "/spec/maxReplicas", json!(5)),
    );
    let there = on_web(
        json!({"op": "autoscale", "target": web(), "min": 2, "max": 6}),
        "between 2 and 6 replicas",
        "spec.maxReplicas",
        drift(
            "patch hpa/other --type=merge -p {\"spec\":{\"maxReplicas\":5}}",
            "patch hpa/other --type=merge -p {\"spec\":{\"maxReplicas\":4}}",
        ),
        After::Has("hpa/other".to_owned(), "/spec/maxReplicas", json!(6)),
    );
    vec![
        Row { right: "create services", ..expose },
        Row { right: "create horizontalpodautoscalers.autoscaling", ..autoscale },
        Row {
            right: "patch horizontalpodautoscalers.autoscaling",
            prepare: vec!["autoscale deployment/web --name=other --min=3 --max=4".to_owned()],
            ..there
        },
    ]
}
