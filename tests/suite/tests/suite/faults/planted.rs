//! What is planted, how it must be told, and how it is repaired.

use kubechat_harness::{Namespace, User, wait_for};
use kubechat_suite::Tested;
use kubechat_suite::world::ENDS_WITHIN;
use serde_json::{Value, json};

use super::pair::Side;

const PANIC: &str = "panic: cannot open /etc/shop/config.yaml: no such file";

/// How a fault is repaired.
pub(super) enum Repair {
    /// By the plan that its finding carries: the wire name of its operation.
    Plan(&'static str),
    /// By hand, because nobody can be certain what was meant: kubectl lines.
    Hand(Vec<String>),
}

/// One fault.
pub(super) struct Planted {
    pub(super) rule: &'static str,
    pub(super) name: &'static str,
    /// Words of its sentence, evidence or advice.
    pub(super) says: Vec<&'static str>,
    pub(super) repair: Repair,
    /// Who sees it.
    pub(super) by: User,
}

fn by_plan(rule: &'static str, name: &'static str, says: &[&'static str], op: &'static str) -> Planted {
    Planted { rule, name, says: says.to_vec(), repair: Repair::Plan(op), by: User::Editor }
}

fn by_hand(rule: &'static str, name: &'static str, says: &[&'static str], lines: &[&str]) -> Planted {
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    Planted { rule, name, says: says.to_vec(), repair: Repair::Hand(lines), by: User::Editor }
}

/// A Deployment of one container with these annotations on its pods and these parts of its container.
fn deployment(name: &str, replicas: u32, annotations: Value, container: Value) -> Value {
    let mut whole = json!({"name": "app", "image": format!("registry.example/{name}:1")});
    whole.as_object_mut().into_iter().for_each(|map| map.extend(container.as_object().cloned().unwrap_or_default()));
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}, "annotations": annotations}, "spec": {"containers": [whole]}}}})
}

fn service(name: &str, app: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"selector": {"app": app}, "ports": [{"port": 80}]}})
}

fn ingress(name: &str, service: &str, port: u32, tls: Option<&str>) -> Value {
    let backend = json!({"service": {"name": service, "port": {"number": port}}});
    let tls: Vec<Value> =
        tls.map(|secret| json!({"hosts": ["shop.example"], "secretName": secret})).into_iter().collect();
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": {"tls": tls,
        "rules": [{"host": "shop.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]}})
}

async fn apply(namespace: &Namespace, objects: Vec<Value>) -> Tested {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    Ok(namespace.apply(&list.to_string()).await?)
}

async fn kubectl(namespace: &Namespace, words: &[&str]) -> Tested {
    namespace.kubectl(User::Admin).run(words).await?;
    Ok(())
}

/// What works first, so that there is something to go back to.
async fn releases(namespace: &Namespace) -> Tested {
    let log = json!({"kubechat.dev/previous-logs": PANIC});
    let cpu = json!({"resources": {"requests": {"cpu": "100m"}}});
    apply(
        namespace,
        vec![
            deployment("search", 2, json!({}), json!({"image": "registry.example/search:5.1"})),
            deployment("checkout", 1, log, json!({})),
            deployment("slow", 2, json!({}), json!({})),
            deployment("storefront", 2, json!({}), cpu),
            deployment("basket", 2, json!({}), json!({})),
        ],
    )
    .await?;
    for name in ["search", "checkout", "slow", "storefront", "basket"] {
        namespace.rolled_out(name).await?;
    }
    Ok(())
}

pub(super) async fn east(side: &Side) -> Tested<Vec<Planted>> {
    let namespace = &side.namespace;
    // Else the repaired autoscaler would be the next finding.
    namespace.plane().serve_metrics().await?;
    releases(namespace).await?;
    let from = json!({"configMapKeyRef": {"name": "settings", "key": "levle"}});
    let env = json!({"env": [{"name": "LEVEL", "valueFrom": from}]});
    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "storefrnt"});
    let cache = json!({"resources": {"requests": {"memory": "32Mi"}, "limits": {"memory": "64Mi"}}});
    apply(
        namespace,
        vec![
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"level": "info"}}),
            deployment("cache", 2, json!({"kubechat.dev/needs-memory": "96Mi"}), cache),
            service("cache", "cache"),
            ingress("cache", "cache", 80, None),
            deployment("big", 1, json!({}), json!({"resources": {"requests": {"cpu": "5000"}}})),
            service("front", "storefrontt"),
            deployment("reviews", 1, json!({"kubechat.dev/checks-config": "yes"}), env),
            service("basket", "basket"),
            ingress("shop", "baskt", 80, None),
            ingress("orders", "basket", 8080, None),
            json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "storefront"},
                "spec": {"minReplicas": 2, "maxReplicas": 4, "scaleTargetRef": target}}),
            json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "basket"},
                "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "basket"}}}}),
        ],
    )
    .await?;
    kubectl(namespace, &["set", "image", "deployment/search", "app=registry.example/search:5.2-missing"]).await?;
    kubectl(namespace, &["set", "image", "deployment/checkout", "app=registry.example/checkout:2-crash"]).await?;
    let stuck = json!({"spec": {"progressDeadlineSeconds": 3, "template": {"metadata": {"annotations": {"kubechat.dev/fault": "not-ready"}}}}});
    kubectl(namespace, &["patch", "deployment/slow", "--type=merge", "-p", &stuck.to_string()]).await?;
    wait_for("the rollout to be given up", ENDS_WITHIN, || async {
        let slow = namespace.get("deployment", "slow").await.map_err(|error| error.to_string())?;
        let status = slow["status"]["conditions"].to_string();
        if status.contains("ProgressDeadlineExceeded") { Ok(()) } else { Err(status) }
    })
    .await?;
    Ok(told_of_east())
}

fn told_of_east() -> Vec<Planted> {
    vec![
        by_plan("image/pull-failed", "search", &["search:5.2-missing", "no such tag", "search:5.1"], "set-image"),
        by_plan("pod/crash-loop", "checkout", &["cannot open /etc/shop/config.yaml", "exit code 1"], "set-image"),
        by_plan(
            "pod/out-of-memory",
            "cache",
            &["its limit of 64Mi", "a limit of 128Mi gives it room"],
            "set-resources",
        ),
        by_hand(
            "pod/unschedulable",
            "big",
            &["No node takes", "not enough free CPU on 3 nodes"],
            &["set resources deployment/big --requests=cpu=1"],
        ),
        by_plan(
            "service/selector-matches-nothing",
            "front",
            &["storefrontt", "the nearest are those of Deployment"],
            "patch",
        ),
        by_plan("config/key-missing", "settings", &["has no key levle", "key level exists"], "patch"),
        by_plan("ingress/no-such-backend", "shop", &["baskt does not exist", "Service basket exists"], "patch"),
        by_plan("ingress/no-such-backend", "orders", &["has no port 8080", "the Service has 80"], "patch"),
        by_plan("autoscaler/no-target", "storefront", &["its target Deployment storefrnt can't be read"], "patch"),
        by_plan("budget/blocks-drain", "basket", &["never lets a pod go (minAvailable 2 of 2)"], "scale"),
        by_plan("pod/not-ready", "slow", &["go back to revision 1, whose pods still serve"], "rollout-undo"),
    ]
}

pub(super) async fn west(side: &Side) -> Tested<Vec<Planted>> {
    let namespace = &side.namespace;
    let pod = |name: &str| {
        json!({"metadata": {"annotations": {"kubechat.dev/fault": "not-ready"}},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": format!("registry.example/{name}:1")}]}})
    };
    let job = |name: &str| json!({"activeDeadlineSeconds": 1, "template": pod(name)});
    let claim = json!({"accessModes": ["ReadWriteOnce"], "storageClassName": "fastest", "resources": {"requests": {"storage": "1Gi"}}});
    let gone = json!({"namespace": namespace.name(), "name": "guard", "path": "/"});
    let selector = json!({"matchLabels": {"kubernetes.io/metadata.name": "nowhere"}});
    let hook = json!({"name": "guard.pay.example", "clientConfig": {"service": gone}, "failurePolicy": "Fail",
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
        "namespaceSelector": selector, "sideEffects": "None", "admissionReviewVersions": ["v1"]});
    let soon = namespace.plane().certificate("shop.example", 5 * 24).await?;
    apply(
        namespace,
        vec![
            json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "team"}, "spec": {"hard": {"pods": "4"}}}),
            json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim}),
            json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "import"}, "spec": job("import")}),
            json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "report"},
                "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": job("report")}}}),
            json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "shop-tls"}, "stringData": soon}),
            service("web", "web"),
            ingress("shop", "web", 80, Some("shop-tls")),
            json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": "guard"}, "webhooks": [hook]}),
        ],
    )
    .await?;
    kubectl(namespace, &["create", "job", "report-1", "--from=cronjob/report"]).await?;
    for name in ["job/import", "job/report-1"] {
        kubectl(namespace, &["wait", "--for=condition=Failed", name, "--timeout=60s"]).await?;
    }
    // After the jobs, whose pods would count too.
    apply(namespace, vec![deployment("ledger", 3, json!({}), json!({}))]).await?;
    Ok(told_of_west())
}

fn told_of_west() -> Vec<Planted> {
    let webhook = by_hand(
        "webhook/no-such-service",
        "guard",
        &["guard.pay.example", "does not exist"],
        &["delete validatingwebhookconfiguration guard"],
    );
    vec![
        by_hand(
            "quota/full",
            "team",
            &["is full", "ledger has 2 of 3 pods"],
            &[
                "delete resourcequota team",
                "rollout restart deployment/ledger",
                "rollout status deployment/ledger --timeout=60s",
            ],
        ),
        by_hand("claim/pending", "data", &["fastest"], &["delete persistentvolumeclaim data"]),
        by_hand("job/failed", "import", &["DeadlineExceeded"], &["delete job import"]),
        by_hand("cronjob/failing", "report", &["report-1"], &["delete cronjob report"]),
        by_hand(
            "certificate/expiring",
            "shop-tls",
            &["not after 20", "Ingress"],
            &["delete ingress shop", "delete secret shop-tls"],
        ),
        Planted { by: User::Admin, ..webhook },
    ]
}
