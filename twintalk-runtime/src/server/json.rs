//! [`Data`] from and to JSON.
//!
//! Read by jiter: it hands over the digits of a number, so large integers stay exact, without
//! serde_json's `arbitrary_precision`, which would change serde_json for the whole program.

use std::{borrow::Cow, collections::HashSet, fmt};

use jiter::{Jiter, JiterError, LinePosition, Peek};
use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;

use crate::data::Data;

/// How deep arrays and objects may nest, both ways.
const DEPTH: usize = 128;

/// Digits of an integer: reading them costs their square.
const DIGITS: usize = 100_000;

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON text, read value by value.
pub struct Reader<'a> {
    json: Jiter<'a>,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Self { json: Jiter::new(text) }
    }

    /// Reads the whole text as one object of the `known` fields; `take` reads the value of the field of that index.
    pub fn fields(mut self, known: &[&str], mut take: impl FnMut(usize, &mut Self) -> Result<(), Wrong>) -> Result<(), Wrong> {
        let mut key = self.json.next_object().map(|key| key.map(|key| index(known, key)));
        while let Some(field) = key.map_err(|wrong| self.wrong(wrong))? {
            let field = field?;
            take(field, &mut self).map_err(|Wrong(what)| Wrong(format!("`{}`: {what}", known[field])))?;
            key = self.json.next_key().map(|key| key.map(|key| index(known, key)));
        }
        self.finish()
    }

    /// Reads the whole text as one value.
    #[cfg(test)]
    pub fn whole(mut self) -> Result<Data, Wrong> {
        let data = self.data()?;
        self.finish()?;
        Ok(data)
    }

    pub fn string(&mut self) -> Result<String, Wrong> {
        let string = self.json.next_str().map(str::to_owned);
        string.map_err(|wrong| self.wrong(wrong))
    }

    /// An array's elements.
    pub fn array(&mut self) -> Result<Vec<Data>, Wrong> {
        let mut next = self.json.next_array();
        let mut elements = Vec::new();
        while let Some(peek) = next.map_err(|wrong| self.wrong(wrong))? {
            elements.push(self.value(peek, DEPTH)?);
            next = self.json.array_step();
        }
        Ok(elements)
    }

    /// An object's members, in order.
    pub fn object(&mut self) -> Result<Vec<(String, Data)>, Wrong> {
        let peek = self.json.peek().map_err(|wrong| self.wrong(wrong))?;
        if peek != Peek::Object {
            return Err(self.wrong_here("expected an object"));
        }
        self.members(DEPTH)
    }

    #[cfg(test)]
    fn data(&mut self) -> Result<Data, Wrong> {
        let peek = self.json.peek().map_err(|wrong| self.wrong(wrong))?;
        self.value(peek, DEPTH)
    }

    fn value(&mut self, peek: Peek, depth: usize) -> Result<Data, Wrong> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.wrong_here(&format!("nested more than {DEPTH} deep")));
        };
        match peek {
            Peek::Null => self.json.known_null().map(|()| Data::Nil).map_err(|wrong| self.wrong(wrong)),
            Peek::True | Peek::False => self.json.known_bool(peek).map(Data::Boolean).map_err(|wrong| self.wrong(wrong)),
            Peek::String => self.string().map(Data::String),
            Peek::Array => {
                let mut next = self.json.known_array();
                let mut elements = Vec::new();
                while let Some(peek) = next.map_err(|wrong| self.wrong(wrong))? {
                    elements.push(self.value(peek, depth)?);
                    next = self.json.array_step();
                }
                Ok(Data::Array(elements))
            }
            Peek::Object => self.members(depth).map(object),
            _ => self.number(peek),
        }
    }

    fn members(&mut self, depth: usize) -> Result<Vec<(String, Data)>, Wrong> {
        let mut key = self.json.next_object().map(|key| key.map(str::to_owned));
        let mut members = Vec::new();
        while let Some(name) = key.map_err(|wrong| self.wrong(wrong))? {
            let peek = self.json.peek().map_err(|wrong| self.wrong(wrong))?;
            members.push((name, self.value(peek, depth)?));
            key = self.json.next_key().map(|key| key.map(str::to_owned));
        }
        Ok(members)
    }

    fn number(&mut self, peek: Peek) -> Result<Data, Wrong> {
        let number = self.json.known_number_bytes(peek).map(number);
        match number.map_err(|wrong| self.wrong(wrong))? {
            Ok(data) => Ok(data),
            Err(what) => Err(self.wrong_here(what)),
        }
    }

    fn finish(mut self) -> Result<(), Wrong> {
        self.json.finish().map_err(|wrong| self.wrong(wrong))
    }

    fn wrong(&self, error: JiterError) -> Wrong {
        self.wrong_at(&error.error_type, self.json.error_position(error.index))
    }

    fn wrong_here(&self, what: &str) -> Wrong {
        self.wrong_at(what, self.json.current_position())
    }

    /// A text of one line, as those of a bulk request are, has columns only.
    fn wrong_at(&self, what: impl fmt::Display, LinePosition { line, column }: LinePosition) -> Wrong {
        Wrong(match line {
            1 => format!("{what} at column {column}"),
            _ => format!("{what} at line {line} column {column}"),
        })
    }
}

fn index(known: &[&str], key: &str) -> Result<usize, Wrong> {
    known
        .iter()
        .position(|name| *name == key)
        .ok_or_else(|| Wrong(format!("unknown field `{}`; the fields are `{}`", key.escape_debug(), known.join("`, `"))))
}

/// An object is a Dictionary with String keys, except that `{"twin": id}` refers to a twin.
fn object(members: Vec<(String, Data)>) -> Data {
    match members.as_slice() {
        [(key, Data::String(id))] if key == "twin" => Data::Twin(id.clone()),
        _ => Data::Dictionary(members.into_iter().map(|(key, value)| (Data::String(key), value)).collect()),
    }
}

fn number(digits: &[u8]) -> Result<Data, &'static str> {
    let digits = std::str::from_utf8(digits).map_err(|_| "invalid number")?;
    if digits.contains(['.', 'e', 'E']) {
        let float: f64 = digits.parse().map_err(|_| "invalid number")?;
        return if float.is_finite() { Ok(Data::Float(float)) } else { Err("number too large for a Float") };
    }
    if let Ok(small) = digits.parse() {
        return Ok(Data::Integer(small));
    }
    if digits.len() > DIGITS {
        return Err("integer of too many digits");
    }
    digits.parse().map(Data::LargeInteger).map_err(|_| "invalid number")
}

/// Data on its way out, and how deep it may still nest.
pub struct Out<'a>(&'a Data, usize);

impl<'a> Out<'a> {
    pub fn new(data: &'a Data) -> Self {
        Self(data, DEPTH)
    }
}

impl Serialize for Out<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Some(depth) = self.1.checked_sub(1) else {
            return Err(S::Error::custom(format_args!("it is nested more than {DEPTH} deep")));
        };
        match self.0 {
            Data::Nil => to.serialize_unit(),
            Data::Boolean(boolean) => to.serialize_bool(*boolean),
            Data::Integer(integer) => to.serialize_i64(*integer),
            Data::LargeInteger(integer) => large(integer, to),
            Data::Float(float) => finite(*float, to),
            Data::Fraction(numerator, denominator) => finite(quotient(numerator, denominator), to),
            Data::Character(character) => to.serialize_char(*character),
            Data::String(string) | Data::Symbol(string) => to.serialize_str(string),
            Data::Array(elements) => {
                let mut array = to.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| array.serialize_element(&Out(element, depth)))?;
                array.end()
            }
            Data::ByteArray(bytes) => to.collect_seq(bytes),
            Data::Dictionary(pairs) => {
                let names: Vec<_> = pairs.iter().map(|(key, _)| name(key)).collect::<Result<_, _>>()?;
                distinct(pairs, &names)?;
                to.collect_map(names.iter().zip(pairs.iter().map(|(_, value)| Out(value, depth))))
            }
            Data::Twin(id) => {
                let mut object = to.serialize_map(Some(1))?;
                object.serialize_entry("twin", id)?;
                object.end()
            }
            Data::Object { class, slots } => {
                let mut object = to.serialize_map(Some(slots.len() + 1))?;
                if slots.iter().all(|(name, _)| name != "class") {
                    object.serialize_entry("class", class)?;
                }
                for (name, value) in slots {
                    object.serialize_entry(name, &Out(value, depth))?;
                }
                object.end()
            }
        }
    }
}

fn finite<S: Serializer>(float: f64, to: S) -> Result<S::Ok, S::Error> {
    if float.is_finite() {
        return to.serialize_f64(float);
    }
    Err(S::Error::custom(format_args!("it holds a number that is {}", if float.is_nan() { "NaN" } else { "infinite" })))
}

fn large<S: Serializer>(integer: &BigInt, to: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(integer.to_string()).map_err(S::Error::custom)?.serialize(to)
}

/// The nearest float: the quotient keeps more bits than a float has, so it is rounded once.
fn quotient(numerator: &BigInt, denominator: &BigInt) -> f64 {
    if denominator.is_zero() {
        return f64::NAN;
    }
    let shift = (denominator.bits() + 66).saturating_sub(numerator.bits());
    let scaled: BigInt = (numerator << shift) / denominator;
    let exponent = i32::try_from(shift).unwrap_or(i32::MAX);
    // In two steps, because 2^-shift alone may be below the smallest float.
    let half = exponent / 2;
    scaled.to_f64().unwrap_or(f64::NAN) * 2f64.powi(-half) * 2f64.powi(half - exponent)
}

/// A dictionary's key as a name.
pub(super) fn name<E: serde::ser::Error>(key: &Data) -> Result<Cow<'_, str>, E> {
    Ok(match key {
        Data::String(string) | Data::Symbol(string) => string.into(),
        Data::Integer(integer) => integer.to_string().into(),
        Data::LargeInteger(integer) => integer.to_string().into(),
        Data::Character(character) => character.to_string().into(),
        Data::Boolean(boolean) => boolean.to_string().into(),
        Data::Twin(id) => id.into(),
        Data::Float(float) if float.is_finite() => format!("{float:?}").into(),
        _ => {
            return Err(E::custom("a key of a dictionary in it is neither a string, a symbol nor a number"));
        }
    })
}

/// Refuses keys such as `1` and `'1'` together: of two members of one name most readers would drop one.
pub(super) fn distinct<E: serde::ser::Error>(pairs: &[(Data, Data)], names: &[Cow<'_, str>]) -> Result<(), E> {
    if pairs.iter().all(|(key, _)| matches!(key, Data::String(_))) {
        return Ok(());
    }
    let mut seen = HashSet::with_capacity(names.len());
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(E::custom(format_args!("two keys of a dictionary in it are both written \"{name}\""))),
        None => Ok(()),
    }
}
