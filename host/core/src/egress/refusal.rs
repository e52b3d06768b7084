//! Why the gate lets something not through: a stable reason that is counted, and a sentence for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A request the gate did not let through, or an answer it did not hand on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {why}")]
pub struct Refusal {
    /// What is counted.
    pub reason: Reason,
    /// What it was about; shown to operators and to the component, so it holds no address and no secret.
    pub why: String,
}

impl Refusal {
    /// A refusal for this reason.
    pub fn new(reason: Reason, why: impl Into<String>) -> Self {
        Self { reason, why: why.into() }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// Why something was refused; one reason is one meaning for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl Reason {
            /// Every reason, for counters and documents.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// As it is written.
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

reasons! {
    /// The operator has not bound this destination.
    NotBound = "not-bound";
    /// The host is air-gapped.
    AirGapped = "air-gapped";
    /// The component's manifest does not name this destination.
    NotDeclared = "not-declared";
    /// An address that may not be dialled.
    Address = "address";
    /// An API server that can't be looked up: then no address is known not to be its.
    ApiServerLost = "api-server-lost";
    /// A path that is no path below the base.
    Path = "path";
    /// A header a component may not send, or a malformed one.
    Header = "header";
    /// An answer that points to somewhere else.
    Redirect = "redirect";
    /// Data of a class that may not go there.
    DataClass = "data-class";
    /// An answer in an encoding that was not asked for.
    Encoding = "encoding";
    /// The credential is not there.
    Credential = "credential";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
