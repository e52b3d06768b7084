//! Who acts: a person or program as this host knows them, and the identity the cluster sees.
//!
//! A subject is `issuer|name`, compared as text: two logins of one person are one approver. Nothing here authenticates.

use serde::{Deserialize, Serialize};

/// Someone who may ask, approve or read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principal {
    /// Where the name comes from: `local` for configured principals.
    pub issuer: String,
    /// The name, unique within its issuer.
    pub name: String,
    /// Groups, sorted, as configured or as the identity provider says.
    pub groups: Vec<String>,
}

impl Principal {
    /// A configured principal.
    pub fn local(name: &str, groups: &[&str]) -> Self {
        let mut groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
        groups.sort();
        groups.dedup();
        Self { issuer: "local".to_owned(), name: name.to_owned(), groups }
    }

    /// `issuer|name`: what approvals compare.
    pub fn subject(&self) -> String {
        format!("{}|{}", self.issuer, self.name)
    }
}
