//! What is known of one model's calls: today's tokens, what they cost, what is left of its budget, how the last call ended.
//!
//! Days are UTC. Counting never fails and never waits. A budget is looked at before a call and counted after it, so calls
//! that are under way together may go over it; the next one is not made.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::provider::Usage;
use serde::Serialize;

use super::book::{Book, Used};
use crate::config::{Budget, ModelEntry, Money};

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Last {
    /// When.
    pub at: Timestamp,
    /// `ok` or `failed`.
    pub outcome: &'static str,
    /// Why it failed, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How long it took.
    pub ms: u64,
}

/// What is left of a budget until 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

/// One model's figures.
pub struct Account {
    book: Arc<Book>,
    provider: String,
    model: String,
    budget: Option<Budget>,
    last: Mutex<Option<Last>>,
}

impl Account {
    /// The account of an entry in this book. Two entries of one model, which one vendor bills, count together.
    pub fn of(entry: &ModelEntry, book: Arc<Book>) -> Self {
        let model = entry.model().unwrap_or_default().to_owned();
        Self { book, provider: entry.provider.clone(), model, budget: entry.budget, last: Mutex::default() }
    }

    /// Adds what a call used.
    pub fn used(&self, usage: Usage) {
        self.book.add(&self.provider, &self.model, usage);
    }

    /// Notes how a call ended that began at this time; `failed` says why, masked.
    pub fn ended(&self, begun: Timestamp, failed: Option<String>) {
        let at = self.now();
        let ms = u64::try_from(at.since_ms(begun)).unwrap_or(0);
        let outcome = if failed.is_some() { "failed" } else { "ok" };
        *self.slot() = Some(Last { at, outcome, detail: failed, ms });
    }

    /// Today's tokens.
    pub fn today(&self) -> Used {
        self.book.today(&self.provider, &self.model)
    }

    /// What today's tokens cost, where prices are said: at the prices of now.
    pub fn cost(&self) -> Option<Money> {
        let today = self.today();
        self.budget.and_then(|budget| budget.cost(today.input_tokens, today.output_tokens))
    }

    /// What is left of the budget; nothing where it has no limit.
    pub fn left(&self) -> Option<Left> {
        let (budget, today) = (self.budget?, self.today());
        let spent = today.input_tokens.saturating_add(today.output_tokens);
        let tokens = budget.tokens_per_day.map(|most| most.saturating_sub(spent));
        let cost = self.cost().unwrap_or_default();
        let cost = budget.cost_per_day.map(|most| Money(most.0.saturating_sub(cost.0)));
        (tokens.is_some() || cost.is_some()).then_some(Left { tokens, cost })
    }

    /// Why nothing more is asked today, if so.
    pub fn spent(&self) -> Option<String> {
        let left = self.left()?;
        let budget = self.budget?;
        let what = match (left, budget.tokens_per_day, budget.cost_per_day) {
            (Left { tokens: Some(0), .. }, Some(most), _) => format!("{most} tokens (tokens_per_day)"),
            (Left { cost: Some(Money(0)), .. }, _, Some(most)) => format!("{most} (cost_per_day)"),
            _ => return None,
        };
        let name = if self.model.is_empty() { &self.provider } else { &self.model };
        let partly = if self.today().estimated { ", in part estimated" } else { "" };
        Some(format!("the budget of {name} is spent until 00:00 UTC: {what}{partly}"))
    }

    /// As [`Account::spent`], with what to do.
    pub fn refusal(&self) -> Option<Problem> {
        let hint = "wait for the new day, or raise the `budget` of its entry in `models`";
        self.spent().map(|why| Problem::new(Code::Component, why).hint(hint))
    }

    /// How the last call ended.
    pub fn last(&self) -> Option<Last> {
        self.slot().clone()
    }

    /// Now, by the book's clock.
    pub fn now(&self) -> Timestamp {
        self.book.now()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Last>> {
        // Every change is whole.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::book::tests::book_at;
    use super::*;

    fn account(book: &Arc<Book>, budget: &str) -> Account {
        let entry = format!("provider = 'p'\nsettings = {{ model = 'm' }}\n{budget}");
        Account::of(&toml::from_str(&entry).unwrap(), Arc::clone(book))
    }

    fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens, estimated: false }
    }

    #[test]
    fn a_model_without_a_limit_is_never_spent() {
        let (book, _) = book_at(0);
        let account = account(&book, "budget = { input_per_million = '3', output_per_million = '15' }");
        account.used(usage(1_000_000, 1_000_000));
        assert_eq!((account.spent(), account.left()), (None, None));
        assert_eq!(account.cost().map(|cost| cost.to_string()), Some("18.00".to_owned()));
    }

    #[test]
    fn a_spent_budget_says_whose_how_much_and_until_when_and_midnight_fills_it() {
        for (budget, said) in [
            ("budget = { tokens_per_day = 1000 }", "1000 tokens"),
            (
                "budget = { cost_per_day = '0.01', input_per_million = '10', output_per_million = '10' }",
                "0.01 (cost_per_day)",
            ),
        ] {
            let (book, clock) = book_at(0);
            let account = account(&book, budget);
            account.used(usage(900, 99));
            assert_eq!(account.spent(), None, "{budget}");
            account.used(Usage { estimated: true, ..usage(0, 5) });
            let why = account.spent().unwrap();
            assert!(
                why.contains("of m is spent until 00:00 UTC") && why.contains(said) && why.contains("estimated"),
                "{why}"
            );
            clock.set(24 * 60 * 60 * 1_000);
            assert_eq!(account.spent(), None, "a new day");
        }
    }

    #[test]
    fn the_last_end_is_kept_with_its_time() {
        let (book, clock) = book_at(40);
        let account = account(&book, "");
        account.ended(Timestamp(0), Some("why".to_owned()));
        clock.set(90);
        account.ended(Timestamp(40), None);
        assert_eq!(account.last(), Some(Last { at: Timestamp(90), outcome: "ok", detail: None, ms: 50 }));
    }
}
