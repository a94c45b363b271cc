//! What a user asks of twins, each beside what a person would write in Rust: one group a question.
//!
//! ```text
//! cargo bench --bench twins                # all
//! cargo bench --bench twins -- send        # one group
//! ```
//!
//! Groups that wait for no disk are measured in CPU time of the process: `send`, `create`, `clone`, `mailbox`,
//! `broadcast`, `restart after an error` and `load`, whose files are in the page cache. The others, `durable`, `restart`
//! and `ingest`, take the time of the clock on the wall.

#[path = "../support/mod.rs"]
mod support;

mod broadcast;
mod clone;
mod cpu;
mod create;
mod durable;
mod ingest;
mod ingest_http;
mod load;
mod mailbox;
mod restart;
mod send;

use std::time::Duration;

use criterion::measurement::Measurement;
use criterion::{Criterion, criterion_group, criterion_main};

/// Short runs: what is measured are ratios, and there are many groups.
fn quick<M: Measurement>(criterion: Criterion<M>) -> Criterion<M> {
    criterion.sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(800))
}

fn cpu_time() -> Criterion<cpu::CpuTime> {
    quick(Criterion::default().with_measurement(cpu::CpuTime))
}

fn wall_time() -> Criterion {
    quick(Criterion::default())
}

criterion_group! {
    name = computing;
    config = cpu_time();
    targets = send::send, create::create, clone::clone, mailbox::mailbox, broadcast::broadcast, restart::failure, load::load
}
criterion_group! {
    name = waiting;
    config = wall_time();
    targets = durable::durable, restart::restart, ingest::ingest, ingest_http::ingest
}
criterion_main!(computing, waiting);
