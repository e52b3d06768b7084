//! Cases of production: what is risky or takes something away, and an owner's routine.

use serde_json::{Value, json};

use super::{Case, PRODUCTION, both, case, delete, image, one, plan, scale, step, with};

pub(super) fn all() -> Vec<Case> {
    [production(), tidying(), routine()].into_iter().flatten().collect()
}

fn tidying() -> Vec<Case> {
    let in_production = |fields: Value| both(fields, json!({ "production": true }));
    vec![
        one(
            "a pod that its controller replaces may go in production",
            &in_production(both(delete("", "Pod"), json!({ "pods": 1, "reversibility": "none" }))),
            &[],
        ),
        one(
            "a pod alone may not",
            &in_production(both(delete("", "Pod"), json!({ "pods": 1, "pods_removed": 1 }))),
            &["production-removes require-approval"],
        ),
        one("configuration nobody uses may go in production", &in_production(delete("", "ConfigMap")), &[]),
        one(
            "a Secret may not, used or not",
            &in_production(delete("", "Secret")),
            &["production-removes require-approval"],
        ),
    ]
}

fn production() -> Vec<Case> {
    let in_production = |fields: Value| both(fields, json!({ "production": true }));
    let apply = || json!({ "op": "apply", "images": [], "changes": [] });
    let risky = |level: &str, fields: Value| with(plan(&[with(step(), &fields)]), &json!({ "risk_level": level }));
    vec![
        case(
            "high in production needs a second person",
            risky("high", in_production(apply())),
            &["production-risk require-approval"],
        ),
        case("medium in production passes", risky("medium", in_production(apply())), &[]),
        case("high outside production passes", risky("high", apply()), &[]),
        one(
            "fewer replicas in production need a second person",
            &in_production(scale(3, 2)),
            &["production-removes require-approval"],
        ),
        one(
            "a deletion in production needs a second person",
            &in_production(delete("", "Service")),
            &["production-removes require-approval"],
        ),
        one(
            "a changed budget in production may protect less",
            &in_production(both(
                apply(),
                json!({ "group": "policy", "kind": "PodDisruptionBudget", "weakens": ["least healthy: 1 instead of 3"] }),
            )),
            &["production-removes require-approval"],
        ),
        one(
            "a changed budget in production may protect more",
            &in_production(both(apply(), json!({ "group": "policy", "kind": "PodDisruptionBudget" }))),
            &[],
        ),
        one(
            "a new budget in production protects more",
            &in_production(both(
                apply(),
                json!({ "group": "policy", "kind": "PodDisruptionBudget", "verb": "create", "creates": true }),
            )),
            &[],
        ),
        one(
            "somebody else's production is warned of",
            &in_production(json!({ "owner": false })),
            &["production-not-owner warn"],
        ),
        one("somebody else's namespace elsewhere is not", &json!({ "owner": false }), &[]),
        case(
            "somebody else's routine has no free hand",
            risky("high", in_production(json!({ "owner": false }))),
            &["production-not-owner warn", "production-risk require-approval"],
        ),
    ]
}

fn routine() -> Vec<Case> {
    let in_production = |fields: Value| both(fields, json!({ "production": true }));
    let bounded = |before, after| {
        in_production(both(scale(before, after), json!({ "autoscaler": { "name": "web", "min": 2, "max": 6 } })))
    };
    let risky = |fields: Value| with(plan(&[with(step(), &fields)]), &json!({ "risk_level": "high" }));
    let restart = || json!({ "op": "restart", "images": [] });
    let undo = |fields: Value| {
        with(plan(&[with(step(), &in_production(both(fields, json!({ "op": "undo" }))))]), &json!({ "origin": "undo" }))
    };
    vec![
        one("an owner's own image in production passes", &in_production(json!({})), &[PRODUCTION]),
        case("an owner's own image passes at level high", risky(in_production(json!({}))), &[PRODUCTION]),
        case(
            "another repository's image is no routine",
            risky(in_production(json!({ "images": [image("shop/web:1.4", "evil/web:1.5", "1.5", false)] }))),
            &["production-risk require-approval"],
        ),
        case(
            "a registry's port is part of the repository",
            risky(in_production(json!({ "images": [image("reg:5000/web:1.4", "reg:5001/web:1.5", "1.5", false)] }))),
            &["production-risk require-approval"],
        ),
        case(
            "a digest of the same repository is routine",
            risky(in_production(json!({ "images": [image("reg:5000/web:1.4", "reg:5000/web@sha256:ab", "", true)] }))),
            &[PRODUCTION],
        ),
        case("a restart is routine", risky(in_production(restart())), &[PRODUCTION]),
        case("more replicas are routine", risky(in_production(scale(2, 4))), &[PRODUCTION]),
        one("fewer replicas within the autoscaler's bounds are routine", &bounded(5, 3), &[PRODUCTION]),
        one(
            "fewer replicas than the autoscaler's least are not",
            &bounded(5, 1),
            &["production-removes require-approval"],
        ),
        case(
            "more replicas than the autoscaler's most are no routine",
            risky(bounded(5, 9)),
            &["production-risk require-approval"],
        ),
        case(
            "a restart that breaks a budget is no routine",
            risky(in_production(both(
                restart(),
                json!({ "budgets": [{ "name": "shop/web", "allowed": 0, "takes": 0, "broken": true }] }),
            ))),
            &[
                "budget-broken require-approval",
                "production-removes require-approval",
                "production-risk require-approval",
            ],
        ),
        case("an undone image is judged like an image", undo(json!({})), &[PRODUCTION, "undo note"]),
        case(
            "an undo that shrinks needs a second person",
            undo(both(scale(5, 3), json!({}))),
            &["production-removes require-approval", "undo note"],
        ),
        case("an undo of something else is no routine", undo(json!({ "images": [] })), &["undo note"]),
    ]
}
