//! Five thousand known secrets in eight encodings, planted in Kubernetes-shaped text: none leaves.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

const SECRETS: usize = 5_000;

/// A small generator with a seed, so that a failure can be looked at again.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }

    /// Words, random text, and text that every encoding changes.
    fn secret(&mut self) -> String {
        const LETTERS: [&str; 3] =
            ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHabcdefgh0123456789", "aB3!\"\\<>&=/+ é$%^{}'"];
        let letters: Vec<char> = LETTERS[self.below(3)].chars().collect();
        let length = 8 + self.below(40);
        let middle: String = (0..length).map(|_| letters[self.below(letters.len())]).collect();
        format!("q{middle}z")
    }
}

fn encodings(secret: &str) -> [String; 8] {
    let json = serde_json::to_string(secret).unwrap();
    let url: String = secret
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    [
        secret.to_owned(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        STANDARD.encode(format!("x{secret}")),
        STANDARD.encode(format!("xy{secret}")),
        url,
        json[1..json.len() - 1].to_owned(),
        hex::encode(secret),
    ]
}

/// Where it is planted: log lines, events, YAML, JSON, command lines, annotations.
fn planted(which: usize, value: &str) -> String {
    match which {
        0 => format!("2026-11-02T10:00:00Z web-7d9f8c6b54-x2x7k request failed for {value} after 3 tries"),
        1 => format!("Warning  Failed  kubelet  Error: cannot start container web: exec {value}: not found"),
        2 => format!("metadata:\n  annotations:\n    note: see {value}\n  name: web\n"),
        3 => format!("{{\"kind\":\"ConfigMap\",\"data\":{{\"app.conf\":\"mode={value};x=1\"}}}}"),
        4 => format!("args: [\"--listen=:8080\", \"--dial\", \"{value}\"]"),
        5 => format!("https://web.shop.svc/login?next=%2F&state={value}&x=1"),
        _ => value.to_owned(),
    }
}

#[test]
fn none_of_five_thousand_known_secrets_leaves_in_any_of_eight_encodings() {
    let mut seeded = Seeded(6);
    let secrets: Vec<String> = (0..SECRETS).map(|_| seeded.secret()).collect();
    let mut known = Known::new();
    assert!(secrets.iter().all(|secret| known.add(secret.as_bytes())));
    let mut texts = 0;
    for secret in &secrets {
        for encoded in encodings(secret) {
            let text = planted(seeded.below(7), &encoded);
            let masked = text_by(Rules::standard(), Some(&known), &text).into_inner();
            texts += 1;
            for form in encodings(secret) {
                // Of the shifted encodings, the letters that hang on the secret alone are the whole of what could leak.
                let inner = form.trim_end_matches('=');
                let inner = inner.get(3..inner.len().saturating_sub(2)).unwrap_or(inner);
                assert!(!masked.contains(inner), "{text}\n{masked}");
            }
        }
    }
    println!("{texts} texts, {} forms known", known.len());
}

#[test]
fn a_secret_that_was_read_is_masked_wherever_a_conversation_meets_it_again() {
    let mut seeded = Seeded(7);
    let mut vault = Vault::new(7);
    let secrets: Vec<String> = (0..500).map(|_| seeded.secret()).collect();
    let data: serde_json::Map<String, Value> =
        secrets.iter().enumerate().map(|(i, secret)| (format!("k{i}"), json!(STANDARD.encode(secret)))).collect();
    let read = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": data});
    vault.value(&read, "eu/Secret/shop/db");
    for secret in &secrets {
        for encoded in encodings(secret) {
            let masked = vault.text(&planted(seeded.below(7), &encoded)).into_inner();
            assert!(!masked.contains(encoded.trim_end_matches('=')), "{masked}");
        }
    }
}

/// Beside telling names, where rules take as much as they know.
fn named(which: usize, value: &str) -> String {
    match which {
        0 => format!("login failed: password={value}, then it gave up"),
        1 => format!("> Authorization: Bearer {value} and more"),
        2 => format!("dial postgres://shop:{value}@db.shop.svc:5432/x?sslmode=off"),
        3 => format!("state=https%3A%2F%2Fshop%3A{value}%40db%2Fx"),
        4 => format!("api_key: {value} # of the shop"),
        _ => planted(which - 5, value),
    }
}

#[test]
fn what_is_masked_for_people_first_leaves_no_rest_of_a_held_value_for_a_model() {
    let mut seeded = Seeded(8);
    for number in 0..3_000_usize {
        let secret = seeded.secret();
        let mut vault = Vault::new(9);
        let held = json!({"kind": "Secret", "metadata": {"name": "db"}, "stringData": {"password": secret}});
        vault.learn_read(&held, "eu/Secret/shop/db");
        let which = number % 8;
        let encoded = encodings(&secret)[which].clone();
        // Of a shifted encoding both ends hang on what stands around it.
        let form = encoded.trim_end_matches('=');
        let form = if matches!(which, 3 | 4) { &form[3..form.len() - 2] } else { form };
        let text = named(seeded.below(12), &encoded);
        let shown = text_by(Rules::standard(), None, &text).into_inner();
        let told = vault.value(&json!({ "line": shown }), "").into_inner().to_string();
        for rest in form.as_bytes().windows(8) {
            let rest = std::str::from_utf8(rest).unwrap_or("\0");
            let rest = serde_json::to_string(rest).unwrap();
            assert!(!told.contains(&rest[1..rest.len() - 1]), "{secret} {rest}\n{text}\n{shown}\n{told}");
        }
    }
}
