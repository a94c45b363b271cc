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
use std::mem;
use std::ptr;

use crate::row::{Row, Word};
use crate::turn::Turn;

/// What is known of a row's type once the type itself is out of sight.
struct RowType {
    id: TypeId,
    class: u32,
    get: unsafe fn(*const (), u32) -> Word,
    put: unsafe fn(*mut (), u32, Word),
}

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
        const {
            &Self {
                id: TypeId::of::<R>(),
                class: R::CLASS,
                get: get::<R>,
                put: put::<R>,
            }
        }
    }
}

/// The row of the running twin, if there is one.
#[derive(Default)]
pub(crate) struct Current(Option<(*mut (), &'static RowType)>);

impl Current {
    /// The class of the running twin.
    #[inline]
    pub(crate) fn class(&self) -> Option<u32> {
        self.0.as_ref().map(|(_, kind)| kind.class)
    }

    /// Reads a slot of the running twin.
    pub(crate) fn get(&self, index: u32) -> Option<Word> {
        let (row, kind) = self.0.as_ref()?;
        // SAFETY: invariant 1 keeps the row alive, 3 keeps it unborrowed; `kind` was made with the pointer.
        Some(unsafe { (kind.get)(*row, index) })
    }

    /// Writes a slot of the running twin.
    pub(crate) fn put(&mut self, index: u32, word: Word) {
        if let Some((row, kind)) = self.0.as_ref() {
            // SAFETY: as in `get`, and `&mut self` makes the access exclusive.
            unsafe { (kind.put)(*row, index, word) }
        }
    }
}

/// Takes the pointer out of the turn, whatever ends the scope.
struct Leave<'a> {
    turn: &'a mut Turn,
    row: *mut (),
    outer: Current,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let inner = mem::replace(&mut self.turn.current, mem::take(&mut self.outer));
        if !inner.0.is_some_and(|(row, _)| ptr::eq(row, self.row)) {
            std::process::abort(); // invariant 2
        }
    }
}

impl Turn {
    /// Runs `f` with `row` as the running twin.
    #[inline]
    pub(crate) fn with_row<R: Row, T>(&mut self, row: &mut R, f: impl FnOnce(&mut Self) -> T) -> T {
        let pointer = ptr::from_mut(row).cast::<()>();
        let outer = mem::replace(
            &mut self.current,
            Current(Some((pointer, RowType::of::<R>()))),
        );
        let leave = Leave {
            turn: self,
            row: pointer,
            outer,
        };
        f(leave.turn)
    }

    /// The row of the running twin, whose class must be `R`.
    #[inline]
    pub fn twin<R: Row>(&mut self) -> &mut R {
        match self.current.0 {
            // SAFETY: invariant 4 for the type, 1 for life, and the result borrows the turn, which gives 3.
            Some((row, kind)) if kind.id == TypeId::of::<R>() => unsafe { &mut *row.cast::<R>() },
            _ => wrong_twin(),
        }
    }
}

/// Only code that the compiler did not generate gets here; the engine catches the panic.
#[cold]
#[inline(never)]
fn wrong_twin() -> ! {
    panic!("the running twin is of another class")
}
