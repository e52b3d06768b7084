//! Secrets inside free text: log lines, event messages, configuration files, command lines.
//!
//! One pass, hand-written, linear: every rule looks back and ahead by a fixed number of bytes or consumes what it looked
//! at. Masks values behind telling names (`password=…`, `token: …`, `--api-key …`, quoted and JSON forms), `Bearer` and
//! `Basic` credentials, passwords in URLs, private key blocks, and tokens known by their shape. It can't know a secret
//! that looks like a word and has no name; what the host itself holds is masked elsewhere, by exact value.

use super::secret_name::{NAME_BYTES_MAX, is_password_name, is_secret_name};

/// What stands in place of a secret.
pub(super) const MASK: &str = "••••";
/// How far a URL's user information may reach, bytes; keeps scanning linear.
const USERINFO_BYTES_MAX: usize = 1024;
const KEY_BEGIN: &str = "-----BEGIN ";
const KEY_END: &str = "-----END ";

/// Beginnings of tokens known by their shape, with how long such a token is at least.
const KNOWN_TOKENS: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("eyJ", 20),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("glrt-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxr-", 10),
    ("xapp-", 10),
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("npm_", 30),
    ("pypi-", 30),
    ("hf_", 30),
    ("dckr_pat_", 16),
    ("hvs.", 20),
    ("ya29.", 20),
    ("SG.", 30),
    ("AGE-SECRET-KEY-", 20),
];

/// The text with every secret found in it masked.
pub(super) fn mask(text: &str) -> String {
    let (bytes, out, lines) = (text.as_bytes(), String::with_capacity(text.len()), text.contains('\n'));
    let mut scan = Scan { text, bytes, out, copied: 0, at: 0, lines };
    scan.run();
    scan.out
}

/// Whether a private key block is still open at the end of this text: the rest of it comes in the next line.
pub(super) fn opens_key_block(text: &str) -> bool {
    key_begin(text).is_some_and(|begin| !text[begin..].contains(KEY_END))
}

/// Whether an open private key block ends in this text.
pub(super) fn closes_key_block(text: &str) -> bool {
    text.contains(KEY_END)
}

fn key_begin(text: &str) -> Option<usize> {
    text.match_indices(KEY_BEGIN).map(|(at, _)| at).find(|at| is_key_begin(&text.as_bytes()[*at..]))
}

fn is_key_begin(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64)];
    head.starts_with(KEY_BEGIN.as_bytes())
        && head.windows(12).any(|window| window == b"PRIVATE KEY-" || window == b"PRIVATE KEY ")
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    out: String,
    /// Everything before this stands in `out`.
    copied: usize,
    at: usize,
    /// Whether there is more than one line: configuration rather than a message.
    lines: bool,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn ends_value(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b',' | b';' | b'&' | b'"' | b'\'' | b'`' | b')' | b']' | b'}' | b'<' | b'>')
}

impl Scan<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let starts_word = self.at == 0 || !is_word(self.bytes[self.at - 1]);
            let byte = self.bytes[self.at];
            if byte == b'-' && self.key_block() {
                continue;
            }
            if starts_word && is_word(byte) && (self.known_token() || self.scheme() || self.flag()) {
                continue;
            }
            if byte == b':' && self.bytes[self.at..].starts_with(b"://") && self.userinfo() {
                continue;
            }
            if matches!(byte, b':' | b'=') && self.assignment() {
                continue;
            }
            self.at += 1;
        }
        self.out.push_str(&self.text[self.copied..]);
    }

    /// Replaces `from..to`, both at ASCII borders, and goes on behind it.
    fn put_mask(&mut self, from: usize, to: usize) -> bool {
        self.out.push_str(&self.text[self.copied..from]);
        self.out.push_str(MASK);
        (self.copied, self.at) = (to, to);
        true
    }

    fn find(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        self.bytes[from..].iter().position(|byte| stop(*byte)).map_or(self.bytes.len(), |length| from + length)
    }

    fn key_block(&mut self) -> bool {
        if !is_key_begin(&self.bytes[self.at..]) {
            return false;
        }
        let end = match self.text[self.at..].find(KEY_END) {
            Some(length) => self.find(self.at + length, |byte| matches!(byte, b'\n' | b'\\' | b'"')),
            None => self.bytes.len(),
        };
        self.put_mask(self.at, end)
    }

    fn known_token(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let Some((_, least)) = KNOWN_TOKENS.iter().find(|(head, _)| rest.starts_with(head.as_bytes())) else {
            return false;
        };
        let end = self.find(self.at, |byte| !(is_word(byte) || matches!(byte, b'/' | b'+' | b'=')));
        end - self.at >= *least && self.put_mask(self.at, end)
    }

    /// `Bearer …` and `Basic …`; short plain words behind them are prose.
    fn scheme(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let Some(length) = [&b"bearer "[..], b"basic "].into_iter().find_map(|scheme| {
            rest.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)).then_some(scheme.len())
        }) else {
            return false;
        };
        let from = self.at + length;
        let end = self.find(from, ends_value);
        looks_secret(&self.bytes[from..end]) && self.put_mask(from, end)
    }

    /// `--api-key VALUE`.
    fn flag(&mut self) -> bool {
        if self.bytes[self.at] != b'-' {
            return false;
        }
        let end = self.find(self.at, |byte| !is_word(byte));
        if self.bytes.get(end) != Some(&b' ') || !is_secret_name(self.text[self.at..end].trim_start_matches('-')) {
            return false;
        }
        let to = self.find(end + 1, |byte| byte.is_ascii_whitespace());
        let value = &self.text[end + 1..to];
        !value.starts_with('-') && !is_placeholder(value) && self.put_mask(end + 1, to)
    }

    /// `scheme://user:password@host`: the password; a lone user part is a token.
    fn userinfo(&mut self) -> bool {
        let from = self.at + 3;
        let limit = self.bytes.len().min(from + USERINFO_BYTES_MAX);
        let border = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`');
        let part = &self.bytes[from..limit];
        let part = &part[..part.iter().position(|byte| border(*byte)).unwrap_or(part.len())];
        let authority = part.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(part.len());
        let colon = part.iter().position(|byte| *byte == b':').filter(|colon| *colon < authority);
        let port = |colon: usize| part[colon + 1..authority].iter().all(u8::is_ascii_digit);
        // A password may hold an unescaped slash: then what looks like a port is not a number.
        let reach = if colon.is_some_and(|colon| !port(colon)) { part.len() } else { authority };
        let Some(at) = part[..reach].iter().rposition(|byte| *byte == b'@') else { return false };
        match colon.filter(|colon| *colon < at) {
            Some(colon) => self.put_mask(from + colon + 1, from + at),
            None => at >= 16 && self.put_mask(from, from + at),
        }
    }

    /// `name=value`, `name: value`, `"name": "value"`, the latter also with escaped quotes.
    fn assignment(&mut self) -> bool {
        let Some((start, name)) = self.name_before() else { return false };
        let docker_auth = name == "auth";
        if !docker_auth && !is_secret_name(name) {
            return false;
        }
        let (colon, leads) = (self.bytes[self.at] == b':', self.leads_line(start));
        let password = is_password_name(name);
        let mut from = self.find(self.at + 1, |byte| !matches!(byte, b' ' | b'\t'));
        let spaced = from > self.at + 1;
        let quote_at = self.find(from, |byte| byte != b'\\');
        if let Some(quote @ (b'"' | b'\'')) = self.bytes.get(quote_at).copied() {
            let escaped = quote_at > from;
            from = quote_at + 1;
            let to = self.closing(from, quote, escaped);
            return (!docker_auth || to - from >= 8) && self.mask_value(from, to);
        }
        if docker_auth {
            return false;
        }
        if leads
            && matches!(
                self.text[from..].lines().next().map(str::trim_end),
                Some("|" | "|-" | "|+" | ">" | ">-" | ">+")
            )
        {
            let to = self.block_end(start, from);
            return self.mask_value(from, to);
        }
        // At the start of a line it is configuration, and the value is the whole rest; elsewhere it is one word of prose.
        let to =
            if leads { self.find(from, |byte| matches!(byte, b'\n' | b'\r')) } else { self.find(from, ends_value) };
        let prose = colon && spaced && !leads && !password && !looks_secret(&self.bytes[from..to]);
        !prose && self.mask_value(from, to)
    }

    fn mask_value(&mut self, from: usize, to: usize) -> bool {
        let value = &self.text[from..to];
        // `Authorization: Bearer …`: the scheme's name stays readable.
        let scheme =
            ["bearer ", "basic "].iter().find(|s| value.get(..s.len()).is_some_and(|v| v.eq_ignore_ascii_case(s)));
        let from = from + scheme.map_or(0, |scheme| scheme.len());
        from < to && !is_placeholder(&self.text[from..to]) && self.put_mask(from, to)
    }

    /// The name that ends right before the separator, its quotes aside, and where it starts.
    fn name_before(&self) -> Option<(usize, &str)> {
        let floor = self.at.saturating_sub(NAME_BYTES_MAX + 8).max(self.copied);
        let back = |from: usize, keep: &dyn Fn(u8) -> bool| {
            let mut start = from;
            while start > floor && keep(self.bytes[start - 1]) {
                start -= 1;
            }
            start
        };
        let end = back(self.at, &|byte| matches!(byte, b' ' | b'"' | b'\'' | b'\\'));
        let start = back(end, &|byte| is_word(byte) || byte == b'/');
        (start < end).then(|| (start, self.text[start..end].trim_start_matches('-')))
    }

    /// Whether only indentation, a list dash, `export` or quotes stand before it on its line.
    fn leads_line(&self, start: usize) -> bool {
        let floor = start.saturating_sub(NAME_BYTES_MAX);
        let head = &self.bytes[floor..start];
        let line = head.iter().rposition(|byte| *byte == b'\n').map_or(head, |newline| &head[newline + 1..]);
        let whole = line.len() < head.len() || floor == 0;
        let line = line.strip_prefix(b"export ").unwrap_or(line);
        self.lines && whole && line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'"' | b'\'' | b'\\'))
    }

    fn closing(&self, from: usize, quote: u8, escaped: bool) -> usize {
        let mut at = from;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'\\' if escaped && self.bytes.get(at + 1) == Some(&quote) => return at,
                b'\\' => at += 1,
                byte if byte == quote => return at,
                _ => {}
            }
            at += 1;
        }
        self.bytes.len()
    }

    /// Where a YAML block scalar ends: at the first line that is not indented deeper than its key.
    fn block_end(&self, start: usize, from: usize) -> usize {
        let line = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = start - line;
        let mut end = self.find(from, |byte| byte == b'\n');
        while end < self.bytes.len() {
            let next = self.find(end + 1, |byte| byte == b'\n');
            let text = &self.text[end + 1..next];
            if !text.trim().is_empty() && text.len() - text.trim_start().len() <= indent {
                break;
            }
            end = next;
        }
        end
    }
}

/// Long, or with a digit or sign in it: more than a word of prose.
fn looks_secret(value: &[u8]) -> bool {
    value.len() >= 20 || (value.len() >= 6 && value.iter().any(|byte| !byte.is_ascii_alphabetic()))
}

/// Values that say where a secret comes from, or that there is none.
fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let variable = value.strip_prefix("$(").or_else(|| value.strip_prefix("${"));
    let named = |name: &str| name.trim_end_matches([')', '}']).bytes().all(is_word);
    value.is_empty()
        || matches!(
            value,
            "true" | "false" | "null" | "nil" | "none" | "None" | "<nil>" | "<none>" | "\"\"" | "{}" | "[]"
        )
        || matches!(value, "{" | "[" | "{{")
        || value.starts_with(MASK)
        || variable.is_some_and(named)
        || (value.starts_with("{{") && value.ends_with("}}"))
        || value.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn secrets_in_their_usual_forms_are_masked() {
        for (text, wanted) in [
            ("password=hunter2 user=bob", "password=•••• user=bob"),
            ("DB_PASSWORD: hunter", "DB_PASSWORD: ••••"),
            ("{\"password\":\"hun\\\"ter\",\"user\":\"bob\"}", "{\"password\":\"••••\",\"user\":\"bob\"}"),
            ("body={\\\"token\\\":\\\"abc\\\"} sent", "body={\\\"token\\\":\\\"••••\\\"} sent"),
            ("app --api-key k-1 --verbose", "app --api-key •••• --verbose"),
            ("app --password=s3cr3t", "app --password=••••"),
            ("Authorization: Bearer abc.def-123", "Authorization: Bearer ••••"),
            ("curl -H 'authorization: bearer abcdef0123'", "curl -H 'authorization: bearer ••••'"),
            ("postgres://app:pa/ss@db:5432/shop", "postgres://app:••••@db:5432/shop"),
            ("https://ghp0123456789abcdef@github.com/x", "https://••••@github.com/x"),
            ("GET /x?access_token=abc&y=1", "GET /x?access_token=••••&y=1"),
            ("key AKIAIOSFODNN7EXAMPLE used", "key •••• used"),
            ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_x", "got ••••"),
            ("a: 1\npassword: my secret phrase\nb: 2", "a: 1\npassword: ••••\nb: 2"),
            ("a: 1\n  secret: |\n    one\n    two\n  b: 2", "a: 1\n  secret: ••••\n  b: 2"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nafter", "••••\nafter"),
            ("{\"auths\":{\"r\":{\"auth\":\"dXNlcjpwYXNz\"}}}", "{\"auths\":{\"r\":{\"auth\":\"••••\"}}}"),
        ] {
            assert_eq!(mask(text), wanted);
        }
    }

    #[test]
    fn what_helps_to_find_a_fault_stays_readable() {
        for text in [
            "secret \"db\" not found",
            "failed to get token: Unauthorized",
            "invalid bearer token",
            "couldn't find key password in Secret shop/db",
            "Back-off restarting failed container web in pod web-1_shop(0a1b)",
            "dial tcp 10.0.0.1:5432: connect: connection refused",
            "https://registry.example.com:5000/v2/ returned 401",
            "see https://example.com/a@b for more",
            "secretName: db-credentials",
            "automountServiceAccountToken: false",
            "password=$(DB_PASSWORD)",
            "token=${TOKEN}",
            "Successfully pulled image \"nginx:1.27@sha256:0123456789abcdef\"",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn a_key_block_cut_into_lines_is_known_to_be_open() {
        assert!(opens_key_block("x -----BEGIN PRIVATE KEY-----"));
        assert!(!opens_key_block("-----BEGIN CERTIFICATE-----"));
        assert!(!opens_key_block("-----BEGIN EC PRIVATE KEY-----a-----END EC PRIVATE KEY-----"));
    }

    #[test]
    fn a_text_made_to_be_slow_is_not() {
        for piece in ["a://", "password=\\", "-----BEGIN PRIVATE KEY-----", "token:", "\"", "--token ", "eyJ", "a:b@"] {
            let text = piece.repeat(200_000 / piece.len());
            assert!(mask(&text).len() <= text.len() * 2);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_at_character_borders_only(text in "[a-z:=@/ \"'\\\\•ü🦀\\n-]{0,80}") {
            mask(&text);
            mask(&format!("password: {text}"));
            mask(&format!("https://u:{text}@h/"));
        }

        #[test]
        fn a_value_behind_a_telling_name_never_survives(value in "[A-Za-z0-9!#%+/_.-]{6,40}") {
            for text in [
                format!("x DB_PASSWORD={value} y"), format!("{{\"apiKey\": \"{value}\"}}"),
                format!("a: 1\nclientSecret: {value}\n"), format!("run --token={value}"),
            ] {
                let masked = mask(&text);
                prop_assert!(!masked.contains(&value), "{masked}");
            }
        }
    }
}
