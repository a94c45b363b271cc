//! The one graph copy: collection of scratch, commit, compaction and freezing are all this, with other ends.
//!
//! Cheney's algorithm: a moved object leaves its new address in its old header; scanning the copies in
//! order moves what they refer to. No recursion, no marks, and what was reachable comes out dense.

use std::collections::HashMap;

use crate::object::{Header, Kind};
use crate::value::{NIL, Place, Value};

/// Objects of up to so many words are copied by so many.
const BLOCK: usize = 8;

/// A copy under way.
pub(crate) struct Move<'a> {
    from: &'a mut [u64],
    from_place: Place,
    to: &'a mut Vec<u64>,
    to_place: Place,
    /// Literals are copied too where they are given; they cannot hold a forwarding address, so a map does.
    frozen: Option<&'a [u64]>,
    copied: HashMap<u32, Value>,
    /// Blocks that outlive the turn lose their home: a return from them finds it dead.
    forget_homes: bool,
    limit: usize,
    full: bool,
}

impl<'a> Move<'a> {
    pub(crate) fn new(from: &'a mut [u64], from_place: Place, to: &'a mut Vec<u64>, to_place: Place) -> Self {
        let (frozen, copied) = (None, HashMap::new());
        Self { from, from_place, to, to_place, frozen, copied, forget_homes: false, limit: u32::MAX as usize, full: false }
    }

    /// Copies literals as well, and cuts blocks off their homes: what a durable heap needs.
    pub(crate) fn durable(mut self, frozen: Option<&'a [u64]>, limit: usize) -> Self {
        self.frozen = frozen;
        self.forget_homes = true;
        self.limit = limit;
        self
    }

    /// Whether the target had no room for everything; it then holds an incomplete copy.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// The value to use instead of `value`, moving its object on first sight.
    #[inline]
    pub(crate) fn forward(&mut self, value: Value) -> Value {
        if value.is_in(self.from_place) {
            self.forward_moved(value)
        } else if value.is_in(Place::Frozen) && self.frozen.is_some() {
            self.forward_frozen(value)
        } else {
            value
        }
    }

    /// Forwards a word of the target itself.
    pub(crate) fn forward_at(&mut self, address: usize) {
        let value = Value::from_bits(self.to[address]);
        if value.is_reference() {
            self.to[address] = self.forward(value).bits();
        }
    }

    /// If `value` is a literal without references and `old`, in the target, has the same content: `old`.
    /// Storing the same literal again and again must not fill the heap.
    pub(crate) fn same_literal(&self, value: Value, old: Value) -> Option<Value> {
        let frozen = self.frozen?;
        if !value.is_in(Place::Frozen) || !old.is_in(self.to_place) {
            return None;
        }
        let words = 1 + Header(frozen[value.offset()]).body_words();
        let literal = &frozen[value.offset()..][..words];
        let plain = !Header(literal[0]).kind().holds_values();
        let kept = self.to.get(old.offset()..old.offset() + words)?;
        let equal = Header(kept[0]).anonymous() == Header(literal[0]).anonymous() && kept[1..] == literal[1..];
        (plain && equal).then_some(old)
    }

    /// The new address of an object if it has been moved, `None` if it is garbage.
    pub(crate) fn survivor(&self, value: Value) -> Option<Value> {
        if value.is_in(self.from_place) { Header(self.from[value.offset()]).target() } else { Some(value) }
    }

    fn forward_moved(&mut self, value: Value) -> Value {
        let offset = value.offset();
        let header = Header(self.from[offset]);
        if let Some(target) = header.target() {
            return target;
        }
        if header.kind() == Kind::Widened {
            return self.forward_widened(offset);
        }
        let words = 1 + header.body_words();
        let Some(target) = self.room(words) else {
            return NIL;
        };
        // Most objects are small: one copy of a fixed length costs less than a call.
        match self.from.get(offset..offset + BLOCK) {
            Some(block) if words <= BLOCK => {
                let end = self.to.len() + words;
                self.to.extend_from_slice(block);
                self.to.truncate(end);
            }
            _ => self.to.extend_from_slice(&self.from[offset..offset + words]),
        }
        self.from[offset] = Header::forwarded(target).0;
        target
    }

    /// What refers to a widened string refers to the wide one afterwards.
    fn forward_widened(&mut self, offset: usize) -> Value {
        let target = self.forward(Value::from_bits(self.from[offset + 1]));
        if target.is_reference() {
            self.from[offset] = Header::forwarded(target).0;
        }
        target
    }

    fn forward_frozen(&mut self, value: Value) -> Value {
        if let Some(target) = self.copied.get(&(value.offset() as u32)) {
            return *target;
        }
        let Some(frozen) = self.frozen else {
            return value;
        };
        let offset = value.offset();
        let words = 1 + Header(frozen[offset]).body_words();
        let Some(target) = self.room(words) else {
            return NIL;
        };
        self.to.extend_from_slice(&frozen[offset..offset + words]);
        self.copied.insert(offset as u32, target);
        target
    }

    fn room(&mut self, words: usize) -> Option<Value> {
        if self.to.len() + words > self.limit {
            self.full = true;
            return None;
        }
        Some(Value::reference(self.to_place, self.to.len() as u32))
    }

    /// Moves all that the copies from `start` on refer to, the copies this makes included.
    pub(crate) fn scan(&mut self, start: usize) {
        let mut at = start;
        while at < self.to.len() {
            let header = Header(self.to[at]);
            let end = at + 1 + header.body_words();
            if header.kind().holds_values() {
                for index in at + 1..end {
                    let value = Value::from_bits(self.to[index]);
                    if value.is_reference() {
                        self.to[index] = self.forward(value).bits();
                    }
                }
                if self.forget_homes && header.kind() == Kind::Block {
                    crate::blocks::forget_home(&mut self.to[at + 1..end]);
                }
            }
            at = end;
        }
    }
}
