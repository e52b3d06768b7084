//! Rollback: taking a run back, as a plan of its own with its own diff, approval and run.
//!
//! All clusters of a run are taken back in one plan, or one that is named. Steps are put back last first, and each waits
//! for those that waited for it. A field that somebody else changed since is a conflict with a three-way view, not a
//! write. What can't be taken back is refused with its reason; a run of which nothing can be taken back makes no plan.
//! Clusters that are left as they are, are named in it.

use std::collections::BTreeMap;

use kubechat_core::facts::{Fact, FactQuery, Snapshot};
use kubechat_core::ids::{PlanId, RunId};
use kubechat_core::mutation::{Action, Mutation};
use kubechat_core::names::ClusterName;
use kubechat_core::object::{ApiType, ObjectRef, items, text};
use kubechat_core::operation::Reversibility;
use kubechat_core::plan::{Origin, Plan, PlanState, Step, backwards};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::run::{Run, StepState};
use kubechat_core::undo::{self, Conflict, Restore, UndoRefusal};
use serde_json::Value;

use crate::checks::query;
use crate::planning::{Draft, Intended, Known, on};
use crate::{Answered, Flow};

/// Most pods looked at to learn which digest an image ran as.
const DIGEST_PODS_MAX: usize = 50;

impl Flow {
    /// A plan that takes a plan's run back wherever it stands.
    pub async fn rollback(&self, who: &Principal, id: PlanId) -> Answered<Plan> {
        self.rollback_on(who, id, None).await
    }

    /// `POST /plans/{id}/rollback`: the same, on one cluster if one is named.
    pub async fn rollback_on(&self, who: &Principal, id: PlanId, cluster: Option<&ClusterName>) -> Answered<Plan> {
        let plan = self.load(id).await?.row;
        let run = plan.run.ok_or_else(|| {
            Problem::new(Code::WrongState, format!("plan {id} was not executed, so there is nothing to take back"))
        })?;
        let (draft, known) = self.undo_draft(who, run, cluster.map(std::slice::from_ref)).await?;
        self.make(draft, known).await
    }

    /// `kubechat undo`: the newest run of one's own that can still be taken back.
    pub async fn undo_last(&self, who: &Principal) -> Answered<Plan> {
        for run in self.ports.ledger.last_runs(&who.subject(), 20).await? {
            let plan = self.load(run.plan).await?.row;
            let undone = plan.state == PlanState::Undone || matches!(plan.origin, Origin::Undo { .. });
            let wrote = run.steps.iter().any(|step| step.state == StepState::Succeeded);
            if wrote && !undone {
                return self.rollback(who, plan.id).await;
            }
        }
        Err(Problem::new(Code::NotFound, "you have no run that could be taken back")
            .hint("name a plan: `kubechat rollback <plan>`"))
    }

    /// The writes that would take a run back now, on these clusters or wherever it was not taken back yet.
    pub(crate) async fn undo_draft(
        &self,
        who: &Principal,
        run: RunId,
        clusters: Option<&[ClusterName]>,
    ) -> Answered<(Draft, Known)> {
        let run = self.show_run(run).await?;
        let plan = self.load(run.plan).await?.row;
        if plan.requester.subject() != who.subject() {
            // The images hold what the requester could read; whoever else takes it back makes a plan of his own.
            let detail = format!("the run belongs to {}, who alone takes it back", plan.requester.name);
            return Err(Problem::new(Code::Forbidden, detail).hint("ask them, or plan the change yourself"));
        }
        if !run.state.is_final() {
            return Err(Problem::new(Code::WrongState, "the run has not ended yet").hint("cancel it, or wait for it"));
        }
        let wanted = wanted(&plan, clusters)?;
        let several = wanted.len() > 1;
        let here = |step: &&Step| wanted.contains(&step.cluster) && succeeded(&run, step);
        let done: Vec<&Step> = plan.revision.steps.iter().rev().filter(here).collect();
        if done.is_empty() {
            return Err(Problem::new(Code::NotUndoable, "the run wrote nothing, so there is nothing to take back"));
        }
        // Evicted pods don't come back, whatever else does; that is said with what does.
        let (evicted, back): (Vec<&Step>, Vec<&Step>) = done.into_iter().partition(|step| is_eviction(step));
        if back.is_empty() {
            let detail = "the run only evicted pods, and those do not come back: their controllers made others";
            return Err(Problem::new(Code::NotUndoable, detail));
        }
        let alone = |cluster: &ClusterName, problem: Problem| one_by_one(&plan, on(cluster, several, problem), several);
        let mut known = Known::new();
        for cluster in wanted.iter().filter(|cluster| back.iter().any(|step| step.cluster == **cluster)) {
            let found = self.look_for_undo(who, &plan, cluster, &back).await;
            known.insert(cluster.clone(), found.map_err(|problem| alone(cluster, problem))?);
        }
        let mut intended = Vec::new();
        for step in &back {
            let put_back = self.put_back(who, &run, step, &known[&step.cluster]).await;
            intended.push(put_back.map_err(|problem| alone(&step.cluster, problem))?);
        }
        let order: Vec<u32> = back.iter().map(|step| step.index).collect();
        for (one, waits) in intended.iter_mut().zip(backwards(&plan.revision.steps, &order)) {
            one.depends_on = waits;
        }
        tell(&mut intended, &evicted, &plan, &wanted);
        let draft = Draft {
            who: who.clone(),
            origin: Origin::Undo { run: run.id },
            operations: Vec::new(),
            intended,
            proposed: vec![format!("undo of {}", plan.id)].into(),
        };
        Ok((draft, known))
    }

    /// The live objects of what is taken back on a cluster, once it is known to be the same one.
    async fn look_for_undo(
        &self,
        who: &Principal,
        plan: &Plan,
        cluster: &ClusterName,
        back: &[&Step],
    ) -> Answered<Snapshot> {
        let pin = self.ports.cluster.pin(who, cluster).await?;
        if plan.part(cluster).is_none_or(|part| part.pin != pin) {
            let detail = format!("{cluster} now leads to another cluster than the run was on");
            return Err(Problem::new(Code::Stale, detail).hint("point the kubeconfig back, then undo"));
        }
        let mut known = self.snapshot();
        let queries: Vec<_> = back.iter().filter(|step| step.cluster == *cluster).map(|step| query(step)).collect();
        self.gather(who, cluster, &mut known, |_| Ok(queries.clone())).await?;
        // What could not be looked at is not gone.
        queries.iter().try_for_each(|query| seen(query, known.get(query)))?;
        Ok(known)
    }

    async fn put_back(&self, who: &Principal, run: &Run, step: &Step, known: &Snapshot) -> Answered<Intended> {
        if let Reversibility::None { because } = &step.reversibility {
            let detail = format!("\"{}\" cannot be undone, because {because}", step.sentence);
            return Err(Problem::new(Code::NotUndoable, detail));
        }
        let target = &step.mutation.target;
        let images = self.ports.ledger.images(run.id, step.index).await?;
        let images = images.filter(|images| images.complete).ok_or_else(|| {
            Problem::new(Code::NotUndoable, format!("{target} cannot be undone, because what was there is not known"))
        })?;
        let live = known.object(target);
        let digests_now = match live {
            Some(live) if !images.digests.is_empty() => self.pod_digests(who, step, live).await,
            _ => BTreeMap::new(),
        };
        let undoing = undo::Undoing {
            target,
            before: images.before.as_ref(),
            after: images.after.as_ref(),
            live,
            touches: &step.mutation.touches,
            reversibility: &step.reversibility,
            digests_then: &images.digests,
            digests_now: &digests_now,
        };
        let action = undo::restore(&undoing).map_err(|refusal| refused(step, &refusal))?;
        let mut notes = action.notes;
        notes.extend(
            action.pins.iter().map(|pin| format!("to put back exactly what ran: set the image to {}", pin.pinned)),
        );
        if let Reversibility::Partial { lost } = &step.reversibility {
            notes.extend(lost.iter().map(|lost| format!("{lost} will not come back")));
        }
        Ok(Intended {
            operation: None,
            cluster: step.cluster.clone(),
            depends_on: Vec::new(),
            op: "undo".to_owned(),
            sentence: put_back_sentence(step),
            kubectl: undo_kubectl(step, &action.mutation),
            // Taking the undo back in turn: what it deletes would be made again.
            reversibility: match action.mutation.action {
                Action::Delete { .. } => Reversibility::ReMade,
                _ => Reversibility::Exact,
            },
            mutation: action.mutation,
            restore: Some(Restore { run: run.id, step: step.index, notes }),
        })
    }

    /// Which digest each image of a workload's pods runs as now; empty where that can't be seen.
    pub(crate) async fn pod_digests(&self, who: &Principal, step: &Step, workload: &Value) -> BTreeMap<String, String> {
        let Some(list) = pods_of(workload, &step.mutation.target) else { return BTreeMap::new() };
        let answers = self.ports.cluster.answer(who, &step.cluster, vec![list]).await.unwrap_or_default();
        let mut digests = BTreeMap::new();
        for (_, fact) in answers {
            if let Fact::List { items: pods, .. } = fact {
                for status in pods.iter().take(DIGEST_PODS_MAX).flat_map(|pod| items(pod, "/status/containerStatuses"))
                {
                    let (image, id) = (text(status, "/image"), text(status, "/imageID"));
                    if let Some(at) = id.find("sha256:") {
                        digests.insert(image.to_owned(), id[at..].to_owned());
                    }
                }
            }
        }
        digests
    }

    /// The digests to remember before a write that changes an image.
    pub(crate) async fn running_digests(
        &self,
        plan: &Plan,
        step: &Step,
        live: Option<&Value>,
    ) -> BTreeMap<String, String> {
        let changes_image = step.diff.iter().any(|change| change.path.to_string().ends_with(".image"));
        match live {
            Some(live) if changes_image => self.pod_digests(&plan.requester, step, live).await,
            _ => BTreeMap::new(),
        }
    }
}

/// Whether an object could be looked at, be it there or not.
fn seen(query: &FactQuery, fact: Option<&Fact>) -> Answered<()> {
    match fact {
        Some(Fact::Object { .. } | Fact::Absent) => Ok(()),
        Some(Fact::Denied { verb, resource, namespace }) => {
            let line = kubechat_core::operation::can_i(verb, resource, namespace.as_ref());
            Err(Problem::new(Code::ClusterForbidden, format!("you may not {verb} {resource}")).hint(line))
        }
        Some(Fact::Failed { reason }) => Err(Problem::new(Code::ClusterUnreachable, reason.clone())),
        other => Err(Problem::new(Code::Fault, format!("{query} was answered by {other:?}"))),
    }
}

/// The clusters to take back: those named, or all where it was not done yet.
fn wanted(plan: &Plan, clusters: Option<&[ClusterName]>) -> Answered<Vec<ClusterName>> {
    if plan.state == PlanState::Undone {
        return Err(Problem::new(Code::WrongState, format!("plan {} is undone already", plan.id)));
    }
    let Some(named) = clusters else {
        return Ok(plan.clusters().filter(|cluster| !plan.undone.contains(cluster)).cloned().collect());
    };
    for cluster in named {
        if plan.part(cluster).is_none() {
            let all: Vec<_> = plan.clusters().map(ClusterName::as_str).collect();
            let detail = format!("plan {} wrote nothing to {cluster}", plan.id);
            return Err(Problem::new(Code::NotFound, detail).hint(format!("it is for {}", all.join(", "))));
        }
        if plan.undone.contains(cluster) {
            let detail = format!("plan {} is undone on {cluster} already", plan.id);
            return Err(Problem::new(Code::WrongState, detail));
        }
    }
    Ok(named.to_vec())
}

/// What keeps one cluster from being taken back need not keep the others.
fn one_by_one(plan: &Plan, problem: Problem, several: bool) -> Problem {
    if !several {
        return problem;
    }
    let hint =
        format!("{}; or take back one cluster: `kubechat rollback {} --cluster NAME`", problem.advice(), plan.id);
    problem.hint(hint)
}

/// Puts into the first write of each cluster what does not come back there, and into the very first what is left alone.
fn tell(intended: &mut [Intended], evicted: &[&Step], plan: &Plan, wanted: &[ClusterName]) {
    for cluster in wanted {
        let there: Vec<&Step> = evicted.iter().copied().filter(|step| step.cluster == *cluster).collect();
        let at = intended.iter().position(|one| one.cluster == *cluster).unwrap_or(0);
        if let Some(restore) = intended.get_mut(at).and_then(|one| one.restore.as_mut()) {
            restore.notes.extend(stay_away(&there));
        }
    }
    if let Some(restore) = intended.first_mut().and_then(|one| one.restore.as_mut()) {
        let left = plan.stands.iter().filter(|cluster| !wanted.contains(cluster));
        restore.notes.extend(left.map(|cluster| format!("what the plan wrote to {cluster} stays as it is")));
    }
}

fn is_eviction(step: &Step) -> bool {
    step.mutation.action == Action::Evict
}

/// What is said of pods that were evicted.
fn stay_away(evicted: &[&Step]) -> Option<String> {
    match evicted {
        [] => None,
        [one] => Some(format!("the evicted {} does not come back to its node", one.mutation.target)),
        many => Some(format!("the {} evicted pods do not come back to their node", many.len())),
    }
}

fn succeeded(run: &Run, step: &Step) -> bool {
    run.steps.get(step.index as usize).is_some_and(|row| row.state == StepState::Succeeded)
}

fn refused(step: &Step, refusal: &UndoRefusal) -> Problem {
    let problem = Problem::from(refusal);
    match refusal {
        UndoRefusal::Conflict { conflicts, .. } => {
            let api = &step.mutation.target.api;
            let shown: Vec<_> = conflicts.iter().map(|conflict| three_way(&conflict.masked(api))).collect();
            let target = &step.mutation.target;
            Problem { detail: format!("{target} was changed by somebody else since: {}", shown.join("; ")), ..problem }
        }
        _ => problem,
    }
}

/// What an undo step does, from the diff that its step had.
fn put_back_sentence(step: &Step) -> String {
    let target = &step.mutation.target;
    match &step.mutation.action {
        Action::Delete { .. } => format!("make {target} again"),
        _ if step.bound.uid.is_none() => format!("delete {target}, which the plan created"),
        _ => {
            let fields: Vec<_> = step.diff.iter().take(3).map(|change| change.path.to_string()).collect();
            format!("put back {} of {target}", fields.join(", "))
        }
    }
}

fn undo_kubectl(step: &Step, mutation: &Mutation) -> String {
    let target = &step.mutation.target;
    let place = target.namespace.as_ref().map(|n| format!(" -n {n}")).unwrap_or_default();
    let object = format!("{}/{}{place}", target.api.resource(), target.name);
    match &mutation.action {
        Action::Delete { .. } => format!("kubectl delete {object}"),
        Action::Create { .. } => "kubectl create -f -".to_owned(),
        _ => format!("kubectl patch {object} --type=json -p …"),
    }
}

/// `spec.replicas: it was 3, we made it 5, now it is 7`.
fn three_way(conflict: &Conflict) -> String {
    let say = |value: &Option<Value>| value.as_ref().map_or_else(|| "absent".to_owned(), Value::to_string);
    let Conflict { path, before, ours, now } = conflict;
    format!("{path}: it was {}, we made it {}, now it is {}", say(before), say(ours), say(now))
}

/// The pods of a workload, by its selector; `None` for what has none.
fn pods_of(workload: &Value, target: &ObjectRef) -> Option<FactQuery> {
    let labels = workload.pointer("/spec/selector/matchLabels")?.as_object()?;
    let pairs: Vec<_> = labels.iter().filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect();
    let (api, namespace) = (ApiType::pods(), target.namespace.clone());
    (!pairs.is_empty()).then(|| FactQuery::List { api, namespace, selector: Some(pairs.join(",")) })
}
