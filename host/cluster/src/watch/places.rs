//! Places for watches: so many on one line, so many on the host. A place is free again when its watch ends.

use std::sync::Arc;

use kubechat_core::problem::{Code, Problem};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::{WATCHES_MAX, WATCHES_OF_LINE_MAX};

/// A watch's place; free when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _of_line: OwnedSemaphorePermit,
    _of_host: OwnedSemaphorePermit,
}

/// Takes one.
///
/// # Errors
/// `busy` with the name of the limit that is reached.
pub(crate) fn take(line: &Arc<Semaphore>, host: &Arc<Semaphore>) -> Result<Place, Problem> {
    let full = |limit: &str, max: usize| {
        Problem::new(Code::Busy, format!("{max} watches are open ({limit})"))
            .hint("close a table or an object that is shown, or watch one over all namespaces instead of many")
    };
    let of_line = line.clone().try_acquire_owned();
    let _of_line = of_line.map_err(|_| full("WATCHES_OF_LINE_MAX", WATCHES_OF_LINE_MAX))?;
    let _of_host = host.clone().try_acquire_owned().map_err(|_| full("WATCHES_MAX", WATCHES_MAX))?;
    Ok(Place { _of_line, _of_host })
}
