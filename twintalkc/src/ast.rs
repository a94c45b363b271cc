//! What was written: classes, methods and statements as the source states them.

use crate::source::Span;

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// Everything one file defines, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    pub classes: Vec<Class>,
    pub methods: Vec<Method>,
    /// Top-level statements: a program's main, a server's provisioning.
    pub statements: Vec<TopLevel>,
}

/// `Twin subclass: #Pump instanceVariables: 'press note'`, or `Trait named: #TLevel`
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    pub name: Name,
    pub kind: ClassKind,
    /// `None` for `nil subclass: #Object`, and for traits.
    pub superclass: Option<Name>,
    pub slots: Vec<Slot>,
    /// `classVariableNames:`, shared by a class, its subclasses and their class sides.
    pub class_variables: Vec<Name>,
    /// `Pump class instanceVariableNames: 'count'`
    pub class_slots: Vec<Slot>,
    pub comment: Option<String>,
    /// `category:` or `package:`.
    pub category: Option<String>,
    /// Pragmas of the class: `<private: #slot>`.
    pub pragmas: Vec<Pragma>,
    /// What an instance holds besides its slots; as the superclass's where nothing is said.
    pub layout: Option<Layout>,
    /// Classes whose class variables the methods see: `sharedPools:`.
    pub pools: Vec<Name>,
    /// `uses:`, `traits:`
    pub traits: Option<Composition>,
    /// `classTraits:`; that of the instance side where nothing is said.
    pub class_traits: Option<Composition>,
    pub span: Span,
}

impl Class {
    /// A class of which nothing but its name and its place is known.
    pub fn new(name: Name, kind: ClassKind, superclass: Option<Name>, span: Span) -> Self {
        Class {
            name,
            kind,
            superclass,
            slots: Vec::new(),
            class_variables: Vec::new(),
            class_slots: Vec::new(),
            comment: None,
            category: None,
            pragmas: Vec::new(),
            layout: None,
            pools: Vec::new(),
            traits: None,
            class_traits: None,
            span,
        }
    }
}

/// Whether a class is one or a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    Class,
    Trait,
}

/// What instances hold besides their slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `subclass:`
    Fixed,
    /// `variableSubclass:`, `weakSubclass:`: values by index.
    Indexed,
    /// `variableByteSubclass:`: bytes by index.
    Bytes,
    /// `variableWordSubclass:`: unsigned numbers by index.
    Words,
}

/// What a class takes from traits: `TEmpty + (TSize - {#size}) + (TAdd @ {#plus: -> #add:})`
#[derive(Clone, Debug, PartialEq)]
pub enum Composition {
    /// `TSize`, or `TSize classTrait`
    Trait { name: Name, class_side: bool },
    /// `TEmpty + TSize`; nothing for `{}`.
    Sum(Vec<Composition>),
    /// `TSize - {#size}`
    Without { traits: Box<Composition>, selectors: Vec<Name> },
    /// `TAdd @ {#plus: -> #add:}`: new and old selectors.
    Alias { traits: Box<Composition>, aliases: Vec<(Name, Name)> },
    /// `TSize -- {#count}`
    WithoutSlots { traits: Box<Composition>, slots: Vec<Name> },
}

/// A slot with its declared type: `temperature <Float>`, `#temperature => Float`.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub name: Name,
    pub type_: Option<Type>,
}

/// A declared type: `<Float>`, `<Float | nil>`. Alternatives in the order written; nil is the name `nil`.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    pub alternatives: Vec<Name>,
    pub span: Span,
}

/// `Pump>>press: bar <Float> ^<Boolean>` and its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    pub class: Name,
    /// `Pump class>>press:`
    pub class_side: bool,
    /// The trait it was written in, where the class has it from one.
    pub origin: Option<String>,
    pub selector: Selector,
    pub arguments: Vec<Variable>,
    pub result: Option<Type>,
    /// The protocol, where the format names one.
    pub category: Option<String>,
    pub comment: Option<String>,
    pub body: Body,
    /// The whole method.
    pub span: Span,
}

/// An argument or temporary: `bar <Float>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub name: Name,
    pub type_: Option<Type>,
}

/// `| a b | <pragma: 1> statements`, of a method or a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    pub temporaries: Vec<Variable>,
    pub pragmas: Vec<Pragma>,
    pub statements: Vec<Statement>,
}

/// One top-level statement and its text's place; what it declares is visible to the later ones.
#[derive(Clone, Debug, PartialEq)]
pub struct TopLevel {
    /// `| x y |` before the statement.
    pub temporaries: Vec<Variable>,
    pub statement: Statement,
    pub span: Span,
}

/// An expression, or `^ expression`.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `expression.`
    Expression(Expression),
    /// `^ expression`
    Return(Expression),
}

/// `<topic: 'plant/{id}' payload: 'value'>`
#[derive(Clone, Debug, PartialEq)]
pub struct Pragma {
    pub selector: Selector,
    pub arguments: Vec<Literal>,
    pub span: Span,
}

/// `at:put:` and the place of its first part.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    pub text: String,
    pub span: Span,
}

/// An expression and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub kind: Kind,
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `temperature`, `self`, `super`, `thisContext`, `nil`, `true`, `false`, `Pump`
    Variable(String),
    /// `temperature := aReading`
    Assign { target: Name, value: Box<Expression> },
    /// `temperature > threshold`, `self notifyObservers`, `d at: 1 put: 2`
    Send { receiver: Box<Expression>, message: Message },
    /// `stream nextPutAll: 'a'; cr; yourself`: all messages go to the first one's receiver.
    Cascade { receiver: Box<Expression>, messages: Vec<Message> },
    /// `[:each | | t | each + 1]`
    Block { arguments: Vec<Variable>, body: Body },
    /// `{1. 2. x}`
    Brace(Vec<Expression>),
    /// `42`, `'text'`, `#symbol`, `#(1 2 #a)`
    Literal(Literal),
}

/// A selector and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub selector: Selector,
    pub arguments: Vec<Expression>,
}

/// A literal. Numbers keep exact digits: the value model decides what holds them.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Nil,
    True,
    False,
    /// Any size, in decimal, with a `-` sign where negative: `16rFF` is `"255"`, `2e3` is `"2000"`.
    Integer(String),
    /// `3.14`, `16r1.8`
    Float(f64),
    /// `1e-7`, `2r101e-3`: an integer, in decimal, divided by a power of the radix.
    Fraction {
        numerator: String,
        radix: u32,
        power: u32,
    },
    /// `3.14s2`: the exact decimal text of the value, such as `"3.14"`, and its scale.
    Scaled {
        value: String,
        scale: u32,
    },
    /// `$a`
    Character(char),
    /// `'it''s'` is `it's`
    String(String),
    /// `#at:put:`, `#'any text'`, `#+`
    Symbol(String),
    /// `#(1 $a foo #(2) true)`
    Array(Vec<Literal>),
    /// `#[1 2 255]`
    ByteArray(Vec<u8>),
}
