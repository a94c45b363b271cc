//! Messages to characters and numbers that the runtime answers at once, before it looks for a method.

use super::form::Printed;
use super::function::Writer;
use crate::ir::{ClassNumber, Expr, Send, Target};
use crate::known::{FLOAT, Known, SMALL};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A message, what of `rt::at_once` answers it, whose methods that stands for, and what those send that a class may redefine.
type AtOnce = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const CHARACTER: &[&str] = &["Character"];
const NUMBER: &[&str] = &["SmallInteger", "Float"];
const COMPARED: &[&str] = &["Character", "SmallInteger", "Float"];

const ALL: &[AtOnce] = &[
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

impl Writer<'_> {
    /// A message that the runtime may answer at once, and the message itself for other receivers.
    pub fn at_once(&self, send: &Send, operands: &[&Expr], span: Span) -> Option<Printed> {
        let (_, function, receivers, rests) = ALL.iter().find(|(text, ..)| *text == send.text)?;
        // What the library sends, a program may redefine.
        if self.emitter.is_library() || !self.is_at_once(send, receivers, rests) {
            return None;
        }
        let path = match &send.target {
            Target::Dispatch => self.emitter.send_path(send.selector),
            Target::Few { cases, .. } if cases.iter().all(|case| self.is_of_library_class(case.class)) => {
                self.emitter.send_path(send.selector)
            }
            Target::Method { class, class_side: false } if self.is_of_library_class(*class) => {
                self.callee(*class, false, send.selector).path
            }
            _ => return None,
        };
        let (at, function) = (self.at(span), format_ident!("{function}"));
        Some(Printed::value(self.values_of(operands, |values: &[TokenStream]| {
            let names: Vec<_> = values.iter().map(|_| self.emitter.temporary()).collect();
            quote! { {
                #(let #names = #values;)*
                match rt::at_once::#function(#(#names,)* t) {
                    Some(answer) => answer,
                    None => #path(#(#names,)* t)#at,
                }
            } }
        })))
    }

    /// Whether the receiver may be one of those that are answered at once, and those run the library's methods.
    fn is_at_once(&self, send: &Send, receivers: &[&str], rests: &[&str]) -> bool {
        let module = self.emitter.module;
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

    fn is_of_library_class(&self, class: ClassNumber) -> bool {
        self.emitter.module.classes.is_library(class)
    }
}

fn may_be(known: &Known, class: ClassNumber, name: &str) -> bool {
    match name {
        "SmallInteger" => known.may_be(SMALL),
        "Float" => known.may_be(FLOAT),
        _ => known.is_open() || known.others().contains(&class),
    }
}
