//! Ingresses and HTTPRoutes whose backend goes: the Service is deleted, loses its last endpoint, or its port.
//!
//! Looked at only where a Service is left with nothing. HTTPRoutes are asked for where the cluster serves them, by
//! whatever version it prefers; those of other namespaces where a ReferenceGrant beside the Service lets them in. Not
//! looked at: other kinds of route.

use std::collections::BTreeSet;

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, kinds, some};
use crate::names::Namespace;
use crate::object::{ApiType, items, name, text};
use crate::policy::facts::RouteReach;

const HTTP_ROUTES: &str = "httproutes.gateway.networking.k8s.io";
const REFERENCE_GRANTS: &str = "referencegrants.gateway.networking.k8s.io";
/// Most namespaces whose routes are asked for because a grant names them; what is beyond counts as not seen.
const SPACES_MAX: usize = 20;

/// A backend as a route names it: Service and port, by number or name.
struct Backend<'a> {
    service: &'a str,
    port: Option<String>,
}

/// The routes that lead to one of these Services, which answers no more.
pub(super) fn without(at: Option<&Namespace>, services: &[&str], look: &mut Look<'_>, reach: &mut Reach) {
    find(at, look, reach, |backend| services.contains(&backend.service), "without a ready endpoint");
}

/// The routes of other namespaces that lead to one of these Services, of a namespace that goes.
pub(super) fn from_elsewhere(at: Option<&Namespace>, services: &[&str], look: &mut Look<'_>, reach: &mut Reach) {
    if let (false, Some(at), Some(api)) = (services.is_empty(), at, look.served(HTTP_ROUTES).cloned()) {
        elsewhere(&api, at, look, reach, &|backend: &Backend<'_>| services.contains(&backend.service));
    }
}

/// The routes that lead to a port a Service no longer has.
pub(super) fn ports_changed(
    at: Option<&Namespace>,
    live: &Value,
    after: &Value,
    look: &mut Look<'_>,
    reach: &mut Reach,
) {
    let ports = |service: &Value| -> Vec<String> {
        let both = |port: &Value| [port.get("port").map(port_text), port.get("name").map(port_text)];
        items(service, "/spec/ports").iter().flat_map(both).flatten().collect()
    };
    let kept = ports(after);
    let gone: Vec<String> = ports(live).into_iter().filter(|port| !kept.contains(port)).collect();
    if gone.is_empty() {
        return;
    }
    let lost = |backend: &Backend<'_>| {
        backend.service == name(live) && backend.port.as_ref().is_some_and(|port| gone.contains(port))
    };
    find(at, look, reach, lost, "on a port that goes");
}

fn port_text(port: &Value) -> String {
    crate::field::key_text(port)
}

fn find(
    at: Option<&Namespace>,
    look: &mut Look<'_>,
    reach: &mut Reach,
    lost: impl Fn(&Backend<'_>) -> bool,
    how: &str,
) {
    let served = look.served(HTTP_ROUTES).cloned();
    if let (Some(api), Some(at)) = (&served, at) {
        elsewhere(api, at, look, reach, &lost);
    }
    let ingresses = look.list(kinds::ingresses(), at, None);
    let routes = served.as_ref().map_or(&[][..], |api| look.list(api.clone(), at, None));
    let mut named = Vec::new();
    let each = ingresses.iter().map(|one| (kinds::ingresses(), one, by_ingress(one)));
    let http = served
        .iter()
        .flat_map(|api| routes.iter().map(|one| (api.clone(), one, by_route(one, crate::object::namespace(one)))));
    for (api, route, backends) in each.chain(http) {
        let Some(backend) = backends.iter().find(|backend| lost(backend)) else { continue };
        let space = crate::object::namespace(route);
        let route_name = format!("{} {space}/{}", api.kind, name(route));
        named.push(route_name.clone());
        reach.routes.push(RouteReach { name: route_name, service: format!("{space}/{}", backend.service) });
        reach.touch(address(api, route), Why::Uses);
    }
    if !named.is_empty() {
        let verb = if named.len() == 1 { "leads" } else { "lead" };
        reach.say(Weight::Outage, format!("{} {verb} to a Service {how}", some(&named)));
    }
}

/// Routes of other namespaces that lead here, which a ReferenceGrant lets in.
fn elsewhere(
    api: &ApiType,
    at: &Namespace,
    look: &mut Look<'_>,
    reach: &mut Reach,
    lost: &impl Fn(&Backend<'_>) -> bool,
) {
    let Some(grants) = look.served(REFERENCE_GRANTS).cloned() else { return };
    let from = look.elsewhere(grants, at).iter().flat_map(|grant| items(grant, "/spec/from"));
    let spaces: BTreeSet<&str> =
        from.filter(|from| text(from, "/kind") == api.kind).map(|from| text(from, "/namespace")).collect();
    if spaces.len() > SPACES_MAX {
        reach.spread.not_seen(format!("routes of {} namespaces that lead to {at} (SPACES_MAX)", spaces.len()));
    }
    let mut named = Vec::new();
    for space in spaces.into_iter().take(SPACES_MAX).filter(|space| *space != at.as_str()) {
        let Ok(space) = Namespace::parse(space) else { continue };
        for route in look.elsewhere(api.clone(), &space) {
            if let Some(backend) = by_route(route, at.as_str()).iter().find(|backend| lost(backend)) {
                let named_as = format!("{} {space}/{}", api.kind, name(route));
                reach.routes.push(RouteReach { name: named_as.clone(), service: format!("{at}/{}", backend.service) });
                reach.touch(address(api.clone(), route), Why::Uses);
                reach.spread.reach_into(space.as_str());
                named.push(named_as);
            }
        }
    }
    if !named.is_empty() {
        let verb = if named.len() == 1 { "leads" } else { "lead" };
        reach.say(Weight::Outage, format!("{} of other namespaces {verb} here", some(&named)));
    }
}

fn by_ingress(ingress: &Value) -> Vec<Backend<'_>> {
    let paths = items(ingress, "/spec/rules").iter().flat_map(|rule| items(rule, "/http/paths"));
    let backends = paths.filter_map(|path| path.get("backend")).chain(ingress.pointer("/spec/defaultBackend"));
    backends
        .map(|backend| {
            let port = ["/service/port/number", "/service/port/name"].iter().find_map(|at| backend.pointer(at));
            Backend { service: text(backend, "/service/name"), port: port.map(port_text) }
        })
        .collect()
}

/// The Services of one namespace that a route leads to.
fn by_route<'a>(route: &'a Value, at: &str) -> Vec<Backend<'a>> {
    let here = |backend: &&Value| {
        let said = text(backend, "/namespace");
        let space = if said.is_empty() { crate::object::namespace(route) } else { said };
        ["", "Service"].contains(&text(backend, "/kind")) && space == at
    };
    let refs = items(route, "/spec/rules").iter().flat_map(|rule| items(rule, "/backendRefs"));
    refs.filter(here).map(|one| Backend { service: text(one, "/name"), port: one.get("port").map(port_text) }).collect()
}
