//! Reads: what a person may look at, answered from facts taken as the user, masked and bounded.

use kubechat_core::audit::EntryKind;
use kubechat_core::names::ClusterName;
use kubechat_core::operation::Operation;
use kubechat_core::operation::read::Diagnose;
use kubechat_core::principal::Principal;
use kubechat_core::read::{self, Answer};

use crate::{Answered, Flow};

impl Flow {
    /// Answers one read operation; leaves an entry of what was read.
    pub async fn read(&self, who: &Principal, cluster: &ClusterName, operation: &Operation) -> Answered<Answer> {
        let home = self.ports.cluster.known(who, Some(cluster))?.namespace;
        let mut operation = operation.clone();
        read::fill_namespace(&mut operation, &home);
        let mut known = self.snapshot();
        let answered = match self.gather(who, cluster, &mut known, |known| read::needs(&operation, known)).await {
            Ok(()) => read::answer(&operation, &known, self.now()).map_err(Into::into),
            Err(problem) => Err(problem),
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
