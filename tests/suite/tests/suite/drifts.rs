//! What happens between plan and execution, from the tables in `tests/drifts`, on the real cluster: after a benign drift
//! the plan runs, after a harmful one it is stale and nothing is written.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use kubechat_core::plan::PlanState;
use kubechat_core::problem::Code;
use kubechat_core::run::RunState;
use kubechat_harness::{User, wait_for};
use kubechat_suite::{Tested, World};
use serde::Deserialize;
use serde_json::Value;

use crate::KIT;

/// Cases at the same time: each has its own namespace, all share two cores.
const AT_ONCE: usize = 4;
const CASES_MIN: usize = 20;
const SETTLES_WITHIN: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
struct Drifts {
    cases: Vec<Drift>,
}

#[derive(Clone, Deserialize)]
struct Drift {
    plan: String,
    drift: String,
    how: String,
    #[serde(default)]
    body: Value,
}

fn data(name: &str) -> Tested<String> {
    Ok(std::fs::read_to_string(format!("{}/../drifts/{name}", env!("CARGO_MANIFEST_DIR")))?)
}

#[tokio::test]
async fn a_plan_survives_every_benign_drift() -> Tested {
    let outcomes = all("benign.json").await?;
    let wrong: Vec<_> = outcomes.iter().filter(|(_, ending)| *ending != Ok(())).collect();
    assert!(wrong.is_empty(), "stale or failed after a benign drift: {wrong:#?}");
    Ok(())
}

#[tokio::test]
async fn a_plan_is_stale_after_every_harmful_drift_and_nothing_is_written() -> Tested {
    let outcomes = all("harmful.json").await?;
    let wrong: Vec<_> = outcomes.iter().filter(|(_, ending)| !matches!(ending, Err((Code::Stale, _)))).collect();
    assert!(wrong.is_empty(), "not stale after a harmful drift: {wrong:#?}");
    Ok(())
}

/// Each case's name and how its execution ended.
type Ended = (String, Result<(), (Code, String)>);

async fn all(file: &str) -> Tested<Vec<Ended>> {
    let drifts: Drifts = serde_json::from_str(&data(file)?)?;
    assert!(drifts.cases.len() >= CASES_MIN, "{file} holds {} cases", drifts.cases.len());
    stream::iter(drifts.cases)
        .map(|drift| async move { tokio::spawn(one(drift)).await? })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn one(drift: Drift) -> Tested<Ended> {
    let world = KIT.world("drift").await?;
    let deployment = data("deployment.json")?;
    world.namespace.apply(&deployment).await?;
    world.namespace.rolled_out("web").await?;
    let plans: Value = serde_json::from_str(&data("plans.json")?)?;
    let plan = world.plan(User::Editor, plans[&drift.plan].clone()).await?;
    world.approved(&plan).await?;

    happen(&world, &drift, &deployment).await?;
    let witness = world.namespace.witness()?;
    let name = format!("{}: {}", drift.plan, drift.drift);
    let ending = match world.execute(User::Editor, plan.id).await {
        Ok(run) if run.state == RunState::Succeeded => Ok(()),
        Ok(run) => {
            let problem = run.steps[0].problem.clone().ok_or(format!("{name}: {run:?}"))?;
            Err((problem.code, problem.detail))
        }
        Err(problem) => {
            assert_eq!(witness.writes().await?.len(), 0, "{name}: a refused plan writes nothing");
            if problem.code == Code::Stale {
                assert_eq!(world.flow.show(plan.id).await?.plan.state, PlanState::Stale, "{name}");
            }
            Err((problem.code, problem.detail))
        }
    };
    Ok((name, ending))
}

async fn happen(world: &World, drift: &Drift, deployment: &str) -> Tested {
    let admin = world.namespace.kubectl(User::Admin);
    let body = drift.body.to_string();
    match drift.how.as_str() {
        "patch" => admin.run(&["patch", "deployment", "web", "--type=merge", "-p", &body]).await.map(drop)?,
        "status" => {
            admin.run(&["patch", "deployment", "web", "--subresource=status", "--type=merge", "-p", &body]).await?;
        }
        "delete" => admin.run(&["delete", "deployment", "web", "--wait"]).await.map(drop)?,
        "recreate" => {
            admin.run(&["delete", "deployment", "web", "--wait"]).await?;
            world.namespace.apply(deployment).await?;
        }
        other => return Err(format!("{}: no such way: {other}", drift.drift).into()),
    }
    rest(world).await
}

/// The controllers have seen it: else their own writes race with ours, which is another test.
async fn rest(world: &World) -> Tested {
    let admin = world.namespace.kubectl(User::Admin);
    wait_for("the controllers to rest", SETTLES_WITHIN, || async {
        let listed = admin.json(&["get", "deployments"]).await.map_err(|error| error.to_string())?;
        let busy = listed["items"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|object| object["status"]["observedGeneration"] != object["metadata"]["generation"]);
        busy.map_or(Ok(()), |object| Err(object["status"].to_string()))
    })
    .await?;
    Ok(())
}
