//! Cases of what a change opens, hands out or takes from the cluster itself.

use serde_json::{Value, json};

use super::{Case, both, case, delete, one, plan, set, step, with};

/// A step that applies an object of this kind.
fn apply(group: &str, kind: &str) -> Value {
    json!({ "op": "apply", "group": group, "kind": kind, "images": [], "changes": [] })
}

fn opens(class: &str, fields: Value) -> Value {
    both(fields, json!({ "escalations": [{ "class": class, "what": "more than it says" }] }))
}

pub(super) fn all() -> Vec<Case> {
    [rights(), pods(), cluster(), traffic()].into_iter().flatten().collect()
}

fn rights() -> Vec<Case> {
    let rbac = "rbac.authorization.k8s.io";
    let hooks = "admissionregistration.k8s.io";
    let deny = || json!({ "escalation": "deny" });
    vec![
        one(
            "a wildcard grant needs a second person",
            &opens("admin-grant", apply(rbac, "ClusterRole")),
            &["access-rules require-approval", "admin-grant require-approval"],
        ),
        one("an ordinary role is no admin grant", &apply(rbac, "Role"), &["access-rules require-approval"]),
        set(
            one(
                "a wildcard grant is denied where that is set",
                &opens("admin-grant", apply(rbac, "ClusterRole")),
                &["access-rules require-approval", "admin-grant deny"],
            ),
            deny(),
        ),
        one(
            "a token Secret needs a second person",
            &opens("token", apply("", "Secret")),
            &["token-mint require-approval"],
        ),
        one(
            "the right to mint tokens needs one too",
            &opens("token-grant", apply(rbac, "Role")),
            &["access-rules require-approval", "token-mint require-approval"],
        ),
        one("another Secret mints nothing", &apply("", "Secret"), &[]),
        one(
            "a webhook configuration needs a second person",
            &opens("webhook", apply(hooks, "MutatingWebhookConfiguration")),
            &["webhook-configuration require-approval"],
        ),
        one("a kind of another group is no webhook", &apply("example.com", "MutatingWebhookConfiguration"), &[]),
        one(
            "borrowed Secrets need a second person",
            &opens("borrowed-secret", json!({})),
            &["escalation require-approval"],
        ),
        one(
            "labels that decide need a second person",
            &opens("namespace-labels", both(apply("", "Namespace"), json!({ "namespace": "" }))),
            &["escalation require-approval"],
        ),
        one(
            "a class of a newer host is an escalation",
            &opens("quite-new", json!({})),
            &["escalation require-approval"],
        ),
        one(
            "borrowed rights are no routine in production",
            &opens("borrowed-account", json!({ "production": true })),
            &["escalation require-approval"],
        ),
    ]
}

fn pods() -> Vec<Case> {
    let powers = || json!({ "pod_powers": ["privileged container web"] });
    vec![
        one("a privileged pod needs a second person", &powers(), &["pod-privileges require-approval"]),
        one("a pod without powers passes", &json!({ "pod_powers": [] }), &[]),
        set(
            one("privileged pods may be at home somewhere", &powers(), &[]),
            json!({ "privileged_namespaces": ["shop"] }),
        ),
        one("no said share is warned of", &json!({ "resources_missing": ["web"] }), &["resources-missing warn"]),
        one("a said share passes", &json!({ "resources_missing": [] }), &[]),
        one(
            "a quota that will refuse is told",
            &json!({ "refusals": ["ResourceQuota shop/q allows 4 pods"] }),
            &["quota-refuses warn"],
        ),
        one("a quota with room says nothing", &json!({ "refusals": [] }), &[]),
    ]
}

fn cluster() -> Vec<Case> {
    let definition = || both(delete("apiextensions.k8s.io", "CustomResourceDefinition"), json!({ "namespace": "" }));
    let patch = |unserved: u64| {
        both(apply("apiextensions.k8s.io", "CustomResourceDefinition"), json!({ "instances_unserved": unserved }))
    };
    let node = |pods: u64| both(apply("", "Node"), json!({ "namespace": "", "pods": pods }));
    vec![
        one("a definition goes with a second person", &definition(), &["definition-delete require-approval"]),
        one("so does a version that is read", &patch(3), &["definition-delete require-approval"]),
        one("a version nobody reads may go", &patch(0), &[]),
        one(
            "a node goes with a second person",
            &both(delete("", "Node"), json!({ "namespace": "" })),
            &["node-emptied require-approval"],
        ),
        one("pods driven off a node need one too", &node(4), &["node-emptied require-approval"]),
        one("a cordon moves nothing and passes", &node(0), &[]),
        one(
            "the Service of a strict webhook is kept",
            &json!({ "depended": ["ValidatingWebhookConfiguration guard"] }),
            &["cluster-depends require-approval"],
        ),
        one("a Service nobody depends on may go quiet", &json!({ "depended": [] }), &[]),
        one("a claim whose volume stays is warned of", &json!({ "claims_retained": 1 }), &["claim-delete warn"]),
        one("no claim, no word", &json!({ "claims_retained": 0 }), &[]),
    ]
}

fn traffic() -> Vec<Case> {
    let cut = |cut_off: u64, opened: u64| {
        both(
            apply("networking.k8s.io", "NetworkPolicy"),
            json!({ "verb": "create", "creates": true, "traffic": { "cut_off": cut_off, "opened": opened } }),
        )
    };
    let lost = || json!({ "routes": [{ "name": "Ingress shop/web", "service": "shop/web" }] });
    vec![
        one("pods cut off outside production are warned of", &cut(4, 0), &["traffic-cut warn"]),
        one(
            "pods cut off in production need a second person",
            &both(cut(4, 0), json!({ "production": true })),
            &["traffic-cut require-approval"],
        ),
        one("pods opened are told as well", &cut(0, 4), &["traffic-cut warn"]),
        one("a policy that changes nothing passes", &cut(0, 0), &[]),
        one("a route that leads nowhere is warned of", &lost(), &["route-lost warn"]),
        set(
            one("a lost route may need a second person", &lost(), &["route-lost require-approval"]),
            json!({ "outside_production": "require" }),
        ),
        one("routes that lead somewhere are not named", &json!({ "routes": [] }), &[]),
        case(
            "cutting traffic with something unseen needs a second person",
            with(plan(&[with(step(), &cut(4, 0))]), &json!({ "complete": false, "unseen": ["list pods in shop"] })),
            &["incomplete-facts require-approval", "traffic-cut warn"],
        ),
    ]
}
