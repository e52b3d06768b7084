//! A namespace of one test, with its people's rights and kubeconfigs.

use std::{fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};

use crate::{
    error::{HarnessError, Outcome},
    kubectl::Kubectl,
    plane::{Plane, User},
    wait::wait_for,
    witness::Witness,
};

/// How long the authorizer may take to learn a new binding; it takes milliseconds.
const RIGHTS_WITHIN: Duration = Duration::from_secs(30);

/// A fresh namespace. It is left behind: the control plane ends with the test run.
#[derive(Clone, Debug)]
pub struct Namespace {
    plane: Plane,
    name: String,
}

impl Namespace {
    pub(crate) async fn create(plane: &Plane, name: String, labels: &[(&str, &str)]) -> Outcome<Self> {
        let labels: serde_json::Map<_, _> =
            labels.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        // The viewer's binding comes last: once it works, so do the others.
        let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}},
            binding(&name, "edit", &[User::Editor, User::Second]),
            binding(&name, "view", &[User::Viewer]),
        ]});
        let admin = plane.kubectl(User::Admin);
        admin.run_with(&["create", "-f", "-"], &objects.to_string()).await?;
        admin.run(&["wait", "--for=create", "serviceaccount/default", "-n", &name, "--timeout=60s"]).await?;
        let namespace = Self { plane: plane.clone(), name };
        for user in User::WITH_TOKEN.into_iter().chain([User::Admin]) {
            namespace.write_kubeconfig(user)?;
        }
        let viewer = namespace.kubectl(User::Viewer);
        wait_for("the viewer's rights", RIGHTS_WITHIN, || viewer.run(&["auth", "can-i", "list", "pods", "-q"])).await?;
        Ok(namespace)
    }

    /// Its name, unique in the control plane.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The control plane it is in.
    #[must_use]
    pub fn plane(&self) -> &Plane {
        &self.plane
    }

    /// A user's kubeconfig, whose context `testplane` has this namespace.
    #[must_use]
    pub fn kubeconfig(&self, user: User) -> PathBuf {
        self.plane.dir().join(format!("{}.{}.kubeconfig", self.name, user.name()))
    }

    /// kubectl as this user, in this namespace.
    #[must_use]
    pub fn kubectl(&self, user: User) -> Kubectl {
        Kubectl::new(&self.plane, user, self.kubeconfig(user))
    }

    /// Applies manifests (YAML or JSON) as the admin.
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn apply(&self, manifests: &str) -> Outcome {
        self.kubectl(User::Admin).run_with(&["apply", "-f", "-"], manifests).await.map(drop)
    }

    /// Applies a Deployment `name` with one container `app` of this image, label `app: NAME` and these
    /// annotations on its pods (see the control plane's README for the faults they plant).
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn deploy(&self, name: &str, image: &str, replicas: u32, annotations: &[(&str, &str)]) -> Outcome {
        let annotations: serde_json::Map<_, _> =
            annotations.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        let deployment = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": {"app": name}},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": {
                "metadata": {"labels": {"app": name}, "annotations": annotations},
                "spec": {"containers": [{"name": "app", "image": image}]},
            }},
        });
        self.apply(&deployment.to_string()).await
    }

    /// Waits until a Deployment's rollout has settled.
    ///
    /// # Errors
    /// When it has not within 60 s.
    pub async fn rolled_out(&self, deployment: &str) -> Outcome {
        let target = format!("deployment/{deployment}");
        self.kubectl(User::Admin).run(&["rollout", "status", &target, "--timeout=60s"]).await.map(drop)
    }

    /// One object as the API server has it.
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn get(&self, kind: &str, name: &str) -> Outcome<Value> {
        self.kubectl(User::Admin).json(&["get", kind, name]).await
    }

    /// The pods with this label selector.
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn pods(&self, selector: &str) -> Outcome<Vec<Value>> {
        let mut list = self.kubectl(User::Admin).json(&["get", "pods", "-l", selector]).await?;
        Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// What is written in this namespace from now on.
    ///
    /// # Errors
    /// When there is no audit log.
    pub fn witness(&self) -> Outcome<Witness> {
        Witness::from_now(&self.plane, Some(self.name.clone()))
    }

    fn write_kubeconfig(&self, user: User) -> Outcome {
        let path = self.kubeconfig(user);
        let text = match self.plane.token(user) {
            // JSON is YAML.
            Some(token) => json!({
                "apiVersion": "v1", "kind": "Config", "current-context": "testplane",
                "clusters": [{"name": "testplane", "cluster": {
                    "server": self.plane.url(), "certificate-authority-data": self.plane.ca()}}],
                "contexts": [{"name": "testplane", "context": {
                    "cluster": "testplane", "user": user.name(), "namespace": self.name}}],
                "users": [{"name": user.name(), "user": {"token": token}}],
            })
            .to_string(),
            None => self.admins_kubeconfig()?,
        };
        fs::write(&path, text).map_err(HarnessError::file(&path))
    }

    /// The admin's certificate stays where it is; only the context's namespace is put in (the demo's names one already).
    fn admins_kubeconfig(&self) -> Outcome<String> {
        let path = self.plane.kubeconfig(User::Admin);
        let text = fs::read_to_string(&path).map_err(HarnessError::file(&path))?;
        let text: String = text.split_inclusive('\n').filter(|line| !line.starts_with("    namespace: ")).collect();
        Ok(text.replacen("    user: admin\n", &format!("    user: admin\n    namespace: {}\n", self.name), 1))
    }
}

fn binding(namespace: &str, role: &str, users: &[User]) -> Value {
    let subjects: Vec<_> = users
        .iter()
        .map(|user| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user.name()}))
        .collect();
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": format!("people-{role}"), "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": subjects,
    })
}
