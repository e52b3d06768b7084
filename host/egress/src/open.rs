//! A new connection for a lane: the host judged, looked up once, every address judged, a judged address dialled.
//!
//! This order is the whole defence against rebinding: what was judged is what is dialled, and nobody looks the name up again.

use std::net::SocketAddr;
use std::time::Duration;

use kubechat_core::egress::{AddressKind, BaseUrl, Host, Reason};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::GateError;
use crate::gate::Inner;
use crate::lane::Lane;
use crate::limits::{ADDRESSES_MAX, TRIES_MAX};
use crate::link::Link;
use crate::proxy;

/// Opens a connection that is ready for a request.
pub(crate) async fn open(inner: &Inner, lane: &Lane) -> Result<Link, GateError> {
    let to = &lane.destination;
    let wait = inner.caps.handshake;
    let tls = lane.tls.as_ref().map_err(|why| GateError::unreachable(to, why))?;
    let mut stream = dial(inner, lane, &judged(inner, lane).await?).await?;
    if lane.bound.binding.proxy.is_some() {
        let consent = proxy::connect(&mut stream, &lane.bound.binding.base);
        within(lane, wait, "no consent of its proxy", "its proxy gives no way", consent).await?;
    }
    let link = if tls.is_on() {
        let stream = within(lane, wait, "no TLS", "its certificate or TLS can't be accepted", tls.wrap(stream)).await?;
        Link::over(stream).await
    } else {
        Link::over(stream).await
    };
    link.map_err(|_| GateError::unreachable(to, "the connection broke at its start"))
}

/// The addresses that may be dialled: the destination's own, or its proxy's, which the operator bound by name too.
async fn judged(inner: &Inner, lane: &Lane) -> Result<Vec<SocketAddr>, GateError> {
    let (binding, mut perimeter) = (&lane.bound.binding, (inner.perimeter)());
    if perimeter.unplaced > 0 {
        let why = "where an API server is can't be told, so nothing is known not to lead there";
        return Err(GateError::refused(Reason::ApiServerLost, format!("{}: {why}", lane.destination)));
    }
    let refused =
        |kind: AddressKind| GateError::refused(Reason::Address, format!("{} leads to {kind}", lane.destination));
    let near = binding.proxy.as_ref().unwrap_or(&binding.base);
    for url in [&binding.base, near] {
        perimeter.admit_host(&url.host, url.port).map_err(refused)?;
    }
    if binding.proxy.is_some() {
        perimeter.admit_behind_proxy(&binding.base.host).map_err(refused)?;
    }
    let addresses = look_up(inner, lane, near).await?;
    inner.servers.place(inner, lane, &mut perimeter, near.port).await?;
    perimeter.admit_all(&addresses, binding.internal || binding.proxy.is_some()).map_err(refused)?;
    Ok(addresses)
}

async fn look_up(inner: &Inner, lane: &Lane, url: &BaseUrl) -> Result<Vec<SocketAddr>, GateError> {
    let name = match &url.host {
        Host::Address(address) => return Ok(vec![SocketAddr::new(*address, url.port)]),
        Host::Name(name) => name,
    };
    let wait = inner.caps.resolve;
    let looked = inner.resolver.resolve(name);
    let found = within(lane, wait, "its name was not looked up", "its name leads nowhere", looked).await?;
    match found.len() {
        0 => Err(GateError::unreachable(&lane.destination, "its name leads nowhere")),
        1..=ADDRESSES_MAX => Ok(found.into_iter().map(|address| SocketAddr::new(address, url.port)).collect()),
        many => Err(GateError::Limit(format!("{}: its name has {many} addresses", lane.destination))),
    }
}

async fn dial(inner: &Inner, lane: &Lane, addresses: &[SocketAddr]) -> Result<TcpStream, GateError> {
    let mut last = GateError::unreachable(&lane.destination, "nobody answers");
    for address in addresses.iter().take(TRIES_MAX) {
        let dialled = inner.dialler.dial(*address);
        match within(lane, inner.caps.connect, "nobody answers", "nobody answers", dialled).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Waits for a step. The system's own words can hold addresses, so they go to the log and no further.
async fn within<T>(
    lane: &Lane,
    wait: Duration,
    late: &str,
    broken: &str,
    step: impl Future<Output = std::io::Result<T>>,
) -> Result<T, GateError> {
    match timeout(wait, step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::debug!(destination = %lane.destination, %error, "{broken}");
            Err(GateError::unreachable(&lane.destination, broken))
        }
        Err(_) => Err(GateError::timeout(&lane.destination, late, wait)),
    }
}
