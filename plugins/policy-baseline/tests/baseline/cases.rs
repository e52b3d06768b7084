//! Plans and what each rule must say of them: for each rule one that breaks it and one that keeps it.
//!
//! Written as changes to a harmless plan, so that a case shows only what it is about.

use serde_json::{Value, json};

mod opening;
mod production;

/// One plan and its verdict.
pub(crate) struct Case {
    /// The rule as it reads in a failing test.
    pub(crate) name: &'static str,
    /// The facts document.
    pub(crate) facts: Value,
    /// The settings.
    pub(crate) settings: Value,
    /// `rule effect`, sorted.
    pub(crate) expected: Vec<&'static str>,
}

/// One step that no rule has anything to say about: an owner outside production sets another version.
pub(crate) fn step() -> Value {
    json!({
        "index": 0, "op": "set-image", "verb": "patch", "group": "apps", "kind": "Deployment",
        "namespace": "shop", "name": "web", "creates": false, "namespace_labels": {}, "production": false, "owner": true,
        "changes": [{ "path": "spec.template.spec.containers[name=web].image", "before": "web:1.4", "after": "web:1.5" }],
        "images": [image("web:1.4", "web:1.5", "1.5", false)],
        "services": [], "budgets": [], "claims_lost": 0, "consumers": 0, "removes_objects": 0, "pods": 3,
        "escalations": [], "reversibility": "exact"
    })
}

/// One image of the container `web`.
pub(crate) fn image(before: &str, after: &str, tag: &str, pinned: bool) -> Value {
    json!({ "container": "web", "before": before, "after": after, "tag": tag, "pinned": pinned })
}

/// A harmless plan of these steps.
pub(crate) fn plan(steps: &[Value]) -> Value {
    json!({
        "version": 1, "requester": { "subject": "local|mira", "groups": ["shop"] }, "cluster": { "name": "demo" },
        "origin": "turn", "steps": steps, "radius_pods": 3, "radius_objects": 5, "risk_level": "low",
        "risk_score": 10, "complete": true, "unseen": []
    })
}

/// The value with some fields replaced.
pub(crate) fn with(mut value: Value, fields: &Value) -> Value {
    for (key, field) in fields.as_object().expect("fields are an object") {
        value[key] = field.clone();
    }
    value
}

fn case(name: &'static str, facts: Value, expected: &[&'static str]) -> Case {
    Case { name, facts, settings: json!({}), expected: expected.to_vec() }
}

fn one(name: &'static str, fields: &Value, expected: &[&'static str]) -> Case {
    case(name, plan(&[with(step(), fields)]), expected)
}

fn whole(name: &'static str, fields: &Value, expected: &[&'static str]) -> Case {
    case(name, with(plan(&[step()]), fields), expected)
}

fn set(mut case: Case, settings: Value) -> Case {
    case.settings = settings;
    case
}

/// A scale step, from the harmless one.
fn scale(before: i64, after: i64) -> Value {
    json!({ "op": "scale", "images": [], "changes": [], "replicas": { "before": before, "after": after } })
}

/// A delete step, from the harmless one.
fn delete(group: &str, kind: &str) -> Value {
    json!({
        "op": "delete", "verb": "delete", "group": group, "kind": kind, "images": [], "changes": [],
        "removes_objects": 1, "reversibility": "re-made"
    })
}

/// Both sets of fields.
fn both(one: Value, other: Value) -> Value {
    with(one, &other)
}

const PRODUCTION: &str = "production-routine note";

/// Every case.
pub(crate) fn all() -> Vec<Case> {
    [place(), images(), capacity(), production::all(), declared(), plans(), opening::all()]
        .into_iter()
        .flatten()
        .collect()
}

fn place() -> Vec<Case> {
    let namespace = |name: &str| both(delete("", "Namespace"), json!({ "namespace": "", "name": name }));
    vec![
        one("a version outside production passes unsaid", &json!({}), &[]),
        one(
            "a write in kube-system needs a second person",
            &json!({ "namespace": "kube-system" }),
            &["protected-namespace require-approval"],
        ),
        set(
            one("what is protected is a setting", &json!({ "namespace": "kube-system" }), &[]),
            json!({ "protected_namespaces": ["payments"] }),
        ),
        set(
            one(
                "the setting protects another namespace",
                &json!({ "namespace": "payments" }),
                &["protected-namespace require-approval"],
            ),
            json!({ "protected_namespaces": ["payments"] }),
        ),
        one("a namespace is not deleted", &namespace("shop"), &["namespace-delete deny"]),
        set(
            one(
                "a namespace is deleted with a second person where that is set",
                &namespace("shop"),
                &["namespace-delete require-approval"],
            ),
            json!({ "namespace_delete": "require" }),
        ),
        set(
            one(
                "a protected namespace stays denied",
                &namespace("kube-system"),
                &["namespace-delete deny", "protected-namespace require-approval"],
            ),
            json!({ "namespace_delete": "require" }),
        ),
        one(
            "labelling a namespace is no deletion",
            &json!({ "group": "", "kind": "Namespace", "namespace": "", "op": "apply", "images": [] }),
            &[],
        ),
        one(
            "a kind of another group that is called Namespace is none",
            &both(delete("example.com", "Namespace"), json!({})),
            &[],
        ),
        one(
            "a new binding needs a second person",
            &json!({ "group": "rbac.authorization.k8s.io", "kind": "RoleBinding", "op": "apply", "verb": "create", "creates": true, "images": [] }),
            &["access-rules require-approval"],
        ),
        one(
            "an admission webhook needs a second person",
            &json!({ "group": "admissionregistration.k8s.io", "kind": "ValidatingWebhookConfiguration", "namespace": "", "op": "apply", "images": [] }),
            &["webhook-configuration require-approval"],
        ),
    ]
}

fn images() -> Vec<Case> {
    let to = |image: Value, production: bool| json!({ "images": [image], "production": production });
    vec![
        one(
            "latest outside production is warned of",
            &to(image("web:1.4", "web:latest", "latest", false), false),
            &["image-floating warn"],
        ),
        one(
            "no tag outside production is warned of",
            &to(image("web:1.4", "web", "", false), false),
            &["image-floating warn"],
        ),
        one(
            "latest in production is denied",
            &to(image("web:1.4", "web:latest", "latest", false), true),
            &["image-floating deny"],
        ),
        one("no tag in production is denied", &to(image("", "web", "", false), true), &["image-floating deny"]),
        one(
            "a pinned image in production passes",
            &to(image("web:1.4", "web@sha256:ab", "", true), true),
            &[PRODUCTION],
        ),
        one(
            "latest that is pinned as well passes",
            &to(image("web:1.4", "web:latest@sha256:ab", "latest", true), true),
            &[PRODUCTION],
        ),
        one(
            "latest that was there before is only warned of",
            &to(image("web:latest", "web:latest", "latest", false), true),
            &["image-floating warn"],
        ),
    ]
}

fn capacity() -> Vec<Case> {
    let service = |before: u64, after: u64| json!({ "services": [{ "name": "shop/web", "ready_before": before, "ready_after": after }] });
    let budget =
        |broken: bool| json!({ "budgets": [{ "name": "shop/web", "allowed": 1, "takes": 1, "broken": broken }] });
    vec![
        one("zero outside production is warned of", &scale(3, 0), &["scale-to-zero warn"]),
        set(
            one(
                "zero outside production needs a second person where that is set",
                &scale(3, 0),
                &["scale-to-zero require-approval"],
            ),
            json!({ "outside_production": "require" }),
        ),
        one(
            "zero in production needs a second person",
            &both(scale(3, 0), json!({ "production": true })),
            &["production-removes require-approval", "scale-to-zero require-approval"],
        ),
        one("zero that was zero is no loss", &scale(0, 0), &[]),
        one("fewer outside production passes", &scale(3, 1), &[]),
        one("the last endpoint outside production is warned of", &service(2, 0), &["service-last-endpoint warn"]),
        one(
            "the last endpoint in production needs a second person",
            &both(service(2, 0), json!({ "production": true })),
            &["service-last-endpoint require-approval"],
        ),
        one("a Service that keeps one passes", &service(2, 1), &[]),
        one("a Service that had none loses none", &service(0, 0), &[]),
        one("a broken budget needs a second person", &budget(true), &["budget-broken require-approval"]),
        one("a kept budget passes", &budget(false), &[]),
        one(
            "lost claims need a second person",
            &both(delete("", "PersistentVolumeClaim"), json!({ "claims_lost": 1 })),
            &["data-lost require-approval"],
        ),
        one("a deletion without claims loses no data", &delete("", "Service"), &[]),
        one(
            "configuration in use is warned of",
            &both(delete("", "ConfigMap"), json!({ "consumers": 2 })),
            &["in-use warn"],
        ),
        one(
            "configuration in use in production needs a second person",
            &both(delete("", "ConfigMap"), json!({ "consumers": 2, "production": true })),
            &["in-use require-approval", "production-removes require-approval"],
        ),
        one(
            "configuration in use may change",
            &json!({ "op": "apply", "group": "", "kind": "ConfigMap", "images": [], "consumers": 2 }),
            &[],
        ),
    ]
}

fn declared() -> Vec<Case> {
    let by = |reverts: bool| json!({ "declared_by": { "tool": "argo-cd", "owner": "shop-app", "reverts": reverts } });
    vec![
        one("what is declared elsewhere is warned of", &by(false), &["declared-elsewhere warn"]),
        one("what a controller puts back needs a second person", &by(true), &["declared-reverts require-approval"]),
        one("what is declared nowhere passes", &json!({ "declared_by": null }), &[]),
    ]
}

fn plans() -> Vec<Case> {
    let unseen = || json!({ "complete": false, "unseen": ["list poddisruptionbudgets.policy in shop"] });
    vec![
        whole(
            "more pods than the limit need a second person",
            &json!({ "radius_pods": 51 }),
            &["pods-max require-approval"],
        ),
        whole("as many pods as the limit pass", &json!({ "radius_pods": 50 }), &[]),
        set(whole("the limit is a setting", &json!({ "radius_pods": 51 }), &[]), json!({ "pods_max": 60 })),
        one(
            "an unverified step needs a second person",
            &json!({ "unverified": "webhook refuses dry-run" }),
            &["unverified-step require-approval"],
        ),
        one("a verified step passes", &json!({ "unverified": null }), &[]),
        whole(
            "critical needs a second person anywhere",
            &json!({ "risk_level": "critical" }),
            &["risk-critical require-approval"],
        ),
        whole("high outside production does not", &json!({ "risk_level": "high" }), &[]),
        whole("what is unseen is noted", &unseen(), &["incomplete-facts note"]),
        whole("unseen without a name is noted", &json!({ "complete": false }), &["incomplete-facts note"]),
        case(
            "a removal with something unseen needs a second person",
            with(plan(&[with(step(), &scale(3, 2))]), &unseen()),
            &["incomplete-facts require-approval"],
        ),
        whole("an undo is noted", &json!({ "origin": "undo" }), &["undo note"]),
        case("no steps, nothing to say", plan(&[]), &[]),
        case(
            "several steps speak once for each rule",
            plan(&[
                with(step(), &both(scale(3, 0), json!({ "name": "a" }))),
                with(step(), &both(scale(3, 0), json!({ "name": "b", "index": 1 }))),
                with(step(), &both(scale(3, 0), json!({ "name": "c", "index": 2, "production": true }))),
            ]),
            &["production-removes require-approval", "scale-to-zero require-approval", "scale-to-zero warn"],
        ),
    ]
}
