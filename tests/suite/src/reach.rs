//! What was really changed, compared with what a plan said it would touch.
//!
//! The API server's audit log tells every write. Allowed are objects named in the plan's radius, what its listed selectors
//! reach, and what is owned, directly or through others, by an object that is allowed. Left aside, as the rule says: events,
//! leases, and status or bookkeeping that the system's own controllers write.

use std::collections::{BTreeMap, BTreeSet};

use kubechat_core::plan::Plan;
use kubechat_harness::{Entry, Namespace, User};
use serde_json::Value;

use crate::world::Tested;

/// Kind and name of an object in one namespace, as the audit log spells it: plural and name.
type Named = (String, String);

/// The writes that went past the plan's radius, as text; empty when none did.
pub fn outside(plan: &Plan, writes: &[Entry]) -> Vec<String> {
    let mut allowed: BTreeSet<Named> = plan
        .revision
        .parts
        .iter()
        .flat_map(|part| &part.radius.listed)
        .map(|touched| named(touched.object.api.plural.as_str(), touched.object.name.as_str()))
        .collect();
    let owners = owners(writes);
    // Owners before owned, in any depth: repeat until nothing is added.
    loop {
        let grown: Vec<Named> = owners
            .iter()
            .filter(|(object, by)| !allowed.contains(*object) && by.iter().any(|owner| allowed.contains(owner)))
            .map(|(object, _)| object.clone())
            .collect();
        if grown.is_empty() {
            break;
        }
        allowed.extend(grown);
    }
    let strayed =
        writes.iter().filter(|entry| entry.succeeded() && !left_aside(entry) && !allowed.contains(&object_of(entry)));
    strayed.map(|entry| format!("{} {} by {}", entry.verb, entry.uri, entry.user)).collect()
}

/// Everything that was written in the namespace lies inside the plan's radius.
pub async fn nothing_outside(plan: &Plan, writes: &[Entry], namespace: &Namespace) -> Tested {
    let radius = &plan.revision.parts[0].radius;
    assert_eq!(radius.omitted, 0, "a small plan lists all it touches");
    let strayed = outside(plan, writes);
    let pods = namespace.kubectl(User::Admin).run(&["get", "pods", "-o", "wide"]).await?;
    assert!(strayed.is_empty(), "outside the radius {radius:?}:\n{strayed:#?}\n{pods}");
    Ok(())
}

fn named(resource: &str, name: &str) -> Named {
    (resource.to_owned(), name.to_owned())
}

fn object_of(entry: &Entry) -> Named {
    let from_body = || body(entry).and_then(|object| object.pointer("/metadata/name")?.as_str()).unwrap_or_default();
    let name = if entry.name.is_empty() { from_body() } else { entry.name.as_str() };
    // A Service's endpoints carry its name, alone or before what makes it unique; a deletion tells no owner.
    match entry.resource.as_str() {
        "endpoints" => named("services", name),
        "endpointslices" => named("services", name.rsplit_once('-').map_or(name, |(service, _)| service)),
        resource => named(resource, name),
    }
}

fn body(entry: &Entry) -> Option<&Value> {
    entry.response.as_ref().filter(|body| body["kind"] != "Status").or(entry.request.as_ref())
}

/// Each object's owners, as far as its writes told them.
fn owners(writes: &[Entry]) -> BTreeMap<Named, BTreeSet<Named>> {
    let mut owners: BTreeMap<Named, BTreeSet<Named>> = BTreeMap::new();
    for entry in writes {
        let references = body(entry).and_then(|object| object.pointer("/metadata/ownerReferences")?.as_array());
        for reference in references.into_iter().flatten() {
            let kind = reference["kind"].as_str().unwrap_or_default().to_lowercase();
            let owner = named(&plural(&kind), reference["name"].as_str().unwrap_or_default());
            owners.entry(object_of(entry)).or_default().insert(owner);
        }
    }
    owners
}

fn plural(kind: &str) -> String {
    if kind.ends_with('s') { format!("{kind}es") } else { format!("{kind}s") }
}

fn left_aside(entry: &Entry) -> bool {
    // On which node a waiting pod is put is the scheduler's own bookkeeping.
    let bookkeeping = matches!(entry.subresource.as_str(), "status" | "binding");
    matches!(entry.resource.as_str(), "events" | "leases") || (entry.by_system() && bookkeeping)
}
