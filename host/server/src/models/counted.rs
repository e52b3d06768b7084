//! A model as flow asks it, with its account kept.
//!
//! A call that is dropped before its end is nobody's failure and no success: it is not noted as the last one.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use kubechat_core::redact;
use kubechat_flow::ports::provider::{Event, Provider, Request};

use super::Account;

/// Keeps the account of who answers.
pub struct CountedProvider {
    /// Who answers.
    pub provider: Box<dyn Provider>,
    /// Its account.
    pub account: Arc<Account>,
}

impl Provider for CountedProvider {
    fn label(&self) -> String {
        self.provider.label()
    }

    fn is_rules(&self) -> bool {
        self.provider.is_rules()
    }

    fn complete(&self, request: Request) -> BoxStream<'static, Event> {
        let (account, begun) = (Arc::clone(&self.account), self.account.now());
        let counted = self.provider.complete(request).inspect(move |event| match event {
            Event::Usage(usage) => account.used(*usage, false),
            Event::End(Ok(_)) => account.ended(begun, None),
            Event::End(Err(problem)) => account.ended(begun, Some(redact::text(&problem.detail).into_inner())),
            Event::Text(_) | Event::Call(_) | Event::Note(_) => {}
        });
        counted.boxed()
    }
}
