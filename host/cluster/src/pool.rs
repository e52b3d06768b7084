//! The pool: one line per principal and cluster, made when first used, made anew when its kubeconfig changes.
//!
//! Implements the cluster port. No principal, no line: an unknown one is refused before anything is read. A cluster that
//! fails never disturbs another: nothing is shared between them but the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::join_all;
use kubechat_core::digest::Digest;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::mutation::Mutation;
use kubechat_core::names::ClusterName;
use kubechat_core::permit::StepPermit;
use kubechat_core::plan::ClusterPin;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Clock;
use kubechat_flow::modes::{reach_refused, refused};
use kubechat_flow::ports::cluster::{Allowed, Cluster, ClusterView, Mode, Performed, Review, Right, ServedKind, Tried};
use kubechat_flow::ports::logs::{LogAsk, LogStream};
use kubechat_flow::ports::table::{TableAsk, TablePage};
use tokio::sync::Semaphore;

use crate::config::{ClusterConfig, PoolConfig, PrincipalConfig};
use crate::kubeconfig::{Fingerprint, resolve};
use crate::limits::{CALLS_AT_ONCE_MAX, Deadlines, LOG_STREAMS_AT_ONCE_MAX, WRITES_AT_ONCE_MAX};
use crate::link::{Link, Places};
use crate::view;
use crate::watch::pulse::Pulse;
use crate::watch::{Ground, Shared, Watches};

/// Every configured principal's clusters.
pub struct ClusterPool {
    principals: BTreeMap<String, Vec<Arc<Slot>>>,
}

/// One cluster of one principal.
pub(crate) struct Slot {
    pub(crate) config: ClusterConfig,
    pub(crate) clock: Arc<dyn Clock>,
    waits: Deadlines,
    places: Arc<Places>,
    watched: Shared,
    line: Mutex<Option<Arc<Line>>>,
}

/// A slot's line, as long as its files stay what they are.
pub(crate) struct Line {
    fingerprint: Fingerprint,
    pub(crate) link: Arc<Link>,
    /// What is watched over it; ends with it.
    pub(crate) watches: Watches,
}

impl Line {
    /// Whether its cluster is there.
    pub(crate) fn pulse(&self) -> Arc<Pulse> {
        let fingerprint = self.fingerprint.clone();
        self.watches.heart.pulse(&self.link, move || !fingerprint.holds())
    }

    /// What a watch of this line runs on.
    pub(crate) fn ground(&self) -> Ground {
        Ground { link: self.link.clone(), pulse: self.pulse() }
    }
}

impl Slot {
    /// The line; a new one when there is none or its files changed.
    pub(crate) fn line(&self) -> Result<Arc<Line>, Problem> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = &*line
            && line.fingerprint.holds()
        {
            return Ok(line.clone());
        }
        *line = None;
        let (resolved, fingerprint) = resolve(&self.config)?;
        tracing::info!(cluster = %self.config.name, context = resolved.context, server = %resolved.server, "kubeconfig read");
        let link = Arc::new(Link::new(resolved, self.waits, self.clock.clone(), self.places.clone())?);
        let made = Arc::new(Line { fingerprint, link, watches: Watches::new(&self.watched) });
        *line = Some(made.clone());
        Ok(made)
    }
}

impl ClusterPool {
    /// Takes the configuration in; no file is read and nothing is sent before the first use.
    pub fn new(config: PoolConfig, clock: Arc<dyn Clock>) -> Self {
        let PoolConfig { principals, deadlines: waits, watches } = config;
        let watched = Shared::new(watches);
        let mut places: BTreeMap<ClusterName, Arc<Places>> = BTreeMap::new();
        let mut place = |name: &ClusterName| {
            let fresh = || {
                let (calls, writes) = (Semaphore::new(CALLS_AT_ONCE_MAX), Semaphore::new(WRITES_AT_ONCE_MAX));
                let log_streams = Arc::new(Semaphore::new(LOG_STREAMS_AT_ONCE_MAX));
                Arc::new(Places { calls, writes, log_streams })
            };
            places.entry(name.clone()).or_insert_with(fresh).clone()
        };
        let principals = principals.into_iter().map(|PrincipalConfig { principal, clusters }| {
            let slots = clusters.into_iter().map(|config| {
                let (places, clock, watched) = (place(&config.name), clock.clone(), watched.clone());
                Arc::new(Slot { config, clock, waits, places, watched, line: Mutex::new(None) })
            });
            (principal.subject(), slots.collect())
        });
        Self { principals: principals.collect() }
    }

    /// The API servers of all configured clusters, as their kubeconfigs name them now; one that can't be read has none.
    pub fn servers(&self) -> Vec<String> {
        let slots = self.principals.values().flatten();
        slots.filter_map(|slot| resolve(&slot.config).ok()).map(|(resolved, _)| resolved.server.to_string()).collect()
    }

    pub(crate) fn slots(&self, who: &Principal) -> &[Arc<Slot>] {
        self.principals.get(&who.subject()).map_or(&[], Vec::as_slice)
    }

    fn slot(&self, who: &Principal, cluster: Option<&ClusterName>) -> Result<&Slot, Problem> {
        let slots = self.slots(who);
        let found = match cluster {
            Some(name) => slots.iter().find(|slot| slot.config.name == *name),
            None => slots.first(),
        };
        found.map(Arc::as_ref).ok_or_else(|| {
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
        Ok((slot, slot.line()?.link.clone()))
    }

    /// The principal's line to a cluster.
    pub(crate) fn lined(&self, who: &Principal, cluster: &ClusterName) -> Result<Arc<Line>, Problem> {
        self.slot(who, Some(cluster))?.line()
    }
}

#[async_trait]
impl Cluster for ClusterPool {
    async fn clusters(&self, who: &Principal) -> Vec<ClusterView> {
        let looks = self.slots(who).iter().map(|slot| async {
            match slot.line() {
                Ok(line) => Some(view::looked_at(&slot.config, &line.link).await),
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

    async fn view(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        queries: Vec<FactQuery>,
    ) -> Result<Vec<(FactQuery, Fact)>, Problem> {
        self.lined(who, cluster)?.views(queries).await
    }

    fn authority(&self, who: &Principal, cluster: &ClusterName) -> Result<Digest, Problem> {
        self.link(who, Some(cluster))?.1.authority()
    }

    async fn pin(&self, who: &Principal, cluster: &ClusterName) -> Result<ClusterPin, Problem> {
        self.link(who, Some(cluster))?.1.pin().await
    }

    async fn user(&self, who: &Principal, cluster: &ClusterName) -> Result<Option<String>, Problem> {
        let Some(slot) = self.slots(who).iter().find(|slot| slot.config.name == *cluster) else { return Ok(None) };
        let line = slot.line()?;
        line.link.user(line.link.waits.look).await.map(Some)
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
                if let Some(problem) = reach_refused(&view, Mode::Guarded, permit.spread()) {
                    return Performed::Refused(problem);
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
