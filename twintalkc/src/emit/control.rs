//! Control structures as Rust's own.

use super::function::Writer;
use crate::infer::collects::loop_collects;
use crate::ir::{Const, Expr, Kind, LocalId, Target};
use crate::source::Span;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Writer<'_> {
    /// An expression as a Rust condition; what is no Boolean raises NonBooleanReceiver.
    pub fn condition(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::Const(Const::True) => quote!(true),
            Kind::Const(Const::False) => quote!(false),
            Kind::Send(send) if matches!(send.target, Target::Inline(_)) => self.test(send),
            Kind::And(first, rest) => {
                let (first, rest) = (self.condition(first), self.conditions(rest));
                quote!((#first && #rest))
            }
            Kind::Or(first, rest) => {
                let (first, rest) = (self.condition(first), self.conditions(rest));
                quote!((#first || #rest))
            }
            _ => {
                let value = self.value(expression);
                quote!(rt::truth(#value, t)?)
            }
        }
    }

    fn conditions(&self, all: &[Expr]) -> TokenStream {
        match all {
            [] => quote!(rt::truth(rt::Value::NIL, t)?),
            [only] => self.condition(only),
            [others @ .., last] => {
                let (others, last): (TokenStream, _) = (others.iter().map(|each| self.statement(each)).collect(), self.condition(last));
                quote!({ #others #last })
            }
        }
    }

    fn statements(&self, all: &[Expr]) -> TokenStream {
        all.iter().map(|each| self.statement(each)).collect()
    }

    /// A back-edge: fuel, and a collection where the loop allocates.
    fn back_edge(&self, parts: &[&[Expr]], span: Span) -> TokenStream {
        let at = self.at(span);
        if loop_collects(&self.function.locals, parts) { quote!(t.tick()#at;) } else { quote!(t.round()#at;) }
    }

    /// A control structure whose value is not used.
    pub fn control_statement(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::If(condition, then, otherwise) => {
                let condition = self.condition(condition);
                let (then, otherwise) = (self.statements(then), self.statements(otherwise));
                match (then.is_empty(), otherwise.is_empty()) {
                    (false, false) => quote! { if #condition { #then } else { #otherwise } },
                    (true, false) => quote! { if !#condition { #otherwise } },
                    _ => quote! { if #condition { #then } },
                }
            }
            Kind::IfNil(local, value, nil, present) => {
                let value = self.value(value);
                let set = self.set_local(*local, value);
                let test = self.value(&Expr::new(Kind::Local(*local), expression.span));
                let (nil, present) = (self.statements(nil), self.statements(present));
                quote! { #set if #test.is_nil() { #nil } else { #present } }
            }
            Kind::While { condition, until, body } => {
                let back_edge = self.back_edge(&[condition, body], expression.span);
                let (condition, body) = (self.conditions(condition), self.statements(body));
                let not = until.then(|| quote!(!));
                quote! { while #not #condition { #body #back_edge } }
            }
            Kind::Count { counter, limit, from, to, step, body } => self.count(*counter, *limit, from, to, *step, body),
            Kind::Repeat(body) => {
                let back_edge = self.back_edge(&[body], expression.span);
                let body = self.statements(body);
                quote! { loop { #body #back_edge } }
            }
            _ => TokenStream::new(),
        }
    }

    /// A control structure as a value.
    pub fn control_value(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::If(condition, then, otherwise) => {
                let condition = self.condition(condition);
                let (then, otherwise) = (self.values(then), self.values(otherwise));
                quote! { if #condition { #then } else { #otherwise } }
            }
            Kind::IfNil(local, value, nil, present) => {
                let value = self.value(value);
                let set = self.set_local(*local, value);
                let test = self.value(&Expr::new(Kind::Local(*local), expression.span));
                let (nil, present) = (self.values(nil), self.values(present));
                quote! { { #set if #test.is_nil() { #nil } else { #present } } }
            }
            Kind::Repeat(_) => self.control_statement(expression),
            _ => {
                let statement = self.control_statement(expression);
                quote! { { #statement rt::Value::NIL } }
            }
        }
    }

    /// `to:by:do:`: the limit is evaluated once; each iteration has a counter of its own, so a block may capture it.
    fn count(&self, counter: LocalId, limit: LocalId, from: &Expr, to: &Expr, step: i64, body: &[Expr]) -> TokenStream {
        let small = self.function.locals[counter].immediate;
        let (from_value, to_value) = (self.value(from), self.value(to));
        let to_value = if small { quote!(rt::ops::limit(#to_value, t)?) } else { to_value };
        let (start, stop) = (self.set_local(counter, from_value), self.set_local(limit, to_value));
        let (now, end) = (self.read(counter), self.read(limit));
        let compare = if step > 0 { quote!(less_equal) } else { quote!(greater_equal) };
        let step = Literal::i64_unsuffixed(step);
        let next = self.set_local(counter, quote!(rt::ops::plus(#now, rt::Value::int(#step), t)?));
        let back_edge = self.back_edge(&[body], from.span);
        let body = self.statements(body);
        quote! {
            #start
            #stop
            while rt::truth(rt::ops::#compare(#now, #end, t)?, t)? {
                #body
                #next
                #back_edge
            }
        }
    }

    fn read(&self, local: LocalId) -> TokenStream {
        self.value(&Expr::new(Kind::Local(local), Span::default()))
    }
}
