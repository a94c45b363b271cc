//! Blocks. A wrong number of arguments is an error of `blocks::call`.

use super::{Try, string};
use crate::blocks;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

fn call(this: Value, arguments: &[Value], t: &mut Turn) -> Try {
    if t.kind_of(this) != Some(Kind::Block) || blocks::argument_count(this, t) != arguments.len() {
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
    let is_block = t.kind_of(this) == Some(Kind::Block);
    Ok(is_block.then(|| Value::int(blocks::argument_count(this, t) as i64)))
}

/// `[...] in Pump>>run`
pub fn block_source(this: Value, t: &mut Turn) -> Try {
    match blocks::info(this, t) {
        Some(info) => string(&format!("[...] in {}", info.method), t),
        None => Ok(None),
    }
}
