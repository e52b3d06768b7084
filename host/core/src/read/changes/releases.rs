//! Helm releases by the labels of their Secrets, and the revision Argo CD or Flux has applied.
//!
//! A release's Secret holds the whole release; only its metadata is asked for. The GitOps object is read when the mark on
//! the workload names it and the cluster serves its kind; where it may not be read, that is a gap.

use serde_json::Value;

use super::{ChangeRow, ChangeSource};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, items, namespace, text};
use crate::time::Timestamp;
use crate::undo::gitops;

/// Longest label value that may stand in a selector, characters: the API's own limit.
const LABEL_CHARS_MAX: usize = 63;
/// Where Argo CD keeps its applications unless it was told otherwise.
const ARGO_NAMESPACE: &str = "argocd";

/// The releases of a namespace, or of one name there.
pub(super) fn helm(place: &Namespace, release: Option<&str>) -> FactQuery {
    let selector = match release {
        Some(release) => format!("owner=helm,name={release}"),
        None => "owner=helm".to_owned(),
    };
    let (api, namespace) = (ApiType::secrets(), Some(place.clone()));
    FactQuery::Outline { api, namespace, selector: Some(selector), fields: None, keys: false }
}

/// The release an object belongs to, as a question.
pub(super) fn helm_of(content: &Value) -> Option<FactQuery> {
    let annotations = at(content, "/metadata/annotations")?;
    let release = annotations.get("meta.helm.sh/release-name")?.as_str()?;
    let place = annotations.get("meta.helm.sh/release-namespace").and_then(Value::as_str).unwrap_or(namespace(content));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let fits = !release.is_empty() && release.len() <= LABEL_CHARS_MAX && release.chars().all(plain);
    fits.then(|| Some(helm(&Namespace::parse(place).ok()?, Some(release)))).flatten()
}

/// Releases as changes.
pub(super) fn helm_rows(secrets: &[&Value], now: Timestamp) -> Vec<ChangeRow> {
    let row = |secret: &&Value| {
        let label =
            |key: &str| at(secret, "/metadata/labels").and_then(|labels| labels.get(key)?.as_str()).unwrap_or("?");
        // Helm writes seconds; the Secret's own time is that of the release.
        let modified = label("modifiedAt").parse::<i64>().ok().map(|seconds| Timestamp(seconds.saturating_mul(1_000)));
        let at = modified.or_else(|| text(secret, "/metadata/creationTimestamp").parse().ok());
        let object = format!("Release {}/{}", namespace(secret), label("name"));
        let what = format!("Helm release {}, version {}: {}", label("name"), label("version"), label("status"));
        ChangeRow::new(ChangeSource::Helm, at, &object, &what, now).by("helm")
    };
    secrets.iter().map(row).collect()
}

/// The GitOps object that declares an object: its kind, and the address once that is known.
struct Declared {
    word: &'static str,
    tool: &'static str,
    namespace: Namespace,
    name: ObjectName,
}

fn declared(content: &Value) -> Option<Declared> {
    let mark = gitops(content).filter(|mark| mark.tool != "helm")?;
    let label = |key: &str| at(content, "/metadata/labels").and_then(|labels| labels.get(key)?.as_str());
    let name = ObjectName::parse(&mark.owner).ok()?;
    if mark.tool == "argo-cd" {
        // An application elsewhere is named `namespace_name`.
        let (place, name) = match mark.owner.split_once('_') {
            Some((place, name)) => (place, ObjectName::parse(name).ok()?),
            None => (ARGO_NAMESPACE, name),
        };
        return Some(Declared {
            word: "applications.argoproj.io",
            tool: "Argo CD",
            namespace: Namespace::parse(place).ok()?,
            name,
        });
    }
    let (word, group) = match label("kustomize.toolkit.fluxcd.io/name") {
        Some(_) => ("kustomizations.kustomize.toolkit.fluxcd.io", "kustomize"),
        None => ("helmreleases.helm.toolkit.fluxcd.io", "helm"),
    };
    let place = label(&format!("{group}.toolkit.fluxcd.io/namespace")).unwrap_or(namespace(content));
    Some(Declared { word, tool: "Flux", namespace: Namespace::parse(place).ok()?, name })
}

/// What must be known of it.
pub(super) fn gitops_needs(content: &Value, known: &Snapshot) -> Vec<FactQuery> {
    let Some(declared) = declared(content) else { return Vec::new() };
    let Ok(word) = KindWord::parse(declared.word) else { return Vec::new() };
    match address(&declared, known) {
        Some(object) => vec![FactQuery::Object { object }],
        None => vec![FactQuery::Kind { word }],
    }
}

fn address(declared: &Declared, known: &Snapshot) -> Option<ObjectRef> {
    let word = KindWord::parse(declared.word).ok()?;
    let Some(Fact::Types { types }) = known.get(&FactQuery::Kind { word }) else { return None };
    let api = types.first()?.clone();
    Some(ObjectRef { api, namespace: Some(declared.namespace.clone()), name: declared.name.clone() })
}

/// The revision it has applied, or that this can't be read.
pub(super) fn gitops_rows(content: &Value, known: &Snapshot, now: Timestamp) -> (Vec<ChangeRow>, Vec<String>) {
    let Some(declared) = declared(content) else { return (Vec::new(), Vec::new()) };
    let Declared { tool, namespace, name, .. } = &declared;
    let Some((object, applied)) =
        address(&declared, known).and_then(|object| Some((object.clone(), known.object(&object)?)))
    else {
        let gap = format!("{tool} declares it ({namespace}/{name}), and which revision it applied can't be read here");
        return (Vec::new(), vec![gap]);
    };
    let revision = ["/status/sync/revision", "/status/lastAppliedRevision", "/status/history/0/chartVersion"];
    let revision = revision.iter().map(|at| text(applied, at)).find(|revision| !revision.is_empty()).unwrap_or("?");
    let deployed = items(applied, "/status/history").last().map(|last| text(last, "/deployedAt"));
    let ready = items(applied, "/status/conditions").iter().find(|condition| text(condition, "/type") == "Ready");
    let times = [
        text(applied, "/status/operationState/finishedAt"),
        deployed.unwrap_or_default(),
        ready.map(|ready| text(ready, "/lastTransitionTime")).unwrap_or_default(),
    ];
    let at = times.iter().find_map(|time| time.parse().ok());
    let what = format!("{tool} has applied revision {revision}");
    (vec![ChangeRow::new(ChangeSource::Gitops, at, &object.to_string(), &what, now).by(tool)], Vec::new())
}
