//! What the host asked of the API server, by that server's own audit log.

use kubechat_harness::{Entry, User, Witness};

use crate::Trouble;

/// How the host's program calls itself.
const AGENT: &str = "kubechat/";

/// Every answered request of the host as this user, but for looks whether the cluster is there.
pub(crate) async fn of(witness: &Witness, user: User) -> Result<Vec<Entry>, Trouble> {
    let mut entries = witness.settled().await?;
    let of_host = |entry: &Entry| entry.user_agent.starts_with(AGENT) && entry.user == user.name();
    entries.retain(|entry| of_host(entry) && !entry.resource.is_empty());
    Ok(entries)
}
