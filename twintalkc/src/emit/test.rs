//! Messages that are answered in place, and conditions.

use super::form::{bare, receives};
use super::function::Writer;
use super::operator::comparison;
use crate::ir::{Const, Expr, Kind, Send, Target};
use crate::known::{Held, IS_FLOAT, IS_UNBOXED};
use proc_macro2::TokenStream;
use quote::quote;

impl Writer<'_> {
    /// An expression as a Rust condition; what is no Boolean raises NonBooleanReceiver.
    pub fn condition(&self, expression: &Expr) -> TokenStream {
        match &expression.kind {
            Kind::Const(Const::True) => quote!(true),
            Kind::Const(Const::False) => quote!(false),
            Kind::And(..) | Kind::Or(..) => self.held(expression, Held::Boolean),
            Kind::Each(each) if each.step.is_test() => self.each_test(each, expression.span),
            Kind::Sequence(all) => self.conditions(all),
            Kind::If(condition, then, otherwise) if !then.is_empty() && !otherwise.is_empty() => {
                let condition = bare(self.condition(condition));
                let (then, otherwise) = (bare(self.conditions(then)), bare(self.conditions(otherwise)));
                quote!((if #condition { #then } else { #otherwise }))
            }
            Kind::Send(send) if matches!(send.target, Target::Inline(_)) => self.test(send),
            _ if expression.known.held() == Held::Boolean => self.held(expression, Held::Boolean),
            Kind::Send(send) => match (&send.target, &send.arguments[..]) {
                (Target::Operator(name), [other]) if comparison(name).is_some() => {
                    self.comparison(send, name, other, expression.span).tokens
                }
                _ => self.truth(expression),
            },
            _ => self.truth(expression),
        }
    }

    fn truth(&self, expression: &Expr) -> TokenStream {
        let printed = self.printed(expression);
        match printed.held {
            Held::Boolean => printed.tokens,
            _ => {
                let value = printed.held_as(Held::Value, &expression.known);
                quote!(rt::truth(#value, t)?)
            }
        }
    }

    /// Statements of which the last gives a condition.
    pub fn conditions(&self, all: &[Expr]) -> TokenStream {
        match all {
            [] => quote!(rt::truth(rt::Value::NIL, t)?),
            [only] => self.condition(only),
            [others @ .., last] => {
                let others: TokenStream = others.iter().map(|each| self.statement(each)).collect();
                let last = bare(self.condition(last));
                quote!({ #others #last })
            }
        }
    }

    /// A message that is answered in place, as a Rust `bool`.
    pub fn test(&self, send: &Send) -> TokenStream {
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        if let Target::Inline(test @ (IS_UNBOXED | IS_FLOAT)) = send.target {
            return self.kind_test(&send.receiver, test);
        }
        match (send.text.as_str(), &send.arguments[..]) {
            ("isNil", _) => self.nil_test(&send.receiver, true),
            ("notNil", _) => self.nil_test(&send.receiver, false),
            (text, [other]) => {
                let same = text == "==";
                let (a, b) = (send.receiver.known.held(), other.known.held());
                if a == b && matches!(a, Held::Int | Held::Boolean) {
                    let symbol = if same { quote!(==) } else { quote!(!=) };
                    return self.operands(&operands, &[a, b], |values| {
                        let (a, b) = (&values[0], &values[1]);
                        quote!((#a #symbol #b))
                    });
                }
                let bits = one_word(&send.receiver) || one_word(other);
                self.values_of(&operands, |values| match (bits, same) {
                    (true, true) => {
                        let (a, b) = (&values[0], &values[1]);
                        quote!((#a == #b))
                    }
                    (true, false) => {
                        let (a, b) = (&values[0], &values[1]);
                        quote!((#a != #b))
                    }
                    (false, true) => quote!(rt::same(#(#values,)* t)),
                    (false, false) => quote!(!rt::same(#(#values,)* t)),
                })
            }
            _ => TokenStream::new(),
        }
    }

    /// Whether a value is of the form that a version takes.
    fn kind_test(&self, receiver: &Expr, test: &str) -> TokenStream {
        let known = &receiver.known;
        let certain = if test == IS_FLOAT { known.held() == Held::Float } else { known.counts() };
        if certain {
            return quote!(true);
        }
        let value = receives(self.value(receiver));
        if test == IS_FLOAT { quote!(#value.is_float()) } else { quote!(#value.is_small()) }
    }

    fn nil_test(&self, receiver: &Expr, nil: bool) -> TokenStream {
        if let Kind::Local(local) = receiver.kind
            && self.function.locals[local].held() != Held::Value
        {
            return if nil { quote!(false) } else { quote!(true) };
        }
        let not = (!nil).then(|| quote!(!));
        let value = receives(self.value(receiver));
        quote!(#not #value.is_nil())
    }
}

/// A constant that is the same object only as its own word.
fn one_word(expression: &Expr) -> bool {
    matches!(&expression.kind, Kind::Const(constant) if !matches!(constant, Const::Literal(_)))
}
