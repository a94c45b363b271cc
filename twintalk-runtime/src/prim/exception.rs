//! The mechanics of exceptions, by the names the library has for them.

use super::Try;
use crate::exceptions;
use crate::turn::Turn;
use crate::unhandled;
use crate::value::Value;

/// `on:do:`
pub fn on_do(this: Value, class: Value, handler: Value, t: &mut Turn) -> Try {
    exceptions::on_do(this, class, handler, t).map(Some)
}

/// `ensure:`
pub fn ensure(this: Value, after: Value, t: &mut Turn) -> Try {
    exceptions::ensure(this, after, t).map(Some)
}

/// `ifCurtailed:`
pub fn if_curtailed(this: Value, after: Value, t: &mut Turn) -> Try {
    exceptions::if_curtailed(this, after, t).map(Some)
}

/// `signal`
pub fn exception_signal(this: Value, t: &mut Turn) -> Try {
    exceptions::signal(this, t).map(Some)
}

/// What ends the turn when nobody handles the exception.
pub fn exception_unhandled(this: Value, t: &mut Turn) -> Try {
    Err(unhandled::unhandled(this, t))
}

/// `return:`
pub fn exception_return(this: Value, value: Value, t: &mut Turn) -> Try {
    exceptions::return_with(this, value, t).map(Some)
}

/// `retry`
pub fn exception_retry(this: Value, t: &mut Turn) -> Try {
    exceptions::retry(this, t).map(Some)
}

/// `retryUsing:`
pub fn exception_retry_using(this: Value, block: Value, t: &mut Turn) -> Try {
    exceptions::retry_using(this, block, t).map(Some)
}

/// `resumeUnchecked:`
pub fn exception_resume(this: Value, value: Value, t: &mut Turn) -> Try {
    exceptions::resume(this, value, t).map(Some)
}

/// `pass`
pub fn exception_pass(this: Value, t: &mut Turn) -> Try {
    exceptions::pass(this, t).map(Some)
}

/// `outer`
pub fn exception_outer(this: Value, t: &mut Turn) -> Try {
    exceptions::outer(this, t).map(Some)
}

/// `resignalAs:`
pub fn exception_resignal_as(this: Value, other: Value, t: &mut Turn) -> Try {
    exceptions::resignal_as(this, other, t).map(Some)
}

/// `isNested`
pub fn exception_is_nested(this: Value, t: &mut Turn) -> Try {
    exceptions::is_nested(this, t).map(|nested| Some(Value::boolean(nested)))
}
