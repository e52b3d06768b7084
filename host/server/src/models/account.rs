//! What is known of one model's calls: today's tokens, what they cost, what is left of its budget, how the last call ended.
//!
//! Days are UTC. Counting never fails and never waits. A call that begins takes the most it may come to from the budget until
//! it is counted, so that of many calls together only the last one may go over it, by what it comes to itself, and the others
//! by what estimates miss.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::provider::Usage;
use serde::Serialize;

use super::book::{Book, Used};
use crate::config::{Budget, ModelEntry, Money};

/// Most tokens of an answer where an entry's settings don't say it: what components take unless told otherwise.
const WRITES_MOST_ASSUMED: u64 = 4_096;

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
    /// Most that it writes in one answer.
    writes_most: u64,
    last: Mutex<Option<Last>>,
}

/// The most one call may come to, taken from the budget until it is dropped.
pub struct Taken {
    account: Arc<Account>,
    most: Usage,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.account.book.ended(&self.account.provider, &self.account.model, self.most);
    }
}

impl Account {
    /// The account of an entry in this book. Two entries of one model, which one vendor bills, count together.
    pub fn of(entry: &ModelEntry, book: Arc<Book>) -> Self {
        let model = entry.model().unwrap_or_default().to_owned();
        Self {
            book,
            provider: entry.provider.clone(),
            model,
            budget: entry.budget,
            writes_most: entry.output_tokens().unwrap_or(WRITES_MOST_ASSUMED),
            last: Mutex::default(),
        }
    }

    /// Lets a call begin that sends so many tokens and writes what its settings let it.
    ///
    /// # Errors
    /// The budget is spent, or calls under way may come to all that is left of it.
    pub fn begin(self: &Arc<Self>, sent: u64) -> Result<Taken, Problem> {
        self.begin_short(sent, self.writes_most)
    }

    /// The same where it is told to write no more than this.
    ///
    /// # Errors
    /// See [`Account::begin`].
    pub fn begin_short(self: &Arc<Self>, sent: u64, written: u64) -> Result<Taken, Problem> {
        let most = Usage { input_tokens: sent, output_tokens: written, estimated: true };
        let judge = |today: Used, under_way: Usage| {
            let hint = "wait for the new day, or raise the `budget` of its entry in `models`";
            if let Some(why) = self.spent_of(today) {
                return Err(Problem::new(Code::Component, why).hint(hint));
            }
            match self.over(today, under_way) {
                None => Ok(()),
                Some(why) => {
                    let name = self.name();
                    let why = format!("calls under way may come to all that is left of the budget of {name}: {why}");
                    Err(Problem::new(Code::Component, why).hint("try again when they have ended"))
                }
            }
        };
        self.book.begin(&self.provider, &self.model, most, judge)?;
        Ok(Taken { account: Arc::clone(self), most })
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
        self.left_of(self.today(), Usage::default())
    }

    fn left_of(&self, today: Used, under_way: Usage) -> Option<Left> {
        let budget = self.budget?;
        let input = today.input_tokens.saturating_add(under_way.input_tokens);
        let output = today.output_tokens.saturating_add(under_way.output_tokens);
        let tokens = budget.tokens_per_day.map(|most| most.saturating_sub(input.saturating_add(output)));
        let cost = budget.cost(input, output).unwrap_or_default();
        let cost = budget.cost_per_day.map(|most| Money(most.0.saturating_sub(cost.0)));
        (tokens.is_some() || cost.is_some()).then_some(Left { tokens, cost })
    }

    /// Why nothing more is asked today, if so.
    pub fn spent(&self) -> Option<String> {
        self.spent_of(self.today())
    }

    fn spent_of(&self, today: Used) -> Option<String> {
        let why = self.over(today, Usage::default())?;
        Some(format!("the budget of {} is spent until 00:00 UTC: {why}", self.name()))
    }

    fn name(&self) -> &str {
        if self.model.is_empty() { &self.provider } else { &self.model }
    }

    /// Which of its limits is reached.
    fn over(&self, today: Used, under_way: Usage) -> Option<String> {
        let left = self.left_of(today, under_way)?;
        let budget = self.budget?;
        let what = match (left, budget.tokens_per_day, budget.cost_per_day) {
            (Left { tokens: Some(0), .. }, Some(most), _) => format!("{most} tokens (tokens_per_day)"),
            (Left { cost: Some(Money(0)), .. }, _, Some(most)) => format!("{most} (cost_per_day)"),
            _ => return None,
        };
        let partly = if today.estimated { ", in part estimated" } else { "" };
        Some(format!("{what}{partly}"))
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
    fn calls_that_begin_together_share_what_is_left_whichever_entry_of_the_model_they_are_of() {
        let settings = "settings = { model = 'm', max_output_tokens = 400 }";
        for budget in [
            "budget = { tokens_per_day = 1500 }",
            "budget = { cost_per_day = '0.015', input_per_million = '10', output_per_million = '10' }",
        ] {
            let (book, _) = book_at(0);
            let entry: ModelEntry = toml::from_str(&format!("provider = 'p'\n{settings}\n{budget}")).unwrap();
            let [one, other] = [(); 2].map(|()| Arc::new(Account::of(&entry, Arc::clone(&book))));
            let first = one.begin(600).map_err(|problem| problem.detail);
            let second = other.begin(600).map_err(|problem| problem.detail);
            assert!(first.is_ok() && second.is_ok(), "1000 of 1500 are taken, something is left: {budget}");
            let refused = one.begin(1).err().unwrap();
            assert!(refused.detail.contains("calls under way") && refused.hint.contains("try again"), "{refused:?}");
            assert_eq!(one.spent(), None, "nothing is used yet");
            drop((first, second));
            assert!(one.begin(1).is_ok(), "neither was counted: {budget}");
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
