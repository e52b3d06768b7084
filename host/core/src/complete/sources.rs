//! The names that can be completed: from lists the user may read.
//!
//! Workloads, their jobs, services, nodes and namespaces wherever the user may look; pods, config maps and claims of the
//! context's namespace alone, because they come in thousands. Secrets are never listed for this: a list of them carries
//! their values. What may not be listed is not suggested. Limits: [`NAMES_MAX`].

use super::{Candidate, Candidates};
use crate::facts::{FactQuery, Snapshot};
use crate::names::Namespace;
use crate::object::{ApiType, name, namespace};
use crate::read::scope::Scope;

/// Most names kept.
pub const NAMES_MAX: usize = 20_000;

/// Kinds that can be said, singular and plural.
const KINDS: [(&str, &str); 22] = [
    ("deployment", "deployments"),
    ("pod", "pods"),
    ("service", "services"),
    ("statefulset", "statefulsets"),
    ("daemonset", "daemonsets"),
    ("node", "nodes"),
    ("namespace", "namespaces"),
    ("configmap", "configmaps"),
    ("secret", "secrets"),
    ("cronjob", "cronjobs"),
    ("job", "jobs"),
    ("ingress", "ingresses"),
    ("replicaset", "replicasets"),
    ("persistentvolumeclaim", "persistentvolumeclaims"),
    ("persistentvolume", "persistentvolumes"),
    ("horizontalpodautoscaler", "horizontalpodautoscalers"),
    ("poddisruptionbudget", "poddisruptionbudgets"),
    ("networkpolicy", "networkpolicies"),
    ("serviceaccount", "serviceaccounts"),
    ("resourcequota", "resourcequotas"),
    ("role", "roles"),
    ("rolebinding", "rolebindings"),
];

/// What can be named, as it was last listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    home: String,
    objects: Vec<Candidate>,
    namespaces: Vec<String>,
    kinds: Vec<(String, String)>,
}

impl Names {
    /// Nothing but kinds: what is known before anything was listed.
    pub fn of_no_objects(home: &Namespace) -> Self {
        let kinds = KINDS.map(|(one, many)| (one.to_owned(), many.to_owned())).to_vec();
        Self { home: home.to_string(), objects: Vec::new(), namespaces: Vec::new(), kinds }
    }

    /// As [`complete`](super::complete) takes it.
    pub fn candidates(&self) -> Candidates<'_> {
        Candidates { home: &self.home, objects: &self.objects, namespaces: &self.namespaces, kinds: &self.kinds }
    }
}

/// What must be listed; empty when all is known.
pub fn needs(home: &Namespace, known: &Snapshot) -> Vec<FactQuery> {
    let all = types(home).into_iter().flat_map(|(api, scope)| scope.needs(&api, None, known)).collect();
    known.missing(all)
}

/// The names, once nothing is missing.
pub fn names(home: &Namespace, known: &Snapshot) -> Names {
    let mut names = Names::of_no_objects(home);
    for (api, scope) in types(home) {
        let kind = api.kind.to_lowercase();
        for item in scope.seen(&api, None, known).items {
            let place = Some(namespace(item)).filter(|place| !place.is_empty()).map(str::to_owned);
            let plain = !name(item).is_empty() && !name(item).chars().any(char::is_control);
            if names.objects.len() < NAMES_MAX && plain {
                names.objects.push(Candidate { kind: kind.clone(), namespace: place, name: name(item).to_owned() });
            }
            if kind == "namespace" && plain && names.namespaces.len() < NAMES_MAX {
                names.namespaces.push(name(item).to_owned());
            }
        }
    }
    names.namespaces.sort();
    names
}

fn types(home: &Namespace) -> Vec<(ApiType, Scope<'_>)> {
    let anywhere = Scope::Everywhere { fallback: Some(home) };
    let here = Scope::One(home);
    vec![
        (ApiType::namespaces(), anywhere),
        (ApiType::nodes(), anywhere),
        (ApiType::deployments(), anywhere),
        (ApiType::stateful_sets(), anywhere),
        (ApiType::daemon_sets(), anywhere),
        (ApiType::cron_jobs(), anywhere),
        (ApiType::jobs(), anywhere),
        (ApiType::services(), anywhere),
        (ApiType::pods(), here),
        (ApiType::config_maps(), here),
        (ApiType::claims(), here),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Fact;
    use crate::time::Timestamp;
    use serde_json::json;

    fn answered(denied: &str) -> Names {
        let home = Namespace::parse("shop").unwrap();
        let mut known = Snapshot::new(Timestamp(0));
        for _ in 0..8 {
            for query in needs(&home, &known) {
                let FactQuery::List { api, namespace, .. } = &query else { panic!("{query}") };
                assert_ne!(api.kind, "Secret", "a list of secrets carries their values");
                let fact = if api.plural == denied {
                    let (verb, resource) = ("list".to_owned(), api.resource());
                    Fact::Denied { verb, resource, namespace: namespace.clone() }
                } else {
                    let item = json!({"metadata": {"name": format!("a-{}", api.plural), "namespace": namespace}});
                    Fact::List { items: vec![item], truncated: false }
                };
                known.insert(query, fact);
            }
        }
        assert!(needs(&home, &known).is_empty(), "needs end");
        names(&home, &known)
    }

    #[test]
    fn what_may_not_be_listed_is_not_suggested() {
        let has = |names: &Names, kind: &str| names.objects.iter().any(|object| object.kind == kind);
        assert!(has(&answered(""), "deployment"));
        let without = answered("deployments");
        assert!(!has(&without, "deployment") && has(&without, "service"));
    }
}
