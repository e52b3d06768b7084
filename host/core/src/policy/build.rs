//! Building the facts document: everything computed once, from the same snapshot, before any pack is asked.
//!
//! Radius, risk and facts come out together ([`weigh`]), so they can't disagree. Values are masked here. The document stays
//! within [`limits::POLICY_FACTS_BYTES_MAX`](crate::limits::POLICY_FACTS_BYTES_MAX): lists are cut alike in every step,
//! what was cut is named in `unseen`, and `complete` turns false, because a pack must not pass what it was not shown. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::{AccessReach, Change, Cluster, Escalation, Facts, Image, Requester, Step};
use crate::diff::FieldChange;
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::{FieldPath, Segment};
use crate::limits::POLICY_FACTS_BYTES_MAX;
use crate::mutation::Mutation;
use crate::names::{ClusterName, ObjectName};
use crate::object::{ApiType, ObjectRef};
use crate::operation::Reversibility;
use crate::operation::set_image::split_image;
use crate::plan::{DryRun, Origin};
use crate::principal::Principal;
use crate::radius::{self, OWNER, Radius, Reach};
use crate::redact;
use crate::risk::{Risk, RiskInput, assess};
use crate::undo::gitops;

/// Longest value in a change, bytes of JSON text; no other text made here is longer.
pub const CHANGE_VALUE_BYTES_MAX: usize = 256;
/// Most routes named in a step.
const NAMED_MAX: usize = 20;
/// Most items of each list of a step, first and after each cut.
const LIST_ITEMS: [usize; 5] = [1_000, 200, 50, 10, 0];
/// Label keys that name a stage.
const STAGE_LABELS: [&str; 3] = ["environment", "env", "stage"];

/// What a plan is when it is weighed.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Who asks.
    pub requester: &'a Principal,
    /// The cluster as configured.
    pub cluster: &'a ClusterName,
    /// Whether the configuration calls the whole cluster production.
    pub cluster_production: bool,
    /// Where the plan comes from.
    pub origin: &'a Origin,
    /// The steps, in order.
    pub steps: &'a [StepInput<'a>],
}

/// One step when it is weighed.
#[derive(Debug, Clone, Copy)]
pub struct StepInput<'a> {
    /// Position.
    pub index: u32,
    /// The operation's wire name, or `undo`.
    pub op: &'a str,
    /// The write.
    pub mutation: &'a Mutation,
    /// What the server's dry-run made of it, where it was tried; else what we predict is weighed.
    pub after: Option<&'a Value>,
    /// The server's dry-run against the live object, unmasked: what is judged.
    pub diff: &'a [FieldChange],
    /// The same as it may be shown: what packs read.
    pub shown: &'a [FieldChange],
    /// What the dry-run said.
    pub dry_run: &'a DryRun,
    /// How far it can be taken back.
    pub reversibility: &'a Reversibility,
    /// Whether the object does not exist yet.
    pub creates: bool,
}

/// A plan, weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// What it touches.
    pub radius: Radius,
    /// How bad it can be.
    pub risk: Risk,
    /// What the packs are told.
    pub facts: Facts,
}

/// The facts still missing to weigh these mutations: those of the radius, and the namespaces written in.
pub fn needs(mutations: &[Mutation], known: &Snapshot) -> Vec<FactQuery> {
    let written: Vec<_> = mutations.iter().map(|mutation| (mutation, None)).collect();
    needs_as(&written, known)
}

/// The same, with what the API server's dry-run made of each where it was tried.
pub fn needs_as(written: &[(&Mutation, Option<&Value>)], known: &Snapshot) -> Vec<FactQuery> {
    let mut needs = radius::needs_as(written.iter().copied(), known);
    let namespaces = written.iter().filter_map(|(mutation, _)| namespace_of(&mutation.target));
    needs.extend(known.missing(namespaces.map(|object| FactQuery::Object { object }).collect()));
    needs.sort();
    needs.dedup();
    needs
}

/// What the packs are told of a plan.
pub fn facts(input: &Input<'_>, known: &Snapshot) -> Facts {
    weigh(input, known).facts
}

/// Radius, risk and the facts document of a plan.
pub fn weigh(input: &Input<'_>, known: &Snapshot) -> Weighed {
    let order: Vec<&Mutation> = input.steps.iter().map(|step| step.mutation).collect();
    let reach =
        |(at, step): (usize, &StepInput<'_>)| radius::reach_after(&order[..at], step.mutation, step.after, known);
    let reaches: Vec<Reach> = input.steps.iter().enumerate().map(reach).collect();
    let radius = radius::merge(&reaches);
    let places: Vec<Place> = input.steps.iter().map(|step| Place::of(input, &step.mutation.target, known)).collect();
    let complete = radius.complete && places.iter().all(|place| place.seen);
    let steps: Vec<Step> = input
        .steps
        .iter()
        .zip(reaches)
        .zip(places)
        .map(|((step, reach), place)| self::step(step, reach, place, known))
        .collect();
    let risk = assess(&RiskInput { steps: &steps, pods: radius.pods, complete });
    let mut facts = Facts {
        version: 1,
        requester: Requester { subject: input.requester.subject(), groups: input.requester.groups.clone() },
        cluster: Cluster { name: input.cluster.to_string() },
        origin: origin(input.origin).to_owned(),
        steps,
        radius_pods: radius.pods,
        radius_objects: radius.objects,
        risk_level: risk.level.as_str().to_owned(),
        risk_score: risk.score,
        complete,
        unseen: known.unseen().iter().map(|unseen| format!("{}: {}", unseen.what, unseen.why)).collect(),
    };
    bound(&mut facts);
    Weighed { radius: Radius { complete, ..radius }, risk, facts }
}

fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::Turn { .. } => "turn",
        Origin::Api => "api",
        Origin::Finding { .. } => "finding",
        Origin::Undo { .. } => "undo",
    }
}

fn step(input: &StepInput<'_>, reach: Reach, place: Place, known: &Snapshot) -> Step {
    let target = &input.mutation.target;
    let pods = reach.pods();
    Step {
        index: input.index,
        op: input.op.to_owned(),
        verb: input.mutation.action.verb().to_owned(),
        group: target.api.group.clone(),
        kind: target.api.kind.clone(),
        namespace: target.namespace.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: target.name.to_string(),
        creates: input.creates,
        namespace_labels: place.labels,
        production: place.production,
        owner: place.owner,
        changes: redact::changes(&target.api, input.shown).iter().map(change).collect(),
        images: images(input.diff),
        replicas: reach.replicas,
        autoscaler: reach.autoscaler,
        services: reach.services,
        budgets: reach.budgets,
        claims_lost: reach.claims_lost,
        claims_retained: reach.claims_retained,
        consumers: reach.consumers,
        removes_objects: reach.removes_objects,
        pods,
        pods_removed: reach.pods_removed,
        weakens: reach.weakens.into_iter().map(short).collect(),
        escalations: reach.escalations.into_iter().map(|one| Escalation { what: short(one.what), ..one }).collect(),
        pod_powers: reach.pod_powers.into_iter().map(short).collect(),
        resources_missing: reach.resources_missing.into_iter().map(short).collect(),
        routes: reach.routes.into_iter().take(NAMED_MAX).collect(),
        depended: reach.depended.into_iter().map(short).collect(),
        access: reach.access.map(short_access),
        traffic: reach.traffic,
        instances_unserved: reach.instances_unserved,
        refusals: reach.refusals.into_iter().map(short).collect(),
        declared_by: known.object(target).and_then(gitops),
        unverified: match input.dry_run {
            DryRun::Verified { .. } => None,
            DryRun::Unverified { reason } => Some(reason.clone()),
        },
        reversibility: match input.reversibility {
            Reversibility::Exact => "exact",
            Reversibility::ReMade => "re-made",
            Reversibility::Partial { .. } => "partial",
            Reversibility::None { .. } => "none",
        }
        .to_owned(),
    }
}

/// The namespace a step writes in, as policy sees it.
struct Place {
    labels: BTreeMap<String, String>,
    production: bool,
    owner: bool,
    seen: bool,
}

/// The namespace object behind a target: the one it lives in, or itself.
fn namespace_of(target: &ObjectRef) -> Option<ObjectRef> {
    let name = match &target.namespace {
        Some(namespace) => ObjectName::parse(namespace.as_str()).ok()?,
        None if target.api.is("", "Namespace") => target.name.clone(),
        None => return None,
    };
    Some(ObjectRef { api: ApiType::namespaces(), namespace: None, name })
}

impl Place {
    fn of(input: &Input<'_>, target: &ObjectRef, known: &Snapshot) -> Self {
        let Some(object) = namespace_of(target) else {
            return Self { labels: BTreeMap::new(), production: input.cluster_production, owner: true, seen: true };
        };
        let found = known.get(&FactQuery::Object { object });
        let namespace = match found {
            Some(Fact::Object { object }) => Some(object),
            _ => None,
        };
        let marks = |group: &str| -> BTreeMap<String, String> {
            let map = namespace.and_then(|object| object.get("metadata")?.get(group)?.as_object());
            map.into_iter()
                .flatten()
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect()
        };
        let (labels, annotations) = (marks("labels"), marks("annotations"));
        let stage = |key: &&str| labels.get(*key).is_some_and(|stage| stage.to_lowercase().starts_with("prod"));
        let owners = annotations.get(OWNER).or_else(|| labels.get(OWNER));
        let seen = matches!(found, Some(Fact::Object { .. } | Fact::Absent));
        Self {
            production: input.cluster_production || STAGE_LABELS.iter().any(stage),
            // Who can't be known to own it does not own it.
            owner: owners.map_or(seen, |owners| owns(input.requester, owners)),
            labels,
            seen,
        }
    }
}

fn owns(requester: &Principal, owners: &str) -> bool {
    let mut names = owners.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.any(|name| name == requester.name || requester.groups.iter().any(|group| group == name))
}

fn change(change: &FieldChange) -> Change {
    let side = |value: &Option<Value>| value.as_ref().map_or(Value::Null, |value| cut(without_floats(value)));
    Change { path: change.path.to_string(), before: side(&change.before), after: side(&change.after) }
}

/// Numbers that two languages could read differently become text.
fn without_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.as_i64().is_none() => Value::String(number.to_string()),
        Value::Array(items) => Value::Array(items.iter().map(without_floats).collect()),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), without_floats(value))).collect())
        }
        other => other.clone(),
    }
}

fn cut(value: Value) -> Value {
    let text = value.to_string();
    if text.len() <= CHANGE_VALUE_BYTES_MAX {
        return value;
    }
    Value::String(short(if let Value::String(text) = value { text } else { text }))
}

fn short_access(mut access: AccessReach) -> AccessReach {
    for list in [&mut access.subjects, &mut access.gains, &mut access.loses] {
        *list = std::mem::take(list).into_iter().map(short).collect();
    }
    access
}

fn short(text: String) -> String {
    if text.len() <= CHANGE_VALUE_BYTES_MAX - 8 {
        return text;
    }
    format!("{}…", &text[..text.floor_char_boundary(CHANGE_VALUE_BYTES_MAX - 8)])
}

/// Images that a diff sets, wherever a container stands in it.
fn images(diff: &[FieldChange]) -> Vec<Image> {
    let mut images = Vec::new();
    for change in diff {
        let Some(after) = &change.after else { continue };
        let before = change.before.as_ref();
        if change.path.last_key() == "image" {
            if let Some(image) = after.as_str() {
                let before = before.and_then(Value::as_str).unwrap_or_default();
                images.push(image_of(container(&change.path), before, image));
            }
        } else {
            nested_images(after, before, &mut images);
        }
    }
    images
}

/// The container a field belongs to.
fn container(path: &FieldPath) -> &str {
    let item = path.0.iter().rev().find_map(|segment| match segment {
        Segment::Item { value, .. } => Some(value.as_str()),
        Segment::Field(_) => None,
    });
    item.unwrap_or_default()
}

fn nested_images(after: &Value, before: Option<&Value>, images: &mut Vec<Image>) {
    match after {
        Value::Object(map) => {
            let text = |object: Option<&'_ Value>, key: &str| {
                object.and_then(|object| object.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let (name, image, former) = (text(Some(after), "name"), text(Some(after), "image"), text(before, "image"));
            if !name.is_empty() && !image.is_empty() && image != former {
                images.push(image_of(&name, &former, &image));
            }
            for (key, value) in map {
                nested_images(value, before.and_then(|before| before.get(key)), images);
            }
        }
        Value::Array(items) => {
            let same = |item: &Value| before?.as_array()?.iter().find(|other| other.get("name") == item.get("name"));
            for item in items {
                nested_images(item, same(item), images);
            }
        }
        _ => {}
    }
}

fn image_of(container: &str, before: &str, after: &str) -> Image {
    let (_, tag, digest) = split_image(after);
    Image {
        container: container.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        tag: tag.unwrap_or_default().to_owned(),
        pinned: digest.is_some(),
    }
}

/// Cuts lists until the document fits, and says so.
fn bound(facts: &mut Facts) {
    let size = |facts: &Facts| serde_json::to_vec(facts).map_or(usize::MAX, |bytes| bytes.len());
    for most in LIST_ITEMS {
        if size(facts) <= POLICY_FACTS_BYTES_MAX {
            return;
        }
        let mut left_out = 0;
        for step in &mut facts.steps {
            left_out += shorten(&mut step.changes, most) + shorten(&mut step.images, most);
            left_out += shorten(&mut step.services, most) + shorten(&mut step.budgets, most);
            left_out += shorten(&mut step.routes, most) + shorten(&mut step.refusals, most);
            if let Some(access) = &mut step.access {
                left_out += shorten(&mut access.subjects, most);
                left_out += shorten(&mut access.gains, most) + shorten(&mut access.loses, most);
            }
            // Whether there is one decides; so one stays.
            let deciding = [&mut step.pod_powers, &mut step.resources_missing, &mut step.depended, &mut step.weakens];
            left_out += deciding.into_iter().map(|list| shorten(list, most.max(1))).sum::<usize>();
            while step.namespace_labels.len() > most {
                step.namespace_labels.pop_last();
                left_out += 1;
            }
        }
        left_out += shorten(&mut facts.unseen, most) + shorten(&mut facts.requester.groups, most);
        if left_out > 0 {
            facts.complete = false;
            facts.unseen.push(format!("{left_out} items of this document: longer than POLICY_FACTS_BYTES_MAX"));
        }
    }
}

fn shorten<T>(list: &mut Vec<T>, most: usize) -> usize {
    let left_out = list.len().saturating_sub(most);
    list.truncate(most);
    left_out
}

#[cfg(test)]
mod tests;
