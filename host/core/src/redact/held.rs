//! The host's own credentials: model keys, the tokens of kubeconfigs and of people's logins. Whoever reads one holds it here.
//!
//! One set for the process, because what looks for secrets looks everywhere: each text and value that is masked, of whatever
//! conversation, is masked of these too. It only grows by use, so nothing else of redaction hangs on it. What lasts
//! ([`hold`]) is held for good; what is renewed ([`hold_for_now`]) makes room for what comes after it. Limits: [`HELD_MAX`] of
//! each; what is shorter than [`HELD_BYTES_MIN`], or a word in small letters, is not held: a key called `not-needed` or a
//! password `kubernetes` would take that word out of everything. A private key has the shape that rules know.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{LazyLock, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::kind::OneWay;
use super::known::Known;
use super::rules::Rules;
use super::scan::{Eyes, Look};
use super::{rests, text};

/// Most credentials held for good, and most that are renewed.
pub const HELD_MAX: usize = 1_024;
/// Shortest credential held, bytes.
pub const HELD_BYTES_MIN: usize = 12;
/// From here on a credential is held whatever letters it is of, bytes.
const PHRASE_BYTES: usize = 20;
/// How many of the oldest go when there is no room.
const GO_AT_ONCE: usize = 128;

static HELD: LazyLock<RwLock<Held>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Held {
    lasting: Vec<Zeroizing<String>>,
    renewed: VecDeque<Zeroizing<String>>,
    known: Known,
}

impl Held {
    fn hold(&mut self, secret: &str, lasts: bool) {
        let lasts = lasts && self.lasting.len() < HELD_MAX;
        if !lasts && self.renewed.len() >= HELD_MAX {
            self.renewed.drain(..GO_AT_ONCE);
            self.known = Known::new();
            for value in self.lasting.iter().chain(&self.renewed) {
                self.known.add(value.as_bytes());
            }
        }
        self.known.add(secret.as_bytes());
        let secret = Zeroizing::new(secret.to_owned());
        if lasts { self.lasting.push(secret) } else { self.renewed.push_back(secret) }
    }

    /// Whether it is held, for good where that is asked.
    fn has(&self, secret: &str, lasts: bool) -> bool {
        let is_it = |value: &Zeroizing<String>| value.as_str() == secret;
        self.lasting.iter().any(is_it) || (!lasts && self.renewed.iter().any(is_it))
    }
}

/// Holds a credential of the host's from now on. What is held already, or is too short, changes nothing.
pub fn hold(secret: &str) {
    keep(secret, true);
}

/// Holds one that others will follow, until there are many of them.
pub fn hold_for_now(secret: &str) {
    keep(secret, false);
}

fn keep(secret: &str, lasts: bool) {
    let secret = secret.trim();
    if is_worth(secret) && !read(|held| held.has(secret, lasts)) {
        HELD.write().unwrap_or_else(PoisonError::into_inner).hold(secret, lasts);
    }
}

/// Whether it can't be a word that people and clusters use.
fn is_worth(secret: &str) -> bool {
    let is_word = secret.bytes().all(|byte| !byte.is_ascii_digit() && !byte.is_ascii_uppercase());
    secret.len() >= HELD_BYTES_MIN && (secret.len() >= PHRASE_BYTES || !is_word)
}

/// A text without what is held; everything else of it stays.
pub fn without_held(text: &str) -> Cow<'_, str> {
    read(|held| {
        if held.known.is_empty() {
            return Cow::Borrowed(text);
        }
        let eyes = Eyes { rules: Rules::standard(), known: Some(&held.known), look: Look::KnownOnly };
        let masked = text::whole(text, eyes, "", &mut OneWay);
        let less = rests::without(masked.as_deref().unwrap_or(text), &held.known);
        less.or(masked).map_or(Cow::Borrowed(text), Cow::Owned)
    })
}

/// Looks with what is held. Not to be called from within itself.
pub(super) fn looking<T>(look: impl FnOnce(Eyes<'_>) -> T) -> T {
    read(|held| {
        let known = Some(&held.known).filter(|known| !known.is_empty());
        look(Eyes { rules: Rules::standard(), known, look: Look::Everything })
    })
}

/// A set that a panic left behind is as good as any: each step of it is whole.
fn read<T>(look: impl FnOnce(&Held) -> T) -> T {
    look(&HELD.read().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::super::{Vault, object, text};
    use super::*;
    use base64::Engine as _;
    use serde_json::json;

    #[test]
    fn a_credential_of_the_host_is_masked_wherever_anything_is() {
        let key = "plain words that are a key";
        let masked = |said: &str| text(said).into_inner();
        assert_eq!(masked("it says plain words that are a key, twice"), "it says plain words that are a key, twice");
        hold(key);
        hold(key);
        assert_eq!(masked("it says plain words that are a key, twice"), "it says ••••, twice");
        assert_eq!(without_held("it says plain words that are a key and password=x"), "it says •••• and password=x");
        let encoded = base64::engine::general_purpose::STANDARD.encode(key);
        assert!(!masked(&format!("sent {encoded} there")).contains(&encoded));
        let pod = object(&json!({"kind": "Pod", "metadata": {"annotations": {"note": key}}}));
        assert!(!pod.to_string().contains("plain words"), "{pod}");
        let mut vault = Vault::new(7);
        let said = vault.said("compose a haiku of plain words that are a key please").into_inner();
        assert_eq!(said, "compose a haiku of •••• please");
        let answer = vault.value(&json!({"lines": [format!("auth {key} ok"), encoded]}), "").into_inner();
        // The last letters of base64 hang on what follows, so they are no part of what is known.
        let hidden = answer["lines"][1].as_str().unwrap().starts_with("••••");
        assert!(hidden && !answer.to_string().contains("plain words"), "{answer}");
        assert_eq!(vault.known_by_now("with plain words that are a key").into_inner(), "with ••••");
    }

    #[test]
    fn what_lasts_stays_and_of_what_is_renewed_the_newest() {
        let mut held = Held::default();
        held.hold("a-lasting-credential-1", true);
        (0..=HELD_MAX).for_each(|number| held.hold(&format!("credential-{number:05}"), false));
        assert_eq!(held.renewed.len(), HELD_MAX - GO_AT_ONCE + 1);
        assert!(!held.has("credential-00000", false) && held.has(&format!("credential-{HELD_MAX:05}"), false));
        assert!(held.has("a-lasting-credential-1", false));
    }

    #[test]
    fn a_word_is_not_held() {
        for word in ["", "ollama", "kubernetes", "not-needed", "administrator", "Pa55w0rd"] {
            assert!(!is_worth(word), "{word}");
            hold(word);
        }
        assert_eq!(text("scale ollama to 3").into_inner(), "scale ollama to 3");
        assert!(is_worth("sk-test-0123456789abcdef") && is_worth("correct horse battery staple"));
    }
}
