//! What generated code names, as `rt::…`. Nothing is defined here but one-line forms of the turn's methods.

pub use crate::answer::{Answer, At, Here, Raised};
pub use crate::argument::Argument;
pub use crate::blocks::{block, block_home, block_info, block_self, captured, wrong_arguments};
pub use crate::check::{Declared, check};
pub use crate::data::Data;
pub use crate::dispatch::{block_left_out, left_out, library_ancestor, library_class, open_send, same};
pub use crate::failure::Failure;
pub use crate::heap::Core;
pub use crate::homes::{Detour, return_from};
pub use crate::library;
pub use crate::message::{call, float};
pub use crate::object::Kind;
pub use crate::program::{BlockInfo, ClassInfo, Formerly, Layout, Literal, Program, Provision, SlotInfo, TwinType};
pub use crate::raise::{not_understood, truth};
pub use crate::roots::leave;
pub use crate::row::{Row, Slot, Word};
pub use crate::state::{class_slot, class_variable, set_class_slot, set_class_variable};
pub use crate::turn::Turn;
pub use crate::value::{FALSE, METACLASS, NIL, SELF, TRUE, Value};
pub use crate::{at_once, each, ops, prim, quick, slot, typed};

pub use crate::state::{
    array, cell, cell_get, cell_set, class_of, first_words, has_class, instantiate, integer, new_instance, set_slot, set_slots,
};

/// Slot `index` of an object.
#[inline(always)]
pub fn slot(object: Value, index: usize, t: &Turn) -> Value {
    t.field(object, index)
}

/// Why a turn ended, as typed methods answer it.
pub type Failed = Box<Failure>;

/// A variable of a server's top level: what was assigned to it, else the twin of that name.
pub fn global(name: &str, t: &mut Turn) -> Answer {
    t.global(name)
}

/// Assigns a variable of a server's top level.
pub fn set_global(name: &'static str, value: Value, t: &mut Turn) -> Result<(), Raised> {
    t.set_global(name, value);
    Ok(())
}
