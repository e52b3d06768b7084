//! The accept loop: our own, so that every connection has a header deadline and a place in a bounded count.
//!
//! Plain HTTP/1.1, or HTTPS with HTTP/2 or HTTP/1.1 as the client chooses by ALPN. Graceful: a stop lets requests in flight
//! end, then closes. Streams end with the stop signal themselves. Limits stand here by name.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::tls::{HANDSHAKE, PLAIN, Tls};

/// Most connections at once; more wait in the kernel's backlog.
pub const CONNECTIONS_MAX: usize = 1_024;
/// How long a client may take for its headers, also between two requests of one HTTP/1.1 connection; for the handshake of
/// TLS; and for the first request of an HTTP/2 connection.
pub const HEADER_DEADLINE: Duration = Duration::from_secs(10);
/// Most bytes of request headers.
pub const HEADER_BYTES_MAX: usize = 32 << 10;
/// Most requests at once over one HTTP/2 connection: what a browser's tabs ask for together.
pub const REQUESTS_OF_ONE_MAX: u32 = 128;
/// Most bytes that wait for a slow reader of one HTTP/2 stream.
const SEND_BYTES_MAX: usize = 64 << 10;
/// How often the other end of an HTTP/2 connection is asked whether it is there, and how long it may take to say so.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_DEADLINE: Duration = Duration::from_secs(10);
/// How long requests in flight may take to end after a stop.
pub const DRAIN_DEADLINE: Duration = Duration::from_secs(5);
/// Pause after a failed accept (out of file descriptors), so that the loop doesn't spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Who is at the other end; an extension of every request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Serves until `stop`, then lets what is in flight end.
pub async fn serve(listener: TcpListener, tls: Option<Arc<Tls>>, router: Router, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let connections = TaskTracker::new();
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        // The semaphore is never closed.
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (router, tls, stop) = (router.clone(), tls.clone(), stop.clone());
                connections.spawn(async move {
                    if let Err(error) = connection(stream, peer, router, tls, stop).await {
                        tracing::debug!(error, %peer, "a connection ended early");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    connections.close();
    if tokio::time::timeout(DRAIN_DEADLINE, connections.wait()).await.is_err() {
        tracing::warn!("some connections were cut off by the stop");
    }
}

/// Why a connection ended early; for the log alone.
type Ended = Result<(), Box<dyn std::error::Error + Send + Sync>>;

async fn connection(
    mut stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: Option<Arc<Tls>>,
    stop: CancellationToken,
) -> Ended {
    // Small answers and events should leave at once; without this they wait for an ACK.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return http1(stream, peer, router, stop).await };
    let handshake = async {
        let mut first = [0];
        if stream.peek(&mut first).await? == 1 && first[0] != HANDSHAKE {
            stream.write_all(PLAIN.as_bytes()).await?;
            // A reset would take the answer back: what was asked is read to its end, or to the deadline.
            stream.shutdown().await?;
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
            return Ok(None);
        }
        tls.acceptor().accept(stream).await.map(Some)
    };
    let deadline = io::Error::new(io::ErrorKind::TimedOut, "no TLS within HEADER_DEADLINE");
    let Some(secured) = tokio::time::timeout(HEADER_DEADLINE, handshake).await.unwrap_or(Err(deadline))? else {
        return Ok(());
    };
    if secured.get_ref().1.alpn_protocol() == Some(b"h2") {
        http2(secured, peer, router, stop).await
    } else {
        http1(secured, peer, router, stop).await
    }
}

async fn http1(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    stop: CancellationToken,
) -> Ended {
    let service = router.map_request(move |request: Request<Incoming>| of(peer, request));
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_DEADLINE).max_buf_size(HEADER_BYTES_MAX);
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).with_upgrades();
    tokio::pin!(served);
    tokio::select! {
        ended = served.as_mut() => Ok(ended?),
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            Ok(served.await?)
        }
    }
}

async fn http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    stop: CancellationToken,
) -> Ended {
    let asked = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&asked);
    let service = router.map_request(move |request: Request<Incoming>| {
        noted.store(true, Ordering::Relaxed);
        of(peer, request)
    });
    let mut http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_DEADLINE)
        .max_concurrent_streams(REQUESTS_OF_ONE_MAX)
        .max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX))
        .max_send_buf_size(SEND_BYTES_MAX);
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    tokio::pin!(served);
    let first = tokio::time::sleep(HEADER_DEADLINE);
    tokio::pin!(first);
    loop {
        tokio::select! {
            ended = served.as_mut() => return Ok(ended?),
            () = stop.cancelled() => {
                served.as_mut().graceful_shutdown();
                return Ok(served.await?);
            }
            () = first.as_mut(), if !first.is_elapsed() => {
                if !asked.load(Ordering::Relaxed) {
                    return Err("no request within HEADER_DEADLINE".into());
                }
            }
        }
    }
}

/// The request as the router takes it, with who is at the other end.
fn of(peer: SocketAddr, mut request: Request<Incoming>) -> Request<axum::body::Body> {
    request.extensions_mut().insert(Peer(peer));
    request.map(axum::body::Body::new)
}
