//! Provisioning: the program's top-level statements, each of which runs once for a data directory.
//!
//! A statement is known by its text. One that was run is recorded:
//!
//! ```text
//!  PROVISION  0               8       12
//!             ├ hash of text ┼ place ┼ file:line, to the end ┤
//! ```
//!
//! `place` is its number among the program's statements at that time. A statement whose text is not
//! recorded is *new*; but if the one that was run at its place is gone from the program, it is that one
//! *changed*, which is reported and not run.

use std::collections::HashMap;
use std::sync::Arc;

use super::api::{Moment, OpenError, Refusal};
use super::host::{machine_time, show};
use super::world::World;
use super::{Twins, blocking::wait};
use crate::bytes::{Cursor, Malformed};
use crate::data::Data;
use crate::failure::Failure;
use crate::host::Host;
use crate::journal::Batch;
use crate::kinds;
use crate::program::Provision;
use crate::turn::Turn;

/// The statements that were run, in the order in which they were.
#[derive(Debug, Default)]
pub(super) struct Provisioned(Vec<Run>);

/// A statement that was run.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    hash: u64,
    place: u32,
}

impl Provisioned {
    /// Takes in a record.
    pub fn read(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(payload);
        let run = Run { hash: cursor.u64()?, place: cursor.u32()? };
        self.0.push(run);
        Ok(())
    }

    /// What to do with each of a program's statements. Statements of one text are told apart by their order.
    fn plan(&self, statements: &[Provision]) -> Vec<Plan> {
        let mut recorded: HashMap<u64, usize> = HashMap::new();
        for run in &self.0 {
            *recorded.entry(run.hash).or_default() += 1;
        }
        let mut left = recorded;
        let is_done = statements.iter().map(|statement| {
            let left = left.get_mut(&statement.hash).filter(|left| **left > 0);
            left.map(|left| *left -= 1).is_some()
        });
        let is_done: Vec<bool> = is_done.collect();
        // Those recorded that the program no longer has, by the place they had.
        let gone = |place: u32| {
            let mut runs = self.0.iter().filter(|run| run.place == place);
            runs.any(|run| left.get(&run.hash).is_some_and(|left| *left > 0))
        };
        let plans = (0..).zip(is_done).map(|(place, is_done)| match is_done {
            true => Plan::Done,
            false if gone(place) => Plan::Changed,
            false => Plan::Run,
        });
        plans.collect()
    }
}

/// What to do with a statement.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Run,
    Done,
    Changed,
}

/// Runs the statements that were not run yet.
pub(super) fn provision(twins: &Twins, provisioned: &Provisioned) -> Result<(), OpenError> {
    let world = twins.world();
    let statements = world.program.provision;
    if statements.is_empty() {
        return Ok(());
    }
    let host = Box::new(TopLevel { twins: twins.clone(), world: Arc::clone(world) });
    let mut turn = Turn::new(world.frozen.clone(), host, world.options.limits);
    for (place, plan) in (0..).zip(provisioned.plan(statements)) {
        let statement = &statements[place as usize];
        let at = format!("{}:{}", statement.file, statement.line);
        match plan {
            Plan::Done => {}
            Plan::Changed => tell(&format!(
                "{at}: this statement has changed since it was run; it is not run again: {}",
                statement.source.lines().next().unwrap_or_default()
            )),
            Plan::Run => {
                turn.run(|t| (statement.run)(t)).map_err(|failure| OpenError::Program { why: format!("{at}: {failure}") })?;
                record(world, statement.hash, place, &at)?;
            }
        }
    }
    Ok(())
}

/// Shows a message of the engine to whoever runs the server.
pub(super) fn tell(message: &str) {
    use std::io::Write;
    let line = format!("warning: {message}");
    if cfg!(test) {
        // Kept by the harness, and shown for a test that fails.
        return eprintln!("{line}");
    }
    // Nobody may be listening.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn record(world: &World, hash: u64, place: u32, at: &str) -> Result<(), OpenError> {
    let mut batch = Batch::new();
    let mut record = batch.record(kinds::PROVISION);
    record.put_u64(hash);
    record.put(&place.to_le_bytes());
    record.put(at.as_bytes());
    record.finish();
    let committed = world.journal.commit(&batch);
    committed.map_err(|error| OpenError::Program { why: error.to_string() })?;
    Ok(())
}

/// The world around top-level statements: twins are made, cloned and asked through the handle, and each
/// answer is waited for.
struct TopLevel {
    twins: Twins,
    world: Arc<World>,
}

impl Host for TopLevel {
    fn transcript(&mut self, text: &str) {
        show(text);
    }

    fn now(&mut self) -> i64 {
        machine_time()
    }

    fn wait(&mut self, time: std::time::Duration) -> bool {
        std::thread::sleep(time);
        true
    }

    fn create(&mut self, class: u32, id: Option<&str>) -> Result<String, Failure> {
        let name = super::names::classes(self.world.program).nth(class as usize).map_or("", |info| info.name);
        let Some(id) = id else {
            return self.twins.create_unnamed(name).map_err(failure);
        };
        match wait(self.twins.create(id, name, Vec::new())) {
            Ok(_) => Ok(id.to_owned()),
            Err(Refusal::Exists { .. }) if self.class_of(id) == Some(class) => Ok(id.to_owned()),
            Err(refusal) => Err(failure(refusal)),
        }
    }

    fn clone_twin(&mut self, original: &str, id: Option<&str>) -> Result<String, Failure> {
        let cloned = wait(self.twins.clone_twin(original, id));
        cloned.map(|(id, _)| id).map_err(failure)
    }

    fn class_of(&mut self, id: &str) -> Option<u32> {
        let state = wait(self.twins.read(id, Moment::Now)).ok()?;
        let class = self.world.class_named(&state.class)?;
        Some(self.world.class(class).known.as_ref()?.number)
    }

    fn send(&mut self, id: &str, selector: &str, arguments: Vec<Data>) -> Result<Data, Failure> {
        let sent = wait(self.twins.send_inside(id, selector, arguments));
        sent.map(|sent| sent.answer).map_err(failure)
    }
}

/// What a statement sees of a refusal: the error of the twin's turn, or one that says what was refused.
fn failure(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Raised { failure, .. } => *failure,
        refusal => Failure { class: "Error".to_owned(), message: refusal.to_string(), ..Failure::default() },
    }
}

impl Twins {
    /// A twin whose id is derived from its class.
    fn create_unnamed(&self, class: &str) -> Result<String, Refusal> {
        let mut taken = 0;
        loop {
            let id = self.derive_id(&class.to_lowercase(), taken);
            match wait(self.create(&id, class, Vec::new())) {
                Ok(_) => return Ok(id),
                Err(Refusal::Exists { .. } | Refusal::Deleted { .. }) => taken += 1,
                Err(refusal) => return Err(refusal),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(hashes: &[u64]) -> Vec<Provision> {
        let statement = |&hash| Provision { source: "", hash, file: "", line: 1, run: |_| Ok(crate::value::NIL) };
        hashes.iter().map(statement).collect()
    }

    #[track_caller]
    fn check(recorded: &[u64], program: &[u64], expected: &[Plan]) {
        let runs = (0..).zip(recorded).map(|(place, &hash)| Run { hash, place });
        let plan = Provisioned(runs.collect()).plan(&statements(program));
        assert_eq!(plan, expected);
    }

    #[test]
    fn each_statement_runs_once() {
        use Plan::{Changed, Done, Run};
        check(&[], &[1, 2], &[Run, Run]);
        check(&[1, 2], &[1, 2], &[Done, Done]);
        check(&[1, 2], &[1, 2, 3], &[Done, Done, Run]);
        // In the middle: what moved is known by its text.
        check(&[1, 2], &[1, 3, 2], &[Done, Run, Done]);
        check(&[1, 2], &[1, 3], &[Done, Changed]);
        check(&[1, 2], &[2], &[Done]);
        // The same text twice is two statements.
        check(&[1], &[1, 1], &[Done, Run]);
        check(&[1, 1], &[1, 1], &[Done, Done]);
    }
}
