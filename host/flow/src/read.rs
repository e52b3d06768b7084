//! Reads: what a person may look at, answered from facts taken as the user, masked and bounded.

use kubechat_core::audit::{Entry, EntryKind};
use kubechat_core::facts::Snapshot;
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::operation::read::Diagnose;
use kubechat_core::principal::Principal;
use kubechat_core::read::{self, Answer, ChangeRow, ChangeSource, Changes};

use crate::gather::Fresh;
use crate::ports::ledger::{AuditFilter, Page};
use crate::{Answered, Flow};

/// Most of our own writes looked through, newest first.
const OUR_WRITES_MAX: u32 = 500;
/// Most of them told in one answer.
const OUR_CHANGES_MAX: usize = 20;

impl Flow {
    /// Answers one read operation; leaves an entry of what was read.
    pub async fn read(&self, who: &Principal, cluster: &ClusterName, operation: &Operation) -> Answered<Answer> {
        self.read_telling(who, cluster, operation, |_| ()).await
    }

    /// As [`Flow::read`], and tells what was read, unmasked, before it is gone: a conversation's vault learns from it.
    pub(crate) async fn read_telling(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        operation: &Operation,
        tell: impl FnOnce(&Snapshot) + Send,
    ) -> Answered<Answer> {
        let home = self.ports.cluster.known(who, Some(cluster))?.namespace;
        let mut operation = operation.clone();
        read::fill_namespace(&mut operation, &home);
        let mut known = self.snapshot();
        // A diagnosis reads everything and is asked again and again.
        let fresh = if matches!(operation, Operation::Diagnose(_)) { Fresh::Watched } else { Fresh::Now };
        let needs = |known: &_| read::needs(&operation, known);
        let answered = match self.gather_as(fresh, who, cluster, &mut known, needs).await {
            Ok(()) => read::answer(&operation, &known, self.now()).map_err(Into::into),
            Err(problem) => Err(problem),
        };
        tell(&known);
        let answered = match answered {
            Ok(Answer::Changes(found)) => Ok(Answer::Changes(self.with_ours(cluster, found).await)),
            other => other,
        };
        let outcome = answered.as_ref().map_or_else(|p: &kubechat_core::problem::Problem| p.code.as_str(), |_| "read");
        let mut entry = self.entry(who, EntryKind::ToolRead, outcome);
        entry.cluster = Some(cluster.clone());
        entry.object = Some(operation.name().to_owned());
        // A read that can't be written down is still a read: nothing was changed, and the log says nothing false.
        if let Err(error) = self.note(entry, serde_json::to_value(&operation).ok()).await {
            tracing::warn!(%error, "a read could not be written down");
        }
        answered
    }

    /// Changes with what this host itself wrote: from the newest [`OUR_WRITES_MAX`] outcomes in the log. The asker has read
    /// these very objects as himself, so he may know who wrote them. A log that can't be read is a gap, no failure.
    async fn with_ours(&self, cluster: &ClusterName, mut found: Changes) -> Changes {
        let kinds = vec![EntryKind::StepOutcome, EntryKind::StepResolved];
        let (filter, page) =
            (AuditFilter { kinds, ..AuditFilter::default() }, Page { limit: OUR_WRITES_MAX, before: None });
        let entries = match self.ports.ledger.audit(filter, page).await {
            Ok(rows) => rows.into_iter().map(|row| row.committed.entry),
            Err(error) => {
                found.gaps.push(format!("what this host itself did can't be read: {error}"));
                return found;
            }
        };
        let about = |entry: &Entry| {
            entry.cluster.as_ref() == Some(cluster)
                && entry.object.as_deref().is_some_and(|object| found.is_about(object))
        };
        let entries: Vec<_> = entries.filter(about).take(OUR_CHANGES_MAX).collect();
        let mut ours = Vec::new();
        for entry in entries {
            ours.push(self.own_change(&entry).await);
        }
        found.with_ours(ours)
    }

    async fn own_change(&self, entry: &Entry) -> ChangeRow {
        let plan = match entry.plan {
            Some(id) => self.ports.ledger.plan(id).await.ok().flatten().map(|plan| plan.row),
            None => None,
        };
        let step = plan.as_ref().and_then(|plan| plan.revision.steps.get(usize::try_from(entry.step?).ok()?));
        let sentence = step.map_or("a step", |step| step.sentence.as_str());
        let which = plan.as_ref().map(|plan| format!(" (plan {})", plan.id)).unwrap_or_default();
        let object = entry.object.as_deref().unwrap_or_default();
        let what = format!("{sentence}: {}{which}", entry.outcome);
        ChangeRow::new(ChangeSource::Kubechat, Some(entry.at), object, &what, self.now()).by(&entry.actor.name)
    }

    /// `GET /findings`: what is broken wherever the user may look, or in one namespace.
    pub async fn findings(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        namespace: Option<kubechat_core::names::Namespace>,
    ) -> Answered<Answer> {
        self.read(who, cluster, &Operation::Diagnose(Diagnose { namespace, fallback: None, target: None })).await
    }
}
