//! A healthy cluster with everything in it that looks like trouble: it must not be told of anything serious.
//!
//! All kinds, a rollout in progress, finished Jobs, what is paused, suspended or scaled to zero on purpose, Services of
//! every sort, pods that are starting, ending or once crashed, and what only waits.

use kubechat_core::policy::Severity;
use serde_json::{Value, json};

use crate::cluster::{BEFORE, NOW, deployment, edit, namespace, pod, service};
use crate::faults;
use crate::kinds::findings;
use crate::objects;
use crate::table;

fn services() -> Vec<Value> {
    let mut headless = service("shop", "db", "db", 2);
    headless[0]["spec"]["clusterIP"] = json!("None");
    let own = |name: &str, spec: Value| objects::object("v1", "Service", name, json!({"spec": spec}));
    [
        headless,
        vec![
            own("far", json!({"type": "ExternalName", "externalName": "db.example.com"})),
            own("by-hand", json!({"type": "ClusterIP", "ports": [{"port": 80}]})),
            own("kubernetes", json!({"type": "ClusterIP"})),
        ],
    ]
    .concat()
}

/// A rollout in progress: the new pod starts, the old ones serve.
fn rolling() -> Vec<Value> {
    let mut objects = faults::bad_release();
    edit(&mut objects, "Pod", "search-9f2", |pod| {
        pod["metadata"]["creationTimestamp"] = json!(NOW);
        pod["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": NOW}],
            "containerStatuses": [{"name": "search", "ready": false, "restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}]});
    });
    edit(&mut objects, "Deployment", "search", |it| {
        it["status"]["conditions"][1] =
            json!({"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated", "lastTransitionTime": NOW});
        it["metadata"]["generation"] = json!(2);
        it["metadata"]["managedFields"] = json!([{"manager": "kubectl", "operation": "Update", "time": NOW}]);
    });
    objects
}

/// Pods in passing states.
fn passing() -> Vec<Value> {
    let lone = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut pod = pod("shop", name, name, None);
        change(&mut pod);
        pod
    };
    vec![
        lone("done", &|pod| {
            pod["status"] = json!({"phase": "Succeeded", "containerStatuses": [{"name": "done", "state": {"terminated": {"exitCode": 0}}}]});
        }),
        lone("evicted", &|pod| pod["status"] = json!({"phase": "Failed", "reason": "Evicted"})),
        lone("ending", &|pod| pod["metadata"]["deletionTimestamp"] = json!("2026-11-23T11:59:30Z")),
        lone("veteran", &|pod| {
            pod["status"]["containerStatuses"][0]["restartCount"] = json!(40);
            pod["status"]["containerStatuses"][0]["lastState"] =
                json!({"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-20T00:00:00Z"}});
        }),
        lone("gated", &|pod| {
            pod["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]});
        }),
        lone("optional", &|pod| {
            pod["spec"]["containers"][0]["envFrom"] =
                json!([{"configMapRef": {"name": "not-there", "optional": true}}]);
        }),
    ]
}

/// What is switched off on purpose.
fn resting() -> Vec<Value> {
    let mut paused = deployment("shop", "paused", 1);
    edit(&mut paused, "Deployment", "paused", |it| {
        it["spec"]["paused"] = json!(true);
        it["status"]["conditions"][1] = json!({"type": "Progressing", "status": "Unknown", "reason": "DeploymentPaused", "lastTransitionTime": BEFORE});
    });
    let mut sleeping = objects::job("later", json!({"type": "Suspended", "status": "True"}), BEFORE, false);
    sleeping["spec"]["suspend"] = json!(true);
    let zero = [deployment("shop", "zero", 0), service("shop", "zero", "zero", 0)].concat();
    let nobody = objects::object(
        "apps/v1",
        "DaemonSet",
        "gpu",
        json!({"spec": {"selector": {"matchLabels": {"app": "gpu"}},
        "template": {"metadata": {"labels": {"app": "gpu"}}, "spec": {"containers": []}}},
        "status": {"observedGeneration": 1, "desiredNumberScheduled": 0, "currentNumberScheduled": 0, "numberReady": 0}}),
    );
    [paused, zero, vec![sleeping, nobody, objects::cron("0 3 * * *", None, true)]].concat()
}

/// One of each kind that is looked at, as it should be.
fn each_kind() -> Vec<Value> {
    let ready =
        json!({"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound", "lastTransitionTime": BEFORE});
    let mut ingress = objects::ingress("web", "web", json!({"number": 80}));
    ingress["spec"]["tls"] = json!([{"secretName": "web-tls"}]);
    vec![
        namespace("shop"),
        objects::well("node-1"),
        faults::quota("shop", "3", "100"),
        objects::scaler(&[ready], 2),
        ingress,
        objects::route("web", 80),
        objects::budget(1, 2, 2, 1),
        objects::policy(json!({"matchLabels": {"app": "web"}})),
        objects::webhook("web", "Fail"),
        objects::claim("data", Some("std"), "Bound", BEFORE),
        objects::claim("spare", Some("std"), "Pending", BEFORE),
        objects::class("std", "WaitForFirstConsumer", true),
        objects::tls("web-tls", &objects::certificate("261101000000Z", "270130000000Z")),
        objects::job("migrate", objects::complete(), BEFORE, false),
        objects::object("v1", "ConfigMap", "settings", json!({"data": {"a": "b"}})),
    ]
}

pub(crate) fn cluster() -> Vec<Value> {
    let database = table::owned("StatefulSet", 2);
    [objects::web(), services(), database, rolling(), passing(), resting(), each_kind()].concat()
}

#[test]
fn nothing_serious_is_said_of_a_healthy_cluster() {
    let found = findings(cluster());
    let serious: Vec<_> = found.iter().filter(|finding| finding.severity >= Severity::High).collect();
    assert!(serious.is_empty(), "{serious:#?}");
    // And of what was switched off on purpose only that it is.
    let said: Vec<_> = found.iter().map(|finding| (finding.rule.as_str(), finding.severity)).collect();
    assert_eq!(said, [("cronjob/suspended", Severity::Info), ("service/scaled-to-zero", Severity::Info)], "{found:#?}");
}

#[test]
fn each_part_of_a_healthy_cluster_is_healthy_alone() {
    for (what, objects) in
        [("services", services()), ("rolling", rolling()), ("passing", passing()), ("resting", resting())]
    {
        let said: Vec<_> = findings(objects).into_iter().filter(|it| it.severity >= Severity::Low).collect();
        // Alone, the headless Service has no pods to lead to.
        let said: Vec<_> = said.into_iter().filter(|it| it.object.name.as_str() != "db").collect();
        assert!(said.is_empty(), "{what}: {said:#?}");
    }
}
