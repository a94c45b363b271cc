//! Event-sourced, durable digital twins.

mod bytes;
pub mod event;
pub mod journal;
pub mod kinds;
mod macros;
pub mod snapshot;
pub mod tables;
#[cfg(test)]
mod testing;

pub use bytes::{Malformed, Words};
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use macros::__twin;
