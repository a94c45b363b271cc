//! Methods compiled once more for arguments that are certainly small integers or Floats ("customisation", Chambers and Ungar
//! 1989, here by arguments, and before the program runs): where anything may be an argument, nothing that is computed from it
//! could be held as Rust's own numbers.
//!
//! A version is a method of its own, under a selector that nobody can send. Direct calls whose arguments fit call it; who does
//! not know what the arguments are calls the method itself, which begins with a guard that hands over to the version.

mod make;
mod uses;
mod wanted;

use crate::ir::{ClassNumber, Expr, Function, Kind, Symbol, Target};
use crate::known::{Held, IS_FLOAT, IS_UNBOXED};
use crate::names;
pub use make::make;
pub use wanted::wanted;

/// A method has no more versions than these.
const MOST: usize = 2;

/// One version of a method.
#[derive(Clone, Debug)]
pub struct Version {
    pub class: ClassNumber,
    pub class_side: bool,
    /// The selector of the method.
    pub of: Symbol,
    /// Its own.
    pub selector: Symbol,
    /// The forms of its arguments: a value where it takes what the method takes.
    pub forms: Vec<Held>,
}

/// The versions of a module's methods.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    pub all: Vec<Version>,
}

/// A version to make: of which method, for which arguments, and whether the method itself looks for such arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Want {
    pub method: usize,
    pub forms: Vec<Held>,
    pub guard: bool,
}

impl Versions {
    /// The version that has this selector.
    pub fn named(&self, selector: Symbol) -> Option<&Version> {
        self.all.iter().find(|version| version.selector == selector)
    }

    /// The versions of a method.
    pub fn of(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> impl Iterator<Item = &Version> {
        self.all.iter().filter(move |version| (version.class, version.class_side, version.of) == (class, class_side, selector))
    }
}

impl Version {
    /// `countPrimesUpTo:` for an integer is `count_primes_up_to_with_int`.
    pub fn rust_name(&self, text: &str) -> String {
        format!("{}_{}", names::selector(text).trim_end_matches('_'), words(&self.forms).join("_"))
    }
}

/// The forms of arguments in a word each.
fn words(forms: &[Held]) -> Vec<&'static str> {
    let word = |form: &Held| match form {
        Held::Int => "int",
        Held::Float => "float",
        Held::Boolean => "boolean",
        Held::Value => "any",
    };
    forms.iter().map(word).collect()
}

/// Whether a method begins by handing over to a version of itself.
pub fn is_guard(function: &Function) -> bool {
    let Some(Expr { kind: Kind::If(test, then, otherwise), .. }) = function.body.first() else { return false };
    let hands_over = |statement: &Expr| match &statement.kind {
        Kind::Return(value) => matches!(&value.kind, Kind::Send(send) if send.hands_over),
        _ => false,
    };
    otherwise.is_empty() && is_test(test) && matches!(&then[..], [only] if hands_over(only))
}

fn is_test(test: &Expr) -> bool {
    match &test.kind {
        Kind::And(first, rest) => is_test(first) && rest.iter().all(is_test),
        Kind::Send(send) => matches!(send.target, Target::Inline(IS_FLOAT | IS_UNBOXED)),
        _ => false,
    }
}
