//! One plan over two clusters, each a real control plane with a log of its own: judged, approved, carried out and taken back
//! cluster by cluster.

use std::path::PathBuf;

use futures_util::future::join_all;
use kubechat_core::approval::{Choice, Tally};
use kubechat_core::audit::EntryKind;
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{Plan, PlanState};
use kubechat_core::problem::Code;
use kubechat_core::run::{Left, Run, RunState, StepState};
use kubechat_flow::Flow;
use kubechat_flow::ports::ledger::{AuditFilter, Ledger as _};
use kubechat_flow::recover::LOOK_MS_MAX;
use kubechat_harness::{Namespace, Plane, PrivatePlane, User, Witness};
use kubechat_suite::machine::Machine;
use kubechat_suite::world::{Clusters, Custom, Folder, PEOPLE, assemble_on, cluster, plans_of, who};
use kubechat_suite::{Tested, World};
use serde_json::{Value, json};

use crate::KIT;
use crate::approvals::Idle;

/// A namespace of one name on two control planes, and one host that knows both.
struct Two {
    world: World,
    plane: PrivatePlane,
    there: Namespace,
}

fn us() -> ClusterName {
    "us".parse().expect("a name")
}

/// Everybody has both clusters, but the viewer only the first.
async fn two(name: &str, labels: &[(&str, &str)]) -> Tested<Two> {
    let plane = PrivatePlane::start().await?;
    let here = Plane::shared().await?.namespace_labelled(name, labels).await?;
    let there = plane.namespace_called(here.name(), labels).await?;
    let clusters = |user: User| {
        let mut both = vec![(cluster(), here.kubeconfig(user)), (us(), there.kubeconfig(user))];
        both.truncate(if user == User::Viewer { 1 } else { 2 });
        both
    };
    let world = world_of(here.clone(), clusters).await?;
    Ok(Two { world, plane, there })
}

async fn world_of(here: Namespace, clusters: impl Fn(User) -> Clusters) -> Tested<World> {
    let data = Folder::of(here.name());
    let kubeconfigs = PEOPLE.map(|user| (user.name().to_owned(), clusters(user))).into();
    let clock = Machine::default();
    let (flow, ledger) = assemble_on(KIT, &data, &kubeconfigs, Custom::default(), &clock).await?;
    Ok(World { namespace: here, flow, ledger, clock, data })
}

fn scale(on: &ClusterName, replicas: u32) -> Value {
    json!({"op": "scale", "cluster": on, "target": {"kind": "deployment", "name": "web"}, "replicas": replicas})
}

fn config_maps(on: &ClusterName, prefix: &str, count: usize) -> Value {
    let one = |n| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("{prefix}{n:03}")}, "data": {"n": "1"}});
    json!({"op": "apply", "cluster": on, "objects": (0..count).map(one).collect::<Vec<_>>()})
}

impl Two {
    async fn deployed(name: &str, labels: &[(&str, &str)]) -> Tested<Self> {
        let two = two(name, labels).await?;
        for namespace in [&two.world.namespace, &two.there] {
            namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
            namespace.rolled_out("web").await?;
        }
        Ok(two)
    }

    fn witnesses(&self) -> Tested<[Witness; 2]> {
        Ok([self.world.namespace.witness()?, self.there.witness()?])
    }

    /// What is wanted of `web`, here and there.
    async fn replicas(&self) -> Tested<[Option<i64>; 2]> {
        let (here, there) =
            (self.world.namespace.get("deployment", "web").await?, self.there.get("deployment", "web").await?);
        Ok([here, there].map(|web| web["spec"]["replicas"].as_i64()))
    }

    async fn vote(&self, user: User, plan: &Plan, cluster: &ClusterName) -> Result<PlanState, Code> {
        let shown = self.world.flow.show(plan.id).await.map_err(|problem| problem.code)?;
        let digest = shown.ballot(cluster).map(|(ballot, _)| ballot.request.digest);
        let voted = self.world.flow.vote(&who(user), plan.id, Choice::Approve, digest, None).await;
        voted.map(|shown| shown.plan.state).map_err(|problem| problem.code)
    }

    async fn plan_now(&self, plan: &Plan) -> Tested<Plan> {
        Ok(self.world.flow.show(plan.id).await?.plan)
    }
}

/// Who wrote what, by the API server's own log.
async fn written(witness: &Witness) -> Tested<Vec<(String, String)>> {
    let writes =
        witness.writes().await?.into_iter().filter(|write| ["editor", "second"].contains(&write.user.as_str()));
    Ok(writes.map(|write| (write.user, write.name)).collect())
}

fn one_by_editor() -> Vec<(String, String)> {
    vec![("editor".to_owned(), "web".to_owned())]
}

#[tokio::test]
async fn a_plan_over_two_clusters_is_approved_carried_out_and_taken_back_on_each() -> Tested {
    let two = Two::deployed("two-clusters", &[("environment", "production")]).await?;
    let (world, flow) = (&two.world, &two.world.flow);
    let [here, there] = two.witnesses()?;
    let plan = world.plan_all(User::Editor, vec![scale(&cluster(), 0), scale(&us(), 0)]).await?;
    assert_eq!(plan.state, PlanState::NeedsApproval, "{:?}", plan.revision.parts);
    assert_eq!(plan.clusters().collect::<Vec<_>>(), [&cluster(), &us()]);
    assert!(plan.revision.steps.iter().all(|step| step.depends_on.is_empty()), "clusters do not wait for each other");

    // A word on one part is none on the other, and nobody vouches for a cluster he does not have.
    assert_eq!(two.vote(User::Second, &plan, &cluster()).await, Ok(PlanState::NeedsApproval));
    let shown = flow.show(plan.id).await?;
    assert!(matches!(shown.tallies.as_slice(), [Tally::Met, Tally::Waiting { .. }]), "{:?}", shown.tallies);
    let early = world.execute(User::Editor, plan.id).await.expect_err("one part waits");
    assert_eq!((early.code, early.detail.as_str()), (Code::ApprovalPending, "1 approval is missing for us"));
    assert_eq!(two.vote(User::Viewer, &plan, &us()).await, Err(Code::Forbidden));
    assert_eq!(two.vote(User::Editor, &plan, &us()).await, Err(Code::Forbidden), "the requester himself");
    assert_eq!((written(&here).await?, written(&there).await?), (vec![], vec![]));
    assert_eq!(two.vote(User::Second, &plan, &us()).await, Ok(PlanState::Ready));

    let run = world.execute(User::Editor, plan.id).await?;
    assert_eq!(run.state, RunState::Succeeded, "{:#?}", run.steps);
    assert_eq!((written(&here).await?, written(&there).await?), (one_by_editor(), one_by_editor()));
    assert_eq!(two.replicas().await?, [Some(0), Some(0)]);
    told_of_each_cluster(&two, &plan).await?;
    taken_back_one_by_one(&two, &plan).await
}

/// Every entry about a plan on two clusters names the one it is about, under the digest approved for that one.
async fn told_of_each_cluster(two: &Two, plan: &Plan) -> Tested {
    let shown = two.world.flow.show(plan.id).await?;
    let rows = two.world.entries(AuditFilter { plan: Some(plan.id), ..AuditFilter::default() }).await?;
    for kind in [
        EntryKind::Planned,
        EntryKind::Voted,
        EntryKind::RunAccepted,
        EntryKind::StepIntent,
        EntryKind::StepOutcome,
        EntryKind::RunEnded,
    ] {
        for cluster in [cluster(), us()] {
            let of_it = |row: &&kubechat_flow::ports::ledger::AuditRow| {
                let entry = &row.committed.entry;
                entry.kind == kind && entry.cluster.as_ref() == Some(&cluster)
            };
            let entries: Vec<_> = rows.iter().filter(of_it).map(|row| &row.committed.entry).collect();
            assert_eq!(entries.len(), 1, "{kind:?} on {cluster}: {entries:#?}");
            let approved = shown.ballot(&cluster).map(|(ballot, _)| ballot.request.digest);
            assert!(kind == EntryKind::RunEnded || entries[0].digest == approved, "{kind:?} on {cluster}");
        }
    }
    two.world.ledger.verify().await?;
    Ok(())
}

async fn taken_back_one_by_one(two: &Two, plan: &Plan) -> Tested {
    let (world, flow, editor) = (&two.world, &two.world.flow, who(User::Editor));
    let foreign = flow.rollback_on(&who(User::Second), plan.id, Some(&us())).await.expect_err("somebody else's run");
    assert_eq!(foreign.code, Code::Forbidden);
    let undo = flow.rollback_on(&editor, plan.id, Some(&us())).await?;
    assert_eq!(undo.clusters().collect::<Vec<_>>(), [&us()]);
    let notes = undo.revision.steps[0].restore.as_ref().map(|restore| restore.notes.join(" ")).unwrap_or_default();
    assert!(notes.contains("what the plan wrote to testplane stays as it is"), "{notes}");
    let witness = world.namespace.witness()?;
    assert_eq!(world.carry_out(&undo).await?.state, RunState::Succeeded);
    assert_eq!((two.replicas().await?, written(&witness).await?), ([Some(0), Some(1)], vec![]));
    let half = two.plan_now(plan).await?;
    assert_eq!((half.state, &half.stands, &half.undone), (PlanState::Succeeded, &vec![cluster()], &vec![us()]));
    let twice = flow.rollback_on(&editor, plan.id, Some(&us())).await.expect_err("taken back already");
    assert_eq!(twice.code, Code::WrongState);

    let rest = flow.rollback(&editor, plan.id).await?;
    assert_eq!(rest.clusters().collect::<Vec<_>>(), [&cluster()], "what is left");
    assert_eq!(world.carry_out(&rest).await?.state, RunState::Succeeded);
    assert_eq!(two.replicas().await?, [Some(1), Some(1)]);
    assert_eq!(two.plan_now(plan).await?.state, PlanState::Undone);
    Ok(())
}

#[tokio::test]
async fn undos_of_both_clusters_that_end_together_take_the_plan_back() -> Tested {
    let two = Two::deployed("undo-together", &[]).await?;
    let (world, editor) = (&two.world, who(User::Editor));
    let plan = world.plan_all(User::Editor, vec![scale(&cluster(), 2), scale(&us(), 2)]).await?;
    assert_eq!(world.carry_out(&plan).await?.state, RunState::Succeeded);
    let mut undos = Vec::new();
    for cluster in [cluster(), us()] {
        undos.push(world.flow.rollback_on(&editor, plan.id, Some(&cluster)).await?);
    }
    let runs = join_all(undos.iter().map(|undo| world.carry_out(undo))).await;
    for run in runs {
        assert_eq!(run?.state, RunState::Succeeded);
    }
    let plan = two.plan_now(&plan).await?;
    assert_eq!((plan.state, plan.stands.len(), plan.undone.len()), (PlanState::Undone, 0, 2), "{plan:#?}");
    Ok(())
}

/// What a run left on a cluster.
fn left(run: &Run, cluster: &ClusterName) -> Left {
    run.by_cluster().into_iter().find(|left| left.cluster == *cluster).expect("the cluster is part of the run")
}

#[tokio::test]
async fn a_cluster_that_dies_mid_run_stops_its_own_steps_and_what_waits_for_them() -> Tested {
    let Two { world, mut plane, there } = two("dead-cluster", &[]).await?;
    let (here, over_there) = (world.namespace.witness()?, there.witness()?);
    let mut late = config_maps(&cluster(), "late", 2);
    late["after"] = json!([0]);
    let operations = vec![config_maps(&us(), "there", 30), config_maps(&cluster(), "here", 3), late];
    let plan = world.plan_all(User::Editor, operations).await?;
    world.approved(&plan).await?;
    let run = world.flow.execute(&who(User::Editor), plan.id, None, None).await?;
    world.run_where(run.id, "a few steps", |run| run.steps[3].state == StepState::Succeeded).await?;
    plane.kill()?;
    let lost = |run: &Run| {
        run.state.is_final()
            || run.steps.iter().any(|step| matches!(step.state, StepState::Failed | StepState::Indeterminate))
    };
    world.run_where(run.id, "contact to be lost", lost).await?;
    world.clock.skip(LOOK_MS_MAX + 1);
    let run = world.ended(run.id).await?;

    let states = |from: usize, to: usize| run.steps[from..to].iter().map(|step| step.state).collect::<Vec<_>>();
    assert_eq!(states(30, 33), [StepState::Succeeded; 3], "the other cluster's steps: {:#?}", run.steps);
    assert_eq!(states(33, 35), [StepState::Skipped; 2], "what was to come after the dead one");
    let (alive, dead) = (left(&run, &cluster()), left(&run, &us()));
    assert_eq!(alive.text, "3 of 5 steps stand; not done: steps 34, 35");
    assert!(dead.stands.len() >= 4 && dead.not_done.contains(&29), "{dead:?}");
    assert!(matches!(run.state, RunState::Failed | RunState::Indeterminate), "{:?}", run.state);
    let written = here.writes().await?.into_iter().filter(|write| write.user == "editor").count();
    assert_eq!(written, 3, "each once, and nothing that waited");
    // Its log outlives it: what is said to stand was written, once.
    let done = over_there.writes().await?;
    for index in &dead.stands {
        let name = format!("there{index:03}");
        assert_eq!(done.iter().filter(|write| write.name == name).count(), 1, "{name}");
    }
    undo_without_the_dead(&world, &plan).await
}

/// What lives is taken back while the other cluster can't be reached.
async fn undo_without_the_dead(world: &World, plan: &Plan) -> Tested {
    let editor = who(User::Editor);
    let whole = world.flow.rollback(&editor, plan.id).await.expect_err("one of them is dead");
    assert!(whole.detail.starts_with("on us: ") && whole.hint.contains("--cluster"), "{whole:?}");
    let undo = world.flow.rollback_on(&editor, plan.id, Some(&cluster())).await?;
    assert_eq!(world.carry_out(&undo).await?.state, RunState::Succeeded);
    let plan = world.flow.show(plan.id).await?.plan;
    assert_eq!((plan.undone.as_slice(), plan.stands.as_slice()), (&[cluster()][..], &[us()][..]));
    assert_ne!(plan.state, PlanState::Undone);
    Ok(())
}

#[tokio::test]
async fn what_is_said_to_come_then_waits_and_what_is_not_does_not() -> Tested {
    let two = Two::deployed("then-clusters", &[]).await?;
    for (sentence, waits) in
        [("scale web to 2 on testplane then on us", true), ("scale web to 2 on testplane and us", false)]
    {
        let turn = two.world.ask(User::Editor, sentence).await?;
        let plans = plans_of(&turn);
        let plan = two.world.flow.show(*plans.first().ok_or_else(|| format!("no plan: {:?}", turn.parts))?).await?.plan;
        let depends: Vec<_> = plan.revision.steps.iter().map(|step| step.depends_on.clone()).collect();
        assert_eq!(depends, [vec![], if waits { vec![0] } else { vec![] }], "{sentence}");
        two.world.approved(&plan).await?;
        // Accepted by a host that is killed before it begins; meanwhile somebody else scales here.
        let mut ports = two.world.flow.ports().clone();
        ports.work = std::sync::Arc::new(Idle(two.world.clock.clone()));
        let killed = Flow::new(ports, two.world.flow.settings().clone());
        let run = killed.execute(&who(User::Editor), plan.id, None, None).await?;
        two.world.namespace.kubectl(User::Admin).run(&["scale", "deployment/web", "--replicas=3"]).await?;
        let witness = two.there.witness()?;
        two.world.flow.resume().await?;
        let run = two.world.ended(run.id).await?;
        let second = if waits { StepState::Skipped } else { StepState::Succeeded };
        assert_eq!(
            [run.steps[0].state, run.steps[1].state],
            [StepState::Failed, second],
            "{sentence}: {:#?}",
            run.steps
        );
        assert_eq!(written(&witness).await?, if waits { vec![] } else { one_by_editor() }, "{sentence}");
        two.world.namespace.kubectl(User::Admin).run(&["scale", "deployment/web", "--replicas=1"]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn whose_cluster_of_that_name_is_another_one_neither_approves_nor_is_told() -> Tested {
    let (plane, labels) = (PrivatePlane::start().await?, [("environment", "production")]);
    let here = Plane::shared().await?.namespace_labelled("same-name", &labels).await?;
    let there = plane.namespace_called(here.name(), &labels).await?;
    let clusters = |user: User| {
        let kubeconfig = if user == User::Second { there.kubeconfig(user) } else { here.kubeconfig(user) };
        vec![(cluster(), kubeconfig)]
    };
    let world = world_of(here.clone(), clusters).await?;
    let two = Two { world, plane, there };
    for namespace in [&here, &two.there] {
        namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
        namespace.rolled_out("web").await?;
    }
    let plan = two.world.plan_all(User::Editor, vec![scale(&cluster(), 0)]).await?;
    assert_eq!(plan.state, PlanState::NeedsApproval, "{:?}", plan.revision.parts);
    assert_eq!(two.vote(User::Second, &plan, &cluster()).await, Err(Code::Forbidden));
    assert_eq!(two.plan_now(&plan).await?.state, PlanState::NeedsApproval, "the vote counts for nothing");
    assert_eq!(two.vote(User::Viewer, &plan, &cluster()).await, Ok(PlanState::Ready), "he has the plan's own cluster");

    // Nor is he told what was done to another cluster's object of that name.
    assert_eq!(two.world.execute(User::Editor, plan.id).await?.state, RunState::Succeeded);
    let target = serde_json::from_value(json!({"kind": "deployment", "namespace": here.name(), "name": "web"}))?;
    for (user, told) in [(User::Editor, 1), (User::Viewer, 1), (User::Second, 0)] {
        let history = two.world.flow.history(&who(user), &cluster(), &target).await?;
        assert_eq!(history.ours.len(), told, "{user:?}: {:?}", history.ours);
    }
    Ok(())
}

#[tokio::test]
async fn two_names_of_one_cluster_are_refused_in_one_plan() -> Tested {
    let here = Plane::shared().await?.namespace("one-cluster").await?;
    here.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let elsewhere = |user: User| -> Tested<PathBuf> {
        let own = here.kubeconfig(user);
        let copy = own.with_extension("localhost");
        std::fs::write(&copy, std::fs::read_to_string(&own)?.replace("https://127.0.0.1:", "https://localhost:"))?;
        Ok(copy)
    };
    let copies = PEOPLE.map(|user| (user, elsewhere(user)));
    let other: ClusterName = "other".parse()?;
    for copied in [false, true] {
        let clusters = |user: User| {
            let copy = copies.iter().find(|(who, _)| *who == user).and_then(|(_, copy)| copy.as_ref().ok().cloned());
            let second = copy.filter(|_| copied).unwrap_or_else(|| here.kubeconfig(user));
            vec![(cluster(), here.kubeconfig(user)), (other.clone(), second)]
        };
        let world = world_of(here.clone(), clusters).await?;
        for user in [User::Editor, User::Admin] {
            let witness = world.namespace.witness()?;
            let refused =
                world.plan_all(user, vec![scale(&cluster(), 2), scale(&other, 3)]).await.expect_err("one cluster");
            assert_eq!(refused.code, Code::BadInput, "{refused:?}");
            assert_eq!(refused.detail, "testplane and other are two names of one cluster");
            assert!(witness.writes().await?.iter().all(|write| write.name != "web" || write.user != user.name()));
            // Each by itself is a plan.
            world.plan_all(user, vec![scale(&other, 3)]).await?;
        }
        world.ledger.close().await;
    }
    Ok(())
}
