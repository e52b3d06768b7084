//! What is read: kinds, objects, lists, logs, rights, identities; and what a user may not read.

use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::names::{Namespace as NamespaceName, ObjectName};
use kubechat_core::object::{ApiType, name};
use kubechat_core::plan::ClusterPin;
use kubechat_core::problem::Code;
use kubechat_flow::ports::cluster::{Cluster as _, Right};
use kubechat_harness::{Outcome, Plane, User, wait_for};
use serde_json::json;
use std::time::Duration;

use crate::support::{ask, cluster, kind, object, pool, who};

fn types(fact: Fact) -> Vec<String> {
    match fact {
        Fact::Types { types } => types.iter().map(ApiType::resource).collect(),
        other => panic!("{other:?}"),
    }
}

fn list(api: ApiType, namespace: &str, selector: Option<&str>) -> FactQuery {
    let namespace = Some(NamespaceName::parse(namespace).unwrap());
    FactQuery::List { api, namespace, selector: selector.map(str::to_owned) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_is_found_by_every_name_people_use() -> Outcome {
    let shop = Plane::shared().await?.namespace("kinds").await?;
    let pool = pool(&shop);
    for word in ["Deployment", "deployments", "deploy", "DEPLOY", "deployment.apps", "deployments.v1.apps"] {
        assert_eq!(types(ask(&pool, "editor", kind(word)).await.unwrap()), ["deployments.apps"], "{word}");
    }
    let events = types(ask(&pool, "editor", kind("events")).await.unwrap());
    assert_eq!(events, ["events", "events.events.k8s.io"], "core first");
    assert!(types(ask(&pool, "editor", kind("sprocket")).await.unwrap()).is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_defined_later_is_found_without_a_restart() -> Outcome {
    let shop = Plane::shared().await?.namespace("crd").await?;
    let pool = pool(&shop);
    let group = format!("{}.example", shop.name());
    assert!(types(ask(&pool, "admin", kind("gadget")).await.unwrap()).is_empty());
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("gadgets.{group}")},
        "spec": {"group": group, "scope": "Namespaced",
            "names": {"kind": "Gadget", "plural": "gadgets", "singular": "gadget", "shortNames": ["gdg"]},
            "versions": [{"name": "v1beta1", "served": true, "storage": true, "schema": schema}]},
    });
    shop.apply(&definition.to_string()).await?;
    let pool = &pool;
    let found = wait_for("the new kind", Duration::from_secs(30), || async move {
        match ask(pool, "admin", kind("gdg")).await.map_err(|p| p.to_string())? {
            Fact::Types { types } if !types.is_empty() => Ok(types),
            other => Err(format!("{other:?}")),
        }
    })
    .await?;
    assert_eq!((found[0].api_version(), found[0].namespaced), (format!("{group}/v1beta1"), true));
    let gadget = json!({"apiVersion": found[0].api_version(), "kind": "Gadget", "metadata": {"name": "g"}, "x": 1});
    shop.apply(&gadget.to_string()).await?;
    let read = FactQuery::Object { object: object(found[0].clone(), Some(shop.name()), "g") };
    assert!(matches!(ask(pool, "admin", read).await, Ok(Fact::Object { object }) if object["x"] == 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outline_holds_keys_and_certificates_and_never_a_value() -> Outcome {
    let shop = Plane::shared().await?.namespace("outlines").await?;
    let (pool, at) = (pool(&shop), shop.name());
    let tls = "{kind: Secret, apiVersion: v1, metadata: {name: tls}, type: kubernetes.io/tls, stringData: {tls.crt: public, tls.key: private}}";
    shop.apply(tls).await?;
    shop.apply(
        "{kind: Secret, apiVersion: v1, metadata: {name: plain, labels: {owner: helm}}, stringData: {a: hidden}}",
    )
    .await?;
    let outline = |selector: Option<&str>, fields: Option<&str>, keys| FactQuery::Outline {
        api: ApiType::secrets(),
        namespace: Some(NamespaceName::parse(at).unwrap()),
        selector: selector.map(str::to_owned),
        fields: fields.map(str::to_owned),
        keys,
    };
    let items = |fact: Fact| match fact {
        Fact::List { items, truncated: false } => items,
        other => panic!("{other:?}"),
    };
    let tls = items(ask(&pool, "admin", outline(None, Some("type=kubernetes.io/tls"), true)).await.unwrap());
    assert_eq!((tls.len(), tls[0]["kind"].as_str()), (1, Some("Secret")));
    assert_eq!(tls[0]["data"], json!({"tls.crt": "cHVibGlj", "tls.key": null}));
    let one = items(ask(&pool, "admin", outline(None, Some("metadata.name=plain"), true)).await.unwrap());
    assert_eq!(one[0]["data"], json!({"a": null}));
    let metadata = items(ask(&pool, "admin", outline(Some("owner=helm"), None, false)).await.unwrap());
    assert_eq!(
        (name(&metadata[0]), metadata[0]["kind"].as_str(), metadata[0].get("data")),
        ("plain", Some("Secret"), None)
    );
    for found in [&tls, &one, &metadata] {
        let shown = serde_json::to_string(found).unwrap();
        assert!(!shown.contains("aGlkZGVu") && !shown.contains("cHJpdmF0ZQ"), "{shown}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_there_absent_or_denied() -> Outcome {
    let shop = Plane::shared().await?.namespace("objects").await?;
    let (pool, at) = (pool(&shop), shop.name());
    shop.apply("{kind: ConfigMap, apiVersion: v1, metadata: {name: c}, data: {a: b}}").await?;
    let get = |api, name| FactQuery::Object { object: object(api, Some(at), name) };
    let there = ask(&pool, "viewer", get(ApiType::config_maps(), "c")).await.unwrap();
    assert!(matches!(&there, Fact::Object { object } if object["data"]["a"] == "b" && object["kind"] == "ConfigMap"));
    assert_eq!(ask(&pool, "viewer", get(ApiType::config_maps(), "gone")).await.unwrap(), Fact::Absent);
    let denied = |resource: &str| Fact::Denied {
        verb: "get".to_owned(),
        resource: resource.to_owned(),
        namespace: Some(NamespaceName::parse(at).unwrap()),
    };
    assert_eq!(ask(&pool, "viewer", get(ApiType::secrets(), "s")).await.unwrap(), denied("secrets"));
    assert_eq!(ask(&pool, "nobody", get(ApiType::deployments(), "d")).await.unwrap(), denied("deployments.apps"));
    let unserved = ApiType { version: "v9".to_owned(), ..ApiType::config_maps() };
    assert!(matches!(ask(&pool, "viewer", get(unserved, "c")).await.unwrap(), Fact::Failed { .. }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_what_each_item_is_and_heed_the_selector() -> Outcome {
    let shop = Plane::shared().await?.namespace("lists").await?;
    let pool = pool(&shop);
    shop.apply("{kind: Service, apiVersion: v1, metadata: {name: a, labels: {t: x}}, spec: {ports: [{port: 1}]}}")
        .await?;
    shop.apply("{kind: Service, apiVersion: v1, metadata: {name: b, labels: {t: z}}, spec: {ports: [{port: 1}]}}")
        .await?;
    let answer = ask(&pool, "viewer", list(ApiType::services(), shop.name(), Some("t in (z)"))).await.unwrap();
    let Fact::List { items, truncated: false } = answer else { panic!("{answer:?}") };
    assert_eq!(items.iter().map(name).collect::<Vec<_>>(), ["b"]);
    assert_eq!((&items[0]["kind"], &items[0]["apiVersion"]), (&json!("Service"), &json!("v1")));
    assert!(items[0]["metadata"].get("managedFields").is_none());
    let denied = ask(&pool, "nobody", list(ApiType::services(), shop.name(), None)).await.unwrap();
    assert!(matches!(denied, Fact::Denied { verb, .. } if verb == "list"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_come_from_the_default_container_or_name_the_choice() -> Outcome {
    let shop = Plane::shared().await?.namespace("logs").await?;
    let pool = pool(&shop);
    for (pod, default) in [("told", "main"), ("untold", "")] {
        let mut annotations =
            json!({"kubechat.dev/logs.main": "one\ntwo\nthree\n", "kubechat.dev/logs.side": "aside\n"});
        if !default.is_empty() {
            annotations["kubectl.kubernetes.io/default-container"] = default.into();
        }
        let containers = json!([{"name": "side", "image": "side:1"}, {"name": "main", "image": "main:1"}]);
        let object = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": pod, "annotations": annotations}, "spec": {"containers": containers}});
        shop.apply(&object.to_string()).await?;
        let wait = format!("pod/{pod}");
        shop.kubectl(User::Admin).run(&["wait", "--for=condition=Ready", &wait, "--timeout=60s"]).await?;
    }
    let logs = |pod: &str, container: Option<&str>, lines| FactQuery::Logs {
        namespace: NamespaceName::parse(shop.name()).unwrap(),
        pod: pod.to_owned(),
        container: container.map(str::to_owned),
        previous: false,
        lines,
        since: None,
    };
    let lines = |texts: &[&str]| Fact::Logs { lines: texts.iter().map(|text| (*text).to_owned()).collect() };
    assert_eq!(ask(&pool, "viewer", logs("told", None, 2)).await.unwrap(), lines(&["two", "three"]));
    assert_eq!(ask(&pool, "viewer", logs("untold", Some("side"), 9)).await.unwrap(), lines(&["aside"]));
    let untold = ask(&pool, "viewer", logs("untold", None, 9)).await.unwrap();
    assert!(
        matches!(&untold, Fact::Failed { reason } if reason.contains("main") && reason.contains("side")),
        "{untold:?}"
    );
    assert_eq!(ask(&pool, "viewer", logs("gone", None, 9)).await.unwrap(), Fact::Absent);
    let denied = ask(&pool, "nobody", logs("told", None, 9)).await.unwrap();
    assert!(matches!(denied, Fact::Denied { resource, .. } if resource == "pods/log"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_with_a_namespace_is_counted_once() -> Outcome {
    let shop = Plane::shared().await?.namespace("types").await?;
    let types = types(ask(&pool(&shop), "nobody", FactQuery::NamespacedTypes).await.unwrap());
    for wanted in ["pods", "secrets", "deployments.apps", "persistentvolumeclaims", "events"] {
        assert_eq!(types.iter().filter(|known| *known == wanted).count(), 1, "{wanted}");
    }
    for unwanted in ["nodes", "namespaces", "events.events.k8s.io", "bindings"] {
        assert!(!types.iter().any(|known| known == unwanted), "{unwanted}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pods_of_a_node_are_listed_over_all_namespaces_and_only_for_who_may() -> Outcome {
    let shop = Plane::shared().await?.namespace("pods-on").await?;
    let pod = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "here"}, "spec": {
        "nodeName": "node-2", "containers": [{"name": "app", "image": "registry.example/app:1"}]}});
    shop.apply(&pod.to_string()).await?;
    let on = |node: &str| FactQuery::PodsOn { node: node.parse().unwrap() };
    let seen = async |node: &str| match ask(&pool(&shop), "admin", on(node)).await.unwrap() {
        Fact::List { items, truncated: false } => {
            assert!(items.iter().all(|pod| pod["spec"]["nodeName"] == node), "no pod of another node");
            items.iter().any(|pod| pod["metadata"]["namespace"] == shop.name())
        }
        other => panic!("{other:?}"),
    };
    assert!(seen("node-2").await && !seen("node-1").await);
    assert!(matches!(ask(&pool(&shop), "viewer", on("node-2")).await.unwrap(), Fact::Denied { .. }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_the_api_servers_word() -> Outcome {
    let shop = Plane::shared().await?.namespace("rights").await?;
    let pool = pool(&shop);
    let web = object(ApiType::deployments(), Some(shop.name()), "web");
    let rights: Vec<_> = ["get", "patch", "delete"]
        .map(|verb| Right { verb: verb.to_owned(), subresource: None, object: web.clone() })
        .into();
    let pod = object(ApiType::pods(), Some(shop.name()), "web-0");
    let evict = [Right { verb: "create".to_owned(), subresource: Some("eviction"), object: pod }];
    for (user, may) in [("editor", true), ("viewer", false)] {
        let answers = pool.allowed(&who(user), &cluster(), &evict).await.unwrap();
        assert_eq!(answers[0].allowed, may, "{user} evicts");
    }
    let mut seen = Vec::new();
    for user in ["editor", "viewer", "nobody"] {
        let answers = pool.allowed(&who(user), &cluster(), &rights).await.unwrap();
        seen.push(answers.iter().map(|answer| answer.allowed).collect::<Vec<_>>());
    }
    assert_eq!(seen, [vec![true, true, true], vec![true, false, false], vec![false, false, false]]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_the_user_may_use_a_thing_is_answered_by_name_and_subresource() -> Outcome {
    let shop = Plane::shared().await?.namespace("may").await?;
    let pool = pool(&shop);
    let may = |verb: &str, resource: &str| FactQuery::Allowed {
        verb: verb.to_owned(),
        resource: resource.to_owned(),
        namespace: Some(NamespaceName::parse(shop.name()).unwrap()),
        name: ObjectName::parse("db").unwrap(),
    };
    let asked = [("get", "secrets"), ("create", "serviceaccounts/token"), ("patch", "deployments.apps")];
    for (user, allowed) in [("editor", true), ("viewer", false), ("nobody", false)] {
        for (verb, resource) in asked {
            let answer = ask(&pool, user, may(verb, resource)).await.unwrap();
            assert_eq!(answer, Fact::Allowed { allowed }, "{user} {verb} {resource}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_are_listed_by_their_node_and_only_for_who_may() -> Outcome {
    let shop = Plane::shared().await?.namespace("on-node").await?;
    let pool = pool(&shop);
    let on = |node: &str| FactQuery::PodsOn { node: ObjectName::parse(node).unwrap() };
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"nodeName": format!("{}-node", shop.name()), "containers": [{"name": "c", "image": "i"}]}});
    shop.apply(&pod.to_string()).await?;
    let node = format!("{}-node", shop.name());
    assert!(
        matches!(ask(&pool, "admin", on(&node)).await, Ok(Fact::List { items, truncated: false }) if items.len() == 1 && name(&items[0]) == "p")
    );
    assert!(matches!(ask(&pool, "admin", on("no-such-node")).await, Ok(Fact::List { items, .. }) if items.is_empty()));
    assert!(matches!(ask(&pool, "editor", on(&node)).await, Ok(Fact::Denied { .. })));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_known_by_uid_or_by_its_authority() -> Outcome {
    let shop = Plane::shared().await?.namespace("pins").await?;
    let pool = pool(&shop);
    let system = shop.kubectl(User::Admin).json(&["get", "namespace", "kube-system"]).await?;
    let uid = system["metadata"]["uid"].as_str().unwrap().to_owned();
    assert_eq!(pool.pin(&who("admin"), &cluster()).await.unwrap(), ClusterPin::KubeSystem { uid });
    let pins =
        [pool.pin(&who("nobody"), &cluster()).await.unwrap(), pool.pin(&who("viewer"), &cluster()).await.unwrap()];
    assert!(matches!(pins[0], ClusterPin::Authority { .. }));
    assert_eq!(pins[0], pins[1], "it is the cluster's, not the user's");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn clusters_tell_version_user_and_namespace() -> Outcome {
    let shop = Plane::shared().await?.namespace("views").await?;
    let pool = pool(&shop);
    let views = pool.clusters(&who("viewer")).await;
    assert_eq!(views.len(), 1);
    let view = &views[0];
    assert_eq!((view.user.as_deref(), view.namespace.as_str()), (Some("viewer"), shop.name()));
    assert!(view.version.as_deref().unwrap().starts_with("v1."), "{view:?}");
    assert!(view.problem.is_none());
    assert_eq!((view.context.as_str(), view.server.as_str()), ("testplane", shop.plane().url()));
    let unasked = pool.known(&who("viewer"), None).unwrap();
    assert_eq!((unasked.version, unasked.context.as_str()), (None, "testplane"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_has_no_cluster() -> Outcome {
    let shop = Plane::shared().await?.namespace("stranger").await?;
    let pool = pool(&shop);
    assert!(pool.clusters(&who("stranger")).await.is_empty());
    let problem = ask(&pool, "stranger", kind("pods")).await.unwrap_err();
    assert_eq!(problem.code, Code::NotFound);
    let other = kubechat_core::names::ClusterName::parse("other").unwrap();
    let problem = pool.known(&who("viewer"), Some(&other)).unwrap_err();
    assert!(problem.hint.contains("test"), "names what there is: {problem:?}");
    Ok(())
}
