//! Ingresses and HTTPRoutes that lead nowhere: to a Service or port that doesn't exist, or to one without endpoints.
//!
//! What a Service suffers, its Ingresses suffer: those are folded under whatever the Service suffers from. A Service that
//! was scaled to zero, or can't be seen, is not held against them. One finding an object, with all its lost backends.

use serde_json::{Value, json};

use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use super::{fixes, services};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, at, integer, items, namespace, text};
use crate::policy::Severity;
use crate::read::{reference, selector};

/// Most backends of one object looked at.
const BACKENDS_MAX: usize = 200;
/// Most backends named in one sentence.
const NAMED_MAX: usize = 3;
/// How long a controller may refuse a route before that is worth a word.
const SETTLING_MS: i64 = 60_000;

/// What sends the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ingress,
    Route,
}

/// A Service that traffic is sent to.
struct Backend<'a> {
    place: &'a str,
    service: &'a str,
    /// By number or by name.
    port: Option<Port<'a>>,
    /// Where it stands in its object: name and port are below.
    pointer: String,
}

#[derive(Clone, Copy)]
enum Port<'a> {
    Number(i64),
    Name(&'a str),
}

/// What a backend lacks.
enum Fault {
    Service,
    Port(String),
    Endpoints(ObjectRef),
}

/// The findings about Ingresses and routes.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for ingress in inventory.items(&ApiType::ingresses()) {
        drafts.extend(lost(Kind::Ingress, &ApiType::ingresses(), ingress, &of_ingress(ingress), inventory));
    }
    if let Some(api) = inventory.routes() {
        for route in inventory.items(&api) {
            drafts.extend(lost(Kind::Route, &api, route, &of_route(route), inventory));
            drafts.extend(refused(&api, route, inventory));
        }
    }
    drafts
}

fn of_ingress(ingress: &Value) -> Vec<Backend<'_>> {
    let rules = items(ingress, "/spec/rules").iter().enumerate();
    let paths = rules.flat_map(|(i, rule)| {
        let paths = items(rule, "/http/paths").iter().enumerate();
        paths.map(move |(j, path)| (format!("/spec/rules/{i}/http/paths/{j}/backend"), at(path, "/backend")))
    });
    let fallback = ("/spec/defaultBackend".to_owned(), at(ingress, "/spec/defaultBackend"));
    let backends = paths.chain([fallback]).filter_map(|(pointer, backend)| Some((pointer, at(backend?, "/service")?)));
    backends
        .take(BACKENDS_MAX)
        .map(|(pointer, service)| {
            let named = Some(text(service, "/port/name")).filter(|name| !name.is_empty()).map(Port::Name);
            let port = integer(service, "/port/number").map(Port::Number).or(named);
            let pointer = format!("{pointer}/service");
            Backend { place: namespace(ingress), service: text(service, "/name"), port, pointer }
        })
        .collect()
}

fn of_route(route: &Value) -> Vec<Backend<'_>> {
    let rules = items(route, "/spec/rules").iter().enumerate();
    let references = rules.flat_map(|(i, rule)| {
        let all = items(rule, "/backendRefs").iter().enumerate();
        all.map(move |(j, reference)| (format!("/spec/rules/{i}/backendRefs/{j}"), reference))
    });
    // Anything but a Service (a bucket, another controller's kind) is not ours to judge; weight 0 takes no traffic.
    let services = references.filter(|(_, reference)| {
        matches!(text(reference, "/kind"), "" | "Service")
            && text(reference, "/group").is_empty()
            && integer(reference, "/weight") != Some(0)
    });
    let place = |reference| match text(reference, "/namespace") {
        "" => namespace(route),
        other => other,
    };
    let backend = |(pointer, reference)| Backend {
        place: place(reference),
        service: text(reference, "/name"),
        port: integer(reference, "/port").map(Port::Number),
        pointer,
    };
    services.take(BACKENDS_MAX).map(backend).collect()
}

fn fault(backend: &Backend<'_>, inventory: &Inventory<'_>) -> Option<Fault> {
    if !inventory.sees(&ApiType::services(), backend.place) {
        return None;
    }
    let Some(service) = inventory.service(backend.place, backend.service) else { return Some(Fault::Service) };
    if text(service, "/spec/type") == "ExternalName" {
        return None;
    }
    let ports = items(service, "/spec/ports");
    let missing = match backend.port {
        Some(Port::Number(wanted)) if !ports.iter().any(|port| integer(port, "/port") == Some(wanted)) => {
            Some(wanted.to_string())
        }
        Some(Port::Name(wanted)) if !ports.iter().any(|port| text(port, "/name") == wanted) => Some(wanted.to_owned()),
        _ => None,
    };
    if let Some(wanted) = missing {
        return Some(Fault::Port(wanted));
    }
    let empty = inventory.endpoints(service)?.ready == 0;
    let judged = empty && selector::of(service).is_some() && !services::is_asleep(service, inventory);
    judged.then(|| Some(Fault::Endpoints(reference(&ApiType::services(), service)?))).flatten()
}

fn lost(
    kind: Kind,
    api: &ApiType,
    object: &Value,
    backends: &[Backend<'_>],
    inventory: &Inventory<'_>,
) -> Option<Draft> {
    let found = backends.iter().filter_map(|backend| Some((backend, fault(backend, inventory)?)));
    // What is not there at all is a root of its own; what has no endpoints follows from something else.
    let (empty, gone): (Vec<_>, Vec<_>) = found.partition(|(_, fault)| matches!(fault, Fault::Endpoints(_)));
    let object = reference(api, object)?;
    if gone.is_empty() {
        without_endpoints(kind, object, &empty)
    } else {
        nowhere(kind, object, &gone, backends.len(), inventory)
    }
}

fn nowhere(
    kind: Kind,
    object: ObjectRef,
    gone: &[(&Backend<'_>, Fault)],
    all: usize,
    inventory: &Inventory<'_>,
) -> Option<Draft> {
    let (first, fault) = gone.first()?;
    let rule = if kind == Kind::Ingress { "ingress/no-such-backend" } else { "route/no-such-backend" };
    let severity = if gone.len() == all { Severity::High } else { Severity::Medium };
    let service = format!("Service {}/{}", first.place, first.service);
    let (what, advice) = match fault {
        Fault::Port(port) => (format!("{service} has no port {port}"), ports_of(first, inventory)),
        _ => (format!("{service} does not exist"), advice(first, inventory)),
    };
    let more = if gone.len() > 1 { format!(" (and {} more backends are lost)", gone.len() - 1) } else { String::new() };
    let named = gone.iter().take(NAMED_MAX).map(|(backend, _)| format!("{}/{}", backend.place, backend.service));
    let shown = named.collect::<Vec<_>>().join(", ");
    let mut draft = Draft::about(rule, Depth::Root, object.clone(), severity);
    let there = gone.iter().filter(|(backend, _)| inventory.service(backend.place, backend.service).is_some());
    draft.mentions.extend(there.filter_map(|(backend, _)| service_ref(backend)));
    // All or nothing: one that is corrected by half would only look repaired.
    let meant: Option<Vec<_>> = gone.iter().map(|(backend, fault)| meant(kind, backend, fault, inventory)).collect();
    draft.fix = meant.and_then(|values| fixes::replaced(&object, &values));
    let sentence = format!("{object} sends traffic where nothing is: {what}{more}");
    Some(draft.shown_by(format!("{object} backends"), shown).says(sentence, advice))
}

fn without_endpoints(kind: Kind, object: ObjectRef, empty: &[(&Backend<'_>, Fault)]) -> Option<Draft> {
    let (first, _) = empty.first()?;
    let rule = if kind == Kind::Ingress { "ingress/no-endpoints" } else { "route/no-endpoints" };
    let mut draft = Draft::about(rule, Depth::Outer, object.clone(), Severity::Medium);
    for (_, fault) in empty {
        if let Fault::Endpoints(service) = fault {
            draft = draft.explaining(service.clone());
        }
    }
    let service = format!("Service {}/{}", first.place, first.service);
    Some(draft.shown_by(format!("{object} backends"), format!("{service}: no ready endpoint")).says(
        format!("{object} leads to {service}, which has no ready endpoint"),
        "look at the pods behind the Service",
    ))
}

fn service_ref(backend: &Backend<'_>) -> Option<ObjectRef> {
    Some(ObjectRef {
        api: ApiType::services(),
        namespace: Some(Namespace::parse(backend.place).ok()?),
        name: ObjectName::parse(backend.service).ok()?,
    })
}

/// The ports the Service does have.
fn ports_of(backend: &Backend<'_>, inventory: &Inventory<'_>) -> String {
    let service = inventory.service(backend.place, backend.service);
    let ports = service.map_or(&[][..], |service| items(service, "/spec/ports"));
    let one = |port: &Value| match (integer(port, "/port").unwrap_or_default(), text(port, "/name")) {
        (number, "") => number.to_string(),
        (number, name) => format!("{number} ({name})"),
    };
    let has: Vec<_> = ports.iter().take(NAMED_MAX).map(one).collect();
    format!("correct the port; the Service has {}", if has.is_empty() { "none".to_owned() } else { has.join(", ") })
}

/// What a backend was meant to be, where only one thing can be meant: the Service of nearly the same name if that has the
/// port, or the only port of the Service.
fn meant(
    kind: Kind,
    backend: &Backend<'_>,
    fault: &Fault,
    inventory: &Inventory<'_>,
) -> Option<(String, Value, Value)> {
    let value = |port: Option<Port<'_>>| match (kind, port) {
        (Kind::Ingress, Some(Port::Number(number))) => json!({"number": number}),
        (Kind::Ingress, Some(Port::Name(name))) => json!({"name": name}),
        (Kind::Route, Some(Port::Number(number))) => json!(number),
        _ => Value::Null,
    };
    let pointer = &backend.pointer;
    if let Fault::Port(_) = fault {
        let [only] = items(inventory.service(backend.place, backend.service)?, "/spec/ports") else { return None };
        let number = Some(Port::Number(integer(only, "/port")?));
        return Some((format!("{pointer}/port"), value(backend.port), value(number)));
    }
    let name = nearest(backend, inventory)?;
    let other = Backend { service: name, pointer: String::new(), ..*backend };
    let fits = !matches!(self::fault(&other, inventory), Some(Fault::Service | Fault::Port(_)));
    fits.then(|| (format!("{pointer}/name"), json!(backend.service), json!(name)))
}

/// A Service whose name differs only by a slip.
fn nearest<'a>(backend: &Backend<'_>, inventory: &'a Inventory<'_>) -> Option<&'a str> {
    fixes::slip(backend.service, inventory.service_names(backend.place))
}

fn advice(backend: &Backend<'_>, inventory: &Inventory<'_>) -> String {
    match nearest(backend, inventory) {
        Some(name) => format!("Service {name} exists: perhaps that was meant. Else create the Service"),
        None => "create the Service, or correct its name".to_owned(),
    }
}

/// A route that its gateway's controller refuses.
fn refused(api: &ApiType, route: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let settled = |condition: &Value| {
        inventory.ms_since(text(condition, "/lastTransitionTime")).is_some_and(|ms| ms > SETTLING_MS)
    };
    let parents = items(route, "/status/parents").iter();
    let condition = parents.flat_map(|parent| items(parent, "/conditions")).find(|condition| {
        matches!(text(condition, "/type"), "Accepted" | "ResolvedRefs")
            && text(condition, "/status") == "False"
            && text(condition, "/reason") != "BackendNotFound"
            && settled(condition)
    })?;
    let object = reference(api, route)?;
    let draft = Draft::about("route/refused", Depth::Root, object.clone(), Severity::Medium);
    let (kind, reason, said) = (text(condition, "/type"), text(condition, "/reason"), text(condition, "/message"));
    Some(draft.shown_by(format!("{object} condition {kind}"), format!("{reason}: {said}")).says(
        format!("{object} is not taken by its gateway ({reason}): {said}"),
        "check its parentRefs and backendRefs, and the ReferenceGrant where they cross namespaces",
    ))
}
