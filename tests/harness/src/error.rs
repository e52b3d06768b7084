//! What can go wrong around a test, in words that name the log to look at.

use std::{fmt, io, path::PathBuf, time::Duration};

/// A test's result, and that of everything here.
pub type Outcome<T = ()> = Result<T, HarnessError>;

/// An error of the harness. Its `Debug` is its `Display`, because that is what a failed test prints.
#[derive(thiserror::Error)]
pub enum HarnessError {
    /// The control plane's program is not there and could not be built.
    #[error("no control plane to test with: {why}\n  hint: cargo xtask cluster binary")]
    NoProgram {
        /// What was tried.
        why: String,
    },
    /// A control plane ended, hangs or never became ready.
    #[error("the control plane {what}\n  its log: {}\n{tail}", log.display())]
    Plane {
        /// What it did, as the rest of a sentence.
        what: String,
        /// Its log file.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// kubectl ended otherwise than the test expects.
    #[error("`kubectl {args}` as {user}: {ending}\n{output}")]
    Kubectl {
        /// Its arguments.
        args: String,
        /// Whose kubeconfig it used.
        user: &'static str,
        /// How it ended.
        ending: String,
        /// What it wrote.
        output: String,
    },
    /// A condition did not come true in time.
    #[error("waited {within:?} for {what}; last seen: {seen}")]
    Waited {
        /// The condition.
        what: String,
        /// For how long.
        within: Duration,
        /// What was there instead.
        seen: String,
    },
    /// A file could not be read or written.
    #[error("cannot use {}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// An answer is not what its format says.
    #[error("{what}: {cause}")]
    Malformed {
        /// Whose answer.
        what: String,
        /// What is wrong with it.
        #[source]
        cause: serde_json::Error,
    },
}

impl fmt::Debug for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl HarnessError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, cause }
    }

    pub(crate) fn malformed(what: impl Into<String>) -> impl FnOnce(serde_json::Error) -> Self {
        let what = what.into();
        move |cause| Self::Malformed { what, cause }
    }
}
