//! What use cases need from outside, as traits. One file each; adapters implement them, tests may too.

pub mod cluster;
pub mod events;
pub mod ledger;
pub mod live;
pub mod logs;
pub mod mode;
pub mod packs;
pub mod provider;
pub mod table;
pub mod work;

use std::sync::Arc;

use kubechat_core::ids::IdSource;
use kubechat_core::time::Clock;

/// Everything a use case may reach.
#[derive(Clone)]
pub struct Ports {
    /// Clusters, as the user.
    pub cluster: Arc<dyn cluster::Cluster>,
    /// What changes on clusters, as the user.
    pub live: Arc<dyn live::Live>,
    /// The database.
    pub ledger: Arc<dyn ledger::Ledger>,
    /// Who turns sentences into tool calls.
    pub provider: Arc<dyn provider::Provider>,
    /// Who is asked in its place, in this order: when it is our rules and they don't understand, and when one fails.
    pub models: Vec<Arc<dyn provider::Provider>>,
    /// Who judges plans.
    pub packs: Arc<dyn packs::Packs>,
    /// Who is told after a commit.
    pub events: Arc<dyn events::Events>,
    /// Waiting and working beside the request.
    pub work: Arc<dyn work::Work>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids.
    pub ids: Arc<dyn IdSource>,
}
