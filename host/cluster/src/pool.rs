//! The pool: one line per principal and cluster, made when first used, made anew when its kubeconfig changes.
//!
//! Implements the cluster port. No principal, no line: an unknown one is refused before anything is read. A cluster that
//! fails never disturbs another: nothing is shared between them but the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::join_all;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::mutation::Mutation;
use kubechat_core::names::ClusterName;
use kubechat_core::permit::StepPermit;
use kubechat_core::plan::ClusterPin;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Clock;
use kubechat_flow::modes::refused;
use kubechat_flow::ports::cluster::{Allowed, Cluster, ClusterView, Mode, Performed, Review, Right, ServedKind, Tried};
use kubechat_flow::ports::logs::{LogAsk, LogStream};
use kubechat_flow::ports::table::{TableAsk, TablePage};
use tokio::sync::Semaphore;

use crate::config::{ClusterConfig, PoolConfig, PrincipalConfig};
use crate::kubeconfig::{Fingerprint, resolve};
use crate::limits::{CALLS_AT_ONCE_MAX, Deadlines, LOG_STREAMS_AT_ONCE_MAX, WRITES_AT_ONCE_MAX};
use crate::link::{Link, Places};
use crate::view;

/// Every configured principal's clusters.
pub struct ClusterPool {
    principals: BTreeMap<String, Vec<Slot>>,
    waits: Deadlines,
    clock: Arc<dyn Clock>,
}

struct Slot {
    config: ClusterConfig,
    places: Arc<Places>,
    line: Mutex<Option<(Fingerprint, Arc<Link>)>>,
}

impl ClusterPool {
    /// Takes the configuration in; no file is read and nothing is sent before the first use.
    pub fn new(config: PoolConfig, clock: Arc<dyn Clock>) -> Self {
        let mut places: BTreeMap<ClusterName, Arc<Places>> = BTreeMap::new();
        let mut place = |name: &ClusterName| {
            let fresh = || {
                let (calls, writes) = (Semaphore::new(CALLS_AT_ONCE_MAX), Semaphore::new(WRITES_AT_ONCE_MAX));
                let log_streams = Arc::new(Semaphore::new(LOG_STREAMS_AT_ONCE_MAX));
                Arc::new(Places { calls, writes, log_streams })
            };
            places.entry(name.clone()).or_insert_with(fresh).clone()
        };
        let principals = config.principals.into_iter().map(|PrincipalConfig { principal, clusters }| {
            let slots = clusters.into_iter().map(|config| {
                let places = place(&config.name);
                Slot { config, places, line: Mutex::new(None) }
            });
            (principal.subject(), slots.collect())
        });
        Self { principals: principals.collect(), waits: config.deadlines, clock }
    }

    fn slots(&self, who: &Principal) -> &[Slot] {
        self.principals.get(&who.subject()).map_or(&[], Vec::as_slice)
    }

    fn slot(&self, who: &Principal, cluster: Option<&ClusterName>) -> Result<&Slot, Problem> {
        let slots = self.slots(who);
        let found = match cluster {
            Some(name) => slots.iter().find(|slot| slot.config.name == *name),
            None => slots.first(),
        };
        found.ok_or_else(|| {
            let names: Vec<_> = slots.iter().map(|slot| slot.config.name.as_str()).collect();
            let detail = match cluster {
                Some(name) => format!("{} has no cluster {name}", who.name),
                None => format!("{} has no cluster", who.name),
            };
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Problem::new(Code::NotFound, detail).hint(format!("configured for {}: {there}", who.name))
        })
    }

    fn link(&self, who: &Principal, cluster: Option<&ClusterName>) -> Result<(&Slot, Arc<Link>), Problem> {
        let slot = self.slot(who, cluster)?;
        Ok((slot, self.line(slot)?))
    }

    /// The slot's line; a new one when there is none or its files changed.
    fn line(&self, slot: &Slot) -> Result<Arc<Link>, Problem> {
        let mut line = slot.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((fingerprint, link)) = &*line
            && fingerprint.holds()
        {
            return Ok(link.clone());
        }
        *line = None;
        let (resolved, fingerprint) = resolve(&slot.config)?;
        tracing::info!(cluster = %slot.config.name, context = resolved.context, server = %resolved.server, "kubeconfig read");
        let link = Arc::new(Link::new(resolved, self.waits, self.clock.clone(), slot.places.clone())?);
        *line = Some((fingerprint, link.clone()));
        Ok(link)
    }
}

#[async_trait]
impl Cluster for ClusterPool {
    async fn clusters(&self, who: &Principal) -> Vec<ClusterView> {
        let looks = self.slots(who).iter().map(|slot| async {
            match self.line(slot) {
                Ok(link) => Some(view::looked_at(&slot.config, &link).await),
                Err(problem) => view::broken(&slot.config, problem).ok(),
            }
        });
        join_all(looks).await.into_iter().flatten().collect()
    }

    fn names(&self, who: &Principal) -> Vec<ClusterName> {
        self.slots(who).iter().map(|slot| slot.config.name.clone()).collect()
    }

    fn known(&self, who: &Principal, cluster: Option<&ClusterName>) -> Result<ClusterView, Problem> {
        let (slot, link) = self.link(who, cluster)?;
        Ok(view::known(&slot.config, &link))
    }

    async fn answer(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        queries: Vec<FactQuery>,
    ) -> Result<Vec<(FactQuery, Fact)>, Problem> {
        self.link(who, Some(cluster))?.1.answers(queries).await
    }

    async fn pin(&self, who: &Principal, cluster: &ClusterName) -> Result<ClusterPin, Problem> {
        self.link(who, Some(cluster))?.1.pin().await
    }

    async fn user(&self, who: &Principal, cluster: &ClusterName) -> Result<Option<String>, Problem> {
        let Some(slot) = self.slots(who).iter().find(|slot| slot.config.name == *cluster) else { return Ok(None) };
        let link = self.line(slot)?;
        link.user(link.waits.look).await.map(Some)
    }

    async fn try_out(&self, who: &Principal, cluster: &ClusterName, mutation: &Mutation) -> Result<Tried, Problem> {
        self.link(who, Some(cluster))?.1.try_out(mutation).await
    }

    async fn allowed(&self, who: &Principal, cluster: &ClusterName, rights: &[Right]) -> Result<Vec<Allowed>, Problem> {
        self.link(who, Some(cluster))?.1.rights(rights).await
    }

    async fn reviewed(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        reviews: &[Review],
    ) -> Result<Vec<Allowed>, Problem> {
        self.link(who, Some(cluster))?.1.reviews(reviews).await
    }

    async fn kinds(&self, who: &Principal, cluster: &ClusterName) -> Result<Vec<ServedKind>, Problem> {
        self.link(who, Some(cluster))?.1.kinds().await
    }

    async fn table(&self, who: &Principal, cluster: &ClusterName, ask: &TableAsk) -> Result<TablePage, Problem> {
        self.link(who, Some(cluster))?.1.table(ask).await
    }

    async fn log_stream(&self, who: &Principal, cluster: &ClusterName, ask: &LogAsk) -> Result<LogStream, Problem> {
        self.link(who, Some(cluster))?.1.log_stream(ask).await
    }

    async fn perform(&self, permit: StepPermit) -> Performed {
        match self.link(permit.principal(), Some(permit.cluster())) {
            Ok((slot, link)) => {
                let (view, target) = (view::known(&slot.config, &link), &permit.mutation().target);
                if view.mode_of(target) != Mode::Guarded {
                    return Performed::Refused(refused(&view, target));
                }
                if !link.leads_to(permit.pin()) {
                    let detail = format!("the kubeconfig of {} changed since the last look", slot.config.name);
                    return Performed::Refused(Problem::new(Code::Stale, detail));
                }
                link.perform(permit).await
            }
            Err(problem) => Performed::Refused(problem),
        }
    }
}
