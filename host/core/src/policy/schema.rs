//! The published JSON schema of the facts document, version 1: `docs/schemas/policy-facts-v1.json`.
//!
//! Written beside the types and held to them by a test that compares property for property. Additive changes keep the
//! version: packs ignore what they don't know.

use serde_json::{Map, Value, json};

use super::facts::ESCALATION_CLASSES;

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
    object(
        "One write.",
        vec![
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
            (
                "consumers",
                count("Consumers of a ConfigMap, Secret, claim or service account that goes or changes."),
                true,
            ),
            ("removes_objects", count("Objects that go with a deletion, the named one included; 0 otherwise."), true),
            ("pods", count("Pods this step restarts, removes or adds."), true),
            ("pods_removed", count("Of these, pods that are taken away for good; absent when none are."), false),
            (
                "weakens",
                texts(
                    "What a guard of others (autoscaler, budget, quota, limit range, network policy) promises no longer; absent when nothing.",
                ),
                false,
            ),
            (
                "escalations",
                list("Rights handed out, borrowed or opened, at most one of each class.", escalation()),
                true,
            ),
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
            ("declared_by", declared_by(), false),
            ("unverified", text("Why the server's dry-run could not be had; absent when it was."), false),
            ("reversibility", words("How far it can be taken back.", &["exact", "re-made", "partial", "none"]), true),
        ],
    )
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
mod tests {
    use super::*;
    use crate::policy::facts::{
        AccessReach, Autoscaler, BudgetReach, Change, Cluster, DeclaredBy, Escalation, Facts, Image, Replicas,
        Requester, RouteReach, ServiceReach, Step, TrafficReach,
    };

    fn full() -> Facts {
        let text = || "x".to_owned();
        let step = Step {
            index: 0,
            op: "scale".into(),
            verb: "patch".into(),
            group: text(),
            kind: text(),
            namespace: text(),
            name: text(),
            creates: false,
            namespace_labels: [(text(), text())].into(),
            production: true,
            owner: true,
            changes: vec![Change { path: text(), before: Value::Null, after: json!(1) }],
            images: vec![Image { container: text(), before: text(), after: text(), tag: text(), pinned: false }],
            replicas: Some(Replicas { before: 1, after: 2 }),
            autoscaler: Some(Autoscaler { name: text(), min: 1, max: 2 }),
            services: vec![ServiceReach { name: text(), ready_before: 1, ready_after: 0 }],
            budgets: vec![BudgetReach { name: text(), allowed: 0, takes: 1, broken: true }],
            claims_lost: 0,
            claims_retained: 1,
            consumers: 0,
            removes_objects: 0,
            pods: 1,
            pods_removed: 1,
            weakens: vec![text()],
            escalations: vec![Escalation { class: "token".into(), what: text() }],
            pod_powers: vec![text()],
            resources_missing: vec![text()],
            routes: vec![RouteReach { name: text(), service: text() }],
            depended: vec![text()],
            access: Some(AccessReach {
                subjects: vec![text()],
                gains: vec![text()],
                loses: vec![text()],
                ..AccessReach::default()
            }),
            traffic: Some(TrafficReach::default()),
            instances_unserved: 1,
            refusals: vec![text()],
            declared_by: Some(DeclaredBy { tool: "helm".into(), owner: text(), reverts: false }),
            unverified: Some(text()),
            reversibility: "exact".into(),
        };
        Facts {
            version: 1,
            requester: Requester { subject: text(), groups: vec![text()] },
            cluster: Cluster { name: text() },
            origin: "api".into(),
            steps: vec![step],
            radius_pods: 1,
            radius_objects: 1,
            risk_level: "low".into(),
            risk_score: 1,
            complete: true,
            unseen: vec![text()],
        }
    }

    /// Where a document and a schema disagree on names, types or words.
    fn differences(at: &str, value: &Value, schema: &Value, found: &mut Vec<String>) {
        let kind = match value {
            Value::Object(_) => "object",
            Value::Array(_) => "array",
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            _ => "integer",
        };
        if schema["type"].as_str().is_some_and(|wanted| wanted != kind) {
            found.push(format!("{at} is {kind}"));
        }
        if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
            found.push(format!("{at} is none of {}", schema["enum"]));
        }
        if let (Some(map), Some(properties)) = (value.as_object(), schema["properties"].as_object()) {
            let (has, told): (Vec<_>, Vec<_>) = (map.keys().collect(), properties.keys().collect());
            if has != told {
                found.push(format!("{at} has {has:?}, the schema {told:?}"));
            }
            for (key, value) in map {
                differences(&format!("{at}.{key}"), value, &properties[key], found);
            }
        }
        for item in value.as_array().into_iter().flatten() {
            differences(&format!("{at}[]"), item, &schema["items"], found);
        }
    }

    #[test]
    fn schema_and_types_have_the_same_properties() {
        let mut found = Vec::new();
        differences("", &serde_json::to_value(full()).unwrap(), &schema(), &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn what_may_be_absent_is_not_required() {
        let mut facts = full();
        let step = &mut facts.steps[0];
        (step.replicas, step.autoscaler, step.declared_by, step.unverified) = (None, None, None, None);
        (step.access, step.traffic, step.claims_retained, step.instances_unserved) = (None, None, 0, 0);
        step.pods_removed = 0;
        step.weakens.clear();
        for list in [&mut step.pod_powers, &mut step.resources_missing, &mut step.depended, &mut step.refusals] {
            list.clear();
        }
        step.routes.clear();
        let step = serde_json::to_value(&facts).unwrap()["steps"][0].clone();
        let schema = schema();
        let required: Vec<_> = schema["properties"]["steps"]["items"]["required"].as_array().unwrap().iter().collect();
        assert_eq!(step.as_object().unwrap().len(), required.len());
        assert!(required.iter().all(|key| step.get(key.as_str().unwrap()).is_some()));
    }

    #[test]
    fn the_published_schema_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas/policy-facts-v1.json");
        let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
        if std::env::var_os("KUBECHAT_GEN").is_some() {
            std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
            std::fs::write(path, &text).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == text, "run `KUBECHAT_GEN=1 cargo test -p kubechat-core`");
    }
}
