//! A control plane that runs, and the people it knows.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use serde_json::json;
use tokio::sync::OnceCell;

use crate::{
    error::{HarnessError, Outcome},
    kubectl::Kubectl,
    namespace::Namespace,
    process::{self, Ready, Size},
    witness::Witness,
};

/// The port of the metrics API's Service; the control plane knows where it leads.
const METRICS_PORT: u16 = 4443;

/// Who the control plane knows. What they may do is decided by each test's [`Namespace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum User {
    /// Everything: group system:masters, by certificate.
    Admin,
    /// Role `edit` in the test's namespace.
    Editor,
    /// The same role, another person.
    Second,
    /// Role `view` in the test's namespace.
    Viewer,
    /// No right at all.
    Nobody,
}

impl User {
    /// Those with a token, whose rights come from RBAC.
    pub const WITH_TOKEN: [Self; 4] = [Self::Editor, Self::Second, Self::Viewer, Self::Nobody];

    /// As the API server and its audit log spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Editor => "editor",
            Self::Second => "second",
            Self::Viewer => "viewer",
            Self::Nobody => "nobody",
        }
    }
}

/// A control plane that was ready when this was made. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Plane(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    dir: PathBuf,
    program: PathBuf,
    ready: Ready,
}

impl Plane {
    /// The test run's one control plane: the one in `KUBECHAT_TESTPLANE_DIR`, else one that the first
    /// caller in this process starts and that dies with the process.
    ///
    /// # Errors
    /// When there is no program for it, or it does not become ready.
    pub async fn shared() -> Outcome<Self> {
        static SHARED: OnceCell<Plane> = OnceCell::const_new();
        SHARED.get_or_try_init(Self::attach_or_start).await.cloned()
    }

    async fn attach_or_start() -> Outcome<Self> {
        let program = process::program().await?;
        if let Some(dir) = std::env::var_os("KUBECHAT_TESTPLANE_DIR") {
            let dir = PathBuf::from(dir);
            let ready = process::read_ready(&dir);
            if !process::alive(&dir) {
                return Err(process::trouble(&dir, "named in KUBECHAT_TESTPLANE_DIR does not run".to_owned()));
            }
            let ready = ready
                .map_err(|error| process::trouble(&dir, format!("in KUBECHAT_TESTPLANE_DIR is not ready: {error}")))?;
            return Ok(Self::new(dir, program, ready));
        }
        let dir = process::new_folder()?;
        // The child is not waited for: it ends when this process does.
        let (_child, ready) = process::start(&program, &dir, 0, Size::EMPTY).await?;
        Ok(Self::new(dir, program, ready))
    }

    pub(crate) fn new(dir: PathBuf, program: PathBuf, ready: Ready) -> Self {
        Self(Arc::new(Facts { dir, program, ready }))
    }

    /// A fresh namespace, named after `name`, in which editor and second may edit and viewer may view.
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn namespace(&self, name: &str) -> Outcome<Namespace> {
        self.namespace_labelled(name, &[]).await
    }

    /// The same with labels on the namespace, such as `("environment", "production")`.
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn namespace_labelled(&self, name: &str, labels: &[(&str, &str)]) -> Outcome<Namespace> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let unique = format!("{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Namespace::create(self, unique, labels).await
    }

    /// A namespace of exactly this name, for one that has its like on another control plane.
    ///
    /// # Errors
    /// What kubectl says.
    pub async fn namespace_called(&self, name: &str, labels: &[(&str, &str)]) -> Outcome<Namespace> {
        Namespace::create(self, name.to_owned(), labels).await
    }

    /// kubectl as this user, with no default namespace.
    #[must_use]
    pub fn kubectl(&self, user: User) -> Kubectl {
        Kubectl::new(self, user, self.kubeconfig(user))
    }

    /// What is written from now on, anywhere.
    ///
    /// # Errors
    /// When there is no audit log.
    pub fn witness(&self) -> Outcome<Witness> {
        Witness::from_now(self, None)
    }

    /// From now on `image` means these bytes, for every container that starts: a tag that moved.
    ///
    /// # Errors
    /// When the file of moved tags can't be read or written.
    pub fn move_tag(&self, image: &str, digest: &str) -> Outcome {
        static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _held = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let path = self.dir().join("images.json");
        let old = std::fs::read(&path).unwrap_or_else(|_| b"{}".to_vec());
        let mut moved: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&old).map_err(HarnessError::malformed("images.json"))?;
        moved.insert(image.to_owned(), digest.into());
        let text = serde_json::Value::Object(moved).to_string();
        let new = path.with_extension("new"); // renamed into place: the plane never reads half of it
        std::fs::write(&new, text).map_err(HarnessError::file(&new))?;
        std::fs::rename(&new, &path).map_err(HarnessError::file(&path))
    }

    /// A certificate for this host that ends in so many hours, and its key, both PEM: what a TLS Secret holds.
    ///
    /// # Errors
    /// What the program says.
    pub async fn certificate(&self, host: &str, hours: u32) -> Outcome<serde_json::Value> {
        self.kubectl(User::Admin).certificate(&["-name", host, "-hours", &hours.to_string()]).await
    }

    /// Many nodes and pods, all Running, in namespaces `PREFIX-000` and on: for measuring. Written straight
    /// into etcd; 5,000 pods take seconds.
    ///
    /// # Errors
    /// What the program says.
    pub async fn bulk(&self, prefix: &str, nodes: u32, pods: u32, namespaces: u32) -> Outcome {
        let numbers = [nodes, pods, namespaces].map(|number| number.to_string());
        let [nodes, pods, namespaces] = numbers.each_ref().map(String::as_str);
        let sizes = ["-prefix", prefix, "-nodes", nodes, "-pods", pods, "-namespaces", namespaces];
        self.kubectl(User::Admin).bulk(&sizes, &self.0.ready.etcd).await
    }

    /// Registers the metrics API that the control plane has, and waits until it is served. From then on everybody here reads
    /// metrics and autoscalers work, so take a [`PrivatePlane`](crate::PrivatePlane) for it.
    ///
    /// # Errors
    /// What kubectl says, or when the API does not become available.
    pub async fn serve_metrics(&self) -> Outcome {
        let (name, space) = ("metrics", "kube-system");
        // The address is nobody's: the API server reaches it by its egress selection, which knows the port.
        let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": space},
                "spec": {"ports": [{"port": METRICS_PORT, "targetPort": METRICS_PORT}]}},
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {"name": name, "namespace": space, "labels": {"kubernetes.io/service-name": name}},
                "endpoints": [{"addresses": ["10.0.1.1"], "conditions": {"ready": true}}],
                "ports": [{"name": "", "port": METRICS_PORT, "protocol": "TCP"}]},
            {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1beta1.metrics.k8s.io"},
                "spec": {"group": "metrics.k8s.io", "version": "v1beta1", "insecureSkipTLSVerify": true,
                    "groupPriorityMinimum": 100, "versionPriority": 100,
                    "service": {"name": name, "namespace": space, "port": METRICS_PORT}}},
        ]});
        let admin = self.kubectl(User::Admin);
        admin.run_with(&["apply", "-f", "-"], &objects.to_string()).await?;
        let service = "apiservice/v1beta1.metrics.k8s.io";
        admin.run(&["wait", "--for=condition=Available", service, "--timeout=60s"]).await.map(drop)
    }

    /// The base URL of the admission hooks.
    pub(crate) fn hooks(&self) -> &str {
        &self.0.ready.hooks
    }

    /// The API server's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.ready.url
    }

    /// A user's kubeconfig. Its context is `testplane`, without a namespace.
    #[must_use]
    pub fn kubeconfig(&self, user: User) -> PathBuf {
        self.0.dir.join(format!("{}.kubeconfig", user.name()))
    }

    /// A user's bearer token; none for the admin, who has a certificate.
    #[must_use]
    pub fn token(&self, user: User) -> Option<&str> {
        self.0.ready.tokens.get(user.name()).map(String::as_str)
    }

    /// The certificate authority of the API server, PEM in base64.
    #[must_use]
    pub fn ca(&self) -> &str {
        &self.0.ready.ca
    }

    /// Its state folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// What its components log.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.0.ready.log
    }

    /// The exact file the API server writes its audit log to.
    #[must_use]
    pub fn audit(&self) -> &Path {
        &self.0.ready.audit
    }

    pub(crate) fn program(&self) -> &Path {
        &self.0.program
    }

    pub(crate) fn pid(&self) -> u32 {
        self.0.ready.pid
    }
}
