//! What changed about one object: itself, the workload it belongs to, and the ConfigMaps that workload reads.
//!
//! A pod is followed to its topmost owner, since nobody changes pods.

use serde_json::Value;

use super::{CONFIG_MAPS_MAX, Changes, EVENTS_GAP, created, happened, releases, rollouts, writers};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::names::ObjectName;
use crate::object::{ApiType, ObjectRef, at, items, text};
use crate::operation::{LowerError, Target};
use crate::read::events;
use crate::read::scope::{Scope, Seen, list, seen_of};
use crate::time::Timestamp;

/// Most owners followed.
const OWNERS_MAX: usize = 3;

type Link<'a> = (ObjectRef, &'a Value);

/// The object and its owners, the topmost last; or what must be known to follow them.
fn chain<'a>(target: &Target, known: &'a Snapshot) -> Result<Result<Vec<Link<'a>>, Vec<FactQuery>>, LowerError> {
    let missing = target.needs_object(known)?;
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let mut chain = vec![target.object(known)?];
    for _ in 0..OWNERS_MAX {
        let Some(object) = chain.last().and_then(|(object, content)| owner(object, content)) else { break };
        let query = FactQuery::Object { object: object.clone() };
        match known.get(&query) {
            None => return Ok(Err(vec![query])),
            Some(Fact::Object { object: content }) => chain.push((object, content)),
            Some(_) => break,
        }
    }
    Ok(Ok(chain))
}

fn owner(object: &ObjectRef, content: &Value) -> Option<ObjectRef> {
    let owners = items(content, "/metadata/ownerReferences").iter();
    let owner = owners.into_iter().find(|owner| at(owner, "/controller") == Some(&Value::Bool(true)))?;
    let api = match text(owner, "/kind") {
        "ReplicaSet" => ApiType::replica_sets(),
        "Deployment" => ApiType::deployments(),
        "StatefulSet" => ApiType::stateful_sets(),
        "DaemonSet" => ApiType::daemon_sets(),
        "Job" => ApiType::jobs(),
        "CronJob" => ApiType::cron_jobs(),
        _ => return None,
    };
    Some(ObjectRef { api, namespace: object.namespace.clone(), name: ObjectName::parse(text(owner, "/name")).ok()? })
}

pub(super) fn needs(target: &Target, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let chain = match chain(target, known)? {
        Ok(chain) => chain,
        Err(missing) => return Ok(missing),
    };
    let Some((root, content)) = chain.last() else { return Ok(Vec::new()) };
    let mut needs = Scope::One(&events::home(root)).needs(&ApiType::events(), None, known);
    needs.extend(revisions(root));
    needs.extend(config_maps(root, content).into_iter().map(|object| FactQuery::Object { object }));
    needs.extend(releases::helm_of(content));
    needs.extend(releases::gitops_needs(content, known));
    Ok(known.missing(needs))
}

/// The list that holds a workload's revisions.
pub(crate) fn revisions(root: &ObjectRef) -> Option<FactQuery> {
    let api = match (root.api.group.as_str(), root.api.kind.as_str()) {
        ("apps", "Deployment") => ApiType::replica_sets(),
        ("apps", "StatefulSet" | "DaemonSet") => ApiType::controller_revisions(),
        _ => return None,
    };
    Some(list(&api, Some(root.namespace.as_ref()?)))
}

/// The ConfigMaps a workload's pods read.
fn config_maps(root: &ObjectRef, content: &Value) -> Vec<ObjectRef> {
    let spec = if root.api.is("", "Pod") { "/spec" } else { "/spec/template/spec" };
    let containers = ["initContainers", "containers"].iter().flat_map(|list| items(content, &format!("{spec}/{list}")));
    let from = containers.flat_map(|container| {
        let whole = items(container, "/envFrom").iter().map(|from| text(from, "/configMapRef/name"));
        whole.chain(items(container, "/env").iter().map(|one| text(one, "/valueFrom/configMapKeyRef/name")))
    });
    let volumes = items(content, &format!("{spec}/volumes")).iter().map(|volume| text(volume, "/configMap/name"));
    let mut names: Vec<_> = from.chain(volumes).filter_map(|name| ObjectName::parse(name).ok()).collect();
    names.sort();
    names.dedup();
    names.truncate(CONFIG_MAPS_MAX);
    let object = |name| ObjectRef { api: ApiType::config_maps(), namespace: root.namespace.clone(), name };
    names.into_iter().map(object).collect()
}

pub(super) fn answer(target: &Target, known: &Snapshot, now: Timestamp) -> Result<Changes, LowerError> {
    let not_known = || LowerError::FactFailed(format!("{} was not looked up", target.plain()));
    let chain = chain(target, known)?.map_err(|_| not_known())?;
    let (object, _) = chain.first().ok_or_else(not_known)?.clone();
    let (root, content) = chain.last().ok_or_else(not_known)?;
    let mut found = Changes {
        namespace: object.namespace.clone(),
        object: Some(object),
        since: None,
        rows: Vec::new(),
        omitted: 0,
        gaps: Vec::new(),
        unseen: Vec::new(),
    };
    // Writers of pods and ReplicaSets are controllers; those of the first and the last are worth a word.
    for (link, content) in chain.iter().take(1).chain(chain.iter().skip(1).last()) {
        found.rows.push(created(link, content, now));
        written(&mut found, link, content, now);
    }
    rolled_out(&mut found, root, content, known, now);
    for map in config_maps(root, content) {
        if let Some(content) = known.object(&map) {
            written(&mut found, &map, content, now);
        }
    }
    released(&mut found, content, known, now);
    let seen = Scope::One(&events::home(root)).seen(&ApiType::events(), None, known);
    found.unseen.extend(seen.unseen.iter().cloned());
    let about = |event: &&Value| chain.iter().any(|(link, content)| events::is_about(event, link, content));
    found.rows.extend(happened(seen.items.iter().copied().filter(about), now));
    found.gaps.push(EVENTS_GAP.to_owned());
    Ok(found)
}

fn written(found: &mut Changes, object: &ObjectRef, content: &Value, now: Timestamp) {
    let (rows, oldest) = writers::rows(object, content, now);
    found.rows.extend(rows);
    let made = text(content, "/metadata/creationTimestamp").parse::<Timestamp>().ok();
    match (oldest, made) {
        (None, _) => found.gaps.push(format!("who wrote {object} is not recorded: it names no field managers")),
        (Some(oldest), Some(made)) if oldest.since_ms(made) > 1_000 => {
            found.gaps.push(format!(
                "who changed {object} before {oldest} is not recorded; of each manager only the last write is"
            ));
        }
        _ => found.gaps.push(format!("of each manager of {object} only the last write is recorded")),
    }
}

fn rolled_out(found: &mut Changes, root: &ObjectRef, content: &Value, known: &Snapshot, now: Timestamp) {
    let Some(query) = revisions(root) else { return };
    let seen: Seen<'_> = seen_of(&[query], known);
    found.unseen.extend(seen.unseen.iter().cloned());
    let of = if root.api.is("apps", "Deployment") { rollouts::of_deployment } else { rollouts::of_set };
    let (rows, gaps) = of(root, content, &seen.items, now);
    found.rows.extend(rows);
    found.gaps.extend(gaps);
}

fn released(found: &mut Changes, content: &Value, known: &Snapshot, now: Timestamp) {
    if let Some(query) = releases::helm_of(content) {
        let seen = seen_of(&[query], known);
        found.unseen.extend(seen.unseen.iter().cloned());
        found.rows.extend(releases::helm_rows(&seen.items, now));
    }
    let (rows, gaps) = releases::gitops_rows(content, known, now);
    found.rows.extend(rows);
    found.gaps.extend(gaps);
}
