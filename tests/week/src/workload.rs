//! A workload in one line, and the objects it stands for: template, ReplicaSet, ready pods, Service and endpoints,
//! autoscaler, budget, route.

use serde::Deserialize;
use serde_json::{Value, json};

/// One line of `workloads`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workload {
    kind: String,
    namespace: String,
    name: String,
    #[serde(default)]
    replicas: u64,
    image: String,
    /// Port of a Service of the same name; none: no Service.
    #[serde(default)]
    port: Option<u16>,
    /// Least and most pods of an autoscaler.
    #[serde(default)]
    hpa: Option<(u64, u64)>,
    /// Least healthy pods of a budget.
    #[serde(default)]
    pdb: Option<u64>,
    #[serde(default)]
    secrets: Vec<String>,
    #[serde(default)]
    configs: Vec<String>,
    #[serde(default)]
    account: Option<String>,
    /// A host name an Ingress leads here.
    #[serde(default)]
    host: Option<String>,
    /// A host name an HTTPRoute leads here.
    #[serde(default)]
    route: Option<String>,
    /// Annotations and labels of whoever declares it: `argo-cd`, `helm`.
    #[serde(default)]
    declared: Option<String>,
    /// Nodes its pods are on, in turn.
    #[serde(default)]
    nodes: Vec<String>,
    /// Size of a claim for each pod (StatefulSets).
    #[serde(default)]
    storage: Option<String>,
    /// More of its pod specification.
    #[serde(default)]
    pod: Value,
    /// More of its specification.
    #[serde(default)]
    spec: Value,
}

impl Workload {
    /// All its objects.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let mut all = vec![self.controller()];
        if self.kind == "Deployment" {
            all.push(self.object("apps/v1", "ReplicaSet", &self.set(), json!({"spec": {"replicas": self.replicas}})));
            self.own(all.last_mut(), &self.kind, &self.name);
        }
        all.extend((0..self.replicas).map(|index| self.running(index)));
        all.extend(self.around());
        all
    }

    fn set(&self) -> String {
        format!("{}-7d9f", self.name)
    }

    fn labels(&self) -> Value {
        json!({"app": self.name})
    }

    fn object(&self, version: &str, kind: &str, name: &str, rest: Value) -> Value {
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {
            "name": name, "namespace": self.namespace, "uid": format!("{kind}/{}/{name}", self.namespace)}});
        lay(&mut object, &rest);
        object
    }

    fn own(&self, object: Option<&mut Value>, kind: &str, name: &str) {
        if let Some(object) = object {
            let uid = format!("{kind}/{}/{name}", self.namespace);
            object["metadata"]["labels"] = self.labels();
            object["metadata"]["ownerReferences"] =
                json!([{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": true}]);
        }
    }

    fn pod_spec(&self) -> Value {
        let from = |kind: &str, name: &String| json!({kind: {"name": name}});
        let env: Vec<Value> = self
            .secrets
            .iter()
            .map(|name| from("secretRef", name))
            .chain(self.configs.iter().map(|name| from("configMapRef", name)))
            .collect();
        let resources = json!({"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}});
        let mut spec =
            json!({"containers": [{"name": self.name, "image": self.image, "envFrom": env, "resources": resources}]});
        if let Some(account) = &self.account {
            spec["serviceAccountName"] = json!(account);
        }
        lay(&mut spec, &self.pod);
        spec
    }

    fn controller(&self) -> Value {
        let template = json!({"metadata": {"labels": self.labels()}, "spec": self.pod_spec()});
        let selector = json!({"matchLabels": self.labels()});
        let (version, spec) = match self.kind.as_str() {
            "CronJob" => (
                "batch/v1",
                json!({"schedule": "0 3 * * *", "suspend": false, "jobTemplate": {"spec": {"template": template}}}),
            ),
            "Job" => ("batch/v1", json!({"parallelism": 1, "selector": selector, "template": template})),
            "DaemonSet" => ("apps/v1", json!({"selector": selector, "template": template})),
            _ => ("apps/v1", json!({"replicas": self.replicas, "selector": selector, "template": template})),
        };
        let mut object = self.object(version, &self.kind, &self.name, json!({"spec": spec}));
        lay(&mut object["spec"], &self.spec);
        if self.storage.is_some() {
            object["spec"]["volumeClaimTemplates"] = json!([{"metadata": {"name": "data"}}]);
        }
        match self.declared.as_deref() {
            Some("argo-cd") => {
                let id = format!("{0}:apps/{1}:{0}/{2}", self.namespace, self.kind, self.name);
                object["metadata"]["annotations"] = json!({"argocd.argoproj.io/tracking-id": id});
            }
            Some("helm") => {
                object["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": self.name});
                object["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "Helm"});
            }
            _ => {}
        }
        object
    }

    fn running(&self, index: u64) -> Value {
        let (kind, owner) = match self.kind.as_str() {
            "Deployment" => ("ReplicaSet", self.set()),
            kind => (kind, self.name.clone()),
        };
        let mut spec = self.pod_spec();
        if !self.nodes.is_empty() {
            let at = usize::try_from(index).unwrap_or_default() % self.nodes.len();
            spec["nodeName"] = json!(self.nodes[at]);
        }
        let status = json!({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]});
        let mut pod = self.object("v1", "Pod", &format!("{owner}-{index}"), json!({"spec": spec, "status": status}));
        self.own(Some(&mut pod), kind, &owner);
        pod
    }

    /// What stands around it: Service with endpoints, autoscaler, budget, routes, claims.
    fn around(&self) -> Vec<Value> {
        let mut all = Vec::new();
        if let Some(port) = self.port {
            let spec = json!({"selector": self.labels(), "ports": [{"name": "http", "port": port}]});
            all.push(self.object("v1", "Service", &self.name, json!({"spec": spec})));
            let owner = if self.kind == "Deployment" { self.set() } else { self.name.clone() };
            let uid = |index| format!("Pod/{}/{owner}-{index}", self.namespace);
            let ready: Vec<Value> = (0..self.replicas)
                .map(|index| json!({"conditions": {"ready": true}, "targetRef": {"uid": uid(index)}}))
                .collect();
            let labels = json!({"labels": {"kubernetes.io/service-name": self.name}});
            let slice = json!({"metadata": labels, "endpoints": ready});
            all.push(self.object("discovery.k8s.io/v1", "EndpointSlice", &format!("{}-x", self.name), slice));
        }
        if let Some((min, max)) = self.hpa {
            let target = json!({"apiVersion": "apps/v1", "kind": self.kind, "name": self.name});
            let spec = json!({"minReplicas": min, "maxReplicas": max, "scaleTargetRef": target});
            let rest = json!({"spec": spec, "status": {"currentReplicas": self.replicas}});
            all.push(self.object("autoscaling/v2", "HorizontalPodAutoscaler", &self.name, rest));
        }
        if let Some(min) = self.pdb {
            let status = json!({"currentHealthy": self.replicas, "desiredHealthy": min, "expectedPods": self.replicas,
                "disruptionsAllowed": self.replicas.saturating_sub(min)});
            let spec = json!({"minAvailable": min, "selector": {"matchLabels": self.labels()}});
            all.push(self.object(
                "policy/v1",
                "PodDisruptionBudget",
                &self.name,
                json!({"spec": spec, "status": status}),
            ));
        }
        all.extend(self.routes());
        all.extend(self.claims());
        all
    }

    fn routes(&self) -> Vec<Value> {
        let mut all = Vec::new();
        if let Some(host) = &self.host {
            let backend = json!({"service": {"name": self.name, "port": {"number": self.port}}});
            let path = json!({"path": "/", "pathType": "Prefix", "backend": backend});
            let spec = json!({"rules": [{"host": host, "http": {"paths": [path]}}]});
            all.push(self.object("networking.k8s.io/v1", "Ingress", &self.name, json!({"spec": spec})));
        }
        if let Some(host) = &self.route {
            let spec =
                json!({"hostnames": [host], "rules": [{"backendRefs": [{"name": self.name, "port": self.port}]}]});
            all.push(self.object("gateway.networking.k8s.io/v1", "HTTPRoute", &self.name, json!({"spec": spec})));
        }
        all
    }

    fn claims(&self) -> Vec<Value> {
        let Some(size) = &self.storage else { return Vec::new() };
        let mut all = Vec::new();
        for index in 0..self.replicas {
            let name = format!("data-{}-{index}", self.name);
            let volume = format!("pv-{}-{name}", self.namespace);
            let spec =
                json!({"volumeName": volume, "storageClassName": "fast", "resources": {"requests": {"storage": size}}});
            all.push(self.object("v1", "PersistentVolumeClaim", &name, json!({"spec": spec})));
            let claim = json!({"namespace": self.namespace, "name": name});
            all.push(
                json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume, "uid": volume},
                "spec": {"persistentVolumeReclaimPolicy": "Delete", "claimRef": claim}}),
            );
        }
        all
    }
}

/// Lays one object over another, field by field.
fn lay(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                lay(under.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (under, over) => *under = over.clone(),
    }
}
