//! What the compiler tells the runtime of a program: tables and the two entries, one a message and one a block.

use crate::answer::Answer;
use crate::engine::{TwinClass, slab};
use crate::row::Row;
use crate::turn::Turn;
use crate::value::Value;

/// A closed world of classes, compiled into one module. The library comes before it in every numbering.
#[derive(Debug)]
pub struct Program {
    /// Symbols and selectors, numbered after the library's.
    pub symbols: &'static [&'static str],
    /// Classes, numbered after the library's; subclasses follow their superclass.
    pub classes: &'static [ClassInfo],
    /// Literals that are objects.
    pub literals: &'static [Literal],
    /// How many words of class-side state the program adds to the library's.
    pub class_variables: u32,
    /// Sends a message; complete, so it falls back to the library.
    pub dispatch: Dispatch,
    /// Runs the body of one of the program's blocks.
    pub block: BlockBody,
    /// The program's blocks, numbered after the library's.
    pub blocks: &'static [BlockInfo],
    /// What of the library the program can reach, and what it has in place of it.
    pub sends: &'static crate::library::Sends,
    /// The methods it adds to library classes or has in place of theirs: the class, or metaclass, and the selector.
    pub extensions: &'static [(u32, u32)],
    /// Whether there are such.
    pub extends_library: bool,
    /// Whether a handler of it may make a signal answer: then nothing moves while one runs, as what the signal comes from may
    /// hold values in Rust's locals.
    pub resumes: bool,
    /// The twin classes.
    pub twins: &'static [TwinType],
    /// Top-level statements, in order.
    pub provision: &'static [Provision],
    /// Class-side `initialize` methods, superclasses first.
    pub initializers: &'static [fn(&mut Turn) -> Answer],
    /// Names that classes and slots had in earlier versions of the program.
    pub formerly: &'static [Formerly],
}

/// Sends a message.
pub type Dispatch = fn(selector: u32, receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer;
/// Runs the body of a block.
pub type BlockBody = fn(number: u32, block: Value, arguments: &[Value], t: &mut Turn) -> Answer;

/// A class.
#[derive(Debug)]
pub struct ClassInfo {
    /// Its name.
    pub name: &'static str,
    /// The number of its superclass.
    pub superclass: Option<u32>,
    /// Its slots, inherited ones first.
    pub slots: &'static [SlotInfo],
    /// What its instances hold.
    pub kind: Layout,
    /// The index of its first class-side slot in the class-side state.
    pub class_slots: u32,
    /// The names of its class-side slots, inherited ones first.
    pub class_slot_names: &'static [&'static str],
    /// Its own class variables: the name of each, and its index in the class-side state.
    pub class_variables: &'static [(&'static str, u32)],
    /// What its definition says behind `package:`.
    pub package: &'static str,
    /// Its comment.
    pub comment: &'static str,
    /// Where it is defined: `pump.st:3`.
    pub source: &'static str,
    /// The selectors it defines.
    pub selectors: &'static [u32],
    /// The selectors its class side defines.
    pub class_selectors: &'static [u32],
    /// The pragmas without arguments of its methods: the selector and the pragma.
    pub pragmas: &'static [(u32, &'static str)],
    /// The nearest library class among it and its superclasses.
    pub library_ancestor: u32,
    /// Whether its instances are twins.
    pub is_twin: bool,
    /// The selectors that may be sent from outside.
    pub external: &'static [u32],
}

/// A slot of a class.
#[derive(Debug)]
pub struct SlotInfo {
    /// Its name.
    pub name: &'static str,
    /// Its declared type, as written.
    pub declared: Option<&'static str>,
}

/// `<formerly: #Old>`, `<slot: #new formerly: #old>`: a name that data of an earlier version has for a class or a slot.
#[derive(Debug)]
pub struct Formerly {
    /// The number of the class.
    pub class: u32,
    /// The slot, by its name; none where it is the class that was renamed.
    pub slot: Option<&'static str>,
    /// The name it had.
    pub name: &'static str,
}

/// What the instances of a class hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Slots.
    Fixed,
    /// Slots, then indexed values.
    Indexed,
    /// Bytes, or Latin-1 characters.
    Bytes,
    /// Characters of 32 bits.
    Wide,
    /// The magnitude of a large integer.
    LargeInt,
    /// Nothing: the instances are immediate values or made by the runtime only.
    Immediate,
}

/// A literal that is an object, or an element of one.
#[derive(Debug, Clone, Copy)]
pub enum Literal {
    /// `nil`
    Nil,
    /// `true`
    True,
    /// `false`
    False,
    /// An integer of at most 64 bits.
    Small(i64),
    /// Any integer, in decimal.
    Integer(&'static str),
    /// `3.14`
    Float(f64),
    /// `1e-7` is 1/10000000: an integer divided by a power of the radix.
    Fraction {
        /// In decimal.
        numerator: &'static str,
        /// From 2 to 36.
        radix: u32,
        /// Not 0.
        power: u32,
    },
    /// `3.14s2` is 157/50 with scale 2.
    Scaled {
        /// In decimal.
        numerator: &'static str,
        /// In decimal.
        denominator: &'static str,
        /// Digits after the point when printed.
        scale: u32,
    },
    /// `$a`
    Character(char),
    /// `'text'`
    String(&'static str),
    /// `#name`
    Symbol(u32),
    /// `#[1 2]`
    ByteArray(&'static [u8]),
    /// `#(1 $a)`
    Array(&'static [Literal]),
    /// A class, in a literal array.
    Class(u32),
}

/// A block in the source.
#[derive(Debug)]
pub struct BlockInfo {
    /// The method it stands in: `Pump>>run`.
    pub method: &'static str,
    /// Which of the method's blocks it is.
    pub ordinal: u32,
    /// The hash of its source.
    pub hash: u64,
    /// How many arguments it takes.
    pub arguments: u8,
    /// Its text, brackets included.
    pub source: &'static str,
}

/// A twin class.
#[derive(Debug)]
pub struct TwinType {
    /// Its number.
    pub class: u32,
    /// Makes the store of its rows.
    pub slab: fn() -> Box<dyn TwinClass>,
}

impl TwinType {
    /// The twin class of a row.
    pub const fn of<R: Row + Send>() -> Self {
        Self { class: R::CLASS, slab: slab::<R> }
    }
}

/// A top-level statement.
#[derive(Debug)]
pub struct Provision {
    /// Its text.
    pub source: &'static str,
    /// A hash of its text, which identifies it for good.
    pub hash: u64,
    /// Its file.
    pub file: &'static str,
    /// Its line.
    pub line: u32,
    /// Runs it.
    pub run: fn(&mut Turn) -> Answer,
}
