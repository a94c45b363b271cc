//! Control structures as Rust's own.

use super::form::{Printed, bare, integer};
use super::function::Writer;
use crate::ir::{Const, Expr, Kind, LocalId};
use crate::known::Held;
use crate::source::Span;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Writer<'_> {
    fn statements(&self, all: &[Expr]) -> TokenStream {
        all.iter().map(|each| self.statement(each)).collect()
    }

    /// A control structure whose value is not used.
    pub fn control_statement(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::If(condition, then, otherwise) => {
                let negated = self.condition(condition);
                let condition = bare(negated.clone());
                let (then, otherwise) = (self.statements(then), self.statements(otherwise));
                match (then.is_empty(), otherwise.is_empty()) {
                    (false, false) => quote! { if #condition { #then } else { #otherwise } },
                    (true, false) => quote! { if !#negated { #otherwise } },
                    _ => quote! { if #condition { #then } },
                }
            }
            Kind::IfNil(local, value, nil, present) => {
                let set = self.assign(*local, value);
                let present = self.statements(present);
                if self.function.locals[*local].held() != Held::Value {
                    return quote! { #set #present };
                }
                let (test, nil) = (self.read(*local), self.statements(nil));
                quote! { #set if #test.is_nil() { #nil } else { #present } }
            }
            Kind::While { condition, until, body } => self.lifted(&[condition, body], || {
                let (condition, body) = (self.conditions(condition), self.statements(body));
                let (condition, not) = if *until { (condition, Some(quote!(!))) } else { (bare(condition), None) };
                quote! { while #not #condition { #body } }
            }),
            Kind::Count { counter, limit, from, to, step, body } => self.count(*counter, *limit, from, to, *step, body),
            Kind::BackEdge(number) => self.back_edge(*number, expression.span),
            Kind::Repeat(body) => self.lifted(&[body], || {
                let body = self.statements(body);
                quote! { loop { #body } }
            }),
            _ => TokenStream::new(),
        }
    }

    /// A control structure as a value in a form.
    pub fn control_value(&self, expression: &Expr, wanted: Held) -> TokenStream {
        match &expression.kind {
            Kind::If(condition, then, otherwise) => {
                let condition = bare(self.condition(condition));
                let (then, otherwise) = (self.values(then, wanted), self.values(otherwise, wanted));
                quote! { if #condition { #then } else { #otherwise } }
            }
            Kind::IfNil(local, value, nil, present) => {
                let set = self.assign(*local, value);
                let present = self.values(present, wanted);
                if self.function.locals[*local].held() != Held::Value {
                    return quote! { { #set #present } };
                }
                let (test, nil) = (self.read(*local), self.values(nil, wanted));
                quote! { { #set if #test.is_nil() { #nil } else { #present } } }
            }
            Kind::Repeat(_) => self.control_statement(expression),
            _ => {
                let statement = self.control_statement(expression);
                let nil = Printed::value(quote!(rt::Value::NIL)).held_as(wanted, &expression.known);
                quote! { { #statement #nil } }
            }
        }
    }

    /// `to:by:do:`: the limit is evaluated once; each iteration has a counter of its own, so a block may capture it.
    fn count(&self, counter: LocalId, limit: LocalId, from: &Expr, to: &Expr, step: i64, body: &[Expr]) -> TokenStream {
        if self.function.locals[counter].held() == Held::Int {
            return self.count_integers(counter, limit, [from, to], step, body);
        }
        let small = self.function.locals[counter].immediate;
        let start = self.assign(counter, from);
        let stop = if small {
            let to = self.value(to);
            self.set_local(limit, quote!(rt::ops::limit(#to, t)?))
        } else {
            self.assign(limit, to)
        };
        let compare = if step > 0 { quote!(less_equal) } else { quote!(greater_equal) };
        let step = Literal::i64_unsuffixed(step);
        let rounds = self.lifted(&[body], || {
            let (now, end) = (self.read(counter), self.local(limit));
            let next = self.set_local(counter, quote!(rt::typed::plus(#now, #step, t)?));
            let body = self.statements(body);
            quote! {
                while rt::typed::#compare(#now, #end, t)? {
                    #body
                    #next
                }
            }
        });
        quote! { #start #stop #rounds }
    }

    /// The counter is an `i64`, and so is the limit then.
    fn count_integers(&self, counter: LocalId, limit: LocalId, [from, to]: [&Expr; 2], step: i64, body: &[Expr]) -> TokenStream {
        let (counter, limit) = (self.name(counter), self.name(limit));
        let start = bare(self.held(from, Held::Int));
        let (end, limit) = match (&to.kind, to.known.held()) {
            (Kind::Const(Const::Int(limit)), _) => (TokenStream::new(), integer(*limit)),
            (_, Held::Int) => {
                let end = bare(self.held(to, Held::Int));
                (quote! { let #limit = #end; }, quote!(#limit))
            }
            _ => {
                let value = self.value(to);
                let end = if step > 0 { quote!(rt::typed::last_up(#value, t)?) } else { quote!(rt::typed::last_down(#value, t)?) };
                (quote! { let #limit = #end; }, quote!(#limit))
            }
        };
        let compare = if step > 0 { quote!(<=) } else { quote!(>=) };
        let next = if step > 0 { quote!(+=) } else { quote!(-=) };
        let step = Literal::i64_unsuffixed(step.abs());
        let rounds = self.lifted(&[body], || {
            let body = self.statements(body);
            quote! {
                while #counter #compare #limit {
                    #body
                    #counter #next #step;
                }
            }
        });
        quote! { #counter = #start; #end #rounds }
    }

    fn read(&self, local: LocalId) -> TokenStream {
        self.value(&Expr::new(Kind::Local(local), Span::default()))
    }
}
