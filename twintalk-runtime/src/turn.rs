//! A turn: one message to one twin, run to completion, with all that it needs at hand.
//!
//! A thread makes one `Turn` and uses it again and again, so that running a message allocates nothing.
//! Its parts have files of their own: `roots`, `fuel`, `homes`, `exceptions`, `undo`, `twin`, `commit`.

use std::sync::Arc;

use crate::answer::Raised;
use crate::changes::Changes;
use crate::exceptions::{Handler, Signal, Suspended, Unwind};
use crate::failure::Failure;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::host::Host;
use crate::object::Identity;
use crate::program::Program;
use crate::row::{Row, Slot};
use crate::space::Space;
use crate::twin::Current;
use crate::undo::Undo;
use crate::value::{NIL, Place, Value};

/// The state of a running message, and the memory it runs in.
pub struct Turn {
    pub(crate) fuel: i64,
    pub(crate) stack_limit: usize,
    pub(crate) current: Current,
    /// By `Place`: the twin's heap, the turn's scratch, the program's literals.
    pub(crate) spaces: [Space; 3],
    /// Scratch of this many words asks for a collection.
    pub(crate) scratch_trigger: usize,
    /// The identity of the object made last. Zero at the beginning of a turn that needs no preparation.
    pub(crate) born: Identity,
    pub(crate) roots: Vec<Value>,
    pub(crate) undo: Undo,
    pub(crate) homes: Vec<i64>,
    pub(crate) next_home: i64,
    pub(crate) handlers: Vec<Handler>,
    /// The innermost handler that may be chosen now, as an index into `handlers`.
    pub(crate) handler_top: usize,
    pub(crate) signals: Vec<Signal>,
    pub(crate) next_id: i64,
    pub(crate) unwind: Unwind,
    pub(crate) suspended: Vec<Suspended>,
    pub(crate) failure: Option<Box<Failure>>,
    /// Operators send without a safepoint: while this is positive nothing moves.
    pub(crate) inhibit: u32,
    pub(crate) limits: Limits,
    /// Words of scratch from which on the next check fails: the limit, and a reserve for the `ensure:` blocks of an
    /// aborted turn.
    pub(crate) scratch_limit: usize,
    /// The twin's id, for messages to itself by reference.
    pub(crate) twin_id: String,
    pub(crate) changes: Changes,
    /// Whether `changes` holds more than dirty slots, or scratch was collected, so that the next turn must tidy up.
    pub(crate) tidy: bool,
    /// Arrays grown in this turn: the copy in scratch, the body it was copied from, its length.
    pub(crate) grown: Vec<(Value, u32, u32)>,
    /// The variables of a server's top level.
    pub(crate) globals: Vec<(&'static str, Value)>,
    pub(crate) class_state: Vec<Value>,
    pub(crate) class_state_open: bool,
    pub(crate) frozen: Arc<Frozen>,
    pub(crate) program: &'static Program,
    pub(crate) sends: &'static crate::library::Sends,
    /// The selector that was dispatched by number last.
    pub(crate) dispatched: u32,
    pub(crate) host: Box<dyn Host>,
    /// The other half of the scratch, empty between collections.
    pub(crate) spare: Vec<u64>,
}

impl Turn {
    /// A turn for the twins of a program.
    pub fn new(frozen: Arc<Frozen>, host: Box<dyn Host>, limits: Limits) -> Self {
        let program = frozen.program;
        let spaces = [Space::default(), Space::default(), frozen.space.clone()];
        let class_state = frozen.class_state.clone();
        Self {
            fuel: limits.fuel,
            stack_limit: 0,
            current: Current::default(),
            spaces,
            scratch_trigger: limits.collect,
            born: Identity::default(),
            roots: Vec::new(),
            undo: Undo::default(),
            homes: Vec::new(),
            next_home: 1,
            handlers: Vec::new(),
            handler_top: crate::exceptions::NONE,
            signals: Vec::new(),
            next_id: 1,
            unwind: Unwind::None,
            suspended: Vec::new(),
            failure: None,
            inhibit: 0,
            limits: limits.possible(),
            scratch_limit: limits.scratch,
            twin_id: String::new(),
            changes: Changes::default(),
            tidy: false,
            grown: Vec::new(),
            globals: Vec::new(),
            class_state,
            class_state_open: false,
            frozen,
            program,
            sends: program.sends,
            dispatched: 0,
            host,
            spare: Vec::new(),
        }
    }

    /// The program.
    pub fn program(&self) -> &'static Program {
        self.program
    }

    /// What the library's sends call.
    #[inline]
    pub fn sends(&self) -> &'static crate::library::Sends {
        self.sends
    }

    /// Notes the selector of a message that is known only now.
    #[inline]
    pub fn set_dispatched(&mut self, selector: u32) {
        self.dispatched = selector;
    }

    /// The program's immutable memory.
    pub fn frozen(&self) -> &Arc<Frozen> {
        &self.frozen
    }

    /// The world outside the turn.
    pub fn host(&mut self) -> &mut dyn Host {
        &mut *self.host
    }

    /// The limits of every turn from the next one on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits.possible();
        self.scratch_limit = limits.scratch;
    }

    /// Tells the id of the twin whose turn comes next.
    pub fn set_twin_id(&mut self, id: &str) {
        self.twin_id.clear();
        self.twin_id.push_str(id);
    }

    /// The id of the twin whose turn it is.
    pub fn twin_id(&self) -> &str {
        &self.twin_id
    }

    /// The class of the twin whose turn it is; `Object` where there is no twin.
    #[inline]
    pub fn twin_class(&self) -> u32 {
        self.current.class().unwrap_or(crate::library::class::OBJECT)
    }

    /// Whether this is a twin's turn, not the top level's.
    #[inline]
    pub fn has_twin(&self) -> bool {
        self.current.is_some()
    }

    /// Reads a slot of the running twin.
    #[inline]
    pub fn load<R: Row, S: Slot>(&mut self, field: impl FnOnce(&R) -> &S) -> Value {
        let slot = *field(self.twin::<R>());
        slot.read(self)
    }

    /// Writes a slot of the running twin; raises if its declared type does not admit the value.
    #[inline]
    pub fn store<R: Row, S: Slot>(&mut self, index: u32, field: impl FnOnce(&mut R) -> &mut S, value: Value) -> Result<(), Raised> {
        let Some(new) = S::check(value, self) else {
            return Err(self.wrong_slot_type::<R>(index, S::TYPE, value));
        };
        let old = std::mem::replace(field(self.twin::<R>()), new);
        self.undo.slot(index, old.word());
        if S::MAY_REFER {
            self.undo.note_reference(value.is_reference());
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn wrong_slot_type<R: Row>(&mut self, index: u32, declared: &str, value: Value) -> Raised {
        let info = self.class_info(R::CLASS);
        let name = info.and_then(|info| info.slots.get(index as usize)).map_or("?", |slot| slot.name);
        crate::check::wrong_type(value, name, declared, self)
    }

    /// A literal of the program.
    #[inline]
    pub fn literal(&self, number: u32) -> Value {
        self.library_literal(number + crate::library::LITERALS.len() as u32)
    }

    /// A literal of the library.
    #[inline]
    pub fn library_literal(&self, number: u32) -> Value {
        self.frozen.literals.get(number as usize).copied().unwrap_or(NIL)
    }

    /// Adds text to the transcript: at once at the top level, else when the turn succeeds.
    pub fn transcript(&mut self, text: &str) {
        if self.has_twin() {
            self.tidy = true;
            self.changes.transcript.push_str(text);
        } else {
            self.host.transcript(text);
        }
    }

    /// What the last turn changed.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// What the running turn will have changed, to add messages to.
    pub fn changes_mut(&mut self) -> &mut Changes {
        self.tidy = true;
        &mut self.changes
    }

    /// The words of one space.
    #[inline]
    pub(crate) fn space(&self, place: Place) -> &Space {
        &self.spaces[place as usize]
    }
}
