//! Strings that were made for Latin-1 and were given another character.
//!
//! No object grows where it lies, so the wide string is a new one and the old one refers to it: the kind
//! becomes `Widened`, the first word of the body the reference, the others nil. Only what reads characters
//! looks through the reference, and whatever moves objects moves the wide string instead, so references to
//! it are never mixed with references to the old one.

use crate::answer::{Answer, Raised};
use crate::dispatch::is_string;
use crate::library::class;
use crate::object::{Header, Kind};
use crate::turn::Turn;
use crate::value::{NIL, Place, Value};

impl Turn {
    /// The object that holds the characters of a string: itself, unless it was widened.
    #[inline]
    pub(crate) fn widened(&self, value: Value) -> Value {
        match self.kind_of(value) {
            Some(Kind::Widened) => self.slot(value, 0),
            _ => value,
        }
    }

    /// Makes a string of bytes one that holds any character; answers the object that does.
    pub(crate) fn widen(&mut self, string: Value) -> Answer {
        let Some((header, body)) = self.object(string) else { return Ok(string) };
        if header.kind() != Kind::Bytes || header.length() == 0 {
            return Ok(string);
        }
        let codes: Vec<u32> = bytemuck::cast_slice::<u64, u8>(body).iter().take(header.length()).map(|byte| u32::from(*byte)).collect();
        let class = if is_string(header.class()) { class::WIDE_STRING } else { header.class() };
        let wide = self.allocate(Kind::Wide, class, codes.len())?;
        // The two are one object, whichever of them is moved on.
        self.spaces[Place::Scratch as usize].words[wide.offset()] =
            Header::new(Kind::Wide, class, codes.len() as u32).with_identity_of(header).0;
        let target = bytemuck::cast_slice_mut::<u64, u32>(self.body_mut(wide)?);
        target[..codes.len()].copy_from_slice(&codes);
        let words = header.body_words();
        self.become_widened(string, Header::new(Kind::Widened, class, words as u32).with_identity_of(header), wide)?;
        Ok(wide)
    }

    fn become_widened(&mut self, string: Value, header: Header, wide: Value) -> Result<(), Raised> {
        let at = string.offset();
        let words = [header.0, wide.bits()].into_iter().chain(std::iter::repeat(NIL.bits())).take(header.length() + 1);
        if string.is_in(Place::Frozen) {
            return self.set_word(string, 0, NIL.bits());
        }
        let heap = string.is_in(Place::Heap);
        let space = &mut self.spaces[string.space_index()].words;
        for (index, word) in words.enumerate() {
            let old = std::mem::replace(&mut space[at + index], word);
            if heap && index == 0 {
                self.undo.raw_word(at, old);
            } else if heap {
                self.undo.value_word(at + index, old);
            }
        }
        Ok(())
    }
}
