//! What the host says about where a turn takes place: cluster, namespace, and what the turn before was about.

use serde::Deserialize;

/// The context. What is absent or unreadable is unknown; nothing is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Context {
    pub(crate) cluster: String,
    pub(crate) clusters: Vec<String>,
    pub(crate) namespace: String,
    /// The time, RFC 3339 in UTC.
    pub(crate) now: String,
    pub(crate) previous: Option<Previous>,
}

/// What the turn before was about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Previous {
    pub(crate) objects: Vec<Named>,
}

/// One object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Named {
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
    /// Its cluster, where that is another one than the conversation's.
    #[serde(default)]
    pub(crate) cluster: Option<String>,
}

impl Context {
    pub(crate) fn parse(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// The minute of the day, in UTC.
    pub(crate) fn minute(&self) -> Option<u32> {
        let (_, time) = self.now.split_once('T')?;
        let mut parts = time.splitn(3, ':').map(|part| part.parse::<u32>().ok());
        let (hour, minute) = (parts.next()??, parts.next()??);
        (self.now.ends_with('Z') && hour < 24 && minute < 60).then_some(hour * 60 + minute)
    }

    /// A cluster, unless it is the conversation's own.
    pub(crate) fn elsewhere(&self, cluster: Option<&String>) -> Option<String> {
        cluster.filter(|cluster| **cluster != self.cluster && !cluster.is_empty()).cloned()
    }

    /// What `it` can mean.
    pub(crate) fn previous(&self) -> &[Named] {
        self.previous.as_ref().map_or(&[], |previous| previous.objects.as_slice())
    }

    /// What `there` means, if it is one place.
    pub(crate) fn previous_namespace(&self) -> Option<&str> {
        let mut all = self.previous().iter().map(|object| object.namespace.as_deref());
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }
}
