//! Who gains or loses which rights when a role or binding is written.
//!
//! Rules are compared as sets of single grants ([`super::grants`]). A ClusterRole counts for those who hold another one that
//! collects it (`aggregationRule`), however far. A role that could not be read is taken to grant
//! everything: who can't see what he hands out should not do it alone. So is one that does not exist and that no earlier
//! step makes, because whoever makes it later decides, and one that is collected from others. Not looked at: rights given by other authorizers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::grants::Grants;
use super::look::Look;
use super::selector::picks;
use super::{Reach, Weight, Why, address, count, kinds, plain, some, spread};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, items, name, text};
use crate::policy::facts::AccessReach;

/// Most subjects, gains and losses that are named; all are counted.
const NAMED_MAX: usize = 20;
const AGGREGATES: &str = "rbac.authorization.k8s.io/aggregate-to-";
/// The role that may do everything.
const ADMIN_ROLE: &str = "cluster-admin";

/// A role or binding that is made (`live` absent), changed, or deleted (`after` absent).
pub(super) fn of(
    target: &ObjectRef,
    live: Option<&Value>,
    after: Option<&Value>,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    match target.api.kind.as_str() {
        "Role" | "ClusterRole" => role(target, live, after, look, reach),
        "RoleBinding" | "ClusterRoleBinding" => binding(target, live, after, look, reach),
        _ => {}
    }
}

fn role(target: &ObjectRef, live: Option<&Value>, after: Option<&Value>, look: &mut Look<'_>, reach: &mut Reach) {
    let grants = |role: Option<&Value>| role.map(Grants::of).unwrap_or_default();
    let (before, now) = (grants(live), grants(after));
    let said = |role: Option<&Value>| role.map(|role| items(role, "/rules").to_vec());
    let (mut gains, loses) = if said(live) == said(after) {
        (Grants::default(), Grants::default())
    } else {
        (now.beyond(&before), before.beyond(&now))
    };
    if let Some(by) = after.and_then(aggregation)
        && live.and_then(aggregation) != Some(by)
    {
        reach.escalate("admin-grant", format!("{target} would grant what others grant, which could not be seen"));
    }
    let collects_otherwise = live.and_then(aggregation) != after.and_then(aggregation);
    let (joined_before, joined) = (collectors(target, live, look), collectors(target, after, look));
    if joined.iter().any(|name| !joined_before.contains(name)) {
        // What the role said already is new to those who hold the role it now joins.
        gains = now;
    }
    if let Some(joins) = joined.iter().next() {
        reach.say(Weight::Change, format!("what {target} grants is also granted by ClusterRole {joins}"));
    }
    let moves = !gains.is_empty() || !loses.is_empty() || collects_otherwise || joined != joined_before;
    let others = joined.union(&joined_before).map(String::as_str);
    let names: BTreeSet<&str> = others.chain([target.name.as_str()]).collect();
    let mut subjects = BTreeSet::new();
    for binding in bindings(target, look) {
        let held = text(binding, "/roleRef/kind") == target.api.kind && names.contains(text(binding, "/roleRef/name"));
        if held {
            let api = if text(binding, "/kind") == "RoleBinding" {
                kinds::role_bindings()
            } else {
                kinds::cluster_role_bindings()
            };
            reach.touch(address(api, binding), Why::Uses);
            if moves {
                spread::held_by(binding, !loses.is_empty() || joined != joined_before || collects_otherwise, reach);
            }
            subjects.extend(subjects_of(binding));
        }
    }
    escalations(&gains, &format!("{target} would grant"), reach);
    tell(target, &subjects, &gains, &loses, reach);
}

/// By which labels a ClusterRole collects the rights of others.
fn aggregation(role: &Value) -> Option<&Value> {
    role.get("aggregationRule").filter(|by| !by.is_null())
}

/// The bindings that could name a role.
fn bindings<'a>(target: &ObjectRef, look: &mut Look<'a>) -> impl Iterator<Item = &'a Value> {
    let everywhere = target.api.kind == "ClusterRole";
    let (here, wide) = if everywhere {
        (look.everywhere(kinds::role_bindings()), look.everywhere(kinds::cluster_role_bindings()))
    } else {
        (look.list(kinds::role_bindings(), target.namespace.as_ref(), None), &[][..])
    };
    here.iter().chain(wide)
}

/// The roles a ClusterRole's labels have it collected into.
fn collected_into(role: &Value) -> BTreeSet<&str> {
    let labels = role.pointer("/metadata/labels").and_then(Value::as_object);
    let on = labels.into_iter().flatten().filter(|(_, value)| value.as_str() == Some("true"));
    on.filter_map(|(key, _)| key.strip_prefix(AGGREGATES)).collect()
}

/// The ClusterRoles that collect what this one says, directly or through others that they collect: Kubernetes' own `view`
/// goes into `edit` and that into `admin`. Those its labels name count also where no role could be seen.
fn collectors(target: &ObjectRef, role: Option<&Value>, look: &mut Look<'_>) -> BTreeSet<String> {
    let Some(role) = role.filter(|_| target.api.kind == "ClusterRole") else { return BTreeSet::new() };
    let all = look.everywhere(kinds::cluster_roles());
    let (mut found, mut open) = (BTreeSet::new(), vec![role]);
    // Each role is followed once, so a ring of them ends.
    while let Some(collected) = open.pop() {
        let labels = collected.pointer("/metadata/labels");
        for other in all.iter().filter(|other| name(other) != target.name.as_str()) {
            let by = aggregation(other).map(|by| items(by, "/clusterRoleSelectors")).unwrap_or_default();
            if by.iter().any(|by| picks(Some(by), labels)) && found.insert(name(other).to_owned()) {
                open.push(other);
            }
        }
    }
    found.extend(collected_into(role).into_iter().map(str::to_owned));
    found
}

fn binding(target: &ObjectRef, live: Option<&Value>, after: Option<&Value>, look: &mut Look<'_>, reach: &mut Reach) {
    let subjects = |binding: Option<&Value>| binding.map(subjects_of).unwrap_or_default();
    let (before, now) = (subjects(live), subjects(after));
    let joined: BTreeSet<String> = now.difference(&before).cloned().collect();
    let left: BTreeSet<String> = before.difference(&now).cloned().collect();
    let Some(bound) = after.or(live) else { return };
    for (changed, loses) in [(!joined.is_empty(), false), (!left.is_empty(), true)] {
        if let Some(binding) = if loses { live } else { after }.filter(|_| changed) {
            spread::held_by(binding, loses, reach);
        }
    }
    let (kind, name) = (text(bound, "/roleRef/kind"), text(bound, "/roleRef/name"));
    let role = held(target.namespace.as_ref(), kind, name, look, reach);
    if !joined.is_empty() {
        let whom = format!("{} {target} would get", some(&joined.iter().cloned().collect::<Vec<_>>()));
        match &role {
            _ if name == ADMIN_ROLE => reach.escalate("admin-grant", format!("{whom} {kind} {ADMIN_ROLE}")),
            None => reach.escalate("admin-grant", format!("{whom} {kind} {name}, which could not be seen")),
            Some(grants) => escalations(grants, &whom, reach),
        }
        tell(target, &joined, &role.clone().unwrap_or_default(), &Grants::default(), reach);
    }
    if !left.is_empty() {
        tell(target, &left, &Grants::default(), &role.unwrap_or_default(), reach);
    }
}

/// What a bound role grants; nothing to tell when it could not be read, or does not exist unless an earlier step makes it.
fn held(at: Option<&Namespace>, kind: &str, name: &str, look: &mut Look<'_>, reach: &mut Reach) -> Option<Grants> {
    let (api, namespace): (ApiType, _) = match kind {
        "Role" => (kinds::roles(), at.cloned()),
        _ => (kinds::cluster_roles(), None),
    };
    let object = ObjectRef { api, namespace, name: ObjectName::parse(name).ok()? };
    let found = look.object(&object).map(Grants::of);
    if look.is_absent(&object) {
        if let Some(made) = look.made(&object) {
            return aggregation(&made).is_none().then(|| Grants::of(&made));
        }
        reach.say(Weight::Note, format!("{object} does not exist: nothing is granted until somebody makes it"));
    }
    found
}

fn subjects_of(binding: &Value) -> BTreeSet<String> {
    let subject = |subject: &Value| match text(subject, "/namespace") {
        "" => format!("{} {}", text(subject, "/kind"), text(subject, "/name")),
        space => format!("{} {space}/{}", text(subject, "/kind"), text(subject, "/name")),
    };
    items(binding, "/subjects").iter().map(subject).map(plain).collect()
}

fn escalations(grants: &Grants, lead: &str, reach: &mut Reach) {
    for (class, what) in grants.escalations() {
        reach.escalate(class, format!("{lead}: {what}"));
    }
}

fn tell(target: &ObjectRef, subjects: &BTreeSet<String>, gains: &Grants, loses: &Grants, reach: &mut Reach) {
    let place = target.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
    let who = match subjects.len() {
        0 => "whoever is bound to it".to_owned(),
        number => {
            let names: Vec<String> = subjects.iter().cloned().collect();
            format!("{} ({})", count(number as u64, "subject"), some(&names))
        }
    };
    if !gains.is_empty() {
        reach.say(Weight::Change, format!("{who} may newly{place}: {}", list(gains)));
    }
    if !loses.is_empty() {
        reach.say(Weight::Loss, format!("{who} may no longer{place}: {}", list(loses)));
    }
    let access = reach.access.get_or_insert_with(AccessReach::default);
    access.subjects_total += subjects.len() as u64;
    access.gains_total += gains.len();
    access.loses_total += loses.len();
    let add = |to: &mut Vec<String>, words: Vec<String>| {
        to.extend(words);
        to.truncate(NAMED_MAX);
    };
    add(&mut access.subjects, subjects.iter().take(NAMED_MAX).cloned().collect());
    add(&mut access.gains, gains.words(NAMED_MAX));
    add(&mut access.loses, loses.words(NAMED_MAX));
}

fn list(grants: &Grants) -> String {
    let shown = grants.words(3).join(", ");
    let more = grants.len().saturating_sub(3);
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
