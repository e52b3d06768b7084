//! One HTTP/1.1 connection, and the few that are kept for the next request to the same destination.
//!
//! A [`Link`] is its connection: dropping it closes the socket at once, whatever is under way on it. Kept ones belong to one
//! destination each, so a connection that was opened for one binding never carries another's credential.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;

use crate::limits::{ANSWER_HEADERS_MAX, HEAD_BYTES_MAX, READY_WAIT};

/// An open connection.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) sender: SendRequest<Full<Bytes>>,
    driver: AbortHandle,
}

impl Link {
    /// Speaks HTTP over a stream; a task of its own drives it.
    pub(crate) async fn over(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> hyper::Result<Self> {
        let mut http = Builder::new();
        http.max_headers(ANSWER_HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
        let (sender, connection) = http.handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(async move {
            // How it ended is told to whoever waits for an answer on it.
            let _ = connection.await;
        });
        Ok(Self { sender, driver: driver.abort_handle() })
    }

    async fn is_ready(&mut self) -> bool {
        matches!(tokio::time::timeout(READY_WAIT, self.sender.ready()).await, Ok(Ok(())))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Open connections nobody uses right now.
#[derive(Debug)]
pub(crate) struct Kept {
    links: Mutex<VecDeque<(Instant, Link)>>,
    most: usize,
    long: Duration,
}

impl Kept {
    pub(crate) fn new(most: usize, long: Duration) -> Self {
        Self { links: Mutex::default(), most, long }
    }

    /// The one that was used last, if it still takes a request.
    pub(crate) async fn take(&self) -> Option<Link> {
        for _ in 0..self.most {
            let (since, mut link) = self.links.lock().unwrap_or_else(PoisonError::into_inner).pop_back()?;
            if since.elapsed() < self.long && link.is_ready().await {
                return Some(link);
            }
        }
        None
    }

    /// Keeps one, for so long at most.
    pub(crate) fn keep(self: &Arc<Self>, link: Link, runtime: &tokio::runtime::Handle) {
        if link.sender.is_closed() {
            return;
        }
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() >= self.most {
            links.pop_front();
        }
        links.push_back((Instant::now(), link));
        let (kept, long) = (Arc::downgrade(self), self.long);
        runtime.spawn(async move {
            tokio::time::sleep(long).await;
            if let Some(kept) = kept.upgrade() {
                kept.close_old();
            }
        });
    }

    fn close_old(&self) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|(since, _)| since.elapsed() < self.long);
    }
}
