//! Twins, as far as the host of the turn has them. Where it has none, the library's own registry serves.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// `id`
pub fn twin_id(this: Value, t: &mut Turn) -> Try {
    if !this.is_self() {
        return Ok(None);
    }
    let id = t.twin_id().to_owned();
    super::string(&id, t)
}
