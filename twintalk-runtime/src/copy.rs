//! Copying parts of objects within the memory of a turn, with nothing made on the way.

use std::ops::Range;

use crate::turn::Turn;
use crate::value::{Place, Value};

const SCRATCH: usize = Place::Scratch as usize;

impl Turn {
    /// Copies units of the body of any object into the body of one in scratch; the caller knows that both have them.
    pub(crate) fn copy_units<T: bytemuck::Pod>(&mut self, source: Value, range: Range<usize>, target: Value, at: usize) {
        let (from, to) = (start::<T>(source) + range.start, start::<T>(target) + at);
        let (from, to) = (from..from + range.len(), to..to + range.len());
        let [heap, scratch, frozen] = &mut self.spaces;
        let scratch = bytemuck::cast_slice_mut::<u64, T>(&mut scratch.words);
        let other = match source.space_index() {
            SCRATCH if from.end <= scratch.len() && to.end <= scratch.len() => return scratch.copy_within(from, to.start),
            0 => heap,
            2 => frozen,
            _ => return,
        };
        if let (Some(from), Some(to)) = (bytemuck::cast_slice::<u64, T>(&other.words).get(from), scratch.get_mut(to)) {
            to.copy_from_slice(from);
        }
    }
}

/// Where the body of an object begins, in units.
fn start<T>(object: Value) -> usize {
    (object.offset() + 1) * (8 / size_of::<T>())
}
