//! The process a program runs in.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// The arguments of the command line, as strings.
pub fn program_arguments(_this: Value, t: &mut Turn) -> Try {
    let arguments = t.host().arguments();
    let mut strings = Vec::with_capacity(arguments.len());
    for argument in &arguments {
        strings.push(t.string(argument));
    }
    Ok(Some(crate::state::array(&strings, t)?))
}

/// Ends the program with a status from 0 to 255, where the host allows it.
pub fn program_exit(_this: Value, status: Value, t: &mut Turn) -> Try {
    let Some(status) = status.as_small().and_then(|status| u8::try_from(status).ok()) else { return Ok(None) };
    t.host().exit(status);
    Ok(None)
}
