//! `GET /complete`: what can stand at the cursor, by names the user may list.
//!
//! An answer never waits for a cluster: names are listed beside the request and kept for their user and cluster alone, for
//! [`NAMES_KEPT_MS`] at most and listed anew after [`NAMES_FRESH_MS`]; until the first are there, words and kinds are
//! suggested, and `names` says so. Limits: [`USERS_MAX`] lists are kept, the oldest goes. It leaves no entry in the log:
//! a key press is no deed, and nothing of an object but its name is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kubechat_core::complete::{self, Completion, Names, Vocabulary};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::principal::Principal;
use kubechat_core::time::Timestamp;
use serde::Serialize;

use crate::{Answered, Flow};

/// How long names count as fresh, ms.
pub const NAMES_FRESH_MS: i64 = 10_000;
/// How long names are kept at most, ms: longer, and somebody who lost a right would still see them.
pub const NAMES_KEPT_MS: i64 = 60_000;
/// Most lists of names kept.
pub const USERS_MAX: usize = 64;

/// Whose names, of which cluster, seen from which namespace.
type Key = (String, ClusterName, Namespace);

/// Names by user, cluster and namespace.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<BTreeMap<Key, Entry>>>);

struct Entry {
    /// Absent while the first are being listed.
    names: Option<Arc<Names>>,
    listed_at: Timestamp,
    /// When the listing that is under way began.
    asked_at: Option<Timestamp>,
}

/// What can stand at the cursor, and whether names were known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completed {
    /// The suggestions.
    #[serde(flatten)]
    pub completion: Completion,
    /// Whether names of objects were there; if not, ask again.
    pub names: bool,
}

impl Kept {
    /// The names that are known, and whether they have to be listed.
    fn look(&self, key: &Key, now: Timestamp) -> (Option<Arc<Names>>, bool) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = |entry: &Entry| entry.asked_at.is_some_and(|asked| now.since_ms(asked) < NAMES_KEPT_MS);
        kept.retain(|_, entry| now.since_ms(entry.listed_at) < NAMES_KEPT_MS || under_way(entry));
        let known = kept.get(key);
        let names = known.filter(|entry| now.since_ms(entry.listed_at) < NAMES_KEPT_MS);
        let names = names.and_then(|entry| entry.names.clone());
        let fresh = known.is_some_and(|entry| entry.names.is_some() && now.since_ms(entry.listed_at) < NAMES_FRESH_MS);
        let list = !fresh && !known.is_some_and(under_way);
        if list {
            if kept.len() >= USERS_MAX && !kept.contains_key(key) {
                let oldest = kept.iter().min_by_key(|(_, entry)| entry.listed_at).map(|(key, _)| key.clone());
                oldest.and_then(|oldest| kept.remove(&oldest));
            }
            let entry = kept.entry(key.clone()).or_insert(Entry { names: None, listed_at: now, asked_at: None });
            entry.asked_at = Some(now);
        }
        (names, list)
    }

    fn put(&self, key: Key, names: Option<Names>, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = kept.get_mut(&key) else { return };
        entry.asked_at = None;
        match names {
            Some(names) => (entry.names, entry.listed_at) = (Some(Arc::new(names)), now),
            // Nothing could be listed: the next key press tries again.
            None if entry.names.is_none() => drop(kept.remove(&key)),
            None => {}
        }
    }
}

impl Flow {
    /// What can stand at the cursor of a text.
    pub fn completed(
        &self,
        who: &Principal,
        cluster: Option<&ClusterName>,
        namespace: Option<Namespace>,
        text: &str,
        cursor: usize,
    ) -> Answered<Completed> {
        let view = self.ports.cluster.known(who, cluster)?;
        let home = namespace.unwrap_or(view.namespace);
        let key = (who.subject(), view.name, home);
        let (names, list) = self.kept.look(&key, self.now());
        if list {
            let (flow, who, key) = (self.clone(), who.clone(), key.clone());
            self.ports.work.spawn("names", Box::pin(async move { flow.list_names(who, key).await }));
        }
        let known = names.is_some();
        let names = names.unwrap_or_else(|| Arc::new(Names::of_no_objects(&key.2)));
        let completion = complete::complete(text, cursor, &Vocabulary::of_the_grammar(), &names.candidates());
        Ok(Completed { completion, names: known })
    }

    async fn list_names(&self, who: Principal, key: Key) {
        let (_, cluster, home) = &key;
        let mut known = self.snapshot();
        let listed = self.gather(&who, cluster, &mut known, |known| Ok(complete::needs(home, known))).await;
        let names = listed.is_ok().then(|| complete::names(home, &known));
        self.kept.put(key, names, self.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(who: &str) -> Key {
        (who.to_owned(), "demo".parse().expect("a name"), "shop".parse().expect("a name"))
    }

    fn names() -> Option<Names> {
        Some(Names::of_no_objects(&"shop".parse().expect("a name")))
    }

    #[test]
    fn names_are_listed_once_and_anew_when_they_are_no_longer_fresh() {
        let kept = Kept::default();
        assert_eq!(kept.look(&key("mira"), Timestamp(0)), (None, true), "nothing is known yet");
        assert_eq!(kept.look(&key("mira"), Timestamp(5)), (None, false), "the listing is under way");
        kept.put(key("mira"), names(), Timestamp(10));
        assert!(matches!(kept.look(&key("mira"), Timestamp(20)), (Some(_), false)));
        assert!(
            matches!(kept.look(&key("mira"), Timestamp(10 + NAMES_FRESH_MS)), (Some(_), true)),
            "stale is shown once more"
        );
    }

    #[test]
    fn names_of_one_user_are_never_anothers_and_never_kept_for_long() {
        let kept = Kept::default();
        kept.look(&key("mira"), Timestamp(0));
        kept.put(key("mira"), names(), Timestamp(0));
        assert_eq!(kept.look(&key("jon"), Timestamp(1)).0, None);
        assert_eq!(kept.look(&key("mira"), Timestamp(NAMES_KEPT_MS)).0, None);
    }

    #[test]
    fn no_more_lists_are_kept_than_the_limit() {
        let kept = Kept::default();
        for user in 0..USERS_MAX * 2 {
            kept.look(&key(&format!("user-{user}")), Timestamp(i64::try_from(user).expect("small")));
        }
        assert_eq!(kept.0.lock().expect("no panic").len(), USERS_MAX);
    }
}
