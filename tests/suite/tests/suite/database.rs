//! A database that takes nothing more: cluster writes are refused, reads work.

use std::os::unix::fs::FileExt as _;

use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::RunState;
use kubechat_flow::ports::ledger::Ledger as _;
use kubechat_harness::{Namespace, User};
use kubechat_store::Options;
use kubechat_suite::machine::Machine;
use kubechat_suite::world::{Custom, PEOPLE, assemble, cluster, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;

/// Room for some plans, not for many.
const DATABASE_BYTES: u64 = 1 << 20;
const PLANS_MAX: usize = 300;
const LARGE_BYTES: usize = 100 << 10;
/// Byte of the file that says which format writes it; above 2, SQLite treats it as read-only, for root as well.
const WRITE_VERSION_AT: u64 = 18;
const FILE: &str = "kubechat.db";

fn scale() -> Value {
    json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 2})
}

async fn deployed(name: &str, store: Options) -> Tested<World> {
    let world = KIT.custom(name, &[], Custom { store, ..Custom::default() }).await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    Ok(world)
}

/// Reads go on: the cluster is listed, plans are shown.
async fn reads_work(world: &World) -> Tested {
    let list = serde_json::from_value(json!({"op": "list", "kind": "pods"}))?;
    world.flow.read(&who(User::Editor), &cluster(), &list).await?;
    world.flow.list_plans(Default::default()).await?;
    world.ledger.verify().await?;
    Ok(())
}

async fn untouched(namespace: &Namespace) -> Tested {
    assert_eq!(namespace.get("deployment", "web").await?["spec"]["replicas"], 1);
    Ok(())
}

#[tokio::test]
async fn a_database_that_is_gone_refuses_writes_until_it_is_back() -> Tested {
    let world = deployed("db-gone", Options::default()).await?;
    let plan = world.plan(User::Editor, scale()).await?;
    let witness = world.namespace.witness()?;
    let (here, away) = (world.data.join(FILE), world.data.join("away.db"));
    std::fs::rename(&here, &away)?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("nowhere to write");
    assert_eq!(refused.code, Code::StoreUnavailable, "{refused:?}");
    let unplanned = world.plan(User::Editor, scale()).await.expect_err("a plan is a row");
    assert_eq!(unplanned.code, Code::StoreUnavailable, "{unplanned:?}");
    reads_work(&world).await?;
    assert_eq!(witness.writes().await?.len(), 0);

    std::fs::rename(&away, &here)?;
    let run = world.execute(User::Editor, plan.id).await?;
    assert_eq!(run.state, RunState::Succeeded);
    assert_eq!(witness.writes().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_read_only_database_refuses_writes_and_is_read() -> Tested {
    let world = deployed("db-read-only", Options::default()).await?;
    let plan = world.plan(User::Editor, scale()).await?;
    let World { namespace, flow, ledger, clock: _, data } = world;
    ledger.close().await;
    drop((flow, ledger));
    std::fs::OpenOptions::new().write(true).open(data.join(FILE))?.write_all_at(&[3], WRITE_VERSION_AT)?;
    let kubeconfigs = PEOPLE.map(|user| (user.name().to_owned(), namespace.kubeconfig(user))).into();
    let clock = Machine::default();
    let (flow, ledger) = assemble(KIT, &data, &kubeconfigs, Custom::default(), &clock).await?;
    let world = World { namespace, flow, ledger, clock, data };

    let witness = world.namespace.witness()?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("read-only");
    assert_eq!(refused.code, Code::StoreUnavailable, "{refused:?}");
    assert!(refused.detail.contains("read-only"), "{refused:?}");
    reads_work(&world).await?;
    assert_eq!(witness.writes().await?.len(), 0);
    untouched(&world.namespace).await
}

#[tokio::test]
async fn a_full_database_refuses_writes_and_is_read() -> Tested {
    let world = deployed("db-full", Options { bytes_max: Some(DATABASE_BYTES), ..Options::default() }).await?;
    let plan = world.plan(User::Editor, scale()).await?;
    // First with large plans, then with small ones, so that no gap is left for the run's row.
    let large = json!({"op": "apply", "objects": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "large"},
        "data": {"text": "x".repeat(LARGE_BYTES)}}]});
    let refused = fill(&world, large).await?;
    assert_eq!(refused.code, Code::StoreUnavailable, "{refused:?}");
    let refused = fill(&world, scale()).await?;
    assert_eq!(refused.code, Code::StoreUnavailable, "{refused:?}");
    assert!(refused.detail.contains("full"), "{refused:?}");
    let witness = world.namespace.witness()?;
    let refused = world.execute(User::Editor, plan.id).await.expect_err("full");
    assert_eq!(refused.code, Code::StoreUnavailable, "{refused:?}");
    reads_work(&world).await?;
    assert_eq!(witness.writes().await?.len(), 0);
    untouched(&world.namespace).await
}

/// Plans the same until the database takes no more.
async fn fill(world: &World, operation: Value) -> Tested<Problem> {
    for _ in 0..PLANS_MAX {
        if let Err(refused) = world.plan(User::Editor, operation.clone()).await {
            return Ok(refused);
        }
    }
    let size = std::fs::metadata(world.data.join(FILE))?.len();
    Err(format!("{size} bytes are used; the limit is above {PLANS_MAX} plans").into())
}
