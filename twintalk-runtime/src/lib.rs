//! Event-sourced, durable digital twins.

pub mod journal;
