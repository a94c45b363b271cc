//! Messages to the library's collections, answered where they are sent (`rt::quick`) before they are sent at all.

use super::form::Printed;
use super::function::Writer;
use crate::infer::at_once::{DICTIONARIES, INVOLVED, SETS};
use crate::ir::{Const, Expr, Kind, Send};
use crate::known::Held;
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// What making a collection rests on.
const MAKING: &[&str] = &["initialize", "new", "new:", "basicNew", "add:", "with:"];

impl Writer<'_> {
    /// A message that a collection of the library may answer at once: `sent` prints what is done otherwise.
    pub fn quick(&self, send: &Send, span: Span, sent: impl FnOnce(&[TokenStream], &[Held]) -> TokenStream) -> Option<Printed> {
        let at_once = send.at_once.filter(|at_once| at_once.module == "quick")?;
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        // An index as Rust holds it needs no test of what it is.
        let by_index = at_once.function == "ordered_at" && send.arguments.iter().all(|index| index.known.held() == Held::Int);
        let forms = if by_index { vec![Held::Value, Held::Int] } else { vec![Held::Value; operands.len()] };
        let name = if by_index { format_ident!("ordered_at_index") } else { format_ident!("{}", at_once.function) };
        let at = self.at(span);
        Some(Printed::value(self.operands(&operands, &forms, |values| {
            let names: Vec<_> = values.iter().map(|_| self.emitter.temporary()).collect();
            let held: Vec<TokenStream> = names.iter().map(|name| quote!(#name)).collect();
            let sent = self.sent_after(at_once, sent(&held, &forms));
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
}
