//! Gathering facts: ask what is missing, take the answers in, until nothing is missing.
//!
//! Bounded by rounds and by queries; needs that never end are a fault, not a wait.

use kubechat_core::facts::{FactQuery, Snapshot};
use kubechat_core::limits::{FACT_QUERIES_MAX, FACT_ROUNDS_MAX};
use kubechat_core::names::ClusterName;
use kubechat_core::operation::LowerError;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};

use crate::{Answered, Flow};

/// How fresh facts must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// Asked for now: whatever a write is decided by.
    Now,
    /// As the cluster's watches have them, which is a moment old; where there is none, asked for now.
    Watched,
}

impl Flow {
    /// Repeats `needs` until it is empty, adding to `known`; everything is asked for now.
    pub async fn gather(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        known: &mut Snapshot,
        needs: impl Fn(&Snapshot) -> Result<Vec<FactQuery>, LowerError> + Send,
    ) -> Answered<()> {
        self.gather_as(Fresh::Now, who, cluster, known, needs).await
    }

    /// The same, as fresh as is said.
    pub async fn gather_as(
        &self,
        fresh: Fresh,
        who: &Principal,
        cluster: &ClusterName,
        known: &mut Snapshot,
        needs: impl Fn(&Snapshot) -> Result<Vec<FactQuery>, LowerError> + Send,
    ) -> Answered<()> {
        for _ in 0..FACT_ROUNDS_MAX {
            let missing = known.missing(needs(known)?);
            if missing.is_empty() {
                return Ok(());
            }
            if known.len() + missing.len() > FACT_QUERIES_MAX {
                let detail = format!("this needs more than {FACT_QUERIES_MAX} look-ups (FACT_QUERIES_MAX)");
                return Err(Problem::new(Code::LimitExceeded, detail).hint("name a namespace or a narrower set"));
            }
            // Before it is asked: a kubeconfig may be replaced meanwhile, and a cluster that does not answer was asked too.
            let authority = self.notes_looks().then(|| self.ports.cluster.authority(who, cluster).ok());
            if let Some(authority) = authority {
                self.note_looks(cluster, authority, &[]);
            }
            let answers = match fresh {
                Fresh::Now => self.ports.cluster.answer(who, cluster, missing).await?,
                Fresh::Watched => self.ports.cluster.view(who, cluster, missing).await?,
            };
            if let Some(authority) = authority {
                self.note_looks(cluster, authority, &answers);
            }
            for (query, fact) in answers {
                known.insert(query, fact);
            }
        }
        Err(Problem::new(Code::Fault, format!("facts are still missing after {FACT_ROUNDS_MAX} rounds")))
    }

    /// A fresh snapshot, stamped now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.now())
    }
}
