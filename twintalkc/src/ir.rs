//! What is meant: variables resolved to places, control structures made explicit, blocks with what they capture.
//!
//! `resolve` builds this tree, `infer` annotates it, `emit` prints it. Every method and every heap block is a
//! function of its own with its own locals; an inlined block is part of the function around it.

mod each;
mod safepoint;

pub use each::{Each, Step};
pub use safepoint::{AtOnce, Safepoint};

use crate::known::{self, Held, Known};
use crate::source::Span;

/// Number of a class: the library's first, then the program's, each in pre-order.
pub type ClassNumber = u32;

/// Number of a symbol, which is also that of a selector.
pub type Symbol = u32;

/// Index of a local of a function.
pub type LocalId = usize;

/// A function: a method or a heap block.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Arguments first.
    pub locals: Vec<Local>,
    pub arguments: usize,
    pub body: Vec<Expr>,
    /// Some block in it returns from the method: the activation is registered while it runs.
    pub needs_home: bool,
    /// The root slots it reserves, assigned by `infer::roots`.
    pub frame: usize,
    /// Where the root stack holds `self`, when it must.
    pub rooted_self: Option<usize>,
    /// A fuel and stack check at its entry: it sends, and calls may come back to it.
    pub sends: bool,
    /// That check collects: it calls itself, and makes objects.
    pub ticks: bool,
    /// What it answers.
    pub result: Known,
    /// How many enumerations in place it keeps apart.
    pub cursors: usize,
    pub safepoints: Vec<Safepoint>,
}

/// An argument, a temporary or a hidden variable.
#[derive(Clone, Debug)]
pub struct Local {
    pub name: String,
    /// Shared with a heap block that may outlive or change it: held in a heap cell.
    pub cell: bool,
    /// Never a reference to the heap.
    pub immediate: bool,
    /// Where the root stack holds it, when a collection may happen during its life.
    pub root: Option<usize>,
    pub declared: Option<DeclaredType>,
    /// What it may be whenever it is read.
    pub known: Known,
}

/// A type as declared: what is checked, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclaredType {
    pub classes: Vec<ClassNumber>,
    pub nil: bool,
    /// `Float`, `Integer | nil`
    pub text: String,
    pub representation: Representation,
}

/// How a declared slot is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Representation {
    /// A value word, checked on every store.
    Value,
    Float,
    Int64,
    Boolean,
}

/// One method of the module that is compiled.
#[derive(Clone, Debug)]
pub struct Method {
    /// The class whose instances run it.
    pub class: ClassNumber,
    /// The class that defines it; another one where a twin class has its own copy.
    pub origin: ClassNumber,
    pub class_side: bool,
    /// The trait the class has it from.
    pub from_trait: Option<String>,
    pub sharing: Sharing,
    pub selector: Symbol,
    pub selector_text: String,
    pub function: Function,
    pub primitive: Option<String>,
    pub result: Option<DeclaredType>,
    /// The name of the typed method that sends it: `<rust: 'name'>`, or by rule.
    pub rust_name: String,
    /// May be sent from outside: not private, not internal.
    pub external: bool,
    /// The pragmas without arguments, which a program can ask for.
    pub pragmas: Vec<String>,
    pub comment: Option<String>,
    /// What its arguments are, where it is a version of a method for such arguments only.
    pub version: Option<String>,
    pub span: Span,
}

/// Whether a method that several classes have from one trait is compiled once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// It is compiled for its class alone.
    Own,
    /// It serves other classes too, so it knows nothing of its own.
    Home,
    /// Another class's is the same.
    Of(ClassNumber),
}

/// A heap block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Number of the block in its method, from 1, in the order of the source.
    pub ordinal: usize,
    pub function: Function,
    /// Where in the enclosing function each captured variable comes from.
    pub captures: Vec<Capture>,
    pub uses_self: bool,
    /// It, or a block in it, returns from the method.
    pub returns_home: bool,
    pub span: Span,
}

/// One captured variable: copied when it never changes after, else its cell is shared.
#[derive(Clone, Debug)]
pub struct Capture {
    pub cell: bool,
    pub from: Place,
}

/// A place the enclosing function reads a captured variable from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    Local(LocalId),
    Captured(usize),
}

/// An expression and its place in the source.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: Kind,
    pub span: Span,
    /// What its value may be; anything until `infer` says more.
    pub known: Known,
}

/// Constants that need no evaluation.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    Nil,
    True,
    False,
    /// Fits a value word: 48 bits.
    Int(i64),
    Float(f64),
    Character(char),
    Symbol(Symbol),
    Class(ClassNumber),
    /// An entry of the module's table of literals.
    Literal(usize),
}

impl Const {
    fn known(&self) -> Known {
        match self {
            Const::Nil => Known::kinds(known::NIL),
            Const::True => Known::kinds(known::TRUE),
            Const::False => Known::kinds(known::FALSE),
            Const::Int(value) => Known::integers(*value, *value),
            Const::Float(_) => Known::kinds(known::FLOAT),
            _ => Known::any(),
        }
    }
}

/// What an expression does.
#[derive(Clone, Debug)]
pub enum Kind {
    Const(Const),
    This,
    Local(LocalId),
    SetLocal(LocalId, Box<Expr>),
    /// An inlined scope begins: the local is nil, in a new cell if it is shared.
    Fresh(LocalId),
    Captured(usize),
    SetCaptured(usize, Box<Expr>),
    Slot(usize),
    SetSlot(usize, Box<Expr>),
    /// A slot of another object than `self`, of a class whose method is resolved in place.
    SlotOf(Box<Expr>, usize),
    SetSlotOf(Box<Expr>, usize, Box<Expr>),
    /// Copies slots of `self`, or of the object in a local, to locals, all at once.
    TakeSlots(Option<LocalId>, Vec<(usize, LocalId)>),
    /// Stores locals in slots of `self`, all at once.
    PutSlots(Vec<(usize, LocalId)>),
    ClassVariable(usize),
    SetClassVariable(usize, Box<Expr>),
    /// A class-side instance variable, by its index among those of the receiver class.
    ClassSlot(usize),
    SetClassSlot(usize, Box<Expr>),
    /// A variable of the top level.
    Global(String),
    SetGlobal(String, Box<Expr>),
    Send(Box<Send>),
    /// `ifTrue:ifFalse:` and its kin; a missing branch answers nil.
    If(Box<Expr>, Vec<Expr>, Vec<Expr>),
    /// `and:`
    And(Box<Expr>, Vec<Expr>),
    /// `or:`
    Or(Box<Expr>, Vec<Expr>),
    /// `ifNil:ifNotNil:`: the value is held in the local.
    IfNil(LocalId, Box<Expr>, Vec<Expr>, Vec<Expr>),
    /// `whileTrue:` (or `whileFalse:` where `until`)
    While {
        condition: Vec<Expr>,
        until: bool,
        body: Vec<Expr>,
    },
    /// `to:by:do:` and `timesRepeat:`; the counter is the block's argument, `step` a constant.
    Count {
        counter: LocalId,
        limit: LocalId,
        from: Box<Expr>,
        to: Box<Expr>,
        step: i64,
        body: Vec<Expr>,
    },
    Repeat(Vec<Expr>),
    /// The end of a loop's round: fuel, and one of the function's safepoints. `infer::roots` puts it there.
    BackEdge(usize),
    /// A step of an enumeration in place.
    Each(Box<Each>),
    /// Runs an expression in whose blocks `^` returns from this function: the activation is registered meanwhile.
    Home(Box<Expr>),
    Block(Box<Block>),
    Brace(Vec<Expr>),
    Sequence(Vec<Expr>),
    Return(Box<Expr>),
    /// `^` in a heap block.
    ReturnHome(Box<Expr>),
}

/// A message and its receiver.
#[derive(Clone, Debug)]
pub struct Send {
    pub receiver: Expr,
    pub selector: Symbol,
    pub text: String,
    pub arguments: Vec<Expr>,
    pub target: Target,
    /// A collection may happen meanwhile.
    pub collects: bool,
    /// It may take memory: a loop around it collects.
    pub allocates: bool,
    /// It never answers, as it raises an error that nothing resumes.
    pub diverges: bool,
    /// What of the runtime may answer before it is sent.
    pub at_once: Option<AtOnce>,
    /// A method hands over to a version of itself: there is no other activation to tell of in a backtrace.
    pub hands_over: bool,
}

/// Who answers a send.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Decided when it is sent.
    Dispatch,
    /// One method: that of a class that `super` or a known receiver names.
    Method { class: ClassNumber, class_side: bool },
    /// One of a few methods, by the class of the receiver: all there are where `complete`, else the others are dispatched.
    Few { cases: Vec<Case>, complete: bool },
    /// `new` or `basicNew` of a class: an instance is made in place, and `initialize` called where the class or one it
    /// inherits from, which is named here, has its own.
    New { class: ClassNumber, initialize: Option<ClassNumber> },
    /// `super` names a class that has no such method.
    NotUnderstood,
    /// An operator with a fast path in the runtime: `rt::ops::NAME`.
    Operator(&'static str),
    /// `==`, `~~`, `isNil`, `notNil`, `not`: answered in place. And what no text says: whether a value is a Float, or an
    /// integer that needs no box.
    Inline(&'static str),
}

/// The method that receivers of some classes run.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The classes of the receiver (a metaclass has the bit `METACLASS`).
    pub receivers: Vec<ClassNumber>,
    /// The selector of the message, or that of a version of its method.
    pub selector: Symbol,
    /// Where the method is defined.
    pub class: ClassNumber,
    pub class_side: bool,
}

impl Local {
    /// How it is held.
    pub fn held(&self) -> Held {
        if self.cell { Held::Value } else { self.known.held() }
    }
}

impl Function {
    /// How what it answers is held, where it is called directly.
    pub fn answer(&self) -> Held {
        if self.needs_home { Held::Value } else { self.result.held() }
    }
}

impl Send {
    /// A message of which nothing more is known.
    pub fn new(receiver: Expr, selector: Symbol, text: String, arguments: Vec<Expr>, target: Target) -> Send {
        Send {
            receiver,
            selector,
            text,
            arguments,
            target,
            collects: true,
            allocates: true,
            diverges: false,
            at_once: None,
            hands_over: false,
        }
    }
}

impl Expr {
    pub fn new(kind: Kind, span: Span) -> Expr {
        let known = match &kind {
            Kind::Const(constant) => constant.known(),
            _ => Known::any(),
        };
        Expr { kind, span, known }
    }

    pub fn nil(span: Span) -> Expr {
        Expr::new(Kind::Const(Const::Nil), span)
    }
}

impl Expr {
    /// Calls `visit` with the expression and its parts, inside blocks too.
    pub fn visit_mut(&mut self, visit: &mut impl FnMut(&mut Expr)) {
        visit(self);
        match &mut self.kind {
            Kind::Block(block) => block.function.body.iter_mut().for_each(|part| part.visit_mut(visit)),
            kind => kind.parts_mut(&mut |part| part.visit_mut(visit)),
        }
    }

    /// Calls `visit` with the expression and its parts, but not inside blocks: those run elsewhere.
    pub fn visit(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        self.kind.parts(&mut |part| part.visit(visit));
    }
}

/// Defines one walk over the direct parts of an expression, for shared and for exclusive references.
macro_rules! parts {
    ($name:ident, $iter:ident, $($exclusive:tt)?) => {
        pub fn $name(&$($exclusive)? self, visit: &mut dyn FnMut(&$($exclusive)? Expr)) {
            match self {
                Kind::Const(_) | Kind::This | Kind::Local(_) | Kind::Fresh(_) | Kind::Captured(_) | Kind::Slot(_) => {}
                Kind::ClassVariable(_) | Kind::ClassSlot(_) | Kind::Global(_) | Kind::Block(_) => {}
                Kind::TakeSlots(..) | Kind::PutSlots(_) | Kind::BackEdge(_) => {}
                Kind::SetLocal(_, value)
                | Kind::SetCaptured(_, value)
                | Kind::SetSlot(_, value)
                | Kind::SetClassVariable(_, value)
                | Kind::SetClassSlot(_, value)
                | Kind::SetGlobal(_, value)
                | Kind::Return(value)
                | Kind::Home(value)
                | Kind::SlotOf(value, _)
                | Kind::ReturnHome(value) => visit(value),
                Kind::SetSlotOf(object, _, value) => {
                    visit(object);
                    visit(value);
                }
                Kind::Each(each) => each.operands.$iter().for_each(visit),
                Kind::Send(send) => {
                    visit(&$($exclusive)? send.receiver);
                    send.arguments.$iter().for_each(visit);
                }
                Kind::If(first, then, otherwise) | Kind::IfNil(_, first, then, otherwise) => {
                    visit(first);
                    then.$iter().chain(otherwise.$iter()).for_each(visit);
                }
                Kind::And(first, rest) | Kind::Or(first, rest) => {
                    visit(first);
                    rest.$iter().for_each(visit);
                }
                Kind::While { condition, body, .. } => condition.$iter().chain(body.$iter()).for_each(visit),
                Kind::Count { from, to, body, .. } => {
                    visit(from);
                    visit(to);
                    body.$iter().for_each(visit);
                }
                Kind::Repeat(all) | Kind::Brace(all) | Kind::Sequence(all) => all.$iter().for_each(visit),
            }
        }
    };
}

impl Kind {
    parts!(parts, iter,);
    parts!(parts_mut, iter_mut, mut);
}
