//! Ports that count what goes through them and change nothing.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use kubechat_core::digest::Digest;
use kubechat_core::policy::PackOutcome;
use kubechat_flow::ports::events::{Event, Events};
use kubechat_flow::ports::packs::Packs;
use kubechat_flow::ports::provider::{self, Provider, Request, Task};

use super::Hub;
use crate::metrics::Metrics;

/// Counts states of plans and runs on their way to listeners.
pub struct MeteredEvents {
    /// Where they go.
    pub hub: Arc<Hub>,
    /// Where they are counted.
    pub metrics: Metrics,
}

impl Events for MeteredEvents {
    fn publish(&self, events: Vec<Event>) {
        for event in &events {
            self.metrics.event(event);
        }
        self.hub.publish(events);
    }
}

/// Counts what packs say.
pub struct MeteredPacks<P> {
    /// Who judges.
    pub packs: P,
    /// Where it is counted.
    pub metrics: Metrics,
}

#[async_trait]
impl<P: Packs> Packs for MeteredPacks<P> {
    async fn judge(&self, facts_json: &str) -> Vec<PackOutcome> {
        let outcomes = self.packs.judge(facts_json).await;
        for outcome in &outcomes {
            self.metrics.judged(outcome);
        }
        outcomes
    }

    fn digest(&self) -> Digest {
        self.packs.digest()
    }
}

/// Counts how a provider's calls end; one that is dropped before its end is not counted.
pub struct MeteredProvider {
    /// Who answers.
    pub provider: Box<dyn Provider>,
    /// Where it is counted.
    pub metrics: Metrics,
}

impl Provider for MeteredProvider {
    fn label(&self) -> String {
        self.provider.label()
    }

    fn is_rules(&self) -> bool {
        self.provider.is_rules()
    }

    fn model(&self) -> Option<String> {
        self.provider.model()
    }

    fn takes(&self, task: Task) -> bool {
        self.provider.takes(task)
    }

    fn complete(&self, request: Request) -> BoxStream<'static, provider::Event> {
        let metrics = self.metrics.clone();
        let counted = self.provider.complete(request).inspect(move |event| match event {
            provider::Event::End(Ok(_)) => metrics.guest("ai-provider", "ok"),
            provider::Event::End(Err(problem)) => metrics.guest("ai-provider", problem.code.as_str()),
            _ => {}
        });
        counted.boxed()
    }
}
