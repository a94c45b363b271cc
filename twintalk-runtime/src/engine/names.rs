//! What numbers in words mean: those of a program, or those of the disk.

use std::collections::HashMap;
use std::sync::Arc;

use super::former::Former;
use crate::program::{ClassInfo, Program};
use crate::tables::Tables;

/// No hierarchy of classes is deeper.
pub(super) const DEEPEST: usize = 1024;

/// Symbols and classes by number.
#[derive(Debug, Default)]
pub(super) struct Names {
    symbols: Vec<Arc<str>>,
    forms: Vec<Form>,
}

/// What a projection needs to know of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub name: String,
    pub family: Family,
    pub slots: Vec<Arc<str>>,
}

/// What the instances of a class are to those outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// An object with slots.
    Plain,
    /// Indexed values.
    Array,
    /// `array`, of which the elements from `firstIndex` to `lastIndex` count.
    Ordered,
    /// `array` up to `last`; where an entry was removed, it holds itself.
    Set,
    /// The same with keys and values in turn.
    Dictionary,
    /// A dictionary of counts in its only slot.
    Bag,
    /// Bytes or characters that are a text.
    String,
    /// A symbol that the program does not contain.
    Symbol,
    /// Bytes.
    Bytes,
    /// `numerator` and `denominator`.
    Fraction,
}

impl Family {
    /// The family that a class of the library founds.
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Array" => Self::Array,
            "OrderedCollection" => Self::Ordered,
            "Set" => Self::Set,
            "Dictionary" => Self::Dictionary,
            "Bag" => Self::Bag,
            "Symbol" => Self::Symbol,
            "String" => Self::String,
            "ByteArray" => Self::Bytes,
            "Fraction" => Self::Fraction,
            _ => return None,
        })
    }
}

/// The library's classes and the program's, in order of their numbers.
pub(super) fn classes(program: &'static Program) -> impl Iterator<Item = &'static ClassInfo> {
    crate::library::CLASSES.iter().chain(program.classes)
}

/// The library's symbols and the program's, in order of their numbers.
pub(super) fn symbols(program: &'static Program) -> impl Iterator<Item = &'static str> {
    crate::library::SYMBOLS.iter().chain(program.symbols).copied()
}

impl Names {
    /// The numbers of a program.
    pub fn of_program(program: &'static Program) -> Self {
        let mut forms: Vec<Form> = Vec::new();
        for info in classes(program) {
            let inherited = info.superclass.and_then(|number| forms.get(number as usize)).map_or(Family::Plain, |form| form.family);
            forms.push(Form {
                name: info.name.to_owned(),
                family: Family::of(info.name).unwrap_or(inherited),
                slots: info.slots.iter().map(|slot| slot.name.into()).collect(),
            });
        }
        let symbols = symbols(program).map(Arc::from).collect();
        Self { symbols, forms }
    }

    /// The numbers of a data directory; its tables do not tell what a class inherits, so the program,
    /// as far as it has the class, maybe under another name, and the class's name must.
    pub fn of_disk(tables: &Tables, program: &Self, former: &Former) -> Self {
        let families: HashMap<&str, Family> = program.forms.iter().map(|form| (form.name.as_str(), form.family)).collect();
        let renamed = |name: &str| former.class(name).and_then(|class| program.class(class)).map(|form| form.family);
        let schemas = (0..).map_while(|number| tables.schemas.get(number));
        let forms = schemas.map(|schema| Form {
            name: schema.class.clone(),
            family: families
                .get(schema.class.as_str())
                .copied()
                .or_else(|| renamed(&schema.class))
                .or_else(|| Family::of(&schema.class))
                .unwrap_or(Family::Plain),
            slots: schema.slots.iter().map(|slot| slot.name.as_str().into()).collect(),
        });
        let symbols = (0..).map_while(|number| tables.symbols.get(number));
        Self { forms: forms.collect(), symbols: symbols.map(|symbol| symbol.0.as_str().into()).collect() }
    }

    /// The text of a symbol.
    pub fn symbol(&self, number: u32) -> Option<&str> {
        self.symbols.get(number as usize).map(|text| &**text)
    }

    /// The text of a symbol, to be kept; of one that is not known, the empty text.
    pub fn shared_symbol(&self, number: u32) -> Arc<str> {
        self.symbols.get(number as usize).map_or_else(Arc::default, Arc::clone)
    }

    /// A class.
    pub fn class(&self, number: u32) -> Option<&Form> {
        self.forms.get(number as usize)
    }
}
