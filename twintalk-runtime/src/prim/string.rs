//! Strings and symbols.

use std::cmp::Ordering;

use super::text::{Chars, Narrow, make, make_wide};
use super::{Try, collation, index, length, range, write};
use crate::dispatch::{is_string, is_symbol};
use crate::known::Known;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

fn character(code: u32) -> Option<Value> {
    char::from_u32(code).map(Value::character)
}

/// `size`
pub fn string_size(this: Value, t: &mut Turn) -> Try {
    Ok(Chars::of(this, t).map(|chars| length(chars.len())))
}

/// How many characters a string or symbol has.
pub fn text_length(this: Value, t: &Turn) -> Option<i64> {
    Chars::of(this, t).map(|chars| chars.len() as i64)
}

/// `at:`
pub fn string_at(this: Value, place: Value, t: &mut Turn) -> Try {
    let Some(chars) = Chars::of(this, t) else { return Ok(None) };
    Ok(index(place, chars.len()).and_then(|index| character(chars.at(index))))
}

/// `at:put:`
pub fn string_at_put(this: Value, place: Value, value: Value, t: &mut Turn) -> Try {
    let Some(code) = value.as_character().filter(|_| this.is_reference()) else { return Ok(None) };
    let Some(index) = Chars::of(this, t).and_then(|chars| index(place, chars.len())) else { return Ok(None) };
    Ok(write::code(this, index, code.into(), t)?.then_some(value))
}

/// `String new: size withAll: aCharacter`
pub fn string_filled(this: Value, size: Value, value: Value, t: &mut Turn) -> Try {
    let (Some(class), Some(code)) = (this.as_class(), value.as_character()) else { return Ok(None) };
    let Some(size) = size.as_small().and_then(|size| usize::try_from(size).ok()) else { return Ok(None) };
    if !t.inherits(class, class::STRING) {
        return Ok(None);
    }
    let wide = u32::from(code) > 255 || class == class::WIDE_STRING;
    let (kind, own) = if wide { (Kind::Wide, class::WIDE_STRING) } else { (Kind::Bytes, class::BYTE_STRING) };
    let class = if is_string(class) { own } else { class };
    let string = t.allocate(kind, class, size)?;
    write::codes(string, 0, &vec![u32::from(code); size], t)?;
    Ok(Some(string))
}

/// A copy that can hold any character.
pub fn string_widen(this: Value, t: &mut Turn) -> Try {
    let Some(codes) = Chars::of(this, t).map(|chars| chars.part(0..chars.len())) else { return Ok(None) };
    Ok(Some(make_wide(&codes, t)))
}

/// Whether the string can hold any character.
pub fn string_is_wide(this: Value, t: &mut Turn) -> Try {
    Ok(Chars::of(this, t).map(|chars| Value::boolean(matches!(chars, Chars::Wide(_)))))
}

fn both<T>(this: Value, other: Value, t: &Turn, test: impl FnOnce(Chars<'_>, Chars<'_>) -> T) -> Option<T> {
    Some(test(Chars::of(this, t)?, Chars::of(other, t)?))
}

/// `=`
pub fn string_equal(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(both(this, other, t, |a, b| Value::boolean(a == b)))
}

fn sign(order: Ordering) -> Value {
    Value::int(order as i64)
}

/// The order of two strings by the codes of their characters.
fn order(this: Value, other: Value, t: &Turn) -> Option<Ordering> {
    both(this, other, t, |a, b| match (&a, &b) {
        (Chars::Narrow(a), Chars::Narrow(b)) => a.cmp(b),
        _ => a.codes().cmp(b.codes()),
    })
}

/// -1 before, 0 equal, 1 behind.
pub fn string_compare(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(order(this, other, t).map(sign))
}

/// What the order of two strings says, where no class has another one.
fn ordered(this: Value, other: Value, t: &Turn, is: fn(Ordering) -> bool) -> Try {
    let known = t.frozen.known(t.class_of(this)).has(Known::COMPARED);
    Ok(if known { order(this, other, t).map(|order| Value::boolean(is(order))) } else { None })
}

/// `<`
pub fn string_less(this: Value, other: Value, t: &mut Turn) -> Try {
    ordered(this, other, t, Ordering::is_lt)
}

/// `<=`
pub fn string_less_equal(this: Value, other: Value, t: &mut Turn) -> Try {
    ordered(this, other, t, Ordering::is_le)
}

/// `>`
pub fn string_greater(this: Value, other: Value, t: &mut Turn) -> Try {
    ordered(this, other, t, Ordering::is_gt)
}

/// `>=`
pub fn string_greater_equal(this: Value, other: Value, t: &mut Turn) -> Try {
    ordered(this, other, t, Ordering::is_ge)
}

/// The same, in an order by number: 1 ignores the case of Latin letters, 2 is that of a dictionary.
pub fn string_collate(this: Value, other: Value, order: Value, t: &mut Turn) -> Try {
    let key = match order.as_small() {
        Some(1) => collation::folded,
        Some(2) => collation::dictionary,
        _ => return Ok(None),
    };
    Ok(both(this, other, t, |a, b| sign(a.codes().map(key).cmp(b.codes().map(key)))))
}

/// `findString: startingAt:` without regard to the case of Latin letters.
pub fn string_find_folded(this: Value, part: Value, from: Value, t: &mut Turn) -> Try {
    let Some(from) = start(from) else { return Ok(None) };
    Ok(both(this, part, t, |chars, part| {
        let folded = |chars: Chars<'_>| Chars::Wide(chars.codes().map(collation::folded).collect());
        length(folded(chars).find(&folded(part), from).map_or(0, |index| index + 1))
    }))
}

/// `beginsWith:`
pub fn string_begins_with(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(both(this, other, t, |a, b| Value::boolean(a.matches(&b, 0))))
}

/// `endsWith:`
pub fn string_ends_with(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(both(this, other, t, |a, b| Value::boolean(a.len().checked_sub(b.len()).is_some_and(|at| a.matches(&b, at)))))
}

fn start(value: Value) -> Option<usize> {
    Some(usize::try_from(value.as_small()?).unwrap_or(1).max(1) - 1)
}

/// `indexOf: aCharacter startingAt:`
pub fn string_index_of(this: Value, value: Value, from: Value, t: &mut Turn) -> Try {
    let (Some(chars), Some(code), Some(from)) = (Chars::of(this, t), value.as_character(), start(from)) else {
        return Ok(None);
    };
    let code = u32::from(code);
    let found = match (&chars, u8::try_from(code)) {
        (Chars::Narrow(bytes), Ok(byte)) => bytes.get(from..).and_then(|rest| rest.iter().position(|each| *each == byte)),
        _ => (from..chars.len()).position(|index| chars.at(index) == code),
    };
    Ok(Some(length(found.map_or(0, |index| from + index + 1))))
}

/// `indexOfSubCollection: aString startingAt:`
pub fn string_find(this: Value, part: Value, from: Value, t: &mut Turn) -> Try {
    let Some(from) = start(from) else { return Ok(None) };
    Ok(both(this, part, t, |chars, part| length(chars.find(&part, from).map_or(0, |index| index + 1))))
}

/// `,` with another string.
pub fn string_concat(this: Value, other: Value, t: &mut Turn) -> Try {
    if let (Some((a, length)), Some((b, more))) = (Narrow::of(this, t), Narrow::of(other, t)) {
        let joined = t.allocate(Kind::Bytes, class::BYTE_STRING, length + more)?;
        write::narrow(joined, 0, a, 0, length, t)?;
        write::narrow(joined, length, b, 0, more, t)?;
        return Ok(Some(joined));
    }
    let joined = both(this, other, t, |a, b| a.codes().chain(b.codes()).collect::<Vec<u32>>());
    Ok(joined.map(|codes| make(&codes, t)))
}

/// `copyReplaceAll:with:` of strings.
pub fn string_replace_all(this: Value, old: Value, new: Value, t: &mut Turn) -> Try {
    let (Some(chars), Some(old), Some(new)) = (Chars::of(this, t), Chars::of(old, t), Chars::of(new, t)) else {
        return Ok(None);
    };
    let (mut codes, mut at) = (Vec::with_capacity(chars.len()), 0);
    while let Some(found) = chars.find(&old, at) {
        codes.extend((at..found).map(|index| chars.at(index)));
        codes.extend(new.codes());
        at = found + old.len();
    }
    codes.extend((at..chars.len()).map(|index| chars.at(index)));
    Ok(Some(make(&codes, t)))
}

/// `reversed`
pub fn string_reversed(this: Value, t: &mut Turn) -> Try {
    let codes = Chars::of(this, t).map(|chars| (0..chars.len()).rev().map(|index| chars.at(index)).collect::<Vec<_>>());
    Ok(codes.map(|codes| make(&codes, t)))
}

/// The characters of a range, as a String.
pub(super) fn copy_range(this: Value, from: Value, to: Value, t: &mut Turn) -> Try {
    if let Some((bytes, count)) = Narrow::of(this, t) {
        let Some(range) = range(from, to, count) else { return Ok(None) };
        let copy = t.allocate(Kind::Bytes, class::BYTE_STRING, range.len())?;
        write::narrow(copy, 0, bytes, range.start, range.len(), t)?;
        return Ok(Some(copy));
    }
    let Some(chars) = Chars::of(this, t) else { return Ok(None) };
    let Some(range) = range(from, to, chars.len()) else { return Ok(None) };
    let part = chars.part(range);
    Ok(Some(make(&part, t)))
}

/// A new object of the receiver's class, as symbols have to stay symbols.
fn recased(this: Value, t: &mut Turn, change: fn(&str) -> String) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    let changed = change(&text);
    let symbol = this.as_symbol().is_some() || t.header(this).is_some_and(|header| is_symbol(header.class()));
    Ok(Some(if symbol { t.symbol(&changed) } else { t.string(&changed) }))
}

/// `asUppercase`
pub fn string_as_uppercase(this: Value, t: &mut Turn) -> Try {
    recased(this, t, |text| text.chars().map(super::character::upper).collect())
}

/// `asLowercase`
pub fn string_as_lowercase(this: Value, t: &mut Turn) -> Try {
    recased(this, t, |text| text.chars().map(super::character::lower).collect())
}

/// `asSymbol`
pub fn string_as_symbol(this: Value, t: &mut Turn) -> Try {
    if this.as_symbol().is_some() {
        return Ok(Some(this));
    }
    let Some(text) = Chars::of(this, t).map(|chars| chars.to_text()) else { return Ok(None) };
    Ok(Some(t.symbol(&text)))
}

/// `asString` of a symbol.
pub fn symbol_as_string(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    super::string(&text, t)
}

/// The class of that name.
pub fn string_as_class(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    Ok(t.frozen().class_number(&text).map(Value::class))
}

/// The class of a block's method, by its name.
pub fn block_class_named(_block: Value, name: Value, t: &mut Turn) -> Try {
    string_as_class(name, t)
}

/// A byte for each character of a string that has only such.
pub fn string_as_bytes(this: Value, t: &mut Turn) -> Try {
    let bytes = match Chars::of(this, t) {
        Some(Chars::Narrow(bytes)) => bytes.to_vec(),
        _ => return Ok(None),
    };
    Ok(Some(t.new_bytes(Kind::Bytes, class::BYTE_ARRAY, &bytes)))
}

/// `utf8Encoded`
pub fn string_utf8_encoded(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    Ok(Some(t.new_bytes(Kind::Bytes, class::BYTE_ARRAY, text.as_bytes())))
}

/// `utf8Decoded` of a byte array.
pub fn bytes_utf8_decoded(this: Value, t: &mut Turn) -> Try {
    match t.bytes(this).map(String::from_utf8) {
        Some(Ok(text)) => super::string(&text, t),
        _ => Ok(None),
    }
}
