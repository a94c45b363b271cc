//! Which slots an expression may read or write, and whether it may raise: of methods, found over the calls between them.

use crate::infer::flow::basics::{Basics, METACLASS};
use crate::infer::flow::numbers::{self, Numbers};
use crate::ir::{Case, ClassNumber, Expr, Kind, LocalId, Method, Send, Step, Symbol, Target};
use crate::known::{BOOLEAN, FLOAT, Known, NIL, OTHER, SMALL};
use crate::resolve::Module;
use std::collections::{BTreeSet, HashMap};

/// A slot: the class that declares it, and its index.
pub type Place = (ClassNumber, usize);

/// Some slots of objects.
#[derive(Clone, Debug, PartialEq)]
pub enum Slots {
    Some(BTreeSet<Place>),
    All,
}

impl Slots {
    pub fn none() -> Slots {
        Slots::Some(BTreeSet::new())
    }

    pub fn contain(&self, place: Place) -> bool {
        match self {
            Slots::Some(some) => some.contains(&place),
            Slots::All => true,
        }
    }

    fn add(&mut self, other: &Slots) {
        match (&mut *self, other) {
            (Slots::All, _) => {}
            (_, Slots::All) => *self = Slots::All,
            (Slots::Some(own), Slots::Some(others)) => own.extend(others),
        }
    }
}

/// What may happen during an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub reads: Slots,
    pub writes: Slots,
    /// It raises, or returns: somebody else looks at everything, and control does not come back.
    pub raises: bool,
}

impl Effect {
    pub fn none() -> Effect {
        Effect { reads: Slots::none(), writes: Slots::none(), raises: false }
    }

    fn all() -> Effect {
        Effect { reads: Slots::All, writes: Slots::All, raises: true }
    }

    pub fn add(&mut self, other: &Effect) {
        self.reads.add(&other.reads);
        self.writes.add(&other.writes);
        self.raises |= other.raises;
    }
}

/// What the methods of a program do.
pub struct Effects<'m> {
    pub module: &'m Module,
    basics: Basics,
    methods: HashMap<(ClassNumber, bool, Symbol), Effect>,
    /// Methods that are done where they are called, and the slot that such a one reads.
    accessors: HashMap<(ClassNumber, Symbol), Option<usize>>,
}

impl<'m> Effects<'m> {
    pub fn of(module: &'m Module, methods: &[Method]) -> Effects<'m> {
        let basics = Basics::of(&module.classes);
        let accessors = methods.iter().filter(|method| is_accessor(method));
        let accessors = accessors.map(|method| ((method.class, method.selector), read(method))).collect();
        let mut effects = Effects { module, basics, methods: HashMap::new(), accessors };
        let key = |method: &Method| (method.class, method.class_side, method.selector);
        for method in methods {
            effects.methods.insert(key(method), Effect::none());
        }
        loop {
            let mut more = false;
            for method in methods {
                let found = effects.method(method);
                if effects.methods.get(&key(method)) != Some(&found) {
                    effects.methods.insert(key(method), found);
                    more = true;
                }
            }
            if !more {
                return effects;
            }
        }
    }

    fn method(&self, method: &Method) -> Effect {
        let twin = self.module.classes.get(method.class).twin && !method.class_side;
        if method.primitive.is_some() || twin || method.result.is_some() {
            return Effect::all();
        }
        let mut found = Effect::none();
        let locals = &method.function.locals;
        found.raises |= locals[..method.function.arguments].iter().any(|local| local.declared.is_some());
        for expression in &method.function.body {
            expression.visit(&mut |part| {
                let class = (!method.class_side).then_some(method.class);
                match &part.kind {
                    // Answering is not leaving it halfway.
                    Kind::Return(_) => {}
                    Kind::SetLocal(local, _) => found.raises |= locals[*local].declared.is_some() || locals[*local].cell,
                    Kind::Send(send) => {
                        found.add(&self.own(class, part));
                        // A chain of calls looks after the stack.
                        found.raises |= self.calls(send);
                    }
                    Kind::SetSlot(..) => {
                        found.add(&self.own(class, part));
                        found.raises = true;
                    }
                    _ => found.add(&self.own(class, part)),
                }
            });
        }
        found
    }

    fn calls(&self, send: &Send) -> bool {
        match &send.target {
            Target::Method { class, class_side } => self.methods.contains_key(&(*class, *class_side, send.selector)),
            Target::Few { .. } | Target::New { initialize: Some(_), .. } => true,
            _ => false,
        }
    }

    /// Whether a method only reads or writes a slot, or answers a constant.
    pub fn accesses(&self, class: ClassNumber, selector: Symbol) -> bool {
        self.accessors.contains_key(&(class, selector))
    }

    /// The object in a local and its slot that a message reads, and the place that this is.
    pub fn read_of(&self, send: &Send) -> Option<(LocalId, usize, Place)> {
        let (Kind::Local(local), Target::Method { class, class_side: false }) = (&send.receiver.kind, &send.target) else { return None };
        let at = (*self.accessors.get(&(*class, send.selector))?)?;
        (self.has_slot(&send.receiver.known, at)).then_some((*local, at, self.place(*class, at)?))
    }

    /// Whether all that a value may be has a slot of this index.
    pub fn has_slot(&self, object: &Known, at: usize) -> bool {
        let has = |class: &ClassNumber| *class & METACLASS == 0 && at < self.module.classes.get(*class).slots.len();
        object.only(OTHER) && !object.is_none() && !object.is_open() && object.others().iter().all(has)
    }

    /// The slot that a method of a class names, if the program declares it.
    pub fn place(&self, class: ClassNumber, at: usize) -> Option<Place> {
        let classes = &self.module.classes;
        let declaring = classes.chain(class).find(|class| classes.get(*class).inherited <= at)?;
        (!classes.is_library(declaring)).then_some((declaring, at))
    }

    fn slots(&self, places: impl IntoIterator<Item = Option<Place>>) -> Slots {
        places.into_iter().collect::<Option<BTreeSet<Place>>>().map_or(Slots::All, Slots::Some)
    }

    /// A slot of some objects.
    fn slots_of(&self, objects: &Known, at: usize) -> Slots {
        if objects.is_open() {
            return Slots::All;
        }
        self.slots(objects.among(OTHER).others().iter().map(|class| self.place(*class, at)))
    }

    /// What an expression does by itself, its parts left out.
    pub fn own(&self, class: Option<ClassNumber>, expression: &Expr) -> Effect {
        let none = Effect::none();
        let raising = || failing(true);
        match &expression.kind {
            Kind::Slot(at) => Effect { reads: self.slots([class.and_then(|class| self.place(class, *at))]), ..none },
            Kind::SetSlot(at, _) => Effect { writes: self.slots([class.and_then(|class| self.place(class, *at))]), ..none },
            Kind::SlotOf(object, at) => Effect { reads: self.slots_of(&object.known, *at), ..none },
            Kind::SetSlotOf(object, at, _) => Effect { writes: self.slots_of(&object.known, *at), ..raising() },
            Kind::SetCaptured(..) | Kind::SetClassVariable(..) | Kind::SetClassSlot(..) | Kind::Return(_) | Kind::ReturnHome(_) => raising(),
            Kind::TakeSlots(..) | Kind::PutSlots(_) | Kind::Global(_) | Kind::SetGlobal(..) | Kind::Home(_) => Effect::all(),
            Kind::If(condition, ..) | Kind::And(condition, _) | Kind::Or(condition, _) => failing(!is_boolean(condition)),
            // A loop looks after the fuel.
            Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) => raising(),
            Kind::Each(each) => match each.step {
                Step::Of(_) => none,
                Step::Find(_) => Effect::all(),
                _ => raising(),
            },
            Kind::Send(send) => self.send(send),
            _ => none,
        }
    }

    fn send(&self, send: &Send) -> Effect {
        if let Some(raises) = self.arithmetic(send) {
            return failing(raises);
        }
        if matches!(send.text.as_str(), "not" | "&" | "|") && self.is_logic(send) {
            return Effect::none();
        }
        match &send.target {
            Target::Inline(_) => Effect::none(),
            Target::Operator("at" | "at_put") if self.is_array(&send.receiver.known) => failing(true),
            Target::Method { class, class_side } => self.called(*class, *class_side, send.selector),
            Target::New { initialize: None, .. } => Effect::none(),
            Target::New { initialize: Some(class), .. } => {
                self.called(*class, false, self.module.symbols.number("initialize").unwrap_or_default())
            }
            Target::Few { cases, complete } if *complete || self.is_nil_left(send, cases) => {
                let mut all = failing(!complete);
                cases.iter().for_each(|case| all.add(&self.called(case.class, case.class_side, case.selector)));
                all
            }
            _ => Effect::all(),
        }
    }

    fn called(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> Effect {
        self.methods.get(&(class, class_side, selector)).cloned().unwrap_or_else(Effect::all)
    }

    /// Whether only nil is not among the cases, which does not understand the message.
    fn is_nil_left(&self, send: &Send, cases: &[Case]) -> bool {
        let known = &send.receiver.known;
        let told = |class: &ClassNumber| cases.iter().any(|case| case.receivers.contains(class));
        let understood = self.module.understood.lookup(&self.module.classes, self.basics.nil, false, send.selector).is_some();
        known.only(NIL | OTHER) && !known.is_open() && known.others().iter().all(told) && !understood
    }

    fn is_array(&self, known: &Known) -> bool {
        known.only(OTHER) && !known.is_open() && known.others() == [self.basics.array]
    }

    /// Whether a message between numbers may raise; none where it is something else.
    fn arithmetic(&self, send: &Send) -> Option<bool> {
        let (a, only) = Numbers::of(&send.receiver.known, &self.basics);
        if !only || send.receiver.known.is_none() || send.arguments.len() > 1 || !self.numbers_keep(send.selector) {
            return None;
        }
        let b = match send.arguments.first() {
            Some(argument) => {
                let (b, only) = Numbers::of(&argument.known, &self.basics);
                (only && !argument.known.is_none()).then_some(Some(b))?
            }
            None => None,
        };
        // A block that is told what to do about an error comes as an argument, which is no number.
        let outcome = match (&send.target, b) {
            (Target::Operator(name), Some(b)) => numbers::operator(&self.basics, name, a, b),
            _ => numbers::message(&self.basics, &send.text, a, b),
        }?;
        Some(outcome.raises)
    }

    /// Whether it is a message between Booleans that only computes.
    fn is_logic(&self, send: &Send) -> bool {
        let operands = std::iter::once(&send.receiver).chain(&send.arguments);
        operands.into_iter().all(is_boolean) && self.keep(&["True", "False"], send.selector)
    }

    fn numbers_keep(&self, selector: Symbol) -> bool {
        self.keep(&["SmallInteger", "LargePositiveInteger", "LargeNegativeInteger", "Float"], selector)
    }

    /// Whether instances of some classes run the library's own method of a selector.
    fn keep(&self, classes: &[&str], selector: Symbol) -> bool {
        let module = self.module;
        classes.iter().all(|name| {
            let class = module.classes.library_number(name);
            let found = class.and_then(|class| module.understood.lookup(&module.classes, class, false, selector));
            found.and_then(|(class, side)| module.understood.implemented_in(class, side, selector)).is_none_or(|found| found.library)
        })
    }
}

fn failing(raises: bool) -> Effect {
    Effect { raises, ..Effect::none() }
}

/// The slot that a method reads and answers.
fn read(method: &Method) -> Option<usize> {
    let [Expr { kind: Kind::Return(value), .. }] = &method.function.body[..] else { return None };
    match value.kind {
        Kind::Slot(at) if method.function.arguments == 0 && method.result.is_none() => Some(at),
        _ => None,
    }
}

fn is_accessor(method: &Method) -> bool {
    let simple = |value: &Expr| matches!(value.kind, Kind::Slot(_) | Kind::This | Kind::Const(_) | Kind::Local(_));
    let [only] = &method.function.body[..] else { return false };
    let written = |part: &Expr| matches!(&part.kind, Kind::SetSlot(_, value) if simple(value));
    let body = match &only.kind {
        Kind::Return(value) => simple(value) || written(value),
        _ => written(only),
    };
    body && !method.class_side && method.primitive.is_none() && method.result.is_none()
}

fn is_boolean(condition: &Expr) -> bool {
    condition.known.only(BOOLEAN)
}

/// Whether a value is held as a number or a Boolean.
pub fn is_unboxed(known: &Known) -> bool {
    known.held() != crate::known::Held::Value && known.only(SMALL | FLOAT | BOOLEAN)
}
