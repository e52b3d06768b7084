//! Identifiers from the operating system's generator.

use kubechat_core::ids::IdSource;
use rand::Rng as _;

/// The thread's cryptographic generator, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsIds;

impl IdSource for OsIds {
    fn next(&self) -> u64 {
        rand::rng().next_u64()
    }
}
