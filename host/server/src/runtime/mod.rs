//! The machine behind the ports: time, randomness, tasks, the event hub and counting. Nothing here decides anything.

mod absent;
mod clock;
mod hub;
mod ids;
mod metered;
mod way_out;
mod work;

pub use absent::AbsentProvider;
pub use clock::SystemClock;
pub use hub::{Frame, Hub, Missed, Subscription};
pub use ids::OsIds;
pub use metered::{MeteredEvents, MeteredPacks, MeteredProvider};
pub use way_out::{Found, LostServer, WayOut, wanted};
pub use work::TokioWork;
