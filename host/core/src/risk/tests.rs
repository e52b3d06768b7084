//! Realistic changes and the level a person would give them.

use serde_json::json;

use super::*;
use crate::policy::facts::{
    Autoscaler, BudgetReach, Change, DeclaredBy, Escalation, Image, Replicas, RouteReach, ServiceReach, TrafficReach,
};

fn step(op: &str, verb: &str, group: &str, kind: &str) -> Step {
    Step {
        index: 0,
        op: op.into(),
        verb: verb.into(),
        group: group.into(),
        kind: kind.into(),
        namespace: "shop".into(),
        name: "web".into(),
        creates: false,
        namespace_labels: Default::default(),
        production: false,
        owner: true,
        changes: vec![],
        images: vec![],
        replicas: None,
        autoscaler: None,
        services: vec![],
        budgets: vec![],
        claims_lost: 0,
        claims_retained: 0,
        consumers: 0,
        removes_objects: 0,
        pods: 0,
        pods_removed: 0,
        weakens: vec![],
        escalations: vec![],
        pod_powers: vec![],
        resources_missing: vec![],
        routes: vec![],
        depended: vec![],
        access: None,
        traffic: None,
        instances_unserved: 0,
        refusals: vec![],
        declared_by: None,
        unverified: None,
        reversibility: "exact".into(),
    }
}

fn prod(mut step: Step) -> Step {
    step.production = true;
    step
}

fn within(namespace: &str, mut step: Step) -> Step {
    step.namespace = namespace.into();
    step
}

fn scale(before: i64, after: i64) -> Step {
    let pods = before.abs_diff(after);
    Step { replicas: Some(Replicas { before, after }), pods, ..step("scale", "patch", "apps", "Deployment") }
}

fn restart(pods: u64) -> Step {
    Step { pods, reversibility: "none".into(), ..step("restart", "patch", "apps", "Deployment") }
}

fn image(after: &str) -> Step {
    let (_, tag, digest) = crate::operation::set_image::split_image(after);
    let image = Image {
        container: "web".into(),
        before: "r/web:1".into(),
        after: after.into(),
        tag: tag.unwrap_or_default().into(),
        pinned: digest.is_some(),
    };
    Step { images: vec![image], pods: 3, ..step("set-image", "patch", "apps", "Deployment") }
}

fn serving(before: u64, after: u64, mut step: Step) -> Step {
    step.services = vec![ServiceReach { name: "shop/web".into(), ready_before: before, ready_after: after }];
    step
}

fn delete(group: &str, kind: &str, reversibility: &str, pods: u64) -> Step {
    Step {
        pods,
        removes_objects: 1 + pods,
        reversibility: reversibility.into(),
        ..step("delete", "delete", group, kind)
    }
}

fn broken(mut step: Step) -> Step {
    step.budgets = vec![BudgetReach { name: "shop/web".into(), allowed: 0, takes: 1, broken: true }];
    step
}

fn used(consumers: u64, step: Step) -> Step {
    Step { consumers, ..step }
}

fn apply(group: &str, kind: &str) -> Step {
    step("apply", "patch", group, kind)
}

fn opening(class: &str, mut step: Step) -> Step {
    step.escalations = vec![Escalation { class: class.into(), what: "more than it says".into() }];
    step
}

fn cut(cut_off: u64, opened: u64, step: Step) -> Step {
    Step { traffic: Some(TrafficReach { cut_off, opened }), ..step }
}

fn declared(reverts: bool, step: Step) -> Step {
    Step { declared_by: Some(DeclaredBy { tool: "argo-cd".into(), owner: "shop".into(), reverts }), ..step }
}

#[expect(clippy::too_many_lines, reason = "a table: one row a case")]
fn cases() -> Vec<(&'static str, Step, Level)> {
    use Level::{Critical, High, Low, Medium};
    let rbac = "rbac.authorization.k8s.io";
    let hpa = |step: Step| Step { autoscaler: Some(Autoscaler { name: "web".into(), min: 2, max: 6 }), ..step };
    let claim = || Step { claims_lost: 1, ..delete("", "PersistentVolumeClaim", "none", 0) };
    let host = Change { path: "spec.template.spec.hostNetwork".into(), before: json!(null), after: json!(true) };
    vec![
        ("scale up a little", scale(3, 5), Low),
        ("scale up a little in production", prod(scale(3, 5)), Low),
        ("scale up within the autoscaler's bounds", hpa(scale(3, 5)), Low),
        ("scale past the autoscaler in production", prod(hpa(scale(3, 9))), Medium),
        ("scale tenfold", scale(3, 40), Low),
        ("scale to three hundred", scale(3, 303), Medium),
        ("scale to three hundred in production", prod(scale(3, 303)), High),
        ("scale down by one", serving(5, 4, scale(5, 4)), Low),
        ("scale down by one in production", prod(serving(5, 4, scale(5, 4))), Medium),
        ("scale to zero behind a Service", serving(3, 0, scale(3, 0)), Medium),
        ("scale to zero behind a Service in production", prod(serving(3, 0, scale(3, 0))), High),
        ("scale down through a budget", broken(serving(5, 2, scale(5, 2))), Medium),
        ("restart", restart(3), Low),
        ("restart in production", prod(restart(3)), Medium),
        ("restart of the only pod, recreated", serving(1, 0, restart(1)), Medium),
        ("restart of many", restart(150), Medium),
        ("restart of many in production", prod(restart(150)), High),
        ("restart in kube-system", within("kube-system", restart(2)), High),
        ("another tag", image("r/web:2"), Low),
        ("another tag in production", prod(image("r/web:2")), Medium),
        ("latest", image("r/web:latest"), Low),
        ("latest in production", prod(image("r/web:latest")), Medium),
        ("an image of another repository", prod(image("evil/web:2")), Medium),
        ("a tag that GitOps puts back", prod(declared(true, image("r/web:2"))), Medium),
        ("a new Deployment", Step { creates: true, pods: 2, ..apply("apps", "Deployment") }, Low),
        (
            "a new Deployment that could not be tried",
            Step { unverified: Some("no dry-run".into()), ..apply("apps", "Deployment") },
            Medium,
        ),
        ("configuration in use", used(3, apply("", "ConfigMap")), Low),
        ("a Secret in use", used(3, apply("", "Secret")), Medium),
        ("a Secret in use in production", prod(used(3, apply("", "Secret"))), Medium),
        ("a network rule", apply("networking.k8s.io", "NetworkPolicy"), Low),
        ("a network rule in production", prod(apply("networking.k8s.io", "NetworkPolicy")), Medium),
        ("a role in a namespace", apply(rbac, "RoleBinding"), Medium),
        ("a role for the whole cluster", within("", apply(rbac, "ClusterRoleBinding")), High),
        ("pods on the host's network", Step { changes: vec![host], ..apply("apps", "Deployment") }, Medium),
        (
            "a privileged pod",
            Step { pod_powers: vec!["privileged container web".into()], ..apply("apps", "Deployment") },
            Medium,
        ),
        (
            "a privileged pod in production",
            Step { pod_powers: vec!["privileged container web".into()], ..prod(apply("apps", "Deployment")) },
            High,
        ),
        ("a wildcard role in a namespace", opening("admin-grant", apply(rbac, "Role")), Critical),
        ("a token Secret", opening("token", Step { creates: true, ..apply("", "Secret") }), Critical),
        ("a workload with a foreign Secret", opening("borrowed-secret", apply("apps", "Deployment")), Critical),
        (
            "the webhook that asks a Service goes quiet",
            Step { depended: vec!["ValidatingWebhookConfiguration guard".into()], ..serving(2, 0, scale(2, 0)) },
            Critical,
        ),
        ("a policy cuts pods off", cut(4, 0, apply("networking.k8s.io", "NetworkPolicy")), Medium),
        ("a policy cuts production off", cut(4, 0, prod(apply("networking.k8s.io", "NetworkPolicy"))), High),
        ("a policy goes and opens pods", cut(0, 4, delete("networking.k8s.io", "NetworkPolicy", "re-made", 0)), Medium),
        (
            "a version of a kind is served no longer",
            Step { instances_unserved: 3, ..within("", apply("apiextensions.k8s.io", "CustomResourceDefinition")) },
            Critical,
        ),
        (
            "a claim goes and its volume stays",
            Step { claims_lost: 0, claims_retained: 1, ..delete("", "PersistentVolumeClaim", "none", 0) },
            Medium,
        ),
        (
            "a scale up past the quota",
            Step { refusals: vec!["ResourceQuota shop/q allows 4 pods".into()], ..scale(3, 6) },
            Low,
        ),
        (
            "a Service behind an Ingress goes",
            Step {
                routes: vec![RouteReach { name: "Ingress shop/web".into(), service: "shop/web".into() }],
                ..serving(3, 0, delete("", "Service", "re-made", 0))
            },
            High,
        ),
        ("a new namespace", Step { creates: true, ..within("", apply("", "Namespace")) }, Low),
        ("a node's labels", within("", apply("", "Node")), Medium),
        (
            "a webhook goes",
            within("", delete("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "re-made", 0)),
            High,
        ),
        ("an unused ConfigMap goes", delete("", "ConfigMap", "re-made", 0), Low),
        ("a used ConfigMap goes", used(2, delete("", "ConfigMap", "re-made", 0)), Medium),
        ("a used Secret goes", used(2, delete("", "Secret", "re-made", 0)), High),
        ("one owned pod goes", serving(3, 2, delete("", "Pod", "none", 1)), Low),
        ("one owned pod goes in production", prod(serving(3, 2, delete("", "Pod", "none", 1))), Medium),
        ("a serving Service goes", serving(3, 0, delete("", "Service", "re-made", 0)), Medium),
        ("a serving Service goes in production", prod(serving(3, 0, delete("", "Service", "re-made", 0))), High),
        ("a Deployment without Service goes", delete("apps", "Deployment", "re-made", 3), Medium),
        ("a serving Deployment goes", serving(3, 0, delete("apps", "Deployment", "re-made", 3)), High),
        (
            "a serving Deployment goes in production",
            prod(serving(3, 0, delete("apps", "Deployment", "re-made", 3))),
            Critical,
        ),
        ("a StatefulSet goes", serving(3, 0, delete("apps", "StatefulSet", "partial", 3)), High),
        (
            "the cluster's DNS goes",
            within("kube-system", serving(2, 0, delete("apps", "Deployment", "re-made", 2))),
            Critical,
        ),
        ("a claim goes", claim(), Critical),
        ("a namespace goes", within("", delete("", "Namespace", "none", 0)), Critical),
        (
            "a definition goes",
            within("", delete("apiextensions.k8s.io", "CustomResourceDefinition", "none", 0)),
            Critical,
        ),
        ("a node goes", within("", delete("", "Node", "none", 14)), Critical),
    ]
}

fn assess_one(step: &Step) -> Risk {
    assess(&RiskInput { steps: std::slice::from_ref(step), pods: step.pods, complete: true })
}

#[test]
fn levels_read_sensibly_for_realistic_changes() {
    let wrong: Vec<_> = cases()
        .iter()
        .map(|(name, step, level)| (name, assess_one(step), level))
        .filter(|(_, risk, level)| risk.level != **level)
        .map(|(name, risk, level)| {
            format!(
                "{name}: wanted {}, got {} ({}): {:?}",
                level.as_str(),
                risk.level.as_str(),
                risk.score,
                risk.reasons.iter().map(|r| &r.rule).collect::<Vec<_>>()
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_applies_to_some_case() {
    let (mut seen, mut extra): (std::collections::BTreeSet<String>, Vec<Step>) = Default::default();
    extra.push(Step { claims_lost: 2, ..within("istio-system", delete("apps", "StatefulSet", "partial", 600)) });
    extra.push(serving(10, 3, restart(30)));
    extra.push(scale(3, 30));
    extra.push(declared(false, apply("policy", "PodDisruptionBudget")));
    for step in cases().into_iter().map(|case| case.1).chain(extra) {
        seen.extend(assess_one(&step).reasons.into_iter().map(|reason| reason.rule));
    }
    let many = vec![scale(3, 5); 11];
    let plan = assess(&RiskInput { steps: &many, pods: 22, complete: false });
    seen.extend(plan.reasons.into_iter().map(|reason| reason.rule));
    let never: Vec<_> = RULES.iter().map(|rule| rule.id).filter(|id| !seen.contains(*id)).collect();
    assert_eq!(never, Vec::<&str>::new());
}

#[test]
fn a_rule_counts_once_a_plan_and_the_score_ends_at_a_hundred() {
    let one = assess(&RiskInput { steps: &[prod(restart(3))], pods: 3, complete: true });
    let two = assess(&RiskInput { steps: &[prod(restart(3)), prod(restart(3))], pods: 6, complete: true });
    assert_eq!(one.score, two.score);
    let worst = within(
        "kube-system",
        prod(serving(2, 0, Step { claims_lost: 1, ..delete("apps", "StatefulSet", "none", 900) })),
    );
    assert_eq!(assess_one(&worst).score, 100);
}

#[test]
fn the_reason_with_most_points_decides() {
    let risk = assess_one(&prod(serving(3, 0, scale(3, 0))));
    assert_eq!(risk.reasons[0].rule, "outage");
    assert_eq!(risk.reasons[0].sentence, "Service shop/web is left without a ready endpoint");
}

#[test]
fn less_to_see_is_never_less_risk() {
    for (name, step, _) in cases() {
        let seen = assess_one(&step).score;
        let blind = assess(&RiskInput { steps: std::slice::from_ref(&step), pods: step.pods, complete: false }).score;
        assert!(blind > seen || seen == 100, "{name}");
    }
}

#[test]
fn rules_have_distinct_ids_and_the_page_is_written_from_them() {
    let ids: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/risk.md");
    if std::env::var_os("KUBECHAT_GEN").is_some() {
        std::fs::write(path, table_markdown()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(page == table_markdown(), "run `KUBECHAT_GEN=1 cargo test -p kubechat-core`");
}
