//! What holds for any input: no panic, the contract's caps, the same answer twice.

use policy_baseline::{FINDINGS_MAX, evaluate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cases::{self, plan};

/// Any JSON a text can hold, small.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A document of the cases with one field of its plan or of its step replaced by anything.
fn bent_facts() -> impl Strategy<Value = Value> {
    let documents: Vec<Value> = cases::all().into_iter().map(|case| case.facts).collect();
    (prop::sample::select(documents), any::<prop::sample::Index>(), any::<bool>(), any_json()).prop_map(
        |(mut facts, index, inside, value)| {
            let object = match inside {
                true => facts.pointer_mut("/steps/0"),
                false => Some(&mut facts),
            };
            if let Some(Value::Object(map)) = object {
                let key = map.keys().nth(index.index(map.len())).cloned().unwrap_or_default();
                map.insert(key, value);
            }
            facts
        },
    )
}

/// A step whose texts are anything and whose counts are extreme.
fn wild_step() -> impl Strategy<Value = Value> {
    let text = prop_oneof![".{0,600}", "[a-z]{0,600}"];
    (prop::collection::vec(text, 6), any::<[bool; 4]>(), any::<[i64; 4]>()).prop_map(|(texts, flags, numbers)| {
        let step = json!({
            "kind": texts[0], "namespace": texts[1], "name": texts[2], "production": flags[0], "owner": flags[1],
            "images": [{ "container": texts[3], "before": texts[4], "after": texts[5], "tag": "", "pinned": flags[2] }],
            "replicas": { "before": numbers[0], "after": numbers[1] },
            "autoscaler": { "name": texts[3], "min": numbers[2], "max": numbers[3] },
            "services": [{ "name": texts[4], "ready_before": 1, "ready_after": 0 }],
            "budgets": [{ "name": texts[5], "allowed": 0, "takes": 0, "broken": flags[3] }],
            "unverified": texts[0], "claims_lost": 1, "claims_retained": 1, "instances_unserved": 1,
            "escalations": [{ "class": texts[0], "what": texts[1] }], "pod_powers": [texts[2]],
            "resources_missing": [texts[3]], "refusals": [texts[4]], "depended": [texts[5]],
            "routes": [{ "name": texts[1], "service": texts[2] }], "traffic": { "cut_off": 1, "opened": 2 },
            "declared_by": { "tool": texts[1], "owner": texts[2], "reverts": flags[0] }
        });
        cases::with(cases::step(), &step)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_answered_without_a_panic(facts in ".{0,200}", settings in ".{0,60}") {
        let _ = evaluate(&facts, &settings);
    }

    #[test]
    fn any_bent_document_is_answered_without_a_panic(facts in bent_facts(), settings in any_json()) {
        let _ = evaluate(&facts.to_string(), &settings.to_string());
        let _ = evaluate(&facts.to_string(), "{}");
    }

    #[test]
    fn wild_values_stay_within_the_contracts_caps(steps in prop::collection::vec(wild_step(), 1..4)) {
        let facts = plan(&steps).to_string();
        let findings = evaluate(&facts, "{}").expect("the shape is right");
        prop_assert!(findings.len() <= FINDINGS_MAX && FINDINGS_MAX <= 256);
        for finding in &findings {
            prop_assert!(finding.sentence.len() <= 512, "{}", finding.sentence.len());
            prop_assert!(finding.remedy.len() <= 1024);
        }
        prop_assert_eq!(Ok(findings), evaluate(&facts, "{}"));
    }
}
