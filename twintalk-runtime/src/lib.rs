//! Event-sourced, durable digital twins.

pub mod data;
pub mod engine;
pub mod failure;
#[cfg(feature = "server")]
pub mod server;

/// A compiled program.
#[derive(Debug)]
pub struct Program {}
