//! Exceptions. A handler runs on top of the stack, before anything unwinds; what it decides is then done by
//! unwinding to the place that can do it.
//!
//! ```text
//! on:do:   pushes a handler, runs the protected block         catches Handler, Retry, RetryUsing of its id
//! signal   chooses a handler and runs it                      catches Resume, Resignal of its id
//! method   with blocks that return through it                 catches Return of its home
//! turn     everything else                                    catches Failure, Abort
//! ```

use std::mem;

use crate::answer::{Answer, Raised};
use crate::blocks::{block_info, call, cull};
use crate::failure::Failure;
use crate::library::{self, class, selector};
use crate::turn::Turn;
use crate::value::{TRUE, Value};

/// The first slots of `Exception`, whose order is fixed.
pub const MESSAGE_TEXT: usize = 0;
/// The object that raised it.
pub const RECEIVER: usize = 1;
/// The selector not understood.
pub const SELECTOR: usize = 2;
/// The number of the signal under way, for the runtime only.
pub const SIGNAL_ID: usize = 3;
/// What a block wanted to return whose method is gone.
pub const RETURN_VALUE: usize = 4;

/// No handler.
pub(crate) const NONE: usize = usize::MAX;

/// An `on:do:` that is running.
#[derive(Debug)]
pub(crate) struct Handler {
    id: i64,
    /// The handler to ask next.
    parent: usize,
    pub protected: Value,
    pub class: Value,
    pub block: Value,
}

/// A `signal` that is running.
#[derive(Debug)]
pub(crate) struct Signal {
    id: i64,
    pub exception: Value,
    /// The handler that is running for it.
    handler: usize,
    /// The innermost handler where it was signalled: the first one to be asked.
    top: usize,
}

/// Why the stack unwinds.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) enum Unwind {
    #[default]
    None,
    /// `^` in a block.
    Return { home: i64, value: Value },
    /// The handler has run: its `on:do:` answers a value.
    Handler { id: i64, value: Value },
    /// `retry`
    Retry { id: i64 },
    /// `retryUsing:`
    RetryUsing { id: i64, block: Value },
    /// `resume:`
    Resume { id: i64, value: Value },
    /// `resignalAs:`
    Resignal { id: i64, exception: Value },
    /// An unhandled error.
    Failure,
    /// A limit was exceeded.
    Abort,
}

impl Unwind {
    /// The value underway, a root.
    pub(crate) fn value_mut(&mut self) -> Option<&mut Value> {
        match self {
            Self::Return { value, .. } | Self::Handler { value, .. } | Self::Resume { value, .. } => Some(value),
            Self::RetryUsing { block: value, .. } | Self::Resignal { exception: value, .. } => Some(value),
            Self::None | Self::Retry { .. } | Self::Failure | Self::Abort => None,
        }
    }

    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Failure | Self::Abort)
    }
}

/// An unwinding that waits for an `ensure:` block.
#[derive(Debug)]
pub(crate) struct Suspended {
    pub unwind: Unwind,
    failure: Option<Box<Failure>>,
}

/// What a running construct cuts back to when it ends.
#[derive(Clone, Copy)]
struct Depth {
    roots: usize,
    handlers: usize,
    top: usize,
    signals: usize,
    homes: usize,
}

impl Turn {
    fn depth(&self) -> Depth {
        Depth {
            roots: self.roots.len(),
            handlers: self.handlers.len(),
            top: self.handler_top,
            signals: self.signals.len(),
            homes: self.homes.len(),
        }
    }

    fn cut(&mut self, depth: Depth) {
        self.roots.truncate(depth.roots);
        self.handlers.truncate(depth.handlers);
        self.handler_top = depth.top;
        self.signals.truncate(depth.signals);
        self.homes.truncate(depth.homes);
    }

    fn next_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }

    fn unwind_with(&mut self, unwind: Unwind) -> Answer {
        self.unwind = unwind;
        Err(Raised)
    }
}

/// `protected on: class do: handler`
pub fn on_do(protected: Value, class: Value, handler: Value, t: &mut Turn) -> Answer {
    let depth = t.depth();
    let id = t.next_id();
    t.handlers.push(Handler { id, parent: depth.top, protected, class, block: handler });
    loop {
        t.handler_top = depth.handlers;
        let protected = t.handlers[depth.handlers].protected;
        let answer = call(protected, &[], t);
        if answer.is_ok() {
            t.cut(depth);
            return answer;
        }
        match t.unwind {
            Unwind::Handler { id: target, value } if target == id => {
                t.cut(depth);
                t.unwind = Unwind::None;
                return Ok(value);
            }
            Unwind::Retry { id: target } if target == id => {
                t.cut(Depth { handlers: depth.handlers + 1, ..depth });
                t.unwind = Unwind::None;
                if t.tick().is_err() {
                    t.cut(depth);
                    return Err(Raised);
                }
            }
            Unwind::RetryUsing { id: target, block } if target == id => {
                t.cut(depth);
                t.unwind = Unwind::None;
                return call(block, &[], t);
            }
            _ => {
                t.cut(depth);
                return answer;
            }
        }
    }
}

/// A block's value, while no handler around it sees what it signals.
pub fn without_handlers(protected: Value, t: &mut Turn) -> Answer {
    let depth = t.depth();
    t.handler_top = NONE;
    let answer = call(protected, &[], t);
    t.cut(depth);
    answer
}

/// `protected ensure: after`
pub fn ensure(protected: Value, after: Value, t: &mut Turn) -> Answer {
    finally(protected, after, true, t)
}

/// `protected ifCurtailed: after`
pub fn if_curtailed(protected: Value, after: Value, t: &mut Turn) -> Answer {
    finally(protected, after, false, t)
}

fn finally(protected: Value, after: Value, always: bool, t: &mut Turn) -> Answer {
    let depth = t.depth();
    t.push(after);
    let answer = call(protected, &[], t);
    let after = t.root(depth.roots);
    t.cut(depth);
    match answer {
        Ok(_) if !always => answer,
        Ok(value) => {
            t.push(value);
            call(after, &[], t)?;
            Ok(t.pop())
        }
        Err(_) => unwind_through(after, t),
    }
}

/// Runs a block while something unwinds, then lets it unwind on. The block's own unwinding takes its place,
/// except that nothing replaces the end of a turn.
fn unwind_through(after: Value, t: &mut Turn) -> Answer {
    let depth = t.depth();
    let waiting = t.suspended.len();
    let suspended = Suspended { unwind: mem::take(&mut t.unwind), failure: t.failure.take() };
    t.suspended.push(suspended);
    let answer = call(after, &[], t);
    t.cut(depth);
    let suspended = t.suspended.drain(waiting..).next();
    if let Some(suspended) = suspended
        && (answer.is_ok() || suspended.unwind.is_final())
    {
        t.unwind = suspended.unwind;
        t.failure = suspended.failure;
    }
    Err(Raised)
}

/// `exception signal`
pub fn signal(exception: Value, t: &mut Turn) -> Answer {
    let depth = t.depth();
    let mut exception = exception;
    loop {
        t.enter()?;
        let before = t.slot(exception, SIGNAL_ID);
        let id = t.next_id();
        t.set_slot(exception, SIGNAL_ID, Value::int(id))?;
        t.push(before);
        t.signals.push(Signal { id, exception, handler: NONE, top: depth.top });
        let answer = in_place(t.program.resumes, t, |t| handle(depth.signals, depth.top, t));
        exception = t.signals[depth.signals].exception;
        let before = t.roots.get(depth.roots).copied().unwrap_or_default();
        t.cut(depth);
        t.set_slot(exception, SIGNAL_ID, before)?;
        match (answer, t.unwind) {
            (Ok(_), _) => return answer,
            (Err(_), Unwind::Resume { id: target, value }) if target == id => {
                t.unwind = Unwind::None;
                return Ok(value);
            }
            (Err(_), Unwind::Resignal { id: target, exception: other }) if target == id => {
                t.unwind = Unwind::None;
                exception = other;
            }
            _ => return answer,
        }
    }
}

/// Runs the first handler from `from` on that wants the exception of a signal; if none does, the default action,
/// which sees all handlers there were at the signal.
fn handle(signal: usize, from: usize, t: &mut Turn) -> Answer {
    let mut at = from;
    while at != NONE {
        let Handler { id, parent, class, .. } = t.handlers[at];
        t.handler_top = parent;
        let exception = t.signals[signal].exception;
        if wants(class, exception, t)? {
            t.signals[signal].handler = at;
            let (block, exception) = (t.handlers[at].block, t.signals[signal].exception);
            // Handlers of the library may make the signal answer, whatever the program does.
            let library = block_info(block, t).is_some_and(|(number, _)| number < library::BLOCK_COUNT);
            let value = in_place(library, t, |t| cull(block, &[exception], t))?;
            return t.unwind_with(Unwind::Handler { id, value });
        }
        at = parent;
    }
    t.handler_top = t.signals[signal].top;
    t.signals[signal].handler = NONE;
    let exception = t.signals[signal].exception;
    t.send(selector::DEFAULT_ACTION, exception, &[])
}

/// Runs something during which nothing moves, if `fixed`: a signal may answer to code that holds values in Rust's locals.
fn in_place(fixed: bool, t: &mut Turn, run: impl FnOnce(&mut Turn) -> Answer) -> Answer {
    t.inhibit += u32::from(fixed);
    let answer = run(t);
    t.inhibit -= u32::from(fixed);
    answer
}

/// Whether a handler's class, or set of classes, includes the exception.
fn wants(class: Value, exception: Value, t: &mut Turn) -> Result<bool, Raised> {
    match class.as_class() {
        Some(class) => Ok(t.is_kind_of(exception, class)),
        None => Ok(t.send(selector::HANDLES_WITH, class, &[exception])? == TRUE),
    }
}

/// The running signal of an exception.
fn running(exception: Value, t: &Turn) -> Option<usize> {
    let id = t.slot(exception, SIGNAL_ID).as_small()?;
    t.signals.iter().rposition(|signal| signal.id == id)
}

/// The running signal of an exception and the id of the handler that is running for it.
fn handling(exception: Value, t: &mut Turn) -> Result<(usize, i64), Raised> {
    let found = running(exception, t);
    match found.and_then(|signal| Some((signal, t.handlers.get(t.signals[signal].handler)?.id))) {
        Some(found) => Ok(found),
        None => Err(t.raise(class::ERROR, "this exception is not being handled")),
    }
}

/// `exception return: value`
pub fn return_with(exception: Value, value: Value, t: &mut Turn) -> Answer {
    t.push(value);
    let (_, id) = handling(exception, t)?;
    let value = t.pop();
    t.unwind_with(Unwind::Handler { id, value })
}

/// `exception retry`
pub fn retry(exception: Value, t: &mut Turn) -> Answer {
    let (_, id) = handling(exception, t)?;
    t.unwind_with(Unwind::Retry { id })
}

/// `exception retryUsing: block`
pub fn retry_using(exception: Value, block: Value, t: &mut Turn) -> Answer {
    t.push(block);
    let (_, id) = handling(exception, t)?;
    let block = t.pop();
    t.unwind_with(Unwind::RetryUsing { id, block })
}

/// `exception resume: value`; the library has checked that it may.
pub fn resume(exception: Value, value: Value, t: &mut Turn) -> Answer {
    match running(exception, t) {
        Some(signal) => {
            let id = t.signals[signal].id;
            t.unwind_with(Unwind::Resume { id, value })
        }
        None => Err(t.raise(class::ERROR, "this exception is not being handled")),
    }
}

/// `exception pass`: as if this handler did not exist. An outer one that resumes, resumes the signal.
pub fn pass(exception: Value, t: &mut Turn) -> Answer {
    let (signal, _) = handling(exception, t)?;
    let value = handle_outside(signal, t)?;
    let id = t.signals[signal].id;
    t.unwind_with(Unwind::Resume { id, value })
}

/// `exception outer`: like `pass`, but an outer handler that resumes comes back here.
pub fn outer(exception: Value, t: &mut Turn) -> Answer {
    let (signal, _) = handling(exception, t)?;
    let depth = t.depth();
    let outer_id = t.signals[signal].id;
    let id = t.next_id();
    t.signals[signal].id = id;
    t.set_slot(exception, SIGNAL_ID, Value::int(id))?;
    let answer = handle_outside(signal, t);
    let exception = t.signals[signal].exception;
    t.cut(depth);
    t.signals[signal].id = outer_id;
    t.set_slot(exception, SIGNAL_ID, Value::int(outer_id))?;
    match (answer, t.unwind) {
        (Err(_), Unwind::Resume { id: target, value }) if target == id => {
            t.unwind = Unwind::None;
            Ok(value)
        }
        _ => answer,
    }
}

/// `exception isNested`: whether a handler outside of the one that runs would take it.
pub fn is_nested(exception: Value, t: &mut Turn) -> Result<bool, Raised> {
    let (signal, _) = handling(exception, t)?;
    let mut at = t.handlers[t.signals[signal].handler].parent;
    while at != NONE {
        let exception = t.signals[signal].exception;
        if wants(t.handlers[at].class, exception, t)? {
            return Ok(true);
        }
        at = t.handlers[at].parent;
    }
    Ok(false)
}

/// Looks for a handler outside of the one that runs, which is again the one that runs afterwards.
fn handle_outside(signal: usize, t: &mut Turn) -> Answer {
    let handler = t.signals[signal].handler;
    let top = t.handler_top;
    let from = t.handlers[handler].parent;
    let answer = handle(signal, from, t);
    t.signals[signal].handler = handler;
    t.handler_top = top;
    answer
}

/// `exception resignalAs: replacement`: unwinds to the signal, which signals the replacement instead.
pub fn resignal_as(exception: Value, replacement: Value, t: &mut Turn) -> Answer {
    match running(exception, t) {
        Some(signal) => {
            let id = t.signals[signal].id;
            t.unwind_with(Unwind::Resignal { id, exception: replacement })
        }
        None => signal(replacement, t),
    }
}

/// `^ value` in a block whose method has returned: BlockCannotReturn, which knows the value.
#[cold]
pub fn cannot_return(value: Value, t: &mut Turn) -> Answer {
    let text = t.string("the method of this block has already returned");
    t.push(value);
    let exception = t.instantiate(class::BLOCK_CANNOT_RETURN, 0);
    let value = t.pop();
    let exception = exception?;
    t.set_slot(exception, MESSAGE_TEXT, text)?;
    t.set_slot(exception, RETURN_VALUE, value)?;
    signal(exception, t)
}
