//! What can happen to the files of a ledger: kills, locks, full disks, other hands, lost keys.

mod crash;
mod faults;
mod keys;
pub(crate) mod place;
mod secrets;
mod tamper;
