//! The normalised difference between two versions of an object: which fields change, from what to what.
//!
//! Left out on both sides: status, managedFields, resourceVersion, uid, creation and deletion times, generation, and the
//! paths named volatile. Keyed lists are compared by key ([`crate::field`]), so reordering is no change. Order of the
//! result: by path. Pure; masking for people is [`crate::mask`]'s, on the result.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{CanonicalError, to_bytes_lossless};
use crate::digest::Digest;
use crate::field::FieldPath;

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// Where.
    pub path: FieldPath,
    /// Before; absent when the field is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// After; absent when the field goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Digest of a diff; numbers outside the canonical profile are kept.
pub fn digest(changes: &[FieldChange]) -> Result<Digest, CanonicalError> {
    let value = serde_json::to_value(changes).map_err(|e| CanonicalError::Serialise(e.to_string()))?;
    Ok(Digest::of("kubechat/diff/v1", &to_bytes_lossless(&value)?))
}
