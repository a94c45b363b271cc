//! Messages to the library's collections, answered where they are sent (`rt::quick`) before they are sent at all.

use super::form::Printed;
use super::function::Writer;
use crate::ir::{Const, Expr, Kind, Send, Target};
use crate::known::{Held, OTHER};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A message, the function that may answer it, and the classes whose instances it answers for.
struct Quick {
    selector: &'static str,
    name: &'static str,
    classes: &'static [&'static str],
}

const fn quick(selector: &'static str, name: &'static str, classes: &'static [&'static str]) -> Quick {
    Quick { selector, name, classes }
}

const ORDERED: &[&str] = &["OrderedCollection"];
const SETS: &[&str] = &["Set", "IdentitySet"];
const DICTIONARIES: &[&str] = &["Dictionary", "IdentityDictionary"];
const ANY: &[&str] = &["OrderedCollection", "Set", "IdentitySet", "Dictionary", "IdentityDictionary", "Array", "ByteString", "ByteArray"];

const ALL: &[Quick] = &[
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
    quick("at:put:", "at_put", &["OrderedCollection", "Dictionary", "IdentityDictionary"]),
];

/// What the library's methods for these rest on: a program that has its own idea of one of them has all of it sent.
const INVOLVED: &[&str] = &[
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

/// What making a collection rests on.
const MAKING: &[&str] = &["initialize", "new", "new:", "basicNew", "add:", "with:"];

impl Writer<'_> {
    /// A message that a collection of the library may answer at once: `sent` prints what is done otherwise.
    pub fn quick(&self, send: &Send, span: Span, sent: impl FnOnce(&[TokenStream], &[Held]) -> TokenStream) -> Option<Printed> {
        let quick = self.quickly(send)?;
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        // An index as Rust holds it needs no test of what it is.
        let by_index = quick.name == "ordered_at" && send.arguments.iter().all(|index| index.known.held() == Held::Int);
        let forms = if by_index { vec![Held::Value, Held::Int] } else { vec![Held::Value; operands.len()] };
        let name = if by_index { format_ident!("ordered_at_index") } else { format_ident!("{}", quick.name) };
        let at = self.at(span);
        Some(Printed::value(self.operands(&operands, &forms, |values| {
            let names: Vec<_> = values.iter().map(|_| self.emitter.temporary()).collect();
            let held: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
            let sent = sent(&held, &forms);
            quote! { {
                #(let #names = #values;)*
                match rt::quick::#name(#(#names,)* t)#at {
                    Some(answer) => answer,
                    None => #sent,
                }
            } }
        })))
    }

    /// `new` of a collection of the library: what its methods would store in the instance is there from the start.
    pub fn new_collection(&self, send: &Send, sent: impl FnOnce(&[TokenStream]) -> TokenStream) -> Option<Printed> {
        let Kind::Const(Const::Class(class)) = send.receiver.kind else { return None };
        let module = self.emitter.module;
        if self.emitter.is_library() || !module.classes.is_library(class) {
            return None;
        }
        let name = module.classes.get(class).name.as_str();
        let made = [name, send.text.as_str()];
        let hashed = SETS.contains(&name) || DICTIONARIES.contains(&name);
        if !(hashed && send.text == "new" || name == "OrderedCollection" && ["new", "new:", "with:"].contains(&send.text.as_str()))
            || module.extends(MAKING, name)
            || module.extends(INVOLVED, name)
            || module.extends(&["new", "basicNew"], "Class")
        {
            return None;
        }
        let number = self.emitter.class_number(class);
        let argument = |form: Held| self.held(&send.arguments[0], form);
        Some(match made {
            [_, "new"] if hashed => Printed::value(quote!(rt::quick::new_hashed(#number, t))),
            [_, "new"] => Printed::value(quote!(rt::quick::new_ordered(t))),
            [_, "with:"] => {
                let (held, value) = (self.emitter.temporary(), argument(Held::Value));
                Printed::value(quote!({ let #held = #value; rt::quick::new_ordered_with(#held, t) }))
            }
            _ if send.arguments[0].known.held() == Held::Int => {
                let (held, value) = (self.emitter.temporary(), argument(Held::Int));
                let class = self.held(&send.receiver, Held::Value);
                let sent = sent(&[class, quote!(rt::integer(#held, t))]);
                Printed::value(quote!({
                    let #held = #value;
                    match rt::quick::new_ordered_for(#held, t) {
                        Some(made) => made,
                        None => #sent,
                    }
                }))
            }
            _ => return None,
        })
    }

    fn quickly(&self, send: &Send) -> Option<&'static Quick> {
        if self.emitter.is_library() {
            return None;
        }
        let module = self.emitter.module;
        let known = &send.receiver.known;
        let operator = matches!(send.target, Target::Operator(_));
        let may_be = |name: &&str| {
            let class = module.classes.library_number(name);
            known.may_be(OTHER) && class.is_some_and(|class| known.others().contains(&class))
        };
        let quick = ALL.iter().find(|quick| {
            // The operators are quick with arrays by themselves, so that nothing is guessed there.
            let guessed = !operator && known.is_open();
            quick.selector == send.text && (guessed || !known.is_open() && quick.classes.iter().any(may_be))
        })?;
        let keeps = quick.classes.iter().all(|class| !module.extends(&[quick.selector], class) && !module.extends(INVOLVED, class));
        keeps.then_some(quick)
    }
}
