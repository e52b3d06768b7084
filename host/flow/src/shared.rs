//! Shared: who else is shown a conversation, and what that takes.
//!
//! Its owner shares it; withdrawn, deleted or forgotten, it is gone for everybody else with the next request. A reader must
//! have its clusters in his own configuration, leading to the same servers under the same names, and by those servers' own word
//! (SelfSubjectAccessReview, as himself) every right that its readings took ([`crate::looked`]): all of it, or nothing is shown,
//! not even its title. Whoever lacks a cluster, or asks for what isn't shared, is answered as if there were no such conversation.
//! Readers only read: every change goes through [`Flow::own_thread`]. Plans have readers of their own and are not judged here.
//!
//! The API server's word on a right counts for [`GRANTED_MS`], or [`REFUSED_MS`]. Every opening is in the log before anything of it
//! is shown. An opening lasts while the same person looks again within [`OPENING_MS`], as a page that is left open does, and at
//! most for [`OPENING_MS_MAX`]. Units: ms. Limits: [`LOOKS_MAX`] rights, [`KEPT_MAX`] kept answers, as many kept openings.

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
/// The same for one that it refused, ms: who was given the right meanwhile does not wait for it, who asks on and on asks the
/// host alone.
pub const REFUSED_MS: i64 = 2_000;
/// Whoever looks at a conversation again within so many ms still looks at it.
pub const OPENING_MS: i64 = 60_000;
/// The longest opening, ms: who looks on for longer is written down again.
pub const OPENING_MS_MAX: i64 = 3_600_000;
/// Most kept answers, and most kept openings; with more, all are forgotten and asked for, or written, anew.
pub const KEPT_MAX: usize = 10_000;

/// Who opens which conversation, with what outcome.
type Opener = (String, ThreadId, &'static str);

/// What was answered of whose right, and until when that counts.
type Answers = BTreeMap<(String, Look), (bool, Timestamp)>;

/// The opening that was written down last, if any.
type Written = AsyncMutex<Option<Opening>>;

/// When one was written down, and when it was last looked at.
#[derive(Clone, Copy)]
struct Opening {
    begun: Timestamp,
    looked: Timestamp,
}

impl Opening {
    fn goes_on(self, now: Timestamp) -> bool {
        now < self.looked.plus_ms(OPENING_MS) && now < self.begun.plus_ms(OPENING_MS_MAX)
    }
}

/// What is remembered of readers, in this process.
#[derive(Clone, Default)]
pub(crate) struct Readers {
    answered: Arc<Mutex<Answers>>,
    /// Openings. Each has a lock of its own, held while its entry is written, so that one opening is one entry and no reader
    /// waits for another.
    opened: Arc<Mutex<BTreeMap<Opener, Arc<Written>>>>,
}

impl Readers {
    /// What is known of a right.
    fn known(&self, subject: &str, look: &Look, now: Timestamp) -> Option<bool> {
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let (allowed, until) = answered.get(&(subject.to_owned(), look.clone()))?;
        (now < *until).then_some(*allowed)
    }

    fn keep(&self, subject: &str, look: Look, allowed: bool, now: Timestamp) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        if answered.len() >= KEPT_MAX {
            answered.clear();
        }
        let until = now.plus_ms(if allowed { GRANTED_MS } else { REFUSED_MS });
        answered.insert((subject.to_owned(), look), (allowed, until));
    }

    fn opening(&self, opener: Opener) -> Arc<Written> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= KEPT_MAX {
            opened.clear();
        }
        opened.entry(opener).or_default().clone()
    }
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
        let missing = self.missing(who, looks).await?;
        if missing.is_empty() { Ok(true) } else { Err(lacks(thread, &missing)) }
    }

    /// The rights that somebody lacks, by what the API server said a moment ago, or says now.
    async fn missing(&self, who: &Principal, looks: &BTreeSet<Look>) -> Answered<BTreeSet<Look>> {
        let (now, subject) = (self.now(), who.subject());
        let (mut missing, mut unknown) = (BTreeSet::new(), BTreeMap::<ClusterName, Vec<Look>>::new());
        for look in looks.iter().filter(|look| look.right.is_some()) {
            match self.readers.known(&subject, look, now) {
                Some(true) => {}
                Some(false) => {
                    missing.insert(look.clone());
                }
                None => unknown.entry(look.cluster.clone()).or_default().push(look.clone()),
            }
        }
        for (cluster, looks) in unknown {
            let reviews: Vec<Review> = looks.iter().filter_map(|look| look.right.clone()).collect();
            let answers = self.ports.cluster.reviewed(who, &cluster, &reviews).await?;
            for (at, look) in looks.into_iter().enumerate() {
                // An answer that is missing is no yes.
                let allowed = answers.get(at).is_some_and(|answer| answer.allowed);
                self.readers.keep(&subject, look.clone(), allowed, self.now());
                if !allowed {
                    missing.insert(look);
                }
            }
        }
        Ok(missing)
    }

    /// Writes down that somebody else opened it; nothing is shown where that can't be written.
    async fn opened(&self, who: &Principal, thread: &Thread, outcome: &'static str) -> Answered<()> {
        let own = self.readers.opening((who.subject(), thread.id, outcome));
        let mut opening = own.lock().await;
        let now = self.now();
        if let Some(Opening { begun, .. }) = opening.filter(|opening| opening.goes_on(now)) {
            *opening = Some(Opening { begun, looked: now });
            return Ok(());
        }
        let mut entry = self.entry(who, EntryKind::ThreadOpened, outcome);
        entry.thread = Some(thread.id);
        entry.cluster = Some(thread.cluster.clone());
        self.note(entry, None).await?;
        *opening = Some(Opening { begun: now, looked: now });
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
fn lacks(thread: &Thread, missing: &BTreeSet<Look>) -> Problem {
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
    fn an_opening_goes_on_while_it_is_looked_at_and_no_longer_than_the_longest() {
        let at = |looked: i64| Opening { begun: Timestamp(0), looked: Timestamp(looked) };
        for (looked, now, goes_on) in [
            (0, OPENING_MS - 1, true),
            (0, OPENING_MS, false),
            (OPENING_MS - 1, 2 * OPENING_MS - 2, true),
            (OPENING_MS_MAX - 1, OPENING_MS_MAX - 1, true),
            (OPENING_MS_MAX - 1, OPENING_MS_MAX, false),
        ] {
            assert_eq!(at(looked).goes_on(Timestamp(now)), goes_on, "{looked} {now}");
        }
    }

    #[test]
    fn a_yes_counts_for_ten_seconds_and_a_no_for_two_each_for_one_person() {
        let (readers, now) = (Readers::default(), Timestamp(1_000));
        let look = Look { cluster: "eu".parse().unwrap(), authority: Digest::of("test", b"eu"), right: None };
        for (allowed, counts_ms) in [(true, GRANTED_MS), (false, REFUSED_MS)] {
            readers.keep("mira", look.clone(), allowed, now);
            assert_eq!(readers.known("mira", &look, now.plus_ms(counts_ms - 1)), Some(allowed));
            assert_eq!(readers.known("mira", &look, now.plus_ms(counts_ms)), None);
            assert_eq!(readers.known("noor", &look, now), None);
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
        let problem = lacks(&thread, &BTreeSet::from([secrets, other, look(right(ApiType::nodes(), "get", None))]));
        assert_eq!(problem.code, Code::ClusterForbidden);
        assert!(problem.detail.ends_with("you lack get nodes on eu, and one right more"), "{problem:?}");
        assert!(!format!("{problem:?}").contains("payroll"), "{problem:?}");
        assert!(problem.advice().contains("`kubectl auth can-i get nodes`"), "{problem:?}");
    }
}
