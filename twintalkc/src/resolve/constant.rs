//! Messages to classes of the library that always answer the same: characters by name or code, and numbers of Float.

use super::Module;
use crate::Target;
use crate::ir::{Const, Expr, Kind};

/// Characters by what `Character` calls them.
const CHARACTERS: &[(&str, char)] = &[
    ("space", ' '),
    ("tab", '\t'),
    ("cr", '\r'),
    ("lf", '\n'),
    ("linefeed", '\n'),
    ("null", '\0'),
    ("backspace", '\u{8}'),
    ("escape", '\u{1B}'),
    ("newPage", '\u{C}'),
    ("delete", '\u{7F}'),
    ("nbsp", '\u{A0}'),
];

/// What a message answers whenever it is sent. The library's own stay messages, which a program may redefine.
pub fn constant(module: &Module, receiver: &Expr, selector: &str, arguments: &[Expr]) -> Option<Const> {
    let Kind::Const(Const::Class(class)) = receiver.kind else { return None };
    if module.target == Target::Library || Some(class) != module.classes.library_number("Character") {
        return None;
    }
    let is_library = |text: &str| {
        let found = module.symbols.number(text).and_then(|selector| module.understood.lookup(&module.classes, class, true, selector));
        found.is_some_and(|(class, side)| {
            let selector = module.symbols.number(text).unwrap_or_default();
            module.understood.implemented_in(class, side, selector).is_some_and(|found| found.library)
        })
    };
    let character = match (selector, arguments) {
        ("value:" | "codePoint:", [Expr { kind: Kind::Const(Const::Int(code)), .. }]) => char::from_u32(u32::try_from(*code).ok()?)?,
        (_, []) => CHARACTERS.iter().find(|(name, _)| *name == selector)?.1,
        _ => return None,
    };
    (is_library(selector) && is_library("value:")).then_some(Const::Character(character))
}
