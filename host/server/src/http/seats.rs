//! Seats for open streams: so many for one principal, so many for all of them.
//!
//! A stream holds a connection, a subscription and a task for as long as its reader likes. Without a share for each, one
//! principal's forgotten tabs would take the connections of all others. A seat is free again when its stream ends. It knows
//! the session it was taken in: when that ends, so does the stream.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::problem::{Code, Problem};

use super::actor::Listener;
use crate::auth::SessionId;

/// Most open streams.
pub const STREAMS_MAX: usize = 512;
/// Most open streams of one principal: twenty tabs with some streams each.
pub const STREAMS_OF_ONE_MAX: usize = 64;

/// Taken seats by subject.
#[derive(Debug, Clone, Default)]
pub struct Seats(Arc<Mutex<BTreeMap<String, usize>>>);

/// A taken seat; free when dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    subject: String,
    session: Option<SessionId>,
}

impl Seat {
    /// The session it ends with.
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }
}

impl Seats {
    /// A seat for one more stream of this principal.
    ///
    /// # Errors
    /// `busy` with the name of the limit that is reached.
    pub fn take(&self, by: &Listener) -> Result<Seat, Problem> {
        let (mut taken, subject) = (self.lock(), by.who.subject());
        let full = |limit: &str, max: usize| {
            let detail = format!("{max} streams are open ({limit})");
            Err(Problem::new(Code::Busy, detail).hint("close a stream, or let one stream carry several topics"))
        };
        if taken.values().sum::<usize>() >= STREAMS_MAX {
            return full("STREAMS_MAX", STREAMS_MAX);
        }
        let own = taken.entry(subject.clone()).or_default();
        if *own >= STREAMS_OF_ONE_MAX {
            return full("STREAMS_OF_ONE_MAX", STREAMS_OF_ONE_MAX);
        }
        *own += 1;
        Ok(Seat { seats: self.clone(), subject, session: by.session })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        // Every change is one addition or removal.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        if let Some(own) = taken.get_mut(&self.subject) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.subject);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::principal::Principal;

    fn listener(name: &str) -> Listener {
        Listener { who: Principal::local(name, &[]), session: None }
    }

    #[test]
    fn one_principal_takes_no_more_than_his_share_and_gives_it_back() {
        let (seats, mira, jon) = (Seats::default(), listener("mira"), listener("jon"));
        let mut taken: Vec<_> = (0..STREAMS_OF_ONE_MAX).map(|_| seats.take(&mira).unwrap()).collect();
        assert_eq!(seats.take(&mira).unwrap_err().code, Code::Busy);
        assert!(seats.take(&jon).is_ok(), "another one's share is his own");
        taken.pop();
        assert!(seats.take(&mira).is_ok());
    }

    #[test]
    fn all_together_take_no_more_than_there_are() {
        let seats = Seats::default();
        let people: Vec<_> = (0..9).map(|n| listener(&format!("p{n}"))).collect();
        let taken: Vec<_> = people.iter().cycle().map_while(|who| seats.take(who).ok()).collect();
        assert_eq!(taken.len(), STREAMS_MAX);
    }
}
