//! API servers that kubeconfigs name by DNS: looked up whenever an address at their port is judged, so that no other name
//! leads to one of them.
//!
//! One that can't be looked up is where it was last; one that never could be closes its port, because then no address is known
//! not to be its. Names are told to the log and to whoever examines this host, never to a caller. Limit: [`SERVERS_MAX`].

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::join_all;
use kubechat_core::egress::{Perimeter, Reason};
use tokio::time::timeout;

use crate::error::GateError;
use crate::gate::Inner;
use crate::lane::Lane;
use crate::limits::{ADDRESSES_MAX, SERVERS_MAX};

/// Where each was last; nowhere, if it never could be looked up.
#[derive(Debug, Default)]
pub(crate) struct Servers(Mutex<BTreeMap<String, Vec<IpAddr>>>);

impl Servers {
    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Vec<IpAddr>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that could not be looked up so far.
    pub(crate) fn lost(&self) -> Vec<String> {
        self.known().iter().filter(|(_, at)| at.is_empty()).map(|(name, _)| name.clone()).collect()
    }

    /// Puts the API servers at this port where they are.
    ///
    /// # Errors
    /// One of them may be anywhere.
    pub(crate) async fn place(
        &self,
        inner: &Inner,
        lane: &Lane,
        perimeter: &mut Perimeter,
        port: u16,
    ) -> Result<(), GateError> {
        let mut names: Vec<String> = perimeter.names_at(port).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() > SERVERS_MAX {
            let why = format!("{}: more than {SERVERS_MAX} API servers at its port", lane.destination);
            return Err(GateError::Limit(why));
        }
        for (name, found) in join_all(names.into_iter().map(|name| look_up(inner, name))).await {
            let at = self.at(name, found);
            if at.is_empty() {
                let why = "an API server can't be looked up, so whether this leads there can't be told";
                return Err(GateError::refused(Reason::ApiServerLost, format!("{}: {why}", lane.destination)));
            }
            perimeter.place_at(port, at);
        }
        Ok(())
    }

    /// Where it is, or was last.
    fn at(&self, name: String, found: Result<Vec<IpAddr>, String>) -> Vec<IpAddr> {
        let mut known = self.known();
        // Names come and go with kubeconfigs; those that were, are looked up again when they come back.
        if known.len() > SERVERS_MAX {
            known.clear();
        }
        let last = known.entry(name.clone()).or_default();
        match found {
            Ok(found) => *last = found,
            Err(why) => {
                tracing::warn!(server = name, why, known = !last.is_empty(), "an API server can't be looked up")
            }
        }
        last.clone()
    }
}

async fn look_up(inner: &Inner, name: String) -> (String, Result<Vec<IpAddr>, String>) {
    let found = match timeout(inner.caps.resolve, inner.resolver.resolve(&name)).await {
        Ok(Ok(found)) if (1..=ADDRESSES_MAX).contains(&found.len()) => Ok(found),
        Ok(Ok(found)) => Err(format!("it has {} addresses", found.len())),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the resolver did not answer in time".to_owned()),
    };
    (name, found)
}
