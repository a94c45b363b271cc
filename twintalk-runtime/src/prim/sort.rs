//! Sorting what can be compared without a message.

use std::cmp::Ordering;

use super::Try;
use super::number::{Number, compare};
use super::text::Chars;
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

/// `sort` of an array of numbers that are not NaN, or of strings.
pub fn array_sort(this: Value, t: &mut Turn) -> Try {
    let Some((_, body)) = t.object(this).filter(|(header, _)| header.class() == class::ARRAY) else { return Ok(None) };
    let mut values: Vec<Value> = body.iter().map(|word| Value::from_bits(*word)).collect();
    if !sort_integers(&mut values) && !sort_numbers(&mut values, t) && !sort_texts(&mut values, t) {
        return Ok(None);
    }
    for (index, value) in values.into_iter().enumerate() {
        t.set_slot(this, index, value)?;
    }
    Ok(Some(this))
}

fn sort_integers(values: &mut [Value]) -> bool {
    let all = values.iter().all(|value| value.is_small());
    if all {
        values.sort_by_key(|value| value.as_small());
    }
    all
}

fn sort_numbers(values: &mut Vec<Value>, t: &Turn) -> bool {
    let numbers: Option<Vec<(Number, Value)>> = values.iter().map(|value| Some((Number::of(*value, t)?, *value))).collect();
    let Some(mut numbers) = numbers else { return false };
    if numbers.iter().any(|(number, _)| matches!(number, Number::Float(float) if float.is_nan())) {
        return false;
    }
    numbers.sort_by(|(a, _), (b, _)| compare(a, b).unwrap_or(Ordering::Equal));
    *values = numbers.into_iter().map(|(_, value)| value).collect();
    true
}

fn sort_texts(values: &mut Vec<Value>, t: &Turn) -> bool {
    let texts: Option<Vec<(Chars<'_>, Value)>> = values.iter().map(|value| Some((Chars::of(*value, t)?, *value))).collect();
    let Some(mut texts) = texts else { return false };
    texts.sort_by(|(a, _), (b, _)| a.codes().cmp(b.codes()));
    *values = texts.into_iter().map(|(_, value)| value).collect();
    true
}
