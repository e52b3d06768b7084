//! What packs are told, and what they never are.

use serde_json::json;

use super::*;
use crate::diff::changes;
use crate::radius::world::{World, address, autoscaler, budget, object, restart, scale, set_image, web};

const VERIFIED: DryRun = DryRun::Verified { volatile: vec![], warnings: vec![] };

struct Case {
    world: World,
    mutation: Mutation,
    op: &'static str,
    diff: Vec<FieldChange>,
    /// What is shown of it, where that is something else.
    shown: Option<Vec<FieldChange>>,
    tried: Option<Value>,
    requester: Principal,
}

impl Case {
    fn of(world: World, op: &'static str, mutation: Mutation) -> Self {
        Self {
            world,
            mutation,
            op,
            diff: vec![],
            shown: None,
            tried: None,
            requester: Principal::local("mira", &["shop-team"]),
        }
    }

    fn weigh(&self) -> Weighed {
        let mutations = [self.mutation.clone()];
        let mut known = self.world.known(&mutations).0;
        for query in needs_as(&[(&self.mutation, self.tried.as_ref())], &known) {
            let answer = self.world.answer(&query);
            known.insert(query, answer);
        }
        let step = StepInput {
            after: self.tried.as_ref(),
            index: 0,
            op: self.op,
            mutation: &self.mutation,
            diff: &self.diff,
            shown: self.shown.as_ref().unwrap_or(&self.diff),
            dry_run: &VERIFIED,
            reversibility: &Reversibility::Exact,
            creates: false,
        };
        let (requester, cluster) = (&self.requester, &ClusterName::parse("demo").unwrap());
        weigh(&Input { requester, cluster, cluster_production: false, origin: &Origin::Api, steps: &[step] }, &known)
    }
}

fn with_namespace(mut world: World, metadata: Value) -> World {
    world.objects.push(object(&ApiType::namespaces(), "shop", json!({"metadata": metadata})));
    world
}

#[test]
fn what_the_servers_dry_run_shows_is_judged_also_where_a_prediction_misses_it() {
    let mut case = Case::of(with_namespace(web(1), json!({})), "patch", set_image("r/web:2"));
    assert!(case.weigh().facts.steps[0].pod_powers.is_empty());
    let mut tried = case.world.objects[0].clone();
    tried["spec"]["template"]["spec"]["containers"][0]["securityContext"] = json!({"privileged": true});
    case.tried = Some(tried);
    let powers = &case.weigh().facts.steps[0].pod_powers;
    assert!(powers.iter().any(|power| power.contains("privileged")), "{powers:?}");
}

#[test]
fn a_scale_down_in_production_is_told_whole() {
    let mut world = with_namespace(web(5), json!({"labels": {"environment": "Production"}}));
    world.objects.push(budget(3, 5));
    world.objects.push(autoscaler(2, 8));
    let weighed = Case::of(world, "scale", scale(2)).weigh();
    let step = &weighed.facts.steps[0];
    assert_eq!((step.production, step.owner, step.namespace_labels.len()), (true, true, 1));
    assert_eq!(step.replicas.as_ref().map(|r| (r.before, r.after)), Some((5, 2)));
    assert_eq!(step.autoscaler.as_ref().map(|hpa| (hpa.min, hpa.max)), Some((2, 8)));
    assert_eq!((step.services[0].ready_before, step.services[0].ready_after, step.budgets[0].broken), (5, 2, true));
    assert_eq!((weighed.facts.radius_pods, weighed.facts.complete), (3, true));
    assert_eq!(weighed.facts.risk_level, weighed.risk.level.as_str());
    assert!(weighed.risk.reasons.iter().any(|reason| reason.rule == "production"));
}

#[test]
fn owners_are_the_named_groups_or_everybody_where_none_is_named() {
    for (metadata, owner) in [
        (json!({}), true),
        (json!({"annotations": {OWNER: "payments, shop-team"}}), true),
        (json!({"labels": {OWNER: "mira"}}), true),
        (json!({"annotations": {OWNER: "payments"}}), false),
    ] {
        let case = Case::of(with_namespace(web(1), metadata.clone()), "restart", restart());
        assert_eq!(case.weigh().facts.steps[0].owner, owner, "{metadata}");
    }
}

#[test]
fn a_namespace_that_may_not_be_read_is_no_ones_and_incomplete() {
    let mut world = with_namespace(web(1), json!({}));
    world.denied.push("Namespace");
    let facts = Case::of(world, "restart", restart()).weigh().facts;
    assert!(!facts.complete && !facts.steps[0].owner);
    assert!(facts.unseen.iter().any(|unseen| unseen.contains("get Namespace shop")), "{:?}", facts.unseen);
}

#[test]
fn images_are_found_in_leaves_and_in_added_containers() {
    let mut case = Case::of(with_namespace(web(1), json!({})), "set-image", set_image("r/web:2"));
    let pod = |containers: Value| json!({"spec": {"containers": containers}});
    let before = pod(json!([{"name": "web", "image": "r/web:1"}]));
    let after = pod(json!([{"name": "web", "image": "r/web:2"}, {"name": "log", "image": "r/log@sha256:00"}]));
    case.diff = changes(Some(&before), Some(&after), &[]);
    let facts = case.weigh().facts;
    let images: Vec<_> = facts.steps[0]
        .images
        .iter()
        .map(|i| (i.container.as_str(), i.before.as_str(), i.tag.as_str(), i.pinned))
        .collect();
    assert_eq!(images, [("log", "", "", true), ("web", "r/web:1", "2", false)]);
}

#[test]
fn what_is_covered_where_it_is_shown_is_judged_as_the_server_said_it() {
    let image =
        |image: &str| json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": image}]}}}});
    let (before, after) = (image("registry.example/shop/web:1"), image("evil.example/miner:2"));
    let mut case = Case::of(with_namespace(web(1), json!({})), "set-image", set_image("evil.example/miner:2"));
    case.diff = changes(Some(&before), Some(&after), &[]);
    let plain = case.weigh().facts.steps[0].images.clone();
    case.shown = Some(vec![]);
    let covered = case.weigh().facts.steps[0].clone();
    assert!(!plain.is_empty() && covered.images == plain, "{:?}", covered.images);
    assert!(covered.changes.is_empty(), "packs read what people are shown");
}

#[test]
fn secret_values_never_reach_a_pack() {
    let secret = |value: &str| object(&ApiType::secrets(), "db", json!({"data": {"password": value}}));
    let mut world = with_namespace(World::default(), json!({}));
    world.objects.push(secret("aHVudGVyMg=="));
    let target = address(ApiType::secrets(), "db");
    let body = json!({"data": {"password": "c3VwZXJzZWNyZXQ="}});
    let mut case = Case::of(world, "apply", crate::radius::world::patch(target, body));
    case.diff = changes(Some(&secret("aHVudGVyMg==")), Some(&secret("c3VwZXJzZWNyZXQ=")), &[]);
    let text = serde_json::to_string(&case.weigh().facts).unwrap();
    assert!(text.contains("data.password") && !text.contains("aHVudGVy") && !text.contains("c3VwZXJ"), "{text}");
}

#[test]
fn a_document_that_would_be_too_long_is_cut_marked_and_incomplete() {
    let mut case = Case::of(with_namespace(web(1), json!({})), "apply", restart());
    let field = |n: usize| FieldPath::of(&["spec"]).field(&format!("k{n}"));
    let long = |n: usize| FieldChange { path: field(n), before: None, after: Some(json!("é".repeat(5_000))) };
    case.diff = (0..5_000).map(long).collect();
    let facts = case.weigh().facts;
    assert!(serde_json::to_vec(&facts).unwrap().len() <= POLICY_FACTS_BYTES_MAX);
    assert!(!facts.complete && !facts.steps[0].changes.is_empty());
    assert!(facts.unseen.iter().any(|unseen| unseen.contains("POLICY_FACTS_BYTES_MAX")));
    assert!(facts.steps[0].changes.iter().all(|change| change.after.to_string().len() <= CHANGE_VALUE_BYTES_MAX));
}

#[test]
fn a_hundred_steps_that_name_much_fit_and_keep_what_decides() {
    let mut facts = Case::of(with_namespace(web(1), json!({})), "apply", restart()).weigh().facts;
    let long = || "n".repeat(CHANGE_VALUE_BYTES_MAX);
    let many = || vec![long(); 20];
    let step = Step {
        access: Some(AccessReach { subjects: many(), gains: many(), loses: many(), ..AccessReach::default() }),
        escalations: vec![Escalation { class: "token".into(), what: long() }; 8],
        pod_powers: many(),
        depended: many(),
        weakens: many(),
        refusals: many(),
        ..facts.steps[0].clone()
    };
    facts.steps = vec![step; crate::limits::PLAN_STEPS_MAX];
    bound(&mut facts);
    assert!(serde_json::to_vec(&facts).unwrap().len() <= POLICY_FACTS_BYTES_MAX);
    assert!(!facts.complete && facts.steps.iter().all(|step| step.escalations.len() == 8));
    assert!(facts.steps.iter().all(|step| !step.pod_powers.is_empty() && !step.depended.is_empty()));
}

#[test]
fn floats_become_text_so_that_every_language_reads_the_same() {
    let mut case = Case::of(with_namespace(web(1), json!({})), "apply", restart());
    case.diff = vec![FieldChange {
        path: FieldPath::of(&["spec"]).field("ratio"),
        before: None,
        after: Some(json!({"x": 0.5})),
    }];
    assert_eq!(case.weigh().facts.steps[0].changes[0].after, json!({"x": "0.5"}));
    crate::canonical::to_bytes(&case.weigh().facts).expect("the document has a canonical form");
}

#[test]
fn the_namespace_is_asked_for_once_and_a_cluster_wide_object_has_none() {
    let known = Snapshot::new(crate::time::Timestamp(0));
    let spaces = |mutations: &[Mutation]| {
        needs(mutations, &known).iter().filter(|query| query.to_string() == "get Namespace shop").count()
    };
    assert_eq!(spaces(&[scale(1), restart()]), 1);
    let node = Mutation { target: address(ApiType::nodes(), "n1"), ..restart() };
    assert_eq!(spaces(&[node]), 0);
}

#[test]
fn a_helm_or_gitops_mark_is_told() {
    let mut world = with_namespace(web(1), json!({}));
    world.objects[0]["metadata"]["annotations"] =
        json!({"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"});
    let facts = Case::of(world, "restart", restart()).weigh().facts;
    assert_eq!(facts.steps[0].declared_by.as_ref().map(|by| (by.tool.as_str(), by.reverts)), Some(("argo-cd", true)));
}
