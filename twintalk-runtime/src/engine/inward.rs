//! A state of the disk made one of the program: verified, numbered anew, and laid out anew where the classes
//! of its objects have changed. Its slots stay those of its schema.

use std::collections::HashMap;

use super::canon::{Canon, NO_BLOCK, Objects};
use super::state::State;
use super::straight;
use crate::library::class;
use crate::numbers;
use crate::object::{Header, Kind, pack_bytes};
use crate::row::Word;
use crate::space::Space;
use crate::tables::SlotSchema;
use crate::value::{METACLASS, NIL, Place, Value};

/// A state in words of the program.
#[derive(Debug, PartialEq)]
pub(super) struct Inward {
    /// The number of the schema the slots follow.
    pub schema: u32,
    pub slots: Vec<Word>,
    pub heap: Vec<u64>,
    pub epoch: u32,
    /// How many records lie behind the one that holds a whole state; for who reads them to say.
    pub behind: usize,
    /// The addresses are no longer those of the disk: a snapshot must come before the next event.
    pub moved: bool,
    /// The disk's numbers of blocks in it that the program does not have.
    pub outdated: Vec<u32>,
    /// Objects of classes that the program does not have, by address, and those classes: arrays of what they held.
    gone: HashMap<u32, String>,
}

impl Inward {
    /// The class that the program does not have of an object that a slot's content leads to.
    pub fn gone(&self, word: Word) -> Option<&str> {
        let Word::Value(value) = word else { return None };
        if self.gone.is_empty() {
            return None;
        }
        let mut seen = vec![false; self.heap.len()];
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            let Some(reference) = value.as_reference() else { continue };
            let at = reference.offset as usize;
            if std::mem::replace(seen.get_mut(at)?, true) {
                continue;
            }
            if let Some(class) = self.gone.get(&reference.offset) {
                return Some(class);
            }
            let header = Header(self.heap[at]);
            if header.kind().holds_values() {
                pending.extend(self.heap[at + 1..][..header.body_words()].iter().map(|&word| Value::from_bits(word)));
            }
        }
        None
    }
}

/// On the disk the bit of a metaclass is above all numbers of schemas.
const DISK_METACLASS: u64 = 1 << 40;

/// Not the address of an object.
const NOWHERE: u32 = u32::MAX;

/// Brings a state to the program's numbers.
pub(super) fn inward(state: State, canon: &Canon) -> Result<Inward, String> {
    let declared = canon.tables.schemas.get(state.schema);
    if let Some(slots) = declared.and_then(|schema| straight::slots(&state, &schema.slots, canon)) {
        let State { schema, heap, epoch, .. } = state;
        return Ok(Inward { schema, slots, heap, epoch, behind: 0, moved: false, outdated: Vec::new(), gone: HashMap::new() });
    }
    moved(&state, canon)
}

/// The same for a state that is not the program's word for word.
fn moved(state: &State, canon: &Canon) -> Result<Inward, String> {
    let mut mover = Mover::new(&state.heap, canon)?;
    let mut heap = Vec::with_capacity(mover.end);
    for (at, header) in Objects::of(&state.heap) {
        let body = &state.heap[at + 1..][..header.body_words()];
        mover.object(header, body, &mut heap)?;
    }
    let schema = canon.tables.schemas.get(state.schema).ok_or("its schema is not in the table")?;
    let count = schema.slots.len();
    if state.slots.len() < count {
        return Err("its state is damaged: slots are missing".to_owned());
    }
    let is_int64 = |slot: &SlotSchema| slot.declared.as_deref() == Some("Int64");
    let mut slots = Vec::with_capacity(count);
    for (index, slot) in schema.slots.iter().enumerate() {
        slots.push(match state.integer(index, count) {
            Some(integer) if is_int64(slot) => Word::Int64(integer),
            Some(integer) => Word::Value(mover.boxed(integer)),
            None => Word::Value(mover.slot(state.slots[index])?),
        });
    }
    let moved = mover.changed || !mover.tail.is_empty();
    heap.append(&mut mover.tail);
    for (word, slot) in slots.iter_mut().zip(&schema.slots) {
        if let (Word::Value(value), true) = (&*word, is_int64(slot)) {
            *word = boxed_integer(*value, &heap).map_or(*word, Word::Int64);
        }
    }
    mover.outdated.sort_unstable();
    mover.outdated.dedup();
    Ok(Inward {
        schema: state.schema,
        slots,
        heap,
        epoch: state.epoch + u32::from(moved),
        behind: 0,
        moved,
        outdated: mover.outdated,
        gone: mover.gone,
    })
}

/// The class of an object whose own is gone.
fn stand_in(kind: Kind) -> u32 {
    match kind {
        Kind::Bytes => class::BYTE_STRING,
        Kind::Wide => class::WIDE_STRING,
        _ => class::ARRAY,
    }
}

/// The integer a reference to a box means.
pub(super) fn boxed_integer(value: Value, heap: &[u64]) -> Option<i64> {
    let at = value.as_reference()?.offset as usize;
    match Header(*heap.get(at)?).kind() {
        Kind::Int64 => heap.get(at + 1).map(|&word| word as i64),
        _ => None,
    }
}

/// How the objects of one schema become those of the program's class.
struct Layout {
    /// The class; none where the program does not have it.
    class: Option<u32>,
    /// For each slot of the class the one of the schema, if the two differ.
    slots: Option<Vec<Option<usize>>>,
    /// How many slots the schema has.
    old: usize,
    /// The class has another name now.
    is_renamed: bool,
}

impl Layout {
    fn of(schema: u32, canon: &Canon) -> Result<Self, String> {
        let form = canon.names.class(schema);
        let form = form.ok_or("an object of it is of a schema that is not in the table")?;
        let class = canon.class(schema);
        let current = class.and_then(|class| canon.schema(class)).and_then(|schema| canon.names.class(schema));
        let changed = current.is_some_and(|current| current.slots != form.slots);
        let slots = class.filter(|_| changed).and_then(|class| canon.places(class, schema));
        Ok(Self { class, slots, old: form.slots.len(), is_renamed: canon.is_renamed(schema) })
    }
}

struct Mover<'a> {
    canon: &'a Canon,
    layouts: HashMap<u32, Layout>,
    /// For each address of the old heap its object's new one.
    places: Vec<u32>,
    /// Whether an object is laid out anew.
    changed: bool,
    /// How long the heap is afterwards.
    end: usize,
    /// Objects behind the heap that stand for symbols the program does not have, by number.
    strangers: HashMap<u32, u32>,
    tail: Vec<u64>,
    /// Objects of classes that the program does not have.
    gone: HashMap<u32, String>,
    outdated: Vec<u32>,
    /// The class that a word just met stands for, which the program does not have.
    met: Option<String>,
}

impl<'a> Mover<'a> {
    fn new(heap: &[u64], canon: &'a Canon) -> Result<Self, String> {
        let mut mover = Self {
            canon,
            layouts: HashMap::new(),
            places: vec![NOWHERE; heap.len()],
            changed: false,
            end: 0,
            strangers: HashMap::new(),
            tail: Vec::new(),
            gone: HashMap::new(),
            outdated: Vec::new(),
            met: None,
        };
        let mut objects = Objects::of(heap);
        for (at, header) in objects.by_ref() {
            if header.known_kind().is_none_or(|kind| kind == Kind::Forwarded) {
                return Err("its heap is damaged: an object of an unknown kind".to_owned());
            }
            mover.places[at] = mover.end as u32;
            mover.end += 1 + mover.new_length(header)?;
        }
        if objects.position() != heap.len() {
            return Err("its heap is damaged: an object does not fit".to_owned());
        }
        Ok(mover)
    }

    fn layout(&mut self, schema: u32) -> Result<&Layout, String> {
        if !self.layouts.contains_key(&schema) {
            self.layouts.insert(schema, Layout::of(schema, self.canon)?);
        }
        self.layouts.get(&schema).ok_or_else(String::new)
    }

    /// How many words the body of an object will have.
    fn new_length(&mut self, header: Header) -> Result<usize, String> {
        let words = header.body_words();
        if header.kind() != Kind::Values {
            return Ok(words);
        }
        let layout = self.layout(header.class())?;
        let (old, Some(slots)) = (layout.old, &layout.slots) else {
            return Ok(words);
        };
        let new = slots.len();
        self.changed = true;
        words.checked_sub(old).map(|indexed| indexed + new).ok_or_else(|| "its heap is damaged: an object has too few slots".to_owned())
    }

    /// Adds an object to the new heap.
    fn object(&mut self, header: Header, body: &[u64], to: &mut Vec<u64>) -> Result<(), String> {
        let layout = self.layout(header.class())?;
        let (known, is_renamed) = (layout.class, layout.is_renamed);
        let mapped: Option<Vec<u64>> = match &layout.slots {
            Some(slots) if header.kind() == Kind::Values => {
                let old = |slot: &Option<usize>| slot.map_or(NIL.bits(), |slot| body[slot]);
                let indexed = body[layout.old..].iter().copied();
                Some(slots.iter().map(old).chain(indexed).collect())
            }
            _ => None,
        };
        let body = mapped.as_deref().unwrap_or(body);
        let length = mapped.as_ref().map_or(header.length(), Vec::len);
        // What is written under the new name needs no later program to know the old one.
        self.changed |= is_renamed;
        let address = to.len() as u32;
        let class = known.unwrap_or_else(|| stand_in(header.kind()));
        if known.is_none() {
            self.changed = true;
            let name = self.canon.names.class(header.class()).map(|form| form.name.clone());
            self.gone.insert(address, name.unwrap_or_default());
        }
        to.push(Header::new(header.kind(), class, length as u32).with_identity_of(header).0);
        if !header.kind().holds_values() {
            to.extend_from_slice(body);
            return Ok(());
        }
        for (index, &word) in body.iter().enumerate() {
            let mut value = self.value(word)?;
            if header.kind() == Kind::Block && index == 0 {
                value = self.block(value);
            }
            to.push(value.bits());
        }
        if let Some(class) = self.met.take() {
            self.changed = true;
            self.gone.insert(address, class);
        }
        Ok(())
    }

    /// The first word of a block: the number of its code is the program's, or none's.
    fn block(&mut self, info: Value) -> Value {
        let info = info.as_small().unwrap_or(i64::from(NO_BLOCK));
        let number = self.canon.blocks.to_program(info as u32);
        if number.is_none() {
            self.outdated.push(info as u32);
        }
        self.changed |= number.is_some_and(|number| self.canon.blocks.to_disk(number) != Some(info as u32));
        Value::int(info >> 32 << 32 | i64::from(number.unwrap_or(NO_BLOCK)))
    }

    /// An integer that needs a box where the slot was declared to hold 64 bits and no longer is.
    fn boxed(&mut self, integer: i64) -> Value {
        let mut space = Space::default();
        let value = numbers::build(&integer.into(), Place::Heap, &mut space);
        if !value.is_reference() {
            return value;
        }
        let place = (self.end + self.tail.len()) as u32;
        self.tail.append(&mut space.words);
        Value::reference(Place::Heap, place)
    }

    fn value(&mut self, word: u64) -> Result<Value, String> {
        match word >> 48 {
            3 => return self.symbol(word as u32),
            7 => return self.class(word),
            _ => {}
        }
        let damaged = || "its state is damaged: a word is no value".to_owned();
        let value = Value::checked(word).ok_or_else(damaged)?;
        let Some(reference) = value.as_reference() else {
            return Ok(value);
        };
        let place = self.places.get(reference.offset as usize).copied();
        match place {
            Some(place) if place != NOWHERE && reference.place == Place::Heap => Ok(Value::reference(Place::Heap, place)),
            _ => Err("its state is damaged: a reference leads nowhere".to_owned()),
        }
    }

    /// The content of a slot. One that names a class the program does not have refers to an array instead.
    fn slot(&mut self, word: u64) -> Result<Value, String> {
        let value = self.value(word)?;
        Ok(match self.met.take() {
            Some(class) => {
                let place = (self.end + self.tail.len()) as u32;
                self.tail.push(Header::new(Kind::Values, class::ARRAY, 0).0);
                self.gone.insert(place, class);
                Value::reference(Place::Heap, place)
            }
            None => value,
        })
    }

    fn class(&mut self, word: u64) -> Result<Value, String> {
        let number = word as u32;
        let Some(class) = self.canon.class(number) else {
            let form = self.canon.names.class(number).ok_or("it refers to a class that is not in the table")?;
            self.met = Some(form.name.clone());
            return Ok(NIL);
        };
        self.changed |= self.canon.is_renamed(number);
        let meta = if word & DISK_METACLASS == 0 { 0 } else { METACLASS };
        Ok(Value::class(class | meta))
    }

    fn symbol(&mut self, number: u32) -> Result<Value, String> {
        if let Some(number) = self.canon.symbols.to_program(number) {
            return Ok(Value::symbol(number));
        }
        if let Some(&place) = self.strangers.get(&number) {
            return Ok(Value::reference(Place::Heap, place));
        }
        let text = self.canon.names.symbol(number);
        let text = text.ok_or("it refers to a symbol that is not in the table")?;
        let place = (self.end + self.tail.len()) as u32;
        match text.chars().map(|c| u8::try_from(c as u32)).collect::<Result<Vec<u8>, _>>() {
            Ok(bytes) => {
                let header = Header::new(Kind::Bytes, class::BYTE_SYMBOL, bytes.len() as u32);
                self.tail.push(header.0);
                self.tail.extend(pack_bytes(&bytes));
            }
            Err(_) => {
                let codes: Vec<u32> = text.chars().map(|c| c as u32).collect();
                let header = Header::new(Kind::Wide, class::WIDE_SYMBOL, codes.len() as u32);
                self.tail.push(header.0);
                self.tail.extend(codes.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32));
            }
        }
        self.strangers.insert(number, place);
        Ok(Value::reference(Place::Heap, place))
    }
}
