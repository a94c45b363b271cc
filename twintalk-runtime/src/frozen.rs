//! What all turns of a program share: its literals as objects, its classes' shapes, its frozen class-side state.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use num_bigint::BigInt;

use crate::known::{self, Known};
use crate::library::{self, class};
use crate::numbers;
use crate::object::{Header, Kind};
use crate::program::{ClassInfo, Layout, Literal, Program};
use crate::space::Space;
use crate::value::{FALSE, METACLASS, NIL, Place, TRUE, Value};

/// The superclass of a root class.
pub(crate) const NO_CLASS: u32 = u32::MAX;

/// What allocation and class tests need to know of a class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub superclass: u32,
    pub slots: u32,
    pub layout: Layout,
    pub known: Known,
}

/// The immutable part of a program's memory, built once and shared.
#[derive(Debug)]
pub struct Frozen {
    pub(crate) program: &'static Program,
    pub(crate) space: Space,
    /// The library's literals, then the program's.
    pub(crate) literals: Vec<Value>,
    /// An empty array: what a collection has before its first element.
    pub(crate) nothing: Value,
    /// The library's class-side state, then the program's.
    pub(crate) class_state: Vec<Value>,
    pub(crate) shapes: Vec<Shape>,
    symbols: HashMap<&'static str, u32>,
    /// The hash of each symbol, once one has been asked for.
    symbol_hashes: OnceLock<Vec<i64>>,
    classes: HashMap<&'static str, u32>,
}

impl Frozen {
    /// Builds the literals of the library and a program.
    pub fn new(program: &'static Program) -> Arc<Self> {
        let classes = || library::CLASSES.iter().chain(program.classes);
        let shapes = classes()
            .zip(known::of_all(program))
            .map(|(info, known)| {
                let superclass = info.superclass.unwrap_or(NO_CLASS);
                Shape { superclass, slots: info.slots.len() as u32, layout: info.kind, known }
            })
            .collect();
        let symbols = library::SYMBOLS.iter().chain(program.symbols).copied().zip(0..).collect();
        let variables = (library::CLASS_VARIABLES + program.class_variables) as usize;
        let class_slots = classes().map(|info| info.class_slots as usize).max().unwrap_or(0);
        let mut frozen = Self {
            program,
            space: Space::default(),
            literals: Vec::new(),
            nothing: NIL,
            class_state: vec![NIL; variables.max(class_slots)],
            shapes,
            symbols,
            symbol_hashes: OnceLock::new(),
            classes: classes().map(|info| info.name).zip(0..).collect(),
        };
        for literal in library::LITERALS.iter().chain(program.literals) {
            let value = frozen.build(literal);
            frozen.literals.push(value);
        }
        frozen.nothing = frozen.build(&Literal::Array(&[]));
        Arc::new(frozen)
    }

    /// The same program with more objects in the space and other class-side state.
    pub(crate) fn with_state(&self, space: Space, class_state: Vec<Value>) -> Arc<Self> {
        Arc::new(Self {
            program: self.program,
            space,
            literals: self.literals.clone(),
            nothing: self.nothing,
            class_state,
            shapes: self.shapes.clone(),
            symbols: self.symbols.clone(),
            symbol_hashes: self.symbol_hashes.clone(),
            classes: self.classes.clone(),
        })
    }

    /// A class by number.
    pub fn class(&self, number: u32) -> Option<&'static ClassInfo> {
        let program = self.program.classes;
        library::CLASSES.get(number as usize).or_else(|| program.get(number.wrapping_sub(library::CLASS_COUNT) as usize))
    }

    /// The number of a class.
    pub fn class_number(&self, name: &str) -> Option<u32> {
        self.classes.get(name).copied()
    }

    /// The number of a symbol the program contains.
    pub fn symbol_number(&self, text: &str) -> Option<u32> {
        self.symbols.get(text).copied()
    }

    /// The text of a symbol.
    pub fn symbol_text(&self, number: u32) -> Option<&'static str> {
        let program = self.program.symbols;
        let own = || program.get((number as usize).wrapping_sub(library::SYMBOLS.len()));
        library::SYMBOLS.get(number as usize).or_else(own).copied()
    }

    /// The hash of a symbol the program contains, by `hash`, which is that of its text.
    pub(crate) fn symbol_hash(&self, number: u32, hash: fn(&str) -> i64) -> Option<i64> {
        let all = || library::SYMBOLS.iter().chain(self.program.symbols).map(|text| hash(text)).collect();
        self.symbol_hashes.get_or_init(all).get(number as usize).copied()
    }

    /// What is known of the instances of a class.
    #[inline]
    pub(crate) fn known(&self, class: u32) -> Known {
        // A class is an instance of its metaclass; all of those are alike.
        let class = if class & METACLASS == 0 { class } else { class::CLASS };
        self.shapes.get(class as usize).map_or_else(Known::default, |shape| shape.known)
    }

    fn build(&mut self, literal: &Literal) -> Value {
        match *literal {
            Literal::Nil => NIL,
            Literal::True => TRUE,
            Literal::False => FALSE,
            Literal::Small(value) => self.number(&value.into()),
            Literal::Integer(digits) => self.number(&parse(digits)),
            Literal::Float(value) => Value::float(value),
            Literal::Fraction { numerator, radix, power } => self.fraction(&parse(numerator), &BigInt::from(radix).pow(power)),
            Literal::Scaled { numerator, denominator, scale } => self.scaled(numerator, denominator, scale),
            Literal::Character(value) => Value::character(value),
            Literal::String(text) => {
                let offset = match latin1(text) {
                    Some(bytes) => self.bytes(class::BYTE_STRING, &bytes),
                    None => {
                        let (header, words) = wide(class::WIDE_STRING, text);
                        self.space.push(self.identified(header), &words)
                    }
                };
                Value::reference(Place::Frozen, offset)
            }
            Literal::Symbol(number) => Value::symbol(number),
            Literal::ByteArray(bytes) => Value::reference(Place::Frozen, self.bytes(class::BYTE_ARRAY, bytes)),
            Literal::Array(elements) => {
                let values: Vec<u64> = elements.iter().map(|element| self.build(element).bits()).collect();
                self.values(class::ARRAY, &values)
            }
            Literal::Class(number) => Value::class(number),
        }
    }

    /// A literal's place tells it from all others.
    fn identified(&self, header: Header) -> Header {
        header.with_identity(self.space.len() as u32 + 1)
    }

    fn bytes(&mut self, class: u32, bytes: &[u8]) -> u32 {
        let header = self.identified(Header::new(Kind::Bytes, class, bytes.len() as u32));
        self.space.push_bytes(header, bytes)
    }

    fn values(&mut self, class: u32, values: &[u64]) -> Value {
        let header = self.identified(Header::new(Kind::Values, class, values.len() as u32));
        Value::reference(Place::Frozen, self.space.push(header, values))
    }

    fn number(&mut self, value: &BigInt) -> Value {
        numbers::build(value, Place::Frozen, &mut self.space)
    }

    /// A fraction in lowest terms, or the integer it is.
    fn fraction(&mut self, numerator: &BigInt, denominator: &BigInt) -> Value {
        let (top, bottom) = lowest_terms(numerator, denominator);
        if bottom == BigInt::from(1) {
            return self.number(&top);
        }
        let parts = [self.number(&top).bits(), self.number(&bottom).bits()];
        self.values(class::FRACTION, &parts)
    }

    /// A scaled decimal, its slots filled by name, as the library may order them as it likes.
    fn scaled(&mut self, numerator: &str, denominator: &str, scale: u32) -> Value {
        let (numerator, denominator) = lowest_terms(&parse(numerator), &parse(denominator));
        let (top, bottom) = (self.number(&numerator), self.number(&denominator));
        let slots = self.class(class::SCALED_DECIMAL).map_or(&[][..], |info| info.slots);
        let words: Vec<u64> = slots
            .iter()
            .map(|slot| match slot.name {
                "numerator" => top,
                "denominator" => bottom,
                "scale" => Value::int(scale.into()),
                _ => NIL,
            })
            .map(Value::bits)
            .collect();
        self.values(class::SCALED_DECIMAL, &words)
    }
}

/// Both without their greatest common divisor.
fn lowest_terms(numerator: &BigInt, denominator: &BigInt) -> (BigInt, BigInt) {
    let divisor = num_integer::Integer::gcd(numerator, denominator);
    if divisor == BigInt::ZERO { (numerator.clone(), denominator.clone()) } else { (numerator / &divisor, denominator / &divisor) }
}

/// The compiler writes decimal digits only; anything else reads as zero.
fn parse(digits: &str) -> BigInt {
    digits.parse().unwrap_or_default()
}

/// The bytes of a text all of whose characters are below 256.
pub(crate) fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c as u32).ok()).collect()
}

/// The object of a text of any characters.
pub(crate) fn wide(class: u32, text: &str) -> (Header, Vec<u64>) {
    let codes: Vec<u32> = text.chars().map(|c| c as u32).collect();
    let words = codes.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32);
    (Header::new(Kind::Wide, class, codes.len() as u32), words.collect())
}
