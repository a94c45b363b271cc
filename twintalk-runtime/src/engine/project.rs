//! From words to [`Data`]: a state is read where it lies, whether it comes from a row or from the journal.

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};

use super::api::Refusal;
use super::names::{Family, Form, Names};
use crate::data::Data;
use crate::object::{Header, Kind, unpack_bytes};
use crate::value::{METACLASS, Place, Reference, Value};

/// How deep a state is followed.
const DEPTH: usize = 200;

/// How many values a projection has at most.
const VALUES: usize = 1 << 20;

/// Projects values of one twin.
pub(super) struct Projection<'a> {
    names: &'a Names,
    spaces: [&'a [u64]; 3],
    /// Words of the heap that were others, ascending.
    before: &'a [(u32, u64)],
    id: &'a str,
    left: usize,
}

/// Why a value cannot be projected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It contains itself, or is too deep.
    Cycle,
    /// It is too large.
    Large,
    /// An address or a number means nothing.
    Damaged,
}

impl Unreadable {
    /// What the reader of a slot is told.
    pub fn refusal(self, slot: &str) -> Refusal {
        match self {
            Self::Cycle => Refusal::Malformed { what: format!("`{slot}` contains itself or is nested too deeply to be shown") },
            Self::Large => Refusal::TooLarge { what: format!("the value of `{slot}`"), limit: VALUES as u64 },
            Self::Damaged => Refusal::Unavailable { why: format!("the value of `{slot}` is damaged") },
        }
    }
}

type Read<T> = Result<T, Unreadable>;

impl<'a> Projection<'a> {
    /// Values of the twin with an id, whose heap is given.
    pub fn new(names: &'a Names, heap: &'a [u64], id: &'a str) -> Self {
        Self::with_spaces(names, [heap, &[], &[]], id)
    }

    /// Values that may also refer to a turn's scratch and to literals.
    pub fn with_spaces(names: &'a Names, spaces: [&'a [u64]; 3], id: &'a str) -> Self {
        Self { names, spaces, before: &[], id, left: VALUES }
    }

    /// Values as they were before some words of the heap were overwritten: these, ascending.
    pub fn before(names: &'a Names, heap: &'a [u64], before: &'a [(u32, u64)], id: &'a str) -> Self {
        Self { before, ..Self::new(names, heap, id) }
    }

    /// A value as data.
    pub fn data(&mut self, word: u64) -> Read<Data> {
        self.value(word, DEPTH)
    }

    fn value(&mut self, word: u64, depth: usize) -> Read<Data> {
        self.left = self.left.checked_sub(1).ok_or(Unreadable::Large)?;
        let value = Value::checked(word).ok_or(Unreadable::Damaged)?;
        if let Some(float) = value.as_float() {
            return Ok(Data::Float(float));
        }
        if let Some(small) = value.as_small() {
            return Ok(Data::Integer(small));
        }
        if let Some(boolean) = value.as_bool() {
            return Ok(Data::Boolean(boolean));
        }
        if let Some(character) = value.as_character() {
            return Ok(Data::Character(character));
        }
        if let Some(symbol) = value.as_symbol() {
            let text = self.names.symbol(symbol).ok_or(Unreadable::Damaged)?;
            return Ok(Data::Symbol(text.to_owned()));
        }
        if let Some(class) = value.as_class() {
            let form = self.names.class(class & !METACLASS);
            let name = &form.ok_or(Unreadable::Damaged)?.name;
            let suffix = if class & METACLASS == 0 { "" } else { " class" };
            return Ok(Data::Symbol(format!("{name}{suffix}")));
        }
        if value.is_self() {
            return Ok(Data::Twin(self.id.to_owned()));
        }
        match value.as_reference() {
            Some(reference) => {
                let depth = depth.checked_sub(1).ok_or(Unreadable::Cycle)?;
                self.object(reference, depth)
            }
            None => Ok(Data::Nil),
        }
    }

    /// The header and body of an object.
    fn body(&self, reference: Reference) -> Read<(Header, Cow<'a, [u64]>)> {
        let (&header, rest) = self.spaces[reference.place as usize]
            .get(reference.offset as usize..)
            .and_then(<[u64]>::split_first)
            .ok_or(Unreadable::Damaged)?;
        let at = reference.offset;
        let before = if reference.place == Place::Heap { self.before } else { &[] };
        let before = &before[before.partition_point(|&(address, _)| address < at)..];
        let header = Header(before.first().filter(|&&(address, _)| address == at).map_or(header, |&(_, word)| word));
        let mut body = Cow::from(rest.get(..header.body_words()).ok_or(Unreadable::Damaged)?);
        for &(address, word) in before.iter().filter(|&&(address, _)| address > at) {
            let index = (address - at - 1) as usize;
            if index >= body.len() {
                break;
            }
            body.to_mut()[index] = word;
        }
        Ok((header, body))
    }

    fn object(&mut self, reference: Reference, depth: usize) -> Read<Data> {
        let (header, body) = self.body(reference)?;
        let body = &*body;
        match header.kind() {
            Kind::Int64 => Ok(integer((*body.first().ok_or(Unreadable::Damaged)? as i64).into())),
            Kind::TwinRef => {
                let id = String::from_utf8(unpack_bytes(body, header.length()));
                id.map(Data::Twin).map_err(|_| Unreadable::Damaged)
            }
            Kind::LargeInt => {
                let form = self.form(header)?;
                let negative = form.name == "LargeNegativeInteger";
                let sign = if negative { Sign::Minus } else { Sign::Plus };
                let magnitude = unpack_bytes(body, header.length());
                Ok(integer(BigInt::from_bytes_le(sign, &magnitude)))
            }
            Kind::Bytes | Kind::Wide => self.text(header, body),
            Kind::Widened => self.widened(body),
            Kind::Values => self.values(header, body, depth),
            Kind::Block => Ok(Data::Object { class: "BlockClosure".to_owned(), slots: Vec::new() }),
            Kind::Cell => match body {
                [word] => self.value(*word, depth),
                _ => Err(Unreadable::Damaged),
            },
            Kind::Forwarded => Err(Unreadable::Damaged),
        }
    }

    /// A string whose characters lie elsewhere.
    fn widened(&mut self, body: &[u64]) -> Read<Data> {
        let target = body.first().and_then(|&word| Value::from_bits(word).as_reference()).ok_or(Unreadable::Damaged)?;
        match self.body(target)? {
            (header, body) if header.kind() == Kind::Wide => self.text(header, &body),
            _ => Err(Unreadable::Damaged),
        }
    }

    fn form(&self, header: Header) -> Read<&'a Form> {
        self.names.class(header.class()).ok_or(Unreadable::Damaged)
    }

    fn text(&self, header: Header, body: &[u64]) -> Read<Data> {
        let family = self.form(header)?.family;
        let text = if header.kind() == Kind::Wide {
            let codes = body.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]);
            let codes = codes.take(header.length());
            codes.map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        } else {
            let bytes = unpack_bytes(body, header.length());
            if !matches!(family, Family::String | Family::Symbol) {
                return Ok(Data::ByteArray(bytes));
            }
            bytes.into_iter().map(char::from).collect()
        };
        Ok(match family {
            Family::Symbol => Data::Symbol(text),
            _ => Data::String(text),
        })
    }

    fn values(&mut self, header: Header, body: &[u64], depth: usize) -> Read<Data> {
        let form = self.form(header)?;
        let slot = |name: &str| {
            let index = form.slots.iter().position(|slot| **slot == *name);
            index.and_then(|index| body.get(index).copied()).ok_or(Unreadable::Damaged)
        };
        let number = |name: &str| {
            let word = Value::from_bits(slot(name)?);
            let number = word.as_small().and_then(|small| usize::try_from(small).ok());
            number.ok_or(Unreadable::Damaged)
        };
        match form.family {
            Family::Array => self.array(body.get(form.slots.len()..).unwrap_or_default(), depth),
            Family::Ordered => {
                let (first, last) = (number("firstIndex")?, number("lastIndex")?);
                let elements = self.elements(slot("array")?)?;
                let from = first.checked_sub(1).ok_or(Unreadable::Damaged)?;
                let elements = elements.get(from..last.max(from)).ok_or(Unreadable::Damaged)?;
                self.array(elements, depth)
            }
            Family::Set | Family::Dictionary => {
                let stride = if form.family == Family::Set { 1 } else { 2 };
                let array = slot("array")?;
                let count = number("last").or_else(|_| number("tally"))?;
                let elements = self.elements(array)?;
                let elements = elements.get(..count * stride).ok_or(Unreadable::Damaged)?;
                let entries = elements.chunks(stride).filter(|entry| entry[0] != array);
                if form.family == Family::Set {
                    let elements: Vec<u64> = entries.flatten().copied().collect();
                    return self.array(&elements, depth);
                }
                let pairs = entries.map(|entry| Ok((self.value(entry[0], depth)?, self.value(entry[1], depth)?)));
                pairs.collect::<Read<_>>().map(Data::Dictionary)
            }
            Family::Bag => self.value(*body.first().ok_or(Unreadable::Damaged)?, depth),
            Family::Fraction => {
                let whole = |data| match data {
                    Data::Integer(small) => Ok(BigInt::from(small)),
                    Data::LargeInteger(large) => Ok(large),
                    _ => Err(Unreadable::Damaged),
                };
                let numerator = self.value(slot("numerator")?, depth)?;
                let denominator = self.value(slot("denominator")?, depth)?;
                Ok(Data::Fraction(whole(numerator)?, whole(denominator)?))
            }
            _ => self.plain(form, body, depth),
        }
    }

    /// The indexed values of the array a word refers to.
    fn elements(&self, word: u64) -> Read<Cow<'a, [u64]>> {
        let reference = Value::from_bits(word).as_reference();
        let (header, body) = self.body(reference.ok_or(Unreadable::Damaged)?)?;
        if header.kind() != Kind::Values {
            return Err(Unreadable::Damaged);
        }
        Ok(body)
    }

    fn array(&mut self, words: &[u64], depth: usize) -> Read<Data> {
        let elements = words.iter().map(|&word| self.value(word, depth));
        elements.collect::<Read<_>>().map(Data::Array)
    }

    /// Slots by name; indexed values behind them are named by their index.
    fn plain(&mut self, form: &Form, body: &[u64], depth: usize) -> Read<Data> {
        let slots = body.iter().enumerate().map(|(index, &word)| {
            let name = match form.slots.get(index) {
                Some(name) => name.to_string(),
                None => (index - form.slots.len() + 1).to_string(),
            };
            Ok((name, self.value(word, depth)?))
        });
        Ok(Data::Object { slots: slots.collect::<Read<_>>()?, class: form.name.clone() })
    }
}

fn integer(value: BigInt) -> Data {
    match i64::try_from(&value) {
        Ok(small) => Data::Integer(small),
        Err(_) => Data::LargeInteger(value),
    }
}
