//! `[egress.<destination>]`: what logical destinations are bound to, read into types that cannot be half of a binding.
//!
//! A secret never stands here, only where it is (`env:NAME`, `file:/path`). Nothing is read and nobody is asked: the CA's file
//! and the secret are the gate's to fetch. Errors name the destination and the field.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use kubechat_core::egress::{BaseUrl, Binding, BindingError, DataClass, DataClasses, Destination, Injection, Range};
use serde::{Deserialize, Serialize};

use super::{ConfigError, Said, or};

/// Most destinations.
const DESTINATIONS_MAX: usize = 64;
/// Most ranges of clusters.
const RANGES_MAX: usize = 64;

/// A binding as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgressEntry {
    /// The base URL.
    pub url: String,
    /// Whether it may lie inside.
    #[serde(default)]
    pub internal: bool,
    /// A PEM file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// A proxy's URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Where its secret is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// Where the secret goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_header: Option<String>,
    /// What stands before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_prefix: Option<String>,
    /// What may go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Vec<String>>,
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// In this variable of the host's environment.
    Env(String),
    /// In this file.
    File(PathBuf),
}

impl FromStr for Credential {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // What is refused is not repeated: it may be the secret itself.
        let fits = || "write where it is, not what it is: env:NAME or file:/absolute/path".to_owned();
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                Ok(Self::Env(name.to_owned()))
            }
            Some(("file", path)) if PathBuf::from(path).is_absolute() => Ok(Self::File(path.into())),
            _ => Err(fits()),
        }
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// A checked binding, its files not read yet.
#[derive(Debug, Clone)]
pub struct EgressBinding {
    /// What components call it.
    pub destination: Destination,
    /// Everything but the CA.
    pub binding: Binding,
    /// The CA's file.
    pub ca: Option<PathBuf>,
    /// Where its secret is.
    pub credential: Option<Credential>,
}

impl fmt::Display for EgressBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let classes: Vec<&str> = self.binding.classes.iter().map(DataClass::as_str).collect();
        write!(f, "{}: {}", self.binding.base, classes.join(", "))?;
        let internal = if self.binding.internal { ", internal" } else { "" };
        f.write_str(internal)?;
        match &self.credential {
            Some(credential) => write!(f, ", {credential}"),
            None => Ok(()),
        }
    }
}

impl EgressEntry {
    /// Checks what is written.
    ///
    /// # Errors
    /// The field that does not fit, and what would.
    pub fn checked(&self, name: &str) -> Result<EgressBinding, ConfigError> {
        let bad = |why: String| ConfigError::new(format!("egress.{name}: {why}"), "docs/config.md says what fits");
        let destination = Destination::parse(name).map_err(|error| bad(error.to_string()))?;
        let credential = self.credential.as_deref().map(str::parse::<Credential>).transpose();
        let credential = credential.map_err(|why| bad(format!("credential: {why}")))?;
        let mut binding = Binding::to(&self.url).map_err(|error| bad(error.to_string()))?;
        binding.internal = self.internal;
        binding.classes = self.classes().map_err(bad)?;
        binding.credential = self.injection(credential.is_some()).map_err(bad)?;
        let proxy = self.proxy.as_deref().map(BaseUrl::parse).transpose();
        binding.proxy = proxy.map_err(|error| bad(BindingError::Proxy(error).to_string()))?;
        let binding = binding.checked().map_err(|error| bad(error.to_string()))?;
        Ok(EgressBinding { destination, binding, ca: self.ca.clone(), credential })
    }

    fn classes(&self) -> Result<DataClasses, String> {
        let Some(said) = &self.data else { return Ok(DataClasses::usual()) };
        said.iter()
            .map(|word| word.parse().map_err(|error| format!("data: {error}")))
            .collect::<Result<Vec<_>, _>>()
            .map(|classes: Vec<DataClass>| classes.into_iter().collect())
    }

    fn injection(&self, credential: bool) -> Result<Option<Injection>, String> {
        let said = self.credential_header.is_some() || self.credential_prefix.is_some();
        if !credential {
            let why = "credential_header and credential_prefix say where a `credential` goes, and there is none";
            return if said { Err(why.to_owned()) } else { Ok(None) };
        }
        let usual = Injection::default();
        let bare = self.credential_header.as_ref().is_some_and(|header| *header != usual.header);
        let prefix = if bare { String::new() } else { usual.prefix };
        Ok(Some(Injection {
            header: self.credential_header.clone().unwrap_or(usual.header),
            prefix: self.credential_prefix.clone().unwrap_or(prefix),
        }))
    }
}

/// All bindings of a file.
pub(super) fn bindings(
    said: Option<Said<BTreeMap<String, EgressEntry>>>,
) -> Result<Said<Vec<EgressBinding>>, ConfigError> {
    let Said { value, origin } = or(said, BTreeMap::new());
    if value.len() > DESTINATIONS_MAX {
        let what = format!("egress ({origin}): more than {DESTINATIONS_MAX} destinations");
        return Err(ConfigError::new(what, "unbind what is not used"));
    }
    let value = value.iter().map(|(name, entry)| entry.checked(name)).collect::<Result<_, _>>()?;
    Ok(Said { value, origin })
}

/// Ranges of clusters.
pub(super) fn ranges(said: Option<Said<Vec<String>>>) -> Result<Said<Vec<Range>>, ConfigError> {
    let Said { value, origin } = or(said, Vec::new());
    let bad =
        |why: String| ConfigError::new(format!("cluster_ranges ({origin}): {why}"), "such as [\"203.0.112.0/20\"]");
    if value.len() > RANGES_MAX {
        return Err(bad(format!("more than {RANGES_MAX} ranges")));
    }
    let value =
        value.iter().map(|text| text.parse().map_err(|error: kubechat_core::egress::BadRange| bad(error.to_string())));
    let value = value.collect::<Result<_, _>>()?;
    Ok(Said { value, origin })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<EgressBinding, String> {
        let entry: EgressEntry = toml::from_str(text).map_err(|error| error.to_string())?;
        entry.checked("openai").map_err(|error| error.to_string())
    }

    #[test]
    fn a_binding_is_read_whole_with_what_is_usual_where_nothing_is_said() {
        let bound = read("url = 'https://api.openai.com/v1'\ncredential = 'env:KEY'").unwrap();
        assert_eq!(bound.binding.credential, Some(Injection::default()));
        assert_eq!(
            (bound.binding.classes, bound.credential),
            (DataClasses::usual(), Some(Credential::Env("KEY".into())))
        );
        let header = "url = 'https://a'\ncredential = 'file:/k'\ncredential_header = 'x-api-key'\ndata = ['logs']";
        let bound = read(header).unwrap();
        assert_eq!(bound.binding.credential, Some(Injection { header: "x-api-key".into(), prefix: String::new() }));
        assert_eq!(bound.to_string(), "https://a: logs, file:/k");
    }

    #[test]
    fn a_secret_that_stands_where_its_place_belongs_is_refused_and_not_repeated() {
        for secret in ["sk-very-secret", "env:", "file:relative", "env:A B", "https://x"] {
            let error = read(&format!("url = 'https://a'\ncredential = '{secret}'")).unwrap_err();
            assert!(error.contains("credential: write where it is"), "{error}");
            assert!(!error.contains("sk-very-secret"), "{error}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_field() {
        for (text, words) in [
            ("url = 'http://api.example.com'", "http is for internal destinations"),
            ("url = 'http://127.1'\ninternal = true", "url: its host"),
            ("url = 'http://169.254.169.254'\ninternal = true", "metadata service"),
            ("url = 'https://a'\ndata = ['secrets']", "data: \"secrets\""),
            ("url = 'https://a'\nproxy = 'https://p'", "proxy: must be"),
            ("url = 'https://a'\ncredential_header = 'x'", "there is none"),
            ("url = 'https://a'\nverify = false", "unknown field"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
        let error = EgressEntry { url: "https://a".into(), ..EgressEntry::default() }.checked("api.openai.com");
        assert!(error.unwrap_err().what.contains("names no destination"));
    }
}
