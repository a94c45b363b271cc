//! Block objects: the number of their code, their home and self, and what they captured.

use crate::answer::Answer;
use crate::library::{self, class, selector};
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{NIL, Value};

const INFO: usize = 0;
const HOME: usize = 1;
const SELF: usize = 2;
const CAPTURED: usize = 3;
/// The home of a block that left its turn: a number no home has.
const DEAD: Value = Value::int(0);
/// Block numbers take the low bits of the first word, the argument count those above.
const NUMBER_BITS: u32 = 32;

/// Makes a block. `home` is nil for blocks without `^`.
#[inline(always)]
pub fn block(number: u32, arguments: u8, home: Value, this: Value, captured: &[Value], t: &mut Turn) -> Value {
    let info = Value::int(i64::from(arguments) << NUMBER_BITS | i64::from(number));
    t.new_values_after(Kind::Block, class::BLOCK_CLOSURE, [info, home, this], captured)
}

/// A value the block captured.
#[inline]
pub fn captured(block: Value, index: usize, t: &Turn) -> Value {
    t.field(block, CAPTURED + index)
}

/// The `self` of the block's method.
#[inline]
pub fn block_self(block: Value, t: &Turn) -> Value {
    t.slot(block, SELF)
}

/// The home that `^` in the block returns from.
#[inline]
pub fn block_home(block: Value, t: &Turn) -> Value {
    t.slot(block, HOME)
}

/// Whether a block uses neither `self` nor a variable around it, and does not return from its method.
pub fn is_clean(block: Value, t: &Turn) -> bool {
    let captures = t.header(block).is_some_and(|header| header.length() > CAPTURED);
    !captures && block_self(block, t).is_nil() && block_home(block, t).is_nil()
}

/// The number of the block's code and how many arguments it takes; `None` for what is no block.
#[inline]
pub fn block_info(block: Value, t: &Turn) -> Option<(u32, u8)> {
    if t.kind_of(block)? != Kind::Block {
        return None;
    }
    let info = t.slot(block, INFO).small_unchecked();
    Some((info as u32, (info >> NUMBER_BITS) as u8))
}

/// Cuts a block that outlives its turn off its home.
pub(crate) fn forget_home(body: &mut [u64]) {
    if let Some(home) = body.get_mut(HOME)
        && *home != NIL.bits()
    {
        *home = DEAD.bits();
    }
}

/// Calls a block; raises if the number of arguments is not the block's.
#[inline]
pub fn call(block: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    match block_info(block, t) {
        Some((number, count)) if usize::from(count) == arguments.len() => {
            if number < library::BLOCK_COUNT {
                library::block(number, block, arguments, t)
            } else {
                (t.program.block)(number, block, arguments, t)
            }
        }
        Some(_) => wrong_arguments(block, arguments, t),
        None => call_other(block, arguments, t),
    }
}

/// What stands for a block: anything that understands `value`, `value:` …
#[cold]
fn call_other(receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    let selector = match arguments.len() {
        0 => selector::VALUE,
        1 => selector::VALUE_WITH,
        2 => selector::VALUE_VALUE,
        _ => {
            let array = t.new_values(Kind::Values, class::ARRAY, arguments);
            return t.send(selector::VALUE_WITH_ARGUMENTS_WITH, receiver, &[array]);
        }
    };
    t.send(selector, receiver, arguments)
}

/// Calls a block with as many of the arguments as it takes (`cull:`).
pub fn cull(block: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    match (block_info(block, t), arguments) {
        (Some((_, count)), _) => call(block, &arguments[..arguments.len().min(count.into())], t),
        (None, [argument]) => t.send(selector::CULL_WITH, block, &[*argument]),
        (None, _) => call(block, arguments, t),
    }
}

/// Raises the error of a block called with another number of arguments than it takes.
#[cold]
pub fn wrong_arguments(block: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    let given = Value::int(arguments.len() as i64);
    t.send(selector::NUM_ARGS_ERROR_WITH, block, &[given])
}
