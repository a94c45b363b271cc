//! Event-sourced, durable digital twins.
//!
//! ```text
//! value  object  space          what a value is, how objects lie in memory
//! heap  collect  commit  undo   a twin's memory, and a turn as a transaction on it
//! turn  roots  fuel  homes      the state of a running message
//! dispatch  ops  blocks         sending, operators, calling blocks
//! exceptions  raise  failure    signalling, handling, unwinding
//! program  frozen               what the compiler tells of a program
//! row  slot  twin  changes      twins as Rust structs, and what a turn changed
//! data  transfer  image         values that leave their twin
//! event  snapshot  tables       what is durable of a twin, on disk
//! journal                       the log of events
//! index                         where in the log a twin's records are
//! engine                        a fleet of twins behind one handle
//! store                         a data directory for those who look after it
//! ```

// A failure ends a turn; it moves rarely, and boxing it would burden everyone who reads one.
#![allow(clippy::result_large_err)]

mod access;
pub mod answer;
mod argument;
pub mod at_once;
mod backtrace;
pub mod blocks;
mod bytes;
pub mod changes;
pub mod check;
mod collect;
mod commit;
mod copy;
pub mod data;
pub mod dispatch;
pub mod each;
mod elements;
pub mod engine;
pub mod event;
pub mod exceptions;
pub mod failure;
pub mod frozen;
pub mod fuel;
pub mod generated;
mod globals;
pub mod heap;
mod homes;
pub mod host;
pub mod image;
pub mod index;
pub mod journal;
pub mod kinds;
mod known;
pub mod library;
mod macros;
mod memory;
pub mod message;
pub mod numbers;
pub mod object;
pub mod ops;
pub mod prim;
pub mod program;
pub mod quick;
pub mod raise;
mod roots;
pub mod row;
mod run;
#[cfg(feature = "server")]
pub mod server;
mod session;
pub mod slot;
pub mod snapshot;
pub mod space;
pub mod state;
#[cfg(feature = "server")]
pub mod store;
pub mod tables;
mod test_run;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod transfer;
pub mod turn;
mod twin;
pub mod typed;
mod undo;
pub mod unhandled;
pub mod value;
mod widen;

pub use bytes::{Malformed, Words};
pub use data::Data;
pub use engine::Twins;
pub use failure::Failure;
pub use fuel::Limits;
pub use host::Host;
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use macros::__twin;
pub use program::{Program, TwinType};
pub use row::Twin;
pub use run::{initialized, run_collecting, run_on, run_program};
pub use session::Session;
pub use test_run::test_program;
pub use turn::Turn;
pub use value::Value;
