//! Names as Kubernetes spells them, checked once: cluster, namespace, object, kind.
//!
//! Lengths and characters follow the API machinery's own rules (RFC 1123 labels and subdomains, path segment names).
//! Errors: [`BadName`] says which rule was broken. A checked name is safe in a URL path and in a log line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that breaks a naming rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {noun}: {rule}")]
pub struct BadName {
    text: String,
    noun: &'static str,
    rule: &'static str,
}

fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.len() <= 63 && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Path segment names: what RBAC objects may be called, the widest rule there is.
fn is_segment(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text != "."
        && text != ".."
        && !text.chars().any(|c| c == '/' || c == '%' || c == '?' || c == '#' || c.is_control() || c.is_whitespace())
}

fn is_kind(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

fn is_cluster(text: &str) -> bool {
    !text.is_empty() && text.len() <= 128 && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $noun:literal, $check:path, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Checks the rule, or says which one was broken.
            pub fn parse(text: &str) -> Result<Self, BadName> {
                if $check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadName { text: text.chars().take(80).collect(), noun: $noun, rule: $rule })
                }
            }
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::parse(text)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(
    /// A namespace.
    Namespace, "namespace", is_label, "at most 63 of a-z, 0-9 and '-', not at either end"
);
name!(
    /// An object's name.
    ObjectName, "object name", is_segment, "at most 253 characters, no '/', '%', '?', '#', space or control character"
);
name!(
    /// A kind as a person said it: `Deployment`, `deploy`, `deployments.apps`. Discovery turns it into a type.
    KindWord, "kind", is_kind, "a letter, then letters, digits, '.' or '-'"
);
name!(
    /// A cluster as this host's configuration names it (a kubeconfig context by default).
    ClusterName, "cluster name", is_cluster, "at most 128 characters without spaces"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_leave_its_url_segment_is_refused() {
        for bad in ["../kube-system", "a/b", "..", ".", "a?b", "a%2fb", "", "a b", "a\nb", "a#b"] {
            assert!(ObjectName::parse(bad).is_err(), "{bad:?}");
            assert!(Namespace::parse(bad).is_err(), "{bad:?}");
        }
        assert!(ObjectName::parse("system:node-proxier").is_ok(), "RBAC names hold colons");
    }
}
