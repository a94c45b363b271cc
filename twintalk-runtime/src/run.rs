//! A Smalltalk program without twins: its statements in order, the transcript on the standard output.

use crate::failure::Failure;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::host::{Host, Stdout};
use crate::library;
use crate::program::Program;
use crate::turn::Turn;
use std::process::ExitCode;
use std::sync::Arc;

/// Stack of the thread that runs a program, most of which it may use.
const STACK: usize = 1 << 30;

/// Bounds of a program: none in time, memory as far as addresses reach.
const LIMITS: Limits = Limits { fuel: i64::MAX / 2, stack: STACK - (16 << 20), scratch: 1 << 31, heap: 1 << 31 };

impl Turn {
    /// A turn for twins that Rust code holds itself: class sides initialized and frozen, transcript on the standard output.
    ///
    /// # Errors
    /// What a class-side `initialize` raised.
    pub fn for_program(program: &'static Program) -> Result<Turn, Box<Failure>> {
        let frozen = initialized(program)?;
        Ok(Turn::new(frozen, Box::new(Stdout), Limits::default()))
    }
}

/// The immutable memory of a program after its class-side `initialize` methods have run.
///
/// # Errors
/// What one of them raised.
pub fn initialized(program: &'static Program) -> Result<Arc<Frozen>, Box<Failure>> {
    let mut turn = Turn::new(Frozen::new(program), Box::new(Stdout), Limits::default());
    turn.open_class_state(true);
    initialize(&mut turn)?;
    Ok(turn.freeze())
}

fn initialize(turn: &mut Turn) -> Result<(), Box<Failure>> {
    let program = turn.program();
    for initialize in library::INITIALIZERS.iter().chain(program.initializers) {
        turn.run(initialize)?;
    }
    Ok(())
}

/// Runs a program: the main function of what `twintalkc run` builds. An unhandled error is shown with its backtrace.
pub fn run_program(program: &'static Program) -> ExitCode {
    match run_on(program, Box::new(Stdout)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a program on a host of one's own, on a thread with a stack for deep recursion.
///
/// # Errors
/// The error that no handler took.
pub fn run_on(program: &'static Program, host: Box<dyn Host + Send>) -> Result<(), Box<Failure>> {
    let run = move || {
        let mut turn = Turn::new(Frozen::new(program), host, LIMITS);
        turn.open_class_state(true);
        initialize(&mut turn)?;
        for statement in program.provision {
            turn.run(|t| (statement.run)(t))?;
        }
        Ok(())
    };
    let thread = std::thread::Builder::new().name("program".into()).stack_size(STACK).spawn(run);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Box::new(Failure { class: "Panic".into(), message: "a defect of the runtime".into(), ..Failure::default() })),
        Err(error) => {
            Err(Box::new(Failure { class: "Error".into(), message: format!("the program cannot start: {error}"), ..Failure::default() }))
        }
    }
}
