//! Which components may run: those whose SHA-256 stands in the digest list made with the host, and nothing else.
//!
//! The list is `digests.json` of the component build; names in it are for people, only digests count. `allow_unsigned` is the
//! operator's word for developing plugins; the caller must make sure that it is only given on a loopback listener.
//! Signatures by keys are not here yet.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::outcome::{Failure, OutcomeCode};
use crate::text;

/// Most rows of a digest list.
const ROWS_MAX: usize = 10_000;

/// SHA-256 of a component's bytes: what trust, cache and audit entries name it by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Hashes the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads 64 hex digits.
    pub fn parse(hex_digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(hex_digits, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The digest's bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("sha256:{self}"))
    }
}

/// The digests that came with this host.
#[derive(Clone, Debug, Default)]
pub struct DigestList {
    known: BTreeMap<Digest, String>,
}

impl DigestList {
    /// Reads `digests.json` as the component build writes it.
    ///
    /// # Errors
    /// `load-failed`. A list that can't be read whole trusts nothing.
    pub fn parse(list: &str) -> Result<Self, Failure> {
        let Written { components } =
            serde_json::from_str(list).map_err(|error| bad_list(&text::short_line(&error.to_string(), 200)))?;
        if components.len() > ROWS_MAX {
            return Err(bad_list(&format!("it has more than {ROWS_MAX} rows")));
        }
        let mut known = BTreeMap::new();
        for row in components {
            let digest = Digest::parse(&row.sha256).ok_or_else(|| {
                bad_list(&format!("{}: sha256 is not 64 hex digits", text::short_line(&row.file, 128)))
            })?;
            known.insert(digest, text::short_line(&row.name, 128));
        }
        Ok(Self { known })
    }

    /// Adds one digest, as for bytes embedded in the host.
    pub fn add(&mut self, digest: Digest, name: &str) {
        self.known.insert(digest, text::short_line(name, 128));
    }

    /// Takes over another list's digests.
    pub fn merge(&mut self, other: Self) {
        self.known.extend(other.known);
    }

    /// Whether the digest is in the list.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.known.contains_key(digest)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    components: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    file: String,
    sha256: String,
}

fn bad_list(why: &str) -> Failure {
    Failure::with_hint(
        OutcomeCode::LoadFailed,
        format!("the digest list can't be read: {why}"),
        "write it anew with `cargo xtask component build`; until then nothing in it is trusted",
    )
}

/// Why a component may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Its digest is in the list.
    Listed,
    /// Nobody vouches for it; the host was told to run such components.
    Unsigned,
}

/// Decides whether a component may run at all, before any byte of it is parsed.
pub(crate) fn decide(digest: &Digest, list: &DigestList, allow_unsigned: bool) -> Result<Trust, Failure> {
    if list.contains(digest) {
        return Ok(Trust::Listed);
    }
    if allow_unsigned {
        return Ok(Trust::Unsigned);
    }
    Err(Failure::with_hint(
        OutcomeCode::NotGranted,
        format!("nobody vouches for sha256:{digest}"),
        "build it with `cargo xtask component build`, which lists its digest, or start the host with --allow-unsigned on a loopback listener",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_digest_is_trusted_and_another_is_not() {
        let listed = Digest::of(b"one");
        let list = DigestList::parse(&written(&listed.to_string())).expect("readable");
        assert_eq!(decide(&listed, &list, false), Ok(Trust::Listed));
        let refused = decide(&Digest::of(b"two"), &list, false).expect_err("not listed");
        assert_eq!(refused.code, OutcomeCode::NotGranted);
        assert!(refused.hint.contains("--allow-unsigned"));
        assert_eq!(decide(&Digest::of(b"two"), &list, true), Ok(Trust::Unsigned));
    }

    fn written(sha256: &str) -> String {
        serde_json::json!({ "components": [{ "name": "one", "file": "one.wasm", "sha256": sha256 }] }).to_string()
    }

    #[test]
    fn a_list_that_is_not_whole_trusts_nothing() {
        let listed = Digest::of(b"one").to_string();
        for list in [written(&listed[1..]), written("x"), written(&listed).replace("name", "nom"), String::new()] {
            assert_eq!(DigestList::parse(&list).expect_err("refused").code, OutcomeCode::LoadFailed);
        }
    }
}
