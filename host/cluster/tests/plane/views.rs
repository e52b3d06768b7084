//! Facts from watches: answered without a request once they are warm, as they are now, and never more than may be kept.

use std::time::Duration;

use kubechat_cluster::{ClusterPool, Deadlines};
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::object::{ApiType, name};
use kubechat_flow::ports::cluster::Cluster as _;
use kubechat_harness::{Entry, Namespace, Outcome, PrivatePlane, User, Witness, wait_for};

use crate::support::{cluster, config, pool, pool_of, who};

const SEEN_WITHIN: Duration = Duration::from_secs(20);

fn list(api: ApiType, namespace: &str) -> FactQuery {
    FactQuery::List { api, namespace: Some(namespace.parse().unwrap()), selector: None }
}

fn outline(api: ApiType, namespace: &str, fields: Option<&str>) -> FactQuery {
    let (namespace, fields) = (Some(namespace.parse().unwrap()), fields.map(str::to_owned));
    FactQuery::Outline { api, namespace, selector: None, fields, keys: true }
}

async fn view(pool: &ClusterPool, user: &str, query: FactQuery) -> Fact {
    pool.view(&who(user), &cluster(), vec![query]).await.unwrap().remove(0).1
}

fn names(fact: &Fact) -> Vec<String> {
    let mut names: Vec<_> = fact.items().into_iter().map(|item| name(item).to_owned()).collect();
    if let Fact::Kept(list) = fact {
        names.extend(list.alike().iter().map(|pod| name(pod.object()).to_owned()));
    }
    names.sort();
    names
}

async fn lists(witness: &Witness) -> Outcome<Vec<Entry>> {
    let mut entries = witness.settled().await?;
    entries.retain(|entry| entry.verb == "list" && entry.user_agent.starts_with("kubechat/"));
    Ok(entries)
}

/// A namespace with a Deployment of two pods that run.
async fn with_pods(shop: &Namespace) -> Outcome {
    shop.deploy("web", "registry.example/web:1", 2, &[]).await?;
    shop.rolled_out("web").await
}

#[tokio::test(flavor = "multi_thread")]
async fn once_warm_a_view_lists_nothing_and_is_still_as_it_is_now() -> Outcome {
    let plane = kubechat_harness::Plane::shared().await?;
    let shop = plane.namespace("view").await?;
    with_pods(&shop).await?;
    let pool = pool(&shop);
    let pods = || list(ApiType::pods(), shop.name());
    assert_eq!(names(&view(&pool, "editor", pods()).await).len(), 2, "the first answer is whole");

    let witness = shop.witness()?;
    shop.deploy("cart", "registry.example/cart:1", 1, &[("kubechat.dev/fault", "crash-loop")]).await?;
    let (asking, wanted) = (&pool, pods());
    wait_for("the view to follow", SEEN_WITHIN, || async {
        match view(asking, "editor", wanted.clone()).await {
            Fact::Kept(list) if list.len() == 3 && list.whole().any(|pod| name(pod).starts_with("cart-")) => Ok(()),
            other => Err(format!("{:?}", names(&other))),
        }
    })
    .await?;
    let listed: Vec<_> = lists(&witness).await?.into_iter().filter(|entry| entry.resource == "pods").collect();
    assert!(listed.is_empty(), "{listed:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_secret_a_view_holds_keys_and_no_value() -> Outcome {
    let plane = kubechat_harness::Plane::shared().await?;
    let shop = plane.namespace("view-secrets").await?;
    shop.apply("{kind: Secret, apiVersion: v1, metadata: {name: db}, stringData: {password: hunter2-swordfish}}")
        .await?;
    let pool = pool(&shop);
    for fields in [None, Some("metadata.name=db")] {
        let fact = view(&pool, "editor", outline(ApiType::secrets(), shop.name(), fields)).await;
        let said = format!("{fact:?}");
        assert!(said.contains("password") && !said.contains("aHVudGVyMi1zd29yZGZpc2g"), "{said}");
    }
    let none = view(&pool, "editor", outline(ApiType::secrets(), shop.name(), Some("metadata.name=other"))).await;
    assert_eq!(none, Fact::List { items: Vec::new(), truncated: false }, "an absence is known");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_what_one_may_not_list_is_the_refusal() -> Outcome {
    let plane = kubechat_harness::Plane::shared().await?;
    let shop = plane.namespace("view-rights").await?;
    with_pods(&shop).await?;
    let pool = pool(&shop);
    let everywhere = FactQuery::List { api: ApiType::pods(), namespace: None, selector: None };
    for _ in 0..2 {
        let refused = view(&pool, "viewer", everywhere.clone()).await;
        assert!(matches!(&refused, Fact::Denied { resource, .. } if resource == "pods"), "{refused:?}");
        let refused = view(&pool, "nobody", list(ApiType::pods(), shop.name())).await;
        assert!(matches!(refused, Fact::Denied { .. }), "{refused:?}");
        assert_eq!(names(&view(&pool, "viewer", list(ApiType::pods(), shop.name())).await).len(), 2, "his own");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_a_cluster_that_is_lost_says_since_when_it_is_old() -> Outcome {
    let plane = PrivatePlane::start().await?;
    let shop = plane.namespace("view-lost").await?;
    with_pods(&shop).await?;
    let short = Duration::from_secs(2);
    let waits = Deadlines { connect: short, read: short, list: short, write: short, look: short, exec: short };
    let pool = pool_of("editor", vec![config(shop.kubeconfig(User::Editor))], waits);
    let pods = || list(ApiType::pods(), shop.name());
    assert_eq!(names(&view(&pool, "editor", pods()).await).len(), 2);
    plane.freeze()?;
    let (asking, wanted) = (&pool, pods());
    let old = wait_for("the loss to be said", SEEN_WITHIN, || async {
        match view(asking, "editor", wanted.clone()).await {
            Fact::Kept(list) if list.len() == 2 => list.old().map(str::to_owned).ok_or("not said yet"),
            _ => Err("what was there is not shown any more"),
        }
    })
    .await?;
    assert!(old.starts_with("as of 2"), "{old}");
    plane.thaw()
}
