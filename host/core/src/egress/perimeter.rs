//! The perimeter: which resolved addresses may be dialled for a binding, given what this host knows of its clusters.

use std::net::{IpAddr, SocketAddr};

use super::address::canonical;
use super::{AddressKind, Host, Range, Verdict, classify};

/// What lies around this host: its clusters' API servers, pods and Services.
#[derive(Debug, Clone, Default)]
pub struct Perimeter {
    /// API servers, as kubeconfigs name them.
    pub api_servers: Vec<(Host, u16)>,
    /// Pod and Service ranges.
    pub cluster_ranges: Vec<Range>,
    /// API servers of which nobody can tell where they are. While there is one, no address is known not to be its.
    pub unplaced: usize,
}

impl Perimeter {
    /// Whether a host may be asked about at all; before it is looked up.
    ///
    /// # Errors
    /// The kind of what it is.
    pub fn admit_host(&self, host: &Host, port: u16) -> Result<(), AddressKind> {
        let named = |(server, at): &(Host, u16)| *at == port && server == host;
        if self.api_servers.iter().any(named) { Err(AddressKind::ApiServer) } else { Ok(()) }
    }

    /// As [`Perimeter::admit_host`], for a host that a proxy will look up: at any port, because no address is ever seen.
    ///
    /// # Errors
    /// The kind of what it is.
    pub fn admit_behind_proxy(&self, host: &Host) -> Result<(), AddressKind> {
        if self.api_servers.iter().any(|(server, _)| server == host) {
            return Err(AddressKind::ApiServer);
        }
        match host {
            _ if host.is_localhost() => Err(AddressKind::Loopback),
            Host::Address(address) => self.admit(SocketAddr::new(*address, 0), false),
            Host::Name(_) => Ok(()),
        }
    }

    /// Names of API servers at this port, which are to be looked up before an address at it is judged. Who is at another
    /// port is no API server, whatever its address.
    pub fn names_at(&self, port: u16) -> impl Iterator<Item = &str> {
        self.api_servers.iter().filter_map(move |(server, at)| match server {
            Host::Name(name) if *at == port && !server.is_localhost() => Some(name.as_str()),
            _ => None,
        })
    }

    /// Takes in where the API servers at a port are.
    pub fn place_at(&mut self, port: u16, addresses: impl IntoIterator<Item = IpAddr>) {
        self.api_servers.extend(addresses.into_iter().map(|address| (Host::Address(address), port)));
    }

    /// Judges one address that a host resolved to. `internal`: the operator bound it as a destination inside.
    ///
    /// # Errors
    /// The kind that may not be dialled.
    pub fn admit(&self, address: SocketAddr, internal: bool) -> Result<(), AddressKind> {
        let kind = match self.kind(address) {
            None => return Ok(()),
            Some(kind) => kind,
        };
        if internal && kind.fits_internal() { Ok(()) } else { Err(kind) }
    }

    /// Judges every address; one that may not be dialled spoils them all, because a name that leads to both inside and
    /// outside is a trick or a mistake.
    ///
    /// # Errors
    /// The kind of the first that may not be dialled.
    pub fn admit_all(&self, addresses: &[SocketAddr], internal: bool) -> Result<(), AddressKind> {
        addresses.iter().try_for_each(|address| self.admit(*address, internal))
    }

    fn kind(&self, address: SocketAddr) -> Option<AddressKind> {
        if self.is_api_server(address) {
            return Some(AddressKind::ApiServer);
        }
        match classify(address.ip()) {
            Verdict::Refused(kind) if !kind.fits_internal() => Some(kind),
            _ if self.cluster_ranges.iter().any(|range| range.contains(address.ip())) => Some(AddressKind::Cluster),
            Verdict::Refused(kind) => Some(kind),
            Verdict::Public => None,
        }
    }

    /// By address and port: on a developer's machine a cluster and a model server share the loopback address.
    fn is_api_server(&self, address: SocketAddr) -> bool {
        let same = |server: &IpAddr| canonical(*server) == canonical(address.ip());
        self.api_servers.iter().any(|(server, port)| match server {
            Host::Address(server) => *port == address.port() && same(server),
            Host::Name(_) => server.is_localhost() && *port == address.port() && address.ip().is_loopback(),
        })
    }
}
