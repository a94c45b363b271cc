//! What methods of the library answer and do with what they are given, where that is worth knowing.

use super::atoms::{Atom, atoms};
use super::collections;
use super::dispatch::Message;
use super::world::{Found, World};
use crate::ir::ClassNumber;
use crate::known::{BOOLEAN, FLOAT, Kinds, Known, NIL, OTHER, SMALL};
use crate::resolve::Layout;

/// What has no elements.
const BASIC: Kinds = NIL | BOOLEAN | FLOAT | SMALL;

/// Classes of the library that make exact instances about what they are told.
const MADE_OF: &[(&str, &[&str])] =
    &[("on:", &["ReadStream", "WriteStream", "ReadWriteStream"]), ("with:", &["WriteStream", "ReadWriteStream"])];

/// Messages that pair the receiver with what they are told: where they are defined, the class of the pair, and what makes it.
const PAIRING: &[(&str, &str, &str, &str)] = &[("Number", "@", "Point", "x:y:"), ("Object", "->", "Association", "key:value:")];

/// Tests of what an object is: nobody sees the receiver but the method itself.
const TESTS: &[&str] = &[
    "isKindOf:",
    "isMemberOf:",
    "respondsTo:",
    "isString",
    "isSymbol",
    "isNumber",
    "isInteger",
    "isFloat",
    "isCharacter",
    "isArray",
    "isBlock",
    "isClass",
    "isCollection",
    "isBehavior",
    "isBoolean",
];

/// Messages that never answer.
const RAISING: &[&str] =
    &["error:", "subclassResponsibilityOf:", "shouldNotImplementOf:", "shouldBeImplementedOf:", "notYetImplementedOf:", "halt:"];

/// Messages that answer a Boolean, after asking the receiver and the argument.
const ASKING: &[&str] =
    &["=", "~=", "isEmpty", "notEmpty", "isEmptyOrNil", "includes:", "includesKey:", "includesSubstring:", "beginsWith:"];

const COMPARING: &[&str] = &["<", ">", "<=", ">="];

/// What the class Float answers.
const FLOATS: &[&str] = &["pi", "e", "halfPi", "twoPi", "infinity", "negativeInfinity", "nan", "zero", "one", "negativeZero"];

/// What all the library's methods of a name answer, as long as the program has its own idea of none of these.
const OF_ANY: &[(&str, OfAny, &[&str])] = &[
    ("asArray", OfAny::Array, &["new:", "reject:", "streamContents:", "values"]),
    ("asInteger", OfAny::Integer, &["asBit", "asNumber", "readFrom:", "truncated", "unsignedAt:size:bigEndian:", "value"]),
    ("isEmpty", OfAny::Boolean, &["size", "do:", "atEnd", "="]),
    ("notEmpty", OfAny::Boolean, &["isEmpty", "size", "do:", "atEnd", "="]),
];

/// What methods of the library answer whoever receives the message.
#[derive(Clone, Copy)]
enum OfAny {
    Array,
    Boolean,
    /// Or nil, where a text is of no number.
    Integer,
}

/// Messages that answer a text of the receiver.
const PRINTING: &[&str] = &["printString", "displayString", "asString"];

/// Classes whose instances count what they hold.
const COUNTING: &[&str] = &[
    "Array",
    "OrderedCollection",
    "Set",
    "IdentitySet",
    "Dictionary",
    "IdentityDictionary",
    "Bag",
    "ByteString",
    "WideString",
    "String",
    "ByteSymbol",
    "WideSymbol",
    "Symbol",
    "ByteArray",
];

/// Classes of the library that make exact instances with the message.
const MADE: &[(&str, &[&str])] = &[
    ("new", &["OrderedCollection", "Set", "IdentitySet", "Dictionary", "IdentityDictionary", "Bag", "Object", "Random"]),
    ("new:", &["OrderedCollection", "Set", "IdentitySet", "Dictionary", "IdentityDictionary", "ByteArray"]),
];

impl World<'_> {
    /// What a method of the library that `defined` defines answers; none where anything may happen.
    pub fn model(&mut self, message: Message<'_>, defined: ClassNumber, part: &Known, arguments: &[Known]) -> Option<Known> {
        let text = message.text;
        if let Some(Atom::Class(class)) = only_atom(part)
            && let Some(answer) = self.made(message, defined, class, arguments)
        {
            return Some(answer);
        }
        if text == "class" {
            return Some(self.class_of(part));
        }
        if text == "yourself" {
            return Some(part.clone());
        }
        if TESTS.contains(&text) {
            return Some(Known::kinds(BOOLEAN));
        }
        if RAISING.contains(&text) {
            if self.reflects.inspects {
                self.tell_outside(part, arguments);
            }
            return Some(self.failed.clone());
        }
        let name = self.module.classes.get(defined).name.as_str();
        if (name, text) == ("Object", "value") {
            return Some(part.clone());
        }
        if let Some((.., pair, making)) = PAIRING.iter().find(|(class, pairing, ..)| (*class, *pairing) == (name, text)) {
            let (pair, making) = (self.module.classes.library_number(pair)?, self.module.symbols.number(making)?);
            self.tell_outside(part, arguments);
            if !self.is_library_method(pair, true, making) {
                return Some(Known::open());
            }
            return Some(Atom::Instance(pair).known().join(&self.failed));
        }
        if name == "Fraction" && COMPARING.contains(&text) && arguments.iter().all(|argument| argument.only(SMALL | FLOAT)) {
            return Some(Known::kinds(BOOLEAN));
        }
        if name == "Float" && FLOATS.contains(&text) && matches!(only_atom(part), Some(Atom::Class(_))) {
            return Some(Known::kinds(FLOAT));
        }
        if let "to:" | "to:by:" = text
            && let Some(interval) = self.interval(message, part, arguments)
        {
            return Some(interval);
        }
        let plain = matches!(self.module.classes.get(defined).name.as_str(), "Object" | "ProtoObject");
        // The library's own does nothing.
        if plain && text == "initialize" {
            return Some(part.clone());
        }
        if plain && text == "=" {
            return Some(Known::kinds(BOOLEAN));
        }
        if plain && matches!(text, "hash" | "identityHash") {
            return Some(Known::kinds(SMALL));
        }
        if plain && matches!(text, "copy" | "shallowCopy") {
            return self.copied(text, part);
        }
        if text == "at:put:" && part.only(BASIC) {
            return Some(self.fail(part, arguments));
        }
        if plain && (part.only(BASIC) || self.is_fixed(part)) {
            match text {
                "at:" | "at:put:" | "basicAt:" | "basicAt:put:" => return Some(self.fail(part, arguments)),
                "size" | "basicSize" => return Some(collections::size()),
                _ => {}
            }
        }
        if part.only(BOOLEAN)
            && let ("and:" | "or:" | "&" | "|", [other]) = (text, arguments)
        {
            let mut answer = part.clone();
            if text == "and:" || text == "or:" {
                answer.add(&other.among(BOOLEAN));
                if !other.only(BOOLEAN) {
                    answer.add(&self.call_value(&other.without(BOOLEAN), &[]));
                }
            } else {
                answer.add(other);
            }
            return Some(answer);
        }
        if ASKING.contains(&text) {
            self.tell_outside(part, arguments);
            return Some(Known::kinds(BOOLEAN).join(&self.failed));
        }
        if PRINTING.contains(&text) {
            self.tell_outside(part, arguments);
            return Some(self.basics.strings.join(&self.failed));
        }
        let class = match only_atom(part)? {
            Atom::Instance(class) => class,
            _ => return None,
        };
        let name = self.module.classes.get(class).name.as_str();
        match text {
            "size" if COUNTING.contains(&name) => Some(collections::size()),
            "value" | "asInteger" | "codePoint" | "asciiValue" if name == "Character" => Some(Known::integers(0, 0x10_ffff)),
            "," if self.basics.strings.others().contains(&class) && self.is_text(arguments.first()?) => Some(self.basics.strings.clone()),
            "at:" if self.basics.strings.others().contains(&class) => Some(self.basics.character.join(&self.failed)),
            "asSymbol" => Some(self.basics.symbols.clone()),
            _ => None,
        }
    }

    /// What the library answers to a message, whoever of its own receives it.
    pub fn answer_of_library(&self, text: &str) -> Known {
        let module = self.module;
        let Some((_, answer, rests_on)) = OF_ANY.iter().find(|(selector, ..)| *selector == text) else { return Known::open() };
        let heirs = || {
            (0..module.classes.all.len() as ClassNumber)
                .any(|class| class != self.basics.array && module.classes.inherits(class, self.basics.array))
        };
        if rests_on.iter().any(|selector| module.redefines(selector)) {
            return Known::open();
        }
        match answer {
            OfAny::Array if heirs() => Known::open(),
            OfAny::Array => Known::instance(self.basics.array),
            OfAny::Boolean => Known::kinds(BOOLEAN),
            OfAny::Integer => self.basics.any_integer().join(&Known::kinds(NIL)),
        }
    }

    /// An object with nothing but slots.
    fn is_fixed(&self, part: &Known) -> bool {
        matches!(only_atom(part), Some(Atom::Instance(class)) if self.module.classes.get(class).layout == Layout::Fixed)
    }

    fn is_text(&self, known: &Known) -> bool {
        let texts = [self.basics.strings.others(), self.basics.symbols.others()];
        known.only(OTHER) && known.others().iter().all(|class| texts.iter().any(|texts| texts.contains(class)))
    }

    /// A copy is of the same class, with slots that were stored before.
    fn copied(&mut self, text: &str, part: &Known) -> Option<Known> {
        let Some(Atom::Instance(class)) = only_atom(part) else { return None };
        let post = self.module.symbols.number("postCopy")?;
        if text == "copy"
            && let Found::Unit(unit) = self.found(class, false, post)
        {
            self.call(unit, part, &[]);
        }
        Some(part.clone())
    }

    /// Instances made by a class of the library, or as the library makes them.
    fn made(&mut self, message: Message<'_>, defined: ClassNumber, class: ClassNumber, arguments: &[Known]) -> Option<Known> {
        let (module, text) = (self.module, message.text);
        if let Some(made) = self.made_collection(message, class, arguments) {
            return Some(made);
        }
        if class == self.basics.array {
            return None;
        }
        let behavior = module.classes.get(defined).name == "Behavior";
        if behavior && matches!(text, "new" | "basicNew") && !module.classes.is_library(class) {
            let ancestor = module.classes.get(module.classes.library_ancestor(class));
            if !matches!(ancestor.name.as_str(), "Object" | "ProtoObject") {
                self.expose(&Atom::Instance(class).known());
            }
            if text == "new" {
                return Some(self.make(class));
            }
            self.fresh(class, None);
            return Some(Atom::Instance(class).known());
        }
        let name = module.classes.get(class).name.as_str();
        if behavior && matches!(text, "name" | "category" | "comment") {
            return Some(Known::open());
        }
        if matches!(text, "new" | "new:") && name == "String" {
            return Some(self.basics.strings.clone());
        }
        if MADE_OF.iter().any(|(making, classes)| *making == text && classes.contains(&name)) {
            arguments.iter().for_each(|argument| self.expose(argument));
            return Some(Atom::Instance(class).known().join(&self.failed));
        }
        let makes = MADE.iter().any(|(making, classes)| *making == text && classes.contains(&name));
        makes.then(|| Atom::Instance(class).known().join(&self.failed))
    }

    /// What a block answers to the messages that run it.
    pub fn block_message(&mut self, message: Message<'_>, site: usize, arguments: &[Known]) -> Option<Known> {
        if !self.is_library_method(self.basics.block, false, message.selector) {
            return None;
        }
        match (message.text, arguments) {
            ("value" | "value:" | "value:value:" | "value:value:value:" | "value:value:value:value:", _) => {
                Some(self.call_block(site, arguments))
            }
            ("ensure:" | "ifCurtailed:", [after]) => {
                self.call_value(after, &[]);
                let mut answer = self.call_block(site, &[]);
                if message.text == "ifCurtailed:" {
                    answer.add(&Known::open());
                }
                Some(answer)
            }
            ("on:do:", [of, handler]) => {
                self.expose(of);
                let mut answer = self.call_block(site, &[]);
                for atom in atoms(handler) {
                    let exception = [Known::open()];
                    answer.add(&match atom {
                        Atom::Block(site) => {
                            let count = self.sites[site].arguments.len().min(1);
                            self.call_block(site, &exception[..count])
                        }
                        _ => self.tell_outside(&atom.known(), &[]),
                    });
                }
                // The handler may return anything in place of both.
                answer.add(&Known::open());
                Some(answer)
            }
            ("numArgs", []) => Some(Known::integers(0, 255)),
            _ => None,
        }
    }
}

/// The one thing a value may be.
fn only_atom(known: &Known) -> Option<Atom> {
    let [number] = known.others() else { return None };
    known.only(OTHER).then(|| Atom::of(*number))
}
