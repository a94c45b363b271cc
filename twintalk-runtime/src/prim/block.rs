//! Blocks. A wrong number of arguments is an error of `blocks::call`.

use super::{Try, string};
use crate::blocks;
use crate::exceptions;
use crate::library::{self, class};
use crate::program::BlockInfo;
use crate::turn::Turn;
use crate::value::Value;

fn call(this: Value, arguments: &[Value], t: &mut Turn) -> Try {
    if blocks::block_info(this, t).is_none_or(|(_, count)| usize::from(count) != arguments.len()) {
        return Ok(None);
    }
    blocks::call(this, arguments, t).map(Some)
}

/// `value`
pub fn block_value_0(this: Value, t: &mut Turn) -> Try {
    call(this, &[], t)
}

/// `value:`
pub fn block_value_1(this: Value, a: Value, t: &mut Turn) -> Try {
    call(this, &[a], t)
}

/// `value:value:`
pub fn block_value_2(this: Value, a: Value, b: Value, t: &mut Turn) -> Try {
    call(this, &[a, b], t)
}

/// `value:value:value:`
pub fn block_value_3(this: Value, a: Value, b: Value, c: Value, t: &mut Turn) -> Try {
    call(this, &[a, b, c], t)
}

/// `value:value:value:value:`
pub fn block_value_4(this: Value, a: Value, b: Value, c: Value, d: Value, t: &mut Turn) -> Try {
    call(this, &[a, b, c, d], t)
}

/// `valueWithArguments:`
pub fn block_value_with_arguments(this: Value, arguments: Value, t: &mut Turn) -> Try {
    let Some((_, body)) = t.object(arguments).filter(|(header, _)| header.class() == class::ARRAY) else {
        return Ok(None);
    };
    let arguments: Vec<Value> = body.iter().map(|word| Value::from_bits(*word)).collect();
    call(this, &arguments, t)
}

/// `numArgs`
pub fn block_num_args(this: Value, t: &mut Turn) -> Try {
    Ok(blocks::block_info(this, t).map(|(_, count)| Value::int(count.into())))
}

/// What the compiler knows of a block's text.
fn info(block: Value, t: &Turn) -> Option<&'static BlockInfo> {
    let (number, _) = blocks::block_info(block, t)?;
    let own = || t.program().blocks.get((number as usize).checked_sub(library::BLOCKS.len())?);
    library::BLOCKS.get(number as usize).or_else(own)
}

/// The block as it was written, on one line.
pub fn block_source(this: Value, t: &mut Turn) -> Try {
    match info(this, t) {
        Some(info) => string(&one_line(info.source), t),
        None => Ok(None),
    }
}

/// Joins the lines of a text: what indents them is no part of it.
fn one_line(source: &str) -> String {
    let lines: Vec<&str> = source.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// The method the block stands in.
pub fn block_method_name(this: Value, t: &mut Turn) -> Try {
    match info(this, t) {
        Some(info) => string(info.method, t),
        None => Ok(None),
    }
}

/// The `self` the block uses.
pub fn block_receiver(this: Value, t: &mut Turn) -> Try {
    Ok(blocks::block_info(this, t).map(|_| blocks::block_self(this, t)))
}

/// Whether the block, or one in it, returns from its method.
pub fn block_has_non_local_return(this: Value, t: &mut Turn) -> Try {
    Ok(blocks::block_info(this, t).map(|_| Value::boolean(!blocks::block_home(this, t).is_nil())))
}

/// Whether the block needs nothing of what is around it.
pub fn block_is_clean(this: Value, t: &mut Turn) -> Try {
    Ok(blocks::block_info(this, t).map(|_| Value::boolean(blocks::is_clean(this, t))))
}

/// The block's value, with no handler in sight.
pub fn block_value_without_handlers(this: Value, t: &mut Turn) -> Try {
    exceptions::without_handlers(this, t).map(Some)
}
