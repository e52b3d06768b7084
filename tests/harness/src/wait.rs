//! The one place that sleeps: waiting for a condition with a deadline.

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

use crate::error::{HarnessError, Outcome};

/// Between two looks. Small beside what is waited for, large beside a busy loop.
const POLL: Duration = Duration::from_millis(25);

/// Looks until it gets `Ok`, at most for `within`. An `Err` says what is there instead; the last one
/// stands in the error. A look that itself hangs past the deadline is abandoned.
///
/// # Errors
/// [`HarnessError::Waited`] past the deadline.
pub async fn wait_for<T, E, F>(what: &str, within: Duration, mut look: impl FnMut() -> F) -> Outcome<T>
where
    F: Future<Output = Result<T, E>>,
    E: Display,
{
    let until = Instant::now() + within;
    let mut seen = "nothing yet".to_owned();
    loop {
        match tokio::time::timeout(until.saturating_duration_since(Instant::now()), look()).await {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(other)) => seen = other.to_string(),
            Err(_) => seen = format!("no answer; before that: {seen}"),
        }
        if Instant::now() >= until {
            return Err(HarnessError::Waited { what: what.to_owned(), within, seen });
        }
        tokio::time::sleep(POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_condition_that_never_holds_fails_with_what_was_seen_last() {
        let mut looks = 0;
        let error = wait_for("a pod", Duration::from_millis(80), || {
            looks += 1;
            let seen = format!("look {looks}");
            async move { Err::<(), _>(seen) }
        })
        .await
        .expect_err("it never holds");
        assert!(error.to_string().contains(&format!("look {looks}")) && looks > 1, "{error}");
    }

    #[tokio::test]
    async fn a_look_that_hangs_ends_at_the_deadline() {
        let error = wait_for("silence", Duration::from_millis(30), std::future::pending::<Result<(), String>>)
            .await
            .expect_err("it never answers");
        assert!(error.to_string().contains("no answer"), "{error}");
    }
}
