//! Sorting by a block: the merge sort of `array.st`, comparison by comparison.
//!
//! A block may collect scratch, so the arrays and the element in hand are read from the root stack each time.

use super::{Try, write};
use crate::answer::Raised;
use crate::blocks;
use crate::known::Known;
use crate::library::class;
use crate::raise::truth;
use crate::roots::leave;
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// Runs of so many elements are sorted by insertion.
const SHORT: usize = 8;

/// What stands on the root stack.
#[derive(Clone, Copy)]
enum Held {
    Array,
    Scratch,
    Block,
    /// The element that is being inserted.
    Element,
}

struct Merge {
    frame: usize,
}

/// `mergeSort:by:` of an Array, with a copy of it.
pub fn array_sort_by(this: Value, scratch: Value, block: Value, t: &mut Turn) -> Try {
    let size = |array: Value, t: &Turn| t.header(array).filter(|header| header.class() == class::ARRAY).map(|header| header.length());
    let (Some(count), true) = (size(this, t), t.frozen.known(class::ARRAY).has(Known::INDEXED)) else { return Ok(None) };
    if size(scratch, t) != Some(count) || count == 0 {
        return Ok(None);
    }
    let merge = Merge { frame: t.frame_of([this, scratch, block, NIL]) };
    merge.sort(0, count - 1, t)?;
    let this = merge.held(Held::Array, t);
    leave(merge.frame, Some(this), t)
}

impl Merge {
    fn held(&self, what: Held, t: &Turn) -> Value {
        t.root(self.frame + what as usize)
    }

    fn get(&self, from: Held, at: usize, t: &Turn) -> Value {
        t.slot(self.held(from, t), at)
    }

    fn put(&self, at: usize, element: Value, t: &mut Turn) -> Result<(), Raised> {
        t.set_slot(self.held(Held::Array, t), at, element)
    }

    /// Whether an element may stand before another.
    fn before(&self, first: Value, second: Value, t: &mut Turn) -> Result<bool, Raised> {
        let block = self.held(Held::Block, t);
        let answer = blocks::call(block, &[first, second], t)?;
        let answer = truth(answer, t)?;
        t.tick()?;
        Ok(answer)
    }

    /// Copies a range from one of the arrays to the other, or to itself.
    fn copy(&self, from: (Held, usize), to: (Held, usize), count: usize, t: &mut Turn) -> Result<(), Raised> {
        let (source, target) = (self.held(from.0, t), self.held(to.0, t));
        write::values(target, to.1, source, from.1, count, t)
    }

    /// Sorts from one place to another, both included.
    fn sort(&self, start: usize, stop: usize, t: &mut Turn) -> Result<(), Raised> {
        use Held::{Array, Scratch};
        if stop - start < SHORT {
            return self.insert(start, stop, t);
        }
        // As from 1, so that comparisons come in the same order.
        let middle = (start + stop + 2) / 2 - 1;
        self.sort(start, middle, t)?;
        self.sort(middle + 1, stop, t)?;
        if self.before(self.get(Array, middle, t), self.get(Array, middle + 1, t), t)? {
            return Ok(());
        }
        if !self.before(self.get(Array, start, t), self.get(Array, stop, t), t)? {
            // What stands behind the middle comes before all others.
            let behind = stop - middle;
            self.copy((Array, start), (Scratch, start), middle + 1 - start, t)?;
            self.copy((Array, middle + 1), (Array, start), behind, t)?;
            return self.copy((Scratch, start), (Array, start + behind), middle + 1 - start, t);
        }
        self.copy((Array, start), (Scratch, start), stop + 1 - start, t)?;
        let (mut i, mut j, mut k) = (start, middle + 1, start);
        while i <= middle && j <= stop {
            let from = if self.before(self.get(Scratch, i, t), self.get(Scratch, j, t), t)? { &mut i } else { &mut j };
            let element = self.get(Scratch, *from, t);
            *from += 1;
            self.put(k, element, t)?;
            k += 1;
        }
        let rest = if i <= middle { i } else { j };
        self.copy((Scratch, rest), (Array, k), stop + 1 - k, t)
    }

    fn insert(&self, start: usize, stop: usize, t: &mut Turn) -> Result<(), Raised> {
        for i in start + 1..=stop {
            t.set_root(self.frame + Held::Element as usize, self.get(Held::Array, i, t));
            let mut at = i;
            while at > start && !self.before(self.get(Held::Array, at - 1, t), self.held(Held::Element, t), t)? {
                self.put(at, self.get(Held::Array, at - 1, t), t)?;
                at -= 1;
            }
            self.put(at, self.held(Held::Element, t), t)?;
        }
        Ok(())
    }
}
