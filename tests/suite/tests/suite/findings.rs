//! "what is broken?" on the demo's own manifests: each planted fault is found, a healthy namespace is left in peace.

use std::time::Duration;

use kubechat_core::analyze::Findings;
use kubechat_core::names::Namespace as Name;
use kubechat_core::plan::{Origin, PlanState};
use kubechat_core::policy::Severity;
use kubechat_core::read::Answer;
use kubechat_core::run::RunState;
use kubechat_flow::turn::TurnState;
use kubechat_harness::{Namespace, User, wait_for};
use kubechat_suite::world::{Custom, assemble, cluster, plans_of, who};
use kubechat_suite::{Tested, World};

use crate::KIT;

const SHOWS_WITHIN: Duration = Duration::from_secs(60);

/// A demo manifest moved from its namespace to a test's.
async fn plant(file: &str, from: &str, to: &Namespace) -> Tested {
    let text = std::fs::read_to_string(format!("{}/../../examples/demo/{file}", env!("CARGO_MANIFEST_DIR")))?;
    to.apply(&text.replace(&format!("namespace: {from}"), &format!("namespace: {}", to.name()))).await?;
    Ok(())
}

async fn findings(world: &World, user: User, namespace: Option<&str>) -> Tested<Findings> {
    let namespace = namespace.map(Name::parse).transpose()?;
    match world.flow.findings(&who(user), &cluster(), namespace).await? {
        Answer::Findings(findings) => Ok(findings),
        other => Err(format!("{other:?}").into()),
    }
}

/// Findings once one of each of these objects is among them.
async fn found(world: &World, names: &[&str]) -> Tested<Findings> {
    let seen = wait_for("every fault to be found", SHOWS_WITHIN, || async {
        let seen =
            findings(world, User::Editor, Some(world.namespace.name())).await.map_err(|error| error.to_string())?;
        let has = |name: &&&str| !seen.findings.iter().any(|finding| finding.object.name.as_str().starts_with(**name));
        let missing: Vec<_> = names.iter().filter(has).collect();
        let told: Vec<_> = seen.findings.iter().map(|f| format!("{} {}", f.rule, f.object)).collect();
        if missing.is_empty() { Ok(seen) } else { Err(format!("{missing:?} not in {told:?}")) }
    });
    match seen.await {
        Ok(seen) => Ok(seen),
        Err(error) => {
            Err(format!("{error}: {:#?}", findings(world, User::Editor, Some(world.namespace.name())).await?).into())
        }
    }
}

#[tokio::test]
async fn every_planted_fault_of_the_shop_is_found_and_the_bad_release_is_taken_back() -> Tested {
    let world = KIT.world("broken").await?;
    plant("20-shop.yaml", "shop", &world.namespace).await?;
    world.namespace.rolled_out("search").await?;
    world.namespace.rolled_out("web").await?;
    plant("40-bad-release.yaml", "shop", &world.namespace).await?;
    let seen = found(&world, &["checkout", "search", "reviews", "recommender"]).await?;
    let about = |name: &str| -> Vec<_> {
        seen.findings.iter().filter(|finding| finding.object.name.as_str().starts_with(name)).collect()
    };
    assert!(about("web").is_empty(), "web works: {:?}", about("web"));
    for name in ["checkout", "search", "reviews", "recommender"] {
        assert!(about(name).iter().all(|finding| !finding.evidence.is_empty()), "{:?}", about(name));
    }
    let evidence = serde_json::to_string(&about("checkout"))?;
    assert!(evidence.contains("cannot open /etc/shop/config.yaml"), "the log tells why: {evidence}");

    let turn = world.ask(User::Editor, "what is broken?").await?;
    assert_eq!(turn.state, TurnState::Answered, "{:?}", turn.parts);
    let mut fix = None;
    for id in plans_of(&turn) {
        let plan = world.flow.show(id).await?.plan;
        if plan.revision.targets().any(|target| target.name.as_str() == "search") {
            fix = Some(plan);
        }
    }
    let fix = fix.ok_or_else(|| format!("no plan for search: {:?}", turn.parts))?;
    assert!(matches!(fix.origin, Origin::Finding { .. }));
    assert_eq!(fix.state, PlanState::Ready, "{:?}", fix.revision.parts);
    let inbox = world.flow.inbox(&who(User::Editor)).await?;
    assert_eq!(inbox.mine_ready, 0, "what an answer proposes waits for nobody");
    let run = world.carry_out(&fix).await?;
    assert_eq!((run.state, run.steps[0].settled), (RunState::Succeeded, Some(true)), "{run:?}");
    let image =
        &world.namespace.get("deployment", "search").await?["spec"]["template"]["spec"]["containers"][0]["image"];
    assert_eq!(image, "registry.example/shop/search:5.1.0", "the tag before");
    Ok(())
}

#[tokio::test]
async fn a_full_quota_is_found_as_the_reason_for_missing_pods() -> Tested {
    let world = KIT.world("quota").await?;
    plant("30-payments.yaml", "payments", &world.namespace).await?;
    let why = wait_for("the quota to be the reason", SHOWS_WITHIN, || async {
        let seen =
            findings(&world, User::Editor, Some(world.namespace.name())).await.map_err(|error| error.to_string())?;
        let of_quota = seen.findings.into_iter().find(|finding| finding.object.name.as_str() == "team-quota");
        let said = of_quota.ok_or("no finding about the quota")?.sentence;
        // Until the pods that fit are made, it is only used up.
        if said.contains("ledger has 2 of 3 pods") { Ok(said) } else { Err(said) }
    })
    .await?;
    assert!(why.contains("is full"), "{why}");
    Ok(())
}

#[tokio::test]
async fn a_healthy_namespace_has_no_critical_finding_cold_or_warm() -> Tested {
    let world = KIT.world("healthy").await?;
    world.namespace.deploy("web", "registry.example/web:1", 2, &[]).await?;
    world.namespace.rolled_out("web").await?;
    for _ in 0..2 {
        let seen = findings(&world, User::Editor, Some(world.namespace.name())).await?;
        let bad: Vec<_> = seen.findings.iter().filter(|finding| finding.severity >= Severity::High).collect();
        assert!(bad.is_empty(), "{bad:#?}");
    }
    Ok(())
}

/// What findings are about, without what goes on changing (restarts, times).
fn told(seen: &Findings) -> Vec<String> {
    let about = seen.findings.iter().map(|f| format!("{} {} {:?} {:?}", f.rule, f.object, f.severity, f.fix));
    let mut told: Vec<_> = about.chain(seen.unseen.iter().map(|unseen| format!("{unseen:?}"))).collect();
    told.sort();
    told
}

#[tokio::test]
async fn a_host_that_watches_finds_what_one_finds_that_has_just_started_and_lists_nothing_for_it() -> Tested {
    let world = KIT.world("warm").await?;
    plant("20-shop.yaml", "shop", &world.namespace).await?;
    world.namespace.rolled_out("search").await?;
    world.namespace.rolled_out("web").await?;
    plant("40-bad-release.yaml", "shop", &world.namespace).await?;
    found(&world, &["checkout", "search", "reviews", "recommender"]).await?;
    let data = std::env::temp_dir().join("kubechat-suite").join(format!("{}-anew", world.namespace.name()));
    let kubeconfigs = [(User::Editor.name().to_owned(), world.namespace.kubeconfig(User::Editor))].into();
    let (anew, _ledger) = assemble(KIT, &data, &kubeconfigs, Custom::default(), &world.clock).await?;
    let place = Name::parse(world.namespace.name())?;
    let cold = match anew.findings(&who(User::Editor), &cluster(), Some(place)).await? {
        Answer::Findings(findings) => findings,
        other => return Err(format!("{other:?}").into()),
    };
    let cold = told(&cold);
    let (world, cold) = (&world, &cold);
    wait_for("both to find the same", SHOWS_WITHIN, || async move {
        let witness = world.namespace.witness().map_err(|error| error.to_string())?;
        let warm =
            findings(world, User::Editor, Some(world.namespace.name())).await.map_err(|error| error.to_string())?;
        let seen = witness.settled().await.map_err(|error| error.to_string())?;
        let lists: Vec<_> =
            seen.iter().filter(|entry| entry.verb == "list" && entry.user_agent.starts_with("kubechat/")).collect();
        match (told(&warm) == *cold, lists.is_empty()) {
            (true, true) => Ok(()),
            _ => Err(format!("warm {:#?}, cold {cold:#?}, listed {lists:?}", told(&warm))),
        }
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_viewer_of_one_namespace_sees_only_its_faults() -> Tested {
    let world = KIT.world("own-faults").await?;
    let crash = [("kubechat.dev/fault", "crash-loop")];
    world.namespace.deploy("mine", "registry.example/mine:1", 1, &crash).await?;
    let other = world.namespace.plane().namespace("others").await?;
    other.kubectl(User::Admin).run(&["delete", "rolebinding", "people-view"]).await?;
    other.deploy("theirs", "registry.example/theirs:1", 1, &crash).await?;
    found(&world, &["mine"]).await?;

    for namespace in [None, Some(world.namespace.name())] {
        let seen = findings(&world, User::Viewer, namespace).await?;
        assert!(seen.findings.iter().any(|finding| finding.object.name.as_str().starts_with("mine")), "{seen:?}");
        assert!(
            seen.findings.iter().all(|finding| finding
                .object
                .namespace
                .as_ref()
                .is_none_or(|n| n.as_str() != other.name()))
        );
    }
    Ok(())
}
