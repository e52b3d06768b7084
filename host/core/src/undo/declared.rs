//! Who else declares an object: Argo CD, Flux or Helm, by the marks they leave on it.

use serde_json::Value;

use crate::policy::facts::DeclaredBy;

/// The tool that declares this object, if one does. Argo CD and Flux put declared values back by themselves; Helm only
/// with its next upgrade. Of several marks the one that reverts wins.
pub fn gitops(object: &Value) -> Option<DeclaredBy> {
    let mark = |group: &str, key: &str| {
        let marks = object.get("metadata")?.get(group)?;
        marks.get(key)?.as_str().filter(|text| !text.is_empty())
    };
    let declared =
        |tool: &str, owner: &str, reverts| DeclaredBy { tool: tool.to_owned(), owner: owner.to_owned(), reverts };
    if let Some(tracking) = mark("annotations", "argocd.argoproj.io/tracking-id") {
        let application = tracking.split(':').next().unwrap_or(tracking);
        return Some(declared("argo-cd", application, true));
    }
    if let Some(application) = mark("labels", "argocd.argoproj.io/instance") {
        return Some(declared("argo-cd", application, true));
    }
    for label in ["kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"] {
        if let Some(name) = mark("labels", label) {
            let suspended = mark("annotations", "kustomize.toolkit.fluxcd.io/reconcile") == Some("disabled");
            return Some(declared("flux", name, !suspended));
        }
    }
    let by_helm = mark("labels", "app.kubernetes.io/managed-by") == Some("Helm");
    let release = mark("annotations", "meta.helm.sh/release-name");
    release.filter(|_| by_helm).map(|release| declared("helm", release, false))
}
