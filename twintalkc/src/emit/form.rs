//! The form a value has in Rust: `f64`, `i64` and `bool` where that is certain, else a value word; and what lies between.

use super::function::Writer;
use super::operator::sum;
use crate::ir::{Const, Expr, Kind};
use crate::known::{Held, Known};
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use quote::quote;

/// An expression as printed, and the form that it has.
pub struct Printed {
    pub held: Held,
    pub tokens: TokenStream,
}

impl Printed {
    pub fn new(held: Held, tokens: TokenStream) -> Printed {
        Printed { held, tokens }
    }

    pub fn value(tokens: TokenStream) -> Printed {
        Printed::new(Held::Value, tokens)
    }

    /// In another form, given what is known of the value.
    pub fn held_as(self, wanted: Held, known: &Known) -> TokenStream {
        let Printed { held, tokens } = self;
        if held == wanted {
            return tokens;
        }
        match (held, wanted) {
            (Held::Value, Held::Float) => {
                let value = receives(tokens);
                quote!(#value.float_unchecked())
            }
            (Held::Value, Held::Int) if known.unboxed() => {
                let value = receives(tokens);
                quote!(#value.small_unchecked())
            }
            (Held::Value, Held::Int) => quote!(rt::typed::int(#tokens, t)),
            (Held::Value, Held::Boolean) => quote!((#tokens == rt::Value::TRUE)),
            (_, Held::Value) => boxed(bare(tokens), held, known),
            // Only what never has a value is taken for something that it is not.
            (_, wanted) => {
                let value = boxed(bare(tokens), held, known);
                Printed::value(value).held_as(wanted, known)
            }
        }
    }
}

fn boxed(tokens: TokenStream, held: Held, known: &Known) -> TokenStream {
    match held {
        Held::Value => tokens,
        Held::Float => quote!(rt::Value::float(#tokens)),
        Held::Int if known.unboxed() => quote!(rt::Value::int(#tokens)),
        Held::Int => quote!(rt::integer(#tokens, t)),
        Held::Boolean => quote!(rt::Value::boolean(#tokens)),
    }
}

/// Without the parentheses around all of it.
pub fn bare(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => bare(group.stream()),
        _ => tokens,
    }
}

/// In parentheses where a method call after it would not be parsed as one.
pub fn receives(tokens: TokenStream) -> TokenStream {
    let starts_statement = match tokens.clone().into_iter().next() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(word)) => ["if", "match", "loop", "while"].iter().any(|keyword| word == keyword),
        _ => false,
    };
    if starts_statement { quote!((#tokens)) } else { tokens }
}

/// The Rust type of a form.
pub fn rust_type(held: Held) -> TokenStream {
    match held {
        Held::Value => quote!(rt::Value),
        Held::Float => quote!(f64),
        Held::Int => quote!(i64),
        Held::Boolean => quote!(bool),
    }
}

/// What a variable of a form begins with; it is assigned before it is read, unless that is nil.
pub fn beginning(held: Held) -> TokenStream {
    match held {
        Held::Value => quote!(rt::Value::NIL),
        Held::Float => quote!(0.0),
        Held::Int => quote!(0i64),
        Held::Boolean => quote!(false),
    }
}

impl Writer<'_> {
    /// An expression in the form that is wanted. Other forms than a value may be asked for only where they are certain.
    pub fn held(&self, expression: &Expr, wanted: Held) -> TokenStream {
        match &expression.kind {
            Kind::If(..) | Kind::IfNil(..) | Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) => {
                self.control_value(expression, wanted)
            }
            Kind::And(first, rest) if wanted == Held::Boolean => {
                let (first, rest) = (self.condition(first), self.conditions(rest));
                quote!((#first && #rest))
            }
            Kind::Or(first, rest) if wanted == Held::Boolean => {
                let (first, rest) = (self.condition(first), self.conditions(rest));
                quote!((#first || #rest))
            }
            Kind::And(first, rest) => {
                let (first, rest) = (bare(self.condition(first)), self.values(rest, wanted));
                let known = Known::kinds(crate::known::FALSE);
                let no = Printed::value(quote!(rt::Value::FALSE)).held_as(wanted, &known);
                quote! { if #first { #rest } else { #no } }
            }
            Kind::Or(first, rest) => {
                let (first, rest) = (bare(self.condition(first)), self.values(rest, wanted));
                let known = Known::kinds(crate::known::TRUE);
                let yes = Printed::value(quote!(rt::Value::TRUE)).held_as(wanted, &known);
                quote! { if #first { #yes } else { #rest } }
            }
            Kind::Sequence(all) => {
                let body = self.values(all, wanted);
                quote! { { #body } }
            }
            Kind::Fresh(_) => {
                let statement = self.statement(expression);
                let nil = Printed::value(quote!(rt::Value::NIL)).held_as(wanted, &expression.known);
                quote! { { #statement #nil } }
            }
            Kind::Return(_) | Kind::ReturnHome(_) => {
                let statement = self.statement(expression);
                quote! { { #statement } }
            }
            Kind::Home(inner) => self.home_value(inner, wanted),
            Kind::Send(_)
                if wanted == Held::Int
                    && let Some((symbol, pair)) = sum(expression) =>
            {
                self.operands(&pair, &[Held::Int; 2], |values| {
                    let (a, b) = (&values[0], &values[1]);
                    quote!((#a #symbol #b))
                })
            }
            Kind::Const(constant) if wanted == Held::Value => self.constant(constant),
            // A float constant is exact where an integer is wanted as one.
            Kind::Const(Const::Int(value)) if wanted == Held::Float => super::literal::float(*value as f64),
            _ => self.printed(expression).held_as(wanted, &expression.known),
        }
    }

    /// An expression as a Rust expression of type `Value`.
    pub fn value(&self, expression: &Expr) -> TokenStream {
        self.held(expression, Held::Value)
    }
}

/// An integer literal.
pub fn integer(value: i64) -> TokenStream {
    let literal = Literal::i64_unsuffixed(value);
    quote!(#literal)
}
