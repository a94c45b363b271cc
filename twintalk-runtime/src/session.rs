//! A program held by Rust code: set up once, then run on a host of one's own and on the caller's thread.

use crate::failure::Failure;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::host::Host;
use crate::program::Program;
use crate::run::initialize;
use crate::turn::Turn;

/// A program that is ready to run: memory of its own, class sides initialized.
///
/// The host gives it its arguments and takes its transcript.
pub struct Session {
    turn: Turn,
}

impl Session {
    /// Sets a program up. The thread it will run on needs 128 KiB more stack than the limits say.
    ///
    /// # Errors
    /// What a class-side `initialize` raised.
    pub fn new(program: &'static Program, host: Box<dyn Host>, limits: Limits) -> Result<Self, Box<Failure>> {
        let mut turn = Turn::new(Frozen::new(program), host, limits);
        turn.open_class_state(true);
        initialize(&mut turn)?;
        Ok(Self { turn })
    }

    /// Runs the program's statements in order.
    ///
    /// # Errors
    /// The error that no handler took.
    pub fn run(mut self) -> Result<(), Box<Failure>> {
        for statement in self.turn.program().provision {
            self.turn.run(|t| (statement.run)(t))?;
        }
        Ok(())
    }
}
