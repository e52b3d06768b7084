//! One example an operation: how it is called, what is sent, what comes back; as they stand in the document.
//!
//! Tests check that every operation has one, that each is what its schema says, and call a real host with it. Names stand
//! for what a test puts in their place: the cluster `demo`, the namespace `shop`, the Deployment `web`, its pod `web-5c9d`,
//! and the ids below.

mod asking;
mod looking;
mod plans;

use serde_json::Value;

/// An example.
pub(super) struct Example {
    /// The operation.
    pub(super) id: &'static str,
    /// Path and query.
    pub(super) call: &'static str,
    /// The JSON that is sent; empty where there is no body.
    pub(super) sends: &'static str,
    /// What comes back: JSON, or text as it is; empty where nothing does.
    pub(super) gives: &'static str,
}

const fn example(id: &'static str, call: &'static str, sends: &'static str, gives: &'static str) -> Example {
    Example { id, call, sends, gives }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Example> {
    [asking::EXAMPLES, plans::EXAMPLES, looking::EXAMPLES].into_iter().flatten()
}

/// The example of an operation.
pub(super) fn of(id: &str) -> Option<&'static Example> {
    all().find(|example| example.id == id)
}

impl Example {
    /// The value of a parameter in its path or query.
    pub(super) fn parameter(&self, pattern: &str, name: &str) -> Option<String> {
        let (path, query) = self.call.split_once('?').unwrap_or((self.call, ""));
        let in_path = pattern.split('/').zip(path.split('/'));
        let wanted = format!("{{{name}}}");
        let found = in_path.filter(|(part, _)| *part == wanted).map(|(_, value)| value).next();
        let in_query = || query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name));
        found.or_else(|| in_query().map(|(_, value)| value)).map(|text| text.replace("%20", " "))
    }

    /// What comes back, as it stands in a document.
    pub(super) fn answer(&self) -> Value {
        serde_json::from_str(self.gives).unwrap_or_else(|_| Value::from(self.gives))
    }

    /// What is sent.
    pub(super) fn body(&self) -> Option<Value> {
        serde_json::from_str(self.sends).ok()
    }
}
