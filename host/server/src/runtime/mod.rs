//! The machine behind the ports: time, randomness, tasks and the event hub. Nothing here decides anything.

mod clock;
mod hub;
mod ids;
mod work;

pub use clock::SystemClock;
pub use hub::{Frame, Hub, Missed, Subscription};
pub use ids::OsIds;
pub use work::TokioWork;
