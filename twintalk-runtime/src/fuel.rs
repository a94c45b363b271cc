//! Limits: fuel, stack and memory. What exceeds them ends its turn and cannot be caught by `on:do:`.

use crate::answer::Raised;
use crate::exceptions::Unwind;
use crate::failure::{Failure, FailureKind};
use crate::roots::MIN_TRIGGER;
use crate::turn::Turn;
use crate::value::{Place, Value};

/// What a turn may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Method entries and rounds of loops.
    pub fuel: i64,
    /// Bytes of machine stack. The thread must have 128 KiB more.
    pub stack: usize,
    /// Words of scratch.
    pub scratch: usize,
    /// Words of a twin's heap.
    pub heap: usize,
    /// Words of scratch that are taken before it is collected. Fewer than usual show what loses sight of its objects.
    pub collect: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 100_000_000, stack: 1 << 20, scratch: 1 << 24, heap: 1 << 22, collect: MIN_TRIGGER }
    }
}

impl Limits {
    /// The same with no more fuel than can be told from a full scratch, and less stack than there are addresses.
    pub(crate) fn possible(self) -> Self {
        Self { fuel: self.fuel.min(MOST_FUEL), stack: self.stack.min(stack_address() / 2), ..self }
    }
}

/// What `ensure:` blocks get in all once a limit was exceeded.
const RESERVE: Limits = Limits { fuel: 20_000, stack: 64 << 10, scratch: 1 << 16, heap: 0, collect: 0 };

/// Where the machine stack is now, near enough.
#[inline(always)]
pub(crate) fn stack_address() -> usize {
    let marker = 0u8;
    (&raw const marker).addr()
}

impl Turn {
    /// The check at the entry of a method that sends.
    #[inline]
    pub fn enter(&mut self) -> Result<(), Raised> {
        self.fuel -= 1;
        if self.fuel < 0 || stack_address() < self.stack_limit {
            return Err(self.exceeded());
        }
        Ok(())
    }

    /// The check at the end of a loop's round.
    #[inline]
    pub fn round(&mut self) -> Result<(), Raised> {
        self.fuel -= 1;
        if self.fuel < 0 { Err(self.exceeded()) } else { Ok(()) }
    }

    /// The check at the end of the round of a loop that takes memory. Here, and in `enter_and_collect`, objects move.
    #[inline]
    pub fn tick(&mut self) -> Result<(), Raised> {
        if self.is_due() {
            self.safepoint();
        }
        self.round()
    }

    /// Whether so much was allocated that scratch should be collected.
    #[inline(always)]
    pub fn is_due(&self) -> bool {
        self.space(Place::Scratch).len() > self.scratch_trigger
    }

    /// Collects scratch; answers values as they refer to the objects afterwards.
    #[cold]
    #[inline(never)]
    pub fn collect_with<const COUNT: usize>(&mut self, values: [Value; COUNT]) -> [Value; COUNT] {
        let frame = self.keep(values);
        self.safepoint();
        self.kept(frame)
    }

    /// The check at the entry of a method that calls itself and makes objects.
    #[inline]
    pub fn enter_and_collect(&mut self) -> Result<(), Raised> {
        if self.is_due() {
            self.safepoint();
        }
        self.enter()
    }

    #[cold]
    #[inline(never)]
    fn safepoint(&mut self) {
        if self.inhibit > 0 {
            return;
        }
        self.collect();
        if self.fuel < SCRATCH_FULL / 2 && self.space(Place::Scratch).len() < self.limits.scratch {
            self.fuel -= SCRATCH_FULL;
        }
    }

    /// Fills the tank and measures the stack from here.
    #[inline]
    pub(crate) fn refuel(&mut self) {
        self.fuel = self.limits.fuel;
        self.stack_limit = stack_address().wrapping_sub(self.limits.stack);
    }

    /// What is left in the tank from now on.
    pub(crate) fn set_fuel(&mut self, fuel: i64) {
        self.fuel = fuel.clamp(0, MOST_FUEL);
    }

    /// Called after scratch has grown. Allocation cannot fail, so the next check does.
    #[inline]
    pub(crate) fn note_allocation(&mut self) {
        if self.space(Place::Scratch).len() > self.scratch_limit {
            self.scratch_full();
        }
    }

    #[cold]
    #[inline(never)]
    fn scratch_full(&mut self) {
        if self.fuel > SCRATCH_FULL / 2 {
            self.fuel += SCRATCH_FULL;
        }
    }

    /// A request for more words than a turn may have.
    #[cold]
    pub(crate) fn too_large(&mut self) -> Raised {
        self.abort(FailureKind::HeapFull)
    }

    #[cold]
    #[inline(never)]
    fn exceeded(&mut self) -> Raised {
        let kind = if self.fuel < SCRATCH_FULL / 2 {
            FailureKind::HeapFull
        } else if self.fuel < 0 {
            FailureKind::OutOfFuel
        } else {
            FailureKind::StackOverflow
        };
        self.abort(kind)
    }

    /// Starts the unwinding that nothing catches.
    pub(crate) fn abort(&mut self, kind: FailureKind) -> Raised {
        let (class, message) = match kind {
            FailureKind::OutOfFuel => ("OutOfFuel", "the message ran for too long"),
            FailureKind::StackOverflow => ("StackOverflow", "the recursion is too deep"),
            FailureKind::HeapFull => ("HeapFull", "the message holds too many objects"),
            FailureKind::Error | FailureKind::Panic => ("Error", "internal error"),
        };
        if !self.is_aborting() {
            self.fuel = RESERVE.fuel;
            self.stack_limit = self.stack_limit.saturating_sub(RESERVE.stack);
            self.scratch_limit = self.limits.scratch + RESERVE.scratch;
        }
        self.unwind = Unwind::Abort;
        self.failure = Some(Box::new(Failure { class: class.into(), message: message.into(), kind, ..Failure::default() }));
        Raised
    }

    /// Whether `ensure:` blocks of an aborted turn are running.
    fn is_aborting(&self) -> bool {
        matches!(self.unwind, Unwind::Abort) || self.suspended.iter().any(|s| matches!(s.unwind, Unwind::Abort))
    }
}

/// Added to the fuel when scratch is full: far below zero, so the next check stops.
const SCRATCH_FULL: i64 = i64::MIN / 2;

/// Fuel without end; more would reach across `SCRATCH_FULL`.
const MOST_FUEL: i64 = 1 << 60;
