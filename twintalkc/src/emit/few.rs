//! Calls of methods that are known: their paths, and the choice among a few by the receiver's class.

use super::METACLASS;
use super::form::Printed;
use super::function::{Receiver, Writer};
use super::signature::Signature;
use crate::ir::{Case, ClassNumber, Expr, Method, Send, Symbol};
use crate::known::{self, Held, Known};
use crate::resolve::Layout;
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::quote;

/// A method that is called directly.
pub struct Callee<'a> {
    pub path: TokenStream,
    pub signature: Signature,
    /// The method, if it is of this module.
    pub method: Option<&'a Method>,
    /// The running twin's own: its function takes no receiver.
    pub own: bool,
    /// The class that defines it, the side, the selector.
    pub key: (ClassNumber, bool, Symbol),
}

impl<'a> Writer<'a> {
    pub fn callee(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> Callee<'a> {
        let (emitter, module) = (self.emitter, self.emitter.module);
        let own = match self.receiver {
            Receiver::Twin(own) if module.classes.get(class).twin && !class_side => Some(own),
            _ => None,
        };
        let home = own.unwrap_or(class);
        let name = emitter.function_name(home, class, class_side, selector);
        let path = emitter.module_name(home, class_side);
        let library = module.understood.implemented_in(class, class_side, selector).is_some_and(|found| found.library);
        let path = if library && !emitter.is_library() { quote!(rt::library::#path::#name) } else { quote!(#path::#name) };
        let method = emitter.methods.get(&(home, class_side, class, selector)).copied();
        let arguments = crate::names::arity(module.symbols.text(selector));
        let signature = method.map_or_else(|| Signature::plain(arguments), |method| emitter.signature(method));
        Callee { path, signature, method, own: own.is_some(), key: (class, class_side, selector) }
    }

    /// A `match` on the receiver's class, with a direct call for each of the cases.
    pub fn few(&self, send: &Send, cases: &[Case], complete: bool, operands: &[&Expr], span: Span, result: &Known) -> Printed {
        let nil_left = !complete && self.is_nil_left(send, cases);
        let complete = complete || nil_left;
        let callees: Vec<Callee> = cases.iter().map(|case| self.callee(case.class, case.class_side, case.selector)).collect();
        if callees.is_empty() || callees.iter().any(|callee| callee.own) {
            let (at, path) = (self.at(span), self.emitter.send_path(send.selector));
            return Printed::value(self.values_of(operands, |values| quote!(#path(#(#values,)* t)#at)));
        }
        let alike = |form: &dyn Fn(&Signature) -> Held, open: Held| {
            let first = form(&callees[0].signature);
            if (complete || first == open) && callees.iter().all(|callee| form(&callee.signature) == first) { first } else { Held::Value }
        };
        let answer = alike(&|signature| signature.answer, Held::Value);
        let arguments = 1..operands.len();
        let mut forms = vec![Held::Value];
        forms.extend(arguments.map(|at| {
            let form = alike(&|signature| signature.arguments[at - 1], Held::Value);
            // A case that takes values gets the argument as it is.
            if form == operands[at].known.held() { form } else { Held::Value }
        }));
        let objects = cases.iter().flat_map(|case| &case.receivers).all(|class| self.is_object_class(*class));
        let class_of = if objects { quote!(rt::typed::object_class) } else { quote!(rt::class_of) };
        let rest = (!complete || nil_left).then(|| self.emitter.send_path(send.selector));
        let at = self.at(span);
        let call = self.operands(operands, &forms, |values| {
            let names: Vec<_> = values.iter().map(|_| self.emitter.temporary()).collect();
            let receiver = &names[0];
            let arms = cases.iter().zip(&callees).enumerate().map(|(i, (case, callee))| {
                let last = complete && i + 1 == cases.len();
                let classes = self.classes(&case.receivers, last);
                let path = &callee.path;
                let taken = (1..names.len()).map(|at| {
                    let name = &names[at];
                    Printed::new(forms[at], quote!(#name)).held_as(callee.signature.arguments[at - 1], &operands[at].known)
                });
                let call = quote!(#path(#receiver, #(#taken,)* t));
                let call = if callee.signature.answer == answer {
                    call
                } else {
                    let result = callee.method.map_or_else(Known::any, |method| method.function.result.clone());
                    let boxed = Printed::new(callee.signature.answer, quote!(answer)).held_as(answer, &result);
                    quote!(#call.map(|answer| #boxed))
                };
                quote!(#classes => #call,)
            });
            let arms: TokenStream = arms.collect();
            if nil_left {
                // Nil does not understand it: one test, and the others are told as if they were all there are.
                let nil = (1..names.len()).map(|at| {
                    let name = &names[at];
                    Printed::new(forms[at], quote!(#name)).held_as(Held::Value, &operands[at].known)
                });
                let nil = Printed::value(quote!(#rest(#receiver, #(#nil,)* t)#at)).held_as(answer, result);
                let read = callees[0].method.and_then(super::accessor::slot_read).filter(|_| cases.len() == 1 && answer == Held::Value);
                let told = match read {
                    Some(slot) => quote!(rt::slot(#receiver, #slot, t)),
                    None => quote!(match #class_of(#receiver, t) { #arms }#at),
                };
                return quote! { { #(let #names = #values;)* if #receiver.is_nil() { #nil } else { #told } } };
            }
            let rest = rest.map(|path| quote!(_ => #path(#(#names,)* t),));
            quote! { { #(let #names = #values;)* match #class_of(#receiver, t) { #arms #rest }#at } }
        });
        Printed::new(answer, call)
    }

    /// Whether only nil is left for a dispatch to see to.
    fn is_nil_left(&self, send: &Send, cases: &[Case]) -> bool {
        let (known, nil) = (&send.receiver.known, self.emitter.module.classes.library_number("UndefinedObject"));
        let told = |class: &ClassNumber| cases.iter().any(|case| case.receivers.contains(class));
        known.only(known::NIL | known::OTHER)
            && known.may_be(known::NIL)
            && !known.is_open()
            && known.others().iter().all(told)
            && !nil.is_some_and(|nil| told(&nil))
    }

    /// Whether all instances of a class are objects of the heap.
    fn is_object_class(&self, class: ClassNumber) -> bool {
        let classes = &self.emitter.module.classes;
        class & METACLASS == 0 && !classes.get(class).twin && classes.get(class).layout != Layout::Immediate && !classes.is_library(class)
    }

    /// The pattern of some classes.
    fn classes(&self, classes: &[ClassNumber], all_others: bool) -> TokenStream {
        if all_others || classes.is_empty() {
            return quote!(_);
        }
        let numbers = classes.iter().map(|class| match class & METACLASS {
            0 => self.emitter.class_number(*class),
            _ => self.emitter.metaclass_number(class & !METACLASS),
        });
        quote!(#(#numbers)|*)
    }
}
