//! An answer that is read as it comes: for logs that are followed, and for watches. Its head has a deadline, its body has
//! none: a log may be silent for hours. Whoever reads it bounds what he takes.

use std::time::Duration;

use http::StatusCode;
use hyper::body::Incoming;
use kubechat_core::problem::Problem;
use tokio::time::{Instant, timeout_at};

use super::{Answer, Call, Link, Ready};
use crate::refusal::unreachable;

/// An answer whose body is still to come.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) status: StatusCode,
    pub(crate) body: Incoming,
}

impl Link {
    /// Sends a GET and gives its body as it comes.
    pub(crate) async fn open(&self, call: &Call, wait: Duration) -> Result<Opened, Problem> {
        let until = Instant::now() + wait;
        let _place = self.place(&self.places.calls, until, wait).await?;
        let ready = self.ready().await?;
        let opened = self.try_open(call, &ready, until, wait).await?;
        let (StatusCode::UNAUTHORIZED, Some(exec), Some(refused)) = (opened.status, &self.exec, &ready.credential)
        else {
            return Ok(opened);
        };
        exec.forget(refused).await;
        let ready = self.ready().await?;
        self.try_open(call, &ready, until.max(Instant::now() + self.waits.connect), wait).await
    }

    async fn try_open(&self, call: &Call, ready: &Ready, until: Instant, wait: Duration) -> Result<Opened, Problem> {
        let request = self.request(call, ready, true)?;
        let answered = timeout_at(until, ready.transport.pooled.request(request)).await;
        let response = answered.map_err(|_| self.late(wait))?;
        let response = response.map_err(|error| unreachable(&self.server(), &error).into_problem())?;
        let (head, body) = response.into_parts();
        Ok(Opened { status: head.status, body })
    }

    /// The whole of a short answer: a refusal.
    pub(crate) async fn whole(&self, opened: Opened, call: &Call, wait: Duration) -> Result<Answer, Problem> {
        let read = tokio::time::timeout(wait, self.body(opened.body, call.answer_bytes_max)).await;
        let body = read.map_err(|_| self.late(wait))??;
        Ok(Answer { status: opened.status, headers: http::HeaderMap::new(), body })
    }
}
