//! Why there was no answer: refused, no such name, wrong certificate, cut off. Each with what to do.
//!
//! What the server did answer is [`crate::status`]'s.

use std::error::Error;
use std::io::ErrorKind;

use kubechat_core::problem::{Code, Problem};

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unanswered {
    server: String,
    cause: Cause,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    Refused,
    Name,
    Certificate(String),
    Tls(String),
    Late,
    CutOff,
    Other(String),
}

/// Reads the cause off an error and everything behind it.
pub(crate) fn unreachable(server: &str, error: &(dyn Error + 'static)) -> Unanswered {
    let mut found = None;
    let mut texts = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        texts.push(error.to_string());
        found = found.or_else(|| cause(error));
        next = error.source();
    }
    // hyper repeats each inner text in the outer one; the innermost says it best.
    let cause = found.unwrap_or_else(|| Cause::Other(texts.pop().unwrap_or_default()));
    Unanswered { server: server.to_owned(), cause }
}

fn cause(error: &(dyn Error + 'static)) -> Option<Cause> {
    if let Some(io) = error.downcast_ref::<std::io::Error>() {
        // An io::Error's source() skips the error it wraps.
        if let Some(inner) = io.get_ref().and_then(|inner| cause(inner)) {
            return Some(inner);
        }
        return match io.kind() {
            ErrorKind::ConnectionRefused => Some(Cause::Refused),
            ErrorKind::TimedOut => Some(Cause::Late),
            ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionAborted => Some(Cause::CutOff),
            _ if io.to_string().contains("failed to lookup address") => Some(Cause::Name),
            _ => None,
        };
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(match tls {
            rustls::Error::InvalidCertificate(why) => Cause::Certificate(why.to_string()),
            other => Cause::Tls(other.to_string()),
        });
    }
    if let Some(http) = error.downcast_ref::<hyper::Error>()
        && (http.is_incomplete_message() || http.is_canceled() || http.is_closed())
    {
        return Some(Cause::CutOff);
    }
    error.to_string().contains("dns error").then_some(Cause::Name)
}

impl Unanswered {
    /// Whether the server ended a connection that stood: often it was just idle for too long.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.cause == Cause::CutOff
    }

    /// For people.
    pub(crate) fn into_problem(self) -> Problem {
        let Self { server, cause } = self;
        let (detail, hint) = match cause {
            Cause::Refused => (
                format!("nothing listens at {server} (connection refused)"),
                "start the cluster, or correct the server address in the kubeconfig",
            ),
            Cause::Name => (
                format!("the host name of {server} is unknown"),
                "check the server address in the kubeconfig and your DNS",
            ),
            Cause::Certificate(why) => (
                format!("the certificate of {server} is not trusted: {why}"),
                "correct certificate-authority (or tls-server-name) of this cluster in the kubeconfig; if the address is right, somebody may stand in between",
            ),
            Cause::Tls(why) => (
                format!("no TLS connection to {server}: {why}"),
                "check that the server address is an API server's, and renew the client certificate if it is refused",
            ),
            Cause::Late => {
                (format!("{server} does not answer (connecting took too long)"), "check network, VPN and firewall")
            }
            Cause::CutOff => {
                (format!("{server} cut the connection off"), "look at the API server and any proxy before it")
            }
            Cause::Other(text) => (format!("{server} can't be reached: {text}"), ""),
        };
        Problem::new(Code::ClusterUnreachable, detail).hint(hint)
    }
}
