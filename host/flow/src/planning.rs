//! Planning: from operations to a revision a person can decide on.
//!
//! Operations are lowered with the facts of their own cluster; then each cluster's share is worked out by itself and at the
//! same time ([`crate::part`]), because no cluster may wait for, or be judged by, another. Nothing is written to a cluster
//! here. Two names that lead to one cluster are refused: a step would hide behind another on the same object. Limits:
//! `PLAN_STEPS_MAX`, `PLAN_CLUSTERS_MAX`. Errors: the first thing that makes the plan impossible, as a problem with a hint.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use kubechat_core::facts::Snapshot;
use kubechat_core::field::FieldPath;
use kubechat_core::limits::{PLAN_CLUSTERS_MAX, PLAN_LIFE_MS, PLAN_STEPS_MAX};
use kubechat_core::mutation::Mutation;
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::operation::{Operation, Reversibility, Write};
use kubechat_core::plan::{Asked, DryRun, Origin, Part, Placed, Proposed, Revision, Step, order};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::undo::Restore;
use kubechat_core::{read, redact};

use crate::part::{Made, Share};
use crate::{Answered, Flow};

/// What is known of each cluster that a plan is for.
pub type Known = BTreeMap<ClusterName, Snapshot>;

/// One write on its way to becoming a step.
#[derive(Debug, Clone)]
pub struct Intended {
    /// Which operation it comes from.
    pub operation: Option<u32>,
    /// Where it is sent.
    pub cluster: ClusterName,
    /// Which earlier ones must succeed first.
    pub depends_on: Vec<u32>,
    /// The operation's wire name, or `undo`.
    pub op: String,
    /// In plain words.
    pub sentence: String,
    /// As kubectl text.
    pub kubectl: String,
    /// The write.
    pub mutation: Mutation,
    /// How far it can be taken back.
    pub reversibility: Reversibility,
    /// For an undo.
    pub restore: Option<Restore>,
}

/// What a revision is made from.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who asks.
    pub who: Principal,
    /// Where it comes from.
    pub origin: Origin,
    /// What was asked; empty for an undo.
    pub operations: Vec<Asked>,
    /// The writes, in order.
    pub intended: Vec<Intended>,
    /// Who proposed it.
    pub proposed: Proposed,
}

impl Draft {
    /// The clusters it writes to, in the order they are named first.
    pub(crate) fn clusters(&self) -> Vec<ClusterName> {
        let mut clusters: Vec<ClusterName> = Vec::new();
        for one in &self.intended {
            if !clusters.contains(&one.cluster) {
                clusters.push(one.cluster.clone());
            }
        }
        clusters
    }
}

impl Flow {
    /// Lowers operations into writes; fills in the namespace of the context where none was said.
    pub async fn lower(&self, who: &Principal, operations: &mut [Asked], known: &mut Known) -> Answered<Vec<Intended>> {
        for asked in operations.iter_mut() {
            let home = self.ports.cluster.known(who, Some(&asked.cluster))?.namespace;
            fill_namespace(&mut asked.operation, &home);
        }
        let several = operations.iter().any(|asked| asked.cluster != operations[0].cluster);
        let mut intended = Vec::new();
        for (index, asked) in operations.iter_mut().enumerate() {
            let known = known.entry(asked.cluster.clone()).or_insert_with(|| self.snapshot());
            let lowered = self.lower_one(who, index, asked, known).await;
            intended.extend(lowered.map_err(|problem| on(&asked.cluster, several, problem))?);
        }
        if intended.len() > PLAN_STEPS_MAX {
            let detail = format!("this makes {} steps, PLAN_STEPS_MAX is {PLAN_STEPS_MAX}", intended.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        one_step_an_object(&intended)?;
        in_order(operations, &mut intended);
        Ok(intended)
    }

    async fn lower_one(
        &self,
        who: &Principal,
        index: usize,
        asked: &mut Asked,
        known: &mut Snapshot,
    ) -> Answered<Vec<Intended>> {
        let (cluster, operation) = (&asked.cluster, &mut asked.operation);
        let write = a_write(operation)?;
        self.gather(who, cluster, known, |known| write.needs(known)).await?;
        operation.settle_place(known)?;
        let (operation, write) = (&*operation, a_write(operation)?);
        let mutations = write.lower(known)?;
        let several = mutations.len() > 1;
        let mut intended = Vec::new();
        for mutation in mutations {
            // A step of several says which object it is about, not all of them again.
            let sentence = match write.told(&mutation, known) {
                Some(told) => told,
                None if several => format!("{} {}", operation.name(), mutation.target),
                None => write.sentence(),
            };
            intended.push(Intended {
                operation: u32::try_from(index).ok(),
                cluster: cluster.clone(),
                depends_on: Vec::new(),
                op: operation.name().to_owned(),
                sentence: redact::without_placeholders(&sentence),
                kubectl: redact::without_placeholders(&write.kubectl_for(&mutation)),
                reversibility: write.reversibility(&mutation, known),
                mutation,
                restore: None,
            });
        }
        Ok(intended)
    }

    /// Computes a revision: everything a person needs to decide, and everything execution is bound to.
    pub async fn revise(&self, number: u32, draft: Draft, mut known: Known) -> Answered<Revision> {
        let clusters = draft.clusters();
        if clusters.len() > PLAN_CLUSTERS_MAX {
            let detail = format!("{} clusters are more than PLAN_CLUSTERS_MAX = {PLAN_CLUSTERS_MAX}", clusters.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        self.one_server_a_name(&draft.who, &clusters)?;
        let several = clusters.len() > 1;
        let shares = clusters.iter().map(|cluster| {
            let share = Share::of(&draft, cluster);
            let snapshot = known.remove(cluster).unwrap_or_else(|| self.snapshot());
            async move { self.part(&share, snapshot).await.map_err(|problem| on(cluster, several, problem)) }
        });
        let made: Vec<Made> = join_all(shares).await.into_iter().collect::<Answered<_>>()?;
        one_name_a_cluster(&made)?;
        let (parts, steps): (Vec<Part>, Vec<Vec<Step>>) = made.into_iter().map(|made| (made.part, made.steps)).unzip();
        let mut steps: Vec<Step> = steps.into_iter().flatten().collect();
        steps.sort_by_key(|step| step.index);
        let made_at = self.now();
        Ok(Revision {
            number,
            nonce: format!("{:016x}{:016x}", self.ports.ids.next(), self.ports.ids.next()),
            made_at,
            expires_at: made_at.plus_ms(self.settings.plan_life_ms.unwrap_or(PLAN_LIFE_MS)),
            parts,
            operations: draft.operations,
            steps,
            provenance: draft.proposed.by,
            chosen: draft.proposed.chosen,
        })
    }

    /// Refuses two names for one address before anything is tried there.
    fn one_server_a_name(&self, who: &Principal, clusters: &[ClusterName]) -> Answered<()> {
        let mut servers: Vec<(String, &ClusterName)> = Vec::new();
        for cluster in clusters {
            let server = self.ports.cluster.known(who, Some(cluster))?.server;
            match servers.iter().find(|(other, _)| *other == server && !server.is_empty()) {
                Some((_, other)) => return Err(same_cluster(other, cluster)),
                None => servers.push((server, cluster)),
            }
        }
        Ok(())
    }
}

/// Puts the name of the cluster before a problem, where a plan is for several.
pub(crate) fn on(cluster: &ClusterName, several: bool, problem: Problem) -> Problem {
    if several { Problem { detail: format!("on {cluster}: {}", problem.detail), ..problem } } else { problem }
}

/// Two names that lead to one cluster: its objects would be written twice in one plan, unnoticed. Pins tell, where both
/// users may see the same of the cluster; an object or namespace with the same UID tells in any case.
fn one_name_a_cluster(made: &[Made]) -> Answered<()> {
    for (at, one) in made.iter().enumerate() {
        let same = |other: &&Made| other.part.pin == one.part.pin || !other.uids.is_disjoint(&one.uids);
        if let Some(other) = made[..at].iter().find(same) {
            return Err(same_cluster(&other.part.cluster, &one.part.cluster));
        }
    }
    Ok(())
}

fn same_cluster(one: &ClusterName, other: &ClusterName) -> Problem {
    Problem::new(Code::BadInput, format!("{one} and {other} are two names of one cluster"))
        .hint(format!("say it for {one} alone"))
}

/// Which write waits for which.
fn in_order(operations: &[Asked], intended: &mut [Intended]) {
    let placed: Vec<Placed<'_>> = intended
        .iter()
        .map(|one| Placed {
            operation: one.operation.unwrap_or_default(),
            cluster: &one.cluster,
            mutation: &one.mutation,
        })
        .collect();
    let waits = order(operations, &placed);
    for (one, waits) in intended.iter_mut().zip(waits) {
        one.depends_on = waits;
    }
}

fn a_write(operation: &Operation) -> Answered<&dyn Write> {
    operation.write().ok_or_else(|| {
        Problem::new(Code::BadInput, format!("{} reads; a plan holds writes", operation.name()))
            .hint("ask reads with POST /prompts")
    })
}

/// Two steps on one object: the second would rest on what the first leaves, which nobody has seen.
fn one_step_an_object(intended: &[Intended]) -> Answered<()> {
    for (at, one) in intended.iter().enumerate() {
        let target = &one.mutation.target;
        let same = |other: &&Intended| {
            if other.cluster != one.cluster {
                return false;
            }
            let other = &other.mutation.target;
            let kind = (&other.api.group, &other.api.kind) == (&target.api.group, &target.api.kind);
            kind && other.namespace == target.namespace && other.name == target.name
        };
        if intended[..at].iter().any(|other| same(&other)) {
            let detail = format!("{target} would be written by two steps of one plan");
            return Err(
                Problem::new(Code::BadInput, detail).hint("put both changes into one operation, or make two plans")
            );
        }
    }
    Ok(())
}

/// Fills in the context's namespace where none was said.
pub(crate) fn fill_namespace(operation: &mut Operation, home: &Namespace) {
    match operation {
        Operation::Apply(apply) => apply.namespace = apply.namespace.take().or_else(|| Some(home.clone())),
        Operation::Create(create) => create.namespace = create.namespace.take().or_else(|| Some(home.clone())),
        other => read::fill_namespace(other, home),
    }
}

/// The volatile paths of a step, none when it could not be tried.
pub(crate) fn volatile(step: &Step) -> &[FieldPath] {
    match &step.dry_run {
        DryRun::Verified { volatile, .. } => volatile,
        DryRun::Unverified { .. } => &[],
    }
}
