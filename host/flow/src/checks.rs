//! The last look before a write: is everything the step rests on still so?
//!
//! Live object, dry-run, rights and cluster pin are asked again, at the same time; then policy, about what the dry-run shows
//! now. The result is data for
//! [`StepPermit`](kubechat_core::permit::StepPermit); nothing here decides. Policy is asked about the steps that are still
//! to come, and still holds when it asks for nothing that was not already met.

use std::collections::BTreeSet;

use futures_util::future::{join, try_join3};
use kubechat_core::diff;
use kubechat_core::facts::{Fact, FactQuery, Snapshot};
use kubechat_core::fingerprint::fingerprint;
use kubechat_core::mutation::Mutation;
use kubechat_core::names::KindWord;
use kubechat_core::object;
use kubechat_core::permit::FreshChecks;
use kubechat_core::plan::{Bound, DryRun, Part, Plan, Step};
use kubechat_core::policy::build::Weighed;
use kubechat_core::policy::{Decision, Effect, Outcome};
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius::Spread;
use kubechat_core::redact;
use serde_json::Value;

use crate::filled::covered;
use crate::part::{TriedStep, Weighing, weigh};
use crate::planning::volatile;
use crate::ports::cluster::{Mode, Tried};
use crate::{Answered, Flow};

/// What the last look found.
pub(crate) struct Looked {
    /// For the permit.
    pub(crate) checks: FreshChecks,
    /// The live object.
    pub(crate) live: Option<Value>,
    /// What the object is expected to be after the write.
    pub(crate) predicted: Option<Value>,
    /// The write as it is to be sent, with its secrets filled in. It is kept nowhere.
    pub(crate) sent: Mutation,
}

/// What a dry-run shows of a step: the object afterwards, and what changes in it.
struct Shown {
    after: Value,
    changes: Vec<diff::FieldChange>,
}

/// Whether policy is asked in a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Yes: about this step and those after it on its cluster. Before a write, always.
    Ask,
    /// No: another look, a moment ago, asked about all of them.
    Asked,
}

impl Flow {
    /// Looks at one step now.
    pub(crate) async fn look(&self, plan: &Plan, step: &Step, policy: Policy) -> Answered<Looked> {
        let (who, cluster) = (&plan.requester, &step.cluster);
        let part = part_of(plan, step)?;
        let at = self.now();
        let sent = self.filled(&plan.origin, cluster, vec![step.mutation.clone()]).await?.remove(0);
        let live = self.live(who, step);
        let tried = async { Ok(self.ports.cluster.try_out(who, cluster, &sent).await) };
        let pin = self.ports.cluster.pin(who, cluster);
        let rights = async {
            let mut known = self.snapshot();
            if step.bound.uid.is_some() {
                known.insert(query(step), Fact::Object { object: Value::Null });
            }
            self.check_rights(who, cluster, std::slice::from_ref(&step.mutation), &known).await
        };
        let (rights, looked) = join(rights, try_join3(live, tried, pin)).await;
        rights?;
        let (live, tried, pin) = looked?;
        let no_form = |e: kubechat_core::canonical::CanonicalError| {
            Problem::new(Code::Fault, format!("the live object has no canonical form: {e}"))
        };
        let uid = live.as_ref().map(|live| object::uid(live).to_owned());
        let fingerprint = fingerprint(live.as_ref(), &step.mutation.touches).map_err(no_form)?;
        let moved = uid != step.bound.uid || fingerprint != step.bound.fingerprint;
        let shown = shown(step, live.as_ref(), &tried);
        let (diff, predicted) = self.compare(step, live.as_ref(), tried, moved)?;
        let bound = Bound { uid, fingerprint, diff };
        // What moved is stale, whatever policy says of it now.
        let (decision_holds, spread) = match policy {
            _ if moved => (false, Spread::default()),
            Policy::Asked => (true, Spread::default()),
            Policy::Ask => {
                let (decision, spread) = self.decide_again(plan, step, shown).await?;
                (holds(&part.decision, &decision), spread)
            }
        };
        let checks = FreshChecks {
            at,
            step: step.index,
            pin,
            bound,
            packs: self.ports.packs.digest(),
            decision_holds,
            allowed: true,
            resource_version: live.as_ref().map(|live| object::text(live, "/metadata/resourceVersion").to_owned()),
            spread,
        };
        Ok(Looked { checks, live, predicted, sent })
    }

    /// The live object of a step; a refusal to read it is a problem.
    pub(crate) async fn live(&self, who: &Principal, step: &Step) -> Answered<Option<Value>> {
        let answers = self.ports.cluster.answer(who, &step.cluster, vec![query(step)]).await?;
        match answers.into_iter().next().map(|(_, fact)| fact) {
            Some(Fact::Object { object }) => Ok(Some(object)),
            Some(Fact::Absent) => Ok(None),
            Some(Fact::Denied { verb, resource, namespace }) => {
                let line = kubechat_core::operation::can_i(&verb, &resource, namespace.as_ref());
                Err(Problem::new(Code::ClusterForbidden, format!("you may not {verb} {resource}")).hint(line))
            }
            Some(Fact::Failed { reason }) => Err(self.unanswered(who, step, reason).await),
            other => Err(Problem::new(Code::Fault, format!("{} was not answered: {other:?}", step.mutation.target))),
        }
    }

    /// Why an object could not be read: its kind may be gone since the plan was made, which is no fault of the connection.
    async fn unanswered(&self, who: &Principal, step: &Step, reason: String) -> Problem {
        let api = &step.mutation.target.api;
        let unreachable = Problem::new(Code::ClusterUnreachable, reason);
        let Ok(word) = KindWord::parse(&api.resource()) else { return unreachable };
        let asked = self.ports.cluster.answer(who, &step.cluster, vec![FactQuery::Kind { word }]).await;
        let served = |fact: &Fact| match fact {
            Fact::Types { types } => types.iter().any(|one| one.group == api.group && one.version == api.version),
            _ => true,
        };
        if asked.is_ok_and(|facts| facts.iter().all(|(_, fact)| served(fact))) {
            return unreachable;
        }
        let detail = format!("{} no longer serves {} ({})", step.cluster, api.resource(), api.api_version());
        Problem::new(Code::Stale, detail)
            .hint("the kind went since the plan was made; plan anew once it is served again")
    }

    fn compare(
        &self,
        step: &Step,
        live: Option<&Value>,
        tried: Result<Tried, Problem>,
        moved: bool,
    ) -> Answered<(kubechat_core::digest::Digest, Option<Value>)> {
        let digest = |changes: &[diff::FieldChange]| {
            diff::digest(changes).map_err(|e| Problem::new(Code::Fault, format!("the diff has no canonical form: {e}")))
        };
        match tried {
            // What the step rests on changed: the permit says that, and why the server refuses the dry-run follows from it.
            Err(problem) if moved => {
                tracing::debug!(detail = %problem.detail, "dry-run on an object that changed");
                Ok((digest(&[])?, None))
            }
            Err(problem) => Err(problem),
            // It could not be tried when it was planned, was approved as such, and still can't: what was shown holds.
            Ok(Tried::CannotTry { .. }) if matches!(step.dry_run, DryRun::Unverified { .. }) => {
                Ok((step.bound.diff, None))
            }
            Ok(Tried::CannotTry { reason }) => Err(Problem::new(
                Code::Stale,
                format!("{}: the server can no longer try it: {reason}", step.mutation.target),
            )),
            // An unverified step that can be tried by now: its own content was approved, the server accepts it.
            Ok(Tried::Done { object, .. }) if matches!(step.dry_run, DryRun::Unverified { .. }) => {
                Ok((step.bound.diff, object))
            }
            Ok(Tried::Done { object, .. }) => {
                let changes = step.mutation.changes(live, object.as_ref(), volatile(step));
                Ok((digest(&changes)?, object))
            }
        }
    }

    /// Policy's word on the steps of its cluster from `first` on, from fresh facts; `shown` is what the server says now that
    /// the first one does. The later ones are predicted: each has a look of its own. Also what they reach into by these
    /// facts; where a rule keeps a run from that, it is refused here.
    async fn decide_again(&self, plan: &Plan, first: &Step, shown: Option<Shown>) -> Answered<(Decision, Spread)> {
        let (who, cluster) = (&plan.requester, &first.cluster);
        let rest: Vec<Step> =
            plan.revision.steps_on(cluster).filter(|step| step.index >= first.index).cloned().collect();
        let mutations: Vec<_> = rest.iter().map(|step| step.mutation.clone()).collect();
        let mut known: Snapshot = self.snapshot();
        let own: Vec<FactQuery> = rest.iter().map(query).collect();
        let after = |at: usize| shown.as_ref().filter(|_| at == 0).map(|shown| &shown.after);
        let written: Vec<_> = mutations.iter().enumerate().map(|(at, mutation)| (mutation, after(at))).collect();
        self.gather(who, cluster, &mut known, |known| {
            let mut needs = own.clone();
            if known.missing(own.clone()).is_empty() {
                needs.extend(kubechat_core::policy::build::needs_as(&written, known));
            }
            Ok(needs)
        })
        .await?;
        let mut tried: Vec<TriedStep> = rest
            .iter()
            .map(|step| TriedStep {
                dry_run: step.dry_run.clone(),
                after: None,
                changes: step.diff.clone(),
                shown: step.diff.clone(),
            })
            .collect();
        if let (Some(tried), Some(Shown { after, changes })) = (tried.first_mut(), shown) {
            let vault = self.vault_of(&plan.origin).await;
            tried.shown = covered(vault.as_ref(), redact::changes(&first.mutation.target.api, &changes));
            (tried.after, tried.changes) = (Some(after), changes);
        }
        let ops = rest.iter().map(|step| op(plan, step)).collect();
        let weighing = Weighing { who, cluster, origin: &plan.origin, ops, steps: &rest };
        let production = self.ports.cluster.known(who, Some(cluster))?.production;
        let Weighed { radius, facts, .. } = weigh(&weighing, &tried, &known, production);
        self.may_reach(who, cluster, Mode::Guarded, &radius.spread)?;
        Ok((self.judge(&facts).await?, radius.spread))
    }
}

/// The part of the plan that a step belongs to.
pub(crate) fn part_of<'a>(plan: &'a Plan, step: &Step) -> Answered<&'a Part> {
    plan.part(&step.cluster).ok_or_else(|| {
        Problem::new(Code::Fault, format!("plan {} has no part for {}, where its step writes", plan.id, step.cluster))
    })
}

/// The wire name of the operation that a step comes from.
fn op<'a>(plan: &'a Plan, step: &Step) -> &'a str {
    let asked = step.operation.and_then(|index| plan.revision.operations.get(index as usize));
    asked.map_or("undo", |asked| asked.operation.name())
}

/// What the dry-run makes of the object now; nothing for a deletion, or when it could not be tried.
fn shown(step: &Step, live: Option<&Value>, tried: &Result<Tried, Problem>) -> Option<Shown> {
    let Ok(Tried::Done { object: Some(after), .. }) = tried else { return None };
    let changes = step.mutation.changes(live, Some(after), volatile(step));
    Some(Shown { after: after.clone(), changes })
}

/// Whether a decision made now asks for nothing beyond what was approved: no further people, and for no further reason. Who
/// agreed to a step that could not be tried has not agreed to what it turns out to be.
fn holds(approved: &Decision, now: &Decision) -> bool {
    let asks = |decision: &Decision| -> BTreeSet<(String, String)> {
        let binding = decision.verdicts.iter().filter(|verdict| verdict.enforced);
        let asking = binding.filter(|verdict| matches!(verdict.effect, Effect::Require(_)));
        asking.map(|verdict| (verdict.pack.clone(), verdict.rule.clone())).collect()
    };
    if !asks(now).is_subset(&asks(approved)) {
        return false;
    }
    match (&approved.outcome, &now.outcome) {
        (_, Outcome::Deny) | (Outcome::Deny, _) => false,
        (_, Outcome::Pass) => true,
        (Outcome::Pass, Outcome::Require { .. }) => false,
        (Outcome::Require { requirements: met, .. }, Outcome::Require { requirements: wanted, .. }) => {
            wanted.iter().all(|one| met.contains(one))
        }
    }
}

pub(crate) fn query(step: &Step) -> FactQuery {
    FactQuery::Object { object: step.mutation.target.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::digest::Digest;
    use kubechat_core::policy::{Requirement, Severity, Verdict};

    fn decision(outcome: Outcome) -> Decision {
        Decision { outcome, verdicts: Vec::new(), packs: Digest::of("test", b"") }
    }
    fn require(counts: &[u32]) -> Decision {
        let requirements =
            counts.iter().map(|&count| Requirement { count, groups: Vec::new(), expiry_s: None }).collect();
        decision(Outcome::Require { requirements, confirm_only: false })
    }

    #[test]
    fn a_decision_holds_only_while_it_asks_for_nothing_new() {
        let (pass, deny) = (decision(Outcome::Pass), decision(Outcome::Deny));
        assert!(holds(&pass, &pass) && holds(&require(&[1]), &pass) && holds(&require(&[1, 2]), &require(&[2])));
        assert!(!holds(&pass, &require(&[1])) && !holds(&pass, &deny) && !holds(&require(&[1]), &require(&[2])));
    }

    #[test]
    fn the_same_number_of_people_for_another_reason_is_something_new() {
        let asked = |rules: &[&str]| {
            let requirement = Requirement { count: 1, groups: Vec::new(), expiry_s: None };
            let verdict = |rule: &&str| Verdict {
                pack: "p".to_owned(),
                rule: (*rule).to_owned(),
                severity: Severity::High,
                sentence: String::new(),
                remedy: String::new(),
                effect: Effect::Require(requirement.clone()),
                enforced: true,
            };
            Decision { verdicts: rules.iter().map(verdict).collect(), ..require(&[1]) }
        };
        assert!(holds(&asked(&["unverified-step", "in-use"]), &asked(&["in-use"])));
        assert!(!holds(&asked(&["unverified-step"]), &asked(&["pod-privileges"])));
    }
}
