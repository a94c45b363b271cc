//! Event-sourced, durable digital twins.

mod bytes;
pub mod data;
pub mod engine;
pub mod event;
pub mod failure;
pub mod journal;
pub mod kinds;
#[cfg(feature = "server")]
pub mod server;
pub mod snapshot;
pub mod tables;
#[cfg(test)]
mod testing;

pub use bytes::{Malformed, Words};

/// A compiled program.
#[derive(Debug)]
pub struct Program {}
