//! Names that say their value is a secret: `DB_PASSWORD`, `clientSecret`, `--api-key`, `x-auth-token`.
//!
//! A name is read as words (split at `_ - . /`, spaces and capitals). A last word that turns the value into a pointer or a
//! setting (`secretName`, `TOKEN_URL`, `max_tokens`) makes it harmless. Wrong on the side of masking; values whose names
//! say nothing are found by their own shape ([`super::rules`]). Names longer than [`NAME_BYTES_MAX`] are not judged.

/// Longest name judged, bytes; keeps scanning linear.
pub(super) const NAME_BYTES_MAX: usize = 128;

/// Words that alone make a secret.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "pass",
    "secret",
    "token",
    "credential",
    "credentials",
    "creds",
    "apikey",
    "apitoken",
    "authtoken",
    "accesstoken",
    "refreshtoken",
    "clientsecret",
    "secretkey",
    "accesskey",
    "privatekey",
    "authorization",
    "cookie",
    "jwt",
    "dockerconfigjson",
    "dockercfg",
    "dsn",
    "htpasswd",
    "pgpassword",
    "pgpass",
    "otp",
];

/// Pairs of neighbouring words that together make a secret, whatever follows.
const SECRET_PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("access", "key"),
    ("account", "key"),
    ("auth", "key"),
    ("client", "key"),
    ("encryption", "key"),
    ("hmac", "key"),
    ("license", "key"),
    ("master", "key"),
    ("private", "key"),
    ("secret", "key"),
    ("session", "key"),
    ("shared", "key"),
    ("signing", "key"),
    ("ssh", "key"),
    ("storage", "key"),
    ("tls", "key"),
    ("connection", "string"),
    ("key", "base"),
    ("pre", "shared"),
];

/// Last words that make the value a pointer or a setting, not the secret.
const HARMLESS_LAST: &[&str] = &[
    "algorithm",
    "algo",
    "arn",
    "audience",
    "audiences",
    "class",
    "count",
    "dir",
    "directory",
    "duration",
    "enabled",
    "endpoint",
    "expiration",
    "expires",
    "expiry",
    "field",
    "file",
    "filename",
    "header",
    "host",
    "id",
    "ids",
    "interval",
    "issuer",
    "kind",
    "length",
    "limit",
    "max",
    "method",
    "min",
    "mode",
    "mount",
    "name",
    "names",
    "namespace",
    "path",
    "paths",
    "policy",
    "port",
    "prefix",
    "provider",
    "ref",
    "refs",
    "required",
    "rotation",
    "seconds",
    "selector",
    "size",
    "source",
    "store",
    "timeout",
    "ttl",
    "type",
    "uri",
    "url",
    "version",
];

/// Last words that say what a number counts: `accessTokenLifetime`.
#[rustfmt::skip]
const COUNTED_LAST: &[&str] = &[
    "age", "attempts", "bits", "budget", "bytes", "cost", "days", "generation", "history", "hours", "iterations", "lifetime",
    "minutes", "period", "quota", "rate", "replicas", "retries", "revision", "rounds", "strength", "threshold", "window",
];

/// First words of a switch: `automountServiceAccountToken`.
#[rustfmt::skip]
const SWITCHES_FIRST: &[&str] = &[
    "allow", "auto", "automount", "create", "disable", "enable", "generate", "has", "is", "mount", "require", "requires",
    "rotate", "share", "should", "skip", "use", "uses", "verify", "with",
];

/// Whether a number of this name counts something, whatever else the name says.
pub(super) fn counts_something(name: &str) -> bool {
    words(name).last().is_some_and(|last| COUNTED_LAST.contains(&last.as_str()))
}

/// Whether a flag of this name switches something, whatever else the name says.
pub(super) fn switches_something(name: &str) -> bool {
    words(name).first().is_some_and(|first| SWITCHES_FIRST.contains(&first.as_str()))
}

/// Whether a value of this name is to be masked.
pub(super) fn is_secret_name(name: &str) -> bool {
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return false;
    }
    let words = words(name);
    let Some(last) = words.last().map(String::as_str) else { return false };
    let pair = |a: &str, b: &str| words.windows(2).any(|two| two[0] == a && two[1] == b);
    // Vault's secret_id and a chat webhook's URL are the secret itself.
    if words.ends_with(&["secret".to_owned(), "id".to_owned()]) || pair("webhook", "url") {
        return true;
    }
    if HARMLESS_LAST.contains(&last) {
        return false;
    }
    words.iter().any(|word| is_secret_word(word)) || SECRET_PAIRS.iter().any(|(a, b)| pair(a, b))
}

/// Whether it names a password outright, so that any value behind it counts as one.
pub(super) fn is_password_name(name: &str) -> bool {
    words(name).iter().any(|word| word.contains("pass") || word == "pwd")
}

/// Whether its last word, or its last two together, name the secret: `db-password`, not `password-reset`.
pub(super) fn ends_secret(name: &str) -> bool {
    let words = words(name);
    let pair = |two: &[String]| SECRET_PAIRS.iter().any(|(a, b)| two[0] == *a && two[1] == *b);
    words.last().is_some_and(|last| is_secret_word(last)) || words.windows(2).last().is_some_and(pair)
}

fn is_secret_word(word: &str) -> bool {
    // `mypassword`, `pgpassword1`: written together.
    SECRET.contains(&word) || word.contains("password") || word.contains("passwd") || word.contains("apikey")
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    for ch in name.chars() {
        if !ch.is_alphanumeric() {
            words.push(String::new());
        } else {
            if ch.is_uppercase() && (previous.is_lowercase() || previous.is_numeric()) {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(ch.to_lowercase());
            }
        }
        previous = ch;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Every word that makes a name secret, and the first of each pair that does with the second.
#[cfg(test)]
pub(super) fn spelled() -> Vec<String> {
    let pairs = SECRET_PAIRS.iter().map(|(a, b)| format!("{a}{b}"));
    SECRET.iter().map(|word| (*word).to_owned()).chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "POSTGRES_PASSWORD",
            "mypassword",
            "--api-key",
            "API_KEY",
            "apiKey",
            "x-auth-token",
            "GITHUB_TOKEN",
            "clientSecret",
            "AZURE_CLIENT_SECRET",
            "AWS_SECRET_ACCESS_KEY",
            "secret_id",
            "client-key-data",
            ".dockerconfigjson",
            "private.key",
            "SLACK_WEBHOOK_URL",
            "SECRET_KEY_BASE",
            "PGPASSWORD",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_pointers_and_settings_are_not() {
        for name in [
            "secretName",
            "TOKEN_URL",
            "PASSWORD_FILE",
            "token_ttl",
            "max_tokens",
            "name",
            "image",
            "key",
            "secretKeyRef",
            "privateKeySecretRef",
            "AWS_ACCESS_KEY_ID",
            "passthrough",
            "compass",
            "author",
            "resources",
            "tokenExpirationSeconds",
            "serviceAccountName",
            "kubernetes.io/service-account.uid",
            "keyboard",
            "monkey",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
