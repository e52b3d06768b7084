//! The baseline pack from outside: each rule fires and does not fire, and the same rules in Rego agree on every case.

mod cases;
mod document;
mod manifest;
mod properties;
mod rego;
mod rules;
