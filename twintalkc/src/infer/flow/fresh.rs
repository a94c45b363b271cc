//! Slots of new instances: which of them a constructor stores before anything can read them (definite assignment).

use super::nodes::UnitId;
use super::world::{Found, World};
use crate::infer::versions;
use crate::ir::{ClassNumber, Expr, Kind, Send, Target};
use std::collections::BTreeSet;

/// A new instance that only its constructor has seen.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub class: ClassNumber,
    pub stored: BTreeSet<usize>,
    /// It has been seen by nobody else so far.
    pub hidden: bool,
}

/// Constructors call each other no deeper.
const DEPTH: usize = 6;

impl World<'_> {
    /// An instance as `new` makes it, initialized.
    pub fn fresh(&mut self, class: ClassNumber, initialize: Option<UnitId>) {
        let mut fresh = Fresh { class, stored: BTreeSet::new(), hidden: true };
        if let Some(unit) = initialize {
            fresh.hidden = self.stores(unit, class, &mut fresh.stored, 0);
        }
        self.fresh.push(fresh);
    }

    /// A message to instances that have just been made, before anybody else sees them.
    pub fn construct(&self, made: &mut [Fresh], send: &Send) {
        for fresh in made.iter_mut().filter(|fresh| fresh.hidden) {
            fresh.hidden = match self.found(fresh.class, false, send.selector) {
                Found::Unit(unit) => self.stores(unit, fresh.class, &mut fresh.stored, 0),
                Found::Library(..) => send.text == "yourself",
                Found::Nothing => false,
            };
        }
    }

    /// The slots that were not stored in time may be read as nil.
    pub fn settle(&mut self, made: &[Fresh]) {
        for fresh in made {
            let stored: Vec<usize> = fresh.stored.iter().copied().collect();
            self.begin_with_nil(fresh.class, &stored);
        }
    }

    /// Notes the slots a method stores before its receiver is seen by others; tells whether it never is.
    fn stores(&self, unit: UnitId, class: ClassNumber, stored: &mut BTreeSet<usize>, depth: usize) -> bool {
        let Some(function) = self.units[unit].function.as_ref().filter(|_| depth < DEPTH) else { return false };
        let constructor = Constructor { world: self, class, depth };
        // A version stores what the method itself stores.
        let body = function.body.get(usize::from(versions::is_guard(function))..).unwrap_or_default();
        body.iter().enumerate().all(|(at, statement)| match &statement.kind {
            Kind::Return(value) if at + 1 == body.len() => matches!(value.kind, Kind::This) || constructor.hides(value, stored),
            _ => constructor.hides(statement, stored),
        })
    }
}

struct Constructor<'a, 'm> {
    world: &'a World<'m>,
    class: ClassNumber,
    depth: usize,
}

impl Constructor<'_, '_> {
    fn all(&self, all: &[Expr], stored: &mut BTreeSet<usize>) -> bool {
        all.iter().all(|expression| self.hides(expression, stored))
    }

    /// What may run or not stores nothing for certain.
    fn perhaps(&self, all: &[Expr], stored: &BTreeSet<usize>) -> bool {
        self.all(all, &mut stored.clone())
    }

    /// Whether an expression shows the receiver to nobody, and reads none of its slots before they are stored.
    fn hides(&self, expression: &Expr, stored: &mut BTreeSet<usize>) -> bool {
        match &expression.kind {
            Kind::Const(_) | Kind::Local(_) | Kind::Captured(_) | Kind::Fresh(_) | Kind::ClassVariable(_) | Kind::Global(_) => true,
            Kind::SlotOf(object, _) => self.hides(object, stored),
            Kind::SetSlotOf(object, _, value) => self.hides(object, stored) && self.hides(value, stored),
            Kind::Each(each) => self.all(&each.operands, stored),
            Kind::Home(_) => false,
            Kind::This | Kind::ClassSlot(_) | Kind::SetClassSlot(..) | Kind::Return(_) | Kind::ReturnHome(_) => false,
            Kind::Slot(at) => stored.contains(at),
            Kind::BackEdge(_) => false,
            Kind::TakeSlots(None, slots) => slots.iter().all(|(at, _)| stored.contains(at)),
            Kind::TakeSlots(Some(_), _) => true,
            Kind::PutSlots(slots) => {
                stored.extend(slots.iter().map(|(at, _)| *at));
                true
            }
            Kind::SetSlot(at, value) => {
                let hides = self.hides(value, stored);
                if hides {
                    stored.insert(*at);
                }
                hides
            }
            Kind::SetLocal(_, value) | Kind::SetCaptured(_, value) | Kind::SetClassVariable(_, value) | Kind::SetGlobal(_, value) => {
                self.hides(value, stored)
            }
            Kind::Send(send) if matches!(send.receiver.kind, Kind::This) => {
                self.all(&send.arguments, stored) && self.told_self(send, stored)
            }
            Kind::Send(send) => self.hides(&send.receiver, stored) && self.all(&send.arguments, stored),
            Kind::If(first, then, otherwise) | Kind::IfNil(_, first, then, otherwise) => {
                if !self.hides(first, stored) {
                    return false;
                }
                let mut other = stored.clone();
                let hides = self.all(then, stored) & self.all(otherwise, &mut other);
                stored.retain(|at| other.contains(at));
                hides
            }
            Kind::And(first, rest) | Kind::Or(first, rest) => self.hides(first, stored) && self.perhaps(rest, stored),
            Kind::While { condition, body, .. } => self.all(condition, stored) && self.perhaps(body, stored),
            Kind::Count { from, to, body, .. } => self.hides(from, stored) && self.hides(to, stored) && self.perhaps(body, stored),
            Kind::Repeat(body) => self.perhaps(body, stored),
            Kind::Block(block) => !block.uses_self && !block.returns_home,
            Kind::Brace(all) | Kind::Sequence(all) => self.all(all, stored),
        }
    }

    fn told_self(&self, send: &Send, stored: &mut BTreeSet<usize>) -> bool {
        let found = match send.target {
            Target::Method { class, class_side: false } => self.world.found(class, false, send.selector),
            Target::Dispatch | Target::Operator(_) => self.world.found(self.class, false, send.selector),
            _ => return false,
        };
        match found {
            Found::Unit(unit) => self.world.stores(unit, self.class, stored, self.depth + 1),
            // The library's own `initialize` does nothing.
            Found::Library(class, false) => send.text == "initialize" && self.world.module.classes.get(class).name == "ProtoObject",
            _ => false,
        }
    }
}
