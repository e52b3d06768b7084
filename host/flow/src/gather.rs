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

impl Flow {
    /// Repeats `needs` until it is empty, adding to `known`.
    pub async fn gather(
        &self,
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
            for (query, fact) in self.ports.cluster.answer(who, cluster, missing).await? {
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
