//! One-time codes and browser sessions, in memory.

use std::collections::BTreeMap;

use kubechat_core::principal::Principal;
use kubechat_core::redact;
use kubechat_core::time::Timestamp;

use super::{Failures, Sealed, new_secret};

/// How long a one-time code works.
pub const CODE_LIFE_MS: i64 = 60_000;
/// Most codes of one principal that still work; the oldest goes first.
pub(super) const CODES_MAX: usize = 8;
/// How long a session lives without a request.
pub(super) const IDLE_MS_MAX: i64 = 8 * 3_600_000;
/// How long a session lives at most.
pub(super) const SESSION_MS_MAX: i64 = 24 * 3_600_000;
/// Most sessions; the oldest goes first.
pub(super) const SESSIONS_MAX: usize = 256;

#[derive(Debug)]
struct Code {
    sealed: Sealed,
    who: Principal,
    until: Timestamp,
}

/// Which session of this host's run: not secret, and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId(u64);

#[derive(Debug)]
struct Session {
    sealed: Sealed,
    who: Principal,
    begun: Timestamp,
    seen: Timestamp,
}

impl Session {
    fn lives(&self, now: Timestamp) -> bool {
        now.since_ms(self.seen) <= IDLE_MS_MAX && now.since_ms(self.begun) <= SESSION_MS_MAX
    }
}

/// Codes and sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    codes: Vec<Code>,
    sessions: BTreeMap<SessionId, Session>,
    next: u64,
    failures: Failures,
}

impl Sessions {
    /// A code for this principal, good once and for [`CODE_LIFE_MS`].
    pub fn issue_code(&mut self, who: &Principal, now: Timestamp) -> String {
        self.codes.retain(|code| now <= code.until);
        while self.codes.iter().filter(|code| code.who.subject() == who.subject()).count() >= CODES_MAX {
            let oldest = self.codes.iter().position(|code| code.who.subject() == who.subject());
            oldest.map(|at| self.codes.remove(at));
        }
        let secret = new_secret();
        redact::hold_for_now(&secret);
        self.codes.push(Code { sealed: Sealed::of(&secret), who: who.clone(), until: now.plus_ms(CODE_LIFE_MS) });
        secret
    }

    /// Exchanges a code for a session: the cookie's value and whose it is.
    pub fn redeem(&mut self, code: &str, now: Timestamp) -> Option<(String, Principal)> {
        // No lockout: 256 random bits are not guessed, and a flood of wrong codes must not keep the right one out.
        self.codes.retain(|kept| now <= kept.until);
        let at = self.codes.iter().position(|kept| kept.sealed.opens(code))?;
        let who = self.codes.remove(at).who;
        let secret = new_secret();
        redact::hold_for_now(&secret);
        if self.sessions.len() >= SESSIONS_MAX {
            self.sessions.pop_first();
        }
        let session = Session { sealed: Sealed::of(&secret), who: who.clone(), begun: now, seen: now };
        self.sessions.insert(SessionId(self.next), session);
        self.next += 1;
        Some((secret, who))
    }

    /// Counts a refused code; whether it is still to be written down, so that a flood doesn't fill the log.
    pub fn count_refusal(&mut self, now: Timestamp) -> bool {
        let tell = self.failures.allows(now);
        self.failures.count(now);
        tell
    }

    /// Which session a cookie is, and whose, if it lives. That counts as a use of it.
    pub fn used(&mut self, cookie: &str, now: Timestamp) -> Option<(SessionId, Principal)> {
        self.sessions.retain(|_, session| session.lives(now));
        let (id, session) = self.sessions.iter_mut().find(|(_, session)| session.sealed.opens(cookie))?;
        session.seen = now;
        Some((*id, session.who.clone()))
    }

    /// Whether a session lives. To look is no use of it: a forgotten tab does not keep anybody logged in.
    pub fn lives(&self, id: SessionId, now: Timestamp) -> bool {
        self.sessions.get(&id).is_some_and(|session| session.lives(now))
    }

    /// Whether a cookie is a session that lives. No use of it either.
    pub fn known(&self, cookie: &str, now: Timestamp) -> bool {
        self.sessions.values().any(|session| session.lives(now) && session.sealed.opens(cookie))
    }

    /// Ends a session.
    pub fn end(&mut self, cookie: &str) {
        self.sessions.retain(|_, session| !session.sealed.opens(cookie));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mira() -> Principal {
        Principal::local("mira", &[])
    }

    #[test]
    fn a_code_works_once_and_not_after_its_minute() {
        let (mut sessions, now) = (Sessions::default(), Timestamp(0));
        let code = sessions.issue_code(&mira(), now);
        assert!(sessions.redeem(&code, now).is_some());
        assert!(sessions.redeem(&code, now).is_none(), "used");
        let late = sessions.issue_code(&mira(), now);
        assert!(sessions.redeem(&late, now.plus_ms(CODE_LIFE_MS + 1)).is_none(), "too late");
    }

    #[test]
    fn of_many_codes_the_newest_work_and_nobody_elses_are_touched() {
        let (mut sessions, now) = (Sessions::default(), Timestamp(0));
        let jons = sessions.issue_code(&Principal::local("jon", &[]), now);
        let codes: Vec<_> = (0..=CODES_MAX).map(|_| sessions.issue_code(&mira(), now)).collect();
        assert!(sessions.redeem(&codes[0], now).is_none());
        assert!(sessions.redeem(&codes[1], now).is_some() && sessions.redeem(&jons, now).is_some());
    }

    #[test]
    fn a_flood_of_wrong_codes_neither_fills_the_log_nor_keeps_the_right_one_out() {
        let (mut sessions, now) = (Sessions::default(), Timestamp(0));
        let code = sessions.issue_code(&mira(), now);
        let told =
            (0..1_000).filter(|_| sessions.redeem("wrong", now).is_none() && sessions.count_refusal(now)).count();
        assert_eq!(told, super::super::FAILURES_A_MINUTE_MAX as usize);
        assert!(sessions.redeem(&code, now).is_some());
    }

    #[test]
    fn a_session_ends_by_logout_idleness_and_age() {
        let (mut sessions, now) = (Sessions::default(), Timestamp(0));
        let login = |sessions: &mut Sessions| {
            let code = sessions.issue_code(&mira(), now);
            sessions.redeem(&code, now).unwrap().0
        };
        let (out, idle) = (login(&mut sessions), login(&mut sessions));
        let (id, who) = sessions.used(&out, now).unwrap();
        assert!(who == mira() && sessions.lives(id, now));
        sessions.end(&out);
        assert!(sessions.used(&out, now).is_none() && !sessions.lives(id, now));
        assert!(sessions.used(&idle, now.plus_ms(IDLE_MS_MAX + 1)).is_none());
        let (old, mut then) = (login(&mut sessions), now);
        while now.plus_ms(SESSION_MS_MAX).since_ms(then) >= 0 {
            assert!(sessions.used(&old, then).is_some(), "in use at {then}");
            then = then.plus_ms(IDLE_MS_MAX);
        }
        assert!(sessions.used(&old, then).is_none(), "used all the time, and too old");
    }

    #[test]
    fn to_look_whether_a_session_lives_does_not_keep_it_alive() {
        let (mut sessions, now) = (Sessions::default(), Timestamp(0));
        let code = sessions.issue_code(&mira(), now);
        let cookie = sessions.redeem(&code, now).unwrap().0;
        let id = sessions.used(&cookie, now).unwrap().0;
        let (last, late) = (now.plus_ms(IDLE_MS_MAX), now.plus_ms(IDLE_MS_MAX + 1));
        assert!(sessions.lives(id, last) && sessions.known(&cookie, last));
        assert!(!sessions.lives(id, late) && !sessions.known(&cookie, late) && !sessions.known("other", now));
    }
}
