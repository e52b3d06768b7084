//! What changed in a namespace: what was made, rolled out and released lately, and its events.
//!
//! Field managers are not part of lists, so who wrote stands only in the answer about one object.

use std::collections::HashMap;

use serde_json::Value;

use super::{Changes, EVENTS_GAP, created, happened, releases, rollouts};
use crate::facts::{FactQuery, Snapshot};
use crate::names::Namespace;
use crate::object::{ApiType, items, text, uid};
use crate::operation::LowerError;
use crate::read::scope::{list, seen_of};
use crate::read::{reference, refused};
use crate::time::Timestamp;

/// What is listed whole.
fn types() -> [ApiType; 10] {
    [
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::replica_sets(),
        ApiType::controller_revisions(),
        ApiType::services(),
        ApiType::ingresses(),
        ApiType::cron_jobs(),
        ApiType::autoscalers(),
        ApiType::events(),
    ]
}

fn queries(place: &Namespace) -> Vec<FactQuery> {
    let (api, namespace) = (ApiType::config_maps(), Some(place.clone()));
    let maps = FactQuery::Outline { api, namespace, selector: None, fields: None, keys: false };
    types().iter().map(|api| list(api, Some(place))).chain([maps, releases::helm(place, None)]).collect()
}

pub(super) fn needs(place: &Namespace, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    Ok(known.missing(queries(place)))
}

pub(super) fn answer(place: &Namespace, known: &Snapshot, now: Timestamp) -> Result<Changes, LowerError> {
    let seen = |api: &ApiType| seen_of(&[list(api, Some(place))], known);
    let lists: Vec<_> = types().into_iter().map(|api| (seen(&api), api)).collect();
    let others = queries(place).split_off(lists.len());
    let others: Vec<_> = others.into_iter().map(|query| seen_of(&[query], known)).collect();
    if lists.iter().all(|(seen, _)| !seen.any) {
        return Err(refused(&lists[0].0, "changes"));
    }
    let all = lists.iter().map(|(seen, _)| seen).chain(&others);
    let mut found = Changes {
        object: None,
        namespace: Some(place.clone()),
        since: None,
        rows: Vec::new(),
        omitted: 0,
        gaps: vec![EVENTS_GAP.to_owned(), "who wrote what stands in the changes of each object".to_owned()],
        unseen: all.flat_map(|seen| seen.unseen.iter().cloned()).collect(),
    };
    let of = |wanted: &ApiType| {
        lists.iter().find(|(_, api)| api == wanted).map_or(&[][..], |(seen, _)| seen.items.as_slice())
    };
    let (sets, revisions) = (Owned::of(of(&ApiType::replica_sets())), Owned::of(of(&ApiType::controller_revisions())));
    for (seen, api) in &lists {
        let own = !matches!(api.kind.as_str(), "ReplicaSet" | "ControllerRevision" | "Event");
        for (object, content) in
            seen.items.iter().filter(|_| own).filter_map(|item| Some((reference(api, item)?, *item)))
        {
            found.rows.push(created(&object, content, now));
            let (rows, _) = match api.kind.as_str() {
                "Deployment" => rollouts::of_deployment(&object, content, sets.by(content), now),
                "StatefulSet" | "DaemonSet" => rollouts::of_set(&object, content, revisions.by(content), now),
                _ => continue,
            };
            found.rows.extend(rows);
        }
    }
    if let [maps, releases] = others.as_slice() {
        let made =
            maps.items.iter().filter_map(|map| Some(created(&reference(&ApiType::config_maps(), map)?, map, now)));
        found.rows.extend(made);
        found.rows.extend(releases::helm_rows(&releases.items, now));
    }
    found.rows.extend(happened(of(&ApiType::events()).iter().copied(), now));
    Ok(found)
}

/// Revisions by who owns them.
struct Owned<'a>(HashMap<&'a str, Vec<&'a Value>>);

impl<'a> Owned<'a> {
    fn of(revisions: &[&'a Value]) -> Self {
        let mut owned: HashMap<&str, Vec<&Value>> = HashMap::new();
        for revision in revisions {
            for owner in items(revision, "/metadata/ownerReferences") {
                owned.entry(text(owner, "/uid")).or_default().push(revision);
            }
        }
        Self(owned)
    }

    fn by(&self, owner: &Value) -> &[&'a Value] {
        self.0.get(uid(owner)).map_or(&[], Vec::as_slice)
    }
}
