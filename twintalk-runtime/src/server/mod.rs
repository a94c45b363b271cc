//! The HTTP front end over [`Twins`].
//!
//! One file a route group; what they share:
//!
//! | file | |
//! |---|---|
//! | `options` | the command line and its environment variables |
//! | `start` | the main function of every built server: parse, open, listen, stop |
//! | `listen` | connections: limits, timeouts, graceful end |
//! | `routes` | which path leads where |
//! | `guard` | who may ask what, before a route sees the request |
//! | `tokens` | the token file |
//! | `request` | ids, parameters and bodies out of a request |
//! | `message` | a message and its receiver out of JSON |
//! | `json` | [`Data`](crate::data::Data) from and to JSON |
//! | `changes` | what events changed, to JSON |
//! | `problem` | every way to fail, as RFC 9457 documents |

mod batches;
mod bulk;
mod changes;
mod classes;
mod clone;
mod events;
mod feed;
mod guard;
mod index;
pub(crate) mod json;
mod lines;
mod listen;
mod message;
mod messages;
pub(crate) mod options;
mod outlet;
mod problem;
mod request;
mod routes;
mod start;
mod status;
mod tokens;
mod twins;
mod view;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

#[cfg(not(test))]
use crate::engine::Twins;
#[cfg(test)]
use tests::double::Twins;

pub use options::Options;
pub use start::main;

/// What every route can reach.
#[derive(Clone)]
struct App {
    twins: Twins,
    access: Arc<guard::Access>,
    limits: Limits,
    /// Turns true when the server begins to stop, so that streams without an end of their own end.
    stopping: watch::Receiver<bool>,
    counts: Arc<status::Counts>,
}

/// What a client may take of the server.
#[derive(Clone, Copy)]
struct Limits {
    /// Bytes of a body that is read whole, and of one line of a bulk request.
    body: usize,
    /// Time for a body that is read whole to arrive.
    body_time: Duration,
    /// Time without a byte after which a bulk request ends.
    bulk_idle: Duration,
    /// Bytes of bulk results that may wait for their reader.
    unread: usize,
    /// Time with that many bytes waiting after which a bulk request ends.
    unread_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            body_time: Duration::from_secs(30),
            bulk_idle: Duration::from_secs(300),
            unread: 8 << 20,
            unread_time: Duration::from_secs(30),
        }
    }
}
