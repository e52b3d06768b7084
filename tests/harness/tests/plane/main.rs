//! The control plane and the witness keep what the other tests rely on.

mod demo;
mod faults;
mod hooks;
mod people;
mod private;
