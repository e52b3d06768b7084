//! Logs: one container's, as lines that come; raw, for whoever masks and bounds them.

use std::pin::Pin;

use futures_util::Stream;
use kubechat_core::names::{Namespace, ObjectName};
use kubechat_core::problem::Problem;
use kubechat_core::read::log_line::{LogTime, RawLine};

/// A log to read.
#[derive(Debug, Clone, PartialEq)]
pub struct LogAsk {
    /// The pod's namespace.
    pub namespace: Namespace,
    /// The pod.
    pub pod: ObjectName,
    /// The container; absent means the only or the default one.
    pub container: Option<String>,
    /// The container before this one.
    pub previous: bool,
    /// Whether to go on with the lines to come.
    pub follow: bool,
    /// The last lines; absent means all from `since` on.
    pub lines: Option<u32>,
    /// From when on; the server knows whole seconds, so older lines of the same second may come.
    pub since: Option<LogTime>,
}

/// Lines, oldest first, until the log ends or a problem ends it.
pub type LogStream = Pin<Box<dyn Stream<Item = Result<RawLine, Problem>> + Send>>;
