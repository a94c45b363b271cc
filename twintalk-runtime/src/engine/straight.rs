//! States of the disk that are states of the program word for word: where the numbers of both agree, what is read is
//! verified and taken over as it is. All others are [moved](super::inward), and what is wrong with one is said there.

use super::canon::{Canon, Objects};
use super::state::State;
use crate::object::{Header, Kind};
use crate::row::Word;
use crate::tables::SlotSchema;
use crate::value::{Place, Value};

/// Heaps of so many words need no memory to be verified.
const FEW: usize = 1024;

/// The words of a heap at which objects begin.
struct Starts<'a>(&'a mut [u64]);

impl Starts<'_> {
    fn add(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 != 0)
    }
}

/// The slots of a state in words of the program, if all its words are already; its heap is then as well.
pub(super) fn slots(state: &State, declared: &[SlotSchema], canon: &Canon) -> Option<Vec<Word>> {
    let heap = &state.heap;
    let (mut few, mut many) = ([0; FEW / 64], Vec::new());
    let starts = match few.get_mut(..heap.len().div_ceil(64)) {
        Some(few) => few,
        None => {
            many.resize(heap.len().div_ceil(64), 0);
            &mut many[..]
        }
    };
    let starts = starts_of(heap, starts, canon)?;
    for (at, header) in Objects::of(heap).filter(|(_, header)| header.kind().holds_values()) {
        let body = &heap[at + 1..][..header.body_words()];
        let is_straight = is_alone(body) || body.iter().all(|&word| is_straight(word, &starts, canon));
        if !is_straight || header.kind() == Kind::Block && !is_block_straight(body, canon) {
            return None;
        }
    }
    let count = declared.len();
    let slots = declared.iter().enumerate().map(|(index, slot)| {
        let is_int64 = slot.declared.as_deref() == Some("Int64");
        if let Some(integer) = state.integer(index, count) {
            return is_int64.then_some(Word::Int64(integer));
        }
        let word = *state.slots.get(index)?;
        let value = is_straight(word, &starts, canon).then(|| Value::from_bits(word))?;
        let boxed = if is_int64 { super::inward::boxed_integer(value, heap) } else { None };
        Some(boxed.map_or(Word::Value(value), Word::Int64))
    });
    slots.collect()
}

/// Where objects begin, if each has a header that the program would write.
fn starts_of<'a>(heap: &[u64], starts: &'a mut [u64], canon: &Canon) -> Option<Starts<'a>> {
    let mut starts = Starts(starts);
    let mut objects = Objects::of(heap);
    for (at, header) in objects.by_ref() {
        let kind = header.known_kind().filter(|kind| *kind != Kind::Forwarded)?;
        let plain = Header::new(kind, header.class(), header.length() as u32).with_identity_of(header);
        if plain != header || !canon.is_straight(header.class()) {
            return None;
        }
        starts.add(at);
    }
    (objects.position() == heap.len()).then_some(starts)
}

/// Whether words are numbers, Booleans or nil: most of what collections hold, found without a branch for each.
fn is_alone(words: &[u64]) -> bool {
    words.iter().fold(true, |all, &word| all & (is_number(word) | is_special(word)))
}

/// Whether a word is an integer, or a float that is no NaN: those are the complements of numbers.
#[inline]
fn is_number(word: u64) -> bool {
    (word >> 48 == 1) | (!word << 1 <= f64::INFINITY.to_bits() << 1)
}

/// Whether a word is nil, a Boolean or the twin itself.
#[inline]
fn is_special(word: u64) -> bool {
    word.wrapping_sub(1) < 4
}

/// Whether a word means the same to the program.
fn is_straight(word: u64, starts: &Starts<'_>, canon: &Canon) -> bool {
    if is_number(word) | is_special(word) {
        return true;
    }
    let Some(value) = Value::checked(word) else { return false };
    if let Some(symbol) = value.as_symbol() {
        return canon.symbols.to_program(symbol) == Some(symbol);
    }
    if let Some(class) = value.as_class() {
        // The disk has another bit for a metaclass.
        return canon.is_straight(class);
    }
    match value.as_reference() {
        Some(reference) => reference.place == Place::Heap && starts.has(reference.offset as usize),
        None => true,
    }
}

fn is_block_straight(body: &[u64], canon: &Canon) -> bool {
    let number = body.first().and_then(|&info| Value::from_bits(info).as_small()).map(|info| info as u32);
    number.is_some_and(|number| canon.blocks.to_program(number) == Some(number) && canon.blocks.to_disk(number) == Some(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{FALSE, NIL, SELF, TRUE};

    #[test]
    fn words_that_refer_to_nothing() {
        let floats = [0.0, -0.0, 1.5, -1.5, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE];
        let numbers =
            floats.map(|float| Value::any_float(float).bits()).into_iter().chain([0, -1, 1 << 40].map(|int| Value::int(int).bits()));
        let numbers: Vec<u64> = numbers.collect();
        assert!(numbers.iter().all(|&word| is_number(word) && !is_special(word)));
        assert!([NIL, TRUE, FALSE, SELF].iter().all(|value| is_special(value.bits()) && !is_number(value.bits())));
        assert!(is_alone(&numbers) && is_alone(&[]));
        let others = [
            0,
            5,
            Value::any_float(f64::NAN).bits(),
            !f64::NAN.to_bits() ^ 1,
            Value::character('a').bits(),
            Value::symbol(3).bits(),
            Value::class(3).bits(),
            Value::reference(Place::Heap, 0).bits(),
            8 << 48,
            0x000F_FFFF_FFFF_FFFE,
        ];
        for word in others {
            assert!(!is_number(word) && !is_special(word), "{word:#x}");
            let mut words = numbers.clone();
            words.push(word);
            assert!(!is_alone(&words));
        }
    }
}
