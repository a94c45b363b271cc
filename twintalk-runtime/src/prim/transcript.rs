//! The transcript.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// Writes a string.
pub fn transcript_write(this: Value, text: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(text) else { return Ok(None) };
    t.transcript(&text);
    Ok(Some(this))
}
