//! Literals that need the heap: entries of the module's frozen table.

use super::Emitter;
use crate::ast::Literal;
use proc_macro2::TokenStream;
use quote::quote;

/// A float as a Rust expression, whatever its value.
pub fn float(value: f64) -> TokenStream {
    if value.is_finite() {
        let literal = proc_macro2::Literal::f64_unsuffixed(value.abs());
        return if value.is_sign_negative() { quote!(-#literal) } else { quote!(#literal) };
    }
    let bits = value.to_bits();
    quote!(f64::from_bits(#bits))
}

impl Emitter<'_> {
    /// The table of a module's literals.
    pub fn literals(&self) -> TokenStream {
        let entries = self.module.literals.iter().map(|literal| self.literal(literal));
        quote!(&[#(#entries),*])
    }

    fn literal(&self, literal: &Literal) -> TokenStream {
        match literal {
            Literal::Nil => quote!(rt::Literal::Nil),
            Literal::True => quote!(rt::Literal::True),
            Literal::False => quote!(rt::Literal::False),
            Literal::Integer(text) => quote!(rt::Literal::Integer(#text)),
            Literal::Float(value) => {
                let value = float(*value);
                quote!(rt::Literal::Float(#value))
            }
            Literal::Fraction { numerator, radix, power } => {
                quote!(rt::Literal::Fraction { numerator: #numerator, radix: #radix, power: #power })
            }
            Literal::Scaled { value, scale } => {
                let digits = value.replace('.', "");
                let denominator = format!("1{}", "0".repeat(value.split_once('.').map_or(0, |(_, fraction)| fraction.len())));
                quote!(rt::Literal::Scaled { numerator: #digits, denominator: #denominator, scale: #scale })
            }
            Literal::Character(c) => quote!(rt::Literal::Character(#c)),
            Literal::String(text) => quote!(rt::Literal::String(#text)),
            Literal::Symbol(text) => {
                let number = self.symbol_number(self.module.symbols.number(text).unwrap_or_default());
                quote!(rt::Literal::Symbol(#number))
            }
            Literal::Array(elements) => {
                let elements = elements.iter().map(|element| self.literal(element));
                quote!(rt::Literal::Array(&[#(#elements),*]))
            }
            Literal::ByteArray(bytes) => quote!(rt::Literal::ByteArray(&[#(#bytes),*])),
        }
    }
}
