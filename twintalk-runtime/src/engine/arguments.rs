//! The arguments of a message in the words of the disk, for its event.

use num_bigint::BigInt;

use super::canon::Canon;
use crate::data::Data;
use crate::library::class;
use crate::numbers;
use crate::object::{Header, Kind, pack_bytes};
use crate::space::Space;
use crate::value::{NIL, Place, Value};

/// How deep arguments are followed; what is deeper is left out.
const DEPTH: usize = 200;

/// Words and the objects they refer to.
#[derive(Default)]
pub(super) struct Arguments {
    pub words: Vec<u64>,
    pub heap: Vec<u64>,
}

impl Arguments {
    /// Takes in a message's arguments.
    pub fn set(&mut self, arguments: &[Data], canon: &Canon) {
        self.words.clear();
        self.heap.clear();
        for argument in arguments {
            let word = self.word(argument, canon, DEPTH);
            self.words.push(word);
        }
    }

    fn word(&mut self, data: &Data, canon: &Canon, depth: usize) -> u64 {
        let Some(depth) = depth.checked_sub(1) else {
            return NIL.bits();
        };
        let value = match data {
            Data::Nil => NIL,
            Data::Boolean(boolean) => Value::boolean(*boolean),
            Data::Integer(integer) => match Value::small(*integer) {
                Some(small) => small,
                None => return self.integer(&(*integer).into(), canon),
            },
            Data::LargeInteger(integer) => return self.integer(integer, canon),
            Data::Float(float) => Value::any_float(*float),
            Data::Character(character) => Value::character(*character),
            Data::String(text) => return self.text(text, [class::BYTE_STRING, class::WIDE_STRING], canon),
            Data::Symbol(text) => match canon.tables.symbols.number(text.as_str()) {
                Some(number) => Value::symbol(number),
                None => return self.text(text, [class::BYTE_SYMBOL, class::WIDE_SYMBOL], canon),
            },
            Data::Twin(id) => {
                return self.bytes(Kind::TwinRef, class::TWIN_REFERENCE, id.as_bytes(), canon);
            }
            Data::ByteArray(bytes) => return self.bytes(Kind::Bytes, class::BYTE_ARRAY, bytes, canon),
            Data::Array(elements) => {
                let words = elements.iter().map(|element| self.word(element, canon, depth));
                let words: Vec<u64> = words.collect();
                return self.array(&words, canon);
            }
            Data::Dictionary(pairs) => {
                let mut words = Vec::with_capacity(2 * pairs.len());
                for (key, value) in pairs {
                    words.push(self.word(key, canon, depth));
                    words.push(self.word(value, canon, depth));
                }
                let array = self.array(&words, canon);
                let count = Value::int(pairs.len() as i64).bits();
                return self.object(class::DICTIONARY, canon, |name| match name {
                    "tally" | "last" => Some(count),
                    "array" => Some(array),
                    _ => None,
                });
            }
            Data::Fraction(numerator, denominator) => {
                let numerator = self.integer(numerator, canon);
                let denominator = self.integer(denominator, canon);
                return self.object(class::FRACTION, canon, |name| match name {
                    "numerator" => Some(numerator),
                    "denominator" => Some(denominator),
                    _ => None,
                });
            }
            Data::Object { class, slots } => {
                let words: Vec<(&str, u64)> = slots.iter().map(|(name, data)| (name.as_str(), self.word(data, canon, depth))).collect();
                let number = canon.class_named(class).unwrap_or(class::OBJECT);
                return self.object(number, canon, |name| words.iter().find(|slot| slot.0 == name).map(|slot| slot.1));
            }
        };
        value.bits()
    }

    fn push(&mut self, kind: Kind, class: u32, length: usize, canon: &Canon) -> u64 {
        let place = Value::reference(Place::Heap, self.heap.len() as u32);
        let schema = canon.schema(class).unwrap_or(0);
        self.heap.push(Header::new(kind, schema, length as u32).0);
        place.bits()
    }

    fn bytes(&mut self, kind: Kind, class: u32, bytes: &[u8], canon: &Canon) -> u64 {
        let place = self.push(kind, class, bytes.len(), canon);
        self.heap.extend(pack_bytes(bytes));
        place
    }

    fn text(&mut self, text: &str, [narrow, wide]: [u32; 2], canon: &Canon) -> u64 {
        if let Some(bytes) = crate::frozen::latin1(text) {
            return self.bytes(Kind::Bytes, narrow, &bytes, canon);
        }
        let (header, words) = crate::frozen::wide(wide, text);
        let place = self.push(Kind::Wide, wide, header.length(), canon);
        self.heap.extend(words);
        place
    }

    fn integer(&mut self, integer: &BigInt, canon: &Canon) -> u64 {
        let mut space = Space::default();
        let value = numbers::build(integer, Place::Heap, &mut space);
        let Some((&header, body)) = space.words.split_first() else {
            return value.bits();
        };
        let header = Header(header);
        let place = self.push(header.kind(), header.class(), header.length(), canon);
        self.heap.extend(body);
        place
    }

    fn array(&mut self, words: &[u64], canon: &Canon) -> u64 {
        let place = self.push(Kind::Values, class::ARRAY, words.len(), canon);
        self.heap.extend(words);
        place
    }

    fn object(&mut self, class: u32, canon: &Canon, slot: impl Fn(&str) -> Option<u64>) -> u64 {
        let form = canon.schema(class).and_then(|schema| canon.names.class(schema));
        let names = form.map_or(&[][..], |form| &form.slots);
        let place = self.push(Kind::Values, class, names.len(), canon);
        self.heap.extend(names.iter().map(|name| slot(name).unwrap_or(NIL.bits())));
        place
    }
}
