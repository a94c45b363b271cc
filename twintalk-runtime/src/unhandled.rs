//! Errors that nobody handles: they end the turn, and tell of the way out.

use crate::answer::{Here, Raised};
use crate::exceptions::{MESSAGE_TEXT, RECEIVER, SELECTOR, Unwind};
use crate::failure::{Failure, FailureKind};
use crate::library::selector;
use crate::turn::Turn;
use crate::value::Value;

/// Library files whose methods do nothing but signal: how an exception came about is no news in a backtrace.
const SIGNALLING: &[&str] = &[
    "library/exception.st",
    "library/errors.st",
    "library/errors_runtime.st",
    "library/errors_selector.st",
    "library/halt.st",
    "library/object_errors.st",
    "library/proto_object.st",
];

fn signals(here: &Here) -> bool {
    SIGNALLING.contains(&here.file)
}

impl Turn {
    /// Starts the unwinding of an unhandled error.
    #[cold]
    pub(crate) fn fail(&mut self, class: &str, message: String) -> Raised {
        self.failure = Some(Box::new(Failure { class: class.to_owned(), message, ..Failure::default() }));
        self.unwind = Unwind::Failure;
        Raised
    }

    /// Adds a line to the backtrace of a failure on its way out.
    #[cold]
    #[inline(never)]
    pub(crate) fn note_frame(&mut self, here: &'static Here, line: u32) {
        if !self.unwind.is_final() {
            return;
        }
        if let Some(failure) = &mut self.failure
            && !signals(here)
        {
            failure.push_frame(here.method, here.file, line);
        }
    }
}

/// Ends the turn with an error.
#[cold]
pub fn unhandled(exception: Value, t: &mut Turn) -> Raised {
    t.push(exception);
    let text = message_text(exception, t);
    let exception = t.pop();
    let message = match text {
        Ok(message) => message,
        Err(raised) if t.unwind.is_final() => return raised,
        Err(_) => t.text(t.slot(exception, MESSAGE_TEXT)).unwrap_or_default(),
    };
    let class = t.class_name(t.class_of(exception));
    let receiver = t.slot(exception, RECEIVER);
    let receiver = (!receiver.is_nil()).then(|| t.class_name(t.class_of(receiver)));
    let selector = t.text(t.slot(exception, SELECTOR));
    let kind = FailureKind::Error;
    t.failure = Some(Box::new(Failure { class, message, selector, receiver, kind, ..Failure::default() }));
    t.unwind = Unwind::Failure;
    Raised
}

/// What `messageText` answers, if it is text.
fn message_text(exception: Value, t: &mut Turn) -> Result<String, Raised> {
    let text = t.send(selector::MESSAGE_TEXT, exception, &[])?;
    Ok(t.text(text).unwrap_or_default())
}
