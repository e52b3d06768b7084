//! The properties of a step that say what it opens, cuts off, breaks, or will be refused.

use serde_json::Value;

use super::{Property, count, list, object, text, texts, words};
use crate::policy::facts::ESCALATION_CLASSES;

/// These properties.
pub(super) fn properties() -> Vec<Property> {
    vec![
        ("pods_removed", count("Of these, pods that are taken away for good; absent when none are."), false),
        (
            "weakens",
            texts(
                "What a guard of others (autoscaler, budget, quota, limit range, network policy) promises no longer; absent when nothing.",
            ),
            false,
        ),
        ("escalations", list("Rights handed out, borrowed or opened, at most one of each class.", escalation()), true),
        ("pod_powers", texts("What pods newly get of their node; absent when nothing."), false),
        (
            "resources_missing",
            texts(
                "Containers that newly run without requests for CPU and memory or without a memory limit; absent when none do.",
            ),
            false,
        ),
        ("routes", list("Ingresses and HTTPRoutes that lose a backend; absent when none do.", route()), false),
        (
            "depended",
            texts("Webhook configurations and API services that lose their Service; absent when none do."),
            false,
        ),
        ("access", access(), false),
        ("traffic", traffic(), false),
        (
            "instances_unserved",
            count("Objects of a custom kind that lose a version they are read by; absent when none do."),
            false,
        ),
        ("refusals", texts("Why a quota or limit range will refuse it; absent when none will."), false),
    ]
}

fn escalation() -> Value {
    let classes: Vec<&str> = ESCALATION_CLASSES.iter().map(|(class, _)| *class).collect();
    let told: Vec<String> = ESCALATION_CLASSES.iter().map(|(class, when)| format!("`{class}`: {when}")).collect();
    object(
        "A right that a step hands out, borrows or opens.",
        vec![
            ("class", words(&format!("Its class. {}.", told.join("; ")), &classes), true),
            ("what", text("What, in words."), true),
        ],
    )
}

fn route() -> Value {
    object(
        "A route that loses a backend.",
        vec![("name", text("`Ingress shop/web`."), true), ("service", text("The Service, `namespace/name`."), true)],
    )
}

fn access() -> Value {
    object(
        "Who gains or loses rights, when a role or binding is written. The first twenty of each are named.",
        vec![
            ("subjects", texts("Who: `User mira`."), true),
            ("subjects_total", count("How many."), true),
            ("gains", texts("What they may newly do: `delete secrets`."), true),
            ("gains_total", count("How many."), true),
            ("loses", texts("What they may no longer do."), true),
            ("loses_total", count("How many."), true),
        ],
    )
}

fn traffic() -> Value {
    object(
        "Pods whose traffic a NetworkPolicy changes, when any.",
        vec![
            ("cut_off", count("Pods that lose traffic they may have now."), true),
            ("opened", count("Pods that are open to traffic they may not have now."), true),
        ],
    )
}
