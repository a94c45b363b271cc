//! Elements by index: `at:` and `at:put:`, where the index is one of Rust's integers or is computed from what may be some.

use super::form::Printed;
use super::function::Writer;
use super::operator::{addends, operand, sum};
use crate::ir::{Expr, Kind, Send};
use crate::known::{Held, Known};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// How an index is handed over.
enum Index<'e> {
    /// As an integer: a sum of a few is one however large it is.
    Integer(&'e Expr),
    /// As what is to be added up, which may be integers.
    Parts(TokenStream, [&'e Expr; 2]),
}

impl Writer<'_> {
    /// `at:` or `at:put:`, unless nothing is known of the index.
    pub fn element(&self, send: &Send, span: Span) -> Option<Printed> {
        let (index, value) = match &send.arguments[..] {
            [index] => (index, None),
            [index, value] => (index, Some(value)),
            _ => return None,
        };
        let index = self.index(index, value, span)?;
        let receiver = &send.receiver.known;
        let name = match (self.is_array(receiver), value) {
            (true, None) => "array_at",
            (true, Some(_)) => "array_at_put",
            (false, None) if self.may_be_text(receiver) => "at_text",
            (false, None) => "at",
            (false, Some(_)) => "at_put",
        };
        let (mut operands, mut forms) = (vec![&send.receiver], vec![Held::Value]);
        match &index {
            Index::Integer(index) => {
                operands.push(index);
                forms.push(Held::Int);
            }
            Index::Parts(_, parts) => {
                operands.extend(parts);
                forms.extend(parts.iter().map(|part| if sum(part).is_some() { Held::Int } else { operand(&part.known) }));
            }
        }
        operands.extend(value);
        forms.extend(value.map(|_| Held::Value));
        let (at, name) = (self.at(span), format_ident!("{name}"));
        Some(Printed::value(self.operands(&operands, &forms, |values| {
            let (receiver, rest) = (&values[0], &values[1..]);
            match &index {
                Index::Integer(_) => quote!(rt::typed::#name(#receiver, #(#rest,)* t)#at),
                Index::Parts(kind, _) => {
                    let ([a, b], value) = ([&rest[0], &rest[1]], &rest[2..]);
                    quote!(rt::typed::#name(#receiver, rt::typed::#kind(#a, #b), #(#value,)* t)#at)
                }
            }
        })))
    }

    fn index<'e>(&self, index: &'e Expr, value: Option<&Expr>, span: Span) -> Option<Index<'e>> {
        if sum(index).is_some() || index.known.held() == Held::Int {
            return Some(Index::Integer(index));
        }
        let Kind::Send(send) = &index.kind else { return None };
        let (_, parts) = addends(send)?;
        let may_count = |part: &&Expr| part.known.held() == Held::Int || sum(part).is_some() || part.known.held() == Held::Value;
        // What fails is told by the line of its message, and before what comes next is evaluated.
        let alone = self.emitter.line(index.span) == self.emitter.line(span);
        let simple = |value: &Expr| matches!(value.kind, Kind::Const(_) | Kind::This | Kind::Local(_));
        if !alone || !parts.iter().all(may_count) || !value.is_none_or(simple) {
            return None;
        }
        let kind = if matches!(send.target, crate::ir::Target::Operator("plus")) { quote!(Sum) } else { quote!(Difference) };
        Some(Index::Parts(kind, parts))
    }

    /// Whether a value is an Array, if it is an object of the heap.
    fn is_array(&self, known: &Known) -> bool {
        let array = self.emitter.module.classes.library_number("Array");
        !self.emitter.is_library() && !known.is_open() && known.others().len() == 1 && array == known.others().first().copied()
    }

    /// Whether a receiver may be a string, as far as is known.
    fn may_be_text(&self, known: &Known) -> bool {
        let string = self.emitter.module.classes.library_number("ByteString");
        !self.emitter.is_library() && (known.is_open() || string.is_some_and(|string| known.others().contains(&string)))
    }
}
