//! The facts document as this pack reads it: version 1 of the published schema, borrowed from the text.
//!
//! Additions are ignored, so a newer host with the same version still fits. What a rule depends on and the host always
//! writes is required: a document without it is refused, because an absent `production` would read as "not production".

use std::borrow::Cow;

use serde::Deserialize;

use crate::Error;

/// The schema version this pack was written for.
const VERSION: u32 = 1;

/// A text, borrowed where the JSON has no escapes in it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// How bad the plan can be, by the host's own table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    Low,
    Medium,
    High,
    Critical,
}

/// The document.
#[derive(Debug, Deserialize)]
pub(crate) struct Facts<'a> {
    pub(crate) version: u32,
    #[serde(borrow)]
    pub(crate) origin: Text<'a>,
    #[serde(borrow)]
    pub(crate) steps: Vec<Step<'a>>,
    pub(crate) radius_pods: u64,
    pub(crate) risk_level: Level,
    pub(crate) complete: bool,
    #[serde(borrow)]
    pub(crate) unseen: Vec<Text<'a>>,
}

/// One write.
#[derive(Debug, Deserialize)]
pub(crate) struct Step<'a> {
    #[serde(borrow)]
    pub(crate) op: Text<'a>,
    #[serde(borrow)]
    pub(crate) verb: Text<'a>,
    #[serde(borrow)]
    pub(crate) group: Text<'a>,
    #[serde(borrow)]
    pub(crate) kind: Text<'a>,
    #[serde(borrow)]
    pub(crate) namespace: Text<'a>,
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    pub(crate) creates: bool,
    pub(crate) production: bool,
    pub(crate) owner: bool,
    #[serde(borrow)]
    pub(crate) images: Vec<Image<'a>>,
    #[serde(default)]
    pub(crate) replicas: Option<Replicas>,
    #[serde(default)]
    pub(crate) autoscaler: Option<Autoscaler>,
    #[serde(borrow)]
    pub(crate) services: Vec<Service<'a>>,
    #[serde(borrow)]
    pub(crate) budgets: Vec<Budget<'a>>,
    pub(crate) claims_lost: u64,
    #[serde(default)]
    pub(crate) claims_retained: u64,
    pub(crate) consumers: u64,
    pub(crate) removes_objects: u64,
    pub(crate) pods: u64,
    #[serde(default)]
    pub(crate) pods_removed: u64,
    #[serde(borrow, default)]
    pub(crate) weakens: Vec<Text<'a>>,
    /// Required: a host that does not look for these would read as one that found none.
    #[serde(borrow)]
    pub(crate) escalations: Vec<Escalation<'a>>,
    #[serde(borrow, default)]
    pub(crate) pod_powers: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) resources_missing: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) routes: Vec<Route<'a>>,
    #[serde(borrow, default)]
    pub(crate) depended: Vec<Text<'a>>,
    #[serde(default)]
    pub(crate) traffic: Option<Traffic>,
    #[serde(default)]
    pub(crate) instances_unserved: u64,
    #[serde(borrow, default)]
    pub(crate) refusals: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) declared_by: Option<DeclaredBy<'a>>,
    #[serde(borrow, default)]
    pub(crate) unverified: Option<Text<'a>>,
}

/// One image.
#[derive(Debug, Deserialize)]
pub(crate) struct Image<'a> {
    #[serde(borrow)]
    pub(crate) container: Text<'a>,
    #[serde(borrow)]
    pub(crate) before: Text<'a>,
    #[serde(borrow)]
    pub(crate) after: Text<'a>,
    #[serde(borrow)]
    pub(crate) tag: Text<'a>,
    pub(crate) pinned: bool,
}

/// Replica counts.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Replicas {
    pub(crate) before: i64,
    pub(crate) after: i64,
}

/// The bounds of the autoscaler that owns the replicas.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Autoscaler {
    pub(crate) min: i64,
    pub(crate) max: i64,
}

/// What a Service keeps.
#[derive(Debug, Deserialize)]
pub(crate) struct Service<'a> {
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    pub(crate) ready_before: u64,
    pub(crate) ready_after: u64,
}

/// What a disruption budget allows.
#[derive(Debug, Deserialize)]
pub(crate) struct Budget<'a> {
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    pub(crate) broken: bool,
}

/// A right handed out, borrowed or opened.
#[derive(Debug, Deserialize)]
pub(crate) struct Escalation<'a> {
    #[serde(borrow)]
    pub(crate) class: Text<'a>,
    #[serde(borrow)]
    pub(crate) what: Text<'a>,
}

/// A route that loses a backend.
#[derive(Debug, Deserialize)]
pub(crate) struct Route<'a> {
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
}

/// Pods whose traffic a NetworkPolicy changes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Traffic {
    pub(crate) cut_off: u64,
    pub(crate) opened: u64,
}

/// Who declares the object besides us.
#[derive(Debug, Deserialize)]
pub(crate) struct DeclaredBy<'a> {
    #[serde(borrow)]
    pub(crate) tool: Text<'a>,
    #[serde(borrow)]
    pub(crate) owner: Text<'a>,
    pub(crate) reverts: bool,
}

/// Reads the document; the version is judged first, so that another shape is called by its name.
pub(crate) fn parse(text: &str) -> Result<Facts<'_>, Error> {
    // serde takes a list of values for a struct; the contract says objects.
    if !text.trim_start().starts_with('{') {
        return Err(Error::bad_facts("not a JSON object"));
    }
    match serde_json::from_str::<Facts<'_>>(text) {
        Ok(facts) if facts.version == VERSION => Ok(facts),
        Ok(facts) => Err(other_version(facts.version)),
        Err(error) => match serde_json::from_str::<Version>(text) {
            Ok(Version { version }) if version != u64::from(VERSION) => Err(other_version(version)),
            _ => Err(Error::bad_facts(error)),
        },
    }
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

fn other_version(version: impl std::fmt::Display) -> Error {
    Error::bad_facts(format_args!("version {version}, this pack reads version {VERSION}"))
}

impl Step<'_> {
    /// `Deployment shop/web`, as people are told.
    pub(crate) fn plain(&self) -> String {
        let (kind, name): (&str, &str) = (&self.kind, &self.name);
        match &*self.namespace {
            "" => format!("{kind} {name}"),
            namespace => format!("{kind} {namespace}/{name}"),
        }
    }

    /// Whether the step deletes its object.
    pub(crate) fn deletes(&self) -> bool {
        &*self.verb == "delete"
    }

    /// The namespace a step is about: the one it writes in, or the one it writes.
    pub(crate) fn place(&self) -> &str {
        if self.is_namespace() { &self.name } else { &self.namespace }
    }

    /// Whether it deletes what nobody uses and nobody misses: a pod its controller replaces, a job or ReplicaSet without
    /// running pods, a ConfigMap without users.
    pub(crate) fn tidies(&self) -> bool {
        let spent = self.is("", "Pod") || self.is("batch", "Job") || self.is("apps", "ReplicaSet");
        self.deletes()
            && (spent || self.is("", "ConfigMap"))
            && self.pods_removed == 0
            && self.consumers == 0
            && self.claims_lost == 0
            && self.services_lost().next().is_none()
    }

    /// Whether the object is of this group and kind.
    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        &*self.group == group && &*self.kind == kind
    }

    /// Whether the object is a namespace itself.
    pub(crate) fn is_namespace(&self) -> bool {
        self.group.is_empty() && &*self.kind == "Namespace"
    }

    /// Services that lose their last ready endpoint.
    pub(crate) fn services_lost(&self) -> impl Iterator<Item = &Service<'_>> {
        self.services.iter().filter(|service| service.ready_before > 0 && service.ready_after == 0)
    }

    /// Whether fewer replicas are wanted than there are.
    pub(crate) fn shrinks(&self) -> bool {
        self.replicas.is_some_and(|replicas| replicas.after < replicas.before)
    }

    /// Whether something is gone after it that was there before: capacity, data, objects, traffic or protection.
    pub(crate) fn removes(&self) -> bool {
        self.deletes()
            || self.shrinks()
            || self.claims_lost > 0
            || self.traffic.is_some_and(|traffic| traffic.cut_off > 0)
            || self.removes_objects > 0
            || self.budgets.iter().any(|budget| budget.broken)
            || self.services_lost().next().is_some()
    }
}

impl Image<'_> {
    /// Whether another image can stand behind the same text tomorrow, and nobody chose that by a version.
    pub(crate) fn floats(&self) -> bool {
        !self.pinned && matches!(&*self.tag, "" | "latest")
    }

    /// Whether only tag or digest changes.
    pub(crate) fn same_repository(&self) -> bool {
        !self.before.is_empty() && repository(&self.before) == repository(&self.after)
    }
}

/// `registry:5000/team/web:1.2@sha256:…` without tag and digest.
fn repository(image: &str) -> &str {
    let untagged = image.split('@').next().unwrap_or_default();
    let last = untagged.rfind('/').map_or(0, |slash| slash + 1);
    match untagged[last..].find(':') {
        Some(colon) => &untagged[..last + colon],
        None => untagged,
    }
}
