//! get, list, describe, logs, events: what is shown, what is masked, what is cut, what is refused.

use kubechat_core::limits::TOOL_RESULT_BYTES_MAX;
use kubechat_core::operation::read::{Describe, Events, Get, List, Logs};
use kubechat_core::operation::{LowerError, Operation, Target};
use kubechat_core::read::{Answer, Table};
use serde_json::{Value, json};

use crate::cluster::{BEFORE, Cluster, deployment, edit, namespace, pod, service};
use crate::faults;

fn target(kind: &str, place: &str, name: &str) -> Target {
    Target { kind: kind.parse().unwrap(), namespace: Some(place.parse().unwrap()), name: name.parse().unwrap() }
}

fn list(kind: &str, place: Option<&str>) -> Operation {
    let namespace = place.map(|place| place.parse().unwrap());
    Operation::List(List {
        kind: kind.parse().unwrap(),
        all_namespaces: namespace.is_none(),
        namespace,
        selector: None,
        sort: None,
    })
}

fn table(cluster: &Cluster, operation: &Operation) -> Table {
    match cluster.read(operation).unwrap() {
        Answer::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

fn logs(kind: &str, name: &str, container: Option<&str>) -> Operation {
    let container = container.map(str::to_owned);
    Operation::Logs(Logs { target: target(kind, "shop", name), container, previous: false, lines: None, minutes: None })
}

fn event(name: &str, uid: &str, at: &str, message: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": format!("{name}.{at}"), "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": name, "uid": uid}, "type": "Warning", "reason": "BackOff",
        "message": message, "count": 4, "firstTimestamp": BEFORE, "lastTimestamp": at, "source": {"component": "kubelet"}})
}

#[test]
fn a_secret_is_shown_without_its_values() {
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}, "type": "Opaque",
        "data": {"password": "aHVudGVyMi1hbmQtbW9yZQ=="}});
    let cluster = Cluster::default().with([secret]);
    let answer = cluster.read(&Operation::Get(Get { target: target("secret", "shop", "db") })).unwrap();
    for shown in [serde_json::to_string(&answer).unwrap(), answer.to_tool_json(TOOL_RESULT_BYTES_MAX).to_string()] {
        assert!(shown.contains("password") && !shown.contains("aHVudGVy"), "{shown}");
    }
}

#[test]
fn a_list_has_the_columns_people_know_in_the_order_of_names() {
    let cluster = Cluster::default().with(deployment("shop", "web", 3)).with(deployment("shop", "cart", 1));
    let table = table(&cluster, &list("deployment", Some("shop")));
    assert_eq!(table.columns, ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"]);
    assert_eq!(table.rows[0].cells, ["cart", "1/1", "1", "1", "120m"]);
    assert_eq!(table.rows[1].object.to_string(), "Deployment shop/web");
}

#[test]
fn a_list_of_all_namespaces_says_which_could_not_be_listed() {
    let objects = [
        deployment("shop", "web", 1),
        deployment("payments", "ledger", 1),
        vec![namespace("shop"), namespace("payments")],
    ];
    let cluster = Cluster { allowed: vec!["shop".to_owned()], ..Cluster::default() }.with(objects.concat());
    let table = table(&cluster, &list("pod", None));
    assert_eq!(table.columns[..2], ["NAMESPACE", "NAME"]);
    assert_eq!((table.total, table.rows[0].cells[0].as_str()), (1, "shop"));
    assert_eq!(table.unseen[0].what, "list pods in payments");
}

#[test]
fn a_forbidden_list_is_refused_with_the_missing_right() {
    let cluster = Cluster { allowed: vec!["shop".to_owned()], ..Cluster::default() };
    let Err(LowerError::Denied { verb, resource, namespace }) = cluster.read(&list("pod", Some("payments"))) else {
        panic!()
    };
    assert_eq!((verb.as_str(), resource.as_str(), namespace.unwrap().as_str()), ("list", "pods", "payments"));
}

#[test]
fn an_unknown_kind_is_refused_by_its_word() {
    assert!(
        matches!(Cluster::default().read(&list("gizmo", Some("shop"))), Err(LowerError::UnknownKind(word)) if word.as_str() == "gizmo")
    );
}

#[test]
fn five_thousand_rows_become_a_table_that_says_how_many_there_are() {
    let pods = (0..5_000).map(|i| pod("shop", &format!("web-{i:04}"), "web", None));
    let answer = Cluster::default().with(pods).read(&list("pod", Some("shop"))).unwrap();
    let cut = answer.to_tool_json(TOOL_RESULT_BYTES_MAX);
    let rows = cut["rows"].as_array().unwrap().len() as u64;
    assert!(cut.to_string().len() <= TOOL_RESULT_BYTES_MAX && rows > 100);
    assert_eq!(cut["total"], 5_000);
    assert_eq!(cut["omitted"], 5_000 - rows);
}

#[test]
fn the_logs_of_a_workload_are_those_of_its_pods_with_the_troubled_ones_first() {
    let mut objects = deployment("shop", "web", 7);
    edit(&mut objects, "Pod", "web-6d4-6", |pod| faults::crash(pod, 1, "Error"));
    let mut cluster = Cluster::default().with(objects);
    cluster.logs.insert("web-6d4-6".to_owned(), vec!["token=abcdefghijklmnop0123456789 refused".to_owned()]);
    let Answer::Logs(logs) = cluster.read(&logs("deployment", "web", None)).unwrap() else { panic!() };
    assert_eq!((logs.sources.len(), logs.omitted), (5, 2));
    assert_eq!(logs.sources[0].pod.as_str(), "web-6d4-6");
    assert!(!logs.sources[0].lines[0].contains("abcdefghijklmnop"), "{:?}", logs.sources[0].lines);
    assert!(
        logs.sources[1].problem.as_ref().unwrap().contains("not found"),
        "one silent pod does not silence the others"
    );
}

#[test]
fn of_a_long_log_the_newest_lines_are_kept() {
    let mut cluster = Cluster::default().with([pod("shop", "web", "web", None)]);
    cluster.logs.insert("web".to_owned(), (0..2_000).map(|i| format!("line {i} of a long log")).collect());
    let cut = cluster.read(&logs("pod", "web", None)).unwrap().to_tool_json(4_000);
    let lines = cut["sources"][0]["lines"].as_array().unwrap();
    assert_eq!(lines.last().unwrap(), "line 1999 of a long log");
    assert_eq!(cut["sources"][0]["omitted"], 2_000 - lines.len());
}

#[test]
fn with_several_containers_one_must_be_said_unless_one_is_marked() {
    let mut mesh = pod("shop", "web", "web", None);
    mesh["spec"]["containers"].as_array_mut().unwrap().push(json!({"name": "proxy"}));
    let mut cluster = Cluster::default().with([mesh]);
    cluster.logs.insert("web".to_owned(), vec!["hello".to_owned()]);
    assert!(
        matches!(cluster.read(&logs("pod", "web", None)), Err(LowerError::AmbiguousContainer { containers, .. }) if containers == ["web", "proxy"])
    );
    assert!(cluster.read(&logs("pod", "web", Some("proxy"))).is_ok());
    assert!(matches!(cluster.read(&logs("pod", "web", Some("nope"))), Err(LowerError::NoContainer { .. })));
    cluster.objects[0]["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/default-container": "web"});
    let Answer::Logs(logs) = cluster.read(&logs("pod", "web", None)).unwrap() else { panic!() };
    assert_eq!(logs.sources[0].container.as_deref(), Some("web"));
}

#[test]
fn what_has_no_pods_has_no_logs() {
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "shop"}});
    let cluster = Cluster::default().with([map]).with(service("shop", "web", "nothing", 0));
    assert!(matches!(cluster.read(&logs("configmap", "web", None)), Err(LowerError::WrongKind { .. })));
    assert!(matches!(cluster.read(&logs("service", "web", None)), Err(LowerError::NotFound(_))));
}

#[test]
fn events_of_an_object_leave_its_predecessor_out_and_come_newest_last() {
    let own = pod("shop", "web", "web", None);
    let uid = own["metadata"]["uid"].as_str().unwrap().to_owned();
    let events = [
        event("web", &uid, "2026-11-23T11:59:00Z", "second"),
        event("web", &uid, "2026-11-23T11:50:00Z", "first"),
        event("web", "uid-of-the-one-before", "2026-11-23T11:58:00Z", "not ours"),
    ];
    let cluster = Cluster::default().with([own]).with(events);
    let about =
        Operation::Events(Events { target: Some(target("pod", "shop", "web")), namespace: None, minutes: None });
    let Answer::Events(found) = cluster.read(&about).unwrap() else { panic!() };
    let said: Vec<_> = found.rows.iter().map(|row| (row.message.as_str(), row.age.as_str(), row.count)).collect();
    assert_eq!(said, [("first", "10m", 4), ("second", "60s", 4)]);
    let all = Operation::Events(Events { target: None, namespace: Some("shop".parse().unwrap()), minutes: None });
    let Answer::Events(found) = cluster.read(&all).unwrap() else { panic!() };
    assert_eq!(found.rows.len(), 3);
}

#[test]
fn a_description_tells_state_containers_pods_and_events() {
    let mut objects = deployment("shop", "web", 2);
    edit(&mut objects, "Pod", "web-6d4-1", |pod| faults::crash(pod, 1, "Error"));
    objects.extend(service("shop", "web", "web", 1));
    let cluster = Cluster::default().with(objects);
    let describe = |kind: &str, name: &str| {
        let Answer::Description(it) =
            cluster.read(&Operation::Describe(Describe { target: target(kind, "shop", name) })).unwrap()
        else {
            panic!()
        };
        it.sections.into_iter().map(|section| (section.title, section.lines)).collect::<Vec<_>>()
    };
    let workload = describe("deployment", "web");
    let titles: Vec<_> = workload.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, ["state", "conditions", "containers", "pods"]);
    assert_eq!(
        (workload[3].1[0].label.as_str(), workload[3].1[0].text.contains("CrashLoopBackOff")),
        ("web-6d4-1", true)
    );
    let broken = describe("pod", "web-6d4-1");
    let containers = &broken.iter().find(|(title, _)| title == "containers").unwrap().1;
    assert!(containers[0].text.contains("7 restarts, before: ended with exit code 1"), "{containers:?}");
    let endpoints = describe("service", "web").into_iter().find(|(title, _)| title == "endpoints").unwrap().1;
    assert_eq!(endpoints[0].text, "web-6d4-0 ready");
}

#[test]
fn a_write_is_not_answered_as_a_read() {
    let scale = kubechat_core::operation::scale::Scale { target: target("deployment", "shop", "web"), replicas: 1 };
    assert!(matches!(Cluster::default().read(&Operation::Scale(scale)), Err(LowerError::BadValue(_))));
}
