//! A Smalltalk program without twins: its statements in order, the transcript on the standard output.

use crate::answer::Answer;
use crate::backtrace::{self, Sources};
use crate::failure::Failure;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::host::{Host, Stdout};
use crate::library;
use crate::program::Program;
use crate::session::Session;
use crate::turn::Turn;
use std::process::ExitCode;
use std::sync::Arc;

/// Stack of a program, most of which it may use.
const STACK: usize = 1 << 30;

/// What the runtime keeps of it for itself.
const MARGIN: usize = 16 << 20;

/// Words of objects a program may hold, unless `--heap` says otherwise: 2 GiB.
const HEAP: usize = 1 << 28;

/// More words than this have no address.
const MOST_HEAP: usize = 1 << 31;

/// Bounds of a program: none in time, unless the variables say otherwise that `twintalkc` sets for its flags.
pub(crate) fn limits(fuel: i64, stack: usize) -> Limits {
    let set = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let fuel = set("TWINTALK_FUEL").map_or(fuel, |fuel| i64::try_from(fuel).unwrap_or(i64::MAX));
    let heap = set("TWINTALK_HEAP").map_or(HEAP, |bytes| usize::try_from(bytes / 8).unwrap_or(MOST_HEAP)).min(MOST_HEAP);
    Limits { fuel, stack: stack - MARGIN, scratch: heap, heap, ..Limits::default() }
}

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

pub(crate) fn initialize(turn: &mut Turn) -> Result<(), Box<Failure>> {
    for initialize in initializers(turn) {
        turn.run(initialize)?;
    }
    Ok(())
}

/// The class-side `initialize` methods, the library's first.
pub(crate) fn initializers(turn: &Turn) -> impl Iterator<Item = fn(&mut Turn) -> Answer> + use<> {
    library::INITIALIZERS.iter().chain(turn.program().initializers).copied()
}

/// Runs a program: the main function of what `twintalkc run` builds. An unhandled error is shown with its backtrace.
pub fn run_program(program: &'static Program) -> ExitCode {
    match run_on(program, Box::new(Stdout)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("{}\n{}", backtrace::title(&failure), backtrace::frames(&failure, usize::MAX, &mut Sources::default()));
            ExitCode::FAILURE
        }
    }
}

/// Runs a program on a host of one's own, on a thread with a stack for deep recursion.
///
/// # Errors
/// The error that no handler took.
pub fn run_on(program: &'static Program, host: Box<dyn Host + Send>) -> Result<(), Box<Failure>> {
    run_collecting(program, host, Limits::default().collect)
}

/// Runs a program like `run_on`, and collects its garbage after every so many words: the fewer, the more it shows what
/// loses sight of its objects.
///
/// # Errors
/// The error that no handler took.
pub fn run_collecting(program: &'static Program, host: Box<dyn Host + Send>, words: usize) -> Result<(), Box<Failure>> {
    let limits = Limits { collect: words, ..limits(i64::MAX, STACK) };
    on_thread(STACK, move || Session::new(program, host, limits)?.run())
}

/// Runs `f` on a thread with a stack for deep recursion.
pub(crate) fn on_thread<T: Send + 'static>(
    stack: usize,
    f: impl FnOnce() -> Result<T, Box<Failure>> + Send + 'static,
) -> Result<T, Box<Failure>> {
    let failed = |class: &str, message: String| Err(Box::new(Failure { class: class.into(), message, ..Failure::default() }));
    let thread = std::thread::Builder::new().name("program".into()).stack_size(stack).spawn(f);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => failed("Panic", "a defect of the runtime".into()),
        Err(error) => failed("Error", format!("the program cannot start: {error}")),
    }
}
