//! Kill -9 at random moments of an execution, again and again: no write twice, no entry lost, every run ends.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use kubechat_core::audit::EntryKind as K;
use kubechat_core::ids::PlanId;
use kubechat_core::plan::Plan;
use kubechat_core::run::{Run, RunState, StepState};
use kubechat_flow::ports::ledger::{AuditFilter, AuditRow, Ledger as _, Page};
use kubechat_harness::{Entry, Namespace, User};
use kubechat_store::{DataDir, Options, SqliteLedger};
use kubechat_suite::child::Order;
use kubechat_suite::world::{Folder, PEOPLE};
use kubechat_suite::{Tested, World};
use serde_json::json;
use tokio::time::timeout;

use crate::KIT;

const KILLS: usize = 50;
const AT_ONCE: usize = 4;
/// Later than this after `ready`, an execution of two steps has ended even beside other tests.
const KILL_BEFORE_MS: u64 = 600;
/// A child waits for a write's grace time at most twice.
const CHILD_WITHIN: Duration = Duration::from_secs(90);

#[tokio::test]
async fn killed_at_any_moment_a_host_writes_nothing_twice_and_loses_no_entry() -> Tested {
    let moments = stream::iter(0..KILLS).map(|round| async move { tokio::spawn(one(round)).await? });
    let ends: Vec<RunState> = moments.buffered(AT_ONCE).try_collect().await?;
    let count = |state| ends.iter().filter(|end| **end == state).count();
    let (succeeded, failed) = (count(RunState::Succeeded), count(RunState::Failed));
    assert_eq!(succeeded + failed + count(RunState::Indeterminate), KILLS, "{ends:?}");
    assert!(succeeded > 0, "{ends:?}");
    Ok(())
}

async fn one(round: usize) -> Tested<RunState> {
    let world = KIT.world("kill").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {n: '0'}}").await?;
    world.namespace.rolled_out("web").await?;
    let settings =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"m": "1"}});
    let plan = world
        .plan_all(
            User::Editor,
            vec![
                json!({"op": "scale", "target": {"kind": "deployment", "name": "web"}, "replicas": 2}),
                json!({"op": "apply", "objects": [settings]}),
            ],
        )
        .await?;
    world.approved(&plan).await?;
    let before = world.ledger.verify().await?;
    let (namespace, _data, order) = handed_over(world, plan.id).await;

    let witness = namespace.witness()?;
    let delay = Duration::from_millis(KILL_BEFORE_MS * round as u64 / KILLS as u64);
    kill_after(&order, delay).await?;
    let resumed = Order { execute: None, ..order };
    finish(&resumed).await?;

    let ledger = SqliteLedger::open(&DataDir::open(&resumed.data)?, Options::default()).await?;
    let Some(run) = ledger.plan(plan.id).await?.and_then(|found| found.row.run) else {
        // Killed before the run was accepted: nothing began, so nothing may be written.
        assert_eq!(witness.writes().await?.len(), 0);
        return Ok(RunState::Failed);
    };
    let run = ledger.run(run).await?.ok_or("the run's row")?.row;
    check_writes(&run, &plan, &witness.writes().await?);
    check_live(&run, &namespace).await?;
    check_log(&ledger, &run, before).await?;
    ledger.close().await;
    Ok(run.state)
}

/// Closes the world's own database, so that the child can open the folder.
async fn handed_over(world: World, plan: PlanId) -> (Namespace, Folder, Order) {
    let World { namespace, flow, ledger, data, .. } = world;
    ledger.close().await;
    drop((flow, ledger));
    let kubeconfigs = PEOPLE.map(|user| (user.name().to_owned(), namespace.kubeconfig(user))).into();
    let order = Order { data: data.to_path_buf(), cache: KIT.cache.into(), kubeconfigs, execute: Some(plan) };
    (namespace, data, order)
}

fn start(order: &Order) -> Tested<Child> {
    let child = Command::new(KIT.child)
        .arg(serde_json::to_string(order)?)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    Ok(child)
}

async fn kill_after(order: &Order, delay: Duration) -> Tested {
    let mut child = start(order)?;
    let stdout = child.stdout.take().ok_or("a pipe")?;
    let ready = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).map(|_| line)
    });
    assert_eq!(timeout(CHILD_WITHIN, ready).await???, "ready\n");
    // The moment of death is the input here, not a wait for something to happen.
    tokio::time::sleep(delay).await;
    child.kill()?;
    child.wait()?;
    Ok(())
}

async fn finish(order: &Order) -> Tested {
    let mut child = start(order)?;
    let ended = tokio::task::spawn_blocking(move || child.wait());
    let status = timeout(CHILD_WITHIN, ended).await???;
    assert!(status.success(), "the second process ended with {status}");
    Ok(())
}

/// A step that succeeded was written once, one that never began was not written, and none was written twice.
fn check_writes(run: &Run, plan: &Plan, writes: &[Entry]) {
    assert!(run.state.is_final(), "{run:?}");
    for (row, step) in run.steps.iter().zip(&plan.revision.steps) {
        let of_step = |w: &&Entry| may_have_happened(w) && w.name == step.mutation.target.name.as_str();
        let sent = writes.iter().filter(of_step).count();
        let writes: Vec<_> =
            writes.iter().map(|w| format!("{} {} {}: {}", w.received_at, w.verb, w.uri, w.code)).collect();
        match row.state {
            StepState::Succeeded => assert_eq!(sent, 1, "{row:?} {writes:#?}"),
            StepState::Skipped | StepState::Cancelled => assert_eq!(sent, 0, "{row:?} {writes:#?}"),
            // Sent, and ended by the API server because its client was gone.
            StepState::Failed => assert!(sent <= 1, "{row:?} {writes:#?}"),
            StepState::Indeterminate => assert!(sent <= 1, "{row:?} {writes:#?}"),
            StepState::Pending | StepState::Running => panic!("not final: {run:?}"),
        }
    }
    assert!(run.steps.iter().all(|row| row.state != StepState::Indeterminate), "nobody else wrote: {run:?}");
}

/// What is said to have happened is there, and nothing else.
async fn check_live(run: &Run, namespace: &Namespace) -> Tested {
    let done = |index: usize| run.steps[index].state == StepState::Succeeded;
    let replicas = &namespace.get("deployment", "web").await?["spec"]["replicas"];
    assert_eq!(*replicas == 2, done(0), "{replicas} {run:?}");
    let data = &namespace.get("configmap", "settings").await?["data"];
    assert_eq!(data["m"] == "1", done(1), "{data} {run:?}");
    Ok(())
}

/// Answered well, or cut off by the client's death at a point where only a look can tell.
fn may_have_happened(write: &Entry) -> bool {
    write.succeeded() || write.code == 0 || write.code >= 499
}

/// Each run has its acceptance and its end, each step that began its intent and exactly one outcome; the log verifies.
async fn check_log(ledger: &SqliteLedger, run: &Run, before: u64) -> Tested {
    let filter = AuditFilter { run: Some(run.id), ..AuditFilter::default() };
    let rows = ledger.audit(filter, Page { limit: 500, before: None }).await?;
    let of = |kinds: &[K], step: Option<u32>| {
        let fits = |row: &&AuditRow| kinds.contains(&row.committed.entry.kind) && row.committed.entry.step == step;
        rows.iter().filter(fits).count()
    };
    assert_eq!((of(&[K::RunAccepted], None), of(&[K::RunEnded], None)), (1, 1), "{rows:#?}");
    for row in &run.steps {
        let intents = of(&[K::StepIntent], Some(row.index));
        assert_eq!(intents > 0, row.started_at.is_some(), "{row:?}");
        // What never began still says so once.
        assert_eq!(of(&[K::StepOutcome, K::StepResolved], Some(row.index)), intents.max(1), "{row:?}");
    }
    assert!(ledger.verify().await? > before);
    Ok(())
}
