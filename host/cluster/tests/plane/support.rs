//! A pool over the test control plane's users, and short ways to ask and to write.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kubechat_cluster::{ClusterConfig, ClusterPool, Deadlines, PoolConfig, PrincipalConfig};
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::mutation::{Action, Mutation};
use kubechat_core::names::{ClusterName, KindWord, Namespace as NamespaceName, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::plan::ClusterPin;
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_core::radius::Spread;
use kubechat_core::time::{Clock, Timestamp};
use kubechat_flow::ports::cluster::{Cluster as _, Mode, Performed};
use kubechat_harness::{Leave, Namespace, User};
use serde_json::Value;

/// The machine's time.
pub(crate) struct Machine;

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp(i64::try_from(since.as_millis()).unwrap())
    }
}

pub(crate) fn cluster() -> ClusterName {
    ClusterName::parse("test").unwrap()
}

pub(crate) fn who(name: &str) -> Principal {
    Principal::local(name, &[])
}

/// A cluster named `test` from this file.
pub(crate) fn config(kubeconfig: impl Into<PathBuf>) -> ClusterConfig {
    ClusterConfig {
        name: cluster(),
        kubeconfig: kubeconfig.into(),
        context: None,
        mode: Mode::Guarded,
        mode_said: false,
        namespaces: Vec::new(),
    }
}

pub(crate) fn pool_of(name: &str, clusters: Vec<ClusterConfig>, deadlines: Deadlines) -> ClusterPool {
    let principals = vec![PrincipalConfig { principal: who(name), clusters }];
    ClusterPool::new(PoolConfig { principals, deadlines, ..PoolConfig::default() }, Arc::new(Machine))
}

/// Every user of the plane, in this namespace.
pub(crate) fn pool(namespace: &Namespace) -> ClusterPool {
    let users = User::WITH_TOKEN.into_iter().chain([User::Admin]);
    let principals = users
        .map(|user| PrincipalConfig { principal: who(user.name()), clusters: vec![config(namespace.kubeconfig(user))] })
        .collect();
    ClusterPool::new(PoolConfig { principals, ..PoolConfig::default() }, Arc::new(Machine))
}

/// One principal with one kubeconfig and short waits.
pub(crate) fn hasty(kubeconfig: &Path) -> ClusterPool {
    let short = Duration::from_secs(3);
    let deadlines = Deadlines { connect: short, read: short, list: short, write: short, look: short, exec: short };
    pool_of("editor", vec![config(kubeconfig)], deadlines)
}

pub(crate) async fn ask(pool: &ClusterPool, user: &str, query: FactQuery) -> Result<Fact, Problem> {
    let mut answers = pool.answer(&who(user), &cluster(), vec![query]).await?;
    Ok(answers.pop().unwrap().1)
}

pub(crate) fn kind(word: &str) -> FactQuery {
    FactQuery::Kind { word: KindWord::parse(word).unwrap() }
}

pub(crate) fn object(api: ApiType, namespace: Option<&str>, name: &str) -> ObjectRef {
    let namespace = namespace.map(|n| NamespaceName::parse(n).unwrap());
    ObjectRef { api, namespace, name: ObjectName::parse(name).unwrap() }
}

pub(crate) fn mutation(target: ObjectRef, action: Action) -> Mutation {
    Mutation { target, action, touches: Vec::new() }
}

/// Writes with a permit bound to this live object (`None`: it creates).
pub(crate) async fn perform(pool: &ClusterPool, user: &str, mutation: &Mutation, live: Option<&Value>) -> Performed {
    let bound = |key: &str| live.and_then(|live| live["metadata"][key].as_str());
    perform_bound(pool, user, mutation, bound("uid"), bound("resourceVersion")).await
}

pub(crate) async fn perform_bound(
    pool: &ClusterPool,
    user: &str,
    mutation: &Mutation,
    uid: Option<&str>,
    resource_version: Option<&str>,
) -> Performed {
    let pin = pool.pin(&who(user), &cluster()).await.unwrap();
    perform_pinned(pool, user, &pin, mutation, (uid, resource_version)).await
}

/// Writes with a permit for the cluster that was seen as this; bound to UID and resourceVersion.
pub(crate) async fn perform_pinned(
    pool: &ClusterPool,
    user: &str,
    pin: &ClusterPin,
    mutation: &Mutation,
    (uid, resource_version): (Option<&str>, Option<&str>),
) -> Performed {
    let (who, cluster) = (who(user), cluster());
    let spread = Spread::default();
    let leave = Leave { who: &who, cluster: &cluster, pin, mutation, uid, resource_version, spread };
    pool.perform(leave.permit(Machine.now()).unwrap()).await
}

/// Writes with a permit whose checks saw it reach this far.
pub(crate) async fn perform_reaching(
    pool: &ClusterPool,
    user: &str,
    mutation: &Mutation,
    live: &Value,
    spread: Spread,
) -> Performed {
    let bound = |key: &str| live["metadata"][key].as_str();
    let pin = pool.pin(&who(user), &cluster()).await.unwrap();
    let (who, cluster) = (who(user), cluster());
    let (uid, resource_version) = (bound("uid"), bound("resourceVersion"));
    let leave = Leave { who: &who, cluster: &cluster, pin: &pin, mutation, uid, resource_version, spread };
    pool.perform(leave.permit(Machine.now()).unwrap()).await
}

/// A file of its own for this test.
pub(crate) fn file(name: &str, content: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cluster-{}", std::process::id()));
    let dir = dir.join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// A kubeconfig with this server, cluster settings and user settings.
pub(crate) fn kubeconfig(server: &str, cluster: &Value, user: &Value) -> PathBuf {
    let mut cluster = cluster.clone();
    cluster["server"] = server.into();
    let text = serde_json::json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "c", "cluster": cluster}],
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}],
        "users": [{"name": "u", "user": user}],
    });
    file("kubeconfig", &text.to_string())
}
