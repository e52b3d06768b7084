//! What hangs on a Service: routes, webhooks, API services.

use serde_json::{Value, json};

use super::super::kinds;
use super::*;

fn http_routes() -> ApiType {
    ApiType {
        group: "gateway.networking.k8s.io".into(),
        kind: "HTTPRoute".into(),
        plural: "httproutes".into(),
        ..ApiType::pods()
    }
}

fn ingress(service: &str, port: Value) -> Value {
    let backend = json!({"service": {"name": service, "port": port}});
    object(
        &kinds::ingresses(),
        &format!("to-{service}"),
        json!({"spec": {"rules": [{"host": "h", "http": {"paths": [{"path": "/", "backend": backend}]}}]}}),
    )
}

fn routed() -> World {
    let mut world = web(2);
    world.objects.push(ingress("web", json!({"number": 80})));
    world.objects.push(ingress("other", json!({"number": 80})));
    let refs = json!([{"name": "web", "port": 80}]);
    world.objects.push(object(&http_routes(), "r", json!({"spec": {"rules": [{"backendRefs": refs}]}})));
    world
}

fn routes(reach: &Reach) -> Vec<&str> {
    reach.routes.iter().map(|route| route.name.as_str()).collect()
}

#[test]
fn routes_lose_a_service_that_is_left_with_nothing_and_keep_one_that_is_not() {
    let world = routed();
    assert_eq!(routes(&reach_in(&world, &scale(0))), ["Ingress shop/to-web"], "nobody serves HTTPRoutes here");
    assert_eq!(routes(&reach_in(&world, &delete(ApiType::services(), "web"))), ["Ingress shop/to-web"]);
    assert_eq!(routes(&reach_in(&world, &scale(1))), Vec::<&str>::new());
    let mut served = world;
    served.serves.push(http_routes());
    assert_eq!(routes(&reach_in(&served, &scale(0))), ["Ingress shop/to-web", "HTTPRoute shop/r"]);
    assert!(served.known(&[scale(0)]).1 <= 4);
}

#[test]
fn routes_are_asked_for_only_when_a_service_goes_silent() {
    let world = routed();
    let listed = |mutation: Mutation| {
        let (known, _) = world.known(std::slice::from_ref(&mutation));
        known.list(&kinds::ingresses(), Some(&Namespace::parse("shop").unwrap()), None).is_some()
    };
    assert!(listed(scale(0)) && !listed(scale(1)) && !listed(restart()));
}

#[test]
fn a_port_that_goes_takes_its_routes_and_one_that_stays_does_not() {
    let mut world = routed();
    let service = world.objects.iter_mut().find(|o| o["kind"] == "Service").unwrap();
    service["spec"]["ports"] = json!([{"name": "http", "port": 80}]);
    let ports = |ports: Value| merge(ApiType::services(), "web", json!({"spec": {"ports": ports}}));
    assert_eq!(routes(&reach_in(&world, &ports(json!([{"name": "http", "port": 8080}])))), ["Ingress shop/to-web"]);
    let added = ports(json!([{"name": "http", "port": 80}, {"name": "metrics", "port": 9090}]));
    assert_eq!(routes(&reach_in(&world, &added)), Vec::<&str>::new());
}

fn asked_by(failure: &str) -> World {
    let mut world = web(2);
    let service = json!({"service": {"namespace": "shop", "name": "web"}});
    let rules = json!([{"operations": ["CREATE"], "resources": ["pods"]}]);
    let hook = json!({"webhooks": [{"name": "w", "failurePolicy": failure, "clientConfig": service, "rules": rules}]});
    world.objects.push(object(&kinds::mutating_webhooks(), "w", hook));
    world
}

#[test]
fn a_strict_webhook_without_its_service_refuses_writes_and_a_lenient_one_does_not() {
    let strict = reach_in(&asked_by("Fail"), &scale(0));
    assert_eq!(strict.depended, ["MutatingWebhookConfiguration w"]);
    assert!(said(&strict).contains("the API server would refuse every create of pods"), "{}", said(&strict));
    assert_eq!(reach_in(&asked_by("Ignore"), &scale(0)).depended, Vec::<String>::new());
    assert_eq!(reach_in(&asked_by("Fail"), &scale(1)).depended, Vec::<String>::new());
}

#[test]
fn who_may_not_list_webhooks_is_told_so_and_keeps_whole_counts() {
    let mut world = asked_by("Fail");
    world.denied.push("MutatingWebhookConfiguration");
    let (known, _) = world.known(&[scale(0)]);
    assert!(reach(&scale(0), &known).complete);
    assert!(known.unseen().iter().any(|unseen| unseen.what.contains("mutatingwebhookconfigurations")));
}

#[test]
fn an_api_service_without_its_service_is_named() {
    let mut world = web(1);
    let behind = json!({"spec": {"service": {"namespace": "shop", "name": "web"}}});
    world.objects.push(object(&kinds::api_services(), "v1.metrics", behind));
    let local = json!({"spec": {}});
    world.objects.push(object(&kinds::api_services(), "v1.apps", local));
    assert_eq!(reach_in(&world, &delete(ApiType::services(), "web")).depended, ["APIService v1.metrics"]);
}
