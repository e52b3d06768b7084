//! The seal: documents encrypted and bound to the row they stand in, with a key file outside the database.
//!
//! XChaCha20-Poly1305 with a random 24-byte nonce. Sealed bytes are: format (1), key id (8), nonce (24), ciphertext with
//! its tag. The additional data is the row's address and its plain columns, so a document can't be moved to another row,
//! put back at an older version, or given other columns. Whoever has the database but not the key learns sizes and
//! columns, and can forge nothing. Errors: [`SealError`] tells a missing key, a wrong one, and an altered document apart.
//! Deliberately not here: key rotation (the key id leaves room for it) and external key stores.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use kubechat_core::digest::Digest;
use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::data_dir::{DataDir, FolderError};

/// Folder of keys inside the data folder.
const KEYS: &str = "keys";
/// The key's file in it.
const KEY_FILE: &str = "images.key";
const KEY_BYTES: usize = 32;
const FORMAT: u8 = 1;
const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 1 + ID_BYTES + NONCE_BYTES;

/// Why something can't be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file can't be read or made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The system gives no randomness.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
    /// The key file is not a key.
    #[error("{KEYS}/{KEY_FILE} is not a key: it must be exactly {KEY_BYTES} bytes; put it back from a backup")]
    BadKey,
    /// The database was sealed with a key that is gone.
    #[error("the key {wanted} of this database is missing; put {KEYS}/{KEY_FILE} back from a backup")]
    Missing {
        /// Id of the key.
        wanted: String,
    },
    /// It was sealed with another key.
    #[error(
        "it is sealed with key {wanted}, but {KEYS}/{KEY_FILE} is key {found}; put the right file back from a backup"
    )]
    WrongKey {
        /// Id of the key it was sealed with.
        wanted: String,
        /// Id of the key at hand.
        found: String,
    },
    /// It is not what was sealed, or not where it was sealed.
    #[error("a sealed document was altered or moved")]
    Altered,
}

/// The key, ready for use.
pub struct Seal {
    cipher: XChaCha20Poly1305,
    id: [u8; ID_BYTES],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({})", self.id())
    }
}

impl Seal {
    /// Reads the key file; makes it when there is none and no database needs an older one.
    ///
    /// `wanted` is the id of the key the database was sealed with, if it holds anything.
    pub fn open(data: &DataDir, wanted: Option<&str>) -> Result<Self, SealError> {
        let keys = data.folder(KEYS)?;
        let key = match (keys.read(KEY_FILE, KEY_BYTES as u64), wanted) {
            (Ok(Some(bytes)), _) => <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_| SealError::BadKey)?,
            (Ok(None), Some(wanted)) => return Err(SealError::Missing { wanted: wanted.to_owned() }),
            (Ok(None), None) => {
                let key = random()?;
                keys.write_new(KEY_FILE, &key)?;
                key
            }
            (Err(FolderError::Io { cause, .. }), _) if cause.kind() == std::io::ErrorKind::FileTooLarge => {
                return Err(SealError::BadKey);
            }
            (Err(error), _) => return Err(error.into()),
        };
        let seal = Self::new(key);
        match wanted {
            Some(wanted) if wanted != seal.id() => {
                Err(SealError::WrongKey { wanted: wanted.to_owned(), found: seal.id() })
            }
            _ => Ok(seal),
        }
    }

    fn new(key: [u8; KEY_BYTES]) -> Self {
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&Digest::of("kubechat/seal-key-id/v1", &key).0[..ID_BYTES]);
        Self { cipher: XChaCha20Poly1305::new(&Key::from(key)), id }
    }

    /// The key's id: tells keys apart, says nothing about them.
    pub fn id(&self) -> String {
        hex::encode(self.id)
    }

    /// Seals `plain` for the place named by `bound`.
    pub fn close(&self, bound: &Bound, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let payload = Payload { msg: plain, aad: &bound.0 };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Altered)?;
        let mut out = Vec::with_capacity(HEAD_BYTES + sealed.len());
        out.push(FORMAT);
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for the place named by `bound`.
    pub fn open_sealed(&self, bound: &Bound, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (head, body) = sealed.split_at_checked(HEAD_BYTES).ok_or(SealError::Altered)?;
        let (id, nonce) = head[1..].split_at(ID_BYTES);
        if head[0] != FORMAT {
            return Err(SealError::Altered);
        }
        if id != self.id {
            return Err(SealError::WrongKey { wanted: hex::encode(id), found: self.id() });
        }
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).map_err(|_| SealError::Altered)?;
        let payload = Payload { msg: body, aad: &bound.0 };
        self.cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Altered)
    }
}

/// What a sealed document is bound to: its row's address and plain columns, each length-prefixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound(Vec<u8>);

impl Bound {
    /// Binds to these texts, in this order.
    pub fn to(parts: &[&dyn std::fmt::Display]) -> Self {
        let mut bytes = b"kubechat/sealed/v1".to_vec();
        for part in parts {
            let part = part.to_string();
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        Self(bytes)
    }
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|error| SealError::Random(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new([7; KEY_BYTES])
    }

    #[test]
    fn a_sealed_document_opens_in_its_own_place_only() {
        let place = Bound::to(&[&"images", &"r-000000000001", &0, &"before"]);
        let sealed = seal().close(&place, b"password").unwrap();
        assert_eq!(seal().open_sealed(&place, &sealed).unwrap(), b"password");
        for other in [
            Bound::to(&[&"images", &"r-000000000001", &1, &"before"]),
            Bound::to(&[&"images", &"r-000000000001", &0, &"after"]),
            Bound::to(&[&"images", &"r-00000000000", &"10", &"before"]),
        ] {
            assert!(matches!(seal().open_sealed(&other, &sealed), Err(SealError::Altered)), "{other:?}");
        }
    }

    #[test]
    fn a_flipped_bit_anywhere_is_noticed() {
        let place = Bound::to(&[&"plans"]);
        let sealed = seal().close(&place, b"x").unwrap();
        for byte in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[byte] ^= 1;
            assert!(seal().open_sealed(&place, &altered).is_err(), "byte {byte}");
        }
        assert!(seal().open_sealed(&place, &sealed[..HEAD_BYTES - 1]).is_err());
    }

    #[test]
    fn another_key_is_named() {
        let place = Bound::to(&[&"plans"]);
        let sealed = Seal::new([8; KEY_BYTES]).close(&place, b"x").unwrap();
        let error = seal().open_sealed(&place, &sealed).unwrap_err();
        assert!(matches!(&error, SealError::WrongKey { .. }), "{error}");
        assert!(error.to_string().contains("backup"), "says what to do: {error}");
    }

    #[test]
    fn the_same_document_never_looks_the_same_twice() {
        let place = Bound::to(&[&"plans"]);
        assert_ne!(seal().close(&place, b"x").unwrap(), seal().close(&place, b"x").unwrap());
    }
}
