//! What twin classes say of themselves: a message to the class side, asked once when the program starts.

use std::sync::Arc;

use super::api::{OpenError, Options};
use super::host::{Clock, ShardHost};
use super::names::DEEPEST;
use super::world::{Class, Known};
use crate::frozen::Frozen;
use crate::turn::Turn;
use crate::value::Value;

/// Asks each twin class of the program that has a class method of this name; `read` tells what an answer means, and `put` keeps
/// it, as nothing where the answer is nil. What else is answered is an error that says what is wanted.
pub(super) fn ask<T>(
    classes: &mut [Class],
    frozen: &Arc<Frozen>,
    options: &Options,
    name: &str,
    wanted: &str,
    read: impl Fn(Value, &mut Turn) -> Option<T>,
    put: impl Fn(&mut Known, Option<T>),
) -> Result<(), OpenError> {
    let Some(selector) = frozen.symbol_number(name) else { return Ok(()) };
    let clock = Clock::default();
    clock.advance();
    let mut turn = Turn::new(Arc::clone(frozen), Box::new(ShardHost(clock)), options.limits);
    for Class { name: class, known, .. } in classes {
        let Some(known) = known.as_mut().filter(|known| says(frozen, known.number, selector)) else { continue };
        let mut answered = (String::new(), None);
        let answer = turn.run(|t| {
            let answer = t.send(selector, Value::class(known.number), &[])?;
            answered = (t.describe(answer), read(answer, t));
            Ok(answer)
        });
        let answer = answer.map_err(|failure| OpenError::Program { why: format!("{class} class>>{name}: {failure}") })?;
        let (answered, meant) = answered;
        if meant.is_none() && !answer.is_nil() {
            let why = format!("{class} class>>{name} answers {answered}; it must be {wanted}, or nil");
            return Err(OpenError::Program { why });
        }
        put(known, meant);
    }
    Ok(())
}

/// Whether the class side of a class of the program has a method; the library's answers nothing of interest.
fn says(frozen: &Frozen, class: u32, selector: u32) -> bool {
    let info = |number| frozen.class(number).filter(|info| info.is_twin);
    let classes = std::iter::successors(info(class), |class| class.superclass.and_then(info));
    classes.take(DEEPEST).any(|class| class.class_selectors.contains(&selector))
}
