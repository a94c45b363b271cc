//! A Smalltalk program without twins: its statements in order, the transcript on the standard output.

use crate::failure::Failure;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::host::Stdout;
use crate::library;
use crate::program::Program;
use crate::turn::Turn;
use std::process::ExitCode;

/// Stack of the thread that runs a program, most of which it may use.
const STACK: usize = 1 << 30;

/// Bounds of a program: none in time, memory as far as addresses reach.
const LIMITS: Limits = Limits { fuel: i64::MAX / 2, stack: STACK - (16 << 20), scratch: 1 << 31, heap: 1 << 31 };

/// Runs a program: the main function of what `twintalkc run` builds. An unhandled error is shown with its backtrace.
pub fn run_program(program: &'static Program) -> ExitCode {
    let thread = std::thread::Builder::new().name("program".into()).stack_size(STACK).spawn(move || run(program));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(failure))) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: the program cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(program: &'static Program) -> Result<(), Failure> {
    let mut turn = Turn::new(Frozen::new(program), Box::new(Stdout), LIMITS);
    turn.open_class_state(true);
    for initialize in library::INITIALIZERS.iter().chain(program.initializers) {
        turn.run(|t| initialize(t))?;
    }
    for statement in program.provision {
        turn.run(|t| (statement.run)(t))?;
    }
    Ok(())
}
