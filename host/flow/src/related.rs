//! What is related to an object, as the user sees it. Leaves an entry.

use kubechat_core::names::ClusterName;
use kubechat_core::operation::Target;
use kubechat_core::principal::Principal;
use kubechat_core::read::related::{self, Related};
use serde_json::json;

use crate::{Answered, Flow};

impl Flow {
    /// `GET /objects/…/related`.
    pub async fn related(&self, who: &Principal, cluster: &ClusterName, target: &Target) -> Answered<Related> {
        let found = self.find_related(who, cluster, target).await;
        self.note_read(who, cluster, "related", found.as_ref().err(), json!(target)).await;
        found
    }

    async fn find_related(&self, who: &Principal, cluster: &ClusterName, target: &Target) -> Answered<Related> {
        self.ports.cluster.known(who, Some(cluster))?;
        let mut known = self.snapshot();
        self.gather(who, cluster, &mut known, |known| related::needs(target, known)).await?;
        Ok(related::answer(target, &known)?)
    }
}
