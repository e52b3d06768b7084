//! Kinds of objects as people call them: singular, plural, short names.

/// One kind.
pub(crate) struct Kind {
    /// As it is passed on: singular, lower case.
    pub(crate) name: &'static str,
    plural: &'static str,
    /// Short and other names; they count as singular and as plural.
    also: &'static [&'static str],
}

const fn kind(name: &'static str, plural: &'static str, also: &'static [&'static str]) -> Kind {
    Kind { name, plural, also }
}

/// The kinds every cluster serves. Others are named with their group: `certificates.cert-manager.io`.
pub(crate) const KINDS: &[Kind] = &[
    kind("deployment", "deployments", &["deploy", "deploys"]),
    kind("statefulset", "statefulsets", &["sts"]),
    kind("daemonset", "daemonsets", &["ds"]),
    kind("replicaset", "replicasets", &["rs"]),
    kind("pod", "pods", &["po"]),
    kind("service", "services", &["svc", "svcs"]),
    kind("configmap", "configmaps", &["cm", "cms"]),
    kind("secret", "secrets", &[]),
    kind("job", "jobs", &[]),
    kind("cronjob", "cronjobs", &["cj"]),
    kind("ingress", "ingresses", &["ing"]),
    kind("networkpolicy", "networkpolicies", &["netpol", "netpols"]),
    kind("persistentvolumeclaim", "persistentvolumeclaims", &["pvc", "pvcs"]),
    kind("horizontalpodautoscaler", "horizontalpodautoscalers", &["hpa", "hpas", "autoscaler", "autoscalers"]),
    kind("poddisruptionbudget", "poddisruptionbudgets", &["pdb", "pdbs"]),
    kind("serviceaccount", "serviceaccounts", &["sa"]),
    kind("resourcequota", "resourcequotas", &["quota", "quotas"]),
    kind("limitrange", "limitranges", &["limits"]),
    kind("endpoints", "endpoints", &["ep"]),
    kind("endpointslice", "endpointslices", &[]),
    kind("role", "roles", &[]),
    kind("rolebinding", "rolebindings", &[]),
    kind("namespace", "namespaces", &["ns"]),
    kind("node", "nodes", &["no"]),
    kind("persistentvolume", "persistentvolumes", &["pv", "pvs"]),
    kind("storageclass", "storageclasses", &["sc"]),
    kind("clusterrole", "clusterroles", &[]),
    kind("clusterrolebinding", "clusterrolebindings", &[]),
    kind("customresourcedefinition", "customresourcedefinitions", &["crd", "crds"]),
];

/// Whether a word can stand for one object or for all of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Singular,
    Plural,
    Either,
}

/// The kind a word names, in lower case.
pub(crate) fn find(word: &str) -> Option<(&'static Kind, Form)> {
    KINDS.iter().find_map(|kind| {
        let form = if kind.also.contains(&word) || (kind.name == word && kind.plural == word) {
            Form::Either
        } else if kind.name == word {
            Form::Singular
        } else if kind.plural == word {
            Form::Plural
        } else {
            return None;
        };
        Some((kind, form))
    })
}

/// The plural of a kind, for people.
pub(crate) fn plural(name: &str) -> &str {
    KINDS.iter().find(|kind| kind.name == name).map_or(name, |kind| kind.plural)
}
