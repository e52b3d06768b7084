//! Identifiers that live as long as what they name, and print with a letter: `p-` plan, `r-` run, `t-` thread, …
//!
//! 60 random bits in Crockford base 32 (12 characters): short enough to type, unique by the store's constraint.
//! Randomness comes in through [`IdSource`], so a test can replay it. Errors: [`BadId`] names what was expected.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where new identifiers get their 64 random bits from.
pub trait IdSource: Send + Sync {
    /// The next 64 uniformly random bits (the upper four are dropped).
    fn next(&self) -> u64;
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LEN: usize = 12;

/// A text that is not an identifier of the wanted sort.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {noun} id; one looks like {letter}-7k3mq0x9w2ab")]
pub struct BadId {
    text: String,
    noun: &'static str,
    letter: char,
}

fn encode(mut bits: u64) -> [u8; LEN] {
    let mut out = [b'0'; LEN];
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    out
}

fn decode(text: &str) -> Option<u64> {
    if text.len() != LEN {
        return None;
    }
    text.bytes().try_fold(0u64, |bits, byte| {
        let digit = ALPHABET.iter().position(|&known| known == byte)?;
        Some((bits << 5) | digit as u64)
    })
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $noun:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(u64);

        impl $name {
            /// The caller brings the randomness, so a test can replay it.
            pub fn mint(ids: &dyn IdSource) -> Self {
                Self(ids.next() >> 4)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let digits = encode(self.0);
                write!(f, concat!($letter, "-{}"), std::str::from_utf8(&digits).unwrap_or_default())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix(concat!($letter, "-"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or_else(|| BadId { text: text.chars().take(40).collect(), noun: $noun, letter: $letter })
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// One plan for life: the same text in the URL, the event stream and the audit log.
    PlanId, 'p', "plan"
);
id!(
    /// One execution of one approved revision.
    RunId, 'r', "run"
);
id!(
    /// A conversation.
    ThreadId, 't', "thread"
);
id!(
    /// One sentence in a conversation and everything it led to.
    TurnId, 'u', "turn"
);
id!(
    /// A request for approval; a new revision needs a new one.
    ApprovalId, 'a', "approval"
);
id!(
    /// A login.
    SessionId, 's', "session"
);

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u64);
    impl IdSource for Fixed {
        fn next(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn an_id_reads_back_as_itself() {
        for bits in [0, 1, u64::MAX, 0x1234_5678_9abc_def0] {
            let id = PlanId::mint(&Fixed(bits));
            assert_eq!(id.to_string().parse::<PlanId>(), Ok(id));
        }
    }

    #[test]
    fn an_id_of_another_sort_is_refused() {
        let run = RunId::mint(&Fixed(7)).to_string();
        assert!(run.parse::<PlanId>().is_err());
        assert!("p-7k3mq0x9w2a!".parse::<PlanId>().is_err());
        assert!("p-7K3MQ0X9W2AB".parse::<PlanId>().is_err(), "one spelling only, so digests agree");
    }
}
