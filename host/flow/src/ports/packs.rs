//! The policy port: every bound pack's word on one facts document, in a fresh sandbox each.

use async_trait::async_trait;
use kubechat_core::digest::Digest;
use kubechat_core::policy::PackOutcome;

/// Who judges plans.
#[async_trait]
pub trait Packs: Send + Sync {
    /// Asks every bound pack. Never fails as a whole: a pack that can't answer is a [`PackOutcome::Failed`].
    async fn judge(&self, facts_json: &str) -> Vec<PackOutcome>;

    /// Digest over all bindings (id, component digest, settings, enforce or monitor), in a fixed order.
    fn digest(&self) -> Digest;
}
