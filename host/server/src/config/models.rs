//! `[[models]]`: who is asked after the rules, for what, and at most for how much a day.
//!
//! Money is decimal text ("5.00"), kept in millionths of whatever currency the operator thinks in; nothing here converts.
//! Errors name the entry. What a model's own settings may be is its component's to say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use kubechat_flow::answering::MODELS_MAX;
use kubechat_flow::ports::provider::Task;
use kubechat_plugin::{CALLS_AT_ONCE_MAX, Limits};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ConfigError, PROVIDER, Said, or};

/// Millionths of one unit of money.
const MILLIONTHS: u64 = 1_000_000;
/// Digits behind the point.
const DECIMALS: usize = 6;
/// Most whole units: more is a slip.
const WHOLE_MAX: u64 = 1_000_000_000;

/// A provider that is asked after the first one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// The provider's id.
    pub provider: String,
    /// Settings under the provider's own schema.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub settings: toml::Table,
    /// What it is asked for; absent means everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<BTreeSet<Task>>,
    /// What it may use a day; absent means that there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// How many calls of its component may run at once; absent means the class's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls_at_once: Option<usize>,
}

/// What a model may use from 00:00 to 24:00 UTC, and what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Tokens in and out together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_day: Option<u64>,
    /// Money, at these prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_per_day: Option<Money>,
    /// The price of a million tokens read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_per_million: Option<Money>,
    /// The price of a million tokens written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_per_million: Option<Money>,
}

/// An amount of money, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(pub u64);

impl ModelEntry {
    /// A provider with its settings, for everything and without a limit.
    pub fn new(provider: &str, settings: toml::Table) -> Self {
        Self { provider: provider.to_owned(), settings, tasks: None, budget: None, calls_at_once: None }
    }

    /// The model that its settings choose.
    pub fn model(&self) -> Option<&str> {
        self.settings.get("model").and_then(toml::Value::as_str)
    }

    /// Its context, where the settings say one: `num_ctx`.
    pub fn context_tokens(&self) -> Option<u32> {
        let said = self.settings.get("num_ctx").and_then(toml::Value::as_integer);
        said.and_then(|tokens| u32::try_from(tokens).ok())
    }

    /// The most it writes in one answer, where the settings say it: `max_output_tokens`.
    pub fn output_tokens(&self) -> Option<u64> {
        let said = self.settings.get("max_output_tokens").and_then(toml::Value::as_integer);
        said.and_then(|tokens| u64::try_from(tokens).ok())
    }

    /// Whether it is asked for this.
    pub fn takes(&self, task: Task) -> bool {
        self.tasks.as_ref().is_none_or(|tasks| tasks.contains(&task))
    }
}

impl fmt::Display for ModelEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.model() {
            Some(model) => write!(f, "{} ({model})", self.provider),
            None => f.write_str(&self.provider),
        }
    }
}

impl Budget {
    /// What so many tokens cost, rounded up; nothing where no price is said.
    pub fn cost(&self, input_tokens: u64, output_tokens: u64) -> Option<Money> {
        if self.input_per_million.is_none() && self.output_per_million.is_none() {
            return None;
        }
        let part = |tokens: u64, price: Option<Money>| u128::from(tokens) * u128::from(price.unwrap_or_default().0);
        let all = part(input_tokens, self.input_per_million) + part(output_tokens, self.output_per_million);
        Some(Money(u64::try_from(all.div_ceil(u128::from(MILLIONTHS))).unwrap_or(u64::MAX)))
    }

    /// Why it is none.
    fn misfit(&self) -> Option<&'static str> {
        let priced = self.input_per_million.is_some() && self.output_per_million.is_some();
        if self.cost_per_day.is_some() && !priced {
            return Some("cost_per_day needs input_per_million and output_per_million: nobody else knows the prices");
        }
        let nothing = self.tokens_per_day == Some(0) || self.cost_per_day == Some(Money(0));
        nothing.then_some("a budget of nothing never lets the model be asked: take the model away instead")
    }
}

impl FromStr for Money {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad =
            || format!("{text:?} is no amount of money: write it as \"5\" or \"0.25\", at most {DECIMALS} decimals");
        let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || part.is_some_and(|part| !digits(part) || part.len() > DECIMALS) {
            return Err(bad());
        }
        let whole = whole.parse::<u64>().ok().filter(|whole| *whole <= WHOLE_MAX).ok_or_else(bad)?;
        let part = format!("{:0<DECIMALS$}", part.unwrap_or_default()).parse::<u64>().map_err(|_| bad())?;
        Ok(Self(whole * MILLIONTHS + part))
    }
}

impl fmt::Display for Money {
    /// Two decimals, more where they are not zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:0DECIMALS$}", self.0 % MILLIONTHS);
        let shown = part.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / MILLIONTHS, &part[..shown])
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How many calls of each component may run at once, where an entry of it says so: the most of what its entries say, those
/// that say nothing the class's own number.
pub(super) fn calls_at_once(models: &[ModelEntry]) -> BTreeMap<String, usize> {
    let usual = Limits::ai_provider().concurrent;
    let said = models.iter().filter(|model| model.calls_at_once.is_some()).map(|model| &model.provider);
    let of = |provider: &String| {
        let entries = models.iter().filter(|model| model.provider == *provider);
        entries.map(|model| model.calls_at_once.unwrap_or(usual)).max().unwrap_or(usual)
    };
    said.map(|provider| (provider.clone(), of(provider))).collect()
}

/// The models of a file.
pub(super) fn models(said: Option<Said<Vec<ModelEntry>>>) -> Result<Said<Vec<ModelEntry>>, ConfigError> {
    let models = or(said, Vec::new());
    let refuse = |what: String, hint: &str| Err(ConfigError::new(format!("models ({}): {what}", models.origin), hint));
    if models.value.len() > MODELS_MAX {
        return refuse(format!("there are more than MODELS_MAX, {MODELS_MAX}"), "leave those that are to be asked");
    }
    for (at, model) in models.value.iter().enumerate() {
        let same = |other: &ModelEntry| (&other.provider, &other.settings) == (&model.provider, &model.settings);
        if models.value[..at].iter().any(same) {
            return refuse(format!("{model} is there twice"), "name it once: asked again, it fails again");
        }
        if model.provider == PROVIDER {
            return refuse(format!("{PROVIDER} is no model"), "`provider` says who is asked first");
        }
        if model.tasks.as_ref().is_some_and(BTreeSet::is_empty) {
            return refuse(format!("{model} has no task"), "leave `tasks` out, and it is asked for everything");
        }
        if model.calls_at_once.is_some_and(|calls| !(1..=CALLS_AT_ONCE_MAX).contains(&calls)) {
            let what = format!("{model} has no number of calls_at_once from 1 to {CALLS_AT_ONCE_MAX}");
            return refuse(what, "each call may take 64 MiB: say what this machine and its server bear");
        }
        if let Some(why) = model.budget.as_ref().and_then(Budget::misfit) {
            return refuse(format!("the budget of {model}: {why}"), "docs/config.md says what fits");
        }
    }
    if !models.value.is_empty() && !models.value.iter().any(|model| model.takes(Task::Plan)) {
        return refuse("none has the task `plan`, which every turn begins with".to_owned(), "give it to one of them");
    }
    Ok(models)
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::*;

    fn read(text: &str) -> Result<Vec<ModelEntry>, String> {
        #[derive(Deserialize)]
        struct File {
            models: Vec<ModelEntry>,
        }
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let said = Said { value: file.models, origin: Origin::Default };
        models(Some(said)).map(|said| said.value).map_err(|error| error.to_string())
    }

    #[test]
    fn money_is_read_to_the_millionth_and_shown_without_idle_zeros() {
        for (text, shown) in
            [("5", "5.00"), ("0.25", "0.25"), ("0.000001", "0.000001"), ("12.50", "12.50"), ("007.1", "7.10")]
        {
            assert_eq!(text.parse::<Money>().unwrap().to_string(), shown);
        }
        for text in ["", ".", "5.", ".5", "-1", "1e3", "0.0000001", "5,00", "1000000001", "٣"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_cost_is_rounded_up_and_never_too_large_for_its_type() {
        let price = |text: &str| Some(text.parse::<Money>().unwrap());
        let budget = Budget { input_per_million: price("3.00"), output_per_million: price("15"), ..Budget::default() };
        assert_eq!(budget.cost(1_000_000, 100_000).unwrap().to_string(), "4.50");
        assert_eq!(budget.cost(1, 0), Some(Money(3)));
        let cents = Budget { input_per_million: price("0.05"), ..Budget::default() };
        assert_eq!(cents.cost(1, 0), Some(Money(1)), "less than a millionth is one");
        assert_eq!(budget.cost(u64::MAX, u64::MAX), Some(Money(u64::MAX)));
        assert_eq!(Budget::default().cost(9, 9), None);
    }

    #[test]
    fn tasks_and_a_budget_are_read_and_what_is_not_said_is_everything() {
        let text = "[[models]]\nprovider = 'a'\ntasks = ['plan', 'explain']\n\
            budget = { tokens_per_day = 200000, cost_per_day = '5.00', input_per_million = '3.00', output_per_million = '15.00' }\n\
            [[models]]\nprovider = 'b'\n";
        let models = read(text).unwrap();
        assert_eq!(Task::ALL.map(|task| models[0].takes(task)), [true, true, false]);
        assert_eq!(Task::ALL.map(|task| models[1].takes(task)), [true; 3]);
        assert_eq!(models[0].budget.and_then(|budget| budget.cost_per_day), Some(Money(5 * MILLIONTHS)));
    }

    #[test]
    fn of_two_entries_of_a_component_the_larger_number_of_calls_counts() {
        let of = |provider: &str, model: &str, calls: Option<usize>| {
            let settings = toml::Table::from_iter([("model".to_owned(), model.into())]);
            ModelEntry { calls_at_once: calls, ..ModelEntry::new(provider, settings) }
        };
        let entries = [of("a", "x", Some(8)), of("a", "y", Some(64)), of("b", "x", None), of("c", "x", Some(1))];
        assert_eq!(calls_at_once(&entries), BTreeMap::from([("a".to_owned(), 64), ("c".to_owned(), 1)]));
        let silent = [of("a", "x", Some(1)), of("a", "y", None)];
        assert_eq!(calls_at_once(&silent), BTreeMap::from([("a".to_owned(), 4)]), "who says nothing has the usual");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        for (entry, said) in [
            ("budget = { cost_per_day = '5.00' }", "input_per_million"),
            ("budget = { cost_per_day = 5.0 }", "string"),
            ("budget = { cost_per_day = 'five' }", "money"),
            ("budget = { tokens_per_day = 0 }", "budget of nothing"),
            ("budget = { tokens = 9 }", "tokens_per_day"),
            ("calls_at_once = 0", "from 1 to 256"),
            ("calls_at_once = 257", "from 1 to 256"),
            ("tasks = []", "no task"),
            ("tasks = ['sing']", "summarise"),
            ("tasks = ['explain']", "`plan`"),
        ] {
            let error = read(&format!("[[models]]\nprovider = 'a'\n{entry}\n")).unwrap_err();
            assert!(error.contains(said), "{entry}: {error}");
        }
        let twice = "[[models]]\nprovider = 'a'\n[[models]]\nprovider = 'a'\ntasks = ['plan']\n";
        assert!(read(twice).unwrap_err().contains("twice"));
        let many: String = (0..=MODELS_MAX).map(|at| format!("[[models]]\nprovider = 'a{at}'\n")).collect();
        assert!(read(&many).unwrap_err().contains("MODELS_MAX"));
    }
}
