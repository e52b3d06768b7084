//! The rules of the gate, one by one, and over whatever text and address proptest thinks of.

mod addresses;
mod properties;
mod requests;
mod shapes;
mod urls;
