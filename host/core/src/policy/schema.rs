//! The published JSON schema of the facts document, version 1: `docs/schemas/policy-facts-v1.json`.
//!
//! Written beside the types and held to them by a test that compares property for property. Additive changes keep the
//! version: packs ignore what they don't know.

use serde_json::{Map, Value, json};

mod opening;

/// One property: name, schema, whether it is always there.
type Property = (&'static str, Value, bool);

/// The schema.
pub(super) fn schema() -> Value {
    let mut schema = object(
        "What a policy pack is told of a plan.",
        vec![
            ("version", json!({"const": 1, "description": "Schema version."}), true),
            ("requester", requester(), true),
            ("cluster", object("The cluster.", vec![("name", text("Its configured name."), true)]), true),
            ("origin", words("Where the plan comes from.", &["turn", "api", "finding", "undo"]), true),
            ("steps", list("The writes, in order.", step()), true),
            ("radius_pods", count("Pods the whole plan can reach."), true),
            ("radius_objects", count("Objects the whole plan can reach, written ones included."), true),
            ("risk_level", words("Risk level.", &["low", "medium", "high", "critical"]), true),
            (
                "risk_score",
                json!({"type": "integer", "minimum": 0, "maximum": 100, "description": "Risk score."}),
                true,
            ),
            (
                "complete",
                truth("Whether everything that was looked for could be seen; if not, assume the worse."),
                true,
            ),
            ("unseen", list("What could not be seen.", json!({"type": "string"})), true),
        ],
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Kubechat policy facts, version 1");
    schema
}

fn requester() -> Value {
    object(
        "Who asks.",
        vec![("subject", text("`issuer|name`."), true), ("groups", list("Groups.", json!({"type": "string"})), true)],
    )
}

fn step() -> Value {
    let mut properties = vec![
        ("index", count("Position."), true),
        ("op", text("The operation: `scale`, `set-image`, `restart`, `apply`, `delete`, or `undo`."), true),
        ("verb", words("The API verb.", &["create", "patch", "delete"]), true),
        ("group", text("API group."), true),
        ("kind", text("Kind."), true),
        ("namespace", text("Namespace; empty for cluster-wide kinds."), true),
        ("name", text("Name."), true),
        ("creates", truth("Whether the object is created by this step."), true),
        (
            "namespace_labels",
            json!({"type": "object", "additionalProperties": {"type": "string"}, "description": "Labels of the namespace."}),
            true,
        ),
        (
            "production",
            truth(
                "Whether the namespace or cluster is labelled as production (`environment`, `env` or `stage` = `prod*`).",
            ),
            true,
        ),
        (
            "owner",
            truth(
                "Whether the requester owns the namespace: named, or in a group named, by its `kubechat.dev/owner`; where none is named, whoever the API server lets write there.",
            ),
            true,
        ),
        ("changes", list("Changed fields, values masked.", change()), true),
        ("images", list("Images set by this step.", image()), true),
        ("replicas", replicas(), false),
        ("autoscaler", autoscaler(), false),
        ("services", list("Services whose ready endpoints change, with how many each keeps.", service()), true),
        ("budgets", list("Disruption budgets over the touched pods.", budget()), true),
        (
            "claims_lost",
            count("Persistent volume claims that go with their data, or whose volume could not be seen."),
            true,
        ),
        ("claims_retained", count("Claims that go while their volumes stay; absent when none do."), false),
        ("consumers", count("Consumers of a ConfigMap, Secret, claim or service account that goes or changes."), true),
        ("removes_objects", count("Objects that go with a deletion, the named one included; 0 otherwise."), true),
        ("pods", count("Pods this step restarts, removes or adds."), true),
        ("declared_by", declared_by(), false),
        ("unverified", text("Why the server's dry-run could not be had; absent when it was."), false),
        ("reversibility", words("How far it can be taken back.", &["exact", "re-made", "partial", "none"]), true),
    ];
    properties.extend(opening::properties());
    object("One write.", properties)
}

fn change() -> Value {
    object(
        "One changed field.",
        vec![
            ("path", text("Path as text."), true),
            ("before", json!({"description": "Before; masked, cut at 256 bytes of JSON text; null when added."}), true),
            ("after", json!({"description": "After; masked, cut alike; null when removed."}), true),
        ],
    )
}

fn image() -> Value {
    object(
        "One image.",
        vec![
            ("container", text("The container."), true),
            ("before", text("Before; empty when new."), true),
            ("after", text("After."), true),
            ("tag", text("Tag after; empty when none is written."), true),
            ("pinned", truth("Whether it is pinned by digest."), true),
        ],
    )
}

fn replicas() -> Value {
    object(
        "Replica counts, when they change.",
        vec![("before", whole("Present."), true), ("after", whole("Wanted."), true)],
    )
}

fn autoscaler() -> Value {
    object(
        "The autoscaler that owns the replicas.",
        vec![
            ("name", text("Its name."), true),
            ("min", whole("Fewest replicas."), true),
            ("max", whole("Most replicas."), true),
        ],
    )
}

fn service() -> Value {
    object(
        "What a Service keeps.",
        vec![
            ("name", text("`namespace/name`."), true),
            ("ready_before", count("Ready endpoints now."), true),
            ("ready_after", count("Ready endpoints at the lowest point, or for good when capacity is removed."), true),
        ],
    )
}

fn budget() -> Value {
    object(
        "What a disruption budget allows.",
        vec![
            ("name", text("`namespace/name`."), true),
            ("allowed", whole("Disruptions it allows now."), true),
            ("takes", whole("Pods of it that this step takes away for good."), true),
            ("broken", truth("Whether the step leaves fewer healthy pods than it wants, or removes the budget."), true),
        ],
    )
}

fn declared_by() -> Value {
    object(
        "Who else declares this object.",
        vec![
            ("tool", words("The tool.", &["argo-cd", "flux", "helm"]), true),
            ("owner", text("Application, Kustomization or release, as named on the object."), true),
            ("reverts", truth("Whether a controller will put the declared value back by itself."), true),
        ],
    )
}

fn object(description: &str, properties: Vec<Property>) -> Value {
    let required: Vec<&str> = properties.iter().filter(|property| property.2).map(|property| property.0).collect();
    let required = json!(required);
    let properties: Map<String, Value> =
        properties.into_iter().map(|(name, schema, _)| (name.to_owned(), schema)).collect();
    json!({"type": "object", "description": description, "properties": properties, "required": required})
}

fn list(description: &str, items: Value) -> Value {
    json!({"type": "array", "description": description, "items": items})
}

fn texts(description: &str) -> Value {
    list(description, json!({"type": "string"}))
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn words(description: &str, words: &[&str]) -> Value {
    json!({"type": "string", "enum": words, "description": description})
}

fn truth(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

fn whole(description: &str) -> Value {
    json!({"type": "integer", "description": description})
}

fn count(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": description})
}

#[cfg(test)]
mod tests;
