//! Who is calling: token files for programs, a one-time code and a cookie for a browser.
//!
//! Tokens are 32 random bytes, kept here only as digests and compared in constant time. Codes live 60 s and work once.
//! Sessions live in memory: a restart logs browsers out. Refused codes are written down up to a limit a
//! minute. What is *not* here: OIDC, groups from outside, impersonation.

mod files;
mod sessions;

pub use files::{CERTIFICATE, TokenFiles, run_folder};
pub use sessions::{CODE_LIFE_MS, SessionId, Sessions};

use kubechat_core::principal::Principal;
use kubechat_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// A secret text, known only by its digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sealed([u8; 32]);

impl Sealed {
    /// The digest of a secret.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// Whether this secret is the one, in constant time.
    pub fn opens(&self, secret: &str) -> bool {
        self.0.ct_eq(&Self::of(secret).0).into()
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// 32 random bytes as 64 hex digits.
pub fn new_secret() -> String {
    let mut bytes = [0u8; 32];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    hex::encode(bytes)
}

/// The configured principals with their tokens, in configuration order.
#[derive(Debug, Clone)]
pub struct Tokens(Vec<(Principal, Sealed)>);

impl Tokens {
    /// Takes principals with the digests of their tokens.
    pub fn new(tokens: Vec<(Principal, Sealed)>) -> Self {
        Self(tokens)
    }

    /// Whose token this is. Every entry is compared, so time says nothing about which.
    pub fn owner(&self, token: &str) -> Option<&Principal> {
        let mut found = None;
        for (principal, sealed) in &self.0 {
            if sealed.opens(token) {
                found = Some(principal);
            }
        }
        found
    }

    /// The principals.
    pub fn principals(&self) -> impl Iterator<Item = &Principal> {
        self.0.iter().map(|(principal, _)| principal)
    }
}

/// Failed logins in the present minute.
#[derive(Debug, Default)]
pub struct Failures {
    minute: i64,
    count: u32,
}

/// Most failed logins written down in a minute.
pub const FAILURES_A_MINUTE_MAX: u32 = 20;

impl Failures {
    /// Whether another one is still written down.
    pub fn allows(&mut self, now: Timestamp) -> bool {
        self.turn(now);
        self.count < FAILURES_A_MINUTE_MAX
    }

    /// Counts a failure.
    pub fn count(&mut self, now: Timestamp) {
        self.turn(now);
        self.count += 1;
    }

    fn turn(&mut self, now: Timestamp) {
        let minute = now.0 / 60_000;
        if minute != self.minute {
            *self = Self { minute, count: 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_owners_and_nothing_else_is() {
        let (mira, jon) = (Principal::local("mira", &[]), Principal::local("jon", &[]));
        let tokens = Tokens::new(vec![(mira.clone(), Sealed::of("a")), (jon, Sealed::of("b"))]);
        assert_eq!(tokens.owner("a"), Some(&mira));
        for wrong in ["", "A", "ab", "c"] {
            assert_eq!(tokens.owner(wrong), None);
        }
    }

    #[test]
    fn failures_are_told_up_to_the_limit_of_a_minute() {
        let mut failures = Failures::default();
        let now = Timestamp(120_000);
        for _ in 0..FAILURES_A_MINUTE_MAX {
            assert!(failures.allows(now));
            failures.count(now);
        }
        assert!(!failures.allows(now));
        assert!(failures.allows(now.plus_ms(60_000)));
    }
}
