//! The engine: shards, turns and the journal behind one handle.

pub mod api;
mod budget;

pub use api::*;

#[cfg(feature = "server")]
#[allow(missing_docs, clippy::result_large_err, clippy::duplicate_mod)]
#[path = "../server/tests/double.rs"]
mod double;
#[cfg(feature = "server")]
pub use double::Twins;
