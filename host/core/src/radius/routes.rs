//! Ingresses and HTTPRoutes whose backend goes: the Service is deleted, loses its last endpoint, or its port.
//!
//! Looked at only where a Service is left with nothing. HTTPRoutes are asked for where the cluster serves them, by
//! whatever version it prefers. Not looked at: routes of other namespaces (they need a ReferenceGrant), and other kinds of
//! route.

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, kinds, some};
use crate::names::Namespace;
use crate::object::{items, name, text};
use crate::policy::facts::RouteReach;

const HTTP_ROUTES: &str = "httproutes.gateway.networking.k8s.io";

/// A backend as a route names it: Service and port, by number or name.
struct Backend<'a> {
    service: &'a str,
    port: Option<String>,
}

/// The routes that lead to one of these Services, which answers no more.
pub(super) fn without(at: Option<&Namespace>, services: &[&str], look: &mut Look<'_>, reach: &mut Reach) {
    find(at, look, reach, |backend| services.contains(&backend.service), "without a ready endpoint");
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
    let ingresses = look.list(kinds::ingresses(), at, None);
    let routes = served.as_ref().map_or(&[][..], |api| look.list(api.clone(), at, None));
    let mut named = Vec::new();
    let each = ingresses.iter().map(|one| (kinds::ingresses(), one, by_ingress(one)));
    let http = served.iter().flat_map(|api| routes.iter().map(|one| (api.clone(), one, by_route(one))));
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

fn by_route(route: &Value) -> Vec<Backend<'_>> {
    let here = |backend: &&Value| {
        let space = text(backend, "/namespace");
        ["", "Service"].contains(&text(backend, "/kind"))
            && (space.is_empty() || space == crate::object::namespace(route))
    };
    let refs = items(route, "/spec/rules").iter().flat_map(|rule| items(rule, "/backendRefs"));
    refs.filter(here).map(|one| Backend { service: text(one, "/name"), port: one.get("port").map(port_text) }).collect()
}
