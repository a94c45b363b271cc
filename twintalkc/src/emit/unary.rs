//! Messages of the library's numbers and Booleans that Rust has an operation for.

use super::form::{Printed, bare};
use super::function::Writer;
use crate::ir::{Expr, Send};
use crate::known::{Held, Known, UNBOXED};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::quote;

impl Writer<'_> {
    /// A message to a receiver whose class is certain as Rust's own operation, where the library's method is meant.
    pub fn native(&self, send: &Send) -> Option<Printed> {
        let receiver = send.receiver.known.held();
        // What the library sends, a program may redefine.
        if self.emitter.is_library() || !self.is_of_library(send, receiver) {
            return None;
        }
        let of = |result: Held, argument: Option<&Expr>, make: &dyn Fn(&[TokenStream]) -> TokenStream| {
            let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(argument).collect();
            let forms = vec![receiver; operands.len()];
            Some(Printed::new(result, self.operands(&operands, &forms, make)))
        };
        let alone = |result: Held, make: &dyn Fn(&TokenStream) -> TokenStream| of(result, None, &|values| make(&values[0]));
        let argument = send.arguments.first();
        let alike = argument.filter(|argument| argument.known.held() == receiver);
        let pair =
            |make: &dyn Fn(&TokenStream, &TokenStream) -> TokenStream| of(receiver, Some(alike?), &|values| make(&values[0], &values[1]));
        let range = send.receiver.known.range;
        match (receiver, send.text.as_str()) {
            (Held::Float, "abs") => alone(Held::Float, &|x| quote!(f64::abs(#x))),
            (Held::Int, "abs") => alone(Held::Int, &|x| quote!(i64::abs(#x))).filter(|_| range.0 > crate::known::SMALL_INTEGERS.0),
            (Held::Float, "negated") => alone(Held::Float, &|x| quote!((-#x))),
            (Held::Int, "negated") => alone(Held::Int, &|x| quote!((0 - #x))).filter(|_| range.0 > crate::known::SMALL_INTEGERS.0),
            (Held::Float, "squared") => alone(Held::Float, &|x| quote!(f64::powi(#x, 2))),
            (Held::Float, "isZero") => alone(Held::Boolean, &|x| quote!((#x == 0.0))),
            (Held::Int, "isZero") => alone(Held::Boolean, &|x| quote!((#x == 0))),
            (Held::Float, "isNaN") => alone(Held::Boolean, &|x| quote!(f64::is_nan(#x))),
            (Held::Float, "asFloat") => alone(Held::Float, &TokenStream::clone),
            (Held::Int, "asFloat") => alone(Held::Float, &|x| quote!((#x as f64))),
            (Held::Int, "asInteger" | "truncated" | "rounded") => alone(Held::Int, &TokenStream::clone),
            (Held::Int, "even") => alone(Held::Boolean, &|x| quote!((#x & 1 == 0))),
            (Held::Int, "odd") => alone(Held::Boolean, &|x| quote!((#x & 1 == 1))),
            (Held::Float, "max:") => pair(&|x, y| quote!(rt::typed::max(#x, #y))),
            (Held::Float, "min:") => pair(&|x, y| quote!(rt::typed::min(#x, #y))),
            (Held::Int, "max:") => pair(&|x, y| quote!(i64::max(#x, #y))),
            (Held::Int, "min:") => pair(&|x, y| quote!(i64::min(#x, #y))),
            (Held::Int, "bitXor:") => pair(&|x, y| quote!((#x ^ #y))),
            (Held::Boolean, "not") => alone(Held::Boolean, &|x| quote!(!#x)),
            (Held::Boolean, "&") => pair(&|x, y| quote!((#x & #y))),
            (Held::Boolean, "|") => pair(&|x, y| quote!((#x | #y))),
            _ => None,
        }
    }

    /// A root or a rounding of a Float: what is out of the ordinary is sent.
    pub fn rounding(&self, send: &Send, result: &Known, span: Span) -> Option<Printed> {
        if send.receiver.known.held() != Held::Float || self.emitter.is_library() || !self.is_of_library(send, Held::Float) {
            return None;
        }
        let function = match send.text.as_str() {
            "sqrt" => quote!(f64::sqrt),
            "truncated" | "asInteger" => quote!(f64::trunc),
            "floor" => quote!(f64::floor),
            "ceiling" => quote!(f64::ceil),
            "rounded" => quote!(f64::round),
            _ => return None,
        };
        let held = result.held();
        let (x, value) = (self.emitter.temporary(), bare(self.held(&send.receiver, Held::Float)));
        let (at, path) = (self.at(span), self.emitter.send_path(send.selector));
        let sent = Printed::value(quote!(#path(rt::Value::float(#x), t)#at)).held_as(held, result);
        if send.text == "sqrt" {
            let root = Printed::new(Held::Float, quote!(#function(#x))).held_as(held, result);
            return Some(Printed::new(held, quote! { { let #x = #value; if #x >= 0.0 { #root } else { #sent } } }));
        }
        let small = Known::integers(UNBOXED.0, UNBOXED.1);
        let whole = Printed::new(Held::Int, quote!((#function(#x) as i64))).held_as(held, &small);
        let bound = super::literal::float(UNBOXED.1 as f64);
        Some(Printed::new(held, quote! { { let #x = #value; if f64::abs(#x) < #bound { #whole } else { #sent } } }))
    }

    /// Whether receivers of a form run the library's method.
    fn is_of_library(&self, send: &Send, receiver: Held) -> bool {
        let names: &[&str] = match receiver {
            Held::Value => return false,
            Held::Float => &["Float"],
            Held::Int => &["SmallInteger"],
            Held::Boolean => &["True", "False"],
        };
        let module = self.emitter.module;
        names.iter().all(|name| {
            let class = module.classes.library_number(name);
            let found = class.and_then(|class| module.understood.lookup(&module.classes, class, false, send.selector));
            found.and_then(|(class, side)| module.understood.implemented_in(class, side, send.selector)).is_some_and(|found| found.library)
        })
    }
}
