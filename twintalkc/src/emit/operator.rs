//! Operators: Rust's own on numbers that are certain, `rt::typed` where one guard suffices, else `rt::ops`.

use super::form::{Printed, integer};
use super::function::Writer;
use crate::ir::{Const, Expr, Kind, Send, Target};
use crate::known::{Held, Known, SMALL};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A comparison as Rust writes it.
pub fn comparison(name: &str) -> Option<TokenStream> {
    Some(match name {
        "less" => quote!(<),
        "greater" => quote!(>),
        "less_equal" => quote!(<=),
        "greater_equal" => quote!(>=),
        "equal" => quote!(==),
        "not_equal" => quote!(!=),
        _ => return None,
    })
}

/// Arithmetic on floats as Rust writes it.
fn arithmetic(name: &str) -> Option<TokenStream> {
    Some(match name {
        "plus" => quote!(+),
        "minus" => quote!(-),
        "times" => quote!(*),
        "divide" => quote!(/),
        _ => return None,
    })
}

fn constant(expression: &Expr) -> Option<i64> {
    match expression.kind {
        Kind::Const(Const::Int(value)) => Some(value),
        _ => None,
    }
}

/// Whether an operand can be an `f64`: a float, or an integer that is one exactly.
fn real(known: &Known) -> bool {
    match known.held() {
        Held::Float => true,
        Held::Int => known.unboxed(),
        _ => false,
    }
}

fn number(known: &Known) -> bool {
    matches!(known.held(), Held::Float | Held::Int)
}

/// In which form a guard of `rt::typed` takes an operand.
pub fn operand(known: &Known) -> Held {
    if number(known) { known.held() } else { Held::Value }
}

impl Writer<'_> {
    /// An operator as the form that its operands and its result allow.
    pub fn operator(&self, send: &Send, name: &str, result: &Known, span: Span) -> Printed {
        match (name, &send.arguments[..]) {
            ("size", []) => self.generic(send, name, span),
            ("at" | "at_put", _) => self.element(send, span).unwrap_or_else(|| self.generic(send, name, span)),
            (_, [other]) if comparison(name).is_some() => {
                let certain = number(&send.receiver.known) && number(&other.known) || result.held() == Held::Boolean;
                if certain { self.comparison(send, name, other, span) } else { self.generic(send, name, span) }
            }
            (_, [other]) => self.arithmetic(send, name, other, result, span),
            _ => self.generic(send, name, span),
        }
    }

    /// A comparison as a Rust `bool`.
    pub fn comparison(&self, send: &Send, name: &str, other: &Expr, span: Span) -> Printed {
        let symbol = comparison(name);
        let (a, b) = (&send.receiver.known, &other.known);
        let pair = [&send.receiver, other];
        let alike = a.held() == b.held() && (number(a) || a.held() == Held::Boolean && matches!(name, "equal" | "not_equal"));
        let tokens = if alike {
            self.operands(&pair, &[a.held(), b.held()], |values| {
                let (a, b) = (&values[0], &values[1]);
                quote!((#a #symbol #b))
            })
        } else if real(a) && real(b) {
            self.reals(&pair, |a, b| quote!((#a #symbol #b)))
        } else {
            let at = self.at(span);
            let constant = matches!(name, "equal" | "not_equal") && plain(other) && !number(a);
            let forms = if constant { [Held::Value; 2] } else { [operand(a), operand(b)] };
            let name = match name {
                _ if constant => format_ident!("{name}_constant"),
                "equal" | "not_equal" if forms == [Held::Value; 2] => format_ident!("{name}_values"),
                _ if forms == [Held::Value; 2] && !a.may_be(SMALL) && !b.may_be(SMALL) => format_ident!("{name}_floats"),
                _ => format_ident!("{name}"),
            };
            self.operands(&pair, &forms, |values| quote!(rt::typed::#name(#(#values,)* t)#at))
        };
        Printed::new(Held::Boolean, tokens)
    }

    fn arithmetic(&self, send: &Send, name: &str, other: &Expr, result: &Known, span: Span) -> Printed {
        let (a, b) = (&send.receiver.known, &other.known);
        let pair = [&send.receiver, other];
        if let Some((symbol, pair)) = sum_of(send, true) {
            let sum = self.operands(&pair, &[Held::Int; 2], |values| {
                let (a, b) = (&values[0], &values[1]);
                quote!((#a #symbol #b))
            });
            let is_bounded = result.held() == Held::Int;
            let sum = if is_bounded { sum } else { super::form::bare(sum) };
            return if is_bounded { Printed::new(Held::Int, sum) } else { Printed::value(quote!(rt::integer(#sum, t))) };
        }
        if real(a)
            && real(b)
            && (a.held() == Held::Float || b.held() == Held::Float)
            && let Some(symbol) = arithmetic(name)
        {
            if name != "divide"
                || matches!(other.kind, Kind::Const(Const::Float(by)) if by != 0.0)
                || constant(other).is_some_and(|by| by != 0)
            {
                return Printed::new(Held::Float, self.reals(&pair, |a, b| quote!((#a #symbol #b))));
            }
            let at = self.at(span);
            return Printed::new(Held::Float, self.reals(&pair, |a, b| quote!(rt::typed::divide_float(#a, #b, t)#at)));
        }
        if a.held() == Held::Int
            && b.held() == Held::Int
            && let Some(printed) = self.integers(send, name, other, result)
        {
            return printed;
        }
        let at = self.at(span);
        let forms = [operand(a), operand(b)];
        let (held, suffix) = match result.held() {
            Held::Float if arithmetic(name).is_some() => (Held::Float, "_float"),
            Held::Int => (Held::Int, "_int"),
            _ if forms == [Held::Value; 2] => return self.generic(send, name, span),
            _ => (Held::Value, ""),
        };
        let name = format_ident!("{name}{suffix}");
        Printed::new(held, self.operands(&pair, &forms, |values| quote!(rt::typed::#name(#(#values,)* t)#at)))
    }

    /// Arithmetic on two integers that cannot fail, if it is so.
    fn integers(&self, send: &Send, name: &str, other: &Expr, result: &Known) -> Option<Printed> {
        let (a, b) = (send.receiver.known.range, other.known.range);
        let bounded = result.held() == Held::Int;
        let pair = [&send.receiver, other];
        let infix = |symbol: TokenStream| {
            self.operands(&pair, &[Held::Int; 2], |values| {
                let (a, b) = (&values[0], &values[1]);
                quote!((#a #symbol #b))
            })
        };
        let called = |function: TokenStream| self.operands(&pair, &[Held::Int; 2], |values| quote!(i64::#function(#(#values),*)));
        let tokens = match name {
            "times" if bounded && fits(a, b) => infix(quote!(*)),
            "int_divide" if b.0 > 0 => {
                if a.0 >= 0 {
                    infix(quote!(/))
                } else {
                    called(quote!(div_euclid))
                }
            }
            "modulo" if b.0 > 0 => {
                if a.0 >= 0 {
                    infix(quote!(%))
                } else {
                    called(quote!(rem_euclid))
                }
            }
            "bit_and" => infix(quote!(&)),
            "bit_or" => infix(quote!(|)),
            "bit_shift" => match constant(other)? {
                right if right <= 0 => {
                    let (value, by) = (self.held(&send.receiver, Held::Int), integer(right.saturating_neg().min(63)));
                    quote!((#value >> #by))
                }
                left if bounded && left < 62 && fits(a, (0, 1 << left)) => {
                    let (value, by) = (self.held(&send.receiver, Held::Int), integer(left));
                    quote!((#value << #by))
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(Printed::new(Held::Int, tokens))
    }

    /// Two operands as `f64`.
    fn reals(&self, pair: &[&Expr; 2], make: impl FnOnce(&TokenStream, &TokenStream) -> TokenStream) -> TokenStream {
        let forms = pair.map(|operand| if constant(operand).is_some() { Held::Float } else { operand.known.held() });
        self.operands(pair, &forms, |values| {
            let float = |at: usize| {
                let value = &values[at];
                if forms[at] == Held::Int { quote!((#value as f64)) } else { value.clone() }
            };
            make(&float(0), &float(1))
        })
    }

    /// On any values.
    fn generic(&self, send: &Send, name: &str, span: Span) -> Printed {
        let (at, name) = (self.at(span), format_ident!("{name}"));
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        Printed::value(self.values_of(&operands, |values| quote!(rt::ops::#name(#(#values,)* t)#at)))
    }
}

/// The sum or difference of SmallIntegers, two to four of them, which always fits 64 bits.
pub fn sum(expression: &Expr) -> Option<(TokenStream, [&Expr; 2])> {
    match &expression.kind {
        Kind::Send(send) => sum_of(send, true),
        _ => None,
    }
}

fn sum_of(send: &Send, nested: bool) -> Option<(TokenStream, [&Expr; 2])> {
    let (symbol, pair) = addends(send)?;
    let is_sum = |operand: &Expr| matches!(&operand.kind, Kind::Send(inner) if nested && sum_of(inner, false).is_some());
    pair.iter().all(|operand| operand.known.held() == Held::Int || is_sum(operand)).then_some((symbol, pair))
}

/// What a message adds or subtracts, if it is one that does.
pub fn addends(send: &Send) -> Option<(TokenStream, [&Expr; 2])> {
    let symbol = match send.target {
        Target::Operator("plus") => quote!(+),
        Target::Operator("minus") => quote!(-),
        _ => return None,
    };
    let [other] = &send.arguments[..] else { return None };
    Some((symbol, [&send.receiver, other]))
}

/// Whether the products of two ranges fit 64 bits.
fn fits(a: (i64, i64), b: (i64, i64)) -> bool {
    [a.0, a.1].iter().all(|x| [b.0, b.1].iter().all(|y| x.checked_mul(*y).is_some()))
}

/// A constant that is neither a number nor an object of the heap.
fn plain(expression: &Expr) -> bool {
    match &expression.kind {
        Kind::Const(constant) => !matches!(constant, Const::Literal(_) | Const::Int(_) | Const::Float(_)),
        _ => false,
    }
}
