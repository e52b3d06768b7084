//! The provider that isn't there: every question ends with why, and what to do. Typed operations work without one.

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::provider::{Event, Provider, Request};

/// Stands in for a provider that was not loaded.
#[derive(Debug)]
pub struct AbsentProvider {
    id: String,
    problem: Problem,
}

impl AbsentProvider {
    /// Takes the id asked for and why there is none.
    pub fn new(id: &str, detail: &str, hint: &str) -> Self {
        let problem = Problem::new(Code::Component, format!("the provider {id} is not there: {detail}")).hint(hint);
        Self { id: id.to_owned(), problem }
    }
}

impl Provider for AbsentProvider {
    fn label(&self) -> String {
        format!("{} (not loaded)", self.id)
    }

    fn is_rules(&self) -> bool {
        true
    }

    fn complete(&self, _: Request) -> BoxStream<'static, Event> {
        let problem = self.problem.clone();
        stream::once(async move { Event::End(Err(problem)) }).boxed()
    }
}
