//! Faults planted in a healthy cluster, each as a kubelet, a scheduler or a controller would leave it.

use serde_json::{Value, json};

use crate::cluster::{BEFORE, deployment, edit, service};

pub(crate) const RECENT: &str = "2026-11-23T11:58:00Z";

fn unready(pod: &mut Value, message: &str) {
    for kind in ["ContainersReady", "Ready"] {
        let conditions = pod["status"]["conditions"].as_array_mut().unwrap();
        let condition = conditions.iter_mut().find(|condition| condition["type"] == kind).unwrap();
        condition["status"] = json!("False");
        condition["reason"] = json!("ContainersNotReady");
        condition["message"] = json!(message);
    }
    pod["status"]["containerStatuses"][0]["ready"] = json!(false);
}

/// The Deployment as its controller sees it when so many of its pods serve.
pub(crate) fn short(objects: &mut [Value], app: &str, ready: i64) {
    edit(objects, "Deployment", app, |deployment| {
        let status = &mut deployment["status"];
        status["readyReplicas"] = json!(ready);
        status["availableReplicas"] = json!(ready);
        if ready == 0 {
            status["conditions"][0]["status"] = json!("False");
            status["conditions"][0]["reason"] = json!("MinimumReplicasUnavailable");
            status["conditions"][0]["message"] = json!("Deployment does not have minimum availability.");
        }
    });
}

pub(crate) fn crash(pod: &mut Value, code: i64, reason: &str) {
    unready(pod, "containers with unready status: [app]");
    let status = &mut pod["status"]["containerStatuses"][0];
    status["restartCount"] = json!(7);
    status["state"] =
        json!({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}});
    status["lastState"] =
        json!({"terminated": {"exitCode": code, "reason": reason, "startedAt": BEFORE, "finishedAt": RECENT}});
}

/// `checkout` crashes; its Service has nothing left.
pub(crate) fn crash_loop(replicas: usize) -> Vec<Value> {
    let mut objects = deployment("shop", "checkout", replicas);
    edit(&mut objects, "Pod", "checkout", |pod| crash(pod, 1, "Error"));
    short(&mut objects, "checkout", 0);
    objects.extend(service("shop", "checkout", "checkout", 0));
    objects
}

pub(crate) fn pull_failure(pod: &mut Value, image: &str) {
    unready(pod, "containers with unready status: [search]");
    pod["status"]["phase"] = json!("Pending");
    pod["spec"]["containers"][0]["image"] = json!(image);
    let message = format!(
        "Back-off pulling image \"{image}\": ErrImagePull: failed to resolve reference \"{image}\": {image}: not found"
    );
    let status = &mut pod["status"]["containerStatuses"][0];
    status["image"] = json!(image);
    status["state"] = json!({"waiting": {"reason": "ImagePullBackOff", "message": message}});
}

/// `search` rolls out a tag that was never pushed; the pods before still serve.
pub(crate) fn bad_release() -> Vec<Value> {
    let bad = "registry.example/shop/search:5.2.0-missing";
    let mut objects = deployment("shop", "search", 2);
    let mut new: Vec<Value> = deployment("shop", "search", 1).split_off(1);
    for object in &mut new {
        object["metadata"]["name"] = json!(object["metadata"]["name"].as_str().unwrap().replace("6d4", "9f2"));
        object["metadata"]["uid"] = json!(object["metadata"]["uid"].as_str().unwrap().replace("6d4", "9f2"));
    }
    edit(&mut new, "ReplicaSet", "search", |set| {
        set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = json!("2");
        set["spec"]["template"]["spec"]["containers"][0]["image"] = json!(bad);
        set["status"] = json!({"replicas": 1, "observedGeneration": 1});
    });
    edit(&mut new, "Pod", "search", |pod| {
        pod["metadata"]["ownerReferences"][0]["uid"] = json!("uid-shop-search-9f2");
        pull_failure(pod, bad);
    });
    edit(&mut objects, "Deployment", "search", |deployment| {
        deployment["spec"]["template"]["spec"]["containers"][0]["image"] = json!(bad);
        deployment["status"]["conditions"][1] = json!({"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
            "message": "ReplicaSet \"search-9f2\" has timed out progressing.", "lastTransitionTime": RECENT});
    });
    objects.extend(new);
    objects.extend(service("shop", "search", "search", 2));
    objects
}

/// `recommender` asks for more CPU than any node has.
pub(crate) fn too_large() -> Vec<Value> {
    let mut objects = deployment("shop", "recommender", 1);
    edit(&mut objects, "Pod", "recommender", |pod| {
        pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] = json!("64");
        pod["spec"].as_object_mut().unwrap().remove("nodeName");
        pod["status"] = json!({"phase": "Pending", "qosClass": "Burstable", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            "lastTransitionTime": BEFORE}]});
    });
    short(&mut objects, "recommender", 0);
    objects.extend((1..=3).map(|i| {
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": format!("node-{i}")},
            "status": {"allocatable": {"cpu": "8", "memory": "32Gi"}, "conditions": [{"type": "Ready", "status": "True"}]}})
    }));
    objects
}

/// `ledger` wants three pods, and its namespace's quota gives two.
pub(crate) fn full_quota() -> Vec<Value> {
    let mut objects = deployment("payments", "ledger", 2);
    edit(&mut objects, "Deployment", "ledger", |deployment| deployment["spec"]["replicas"] = json!(3));
    edit(&mut objects, "ReplicaSet", "ledger", |set| {
        set["spec"]["replicas"] = json!(3);
        set["status"]["conditions"] = json!([{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": BEFORE,
            "message": "pods \"ledger-6d4-x\" is forbidden: exceeded quota: team-quota, requested: pods=1, used: pods=2, limited: pods=2"}]);
    });
    objects.push(quota("payments", "2", "2"));
    objects.extend(service("payments", "ledger", "ledger", 2));
    objects
}

pub(crate) fn quota(namespace: &str, used: &str, hard: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team-quota", "namespace": namespace},
        "spec": {"hard": {"pods": hard, "requests.cpu": "1"}},
        "status": {"hard": {"pods": hard, "requests.cpu": "1", "services.loadbalancers": "0"}, "used": {"pods": used, "requests.cpu": "500m", "services.loadbalancers": "0"}}})
}

/// `reviews` works, and its Service wants `app=review`.
pub(crate) fn wrong_selector() -> Vec<Value> {
    let mut objects = deployment("shop", "reviews", 2);
    objects.extend(service("shop", "reviews", "review", 0));
    objects
}
