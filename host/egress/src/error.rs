//! Why nothing came back, in five sorts, each with a sentence that names the destination and never an address.

use kubechat_core::egress::{Destination, Reason, Refusal};

/// A request that got no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// The gate did not let it through, or did not hand its answer on.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Nobody answered, or the connection broke.
    #[error("{0}")]
    Unreachable(String),
    /// Something took longer than it may.
    #[error("{0}")]
    Timeout(String),
    /// A cap on size or number.
    #[error("{0}")]
    Limit(String),
    /// The host is ending.
    #[error("the host is ending")]
    Ending,
}

impl GateError {
    /// One word for logs and counters.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.reason.as_str(),
            Self::Unreachable(_) => "unreachable",
            Self::Timeout(_) => "timeout",
            Self::Limit(_) => "limit",
            Self::Ending => "ending",
        }
    }

    /// What the operator can do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => match refusal.reason {
                Reason::NotBound => "bind it: `kubechat egress bind <destination> <url>`",
                Reason::AirGapped => "take `air_gapped` away to let anything out",
                Reason::NotDeclared => "the component's manifest has to name the destination",
                Reason::Address => "`kubechat egress bind … --internal` if the destination lies inside",
                Reason::ApiServerLost => "`kubechat doctor` names it; mend its kubeconfig or the resolver",
                Reason::DataClass => "`kubechat egress bind … --data` names what may go there",
                Reason::Credential => "put the credential where its reference points to",
                _ => "the component or the server does what no destination may do; report it to its author",
            },
            Self::Unreachable(_) => "`kubechat egress test <destination>` tries it alone",
            Self::Timeout(_) => "the server is slow or gone; try again, or use another one",
            Self::Limit(_) => "ask for less at once",
            Self::Ending => "start the host again",
        }
    }

    pub(crate) fn refused(reason: Reason, why: String) -> Self {
        Self::Refused(Refusal::new(reason, why))
    }

    pub(crate) fn unreachable(destination: &Destination, what: &str) -> Self {
        Self::Unreachable(format!("{destination}: {what}"))
    }

    pub(crate) fn timeout(destination: &Destination, what: &str, after: std::time::Duration) -> Self {
        Self::Timeout(format!("{destination}: {what} within {} ms", after.as_millis()))
    }
}
