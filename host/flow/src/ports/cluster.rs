//! The cluster port: everything asked of or done to a Kubernetes API server, as the user.
//!
//! Adapters never retry a write, bound every call by a deadline, and answer fact queries concurrently. Each failure is a
//! [`Problem`] with the file, verb or address that explains it. A cluster that fails never disturbs another.

use async_trait::async_trait;
use kubechat_core::digest::Digest;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::mutation::Mutation;
use kubechat_core::names::{ClusterName, Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::permit::StepPermit;
use kubechat_core::plan::ClusterPin;
use kubechat_core::principal::Principal;
use kubechat_core::problem::Problem;
use kubechat_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::logs::{LogAsk, LogStream};
pub use super::mode::{Mode, Modes, NamespaceMode};
use super::table::{TableAsk, TablePage};

/// A cluster as a principal sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClusterView {
    /// Its configured name.
    pub name: ClusterName,
    /// The kubeconfig context.
    pub context: String,
    /// Server URL, without credentials.
    pub server: String,
    /// The kubeconfig file.
    pub source: String,
    /// The context's namespace.
    pub namespace: Namespace,
    /// What may happen where no rule for a namespace fits.
    pub mode: Mode,
    /// Why it is stricter than the host's configuration, when it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode_reason: Option<String>,
    /// Rules for namespaces; the first that fits counts.
    #[serde(default)]
    pub namespaces: Vec<NamespaceMode>,
    /// Whether it looks like production, as far as was looked.
    #[serde(default)]
    pub production: bool,
    /// Server version, when it answered.
    pub version: Option<String>,
    /// The user name the server sees (SelfSubjectReview), when it answered.
    pub user: Option<String>,
    /// When the client certificate in its kubeconfig expires; absent where another credential is used.
    #[serde(default)]
    pub certificate_expires_at: Option<Timestamp>,
    /// What is wrong, when it does not answer.
    pub problem: Option<Problem>,
}

impl ClusterView {
    /// What may happen to this object.
    pub fn mode_of(&self, target: &ObjectRef) -> Mode {
        self.modes().of(target)
    }

    /// The cluster's modes.
    pub fn modes(&self) -> Modes {
        Modes { cluster: self.mode, namespaces: self.namespaces.clone() }
    }
}

/// What the server said when asked to try a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Tried {
    /// It would work; the object as it would be, `None` after a deletion.
    Done {
        /// The result.
        object: Option<Value>,
        /// `Warning:` headers.
        warnings: Vec<String>,
    },
    /// It can't be tried (a webhook refuses dry-run, or the object hangs on an earlier step).
    CannotTry {
        /// Why, in a sentence.
        reason: String,
    },
}

/// One right to check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// RBAC verb.
    pub verb: String,
    /// Subresource, such as `eviction`.
    pub subresource: Option<&'static str>,
    /// The object (its name is part of the question).
    pub object: ObjectRef,
}

/// The API server's answer about a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Yes or no.
    pub allowed: bool,
    /// The authorizer's words, if any.
    pub reason: String,
}

/// One right to ask about, with or without an object's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Review {
    /// RBAC verb.
    pub verb: String,
    /// The type.
    pub api: ApiType,
    /// `log`, `exec`; empty for the resource itself.
    pub subresource: String,
    /// Where; absent means everywhere.
    pub namespace: Option<Namespace>,
    /// Which object; absent means all.
    pub name: Option<ObjectName>,
}

impl Review {
    /// `pods/log`, `deployments.apps`: how `kubectl auth can-i` takes it.
    pub fn resource(&self) -> String {
        let resource = self.api.resource();
        if self.subresource.is_empty() { resource } else { format!("{resource}/{}", self.subresource) }
    }
}

/// A kind the cluster serves, in its group's preferred version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServedKind {
    /// The type.
    #[serde(flatten)]
    pub api: ApiType,
    /// Short names: `deploy`.
    pub short_names: Vec<String>,
    /// What may be asked of it, if one has the right: `list`, `patch`.
    pub verbs: Vec<String>,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Performed {
    /// The API server accepted it; the object as it is now, `None` after a deletion.
    Done {
        /// The result.
        object: Option<Value>,
        /// `Warning:` headers.
        warnings: Vec<String>,
    },
    /// It was refused, or certainly never sent.
    Refused(Problem),
    /// It may or may not have happened (connection lost after sending).
    Unknown(Problem),
}

/// Clusters, as the user.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// The clusters a principal has, each asked for its version with a short deadline.
    async fn clusters(&self, who: &Principal) -> Vec<ClusterView>;

    /// The names of a principal's clusters, in configuration order; nothing is asked.
    fn names(&self, who: &Principal) -> Vec<ClusterName>;

    /// One cluster's configuration without asking it; `not-found` names what there is.
    fn known(&self, who: &Principal, cluster: Option<&ClusterName>) -> Result<ClusterView, Problem>;

    /// Answers questions concurrently. `Err` when the cluster can't be asked at all; a single refusal is a [`Fact`].
    async fn answer(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        queries: Vec<FactQuery>,
    ) -> Result<Vec<(FactQuery, Fact)>, Problem>;

    /// The same for whoever only looks: from what the adapter watches, where it does, in no particular order. An answer may
    /// be a moment old, or older and say so; nothing is ever planned from it.
    async fn view(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        queries: Vec<FactQuery>,
    ) -> Result<Vec<(FactQuery, Fact)>, Problem>;

    /// Where a principal's configuration of a cluster leads: its server and the keys trusted for that. Nothing is asked, so it
    /// is the same whatever he may read; two who have the same have the same cluster.
    fn authority(&self, who: &Principal, cluster: &ClusterName) -> Result<Digest, Problem>;

    /// The cluster's identity.
    async fn pin(&self, who: &Principal, cluster: &ClusterName) -> Result<ClusterPin, Problem>;

    /// Who the API server takes a principal for; nothing when this cluster is not configured for him.
    async fn user(&self, who: &Principal, cluster: &ClusterName) -> Result<Option<String>, Problem>;

    /// Server-side dry-run of one write.
    async fn try_out(&self, who: &Principal, cluster: &ClusterName, mutation: &Mutation) -> Result<Tried, Problem>;

    /// SelfSubjectAccessReviews, in the order asked.
    async fn allowed(&self, who: &Principal, cluster: &ClusterName, rights: &[Right]) -> Result<Vec<Allowed>, Problem>;

    /// SelfSubjectAccessReviews of any right, in the order asked.
    async fn reviewed(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        reviews: &[Review],
    ) -> Result<Vec<Allowed>, Problem>;

    /// What the cluster serves, well-known groups first.
    async fn kinds(&self, who: &Principal, cluster: &ClusterName) -> Result<Vec<ServedKind>, Problem>;

    /// One page of a list as the API server prints it; a token that got too old is `stale`.
    async fn table(&self, who: &Principal, cluster: &ClusterName, ask: &TableAsk) -> Result<TablePage, Problem>;

    /// A container's log as it comes. It keeps a connection as long as it is read; whoever reads it bounds it.
    async fn log_stream(&self, who: &Principal, cluster: &ClusterName, ask: &LogAsk) -> Result<LogStream, Problem>;

    /// Sends one write, once. The permit is consumed.
    async fn perform(&self, permit: StepPermit) -> Performed;
}
