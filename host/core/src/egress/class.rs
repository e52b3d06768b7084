//! Classes of data: what a request carries, and what may go to a destination.
//!
//! The host says what a request carries, never the component. A class that is not listed for a destination stays here.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Destination, Reason, Refusal};

/// A kind of content, by how much harm it does elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataClass {
    /// What people typed, and what was answered to them.
    Prompts,
    /// Objects of clusters and their events, Secrets excluded.
    Objects,
    /// Lines that containers wrote.
    Logs,
    /// Names, keys and ages of Secrets; never their values, which go nowhere.
    SecretMetadata,
}

/// Every class, mildest first.
pub const ALL_CLASSES: [DataClass; 4] =
    [DataClass::Prompts, DataClass::Objects, DataClass::Logs, DataClass::SecretMetadata];

/// A word that names no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{shown:?} is no class of data: there are prompts, objects, logs and secret-metadata")]
pub struct UnknownClass {
    shown: String,
}

impl DataClass {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prompts => "prompts",
            Self::Objects => "objects",
            Self::Logs => "logs",
            Self::SecretMetadata => "secret-metadata",
        }
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DataClass {
    type Err = UnknownClass;
    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        let fits = |class: &DataClass| class.as_str() == text;
        ALL_CLASSES.into_iter().find(fits).ok_or_else(|| UnknownClass { shown: text.chars().take(64).collect() })
    }
}

/// A set of classes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataClasses(BTreeSet<DataClass>);

impl DataClasses {
    /// No class: what asks a server for its version or its models.
    pub fn none() -> Self {
        Self::default()
    }

    /// What may go to a destination of which nothing else is said.
    pub fn usual() -> Self {
        [DataClass::Prompts, DataClass::Objects].into_iter().collect()
    }

    /// Every class.
    pub fn all() -> Self {
        ALL_CLASSES.into_iter().collect()
    }

    /// The classes, mildest first.
    pub fn iter(&self) -> impl Iterator<Item = DataClass> + '_ {
        self.0.iter().copied()
    }

    /// Adds one.
    pub fn insert(&mut self, class: DataClass) {
        self.0.insert(class);
    }

    /// Whether everything of `carried` may go where these classes may.
    ///
    /// # Errors
    /// A refusal that names the classes that have to stay.
    pub fn permit(&self, carried: &Self, to: &Destination) -> Result<(), Refusal> {
        let over: Vec<&str> = carried.0.difference(&self.0).map(|class| class.as_str()).collect();
        if over.is_empty() {
            return Ok(());
        }
        let why = format!("{} may not go to {to}", over.join(" and "));
        Err(Refusal::new(Reason::DataClass, why))
    }
}

impl FromIterator<DataClass> for DataClasses {
    fn from_iter<I: IntoIterator<Item = DataClass>>(classes: I) -> Self {
        Self(classes.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_is_not_listed_stays_here() {
        let to = Destination::parse("openai").unwrap();
        let carried = [DataClass::Prompts, DataClass::Logs].into_iter().collect();
        let refusal = DataClasses::usual().permit(&carried, &to).unwrap_err();
        assert_eq!((refusal.reason, refusal.why.as_str()), (Reason::DataClass, "logs may not go to openai"));
        assert!(DataClasses::all().permit(&carried, &to).is_ok());
        assert!(DataClasses::none().permit(&DataClasses::none(), &to).is_ok());
    }

    #[test]
    fn classes_read_as_they_are_written() {
        for class in ALL_CLASSES {
            assert_eq!(class.as_str().parse(), Ok(class));
        }
        assert!("secrets".parse::<DataClass>().is_err());
    }
}
