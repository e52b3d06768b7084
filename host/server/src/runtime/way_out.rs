//! The egress gate as this host is configured, and what the plugins' port makes of it.
//!
//! CA files and credentials in the environment are read here, once. What can't be read leaves its destination closed and is
//! said, at the start and wherever destinations are listed; nothing else is kept from starting.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::http::Uri;
use kubechat_cluster::ClusterPool;
use kubechat_core::egress::{BaseUrl, Binding, Destination, Host, Perimeter, Range, Reason};
use kubechat_egress::{Answer, Bound, Counts, Gate, GateConfig, GateError, Method, OLLAMA_URL, Request, Secret};
use kubechat_plugin::{Egress, EgressAnswer, EgressError, EgressRequest};
use tokio::runtime::Handle;

use super::SystemClock;
use crate::config::{Config, Credential, EgressBinding, Surroundings};
use crate::models::bind_command;

/// Largest file of a CA, bytes.
const CA_BYTES_MAX: u64 = 1 << 20;

/// The gate, and what was found that could be bound.
#[derive(Clone)]
pub struct WayOut {
    /// The gate.
    pub gate: Gate,
    pool: Arc<ClusterPool>,
    found: Arc<Mutex<Option<Found>>>,
}

/// A server on this machine that nothing is bound to yet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Found {
    /// What it would be called.
    pub destination: &'static str,
    /// Where it is.
    pub url: &'static str,
    /// What it says it is.
    pub version: String,
    /// What binds it.
    pub command: String,
}

/// An API server of which can't be told where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostServer {
    /// As its kubeconfig has it.
    pub server: String,
    /// What to do.
    pub fix: &'static str,
}

impl WayOut {
    /// Opens nothing yet.
    pub fn new(config: &Config, around: &Surroundings, pool: &Arc<ClusterPool>) -> Self {
        let mut gate = GateConfig::new(Arc::new(SystemClock), Handle::current());
        gate.air_gapped = config.air_gapped.value;
        // Calls that may run at once may ask at once.
        gate.caps.at_once += config.calls_at_once().values().sum::<usize>();
        gate.bindings = config.egress.value.iter().map(|one| (one.destination.clone(), bound(one, around))).collect();
        let (clusters, ranges) = (pool.clone(), config.cluster_ranges.value.clone());
        gate.perimeter = Arc::new(move || perimeter(&clusters.servers(), &ranges));
        Self { gate: Gate::new(gate), pool: pool.clone(), found: Arc::default() }
    }

    /// Looks for Ollama on this machine, once, if this is the first start.
    pub async fn look_around(&self) {
        if let Some(version) = self.gate.find_ollama().await {
            let destination = kubechat_egress::OLLAMA_DESTINATION;
            let Ok(command) = Destination::parse(destination).map(|name| bind_command(&name)) else { return };
            let found = Found { destination, url: OLLAMA_URL, version, command };
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        }
    }

    /// What went where, for counters; all that is not bound counts as one.
    pub fn counts(&self) -> Vec<(String, Counts)> {
        let bound = self.gate.lanes().into_iter().map(|lane| (lane.destination.to_string(), lane.counts));
        bound.chain([("(not bound)".to_owned(), self.gate.unbound())]).collect()
    }

    /// API servers that keep the way out closed: which, and what to do.
    pub fn lost_servers(&self) -> Vec<LostServer> {
        let unplaced = self.pool.servers().into_iter().filter(|server| place(server).is_none());
        let unplaced = unplaced.map(|server| LostServer { server, fix: "mend `server` in its kubeconfig" });
        let unnamed = self.gate.lost_servers().into_iter();
        let fix = "mend the resolver, or take the cluster out of the configuration";
        unplaced.chain(unnamed.map(|server| LostServer { server, fix })).collect()
    }

    /// What was found and is not bound.
    pub fn found(&self) -> Option<Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What lies around. A server that can't be placed closes the way out: nothing is known not to lead there.
fn perimeter(servers: &[String], ranges: &[Range]) -> Perimeter {
    let mut perimeter = Perimeter { cluster_ranges: ranges.to_vec(), ..Perimeter::default() };
    for server in servers {
        match place(server) {
            Some(place) => perimeter.api_servers.push(place),
            None => {
                tracing::error!(
                    server,
                    "nothing is let out: where this API server is can't be told from its kubeconfig"
                );
                perimeter.unplaced += 1;
            }
        }
    }
    perimeter
}

/// Host and port of an API server. A kubeconfig may write them in ways that no binding may, and its client reaches the server
/// all the same: names with a dot at the end or an underscore, users before them.
fn place(server: &str) -> Option<(Host, u16)> {
    if let Ok(base) = BaseUrl::parse(server) {
        return Some((base.host, base.port));
    }
    let url: Uri = server.parse().ok()?;
    let port = url.port_u16().or_else(|| match url.scheme_str()? {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    })?;
    let name = url.host()?.trim_end_matches('.').to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let named = || (!name.is_empty() && name.bytes().all(plain)).then(|| Host::Name(name.clone()));
    Some((Host::parse(&name).ok().or_else(named)?, port))
}

fn bound(one: &EgressBinding, around: &Surroundings) -> Bound {
    let ca_pem = one.ca.as_ref().map(|path| {
        // An empty one vouches for nobody, so the destination is closed rather than believed by the system's CAs.
        read_ca(path).unwrap_or_else(|error| {
            tracing::error!(destination = %one.destination, path = %path.display(), %error, "its CA can't be read");
            String::new()
        })
    });
    let secret = match &one.credential {
        None => Secret::Missing,
        Some(Credential::File(path)) => Secret::File(path.clone()),
        Some(Credential::Env(name)) => match around.var(name).and_then(|value| value.to_str()) {
            Some(value) => Secret::Held(value.to_owned().into()),
            None => {
                tracing::error!(destination = %one.destination, variable = name, "its credential is not there");
                Secret::Missing
            }
        },
    };
    Bound { binding: Binding { ca_pem, ..one.binding.clone() }, secret }
}

fn read_ca(path: &std::path::Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > CA_BYTES_MAX {
        return Err(std::io::Error::other("it is too long"));
    }
    std::fs::read_to_string(path)
}

#[async_trait]
impl Egress for WayOut {
    async fn send(&self, request: EgressRequest) -> Result<Box<dyn EgressAnswer>, EgressError> {
        let EgressRequest { plugin, destination, post, path, headers, body, classes } = request;
        let method = if post { Method::Post } else { Method::Get };
        let request = Request { caller: plugin, destination, method, path, headers, body: body.into(), classes };
        let answer = self.gate.send(request).await.map_err(told)?;
        Ok(Box::new(GuestAnswer(answer)))
    }
}

struct GuestAnswer(Answer);

#[async_trait]
impl EgressAnswer for GuestAnswer {
    fn status(&self) -> u16 {
        self.0.status()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.0.header(name).map(str::to_owned)
    }

    async fn read(&mut self) -> Result<Option<Vec<u8>>, EgressError> {
        self.0.read().await.map(|piece| piece.map(Into::into)).map_err(told)
    }
}

/// What a guest is told of it.
fn told(error: GateError) -> EgressError {
    match error {
        // An air gap is told as the refusal it is: to bind something would not help.
        GateError::Refused(refusal) if refusal.reason == Reason::NotBound => EgressError::NotBound,
        GateError::Refused(refusal) => EgressError::Refused(refusal.why),
        GateError::Unreachable(why) => EgressError::Unreachable(why),
        GateError::Timeout(why) => EgressError::Timeout(why),
        GateError::Limit(why) => EgressError::Limit(why),
        GateError::Ending => EgressError::Other("the host is ending".to_owned()),
    }
}

/// Every destination that loaded plugins name, with those that name it.
pub fn wanted(plugins: &kubechat_plugin::Plugins) -> BTreeMap<Destination, Vec<String>> {
    let mut wanted: BTreeMap<Destination, Vec<String>> = BTreeMap::new();
    for status in plugins.list() {
        let Some(id) = status.id else { continue };
        for asked in status.destinations {
            wanted.entry(asked.name).or_default().push(id.clone());
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_server_is_placed_however_its_kubeconfig_writes_it() {
        for (server, host, port) in [
            ("https://10.0.0.1:6443", "10.0.0.1", 6443),
            ("https://K8S.example.com/", "k8s.example.com", 443),
            ("https://k8s.example.com.:6443/", "k8s.example.com", 6443),
            ("https://my_cluster.local/", "my_cluster.local", 443),
            ("https://rancher.example.com/k8s/clusters/c-1?x=1", "rancher.example.com", 443),
            ("https://user@10.0.0.1:6443/", "10.0.0.1", 6443),
        ] {
            let placed = place(server).map(|(host, port)| (host.to_string(), port));
            assert_eq!(placed, Some((host.to_owned(), port)), "{server}");
        }
    }

    #[test]
    fn a_server_that_can_not_be_placed_closes_the_way_out() {
        for server in ["", "/k8s", "unix:///run/api.sock", "https://0x7f.1%/"] {
            assert_eq!(perimeter(&[server.to_owned()], &[]).unplaced, 1, "{server}");
        }
        assert_eq!(perimeter(&["https://10.0.0.1:6443".to_owned()], &[]).unplaced, 0);
    }
}
