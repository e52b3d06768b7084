//! Shared: who else is shown a conversation, and what that takes.
//!
//! Its owner shares it; withdrawn, deleted or forgotten, it is gone for everybody else with the next request. A reader must
//! have its clusters in his own configuration, leading to the same servers under the same names, and by those servers' own word
//! (SelfSubjectAccessReview, as himself) every right that its readings took ([`crate::looked`]): all of it, or nothing is shown,
//! not even its title. Whoever lacks a cluster, or asks for what isn't shared, is answered as if there were no such conversation.
//! Readers only read: every change goes through [`Flow::own_thread`]. Plans have readers of their own and are not judged here.
//!
//! A right that was granted counts for [`GRANTED_MS`]. Every opening is in the log before anything of it is shown; what the
//! same person looks at within [`OPENING_MS`] is one opening. Units: ms. Limits: [`LOOKS_MAX`] rights, [`GRANTS_MAX`] kept answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::lock::Mutex as AsyncMutex;
use kubechat_core::audit::EntryKind;
use kubechat_core::digest::Digest;
use kubechat_core::ids::ThreadId;
use kubechat_core::names::ClusterName;
use kubechat_core::operation::can_i;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Timestamp;

use crate::looked::{LOOKS_MAX, Look, Looked};
use crate::ports::cluster::Review;
use crate::turn::{Thread, Turn};
use crate::{Answered, Flow};

/// How long a right that the API server granted is not asked for again, ms: a page asks for one conversation several times.
pub const GRANTED_MS: i64 = 10_000;
/// What one person looks at of one conversation within so many ms is one opening.
pub const OPENING_MS: i64 = 60_000;
/// Most kept answers, and most kept openings; with more, all are forgotten and asked for, or written, anew.
pub const GRANTS_MAX: usize = 10_000;

/// Who opened which conversation, with what outcome.
type Opening = (String, ThreadId, &'static str);

/// What is remembered of readers, in this process.
#[derive(Clone, Default)]
pub(crate) struct Readers {
    /// Until when whose right counts.
    granted: Arc<Mutex<BTreeMap<(String, Look), Timestamp>>>,
    /// When who opened which conversation, and with what outcome. Held while the entry is written, so that one opening is one entry.
    opened: Arc<AsyncMutex<BTreeMap<Opening, Timestamp>>>,
}

impl Flow {
    /// The conversation, where it is this principal's or shared with those who have its cluster; whether he may be shown what
    /// was said in it says [`Flow::read_along`].
    pub(crate) async fn visible_thread(&self, who: &Principal, id: ThreadId) -> Answered<Option<Thread>> {
        let found = self.ports.ledger.thread(id).await?.map(|found| found.row);
        Ok(found.filter(|thread| self.is_visible(who, thread)))
    }

    fn is_visible(&self, who: &Principal, thread: &Thread) -> bool {
        let authority = |who: &Principal| self.ports.cluster.authority(who, &thread.cluster).ok();
        let same_cluster = || authority(who).is_some_and(|own| authority(&thread.owner) == Some(own));
        thread.deleted_at.is_none() && (is_owner(who, thread) || (thread.shared_at.is_some() && same_cluster()))
    }

    /// Whether all of these turns may be shown to whoever reads along; the owner may always. `Ok(false)`: to him there is no
    /// such conversation. What is missing is a problem that names it.
    pub(crate) async fn read_along(&self, who: &Principal, thread: &Thread, turns: &[Turn]) -> Answered<bool> {
        if is_owner(who, thread) {
            return Ok(true);
        }
        match self.judge_reader(who, thread, turns).await {
            Ok(true) => {
                self.opened(who, thread, "shown").await?;
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(problem) => {
                // It stays refused, whether that can be written down or not.
                if let Err(error) = self.opened(who, thread, problem.code.as_str()).await {
                    tracing::warn!(detail = %error.detail, thread = %thread.id, "a refused opening could not be written down");
                }
                Err(problem)
            }
        }
    }

    async fn judge_reader(&self, who: &Principal, thread: &Thread, turns: &[Turn]) -> Answered<bool> {
        let all = turns.iter().fold(Looked::nothing(), |all, turn| all.and(&turn.looked));
        let Some(looks) = all.looks() else { return Err(untold(thread)) };
        let servers: BTreeSet<_> = looks.iter().map(|look| (&look.cluster, look.authority)).collect();
        let has = |(cluster, authority): &(&ClusterName, Digest)| {
            self.ports.cluster.authority(who, cluster).is_ok_and(|own| own == *authority)
        };
        if !servers.iter().all(has) {
            return Ok(false);
        }
        let mut missing = Vec::new();
        for (cluster, looks) in self.to_ask(who, looks) {
            let reviews: Vec<Review> = looks.iter().filter_map(|look| look.right.clone()).collect();
            let answers = self.ports.cluster.reviewed(who, &cluster, &reviews).await?;
            // An answer that is missing is no yes.
            let granted = |at: usize| answers.get(at).is_some_and(|answer| answer.allowed);
            for (at, look) in looks.into_iter().enumerate() {
                if granted(at) { self.grant(who, look) } else { missing.push(look) }
            }
        }
        if missing.is_empty() { Ok(true) } else { Err(lacks(thread, &missing)) }
    }

    /// What was not granted a moment ago, by cluster.
    fn to_ask(&self, who: &Principal, looks: &BTreeSet<Look>) -> BTreeMap<ClusterName, Vec<Look>> {
        let (now, subject) = (self.now(), who.subject());
        let granted = self.readers.granted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut asked: BTreeMap<ClusterName, Vec<Look>> = BTreeMap::new();
        for look in looks.iter().filter(|look| look.right.is_some()) {
            if granted.get(&(subject.clone(), look.clone())).is_none_or(|until| *until <= now) {
                asked.entry(look.cluster.clone()).or_default().push(look.clone());
            }
        }
        asked
    }

    fn grant(&self, who: &Principal, look: Look) {
        let mut granted = self.readers.granted.lock().unwrap_or_else(PoisonError::into_inner);
        if granted.len() >= GRANTS_MAX {
            granted.clear();
        }
        granted.insert((who.subject(), look), self.now().plus_ms(GRANTED_MS));
    }

    /// Writes down that somebody else opened it; nothing is shown where that can't be written.
    async fn opened(&self, who: &Principal, thread: &Thread, outcome: &'static str) -> Answered<()> {
        let mut opened = self.readers.opened.lock().await;
        let (key, now) = ((who.subject(), thread.id, outcome), self.now());
        if opened.get(&key).is_some_and(|at| now < at.plus_ms(OPENING_MS)) {
            return Ok(());
        }
        let mut entry = self.entry(who, EntryKind::ThreadOpened, outcome);
        entry.thread = Some(thread.id);
        entry.cluster = Some(thread.cluster.clone());
        self.note(entry, None).await?;
        if opened.len() >= GRANTS_MAX {
            opened.clear();
        }
        opened.insert(key, now);
        Ok(())
    }
}

pub(crate) fn is_owner(who: &Principal, thread: &Thread) -> bool {
    thread.owner.subject() == who.subject()
}

fn untold(thread: &Thread) -> Problem {
    let owner = &thread.owner.name;
    let detail = format!(
        "what was read for this conversation of {owner}'s can't be told: more than LOOKS_MAX = {LOOKS_MAX} rights, or turns of an \
         earlier version"
    );
    Problem::new(Code::Forbidden, detail).hint(format!("ask {owner} to begin a new conversation and to share that"))
}

/// The first right that is missing, and how many more. No object is named: its name may be what is not to be seen.
fn lacks(thread: &Thread, missing: &[Look]) -> Problem {
    let mut rights: Vec<_> =
        missing.iter().filter_map(|Look { cluster, right, .. }| Some((cluster, said(right.as_ref()?)))).collect();
    rights.dedup();
    let more = match rights.len() {
        0 | 1 => String::new(),
        2 => ", and one right more".to_owned(),
        all => format!(", and {} rights more", all - 1),
    };
    let Some((cluster, Said { right, line })) = rights.into_iter().next() else { return untold(thread) };
    let owner = &thread.owner.name;
    let detail = format!("this conversation of {owner}'s read what you may not: you lack {right} on {cluster}{more}");
    Problem::new(Code::ClusterForbidden, detail).hint(format!("ask for that right; `{line}` shows whether you have it"))
}

#[derive(Debug, PartialEq, Eq)]
struct Said {
    right: String,
    line: String,
}

fn said(right: &Review) -> Said {
    let (verb, resource) = (&right.verb, right.resource());
    let place = match &right.namespace {
        Some(namespace) => format!(" in {namespace}"),
        None if right.api.namespaced => " in all namespaces".to_owned(),
        None => String::new(),
    };
    let everywhere = if right.namespace.is_none() && right.api.namespaced { " --all-namespaces" } else { "" };
    let line = format!("{}{everywhere}", can_i(verb, &resource, right.namespace.as_ref()));
    Said { right: format!("{verb} {resource}{place}"), line }
}

#[cfg(test)]
mod tests {
    use kubechat_core::names::Namespace;
    use kubechat_core::object::ApiType;

    use super::*;

    fn right(api: ApiType, verb: &str, namespace: Option<&str>) -> Review {
        let namespace = namespace.map(|name| Namespace::parse(name).unwrap());
        let name = Some("payroll-key".parse().unwrap());
        Review { verb: verb.to_owned(), api, subresource: String::new(), namespace, name }
    }

    #[test]
    fn a_missing_right_is_said_as_kubectl_takes_it() {
        let logs = Review { subresource: "log".to_owned(), ..right(ApiType::pods(), "get", Some("shop")) };
        for (right, words, line) in [
            (logs, "get pods/log in shop", "kubectl auth can-i get pods/log -n shop"),
            (
                right(ApiType::deployments(), "list", None),
                "list deployments.apps in all namespaces",
                "kubectl auth can-i list deployments.apps --all-namespaces",
            ),
            (right(ApiType::nodes(), "get", None), "get nodes", "kubectl auth can-i get nodes"),
        ] {
            assert_eq!(said(&right), Said { right: words.to_owned(), line: line.to_owned() });
        }
    }

    #[test]
    fn the_first_missing_right_is_named_the_others_are_counted_and_no_object_is() {
        let thread = Thread {
            id: "t-000000000001".parse().unwrap(),
            owner: Principal::local("mira", &[]),
            cluster: "eu".parse().unwrap(),
            namespace: "shop".parse().unwrap(),
            title: "payroll".to_owned(),
            created_at: Timestamp(0),
            deleted_at: None,
            shared_at: Some(Timestamp(0)),
            topic: crate::turn::Topic::default(),
            last: None,
        };
        let look =
            |right| Look { cluster: "eu".parse().unwrap(), authority: Digest::of("test", b"eu"), right: Some(right) };
        let secrets = look(right(ApiType::secrets(), "get", Some("shop")));
        let nameless = secrets.right.clone().map(|right| Review { name: None, ..right });
        let other = Look { right: nameless, ..secrets.clone() };
        let problem = lacks(&thread, &[secrets, other, look(right(ApiType::nodes(), "get", None))]);
        assert_eq!(problem.code, Code::ClusterForbidden);
        assert!(problem.detail.ends_with("you lack get secrets in shop on eu, and one right more"), "{problem:?}");
        assert!(!format!("{problem:?}").contains("payroll"), "{problem:?}");
        assert!(problem.advice().contains("`kubectl auth can-i get secrets -n shop`"), "{problem:?}");
    }
}
