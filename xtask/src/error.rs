//! What can go wrong in a command, always with what to do next where we know it.

use std::{io, path::PathBuf};

/// An error of a command. The hint, if any, is the exact thing to type or change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum XtaskError {
    /// Something needed is missing or was refused, and we know what helps.
    #[error("{what}")]
    Refused { what: String, hint: String },
    /// A check found something; each line of `findings` is one place.
    #[error("{what}:\n{}", findings.join("\n"))]
    Findings { what: String, findings: Vec<String> },
    /// A program we started ended badly; `tail` holds its last lines when they were not shown live.
    #[error("`{program}` failed: {ending}{}", if tail.is_empty() { String::new() } else { format!("\n{tail}") })]
    Program { program: String, ending: String, tail: String },
    /// Reading or writing a file failed.
    #[error("cannot {verb} {}", path.display())]
    File {
        verb: &'static str,
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// A file or an answer is not what it should be.
    #[error("{what}")]
    Malformed {
        what: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl XtaskError {
    /// Something is missing or refused; `hint` says what to type or change.
    pub(crate) fn refused(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: hint.into() }
    }

    /// For `map_err` on file operations: `.map_err(XtaskError::file("read", path))`.
    pub(crate) fn file(verb: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { verb, path, cause }
    }

    /// For `map_err` on parsers: `.map_err(XtaskError::malformed("cargo metadata's answer"))`.
    pub(crate) fn malformed<E>(what: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let what = what.into();
        move |cause| Self::Malformed { what, cause: Box::new(cause) }
    }

    /// Prints the error, its causes and its hint on stderr.
    pub(crate) fn print(&self) {
        eprintln!("error: {self}");
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            eprintln!("  because: {inner}");
            cause = inner.source();
        }
        if let Self::Refused { hint, .. } = self {
            eprintln!("  hint: {hint}");
        }
    }
}
