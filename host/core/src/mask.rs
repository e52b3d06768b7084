//! Masking by schema: what of an object never leaves the host, decided by the kind the *server* parsed.
//!
//! `Redacted<T>` is the only type that provider, audit and log ports take.

use serde::{Deserialize, Serialize};

/// A value that went through masking. Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// The value, safe to show.
    pub fn get(&self) -> &T {
        &self.0
    }
    /// The value, safe to show.
    pub fn into_inner(self) -> T {
        self.0
    }
}
