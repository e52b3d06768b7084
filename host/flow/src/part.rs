//! One cluster's share of a plan: tried, weighed and judged by itself.
//!
//! Order: (radius facts ‖ dry-runs ‖ rights ‖ cluster pin) → diff → radius → risk → policy → decision. The four in the
//! beginning run at the same time; their sum is what a plan costs. Nothing is written to the cluster here. Modes are asked
//! before anything is tried, and again when the cluster's identity is known.

use std::collections::BTreeSet;

use futures_util::future::{join_all, try_join, try_join3};
use kubechat_core::diff::{self, FieldChange};
use kubechat_core::facts::Snapshot;
use kubechat_core::fingerprint::fingerprint;
use kubechat_core::mutation::{Action, Mutation};
use kubechat_core::names::{ClusterName, ObjectName};
use kubechat_core::object::{self, ApiType, ObjectRef};
use kubechat_core::operation::{can_i, in_context};
use kubechat_core::plan::{Bound, DryRun, Origin, Part, Step, lives_in};
use kubechat_core::policy::build::{Input, StepInput, Weighed};
use kubechat_core::policy::{self, Decision};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius;
use kubechat_core::redact;
use serde_json::Value;

use crate::filled::covered;
use crate::planning::{Draft, Intended};
use crate::ports::cluster::{ClusterView, Mode, Right, Tried};
use crate::vaults::Opened;
use crate::{Answered, Flow};

/// What of a draft is for one cluster.
pub(crate) struct Share<'a> {
    draft: &'a Draft,
    cluster: &'a ClusterName,
    /// The writes, each with its position in the plan.
    intended: Vec<(u32, &'a Intended)>,
}

/// A share, worked out.
pub(crate) struct Made {
    pub(crate) part: Part,
    pub(crate) steps: Vec<Step>,
    /// UIDs of what is written and of the namespaces it is in: two clusters have none in common.
    pub(crate) uids: BTreeSet<String>,
}

/// Steps of one cluster when they are weighed.
pub(crate) struct Weighing<'a> {
    pub(crate) who: &'a Principal,
    pub(crate) cluster: &'a ClusterName,
    pub(crate) origin: &'a Origin,
    /// For each step the operation's wire name, or `undo`.
    pub(crate) ops: Vec<&'a str>,
    pub(crate) steps: &'a [Step],
}

/// A write after the server was asked to try it.
pub(crate) struct TriedStep {
    pub(crate) dry_run: DryRun,
    /// The dry-run's result, where there is one.
    pub(crate) after: Option<Value>,
    /// The live object against the dry-run's result, unmasked: what is judged.
    pub(crate) changes: Vec<FieldChange>,
    /// The same as people and packs are shown it, once that is known.
    pub(crate) shown: Vec<FieldChange>,
}

/// How kubectl finds a cluster.
struct Place {
    context: String,
    /// Named where another of the asker's clusters has the same context in another file.
    kubeconfig: Option<String>,
}

impl<'a> Share<'a> {
    /// What of it is for this cluster.
    pub(crate) fn of(draft: &'a Draft, cluster: &'a ClusterName) -> Self {
        let all = draft.intended.iter().enumerate().filter(|(_, one)| one.cluster == *cluster);
        let intended = all.map(|(index, one)| (u32::try_from(index).unwrap_or(u32::MAX), one)).collect();
        Self { draft, cluster, intended }
    }
}

impl Flow {
    /// Tries, weighs and judges a share.
    pub(crate) async fn part(&self, share: &Share<'_>, mut known: Snapshot) -> Answered<Made> {
        let (who, cluster) = (&share.draft.who, share.cluster);
        let mutations: Vec<Mutation> = share.intended.iter().map(|(_, one)| one.mutation.clone()).collect();
        let targets = || mutations.iter().map(|mutation| &mutation.target);
        self.may_plan(who, cluster, targets())?;
        let sent = self.filled(&share.draft.origin, cluster, mutations.clone()).await?;
        let before = known.clone();
        let wider =
            async { self.gather(who, cluster, &mut known, |known| Ok(policy::build::needs(&mutations, known))).await };
        let tries = self.try_all(share, &sent, &before);
        let rights = self.check_rights(who, cluster, &mutations, &before);
        let pin = self.ports.cluster.pin(who, cluster);
        // Rights first in the answer: "you may not" explains a dry-run's refusal better than the refusal does.
        let (rights, rest) = futures_util::future::join(rights, try_join3(wider, tries, pin)).await;
        rights?;
        let ((), mut tried, pin) = rest?;
        // What the server makes of the writes is what is weighed; where that needs more facts than what we predicted, they
        // are fetched now. Mostly it needs none.
        let written: Vec<_> = mutations.iter().zip(tried.iter().map(|one| one.after.as_ref())).collect();
        self.gather(who, cluster, &mut known, |known| Ok(policy::build::needs_as(&written, known))).await?;
        // Asked again: the look at the cluster's identity may have shown that it is production.
        self.may_plan(who, cluster, targets())?;
        let there = self.ports.cluster.known(who, Some(cluster))?;
        let vault = self.vault_of(&share.draft.origin).await;
        let place = self.place_of(who, &there);
        let steps = steps(share, &place, &before, &mut tried, vault.as_ref())?;
        let ops = share.intended.iter().map(|(_, one)| one.op.as_str()).collect();
        let weighing = Weighing { who, cluster, origin: &share.draft.origin, ops, steps: &steps };
        let Weighed { radius, risk, facts } = weigh(&weighing, &tried, &known, there.production);
        self.may_reach(who, cluster, Mode::SuggestOnly, &radius.spread)?;
        let decision = self.judge(&facts).await?;
        let unseen = known.unseen();
        let uids = uids(&mutations, &known);
        Ok(Made { part: Part { cluster: cluster.clone(), pin, radius, risk, decision, unseen }, steps, uids })
    }

    fn place_of(&self, who: &Principal, there: &ClusterView) -> Place {
        let others = self.ports.cluster.names(who);
        let mut others = others.iter().filter_map(|name| self.ports.cluster.known(who, Some(name)).ok());
        let is_two = others.any(|other| other.context == there.context && other.source != there.source);
        Place { context: there.context.clone(), kubeconfig: is_two.then(|| there.source.clone()) }
    }

    /// Asks the bound packs about one facts document.
    pub(crate) async fn judge(&self, facts: &policy::facts::Facts) -> Answered<Decision> {
        let json = serde_json::to_string(facts).map_err(|e| Problem::new(Code::Fault, format!("policy facts: {e}")))?;
        let outcomes = self.ports.packs.judge(&json).await;
        Ok(policy::decide(outcomes, self.ports.packs.digest(), self.settings.confirm_only))
    }

    /// `sent` are the share's writes with their secrets filled in.
    async fn try_all(&self, share: &Share<'_>, sent: &[Mutation], known: &Snapshot) -> Answered<Vec<TriedStep>> {
        let tries = sent.iter().enumerate().map(|(at, mutation)| async move {
            let live = known.object(&mutation.target);
            match hangs_on_earlier(&share.intended[..at], mutation, known) {
                Some(reason) => Ok(unverified(mutation, live, reason)),
                None => self.try_one(&share.draft.who, share.cluster, mutation, live).await,
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
                Ok(TriedStep {
                    dry_run: DryRun::Verified { volatile, warnings },
                    after: first,
                    changes,
                    shown: Vec::new(),
                })
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
}

fn uids(mutations: &[Mutation], known: &Snapshot) -> BTreeSet<String> {
    let namespaces = mutations.iter().filter_map(|mutation| {
        let name = ObjectName::parse(mutation.target.namespace.as_ref()?.as_str()).ok()?;
        Some(ObjectRef { api: ApiType::namespaces(), namespace: None, name })
    });
    let all = mutations.iter().map(|mutation| mutation.target.clone()).chain(namespaces);
    let uids = all.filter_map(|object| known.object(&object).map(|live| object::uid(live).to_owned()));
    uids.filter(|uid| !uid.is_empty()).collect()
}

/// The steps, and what was tried as it may be shown: a step is bound to what the server said in full, and judged by it.
fn steps(
    share: &Share<'_>,
    place: &Place,
    known: &Snapshot,
    tried: &mut [TriedStep],
    vault: Option<&Opened>,
) -> Answered<Vec<Step>> {
    let no_form = |e: kubechat_core::canonical::CanonicalError| {
        Problem::new(Code::BadInput, format!("an object has no canonical form: {e}"))
    };
    let mut steps = Vec::new();
    for ((index, one), tried) in share.intended.iter().zip(tried) {
        let live = known.object(&one.mutation.target);
        if tried.changes.is_empty() && matches!(tried.dry_run, DryRun::Verified { .. }) {
            let detail = format!("{} already is as wanted; nothing would change", one.mutation.target);
            return Err(Problem::new(Code::WrongState, detail).hint("nothing needs to be changed"));
        }
        let shown = covered(vault, redact::changes(&one.mutation.target.api, &tried.changes));
        tried.shown.clone_from(&shown);
        let told =
            |text: &mut String| *text = vault.map_or_else(|| redact::text(text).into_inner(), |one| one.masked(text));
        match &mut tried.dry_run {
            DryRun::Verified { warnings, .. } => warnings.iter_mut().for_each(told),
            DryRun::Unverified { reason } => told(reason),
        }
        steps.push(Step {
            index: *index,
            depends_on: one.depends_on.clone(),
            operation: one.operation,
            cluster: one.cluster.clone(),
            sentence: one.sentence.clone(),
            kubectl: in_context(&one.kubectl, &place.context, place.kubeconfig.as_deref()),
            mutation: one.mutation.clone(),
            restore: one.restore.clone(),
            bound: Bound {
                uid: live.map(|live| object::uid(live).to_owned()),
                fingerprint: fingerprint(live, &one.mutation.touches).map_err(no_form)?,
                diff: diff::digest(&tried.changes).map_err(no_form)?,
            },
            dry_run: tried.dry_run.clone(),
            diff: shown,
            reversibility: one.reversibility.clone(),
        });
    }
    Ok(steps)
}

/// Radius, risk and the policy facts of one cluster's steps, from one snapshot.
pub(crate) fn weigh(
    weighing: &Weighing<'_>,
    tried: &[TriedStep],
    known: &Snapshot,
    cluster_production: bool,
) -> Weighed {
    let inputs: Vec<StepInput<'_>> = weighing
        .ops
        .iter()
        .zip(weighing.steps.iter().zip(tried))
        .map(|(op, (step, tried))| StepInput {
            index: step.index,
            op,
            mutation: &step.mutation,
            after: tried.after.as_ref(),
            diff: &tried.changes,
            shown: &tried.shown,
            dry_run: &tried.dry_run,
            reversibility: &step.reversibility,
            creates: step.bound.uid.is_none(),
        })
        .collect();
    let Weighing { who: requester, cluster, origin, .. } = weighing;
    let input = Input { requester, cluster, origin, steps: &inputs, cluster_production };
    policy::build::weigh(&input, known)
}

/// Why a write can't be tried before an earlier step has run: that step makes what this one needs. What exists already can
/// be tried, whatever an earlier step changes of it.
fn hangs_on_earlier(earlier: &[(u32, &Intended)], mutation: &Mutation, known: &Snapshot) -> Option<String> {
    let creates = |one: &&Intended| {
        let writes = matches!(one.mutation.action, Action::Apply { .. } | Action::Create { .. });
        writes && known.object(&one.mutation.target).is_none()
    };
    let made = earlier.iter().map(|(_, one)| *one).filter(creates).map(|one| &one.mutation.target);
    made.filter(|made| lives_in(&mutation.target, made))
        .map(|made| format!("it hangs on {made}, which an earlier step writes"))
        .next()
}

/// What we know we would send, put over what is there, is all that can be shown of a write that can't be tried.
fn unverified(mutation: &Mutation, live: Option<&Value>, reason: String) -> TriedStep {
    let after = radius::predicted(&mutation.action, live);
    let changes = mutation.changes(live, after.as_ref(), &[]);
    TriedStep { dry_run: DryRun::Unverified { reason }, after: None, changes, shown: Vec::new() }
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
