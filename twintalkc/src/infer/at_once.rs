//! Messages to the library's own objects that the runtime answers before it looks for a method: to characters and numbers
//! (`rt::at_once`), and to collections and streams of exact classes (`rt::quick`). What those do not answer is sent.

use crate::ir::{AtOnce, ClassNumber, Function, Kind, Send, Target};
use crate::known::{FLOAT, Held, Known, OTHER, SMALL};
use crate::resolve::Module;

/// A message, what of `rt::at_once` answers it, whose methods that stands for, and what those send that a class may redefine.
type OfNumbers = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const CHARACTER: &[&str] = &["Character"];
const NUMBER: &[&str] = &["SmallInteger", "Float"];
const COMPARED: &[&str] = &["Character", "SmallInteger", "Float"];

const ALL: &[OfNumbers] = &[
    ("between:and:", "between_and", &["Character", "SmallInteger"], &["<=", ">="]),
    ("max:", "max", COMPARED, &["<", ">"]),
    ("min:", "min", COMPARED, &["<", ">"]),
    ("asInteger", "as_integer", &["Character", "SmallInteger"], &["value"]),
    ("value", "code", CHARACTER, &[]),
    ("asciiValue", "code", CHARACTER, &["value"]),
    ("codePoint", "code", CHARACTER, &["value"]),
    ("charCode", "code", CHARACTER, &["value"]),
    ("asCharacter", "as_character", CHARACTER, &[]),
    ("isDigit", "is_digit", CHARACTER, &[]),
    ("isLetter", "is_letter", CHARACTER, &[]),
    ("isAlphaNumeric", "is_alpha_numeric", CHARACTER, &["isLetter", "isDigit"]),
    ("isUppercase", "is_uppercase", CHARACTER, &[]),
    ("isLowercase", "is_lowercase", CHARACTER, &[]),
    ("isSeparator", "is_separator", CHARACTER, &["value"]),
    ("isVowel", "is_vowel", CHARACTER, &[]),
    ("asUppercase", "as_uppercase", CHARACTER, &[]),
    ("asLowercase", "as_lowercase", CHARACTER, &[]),
    ("digitValue", "digit_value", CHARACTER, &[]),
    ("negated", "negated", NUMBER, &[]),
    ("abs", "abs", NUMBER, &[]),
    ("asFloat", "as_float", NUMBER, &[]),
    ("even", "even", &["SmallInteger"], &[]),
    ("odd", "odd", &["SmallInteger"], &[]),
    ("isZero", "is_zero", NUMBER, &[]),
    ("floor", "floor", NUMBER, &[]),
    ("ceiling", "ceiling", NUMBER, &[]),
    ("truncated", "truncated", NUMBER, &[]),
    ("rounded", "rounded", NUMBER, &[]),
    ("sqrt", "sqrt", &["Float"], &[]),
];

/// A message, the function of `rt::quick` that may answer it, and the classes whose instances it answers for.
struct Quick {
    selector: &'static str,
    name: &'static str,
    classes: &'static [&'static str],
}

const fn quick(selector: &'static str, name: &'static str, classes: &'static [&'static str]) -> Quick {
    Quick { selector, name, classes }
}

pub const SETS: &[&str] = &["Set", "IdentitySet"];
pub const DICTIONARIES: &[&str] = &["Dictionary", "IdentityDictionary"];
const ORDERED: &[&str] = &["OrderedCollection"];
const ANY: &[&str] = &["OrderedCollection", "Set", "IdentitySet", "Dictionary", "IdentityDictionary", "Array", "ByteString", "ByteArray"];

const COLLECTIONS: &[Quick] = &[
    quick("add:", "add", &["OrderedCollection", "Set", "IdentitySet"]),
    quick("addLast:", "add_last", ORDERED),
    quick("addFirst:", "add_first", ORDERED),
    quick("removeFirst", "remove_first", ORDERED),
    quick("removeLast", "remove_last", ORDERED),
    quick("first", "first", &["OrderedCollection", "Array"]),
    quick("last", "last", &["OrderedCollection", "Array"]),
    quick("includes:", "includes", SETS),
    quick("includesKey:", "includes_key", DICTIONARIES),
    quick("isEmpty", "is_empty", ANY),
    quick("notEmpty", "not_empty", ANY),
    quick("size", "size", ANY),
    quick("at:", "ordered_at", ORDERED),
    quick("at:", "dictionary_at", DICTIONARIES),
    quick("nextPut:", "next_put", &["WriteStream"]),
    quick("at:put:", "at_put", &["OrderedCollection", "Dictionary", "IdentityDictionary"]),
];

/// What the library's methods for these rest on: a program that has its own idea of one of them has all of it sent.
pub const INVOLVED: &[&str] = &[
    "addLast:",
    "at:",
    "at:put:",
    "enter:hash:",
    "hashOf:",
    "isEmpty",
    "key:equals:",
    "makeRoomAtFirst",
    "makeRoomAtLast",
    "newIndex",
    "newPlaceFor:",
    "placeAtProbe:",
    "placeOf:",
    "probeOf:",
    "rebuild",
    "refill:",
    "removePlace:",
    "searchFor:",
    "setCapacity:",
    "size",
    "stride",
];

/// Annotates every send of some functions.
pub fn answers<'f>(module: &Module, functions: impl Iterator<Item = &'f mut Function>) {
    for expression in functions.flat_map(|function| &mut function.body) {
        expression.visit_mut(&mut |part| {
            if let Kind::Send(send) = &mut part.kind {
                let found = number(module, send).map(|function| (function, "at_once"));
                let found = found.or_else(|| collection(module, send).map(|function| (function, "quick")));
                send.at_once = found.map(|(function, module)| AtOnce { function, module, safepoint: None });
            }
        });
    }
}

/// What answers for characters and numbers.
fn number(module: &Module, send: &Send) -> Option<&'static str> {
    let (_, function, receivers, rests) = ALL.iter().find(|(text, ..)| *text == send.text)?;
    let of_library = |class: &ClassNumber| module.classes.is_library(*class);
    let reached = match &send.target {
        Target::Dispatch => true,
        Target::Few { cases, .. } => cases.iter().all(|case| of_library(&case.class)),
        Target::Method { class, class_side: false } => of_library(class),
        _ => false,
    };
    // Roots and roundings of what certainly is a Float are Rust's own.
    if !reached || send.receiver.known.held() == Held::Float || !may_answer(module, send, receivers, rests) {
        return None;
    }
    Some(function)
}

/// Whether the receiver may be one of those that are answered at once, and those run the library's methods.
fn may_answer(module: &Module, send: &Send, receivers: &[&str], rests: &[&str]) -> bool {
    let numbers: Vec<ClassNumber> = receivers.iter().filter_map(|name| module.classes.library_number(name)).collect();
    let is_library = |class: ClassNumber, text: &str| {
        let Some(selector) = module.symbols.number(text) else { return true };
        let found = module.understood.lookup(&module.classes, class, false, selector);
        found.is_some_and(|(class, side)| module.understood.implemented_in(class, side, selector).is_some_and(|found| found.library))
    };
    let may_be = |class: ClassNumber, name: &str| may_be(&send.receiver.known, class, name);
    receivers.iter().zip(&numbers).any(|(name, class)| may_be(*class, name))
        && numbers.iter().all(|class| is_library(*class, &send.text) && rests.iter().all(|text| is_library(*class, text)))
}

fn may_be(known: &Known, class: ClassNumber, name: &str) -> bool {
    match name {
        "SmallInteger" => known.may_be(SMALL),
        "Float" => known.may_be(FLOAT),
        _ => known.is_open() || known.others().contains(&class),
    }
}

/// What answers for collections and streams.
fn collection(module: &Module, send: &Send) -> Option<&'static str> {
    let known = &send.receiver.known;
    let operator = match send.target {
        Target::Operator(_) => true,
        Target::Method { .. } | Target::Dispatch => false,
        _ => return None,
    };
    let may_be = |name: &&str| {
        let class = module.classes.library_number(name);
        known.may_be(OTHER) && class.is_some_and(|class| known.others().contains(&class))
    };
    let quick = COLLECTIONS.iter().find(|quick| {
        // The operators are quick with arrays by themselves, so that nothing is guessed there.
        let guessed = !operator && known.is_open();
        quick.selector == send.text && (guessed || !known.is_open() && quick.classes.iter().any(may_be))
    })?;
    let keeps = quick.classes.iter().all(|class| !module.extends(&[quick.selector], class) && !module.extends(INVOLVED, class));
    keeps.then_some(quick.name)
}
