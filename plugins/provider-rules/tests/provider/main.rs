//! The rule-based provider from outside: sentences and the calls they become, asked-back ones, and what holds for any text.

mod caps;
mod completed;
mod document;
mod flow;
mod people;
mod properties;
mod sentences;
mod world;
