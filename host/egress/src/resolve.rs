//! Names to addresses. The one place of this crate that causes a DNS query.

use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Looks names up; a test counts or invents.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// Every address of a name, in the order to try them.
    ///
    /// # Errors
    /// What the system says.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver, hosts file included.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        // The port is only there because the call wants one.
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}
