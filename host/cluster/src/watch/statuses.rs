//! How a principal's clusters are: each line's pulse, and where there is no line, why.
//!
//! A state is told once, whatever the pulse repeats. Holding this keeps the pulses beating.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use futures_util::future::select_all;
use kubechat_flow::ports::live::{ClusterStatus, Lost, Statuses};
use tokio::sync::watch;

use super::pulse::{Beat, Pulse};
use crate::limits::PULSE_EVERY;
use crate::pool::Slot;

/// All of a principal's clusters.
pub(crate) struct AllStatuses(Vec<StatusOf>);

impl AllStatuses {
    pub(crate) fn of(slots: &[Arc<Slot>]) -> Self {
        Self(slots.iter().map(|slot| StatusOf { slot: slot.clone(), held: None, told: None }).collect())
    }
}

#[async_trait]
impl Statuses for AllStatuses {
    async fn next(&mut self) -> ClusterStatus {
        if self.0.is_empty() {
            return std::future::pending().await;
        }
        select_all(self.0.iter_mut().map(|status| status.next().boxed())).await.0
    }
}

struct StatusOf {
    slot: Arc<Slot>,
    /// Its line's pulse; the pulse beats while it is held.
    held: Option<(Arc<Pulse>, watch::Receiver<Beat>)>,
    told: Option<ClusterStatus>,
}

impl StatusOf {
    /// May be dropped while it waits.
    async fn next(&mut self) -> ClusterStatus {
        loop {
            if let Some(status) = self.look().await
                && self.told.as_ref() != Some(&status)
            {
                self.told = Some(status.clone());
                return status;
            }
        }
    }

    /// Waits for a beat, or for a line where there is none.
    async fn look(&mut self) -> Option<ClusterStatus> {
        let Some((_, beats)) = &mut self.held else {
            return match self.slot.line() {
                Ok(line) => {
                    let pulse = line.pulse();
                    let beats = pulse.beats();
                    self.held = Some((pulse, beats));
                    None
                }
                Err(problem) => Some(self.without_line(problem.detail).await),
            };
        };
        let beat = match beats.changed().await {
            Ok(()) => beats.borrow_and_update().clone(),
            Err(_) => Beat::Replaced,
        };
        let cluster = self.slot.config.name.clone();
        match beat {
            Beat::Unknown => None,
            Beat::There { version } => Some(ClusterStatus { cluster, lost: None, version }),
            Beat::Lost(lost) => Some(ClusterStatus { cluster, lost: Some(lost), version: None }),
            Beat::Replaced => {
                self.held = None;
                None
            }
        }
    }

    /// The same reason is not told twice; it is looked again after a moment.
    async fn without_line(&self, why: String) -> ClusterStatus {
        let cluster = self.slot.config.name.clone();
        if let Some(told) = &self.told
            && told.lost.as_ref().is_some_and(|lost| lost.why == why)
        {
            let told = told.clone();
            tokio::time::sleep(PULSE_EVERY).await;
            return told;
        }
        let lost = Lost { since: self.slot.clock.now(), why };
        ClusterStatus { cluster, lost: Some(lost), version: None }
    }
}
