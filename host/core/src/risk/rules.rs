//! The table of risk rules. Order matters only among equal points: the earlier row decides.
//!
//! Points are chosen so that levels read sensibly in the table of cases in `tests`: alone, 25 make a change worth a look,
//! 50 worth a second thought, 75 worth stopping for.

use super::RiskInput;
use crate::policy::facts::{Change, ServiceReach, Step};

/// One row.
pub struct Rule {
    /// Stable for life.
    pub id: &'static str,
    /// What it adds.
    pub points: u32,
    /// When, in words.
    pub when: &'static str,
    test: Test,
}

enum Test {
    /// The sentence of the first step it fits.
    Step(fn(&Step) -> Option<String>),
    Plan(fn(&RiskInput<'_>) -> Option<String>),
}

impl Rule {
    pub(super) fn applies(&self, input: &RiskInput<'_>) -> Option<String> {
        match self.test {
            Test::Step(test) => input.steps.iter().find_map(test),
            Test::Plan(test) => test(input),
        }
    }
}

macro_rules! rules {
    ($($id:literal, $points:literal, $when:literal, $kind:ident($test:expr);)*) => {
        /// Every rule.
        pub const RULES: &[Rule] = &[$(Rule { id: $id, points: $points, when: $when, test: Test::$kind($test) },)*];
    };
}

rules! {
    "delete-namespace", 85, "a namespace is deleted, with everything in it",
        Step(|s| (deletes(s) && is(s, "", &["Namespace"])).then(|| format!("everything in namespace {} goes", s.name)));
    "delete-definition", 85, "a CustomResourceDefinition is deleted, with every object of its kind",
        Step(|s| (deletes(s) && is(s, "apiextensions.k8s.io", &["CustomResourceDefinition"])).then(|| format!("every object of kind {} goes", s.name)));
    "escalation", 80, "a right is handed out, borrowed or opened: wildcard or admin grants, minted tokens, webhook configurations, labels that decide what may run, Secrets or accounts the requester may not use himself",
        Step(|s| s.escalations.first().map(|one| one.what.clone()));
    "data-lost", 80, "claims or volumes go, and the data behind them",
        Step(|s| (s.claims_lost > 0).then(|| format!("the data of {} goes", count(s.claims_lost, "volume claim"))));
    "delete-node", 75, "a node is deleted from the cluster",
        Step(|s| (deletes(s) && is(s, "", &["Node"])).then(|| format!("node {} goes, with {}", s.name, count(s.pods, "pod"))));
    "cluster-depends", 55, "webhooks that must answer, or API services, lose their Service: the API server refuses or stops serving",
        Step(|s| s.depended.first().map(|one| format!("{one} loses the Service it asks")));
    "access-rules", 40, "roles or their bindings change: who may do what",
        Step(|s| (s.group == "rbac.authorization.k8s.io").then(|| format!("{} decides who may do what", plain(s))));
    "kube-namespace", 40, "the object lives in a namespace of the cluster itself (`kube-…`)",
        Step(|s| s.namespace.starts_with("kube-").then(|| format!("{} belongs to the cluster itself", plain(s))));
    "host-access", 40, "pods get at their node: privileged, host network, host paths",
        Step(|s| s.pod_powers.first().map(|what| format!("pods of {} get of their node: {what}", plain(s)))
            .or_else(|| s.changes.iter().find_map(host_access).map(|what| format!("pods of {} get {what}", plain(s)))));
    "admission", 35, "what the API server itself asks or serves changes: webhooks, definitions, API services",
        Step(|s| matches!(s.group.as_str(), "admissionregistration.k8s.io" | "apiextensions.k8s.io" | "apiregistration.k8s.io")
            .then(|| format!("{} changes what the API server accepts or serves", plain(s))));
    "outage", 30, "a Service loses all of its ready endpoints and does not get them back by itself",
        Step(|s| lost_service(s).filter(|_| for_good(s)).map(|service| format!("Service {} is left without a ready endpoint", service.name)));
    "reach-huge", 30, "more than 500 pods are reached",
        Plan(|p| (p.pods > 500).then(|| format!("{} pods are reached", p.pods)));
    "reach-large", 25, "101 to 500 pods are reached",
        Plan(|p| (101..=500).contains(&p.pods).then(|| format!("{} pods are reached", p.pods)));
    "budget-broken", 25, "a disruption budget is broken or removed",
        Step(|s| s.budgets.iter().find(|b| b.broken).map(|b| format!("disruption budget {} is not kept", b.name)));
    "cluster-wide", 25, "a cluster-wide object is written (a new namespace aside)",
        Step(|s| (s.namespace.is_empty() && !(s.creates && is(s, "", &["Namespace"]))).then(|| format!("{} holds for the whole cluster", plain(s))));
    "unverified", 25, "the API server could not try the step beforehand",
        Step(|s| s.unverified.as_ref().map(|why| format!("{} could not be tried beforehand: {why}", plain(s))));
    "unserved", 25, "objects of a custom kind lose a version they are read by",
        Step(|s| (s.instances_unserved > 0).then(|| format!("{} can't be read as before", count(s.instances_unserved, "object"))));
    "cut-off", 25, "a NetworkPolicy cuts running pods off from traffic they have now",
        Step(|s| s.traffic.as_ref().filter(|t| t.cut_off > 0).map(|t| format!("{} would lose traffic", count(t.cut_off, "pod"))));
    "production", 20, "the namespace or cluster is labelled as production",
        Step(|s| s.production.then(|| format!("{} is production", plain(s))));
    "delete-workload", 20, "a workload is deleted",
        Step(|s| (deletes(s) && is_workload(s)).then(|| format!("{} is deleted", plain(s))));
    "removes-in-use", 20, "something that others use is deleted: configuration, secrets, accounts",
        Step(|s| (deletes(s) && s.consumers > 0).then(|| format!("{} is used by {}", plain(s), count(s.consumers, "other object"))));
    "secret-written", 20, "a Secret is changed or deleted",
        Step(|s| (is(s, "", &["Secret"]) && !s.creates).then(|| format!("{} holds secrets", plain(s))));
    "outage-brief", 20, "a Service has no ready endpoint until pods come back",
        Step(|s| lost_service(s).filter(|_| !for_good(s)).map(|service| format!("Service {} has no ready endpoint for a while", service.name)));
    "traffic-rules", 20, "a NetworkPolicy or Ingress changes: who may reach what",
        Step(|s| (s.group == "networking.k8s.io").then(|| format!("{} decides who reaches what", plain(s))));
    "opened", 15, "a NetworkPolicy that goes or changes opens running pods to traffic that is refused now",
        Step(|s| s.traffic.as_ref().filter(|t| t.opened > 0).map(|t| format!("{} would be open to more traffic", count(t.opened, "pod"))));
    "claims-retained", 15, "claims go while their volumes and data stay",
        Step(|s| (s.claims_retained > 0).then(|| format!("{} would have to be bound again by hand", count(s.claims_retained, "volume"))));
    "system-namespace", 15, "the namespace is a component's own (`…-system`)",
        Step(|s| s.namespace.ends_with("-system").then(|| format!("{} belongs to a cluster component", plain(s))));
    "controller-reverts", 15, "a GitOps controller would put the declared value back",
        Step(|s| s.declared_by.as_ref().filter(|by| by.reverts).map(|by| format!("{} {} puts its own value back", by.tool, by.owner)));
    "image-floating", 15, "an image without a tag, or with `latest`, not pinned by digest",
        Step(|s| s.images.iter().find(|i| !i.pinned && (i.tag.is_empty() || i.tag == "latest")).map(|i| format!("{} means whatever the registry holds", i.after)));
    "route-lost", 10, "an Ingress or HTTPRoute loses a backend",
        Step(|s| s.routes.first().map(|route| format!("{} leads nowhere", route.name)));
    "refused-later", 10, "a quota or limit range will refuse pods or objects this asks for",
        Step(|s| s.refusals.first().cloned());
    "delete", 10, "an object is deleted that is no workload",
        Step(|s| (deletes(s) && !is_workload(s)).then(|| format!("{} is deleted", plain(s))));
    "irreversible", 10, "a step can't be taken back",
        Step(|s| (s.reversibility == "none").then(|| format!("what happens to {} can't be taken back", plain(s))));
    "removes-capacity", 10, "pods are taken away for good",
        Step(|s| removes_capacity(s).then(|| format!("{} runs with fewer pods", plain(s))));
    "reach-some", 10, "21 to 100 pods are reached",
        Plan(|p| (21..=100).contains(&p.pods).then(|| format!("{} pods are reached", p.pods)));
    "grows-tenfold", 10, "a workload gets at least ten times as many replicas",
        Step(|s| s.replicas.as_ref().filter(|r| r.before > 0 && r.after >= 10 * r.before).map(|r| format!("{} grows from {} to {}", plain(s), r.before, r.after)));
    "autoscaler-overrules", 10, "the wanted replicas lie outside of what an autoscaler keeps",
        Step(|s| outside_autoscaler(s).then(|| format!("an autoscaler will change the replicas of {} again", plain(s))));
    "image-moved", 10, "an image comes from another repository than before",
        Step(|s| s.images.iter().find(|i| !i.before.is_empty() && repository(&i.before) != repository(&i.after)).map(|i| format!("{} replaces {}", i.after, i.before)));
    "guard-changed", 10, "a quota, limit range, autoscaler or budget changes",
        Step(|s| (is(s, "", &["ResourceQuota", "LimitRange"]) || is(s, "policy", &["PodDisruptionBudget"]) || is(s, "autoscaling", &["HorizontalPodAutoscaler"]))
            .then(|| format!("{} guards others", plain(s))));
    "incomplete", 10, "not everything that could matter could be seen",
        Plan(|p| (!p.complete).then(|| "not everything it touches could be seen".to_owned()));
    "many-steps", 10, "more than ten steps",
        Plan(|p| (p.steps.len() > 10).then(|| format!("{} steps in one plan", p.steps.len())));
    "loses-endpoints", 5, "a Service keeps fewer than half of its ready endpoints",
        Step(|s| s.services.iter().find(|v| v.ready_after > 0 && 2 * v.ready_after < v.ready_before)
            .map(|v| format!("Service {} keeps {} of {} ready endpoints", v.name, v.ready_after, v.ready_before)));
    "to-zero", 5, "a workload is scaled to nothing",
        Step(|s| s.replicas.as_ref().filter(|r| r.after == 0).map(|_| format!("{} stops", plain(s))));
    "partly-reversible", 5, "parts of a step don't come back",
        Step(|s| (s.reversibility == "partial").then(|| format!("not all of {} comes back", plain(s))));
    "image-changed", 5, "an image changes",
        Step(|s| (!s.images.is_empty() && !s.creates).then(|| format!("{} runs another image", plain(s))));
    "in-use", 5, "configuration or a Secret that others use changes",
        Step(|s| (!deletes(s) && s.consumers > 0).then(|| format!("{} is used by {}", plain(s), count(s.consumers, "other object"))));
    "declared-elsewhere", 5, "Helm or a GitOps tool declares the object, and would not put it back by itself",
        Step(|s| s.declared_by.as_ref().filter(|by| !by.reverts).map(|by| format!("{} {} declares {}", by.tool, by.owner, plain(s))));
}

fn is(step: &Step, group: &str, kinds: &[&str]) -> bool {
    step.group == group && kinds.contains(&step.kind.as_str())
}

fn deletes(step: &Step) -> bool {
    step.verb == "delete"
}

fn is_workload(step: &Step) -> bool {
    is(step, "apps", &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
        || is(step, "batch", &["Job", "CronJob"])
}

fn plain(step: &Step) -> String {
    let place = if step.namespace.is_empty() { String::new() } else { format!("{}/", step.namespace) };
    format!("{} {place}{}", step.kind, step.name)
}

fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn lost_service(step: &Step) -> Option<&ServiceReach> {
    step.services.iter().find(|service| service.ready_before > 0 && service.ready_after == 0)
}

/// Whether endpoints that go stay away: a roll, or a pod whose controller replaces it, brings them back.
fn for_good(step: &Step) -> bool {
    let rolls = !deletes(step) && step.replicas.is_none() && is_workload(step);
    !is_replaced(step) && !rolls
}

/// Whether a pod goes that its controller replaces.
fn is_replaced(step: &Step) -> bool {
    is(step, "", &["Pod"]) && deletes(step) && step.pods_removed == 0
}

fn removes_capacity(step: &Step) -> bool {
    step.replicas.as_ref().is_some_and(|r| r.after < r.before) || (deletes(step) && step.pods > 0 && !is_replaced(step))
}

fn outside_autoscaler(step: &Step) -> bool {
    let wanted = step.replicas.as_ref().map(|replicas| replicas.after);
    step.autoscaler
        .as_ref()
        .zip(wanted)
        .is_some_and(|(hpa, wanted)| wanted > 0 && !(hpa.min..=hpa.max).contains(&wanted))
}

fn repository(image: &str) -> &str {
    crate::operation::set_image::split_image(image).0
}

/// What of its node a changed field opens to pods: for kinds whose pods could not be told from their shape.
fn host_access(change: &Change) -> Option<&'static str> {
    let on = change.after.as_bool() == Some(true);
    let text = change.after.to_string();
    let within = |word: &str| change.path.ends_with(word) || change.path.contains(&format!("{word}."));
    match () {
        () if (on && within("privileged")) || text.contains("\"privileged\":true") => {
            Some("privileged access to their node")
        }
        () if on && (within("hostNetwork") || within("hostPID") || within("hostIPC")) => {
            Some("into their node's own spaces")
        }
        () if (!change.after.is_null() && within("hostPath")) || text.contains("\"hostPath\"") => {
            Some("at files of their node")
        }
        () => None,
    }
}
