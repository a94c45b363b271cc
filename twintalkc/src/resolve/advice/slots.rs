//! Instance variables that no method reads or assigns.

use super::super::Module;
use super::super::body::Body;
use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::messages::Message;

/// What the methods of a module do with a slot.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlotUse {
    pub read: bool,
    pub written: bool,
}

/// Messages that reach slots by their names or numbers.
const REFLECTION: &[&str] =
    &["instVarAt:", "instVarAt:put:", "instVarNamed:", "instVarNamed:put:", "readSlotNamed:", "writeSlotNamed:value:"];

/// Tells of slots that are of no use.
///
/// What twins reach is seen and made from outside too, as JSON or by Rust, and a subclass may lie in another module:
/// only a program without twins is the whole world of its slots.
pub fn unused(module: &Module, program: &[ast::Unit], sent: &[&ast::Message], diagnostics: &mut Diagnostics) {
    let closed = module.target.is_program()
        && !has_twins(module)
        && !sent.iter().any(|message| REFLECTION.contains(&message.selector.text.as_str()));
    if !closed {
        return;
    }
    for (class, slot) in program.iter().flat_map(|unit| &unit.classes).flat_map(|class| class.slots.iter().map(move |slot| (class, slot))) {
        // A class or slot that could not be entered has been reported already.
        if !module.classes.all.iter().any(|known| known.slots.iter().any(|known| known.span == slot.name.span)) {
            continue;
        }
        let SlotUse { read, written } = module.slot_uses.get(&slot.name.span).copied().unwrap_or_default();
        let (class, name) = (class.name.text.clone(), slot.name.text.clone());
        match (read, written) {
            (true, true) => {}
            (false, false) => diagnostics.add(slot.name.span, Message::UnusedSlot { class, name }),
            (false, true) => diagnostics.add(slot.name.span, Message::UnreadSlot { class, name }),
            (true, false) => diagnostics.add(slot.name.span, Message::UnassignedSlot { class, name }),
        }
    }
}

fn has_twins(module: &Module) -> bool {
    let classes = &module.classes;
    let Some(twin) = classes.library_number("Twin") else { return false };
    (classes.library..classes.all.len()).any(|class| classes.inherits(class as u32, twin))
}

impl Body<'_> {
    /// Notes what a method does with an instance variable.
    pub fn use_slot(&mut self, at: usize, note: impl FnOnce(&mut SlotUse)) {
        if self.class_side {
            return;
        }
        let Some(slot) = self.class.and_then(|class| self.module.classes.get(class).slots.get(at)) else { return };
        note(self.module.slot_uses.entry(slot.span).or_default());
    }
}
