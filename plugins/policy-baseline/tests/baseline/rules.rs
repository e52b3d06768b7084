//! Each rule fires on the plan that breaks it and keeps quiet on the one that keeps it.

use std::collections::BTreeSet;

use policy_baseline::{Effect, Error, Finding, RULES, evaluate};
use serde_json::json;

use crate::cases::{self, image, plan, step, with};

/// `rule effect`, sorted.
pub(crate) fn said(findings: &[Finding]) -> Vec<String> {
    let mut said: Vec<_> = findings.iter().map(|found| format!("{} {}", found.rule, found.effect.as_str())).collect();
    said.sort();
    said
}

#[test]
fn every_case_gets_its_verdict() {
    for case in cases::all() {
        let findings = evaluate(&case.facts.to_string(), &case.settings.to_string()).expect(case.name);
        assert_eq!(said(&findings), case.expected, "{}", case.name);
    }
}

#[test]
fn every_rule_has_a_case_that_breaks_it_and_one_that_keeps_it() {
    let fired: BTreeSet<_> =
        cases::all().iter().flat_map(|case| case.expected.clone()).filter_map(|said| said.split(' ').next()).collect();
    for rule in RULES {
        assert!(fired.contains(rule.id), "no case breaks {}", rule.id);
        assert!(cases::all().iter().any(|case| !case.expected.iter().any(|said| said.starts_with(rule.id))));
    }
    assert_eq!(fired.len(), RULES.len(), "a case expects a rule that does not exist");
}

#[test]
fn rule_ids_are_distinct_and_fit_the_contract() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    let fits = |id: &str| {
        id.len() <= 64 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-./".contains(&b))
    };
    assert!(RULES.iter().all(|rule| fits(rule.id) && rule.sentence.len() <= 512 && rule.remedy.len() <= 1024));
}

#[test]
fn a_finding_names_the_object_and_what_is_wrong_with_it() {
    let facts = plan(&[with(step(), &json!({ "images": [image("web:1.4", "web:latest", "latest", false)] }))]);
    let findings = evaluate(&facts.to_string(), "{}").expect("a verdict");
    assert_eq!(
        findings[0].sentence,
        "The image can be another one tomorrow: web:latest for container web of Deployment shop/web"
    );
    assert!(findings[0].remedy.contains("pin the digest"));
}

#[test]
fn a_hundred_steps_are_named_by_three_and_a_count() {
    let steps: Vec<_> =
        (0..100).map(|i| with(step(), &json!({ "namespace": "kube-system", "name": format!("w{i:02}") }))).collect();
    let findings = evaluate(&plan(&steps).to_string(), "{}").expect("a verdict");
    assert_eq!(findings.len(), 1);
    assert!(findings[0].sentence.ends_with("Deployment kube-system/w02 and 97 more"), "{}", findings[0].sentence);
}

#[test]
fn a_second_person_is_asked_for_as_the_settings_say() {
    let facts = plan(&[with(step(), &json!({ "namespace": "kube-system" }))]);
    let settings = json!({ "approvals": 2, "approver_groups": ["platform"], "approval_expiry_seconds": 600 });
    let findings = evaluate(&facts.to_string(), &settings.to_string()).expect("a verdict");
    match &findings[0].effect {
        Effect::RequireApproval(approval) => {
            assert_eq!((approval.count, approval.expiry_seconds), (2, Some(600)));
            assert_eq!(approval.groups, ["platform"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_order_of_steps_does_not_change_the_verdict() {
    let mut steps: Vec<_> = cases::all().iter().filter_map(|case| case.facts["steps"].get(0).cloned()).collect();
    let forwards = evaluate(&plan(&steps).to_string(), "{}");
    steps.reverse();
    assert_eq!(forwards, evaluate(&plan(&steps).to_string(), "{}"));
    assert!(forwards.is_ok_and(|findings| findings.len() > 10));
}

#[test]
fn facts_of_another_version_or_shape_are_refused() {
    let refused = |facts: serde_json::Value| match evaluate(&facts.to_string(), "{}") {
        Err(Error::BadFacts(text)) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(with(plan(&[]), &json!({ "version": 2 }))), "version 2, this pack reads version 1");
    assert_eq!(refused(json!({ "version": 7, "quite": "other" })), "version 7, this pack reads version 1");
    for absent in ["version", "steps", "complete", "risk_level", "radius_pods", "origin", "unseen"] {
        let mut facts = plan(&[]);
        facts.as_object_mut().expect("an object").remove(absent);
        assert!(refused(facts).contains(absent), "{absent}");
    }
    for absent in ["production", "owner", "verb", "images", "claims_lost", "budgets", "services", "pods", "escalations"]
    {
        let mut bare = step();
        bare.as_object_mut().expect("an object").remove(absent);
        assert!(refused(plan(&[bare])).contains(absent), "{absent}");
    }
    assert!(refused(with(plan(&[]), &json!({ "risk_level": "immense" }))).contains("immense"));
    assert!(matches!(evaluate("", "{}"), Err(Error::BadFacts(_))));
}

#[test]
fn what_a_newer_host_adds_is_ignored() {
    let facts = with(plan(&[with(step(), &json!({ "mood": "good" }))]), &json!({ "weather": ["rain"] }));
    assert_eq!(evaluate(&facts.to_string(), "{}"), Ok(vec![]));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let long = "n".repeat(64);
    for bad in [
        json!({ "pods_max": 0 }),
        json!({ "pods_max": 100_001 }),
        json!({ "pods_max": -1 }),
        json!({ "pods_max": "many" }),
        json!({ "approvals": 0 }),
        json!({ "approvals": 17 }),
        json!({ "approval_expiry_seconds": 59 }),
        json!({ "approval_expiry_seconds": 86_401 }),
        json!({ "namespace_delete": "allow" }),
        json!({ "escalation": "warn" }),
        json!({ "privileged_namespaces": [""] }),
        json!({ "outside_production": "deny" }),
        json!({ "protected_namespaces": [""] }),
        json!({ "protected_namespaces": [long] }),
        json!({ "protected_namespaces": vec!["a"; 65] }),
        json!({ "approver_groups": vec!["a"; 17] }),
        json!({ "pod_max": 50 }),
        json!([]),
    ] {
        let verdict = evaluate(&plan(&[]).to_string(), &bad.to_string());
        assert!(matches!(verdict, Err(Error::BadSettings(_))), "{bad}: {verdict:?}");
    }
    let bounds = json!({ "pods_max": 100_000, "approvals": 16, "approval_expiry_seconds": 60 });
    assert_eq!(evaluate(&plan(&[]).to_string(), &bounds.to_string()), Ok(vec![]));
}
