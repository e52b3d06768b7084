//! A control plane of its own: many objects, then frozen, then killed in the middle of things.

use std::time::{Duration, Instant};

use kubechat_cluster::{ClusterPool, Deadlines};
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::limits::LIST_ITEMS_MAX;
use kubechat_core::mutation::Action;
use kubechat_core::object::{ApiType, uid};
use kubechat_core::problem::Code;
use kubechat_flow::ports::cluster::{Cluster as _, Performed};
use kubechat_harness::{Outcome, PrivatePlane, User, wait_for};
use serde_json::json;

use crate::support::{ask, cluster, config, mutation, object, perform_pinned, pool_of, who};

const PODS: u32 = 2_300;

fn pods() -> FactQuery {
    FactQuery::List { api: ApiType::pods(), namespace: None, selector: None }
}

async fn listed(pool: &ClusterPool) -> (usize, bool) {
    match ask(pool, "editor", pods()).await.unwrap() {
        Fact::List { items, truncated } => {
            let names: std::collections::BTreeSet<_> = items.iter().map(uid).collect();
            assert_eq!(names.len(), items.len(), "no object twice");
            assert!(items.iter().all(|item| item["kind"] == "Pod" && item["metadata"].get("managedFields").is_none()));
            (items.len(), truncated)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_are_read_in_pages_and_cut_at_the_limit() -> Outcome {
    let plane = PrivatePlane::start().await?;
    let pool = pool_of("editor", vec![config(plane.kubeconfig(User::Admin))], Deadlines::default());
    plane.bulk("many", 3, PODS, 4).await?;
    assert_eq!(listed(&pool).await, (PODS as usize, false));
    let started = Instant::now();
    listed(&pool).await;
    println!("{PODS} pods listed and parsed in {:?}", started.elapsed());
    plane.bulk("more", 3, u32::try_from(LIST_ITEMS_MAX).unwrap() - 2_000, 4).await?;
    assert_eq!(listed(&pool).await, (LIST_ITEMS_MAX, true), "cut, and said so");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_or_killed_server_leaves_reads_failed_and_writes_unknown() -> Outcome {
    let mut plane = PrivatePlane::start().await?;
    let shop = plane.namespace("frozen").await?;
    shop.apply("{kind: ConfigMap, apiVersion: v1, metadata: {name: c}}").await?;
    let short = Duration::from_secs(2);
    let waits = Deadlines { connect: short, read: short, list: short, write: short, look: short, exec: short };
    let pool = pool_of("editor", vec![config(shop.kubeconfig(User::Editor))], waits);
    let target = object(ApiType::config_maps(), Some(shop.name()), "c");
    let write = mutation(target, Action::MergePatch { body: json!({"data": {"a": "b"}}) });
    let pin = pool.pin(&who("editor"), &cluster()).await.unwrap();
    let perform = || perform_pinned(&pool, "editor", &pin, &write, (None, None));
    let done = perform().await;
    assert!(matches!(done, Performed::Done { .. }), "{done:?}");
    plane.freeze()?;
    // The signal reaches its threads one by one, so an answer or two may still come.
    let asking = &pool;
    let problem = wait_for("the freeze", Duration::from_secs(30), || async move {
        asking.pin(&who("editor"), &cluster()).await.err().ok_or("it still answers")
    })
    .await?;
    assert_eq!(problem.code, Code::Timeout);
    let began = Instant::now();
    // TLS can't be set up with a frozen server, so no byte of the write has left.
    let lost = perform().await;
    assert!(matches!(&lost, Performed::Refused(p) if p.code == Code::Timeout), "{lost:?}");
    assert!(began.elapsed() < Duration::from_secs(10), "each wait ended at its deadline");
    plane.thaw()?;
    plane.kill()?;
    let gone = perform().await;
    assert!(matches!(&gone, Performed::Refused(p) if p.code == Code::ClusterUnreachable), "{gone:?}");
    plane.restart().await?;
    let again = perform().await;
    assert!(matches!(again, Performed::Done { .. }), "the line comes back by itself: {again:?}");
    Ok(())
}
