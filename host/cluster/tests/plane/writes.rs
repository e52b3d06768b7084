//! What is written: tried and performed, exactly once, as the user; and every refusal.

use kubechat_cluster::{ClusterConfig, ClusterPool, Deadlines};
use kubechat_core::mutation::{Action, Mutation, Propagation};
use kubechat_core::object::{ApiType, uid};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius::Spread;
use kubechat_flow::ports::cluster::{Cluster as _, Mode, NamespaceMode, Performed, Tried};
use kubechat_harness::{Hook, Namespace, Outcome, Plane, PrivatePlane, User};
use serde_json::{Value, json};

use crate::support::{cluster, config, mutation, object, perform, perform_bound, perform_reaching, pool, pool_of, who};

async fn tried(namespace: &Namespace, user: &str, mutation: &Mutation) -> Result<Tried, Problem> {
    pool(namespace).try_out(&who(user), &cluster(), mutation).await
}

fn scale(namespace: &Namespace, replicas: u32) -> Mutation {
    let target = object(ApiType::deployments(), Some(namespace.name()), "web");
    mutation(target, Action::MergePatch { body: json!({"spec": {"replicas": replicas}}) })
}

/// Of a field nobody else owns, so that only preconditions can stand in its way.
fn apply(namespace: &Namespace) -> Mutation {
    let labels = json!({"ours": "yes"});
    let body = json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace.name(), "labels": labels}});
    mutation(object(ApiType::deployments(), Some(namespace.name()), "web"), Action::Apply { body })
}

fn delete(namespace: &Namespace) -> Mutation {
    let target = object(ApiType::deployments(), Some(namespace.name()), "web");
    mutation(target, Action::Delete { propagation: Propagation::Background })
}

fn config_map(namespace: &Namespace, body: Value) -> Mutation {
    mutation(object(ApiType::config_maps(), Some(namespace.name()), "c"), Action::Create { body })
}

async fn shop(name: &str) -> Outcome<(Namespace, Value)> {
    let shop = Plane::shared().await?.namespace(name).await?;
    shop.deploy("web", "web:1", 2, &[]).await?;
    shop.rolled_out("web").await?;
    let live = shop.get("deployment", "web").await?;
    Ok((shop, live))
}

fn done(performed: Performed) -> Option<Value> {
    match performed {
        Performed::Done { object, .. } => object,
        other => panic!("{other:?}"),
    }
}

fn refused(performed: Performed) -> Problem {
    match performed {
        Performed::Refused(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sort_of_write_is_done_once_under_the_users_name() -> Outcome {
    let (shop, _) = shop("performs").await?;
    let (pool, at, witness) = (pool(&shop), shop.name(), shop.witness()?);
    let template = json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "web:2"}]}}}});
    let strategic =
        mutation(object(ApiType::deployments(), Some(at), "web"), Action::StrategicPatch { body: template });
    let replace = json!([{"op": "test", "path": "/spec/replicas", "value": 3}, {"op": "replace", "path": "/spec/replicas", "value": 4}]);
    let json_patch = mutation(object(ApiType::deployments(), Some(at), "web"), Action::JsonPatch { body: replace });
    for (write, pointer, wanted) in [
        (scale(&shop, 3), "/spec/replicas", json!(3)),
        (strategic, "/spec/template/spec/containers/0/image", json!("web:2")),
        (json_patch, "/spec/replicas", json!(4)),
    ] {
        // Bound to the UID only: the rollout's own status writes move the resourceVersion all the time.
        let uid = uid(&shop.get("deployment", "web").await?).to_owned();
        let object = done(perform_bound(&pool, "editor", &write, Some(&uid), None).await).unwrap();
        assert_eq!(object.pointer(pointer), Some(&wanted), "{write:?}");
        let managers = object["metadata"]["managedFields"].as_array().unwrap();
        assert!(managers.iter().any(|entry| entry["manager"] == "kubechat"), "{write:?}");
    }
    let create = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}});
    let made = done(perform(&pool, "editor", &config_map(&shop, create), None).await).unwrap();
    let applied = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"d": "e"}});
    let target = object(ApiType::config_maps(), Some(at), "c");
    let applied =
        perform(&pool, "editor", &mutation(target.clone(), Action::Apply { body: applied }), Some(&made)).await;
    let made = done(applied).unwrap();
    assert_eq!(made["data"], json!({"a": "b", "d": "e"}));
    let delete = mutation(target, Action::Delete { propagation: Propagation::Background });
    assert_eq!(done(perform(&pool, "editor", &delete, Some(&made)).await), None);
    let writes = witness.writes().await?;
    let seen: Vec<_> = writes.iter().map(|w| (w.verb.as_str(), w.user.as_str(), w.succeeded())).collect();
    let expected = ["patch", "patch", "patch", "create", "patch", "delete"].map(|verb| (verb, "editor", true));
    assert_eq!(seen, expected);
    assert!(writes.iter().all(|w| w.user_agent.starts_with("kubechat/")));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_result_and_writes_nothing() -> Outcome {
    let (shop, live) = shop("tries").await?;
    let witness = shop.witness()?;
    let Tried::Done { object: Some(object), .. } = tried(&shop, "editor", &scale(&shop, 5)).await.unwrap() else {
        panic!("a scale can be tried");
    };
    assert_eq!((object["spec"]["replicas"].as_i64(), uid(&object)), (Some(5), uid(&live)));
    let gone = tried(&shop, "editor", &delete(&shop)).await.unwrap();
    assert!(matches!(gone, Tried::Done { object: None, .. }), "{gone:?}");
    assert!(witness.writes().await?.is_empty());
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewers_write_is_refused_with_the_missing_right() -> Outcome {
    let (shop, live) = shop("viewer").await?;
    let (pool, witness) = (pool(&shop), shop.witness()?);
    let line = |verb: &str| format!("check with `kubectl auth can-i {verb} deployments.apps -n {}`", shop.name());
    for (write, verb) in [(scale(&shop, 3), "patch"), (apply(&shop), "patch"), (delete(&shop), "delete")] {
        let detail = format!("you may not {verb} deployments.apps in namespace {}", shop.name());
        let expected = Problem::new(Code::ClusterForbidden, detail).hint(line(verb));
        assert_eq!(tried(&shop, "viewer", &write).await.unwrap_err(), expected);
        assert_eq!(refused(perform(&pool, "viewer", &write, Some(&live)).await), expected);
    }
    let writes = witness.writes().await?;
    assert_eq!(writes.iter().map(|w| (w.user.as_str(), w.code)).collect::<Vec<_>>(), [("viewer", 403); 3]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_managers_field_is_a_conflict_that_names_him() -> Outcome {
    let shop = Plane::shared().await?.namespace("owners").await?;
    let manifest = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "theirs"}});
    let args = ["apply", "--server-side", "--field-manager=argocd-controller", "-f", "-"];
    shop.kubectl(User::Admin).run_with(&args, &manifest.to_string()).await?;
    let ours = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "ours"}});
    let write = mutation(object(ApiType::config_maps(), Some(shop.name()), "c"), Action::Apply { body: ours });
    let live = shop.get("configmap", "c").await?;
    for problem in [
        tried(&shop, "editor", &write).await.unwrap_err(),
        refused(perform(&pool(&shop), "editor", &write, Some(&live)).await),
    ] {
        assert_eq!(problem.code, Code::FieldConflict);
        assert!(problem.detail.contains("argocd-controller") && problem.detail.contains(".data.a"), "{problem:?}");
    }
    assert_eq!(shop.get("configmap", "c").await?["data"]["a"], "theirs");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_made_anew_is_never_written() -> Outcome {
    let (shop, live) = shop("remade").await?;
    let pool = pool(&shop);
    shop.kubectl(User::Admin).run(&["delete", "deployment", "web", "--wait"]).await?;
    let json_patch = Action::JsonPatch { body: json!([{"op": "replace", "path": "/spec/replicas", "value": 9}]) };
    let json_patch = mutation(scale(&shop, 9).target, json_patch);
    // Gone: an apply must not bring it back.
    let problem = refused(perform_bound(&pool, "editor", &apply(&shop), Some(uid(&live)), None).await);
    assert!(matches!(problem.code, Code::Stale | Code::NotFound), "{problem:?}");
    shop.deploy("web", "web:1", 2, &[]).await?;
    let witness = shop.witness()?;
    for write in [scale(&shop, 9), apply(&shop), json_patch, delete(&shop)] {
        let problem = refused(perform_bound(&pool, "editor", &write, Some(uid(&live)), None).await);
        assert_eq!(problem.code, Code::Stale, "{write:?}: {problem:?}");
    }
    assert!(witness.writes().await?.iter().all(|write| !write.succeeded()));
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_the_last_look_refuses_the_write() -> Outcome {
    let (shop, live) = shop("late").await?;
    let pool = pool(&shop);
    shop.kubectl(User::Second).run(&["annotate", "deployment", "web", "by=second"]).await?;
    for write in [scale(&shop, 9), apply(&shop), delete(&shop)] {
        let problem = refused(perform(&pool, "editor", &write, Some(&live)).await);
        assert_eq!(problem.code, Code::Stale, "{write:?}: {problem:?}");
    }
    let failing =
        json!([{"op": "test", "path": "/spec/replicas", "value": 7}, {"op": "remove", "path": "/spec/replicas"}]);
    let failing = mutation(scale(&shop, 9).target, Action::JsonPatch { body: failing });
    assert_eq!(refused(perform_bound(&pool, "editor", &failing, None, None).await).code, Code::Stale);
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_api_server_rejects_is_told_in_its_words() -> Outcome {
    let (shop, _) = shop("rejects").await?;
    let unknown = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "datta": {}});
    let problem = tried(&shop, "editor", &config_map(&shop, unknown)).await.unwrap_err();
    assert_eq!(problem.code, Code::Rejected);
    assert!(problem.detail.contains("datta"), "unknown fields are an error: {problem:?}");
    let negative = mutation(scale(&shop, 1).target, Action::MergePatch { body: json!({"spec": {"replicas": -1}}) });
    let problem = tried(&shop, "editor", &negative).await.unwrap_err();
    assert!(problem.code == Code::Rejected && problem.detail.contains("replicas"), "{problem:?}");
    let mut nowhere = scale(&shop, 1);
    nowhere.target.name = kubechat_core::names::ObjectName::parse("nowhere").unwrap();
    let problem = tried(&shop, "editor", &nowhere).await.unwrap_err();
    assert_eq!(problem.code, Code::NotFound);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_is_not_there_yet_is_named() -> Outcome {
    let shop = Plane::shared().await?.namespace("nowhere").await?;
    let missing = format!("{}-later", shop.name());
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}});
    let write = mutation(object(ApiType::config_maps(), Some(&missing), "c"), Action::Apply { body });
    let problem = tried(&shop, "admin", &write).await.unwrap_err();
    assert_eq!(problem.code, Code::NotFound);
    assert!(problem.detail.contains("namespace") && problem.detail.contains(&missing), "{problem:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_quota_is_a_rejection_and_no_missing_right() -> Outcome {
    let shop = Plane::shared().await?.namespace("quota").await?;
    shop.apply("{kind: ResourceQuota, apiVersion: v1, metadata: {name: q}, spec: {hard: {services: 0}}}").await?;
    let body =
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "c"}, "spec": {"ports": [{"port": 1}]}});
    let write = mutation(object(ApiType::services(), Some(shop.name()), "c"), Action::Create { body });
    let (shop, write) = (&shop, &write);
    let problem = kubechat_harness::wait_for("the quota", std::time::Duration::from_secs(30), || async move {
        tried(shop, "editor", write).await.err().ok_or("it was accepted")
    })
    .await?;
    assert_eq!(problem.code, Code::Rejected);
    assert!(problem.detail.contains("exceeded quota"), "{problem:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_of_the_api_server_are_handed_on() -> Outcome {
    let shop = Plane::shared().await?.namespace("warns").await?;
    let api = ApiType { kind: "Endpoints".to_owned(), plural: "endpoints".to_owned(), ..ApiType::services() };
    let body = json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "old"}});
    let write = mutation(object(api, Some(shop.name()), "old"), Action::Create { body });
    let answer = tried(&shop, "admin", &write).await.unwrap();
    assert!(
        matches!(&answer, Tried::Done { warnings, .. } if warnings.iter().any(|w| w.contains("deprecated"))),
        "{answer:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_refuses_dry_runs_makes_it_untriable() -> Outcome {
    let shop = Plane::shared().await?.namespace("untriable").await?;
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}});
    let write = config_map(&shop, body);
    shop.hook(Hook::RefusesDryRun).await?;
    let answer = tried(&shop, "editor", &write).await.unwrap();
    assert!(matches!(&answer, Tried::CannotTry { reason } if reason.contains("dry run")), "{answer:?}");
    assert!(done(perform(&pool(&shop), "editor", &write, None).await).is_some(), "it can be done");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_denies_a_write_is_told_in_its_words() -> Outcome {
    let shop = Plane::shared().await?.namespace("denies").await?;
    shop.hook(Hook::RefusesWrites).await?;
    let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}});
    let problem = refused(perform(&pool(&shop), "editor", &config_map(&shop, body), None).await);
    assert_eq!(problem.code, Code::Rejected);
    assert!(problem.detail.contains("not today"), "{problem:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_is_written_to_as_its_own_rule_says() -> Outcome {
    let (shop, live) = shop("ruled").await?;
    let witness = shop.witness()?;
    let rule = |name: &str, mode| NamespaceMode { name: name.to_owned(), mode };
    let ruled = |mode, rule| {
        let config = ClusterConfig { mode, namespaces: vec![rule], ..config(shop.kubeconfig(User::Editor)) };
        pool_of("editor", vec![config], Deadlines::default())
    };
    for held in [Mode::ReadOnly, Mode::SuggestOnly] {
        let pool = ruled(Mode::Guarded, rule("ruled-*", held));
        let problem = refused(perform(&pool, "editor", &scale(&shop, 9), Some(&live)).await);
        assert_eq!(problem.code, Code::ReadOnly);
        assert!(problem.detail.contains(held.as_str()), "{problem:?}");
    }
    assert!(witness.writes().await?.is_empty());
    let freed = ruled(Mode::ReadOnly, rule(shop.name(), Mode::Guarded));
    let done = perform(&freed, "editor", &scale(&shop, 2), Some(&live)).await;
    assert!(matches!(done, Performed::Done { .. }), "{done:?}");
    let elsewhere = ruled(Mode::ReadOnly, rule("another", Mode::Guarded));
    assert_eq!(refused(perform(&elsewhere, "editor", &scale(&shop, 3), Some(&live)).await).code, Code::ReadOnly);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_was_seen_to_reach_into_a_held_namespace_is_not_sent() -> Outcome {
    let (shop, live) = shop("reaching").await?;
    let witness = shop.witness()?;
    let rule = NamespaceMode { name: "pay-*".to_owned(), mode: Mode::SuggestOnly };
    let config = ClusterConfig { namespaces: vec![rule], ..config(shop.kubeconfig(User::Editor)) };
    let pool = pool_of("editor", vec![config], Deadlines::default());
    let into = |space: &str| Spread { namespaces: [space.parse().unwrap()].into(), ..Spread::default() };
    let unseen = Spread { unseen: vec!["list pods on node n1".to_owned()], ..Spread::default() };
    for spread in [into("pay-eu"), unseen] {
        let problem = refused(perform_reaching(&pool, "editor", &scale(&shop, 9), &live, spread).await);
        assert_eq!(problem.code, Code::ReadOnly, "{problem:?}");
        assert!(problem.detail.contains("pay-*") && problem.detail.contains("suggest-only"), "{problem:?}");
    }
    assert!(witness.writes().await?.is_empty());
    let done = perform_reaching(&pool, "editor", &scale(&shop, 2), &live, into("elsewhere")).await;
    assert!(matches!(done, Performed::Done { .. }), "{done:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_label_calls_production_is_read_only_until_somebody_says_otherwise() -> Outcome {
    let plane = PrivatePlane::start().await?;
    let admin = plane.kubectl(User::Admin);
    let file = plane.kubeconfig(User::Admin);
    let of = |config| pool_of("editor", vec![config], Deadlines::default());
    let view = async |pool: &ClusterPool| {
        pool.pin(&who("editor"), &cluster()).await.unwrap();
        pool.known(&who("editor"), None).unwrap()
    };
    let plain = view(&of(config(&file))).await;
    assert_eq!((plain.mode, plain.production, plain.mode_reason), (Mode::Guarded, false, None));
    admin.run(&["label", "namespace", "kube-system", "environment=production"]).await?;
    let unsaid = view(&of(config(&file))).await;
    assert_eq!((unsaid.mode, unsaid.production), (Mode::ReadOnly, true));
    assert!(unsaid.mode_reason.is_some_and(|why| why.contains("environment")), "the reason is said");
    let said = view(&of(ClusterConfig { mode_said: true, ..config(&file) })).await;
    assert_eq!((said.mode, said.production, said.mode_reason), (Mode::Guarded, true, None), "still production");
    let target = object(ApiType::config_maps(), Some("default"), "c");
    let write = mutation(
        target,
        Action::Create { body: json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}) },
    );
    let problem = refused(perform(&of(config(&file)), "editor", &write, None).await);
    assert_eq!(problem.code, Code::ReadOnly, "{problem:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_cluster_is_never_written_to() -> Outcome {
    let (shop, live) = shop("readonly").await?;
    let witness = shop.witness()?;
    let config = ClusterConfig { mode: Mode::ReadOnly, ..config(shop.kubeconfig(User::Editor)) };
    let pool = pool_of("editor", vec![config], Deadlines::default());
    assert_eq!(refused(perform(&pool, "editor", &scale(&shop, 9), Some(&live)).await).code, Code::ReadOnly);
    let triable = pool.try_out(&who("editor"), &cluster(), &scale(&shop, 9)).await;
    assert!(matches!(triable, Ok(Tried::Done { .. })), "plans can still be made");
    assert!(witness.writes().await?.is_empty());
    Ok(())
}
