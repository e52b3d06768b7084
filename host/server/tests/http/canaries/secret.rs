//! The canaries: secrets made from a seed, and the eight ways in which each of them is written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Ways of writing a secret.
pub(crate) const ENCODINGS: usize = 8;
/// Length of what is looked for at both ends of each written form, bytes: a leaked half is a leak.
pub(crate) const END_BYTES: usize = 12;

/// Small letters and digits; letters, digits and the signs of tokens; signs that every encoding changes.
const LETTERS: [&str; 3] = [
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_",
    "aB3kQ7!\"\\<>&=/+ é$%^{}'",
];
/// Beginnings of vendors' tokens, and how many letters follow.
const VENDORS: [(&str, usize); 6] =
    [("ghp_", 36), ("glpat-", 20), ("AKIA", 16), ("sk_live_", 24), ("xoxb-", 32), ("npm_", 36)];
const TOKEN_LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ234567";

/// A generator with a seed: the same canaries in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn letters(&mut self, of: &str, count: usize) -> String {
        let letters: Vec<char> = of.chars().collect();
        (0..count).map(|_| letters[self.below(letters.len())]).collect()
    }
}

/// One secret.
pub(crate) struct Canary {
    pub(crate) number: usize,
    pub(crate) secret: String,
    /// Whether its shape alone tells what it is.
    pub(crate) vendor: bool,
}

impl Canary {
    /// The secret of this number, always the same; `vendor` asks for one that is known by its shape.
    pub(crate) fn numbered(number: usize, vendor: bool) -> Self {
        let mut seeded = Seeded(number as u64 + 77);
        seeded.below(1);
        let secret = if vendor {
            let (head, length) = VENDORS[seeded.below(VENDORS.len())];
            format!("{head}{}", seeded.letters(TOKEN_LETTERS, length))
        } else {
            let (kind, length) = (seeded.below(LETTERS.len()), 20 + seeded.below(20));
            format!("q{}z", seeded.letters(LETTERS[kind], length))
        };
        Self { number, secret, vendor }
    }

    /// As it stands, base64 (whole, for URLs, behind one and two other bytes), URL, JSON, hexadecimal.
    pub(crate) fn forms(&self) -> [String; ENCODINGS] {
        let secret = &self.secret;
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        let url = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        let json = serde_json::to_string(secret).unwrap();
        [
            secret.clone(),
            STANDARD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
            STANDARD.encode(format!("x{secret}")),
            STANDARD.encode(format!("xy{secret}")),
            secret.bytes().map(url).collect(),
            json[1..json.len() - 1].to_owned(),
            hex::encode(secret),
        ]
    }

    /// Both ends of each form, without the letters that hang on what stands around the secret.
    pub(crate) fn ends(&self) -> Vec<([u8; END_BYTES], usize)> {
        let mut ends = Vec::new();
        for (which, form) in self.forms().iter().enumerate() {
            let shifted = matches!(which, 3 | 4);
            let form = form.trim_end_matches('=').as_bytes();
            let form = &form[if shifted { 4 } else { 0 }..];
            ends.push((form[..END_BYTES].try_into().unwrap(), which));
            ends.push((form[form.len() - END_BYTES..].try_into().unwrap(), which));
        }
        ends
    }
}
