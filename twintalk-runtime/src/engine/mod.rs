//! The engine: shards, turns and the journal behind one handle.

pub mod api;

pub use api::*;

#[allow(missing_docs, clippy::result_large_err, clippy::duplicate_mod)]
#[path = "../server/tests/double.rs"]
mod double;
pub use double::Twins;
