//! `t.twin::<Pump>()`: the row of the twin whose turn it is, reached through the turn.
//!
//! A method cannot hold its twin's struct across a send, for the send may come back to the same twin. So
//! the row stays behind a pointer in the turn, and each use borrows the turn. This is the only `unsafe`
//! of the core. Its invariants:
//!
//! 1. `Turn::with_row` holds the row's exclusive borrow for as long as the pointer is in the turn: it takes
//!    the pointer out again before it returns, also when a panic passes.
//! 2. The pointer is never copied: it is private to this module and `Current` is not `Clone`. A closure may
//!    swap whole turns, and with them pointers; then `with_row` does not find its own and aborts the process.
//! 3. Every `&mut` made from the pointer lives no longer than a borrow of the turn that holds it, so two
//!    never coexist.
//! 4. The pointer is read as type `R` only if the `TypeId` noted beside it is that of `R`.
#![allow(unsafe_code)]

use std::any::TypeId;
use std::ptr;

use crate::answer::Answer;
use crate::message::Message;
use crate::row::{Row, Word};
use crate::turn::Turn;
use crate::value::Value;

/// What is known of a row's type once the type itself is out of sight.
struct RowType {
    id: TypeId,
    class: u32,
    get: unsafe fn(*const (), u32) -> Word,
    put: unsafe fn(*mut (), u32, Word),
    perform: Perform,
}

/// What sends a message to the running twin, whose class is known to it.
pub(crate) type Perform = fn(u32, &[Value], &mut Turn) -> Answer;

/// SAFETY: the caller passes a pointer to a live `R` that nobody writes to.
unsafe fn get<R: Row>(row: *const (), index: u32) -> Word {
    unsafe { &*row.cast::<R>() }.get(index)
}

/// SAFETY: the caller passes a pointer to a live `R` that nobody else refers to.
unsafe fn put<R: Row>(row: *mut (), index: u32, word: Word) {
    unsafe { &mut *row.cast::<R>() }.put(index, word);
}

impl RowType {
    const fn of<R: Row>() -> &'static Self {
        const { &Self { id: TypeId::of::<R>(), class: R::CLASS, get: get::<R>, put: put::<R>, perform: <R as Row>::perform } }
    }
}

/// The row of the running twin, if there is one. The pointer means nothing where `kind` is none; the two are stored
/// and read one by one, since a read of both at once would wait for the stores.
pub(crate) struct Current {
    row: *mut (),
    kind: Option<&'static RowType>,
}

impl Default for Current {
    fn default() -> Self {
        Self { row: ptr::null_mut(), kind: None }
    }
}

impl Current {
    /// The class of the running twin.
    #[inline]
    pub(crate) fn class(&self) -> Option<u32> {
        self.kind.map(|kind| kind.class)
    }

    /// Whether a twin is running.
    #[inline]
    pub(crate) fn is_some(&self) -> bool {
        self.kind.is_some()
    }

    /// Zero if no twin is running.
    #[inline]
    pub(crate) fn word(&self) -> usize {
        self.kind.map_or(0, |kind| ptr::from_ref(kind).addr())
    }

    /// How the running twin is sent a message.
    #[inline]
    pub(crate) fn perform(&self) -> Option<Perform> {
        self.kind.map(|kind| kind.perform)
    }

    /// Reads a slot of the running twin.
    pub(crate) fn get(&self, index: u32) -> Option<Word> {
        let kind = self.kind?;
        // SAFETY: invariant 1 keeps the row alive, 3 keeps it unborrowed; `kind` was set with the pointer.
        Some(unsafe { (kind.get)(self.row, index) })
    }

    /// Takes another table of the running twin's type in place of the one it has: there may be several, as there are in
    /// crates of many parts.
    #[cold]
    #[inline(never)]
    fn check(&mut self, own: &'static RowType) {
        match self.kind {
            Some(kind) if kind.id == own.id => self.kind = Some(own),
            _ => wrong_twin(),
        }
    }

    /// Writes a slot of the running twin.
    pub(crate) fn put(&mut self, index: u32, word: Word) {
        if let Some(kind) = self.kind {
            // SAFETY: as in `get`, and `&mut self` makes the access exclusive.
            unsafe { (kind.put)(self.row, index, word) }
        }
    }
}

/// Takes the pointer out of the turn, whatever ends the scope.
struct Leave<'a> {
    turn: &'a mut Turn,
    row: *mut (),
}

impl Drop for Leave<'_> {
    #[inline]
    fn drop(&mut self) {
        if !ptr::eq(self.turn.current.row, self.row) {
            std::process::abort(); // invariant 2
        }
        self.turn.current.kind = None;
    }
}

impl Turn {
    /// Runs a message with `row` as the running twin. No other may be running.
    #[inline(always)]
    pub(crate) fn with_row<R: Row>(&mut self, row: &mut R, message: impl Message) -> Answer {
        debug_assert!(!self.current.is_some(), "a twin is running already");
        let pointer = ptr::from_mut(row).cast::<()>();
        self.current.row = pointer;
        self.current.kind = Some(RowType::of::<R>());
        let leave = Leave { turn: self, row: pointer };
        message.run(leave.turn)
    }

    /// The row of the running twin, whose class must be `R`.
    #[inline]
    pub fn twin<R: Row>(&mut self) -> &mut R {
        let own = RowType::of::<R>();
        // Read ahead of the check, which leaves it as it is: behind a call the optimiser would not know it any more.
        let row = self.current.row;
        // The same `RowType` has the same id, which is the quick way to know.
        if !ptr::eq(self.current.kind.map_or(ptr::null(), ptr::from_ref), own) {
            self.current.check(own);
        }
        // SAFETY: invariant 4 for the type, 1 for life, and the result borrows the turn, which gives 3.
        unsafe { &mut *row.cast::<R>() }
    }
}

/// Only code that the compiler did not generate gets here; the engine catches the panic.
#[cold]
fn wrong_twin() -> ! {
    panic!("the running twin is of another class")
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use crate::tests::{NOTE, Pump, int, turn};
    use crate::turn::Turn;
    use crate::value::NIL;

    /// What Miri should see: the row through the turn, through the slots, again through the turn.
    #[test]
    fn the_row_is_reached_only_through_the_turn() {
        let (mut t, mut row) = (turn(), Pump::default());
        let ran = t.with_row(&mut row, |t: &mut Turn| {
            t.twin::<Pump>().note = int(1);
            assert!(t.current.get(NOTE).is_some());
            t.current.put(NOTE, crate::row::Word::Value(int(2)));
            assert_eq!(t.twin::<Pump>().note, int(2));
            t.twin::<Pump>().other = int(3);
            Ok(NIL)
        });
        assert_eq!(ran, Ok(NIL));
        assert_eq!((row.note, row.other), (int(2), int(3)));
        assert!(!t.has_twin());
    }

    #[test]
    fn a_panic_takes_the_row_out_of_the_turn() {
        let (mut t, mut row) = (turn(), Pump::default());
        let caught = catch_unwind(AssertUnwindSafe(|| {
            t.with_row(&mut row, |t: &mut Turn| {
                t.twin::<Pump>().note = NIL;
                resume_unwind(Box::new(()))
            })
        }));
        assert!(caught.is_err() && !t.has_twin());
    }
}
