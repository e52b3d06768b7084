//! A model as flow asks it: not asked for what is not its task or over its budget, and its account kept.
//!
//! A spent budget is a failure like any other to flow, which asks the next. Where a model does not say what a call used, the
//! host estimates it from the bytes to and fro and says that it did. That holds for calls that failed or were dropped in
//! the middle of an answer too, because vendors bill those; one that failed before its first word counts as nothing. A
//! dropped call is nobody's failure and no success: it is not noted as the last one.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, stream};
use kubechat_core::problem::Problem;
use kubechat_core::redact;
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::provider::{Event, Provider, Request, Task, Usage};
use kubechat_flow::tokens;

use super::account::{Account, Taken};
use crate::config::ModelEntry;

/// Keeps the account of who answers.
pub struct CountedProvider {
    /// Who answers.
    pub provider: Box<dyn Provider>,
    /// What the operator wrote about it.
    pub entry: ModelEntry,
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

    fn model(&self) -> Option<String> {
        self.provider.model()
    }

    fn context_tokens(&self) -> Option<u32> {
        self.entry.context_tokens()
    }

    fn takes(&self, task: Task) -> bool {
        self.entry.takes(task)
    }

    fn complete(&self, request: Request) -> BoxStream<'static, Event> {
        let call = match Call::begin(&self.account, &request) {
            Ok(call) => call,
            Err(problem) => return stream::once(async move { Event::End(Err(problem)) }).boxed(),
        };
        let events = self.provider.complete(request);
        // The call goes with the stream, and counts what a dropped one came to.
        let counted = stream::unfold((events, call), |(mut events, mut call)| async move {
            let event = events.next().await?;
            Some((stream::iter(call.heard(event)), (events, call)))
        });
        counted.flatten().boxed()
    }
}

/// Tokens of so many bytes, rounded up.
pub(super) fn estimated(bytes_in: u64, bytes_out: u64) -> Usage {
    Usage { input_tokens: tokens::of_bytes(bytes_in), output_tokens: tokens::of_bytes(bytes_out), estimated: true }
}

/// One call under way.
struct Call {
    account: Arc<Account>,
    /// Given back when it is counted.
    taken: Option<Taken>,
    begun: Timestamp,
    bytes_in: u64,
    bytes_out: u64,
    /// Whether what it used is counted.
    counted: bool,
}

impl Call {
    fn begin(account: &Arc<Account>, request: &Request) -> Result<Self, Problem> {
        let (account, begun, bytes_in) = (Arc::clone(account), account.now(), tokens::request_bytes(request));
        let taken = Some(account.begin(tokens::of_bytes(bytes_in))?);
        Ok(Self { account, taken, begun, bytes_in, bytes_out: 0, counted: false })
    }

    /// What flow hears of an event: itself, and before a good end what the call used.
    fn heard(&mut self, event: Event) -> Vec<Event> {
        match &event {
            Event::Text(text) => self.bytes_out += text.len() as u64,
            Event::Call(call) => self.bytes_out += (call.name.len() + call.arguments.to_string().len()) as u64,
            Event::Note(_) => {}
            // Some gateways say 0 where they don't know.
            Event::Usage(usage) if usage.tokens() == 0 => return Vec::new(),
            Event::Usage(usage) => self.count(*usage),
            Event::End(Ok(_)) => {
                self.account.ended(self.begun, None);
                if !self.counted {
                    let usage = estimated(self.bytes_in, self.bytes_out);
                    self.count(usage);
                    return vec![Event::Usage(usage), event];
                }
            }
            Event::End(Err(problem)) => {
                self.account.ended(self.begun, Some(redact::text(&problem.detail).into_inner()));
                self.broken_off();
            }
        }
        vec![event]
    }

    fn count(&mut self, usage: Usage) {
        self.counted = true;
        self.account.used(usage);
        self.taken = None;
    }

    /// An answer that had begun is billed, whether it was heard to its end or not.
    fn broken_off(&mut self) {
        if !self.counted && self.bytes_out > 0 {
            self.count(estimated(self.bytes_in, self.bytes_out));
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.broken_off();
    }
}

#[cfg(test)]
mod tests {
    use kubechat_core::problem::Code;

    use super::super::book::tests::book_at;
    use super::*;
    use kubechat_flow::ports::provider::Finish;

    /// Says this and nothing else.
    struct Says(Vec<Event>);

    impl Provider for Says {
        fn label(&self) -> String {
            "says".to_owned()
        }

        fn is_rules(&self) -> bool {
            false
        }

        fn complete(&self, _: Request) -> BoxStream<'static, Event> {
            stream::iter(self.0.clone()).boxed()
        }
    }

    fn counted(events: Vec<Event>, entry: &str) -> CountedProvider {
        let entry: ModelEntry = toml::from_str(&format!("provider = 'p'\n{entry}")).unwrap();
        let account = Arc::new(Account::of(&entry, book_at(0).0));
        CountedProvider { provider: Box::new(Says(events)), entry, account }
    }

    fn request() -> Request {
        Request {
            system: String::new(),
            messages: Vec::new(),
            tools: Vec::new(),
            context: serde_json::Value::Null,
            carries: kubechat_core::egress::DataClasses::usual(),
        }
    }

    fn text(text: &str) -> Event {
        Event::Text(text.to_owned())
    }

    async fn all(provider: &CountedProvider) -> Vec<Event> {
        provider.complete(request()).collect().await
    }

    #[tokio::test]
    async fn what_a_model_says_it_used_is_counted_as_it_is() {
        let usage = Usage { input_tokens: 900, output_tokens: 8, estimated: false };
        let said = vec![text("hi"), Event::Usage(usage), Event::End(Ok(Finish::Stop))];
        let model = counted(said.clone(), "");
        assert_eq!(all(&model).await, said);
        assert_eq!((model.account.today().input_tokens, model.account.today().estimated), (900, false));
    }

    #[tokio::test]
    async fn what_it_does_not_say_is_estimated_and_flow_is_told_so() {
        let zero = Event::Usage(Usage::default());
        for said in
            [vec![text("12345"), Event::End(Ok(Finish::Stop))], vec![text("12345"), zero, Event::End(Ok(Finish::Stop))]]
        {
            let model = counted(said, "");
            let heard = all(&model).await;
            assert!(matches!(heard[1], Event::Usage(Usage { output_tokens: 2, estimated: true, .. })), "{heard:?}");
            assert_eq!((heard.len(), model.account.today().output_tokens), (3, 2));
        }
    }

    #[tokio::test]
    async fn a_dropped_or_broken_answer_counts_and_one_that_never_began_does_not() {
        let failed = || Event::End(Err(Problem::new(Code::Component, "gone")));
        let dropped = counted(vec![text("12345"), Event::End(Ok(Finish::Stop))], "");
        let mut events = dropped.complete(request());
        events.next().await;
        drop(events);
        assert_eq!((dropped.account.today().output_tokens, dropped.account.last()), (2, None));
        let broken = counted(vec![text("12345"), failed()], "");
        all(&broken).await;
        assert_eq!(broken.account.today().output_tokens, 2);
        let silent = counted(vec![failed()], "");
        all(&silent).await;
        assert_eq!(silent.account.today(), crate::models::Used::default());
        assert_eq!(silent.account.last().and_then(|last| last.detail), Some("gone".to_owned()));
    }

    #[tokio::test]
    async fn of_two_answers_at_once_the_second_has_what_the_first_leaves() {
        let said = vec![text("12345"), Event::End(Ok(Finish::Stop))];
        let model = counted(said, "budget = { tokens_per_day = 3000 }");
        let mut first = model.complete(request());
        first.next().await;
        let heard = all(&model).await;
        let [Event::End(Err(problem))] = &heard[..] else { panic!("{heard:?}") };
        assert!(problem.detail.contains("calls under way may come to all"), "{problem:?}");
        drop(first);
        assert_eq!(all(&model).await.len(), 3, "what it came to is little");
    }

    #[tokio::test]
    async fn over_its_budget_it_is_not_asked_and_says_why() {
        let said = vec![text("12345"), Event::End(Ok(Finish::Stop))];
        let model = counted(said, "budget = { tokens_per_day = 1 }");
        assert_eq!(all(&model).await.len(), 3, "the first call may go over it");
        let heard = all(&model).await;
        let [Event::End(Err(problem))] = &heard[..] else { panic!("{heard:?}") };
        assert!(problem.detail.contains("budget of p is spent until 00:00 UTC"), "{problem:?}");
        assert_eq!(model.account.last().map(|last| last.outcome), Some("ok"), "a spent budget is no failed call");
    }
}
