//! (drafting)
