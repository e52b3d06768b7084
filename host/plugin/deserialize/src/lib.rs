//! Compiled components, sealed when they are made and opened only if the seal is whole.
//!
//! The engine trusts a compiled artifact blindly: one that somebody else wrote is native code of theirs in this
//! process. Therefore sealing, checking and deserialising live together here, in the only crate with an `unsafe`
//! block, and nothing else of the workspace can reach `Component::deserialize`.
//!
//! A sealed artifact is `HMAC-SHA256(key, len(context) ‖ context ‖ artifact) ‖ artifact`. The context names what the
//! artifact was made of and for, so a sealed artifact can't be put in another one's place. Pure: no files, no clock.
//! Deliberately not here: where keys and artifacts are kept (`cache.rs`), and compiling.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Bytes in front of a sealed artifact.
pub const SEAL_BYTES: usize = 32;
/// Bytes of a sealing key.
pub const KEY_BYTES: usize = 32;

/// The key artifacts are sealed with. Never printed.
#[derive(Clone)]
pub struct SealKey([u8; KEY_BYTES]);

impl SealKey {
    /// Takes a key from a good source of randomness, or from its file.
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    fn mac(&self, context: &[u8], artifact: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&(context.len() as u64).to_be_bytes());
        mac.update(context);
        mac.update(artifact);
        mac
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(..)")
    }
}

/// Why a sealed artifact was not opened. In every case: compile anew.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is too short, was changed, was sealed with another key, or belongs to another context.
    #[error("the seal of a cached component is broken")]
    Seal,
    /// The seal is whole, but this engine can't use the artifact.
    #[error("a cached component doesn't fit this engine")]
    Unfit(#[source] wasmtime::Error),
}

/// Seals an artifact. `artifact` must come from this project's own compiler process and nowhere else: everything
/// that is sealed will be run as native code.
pub fn seal(key: &SealKey, context: &[u8], artifact: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(SEAL_BYTES + artifact.len());
    sealed.extend_from_slice(&key.mac(context, artifact).finalize().into_bytes());
    sealed.extend_from_slice(artifact);
    sealed
}

/// Checks the seal, in constant time, and makes the component out of the very bytes that were checked.
///
/// # Errors
/// [`OpenError::Seal`] without having looked into the artifact; [`OpenError::Unfit`] if it was made for another engine.
#[expect(unsafe_code, reason = "the one place where compiled components are taken on trust, which the seal gives")]
pub fn open(engine: &Engine, key: &SealKey, context: &[u8], sealed: &[u8]) -> Result<Component, OpenError> {
    let (seal, artifact) = sealed.split_at_checked(SEAL_BYTES).ok_or(OpenError::Seal)?;
    key.mac(context, artifact).verify_slice(seal).map_err(|_| OpenError::Seal)?;
    // SAFETY: `deserialize` needs bytes that came unmodified from `precompile_component`. The MAC shows that these
    // were sealed by a holder of the key, and `seal` is only called on what our own compiler process returned; they
    // are in memory of this process since before the check, so nobody can change them between check and use.
    let component = unsafe { Component::deserialize(engine, artifact) };
    component.map_err(OpenError::Unfit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine() -> Engine {
        Engine::new(wasmtime::Config::new().wasm_component_model(true)).expect("an engine")
    }

    /// The smallest component there is: the preamble alone.
    fn artifact(engine: &Engine) -> Vec<u8> {
        engine.precompile_component(b"\0asm\x0d\0\x01\0").expect("the empty component compiles")
    }

    #[test]
    fn what_was_sealed_opens() {
        let engine = engine();
        let key = SealKey::new([7; KEY_BYTES]);
        let sealed = seal(&key, b"empty", &artifact(&engine));
        assert!(open(&engine, &key, b"empty", &sealed).is_ok());
    }

    #[test]
    fn a_changed_byte_another_key_or_another_context_opens_nothing() {
        let engine = engine();
        let key = SealKey::new([7; KEY_BYTES]);
        let sealed = seal(&key, b"empty", &artifact(&engine));
        for at in [0, SEAL_BYTES, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(matches!(open(&engine, &key, b"empty", &changed), Err(OpenError::Seal)));
        }
        let other = SealKey::new([8; KEY_BYTES]);
        assert!(matches!(open(&engine, &other, b"empty", &sealed), Err(OpenError::Seal)));
        assert!(matches!(open(&engine, &key, b"other", &sealed), Err(OpenError::Seal)));
        assert!(matches!(open(&engine, &key, b"empty", &sealed[..SEAL_BYTES - 1]), Err(OpenError::Seal)));
        assert!(matches!(open(&engine, &key, b"empty", &[]), Err(OpenError::Seal)));
    }

    #[test]
    fn a_context_can_not_borrow_bytes_from_the_artifact() {
        let key = SealKey::new([7; KEY_BYTES]);
        assert_ne!(seal(&key, b"ab", b"c")[..SEAL_BYTES], seal(&key, b"a", b"bc")[..SEAL_BYTES]);
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", SealKey::new([1; KEY_BYTES])), "SealKey(..)");
    }
}
