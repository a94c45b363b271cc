//! Values across a border.
use crate::answer::{Answer, Raised};
use crate::data::Data;
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

/// In.
pub fn import(data: &Data, t: &mut Turn) -> Answer {
    Ok(match data {
        Data::Nil => Value::NIL,
        Data::Boolean(b) => Value::boolean(*b),
        Data::Integer(i) => t.integer(*i),
        Data::Float(f) => Value::float(*f),
        Data::String(s) => t.string(s),
        Data::Symbol(s) => t.symbol(s),
        Data::Twin(id) => t.twin_reference(id),
        _ => return Err(t.raise(class::ERROR, "?")),
    })
}

/// Out.
pub fn export(value: Value, t: &mut Turn) -> Result<Data, Raised> {
    if let Some(i) = value.as_small() { return Ok(Data::Integer(i)); }
    if let Some(i) = value.as_float() { return Ok(Data::Float(i)); }
    if let Some(i) = value.as_bool() { return Ok(Data::Boolean(i)); }
    if let Some(i) = t.text(value) { return Ok(Data::String(i)); }
    Ok(Data::Nil)
}
