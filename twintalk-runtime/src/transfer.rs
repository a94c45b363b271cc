//! Values that cross a border as trees: out of a turn as `Data`, into one as objects of its scratch.
//!
//! A tree has no cycles and a bounded size; what does not fit is an error that says so, never a hang.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::answer::{Answer, Raised};
use crate::data::Data;
use crate::library::{class, selector};
use crate::memory::text_of;
use crate::object::{Header, Kind, unpack_bytes};
use crate::turn::Turn;
use crate::value::{NIL, Place, Value};

/// How large a tree may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Levels of nesting.
    pub depth: usize,
    /// Values in all.
    pub values: usize,
    /// Bytes of strings and byte arrays in all.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 128, values: 1 << 20, bytes: 64 << 20 }
    }
}

/// Why a value has no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It contains itself.
    Cycle,
    /// It is nested too deeply.
    TooDeep,
    /// It is too large.
    TooLarge,
    /// It is, or contains, a block.
    Block,
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Cycle => "an object that contains itself cannot leave its twin",
            Self::TooDeep => "an object nested this deeply cannot leave its twin",
            Self::TooLarge => "an object this large cannot leave its twin",
            Self::Block => "a block cannot leave its twin",
        })
    }
}

impl std::error::Error for Unfit {}

impl Turn {
    /// Copies a value out as a tree.
    pub fn export(&self, value: Value, bounds: Bounds) -> Result<Data, Unfit> {
        Export { t: self, left: bounds, path: Vec::new() }.value(value)
    }

    /// Copies a value out as a tree, or raises.
    pub fn export_or_raise(&mut self, value: Value) -> Result<Data, Raised> {
        self.export(value, Bounds::default()).map_err(|unfit| self.raise(class::ERROR, &unfit.to_string()))
    }

    /// Makes a tree's objects in scratch. Dictionaries are filled by sending, so a collection may happen.
    pub fn import(&mut self, data: &Data) -> Answer {
        Ok(match data {
            Data::Nil => NIL,
            Data::Boolean(value) => Value::boolean(*value),
            Data::Integer(value) => self.integer(*value),
            Data::LargeInteger(value) => self.big_integer(value),
            Data::Float(value) => Value::any_float(*value),
            Data::Character(value) => Value::character(*value),
            Data::String(text) => self.string(text),
            Data::Symbol(text) => self.symbol(text),
            Data::Twin(id) => self.twin_reference(id),
            Data::ByteArray(bytes) => self.new_bytes(Kind::Bytes, class::BYTE_ARRAY, bytes),
            Data::Fraction(numerator, denominator) => {
                let parts = [self.big_integer(numerator), self.big_integer(denominator)];
                self.new_values(Kind::Values, class::FRACTION, &parts)
            }
            Data::Array(elements) => return self.import_array(elements),
            Data::Dictionary(pairs) => return self.import_dictionary(pairs),
            Data::Object { class, slots } => return self.import_object(class, slots),
        })
    }

    fn import_array(&mut self, elements: &[Data]) -> Answer {
        self.enter()?;
        let array = self.allocate(Kind::Values, class::ARRAY, elements.len())?;
        self.frame(1, |root, t| {
            t.set_root(root, array);
            for (index, element) in elements.iter().enumerate() {
                let value = t.import(element)?;
                t.set_slot(t.root(root), index, value)?;
            }
            Ok(t.root(root))
        })
    }

    fn import_dictionary(&mut self, pairs: &[(Data, Data)]) -> Answer {
        self.enter()?;
        let dictionary = self.send_in_place(selector::NEW, Value::class(class::DICTIONARY), &[])?;
        self.frame(2, |root, t| {
            t.set_root(root, dictionary);
            for (key, value) in pairs {
                let key = t.import(key)?;
                t.set_root(root + 1, key);
                let value = t.import(value)?;
                t.send_in_place(selector::AT_PUT, t.root(root), &[t.root(root + 1), value])?;
            }
            Ok(t.root(root))
        })
    }

    fn import_object(&mut self, name: &str, slots: &[(String, Data)]) -> Answer {
        self.enter()?;
        let known = self.frozen.class_number(name).and_then(|number| Some((number, self.frozen.class(number)?)));
        let Some((number, info)) = known.filter(|(_, info)| !info.is_twin) else {
            return Err(self.raise(class::ERROR, &format!("there is no class {name} to make an object of")));
        };
        // Indexed values are named by their index, from 1.
        let indexed = |name: &str| name.parse::<usize>().ok().and_then(|index| index.checked_sub(1));
        let count = slots.iter().filter(|(name, _)| indexed(name).is_some()).count();
        let object = self.instantiate(number, count)?;
        self.frame(1, |root, t| {
            t.set_root(root, object);
            for (slot, data) in slots {
                let named = info.slots.iter().position(|info| info.name == slot);
                let indexed = || indexed(slot).filter(|index| *index < count).map(|index| info.slots.len() + index);
                let Some(index) = named.or_else(indexed) else {
                    return Err(t.raise(class::ERROR, &format!("{name} has no slot {slot}")));
                };
                let value = t.import(data)?;
                t.set_slot(t.root(root), index, value)?;
            }
            Ok(t.root(root))
        })
    }
}

/// A copy under way: what is left of the bounds, and the objects it is inside of.
struct Export<'a> {
    t: &'a Turn,
    left: Bounds,
    path: Vec<Value>,
}

impl Export<'_> {
    fn value(&mut self, value: Value) -> Result<Data, Unfit> {
        self.left.values = self.left.values.checked_sub(1).ok_or(Unfit::TooLarge)?;
        let Some((header, body)) = self.t.object(self.t.widened(value)) else { return Ok(self.immediate(value)) };
        let bytes = body.len() * 8;
        match header.kind() {
            Kind::Block | Kind::Cell => Err(Unfit::Block),
            Kind::Values => self.nested(value, header, body),
            kind => {
                self.left.bytes = self.left.bytes.checked_sub(bytes).ok_or(Unfit::TooLarge)?;
                Ok(self.leaf(kind, header, body, value))
            }
        }
    }

    fn immediate(&self, value: Value) -> Data {
        let symbol = |number| Data::Symbol(self.t.frozen.symbol_text(number).unwrap_or_default().to_owned());
        None.or(value.as_small().map(Data::Integer))
            .or(value.as_float().map(Data::Float))
            .or(value.as_bool().map(Data::Boolean))
            .or(value.as_character().map(Data::Character))
            .or(value.as_symbol().map(symbol))
            .or(value.as_class().map(|class| Data::Symbol(self.t.class_name(class))))
            .or(value.is_self().then(|| Data::Twin(self.t.twin_id.clone())))
            .unwrap_or(Data::Nil)
    }

    fn leaf(&self, kind: Kind, header: Header, body: &[u64], value: Value) -> Data {
        let text = || text_of(header, body).unwrap_or_default();
        match kind {
            Kind::TwinRef => Data::Twin(text()),
            Kind::Int64 | Kind::LargeInt => self.t.big(value).map_or(Data::Nil, integer),
            _ if self.t.inherits(header.class(), class::SYMBOL) => Data::Symbol(text()),
            _ if self.t.inherits(header.class(), class::STRING) => Data::String(text()),
            _ => Data::ByteArray(unpack_bytes(body, header.length())),
        }
    }

    fn nested(&mut self, value: Value, header: Header, body: &[u64]) -> Result<Data, Unfit> {
        if self.path.contains(&value) {
            return Err(Unfit::Cycle);
        }
        if self.path.len() >= self.left.depth {
            return Err(Unfit::TooDeep);
        }
        self.path.push(value);
        let data = self.object(header.class(), body);
        self.path.pop();
        data
    }

    fn object(&mut self, class: u32, body: &[u64]) -> Result<Data, Unfit> {
        let is = |ancestor| self.t.inherits(class, ancestor);
        let slot = |index: usize| body.get(index).map_or(NIL, |word| Value::from_bits(*word));
        let place = |index| slot(index).as_small().and_then(|place| usize::try_from(place).ok()).unwrap_or(0);
        if is(class::ARRAY) {
            return self.elements(body);
        }
        if is(class::ORDERED_COLLECTION) {
            let (first, last) = (place(FIRST_INDEX), place(LAST_INDEX));
            let elements = self.words(slot(ORDERED_ARRAY));
            return self.elements(elements.get(first.saturating_sub(1)..last).unwrap_or_default());
        }
        if is(class::HASHED_COLLECTION) {
            let (stride, array) = (if is(class::DICTIONARY) { 2 } else { 1 }, slot(HASHED_ARRAY));
            let words = self.words(array);
            let used = words.get(..place(HASHED_LAST) * stride).unwrap_or_default();
            let entries = used.chunks(stride).filter(|entry| entry[0] != array.bits());
            if stride == 1 {
                let elements: Vec<u64> = entries.map(|entry| entry[0]).collect();
                return self.elements(&elements);
            }
            let pairs = entries.map(|entry| Ok((self.word(entry[0])?, self.word(entry[1])?)));
            return pairs.collect::<Result<_, _>>().map(Data::Dictionary);
        }
        if is(class::FRACTION) {
            let parts = (self.t.big(slot(0)), self.t.big(slot(1)));
            if let (Some(numerator), Some(denominator)) = parts {
                return Ok(Data::Fraction(numerator, denominator));
            }
        }
        let names = self.t.class_info(class).map_or(&[][..], |info| info.slots);
        let indexed = (1..).map(|index: usize| index.to_string());
        let names = names.iter().map(|slot| slot.name.to_owned()).chain(indexed);
        let slots = names.zip(body).map(|(name, word)| Ok((name, self.word(*word)?)));
        Ok(Data::Object { slots: slots.collect::<Result<_, _>>()?, class: self.t.class_name(class) })
    }

    fn elements(&mut self, words: &[u64]) -> Result<Data, Unfit> {
        words.iter().map(|word| self.word(*word)).collect::<Result<_, _>>().map(Data::Array)
    }

    fn word(&mut self, word: u64) -> Result<Data, Unfit> {
        self.value(Value::from_bits(word))
    }

    /// The body of an array that a collection keeps its elements in.
    fn words<'b>(&self, array: Value) -> &'b [u64]
    where
        Self: 'b,
    {
        self.t.object(array).filter(|(header, _)| header.kind() == Kind::Values).map_or(&[], |(_, body)| body)
    }
}

fn integer(value: BigInt) -> Data {
    value.to_i64().map_or(Data::LargeInteger(value), Data::Integer)
}

/// The slots of `OrderedCollection`.
const ORDERED_ARRAY: usize = 0;
const FIRST_INDEX: usize = 1;
const LAST_INDEX: usize = 2;
/// The slots of `HashedCollection`; a hole in the array holds the array itself.
const HASHED_LAST: usize = 1;
const HASHED_ARRAY: usize = 2;

/// Objects copied out of one turn for another, references between them kept: how arguments and answers pass
/// between the top level and twins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parcel {
    roots: Vec<Value>,
    heap: Vec<u64>,
}

impl Turn {
    /// Copies values and all they reach. The twin itself becomes a reference to it.
    pub fn pack(&self, values: &[Value]) -> Parcel {
        let mut parcel = Parcel::default();
        let mut copied = std::collections::HashMap::new();
        parcel.roots = values.iter().map(|value| self.pack_value(*value, &mut parcel.heap, &mut copied)).collect();
        let mut at = 0;
        while at < parcel.heap.len() {
            let header = Header(parcel.heap[at]);
            let end = at + 1 + header.body_words();
            if header.kind().holds_values() {
                for index in at + 1..end {
                    let value = Value::from_bits(parcel.heap[index]);
                    parcel.heap[index] = self.pack_value(value, &mut parcel.heap, &mut copied).bits();
                }
            }
            if header.kind() == Kind::Block {
                crate::blocks::forget_home(&mut parcel.heap[at + 1..end]);
            }
            at = end;
        }
        parcel
    }

    fn pack_value(&self, value: Value, heap: &mut Vec<u64>, copied: &mut std::collections::HashMap<Value, Value>) -> Value {
        if value.is_self() && self.has_twin() {
            let mut space = crate::space::Space { words: std::mem::take(heap) };
            let offset =
                space.push_bytes(Header::new(Kind::TwinRef, class::TWIN_REFERENCE, self.twin_id.len() as u32), self.twin_id.as_bytes());
            *heap = space.words;
            return Value::reference(Place::Heap, offset);
        }
        let value = self.widened(value);
        let Some((header, body)) = self.object(value) else { return value };
        *copied.entry(value).or_insert_with(|| {
            let offset = heap.len() as u32;
            heap.push(header.0);
            heap.extend_from_slice(body);
            Value::reference(Place::Heap, offset)
        })
    }

    /// Puts a parcel's objects into scratch; answers its values.
    pub fn unpack(&mut self, parcel: &Parcel) -> Vec<Value> {
        let base = self.space(Place::Scratch).len() as u32;
        let moved = |value: Value| match value.as_reference() {
            Some(reference) => Value::reference(Place::Scratch, base + reference.offset),
            None => value,
        };
        let mut heap = parcel.heap.clone();
        let mut at = 0;
        while at < heap.len() {
            let header = Header(heap[at]);
            let end = at + 1 + header.body_words();
            if header.kind().holds_values() {
                for word in &mut heap[at + 1..end] {
                    *word = moved(Value::from_bits(*word)).bits();
                }
            }
            at = end;
        }
        self.spaces[Place::Scratch as usize].words.extend_from_slice(&heap);
        self.note_allocation();
        parcel.roots.iter().map(|value| moved(*value)).collect()
    }
}
