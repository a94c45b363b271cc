//! The walk over a function: what every expression may answer, in the order of evaluation.

use super::atoms::{Atom, seal};
use super::declared;
use super::env::Env;
use super::nodes::{NodeId, UnitId};
use super::world::World;
use crate::ast::Literal;
use crate::ir::{self, ClassNumber, Const, DeclaredType, Expr, Function, Kind, LocalId};
use crate::known::{FALSE, FLOAT, Known, NIL, TRUE};

/// A function being walked.
#[derive(Default)]
pub struct Frame {
    pub cells: Vec<bool>,
    pub immediate: Vec<bool>,
    pub declared: Vec<Option<DeclaredType>>,
    pub arguments: usize,
    /// What each local was seen to hold.
    pub seen: Vec<Known>,
    /// What it was seen to answer.
    result: Known,
    /// Its number in the method: 0 for the method itself.
    pub ordinal: usize,
    /// The variables of the functions around it that it uses.
    captured: Vec<Shared>,
}

/// A variable of a function around: shared through a cell, or copied.
#[derive(Clone, Debug)]
enum Shared {
    Cell(NodeId),
    Copy(Known),
}

/// Whose code is walked.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    pub unit: UnitId,
    pub class: Option<ClassNumber>,
    /// The class is that of a twin, whose slots are typed.
    pub twin: bool,
}

pub struct Walker<'w, 'm> {
    pub world: &'w mut World<'m>,
    pub env: Env,
    pub frame: Frame,
    pub owner: Owner,
    /// What `self` is.
    pub this: Known,
    /// What `^` in a block answers from the method.
    home: Known,
    /// A local that holds an instance nobody else has seen, while messages are cascaded to it.
    pub cascaded: Option<LocalId>,
    /// Loops around.
    pub depth: usize,
    /// Annotates what it walks.
    pub record: bool,
}

impl<'w, 'm> Walker<'w, 'm> {
    pub fn new(world: &'w mut World<'m>, owner: Owner, this: Known, record: bool) -> Self {
        let (env, frame) = (Env::new(Vec::new()), Frame::default());
        Walker { world, env, frame, owner, this, home: Known::none(), cascaded: None, depth: 0, record }
    }

    /// Walks a method; answers what it may answer.
    pub fn method(&mut self, function: &mut Function, arguments: &[Known], declared: Option<&DeclaredType>) -> Known {
        let mut result = self.function(function, arguments, 0, Vec::new());
        result.add(&std::mem::replace(&mut self.home, Known::none()));
        if let Some(declared) = declared {
            result.add(&declared::checked(&self.world.basics, declared, &result.clone()));
        }
        if self.record {
            function.result = seal(&result, &self.world.basics);
        }
        result
    }

    /// Walks a method or a block; answers what it may answer by itself.
    fn function(&mut self, function: &mut Function, arguments: &[Known], ordinal: usize, captured: Vec<Shared>) -> Known {
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
            result: Known::none(),
            ordinal,
            captured,
        };
        frame.seen[..function.arguments].clone_from_slice(&known[..function.arguments]);
        let mut env = Env::new(known);
        if arguments.iter().any(Known::is_none) {
            env.kill();
        }
        let outer_frame = std::mem::replace(&mut self.frame, frame);
        let outer_env = std::mem::replace(&mut self.env, env);
        let outer_depth = std::mem::replace(&mut self.depth, 0);
        let outer_cascaded = self.cascaded.take();
        if self.record {
            function.body.iter_mut().for_each(forget);
        }
        let mut last = self.all(&mut function.body);
        if ordinal == 0 {
            last = self.this.clone();
        }
        let live = self.env.live;
        let frame = std::mem::replace(&mut self.frame, outer_frame);
        self.env = outer_env;
        self.depth = outer_depth;
        self.cascaded = outer_cascaded;
        let mut result = frame.result;
        if live {
            result.add(&last);
        }
        if self.record {
            for (local, seen) in function.locals.iter_mut().zip(frame.seen) {
                local.known = if local.cell { Known::any() } else { seal(&seen, &self.world.basics) };
            }
            function.result = seal(&result, &self.world.basics);
        }
        result
    }

    /// A block as a value: what it captures flows into it, and where it is called it is walked.
    fn block(&mut self, block: &mut ir::Block) -> Known {
        let mut captured = Vec::new();
        for capture in &block.captures {
            captured.push(match capture.from {
                ir::Place::Captured(at) => self.frame.captured[at].clone(),
                ir::Place::Local(local) if capture.cell => {
                    let node = self.cell(local);
                    if !self.env.captured[local] {
                        self.env.captured[local] = true;
                        let held = self.env.locals[local].clone();
                        self.world.write(node, &held);
                    }
                    Shared::Cell(node)
                }
                ir::Place::Local(local) => Shared::Copy(self.env.locals[local].clone()),
            });
        }
        let site = self.world.units[self.owner.unit].sites + block.ordinal - 1;
        if block.uses_self {
            let (node, this) = (self.world.sites[site].this, self.this.clone());
            self.world.write(node, &this);
        }
        if self.world.sites[site].called {
            let nodes = self.world.sites[site].arguments.clone();
            let arguments: Vec<Known> = nodes.into_iter().map(|node| self.world.read(node)).collect();
            let result = self.function(&mut block.function, &arguments, block.ordinal, captured);
            let node = self.world.sites[site].result;
            self.world.write(node, &result);
        }
        Atom::Block(site).known()
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
        let made = self.world.fresh.len();
        let known = self.raw(expression);
        if self.world.fresh.len() > made {
            let made = self.world.fresh.split_off(made);
            self.world.settle(&made);
        }
        known
    }

    /// An expression whose new instances its user still has to see to.
    pub fn raw(&mut self, expression: &mut Expr) -> Known {
        if !self.env.live {
            return Known::none();
        }
        let known = self.kind(&mut expression.kind, expression.span.start as usize);
        self.note(expression, &known);
        known
    }

    /// Records what an expression may answer.
    pub fn note(&mut self, expression: &mut Expr, known: &Known) {
        if self.record {
            expression.known.add(&seal(known, &self.world.basics));
        }
    }

    fn kind(&mut self, kind: &mut Kind, place: usize) -> Known {
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
            Kind::Captured(at) => match self.frame.captured[*at].clone() {
                Shared::Cell(node) => self.arrives(|world| world.read(node)),
                Shared::Copy(known) => known,
            },
            Kind::SetCaptured(at, value) => {
                let value = self.expression(value);
                if let (Shared::Cell(node), true) = (&self.frame.captured[*at], self.env.live) {
                    self.world.write(*node, &value);
                }
                value
            }
            Kind::Slot(_) | Kind::ClassSlot(_) | Kind::ClassVariable(_) => match self.place(kind) {
                Ok(place) => self.arrives(|world| world.load(place)),
                Err(known) => known,
            },
            Kind::SlotOf(object, at) => {
                let object = self.expression(object);
                let at = *at;
                self.arrives(|world| world.load_of(&object, at))
            }
            Kind::SetSlotOf(object, at, value) => {
                let object = self.expression(object);
                let value = self.expression(value);
                if self.env.live {
                    self.world.store_of(&object, *at, &value);
                }
                value
            }
            Kind::Each(each) => self.each(each, place),
            Kind::TakeSlots(object, slots) => self.take_slots(*object, slots),
            Kind::PutSlots(slots) => self.put_slots(slots),
            // Put in when all is known.
            Kind::BackEdge(_) => Known::open(),
            Kind::Home(inner) => self.expression(inner),
            Kind::Global(_) => Known::open(),
            Kind::SetSlot(..) | Kind::SetClassSlot(..) | Kind::SetClassVariable(..) | Kind::SetGlobal(..) => {
                let place = self.place(kind);
                let (Kind::SetSlot(_, value) | Kind::SetClassSlot(_, value) | Kind::SetClassVariable(_, value) | Kind::SetGlobal(_, value)) =
                    kind
                else {
                    return Known::none();
                };
                let value = self.expression(value);
                if self.env.live {
                    self.world.store(place.unwrap_or(None), &value);
                }
                value
            }
            Kind::Send(send) => self.send(send, place).0,
            Kind::If(..) | Kind::And(..) | Kind::Or(..) | Kind::IfNil(..) => self.choice(kind),
            Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) => self.looping(kind),
            Kind::Block(block) => self.block(block),
            Kind::Brace(elements) => {
                let mut filled = Known::none();
                for element in elements {
                    filled.add(&self.expression(element));
                }
                if !self.env.live {
                    return Known::none();
                }
                self.world.make_array(place, &filled)
            }
            Kind::Sequence(all) => self.sequence(all),
            Kind::Return(value) => {
                let value = self.expression(value);
                self.frame.result.add(&value);
                self.env.kill();
                Known::none()
            }
            Kind::ReturnHome(value) => {
                let value = self.expression(value);
                self.home.add(&value);
                self.env.kill();
                Known::none()
            }
        }
    }

    /// Expressions in their order, among them a cascade: its receiver may be an instance that only the cascade has seen.
    fn sequence(&mut self, all: &mut [Expr]) -> Known {
        let [Expr { kind: Kind::SetLocal(held, value), .. }, messages @ ..] = all else { return self.all(all) };
        let cascade = |message: &Expr| matches!(&message.kind, Kind::Send(send) if matches!(send.receiver.kind, Kind::Local(local) if local == *held));
        if messages.is_empty() || !messages.iter().all(cascade) {
            return self.all(all);
        }
        let held = *held;
        let start = self.world.fresh.len();
        let value = self.raw(value);
        let set = self.set(held, &value);
        self.note(&mut all[0], &set);
        let made = self.world.fresh.split_off(start);
        let outer = self.cascaded.replace(held);
        let mut last = Known::none();
        let mut made = made;
        for message in &mut all[1..] {
            last = self.raw(message);
            if let Kind::Send(send) = &message.kind {
                self.world.construct(&mut made, send);
            }
        }
        self.cascaded = outer;
        self.world.settle(&made);
        if self.env.live { last } else { Known::none() }
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
            Const::Class(class) => Atom::Class(*class).known(),
            Const::Literal(at) => match &self.world.module.literals[*at] {
                Literal::Integer(_) => basics.any_integer(),
                Literal::String(_) => basics.strings.clone(),
                Literal::Symbol(_) => basics.symbols.clone(),
                Literal::Array(_) => Known::instance(basics.array),
                Literal::ByteArray(_) => Known::instance(basics.byte_array),
                Literal::Scaled { .. } => basics.scaled.clone(),
                _ => Known::open(),
            },
        }
    }
}

/// What was known before is of another run.
fn forget(expression: &mut Expr) {
    expression.known = Known::none();
    if !matches!(expression.kind, Kind::Block(_)) {
        expression.kind.parts_mut(&mut |part| forget(part));
    }
}
