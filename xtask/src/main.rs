//! (drafting)
fn main() {}
