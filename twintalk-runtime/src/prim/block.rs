//! Blocks. A wrong number of arguments is an error of `blocks::call`.

use super::{Try, string};
use crate::blocks;
use crate::library::{self, class};
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

/// `[...] in Pump>>run`
pub fn block_source(this: Value, t: &mut Turn) -> Try {
    let Some((number, _)) = blocks::block_info(this, t) else { return Ok(None) };
    let library = library::BLOCKS.get(number as usize);
    let own = || t.program().blocks.get((number as usize).wrapping_sub(library::BLOCKS.len()));
    match library.or_else(own) {
        Some(info) => string(&format!("[...] in {}", info.method), t),
        None => Ok(None),
    }
}
