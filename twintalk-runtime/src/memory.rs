//! Objects: making, reading and writing them.

use crate::answer::{Answer, Raised};
use crate::library::class;
use crate::object::{Header, Kind, unpack_bytes};
use crate::program::Layout;
use crate::turn::Turn;
use crate::value::{NIL, Place, Value};

const SCRATCH: usize = Place::Scratch as usize;
const HEAP: usize = Place::Heap as usize;

impl Turn {
    /// The header with the next identity. Turns count from where the twin's heap ends: what one turn after the other
    /// adds is told apart, and the same turn makes the same objects whenever it runs.
    #[inline(always)]
    pub(crate) fn identified(&mut self, header: Header) -> Header {
        self.born = self.born.next();
        header.born(self.born)
    }

    /// Makes an object of a few words. It may exceed the limit a little; the next check finds out.
    #[inline(always)]
    pub fn new_object(&mut self, header: Header, body: &[u64]) -> Value {
        let offset = self.spaces[SCRATCH].push(header, body);
        self.note_allocation();
        Value::reference(Place::Scratch, offset)
    }

    /// Makes an object of values.
    #[inline(always)]
    pub fn new_values(&mut self, kind: Kind, class: u32, values: &[Value]) -> Value {
        self.new_values_after::<0>(kind, class, [], values)
    }

    /// Makes an object of some values and others.
    #[inline(always)]
    pub(crate) fn new_values_after<const N: usize>(&mut self, kind: Kind, class: u32, first: [Value; N], others: &[Value]) -> Value {
        let header = self.identified(Header::new(kind, class, (N + others.len()) as u32));
        let offset = self.spaces[SCRATCH].push_values(header, first, others);
        self.note_allocation();
        Value::reference(Place::Scratch, offset)
    }

    /// A new instance of a class without indexed values, which has so many slots; all are nil.
    #[inline(always)]
    pub fn new_instance(&mut self, class: u32, slots: usize) -> Value {
        let header = self.identified(Header::new(Kind::Values, class, slots as u32));
        let offset = self.spaces[SCRATCH].push_nils(header, slots);
        self.note_allocation();
        Value::reference(Place::Scratch, offset)
    }

    /// An object of `length` units of a kind, filled with nil or zeros; checks the size first.
    pub fn allocate(&mut self, kind: Kind, class: u32, length: usize) -> Answer {
        let Ok(short) = u32::try_from(length) else {
            return Err(self.too_large());
        };
        let header = self.identified(Header::new(kind, class, short));
        if self.spaces[SCRATCH].len() + header.body_words() > self.limits.scratch {
            return Err(self.too_large());
        }
        let fill = if kind.holds_values() { NIL.bits() } else { 0 };
        let offset = self.spaces[SCRATCH].push_filled(header, fill);
        Ok(Value::reference(Place::Scratch, offset))
    }

    /// `aClass basicNew: indexed`: an instance, its slots nil.
    pub fn instantiate(&mut self, class: u32, indexed: usize) -> Answer {
        // `String` is abstract: its instances are of the class that holds their characters.
        let class = if class == class::STRING { class::BYTE_STRING } else { class };
        let Some(shape) = self.frozen.shapes.get(class as usize).copied() else {
            return Err(self.raise(class::ERROR, "this class cannot have instances"));
        };
        match shape.layout {
            Layout::Fixed if indexed > 0 => Err(self.raise(class::ERROR, "this class has no indexed slots")),
            Layout::Fixed | Layout::Indexed => self.allocate(Kind::Values, class, shape.slots as usize + indexed),
            Layout::Bytes => self.allocate(Kind::Bytes, class, indexed),
            Layout::Wide => self.allocate(Kind::Wide, class, indexed),
            Layout::LargeInt => self.allocate(Kind::LargeInt, class, indexed),
            Layout::Immediate => Err(self.raise(class::ERROR, "instances of this class are not made by new")),
        }
    }

    /// A string of any text: Latin-1 where that suffices.
    pub fn string(&mut self, text: &str) -> Value {
        if text.is_ascii() {
            return self.new_bytes(Kind::Bytes, class::BYTE_STRING, text.as_bytes());
        }
        match crate::frozen::latin1(text) {
            Some(bytes) => self.new_bytes(Kind::Bytes, class::BYTE_STRING, &bytes),
            None => {
                let (header, words) = crate::frozen::wide(class::WIDE_STRING, text);
                let header = self.identified(header);
                self.new_object(header, &words)
            }
        }
    }

    /// An object of bytes.
    pub fn new_bytes(&mut self, kind: Kind, class: u32, bytes: &[u8]) -> Value {
        let mut header = Header::new(kind, class, bytes.len() as u32);
        if kind == Kind::Bytes && !crate::dispatch::is_symbol(class) {
            header = self.identified(header);
        }
        let offset = self.spaces[SCRATCH].push_bytes(header, bytes);
        self.note_allocation();
        Value::reference(Place::Scratch, offset)
    }

    /// The symbol of a text: the program's if it has it, else an object compared by content.
    pub fn symbol(&mut self, text: &str) -> Value {
        match self.frozen.symbol_number(text) {
            Some(number) => Value::symbol(number),
            None => {
                let string = self.string(text);
                let offset = string.offset();
                let header = self.spaces[SCRATCH].header(offset);
                let class = if header.kind() == Kind::Wide { class::WIDE_SYMBOL } else { class::BYTE_SYMBOL };
                let header = header.anonymous().with_class(class);
                self.spaces[SCRATCH].words[offset] = header.0;
                string
            }
        }
    }

    /// A reference to another twin; the twin itself where the id is its own.
    pub fn twin_reference(&mut self, id: &str) -> Value {
        if self.has_twin() && id == self.twin_id {
            return crate::value::SELF;
        }
        self.new_bytes(Kind::TwinRef, class::TWIN_REFERENCE, id.as_bytes())
    }

    /// Writes a body word of an object without values.
    pub fn set_raw_word(&mut self, object: Value, index: usize, word: u64) -> Result<(), Raised> {
        if !object.is_in(Place::Heap) {
            return self.set_word(object, index, word);
        }
        let address = object.offset() + 1 + index;
        let old = std::mem::replace(&mut self.spaces[HEAP].words[address], word);
        self.undo.raw_word(address, old);
        Ok(())
    }

    /// The body of an object of the scratch or the heap, to write in; in the heap all of it counts as written.
    pub fn body_mut(&mut self, object: Value) -> Result<&mut [u64], Raised> {
        let offset = object.offset();
        match object.space_index() {
            SCRATCH => Ok(self.spaces[SCRATCH].body_mut(offset)),
            HEAP => {
                let values = self.spaces[HEAP].header(offset).kind().holds_values();
                for (index, word) in self.spaces[HEAP].body(offset).iter().enumerate() {
                    let address = offset + 1 + index;
                    if values { self.undo.word(address, *word) } else { self.undo.raw_word(address, *word) }
                }
                Ok(self.spaces[HEAP].body_mut(offset))
            }
            _ => Err(self.forbid(object)),
        }
    }

    /// The bytes of a bytes object, a large integer's magnitude or a twin reference.
    pub fn bytes(&self, value: Value) -> Option<Vec<u8>> {
        let (header, body) = self.object(value)?;
        matches!(header.kind(), Kind::Bytes | Kind::LargeInt | Kind::TwinRef).then(|| unpack_bytes(body, header.length()))
    }

    /// The text of a string or symbol.
    pub fn text(&self, value: Value) -> Option<String> {
        if let Some(number) = value.as_symbol() {
            return self.frozen.symbol_text(number).map(str::to_owned);
        }
        let (header, body) = self.object(self.widened(value))?;
        if !self.inherits(header.class(), class::STRING) {
            return None;
        }
        text_of(header, body)
    }

    /// Copies an object of values into a longer one. Its commit logs the copy, not the elements.
    pub fn grow(&mut self, object: Value, length: usize) -> Answer {
        let Some((header, body)) = self.object(object) else {
            return Ok(object);
        };
        let old: Vec<u64> = body.to_vec();
        let grown = self.allocate(header.kind(), header.class(), length.max(header.length()))?;
        self.spaces[SCRATCH].body_mut(grown.offset())[..old.len()].copy_from_slice(&old);
        self.note_grown(object, grown, old.len());
        Ok(grown)
    }

    /// Notes that the body of `grown`, in scratch, begins with the body of `object`.
    pub fn note_grown(&mut self, object: Value, grown: Value, words: usize) {
        if object.is_in(Place::Heap) && grown.is_in(Place::Scratch) && words >= crate::changes::WORTH_COPYING {
            self.grown.push((grown, object.offset() as u32 + 1, words as u32));
        }
    }
}

/// The text of a string's words.
pub(crate) fn text_of(header: Header, body: &[u64]) -> Option<String> {
    match header.kind() {
        Kind::Bytes => Some(unpack_bytes(body, header.length()).into_iter().map(char::from).collect()),
        Kind::Wide => {
            let codes = body.iter().flat_map(|word| [*word as u32, (*word >> 32) as u32]);
            Some(codes.take(header.length()).map(|code| char::from_u32(code).unwrap_or('\u{FFFD}')).collect())
        }
        Kind::TwinRef => String::from_utf8(unpack_bytes(body, header.length())).ok(),
        _ => None,
    }
}
