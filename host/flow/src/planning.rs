//! Planning: from operations to a revision a person can decide on.
//!
//! Order: facts → lowering → (radius facts ‖ dry-runs ‖ rights ‖ cluster pin) → diff → radius → risk → policy → decision.
//! The four in the middle run at the same time; their sum is what a plan costs. Nothing is written to the cluster here.
//! Errors: the first thing that makes the plan impossible, as a problem with a hint.

use futures_util::future::{join_all, try_join, try_join3};
use kubechat_core::diff::{self, FieldChange};
use kubechat_core::facts::Snapshot;
use kubechat_core::field::FieldPath;
use kubechat_core::fingerprint::fingerprint;
use kubechat_core::limits::{PLAN_LIFE_MS, PLAN_STEPS_MAX};
use kubechat_core::mask;
use kubechat_core::mutation::{Action, Mutation};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::object;
use kubechat_core::operation::{Operation, Reversibility, Write, can_i};
use kubechat_core::plan::{Bound, DryRun, Origin, Revision, Step};
use kubechat_core::policy::build::{Input, StepInput, Weighed};
use kubechat_core::policy::{self, Decision};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius;
use kubechat_core::read;
use kubechat_core::undo::Restore;
use serde_json::Value;

use crate::ports::cluster::{Right, Tried};
use crate::{Answered, Flow};

/// One write on its way to becoming a step.
#[derive(Debug, Clone)]
pub struct Intended {
    /// Which operation it comes from.
    pub operation: Option<u32>,
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
    /// Where.
    pub cluster: ClusterName,
    /// Where it comes from.
    pub origin: Origin,
    /// What was asked; empty for an undo.
    pub operations: Vec<Operation>,
    /// The writes.
    pub intended: Vec<Intended>,
    /// Who proposed it.
    pub provenance: Vec<String>,
}

/// A write after the server was asked to try it.
pub(crate) struct TriedStep {
    pub(crate) dry_run: DryRun,
    /// The dry-run's result, where there is one.
    pub(crate) after: Option<Value>,
    /// The live object against the dry-run's result, unmasked.
    pub(crate) changes: Vec<FieldChange>,
}

impl Flow {
    /// Lowers operations into writes; fills in the namespace of the context where none was said.
    pub async fn lower(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        operations: &mut [Operation],
        known: &mut Snapshot,
    ) -> Answered<Vec<Intended>> {
        let home = self.ports.cluster.known(who, Some(cluster))?.namespace;
        for operation in operations.iter_mut() {
            fill_namespace(operation, &home);
        }
        let mut intended = Vec::new();
        for (index, operation) in operations.iter_mut().enumerate() {
            let write = a_write(operation)?;
            self.gather(who, cluster, known, |known| write.needs(known)).await?;
            operation.settle_place(known)?;
            let (operation, write) = (&*operation, a_write(operation)?);
            let mutations = write.lower(known)?;
            let several = mutations.len() > 1;
            for mutation in mutations {
                // A step of several says which object it is about, not all of them again.
                let sentence = match write.told(&mutation, known) {
                    Some(told) => told,
                    None if several => format!("{} {}", operation.name(), mutation.target),
                    None => write.sentence(),
                };
                intended.push(Intended {
                    operation: u32::try_from(index).ok(),
                    op: operation.name().to_owned(),
                    sentence,
                    kubectl: write.kubectl(),
                    reversibility: write.reversibility(&mutation, known),
                    mutation,
                    restore: None,
                });
            }
        }
        if intended.len() > PLAN_STEPS_MAX {
            let detail = format!("this makes {} steps, PLAN_STEPS_MAX is {PLAN_STEPS_MAX}", intended.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        one_step_an_object(&intended)?;
        Ok(intended)
    }

    /// Computes a revision: everything a person needs to decide, and everything execution is bound to.
    pub async fn revise(&self, number: u32, draft: Draft, known: &mut Snapshot) -> Answered<Revision> {
        let (who, cluster) = (&draft.who, &draft.cluster);
        let mutations: Vec<Mutation> = draft.intended.iter().map(|one| one.mutation.clone()).collect();
        let targets = || mutations.iter().map(|mutation| &mutation.target);
        self.may_plan(who, cluster, targets())?;
        let before = known.clone();
        let wider =
            async { self.gather(who, cluster, known, |known| Ok(policy::build::needs(&mutations, known))).await };
        let tries = self.try_all(&draft, &before);
        let rights = self.check_rights(who, cluster, &mutations, &before);
        let pin = self.ports.cluster.pin(who, cluster);
        // Rights first in the answer: "you may not" explains a dry-run's refusal better than the refusal does.
        let (rights, rest) = futures_util::future::join(rights, try_join3(wider, tries, pin)).await;
        rights?;
        let ((), tried, pin) = rest?;
        // What the server makes of the writes is what is weighed; where that needs more facts than what we predicted, they
        // are fetched now. Mostly it needs none.
        let written: Vec<_> = mutations.iter().zip(tried.iter().map(|one| one.after.as_ref())).collect();
        self.gather(who, cluster, known, |known| Ok(policy::build::needs_as(&written, known))).await?;
        // Asked again: the look at the cluster's identity may have shown that it is production.
        self.may_plan(who, cluster, targets())?;
        let production = self.ports.cluster.known(who, Some(cluster))?.production;
        let steps = self.steps(&draft, &before, &tried)?;
        let Weighed { radius, risk, facts } = weigh(&draft, &steps, &tried, known, production);
        let decision = self.judge(&facts).await?;
        let made_at = self.now();
        Ok(Revision {
            number,
            nonce: format!("{:016x}{:016x}", self.ports.ids.next(), self.ports.ids.next()),
            made_at,
            expires_at: made_at.plus_ms(PLAN_LIFE_MS),
            pin,
            operations: draft.operations,
            steps,
            radius,
            risk,
            decision,
            unseen: known.unseen(),
            provenance: draft.provenance,
        })
    }

    /// Asks the bound packs about one facts document.
    pub(crate) async fn judge(&self, facts: &policy::facts::Facts) -> Answered<Decision> {
        let json = serde_json::to_string(facts).map_err(|e| Problem::new(Code::Fault, format!("policy facts: {e}")))?;
        let outcomes = self.ports.packs.judge(&json).await;
        Ok(policy::decide(outcomes, self.ports.packs.digest(), self.settings.confirm_only))
    }

    async fn try_all(&self, draft: &Draft, known: &Snapshot) -> Answered<Vec<TriedStep>> {
        let tries = draft.intended.iter().enumerate().map(|(index, one)| async move {
            match hangs_on_earlier(&draft.intended[..index], &one.mutation, known) {
                Some(reason) => Ok(unverified(&one.mutation, known.object(&one.mutation.target), reason)),
                None => {
                    self.try_one(&draft.who, &draft.cluster, &one.mutation, known.object(&one.mutation.target)).await
                }
            }
        });
        join_all(tries).await.into_iter().collect()
    }

    /// Two dry-runs of one write; what differs between them is volatile.
    pub(crate) async fn try_one(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        mutation: &Mutation,
        live: Option<&Value>,
    ) -> Answered<TriedStep> {
        let once = || self.ports.cluster.try_out(who, cluster, mutation);
        match try_join(once(), once()).await? {
            (Tried::Done { object: first, warnings }, Tried::Done { object: second, .. }) => {
                let volatile = match (&first, &second) {
                    (Some(first), Some(second)) => diff::volatile(first, second),
                    _ => Vec::new(),
                };
                let changes = mutation.changes(live, first.as_ref(), &volatile);
                Ok(TriedStep { dry_run: DryRun::Verified { volatile, warnings }, after: first, changes })
            }
            (Tried::CannotTry { reason }, _) | (_, Tried::CannotTry { reason }) => {
                Ok(unverified(mutation, live, reason))
            }
        }
    }

    /// Asks the API server about every right the writes need; names all that are missing.
    pub(crate) async fn check_rights(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        mutations: &[Mutation],
        known: &Snapshot,
    ) -> Answered<()> {
        let mut rights: Vec<Right> = mutations.iter().flat_map(|mutation| needed_rights(mutation, known)).collect();
        rights.sort();
        rights.dedup();
        let answers = self.ports.cluster.allowed(who, cluster, &rights).await?;
        let missing: Vec<&Right> =
            rights.iter().zip(&answers).filter(|(_, answer)| !answer.allowed).map(|(right, _)| right).collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let resource = |right: &Right| match right.subresource {
            Some(part) => format!("{}/{part}", right.object.api.resource()),
            None => right.object.api.resource(),
        };
        let say = |right: &Right| {
            let place = right.object.namespace.as_ref().map(|n| format!(" in {n}")).unwrap_or_default();
            format!("{} {}{place}", right.verb, resource(right))
        };
        let all: Vec<_> = missing.iter().map(|right| say(right)).collect();
        let line = can_i(&first.verb, &resource(first), first.object.namespace.as_ref());
        Err(Problem::new(Code::ClusterForbidden, format!("you may not {}", all.join(", nor "))).hint(line))
    }

    fn steps(&self, draft: &Draft, known: &Snapshot, tried: &[TriedStep]) -> Answered<Vec<Step>> {
        let no_form = |e: kubechat_core::canonical::CanonicalError| {
            Problem::new(Code::BadInput, format!("an object has no canonical form: {e}"))
        };
        let mut steps = Vec::new();
        for (index, (one, tried)) in draft.intended.iter().zip(tried).enumerate() {
            let live = known.object(&one.mutation.target);
            if tried.changes.is_empty() && matches!(tried.dry_run, DryRun::Verified { .. }) {
                let detail = format!("{} already is as wanted; nothing would change", one.mutation.target);
                return Err(Problem::new(Code::WrongState, detail).hint("nothing needs to be changed"));
            }
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            steps.push(Step {
                index,
                depends_on: index.checked_sub(1).into_iter().collect(),
                operation: one.operation,
                cluster: draft.cluster.clone(),
                sentence: one.sentence.clone(),
                kubectl: one.kubectl.clone(),
                mutation: one.mutation.clone(),
                restore: one.restore.clone(),
                bound: Bound {
                    uid: live.map(|live| object::uid(live).to_owned()),
                    fingerprint: fingerprint(live, &one.mutation.touches).map_err(no_form)?,
                    diff: diff::digest(&tried.changes).map_err(no_form)?,
                },
                dry_run: tried.dry_run.clone(),
                diff: mask::changes(&one.mutation.target.api, &tried.changes),
                reversibility: one.reversibility.clone(),
            });
        }
        Ok(steps)
    }
}

/// Radius, risk and the policy facts of a whole draft, from one snapshot.
pub(crate) fn weigh(
    draft: &Draft,
    steps: &[Step],
    tried: &[TriedStep],
    known: &Snapshot,
    cluster_production: bool,
) -> Weighed {
    let inputs: Vec<StepInput<'_>> = draft
        .intended
        .iter()
        .zip(steps.iter().zip(tried))
        .map(|(one, (step, tried))| StepInput {
            index: step.index,
            op: &one.op,
            mutation: &one.mutation,
            after: tried.after.as_ref(),
            diff: &tried.changes,
            dry_run: &tried.dry_run,
            reversibility: &one.reversibility,
            creates: step.bound.uid.is_none(),
        })
        .collect();
    let input = Input {
        requester: &draft.who,
        cluster: &draft.cluster,
        origin: &draft.origin,
        steps: &inputs,
        cluster_production,
    };
    policy::build::weigh(&input, known)
}

fn a_write(operation: &Operation) -> Answered<&dyn Write> {
    operation.write().ok_or_else(|| {
        Problem::new(Code::BadInput, format!("{} reads; a plan holds writes", operation.name()))
            .hint("ask reads with POST /prompts")
    })
}

/// Why a write can't be tried before an earlier step has run: that step makes what this one needs. What exists already can
/// be tried, whatever an earlier step changes of it.
fn hangs_on_earlier(earlier: &[Intended], mutation: &Mutation, known: &Snapshot) -> Option<String> {
    let creates = |one: &&Intended| {
        let writes = matches!(one.mutation.action, Action::Apply { .. } | Action::Create { .. });
        writes && known.object(&one.mutation.target).is_none()
    };
    earlier.iter().filter(creates).find_map(|one| {
        let made = &one.mutation.target;
        let lives_in = made.api.is("", "Namespace")
            && mutation.target.namespace.as_ref().is_some_and(|n| n.as_str() == made.name.as_str());
        lives_in.then(|| format!("it hangs on {made}, which an earlier step writes"))
    })
}

/// Two steps on one object: the second would rest on what the first leaves, which nobody has seen.
fn one_step_an_object(intended: &[Intended]) -> Answered<()> {
    for (at, one) in intended.iter().enumerate() {
        let target = &one.mutation.target;
        let same = |other: &&Intended| {
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

/// What we know we would send, put over what is there, is all that can be shown of a write that can't be tried.
fn unverified(mutation: &Mutation, live: Option<&Value>, reason: String) -> TriedStep {
    let after = radius::predicted(&mutation.action, live);
    let changes = mutation.changes(live, after.as_ref(), &[]);
    TriedStep { dry_run: DryRun::Unverified { reason }, after: None, changes }
}

fn needed_rights(mutation: &Mutation, known: &Snapshot) -> Vec<Right> {
    let right = |verb: &str, subresource| Right { verb: verb.to_owned(), subresource, object: mutation.target.clone() };
    let creates = known.object(&mutation.target).is_none();
    match &mutation.action {
        // Server-side apply is a patch to RBAC, and a create as well when the object is new.
        Action::Apply { .. } if creates => vec![right("patch", None), right("create", None)],
        action => {
            let (verb, subresource) = action.right();
            vec![right(verb, subresource)]
        }
    }
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
