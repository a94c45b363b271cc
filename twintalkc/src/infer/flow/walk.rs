//! The walk over a function: what every expression may answer, in the order of evaluation.

use super::declared;
use super::env::Env;
use super::world::World;
use crate::ast::Literal;
use crate::ir::{ClassNumber, Const, DeclaredType, Expr, Function, Kind, LocalId};
use crate::known::{BOOLEAN, FALSE, FLOAT, Known, NIL, TRUE};

/// A function being walked.
#[derive(Default)]
pub struct Frame {
    cells: Vec<bool>,
    pub immediate: Vec<bool>,
    declared: Vec<Option<DeclaredType>>,
    arguments: usize,
    /// What each local was seen to hold.
    seen: Vec<Known>,
    /// What it was seen to answer.
    pub result: Option<Known>,
}

pub struct Walker<'w, 'm> {
    pub world: &'w mut World<'m>,
    pub env: Env,
    pub frame: Frame,
    /// What `self` is.
    pub this: Known,
    /// The twin class whose slots are meant.
    pub twin: Option<ClassNumber>,
    /// Loops around.
    pub depth: usize,
    /// Annotates what it walks.
    pub record: bool,
}

impl<'w, 'm> Walker<'w, 'm> {
    pub fn new(world: &'w mut World<'m>, this: Known, twin: Option<ClassNumber>, record: bool) -> Self {
        Walker { world, env: Env::new(Vec::new()), frame: Frame::default(), this, twin, depth: 0, record }
    }

    /// Walks a method or a block; answers what it may answer.
    pub fn function(&mut self, function: &mut Function, arguments: &[Known], block: bool) -> Known {
        let locals = function.locals.len();
        let mut known = vec![Known::kinds(NIL); locals];
        for (at, given) in arguments.iter().take(function.arguments).enumerate() {
            known[at] = match &function.locals[at].declared {
                Some(declared) => declared::checked(&self.world.basics, declared, given),
                None => given.clone(),
            };
        }
        let mut frame = Frame {
            cells: function.locals.iter().map(|local| local.cell).collect(),
            immediate: function.locals.iter().map(|local| local.immediate).collect(),
            declared: function.locals.iter().map(|local| local.declared.clone()).collect(),
            arguments: function.arguments,
            seen: vec![Known::none(); locals],
            result: Some(Known::none()),
        };
        frame.seen[..function.arguments].clone_from_slice(&known[..function.arguments]);
        let outer_frame = std::mem::replace(&mut self.frame, frame);
        let outer_env = std::mem::replace(&mut self.env, Env::new(known));
        let outer_depth = std::mem::replace(&mut self.depth, 0);
        if self.record {
            function.body.iter_mut().for_each(forget);
        }
        let mut last = self.all(&mut function.body);
        if !block {
            last = self.this.clone();
        }
        let live = self.env.live;
        let frame = std::mem::replace(&mut self.frame, outer_frame);
        self.env = outer_env;
        self.depth = outer_depth;
        let mut result = frame.result.unwrap_or_default();
        if live {
            result.add(&last);
        }
        if self.record {
            for (local, seen) in function.locals.iter_mut().zip(frame.seen) {
                local.known = if local.cell { Known::any() } else { seen };
            }
            function.result = result.clone();
        }
        result
    }

    /// Expressions in their order; answers the value of the last.
    pub fn all(&mut self, all: &mut [Expr]) -> Known {
        let mut last = Known::kinds(NIL);
        for expression in all {
            last = self.expression(expression);
        }
        if self.env.live { last } else { Known::none() }
    }

    pub fn expression(&mut self, expression: &mut Expr) -> Known {
        if !self.env.live {
            return Known::none();
        }
        let known = self.kind(&mut expression.kind);
        self.note(expression, &known);
        known
    }

    /// Records what an expression may answer.
    pub fn note(&mut self, expression: &mut Expr, known: &Known) {
        if self.record {
            expression.known.add(known);
        }
    }

    fn kind(&mut self, kind: &mut Kind) -> Known {
        match kind {
            Kind::Const(constant) => self.constant(constant),
            Kind::This => self.this.clone(),
            Kind::Local(local) => self.read(*local),
            Kind::SetLocal(local, value) => {
                let value = self.expression(value);
                self.set(*local, &value)
            }
            Kind::Fresh(local) => {
                self.env.captured[*local] = false;
                self.env.locals[*local] = Known::kinds(NIL);
                Known::kinds(NIL)
            }
            Kind::SlotOf(object, _) => {
                self.expression(object);
                self.unless_dead(Known::any())
            }
            Kind::SetSlotOf(object, _, value) => {
                self.expression(object);
                self.expression(value)
            }
            Kind::Each(each) => {
                each.operands.iter_mut().for_each(|operand| drop(self.expression(operand)));
                for local in [each.element, each.key].into_iter().flatten() {
                    self.set(local, &Known::any());
                }
                self.unless_dead(if each.step.is_test() { Known::kinds(BOOLEAN) } else { Known::any() })
            }
            Kind::Home(inner) => {
                // What its blocks return is an answer too.
                if let Some(result) = &mut self.frame.result {
                    result.add(&Known::any());
                }
                self.expression(inner)
            }
            Kind::Captured(_) | Kind::ClassVariable(_) | Kind::ClassSlot(_) | Kind::Global(_) => Known::any(),
            Kind::SetCaptured(_, value)
            | Kind::SetClassVariable(_, value)
            | Kind::SetClassSlot(_, value)
            | Kind::SetGlobal(_, value)
            | Kind::SetSlot(_, value) => self.expression(value),
            Kind::Slot(at) => match self.twin {
                Some(class) => declared::twin_slot(&self.world.basics, self.world.module.classes.get(class).slots[*at].declared.as_ref()),
                None => Known::any(),
            },
            Kind::Send(send) => self.send(send).0,
            Kind::If(..) | Kind::And(..) | Kind::Or(..) | Kind::IfNil(..) => self.choice(kind),
            Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) => self.looping(kind),
            Kind::Block(block) => {
                for capture in &block.captures {
                    if let (true, crate::ir::Place::Local(local)) = (capture.cell, capture.from) {
                        self.env.captured[local] = true;
                    }
                }
                let arguments = vec![Known::any(); block.function.arguments];
                self.function(&mut block.function, &arguments, true);
                Known::instance(self.world.basics.block)
            }
            Kind::Brace(elements) => {
                elements.iter_mut().for_each(|element| drop(self.expression(element)));
                self.unless_dead(Known::instance(self.world.basics.array))
            }
            Kind::Sequence(all) => self.all(all),
            Kind::Return(value) => {
                let value = self.expression(value);
                if let Some(result) = &mut self.frame.result {
                    result.add(&value);
                }
                self.env.kill();
                Known::none()
            }
            Kind::ReturnHome(value) => {
                self.expression(value);
                self.env.kill();
                Known::none()
            }
        }
    }

    /// A value that is only made if control comes here.
    pub fn unless_dead(&self, known: Known) -> Known {
        if self.env.live { known } else { Known::none() }
    }

    fn constant(&self, constant: &Const) -> Known {
        let basics = &self.world.basics;
        match constant {
            Const::Nil => Known::kinds(NIL),
            Const::True => Known::kinds(TRUE),
            Const::False => Known::kinds(FALSE),
            Const::Int(value) => Known::integers(*value, *value),
            Const::Float(_) => Known::kinds(FLOAT),
            Const::Character(_) => basics.character.clone(),
            Const::Symbol(_) => basics.symbols.clone(),
            Const::Class(class) => Known::instance(class | super::basics::METACLASS),
            Const::Literal(at) => match &self.world.module.literals[*at] {
                Literal::Integer(_) => basics.any_integer(),
                Literal::String(_) => basics.strings.clone(),
                Literal::Symbol(_) => basics.symbols.clone(),
                Literal::Array(_) => Known::instance(basics.array),
                Literal::ByteArray(_) => Known::instance(basics.byte_array),
                Literal::Scaled { .. } => basics.scaled.clone(),
                _ => Known::any(),
            },
        }
    }

    /// Whether a block may have changed a local since.
    pub fn is_shared(&self, local: LocalId) -> bool {
        self.frame.cells[local] && self.env.captured[local]
    }

    pub fn read(&mut self, local: LocalId) -> Known {
        let known = if self.is_shared(local) { Known::any() } else { self.env.locals[local].clone() };
        self.see(local, &known);
        known
    }

    fn see(&mut self, local: LocalId, known: &Known) {
        if self.record {
            self.frame.seen[local].add(known);
        }
    }

    /// Stores in a local; answers what the assignment is worth.
    pub fn set(&mut self, local: LocalId, value: &Known) -> Known {
        if value.is_none() {
            return Known::none();
        }
        let held = match &self.frame.declared[local] {
            Some(declared) if local >= self.frame.arguments => declared::checked(&self.world.basics, declared, value),
            _ => value.clone(),
        };
        self.see(local, &held);
        self.env.locals[local] = held.clone();
        // An assignment as a value answers what was converted, or what was given: emit decides.
        held.join(value)
    }

    pub fn held(&self, local: LocalId) -> &Known {
        &self.env.locals[local]
    }
}

/// What was known before is of another run.
fn forget(expression: &mut Expr) {
    expression.known = Known::none();
    if !matches!(expression.kind, Kind::Block(_)) {
        expression.kind.parts_mut(&mut |part| forget(part));
    }
}
