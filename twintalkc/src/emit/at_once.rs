//! Messages to characters and numbers that the runtime answers at once, before it looks for a method.

use super::form::Printed;
use super::function::Writer;
use crate::ir::{Expr, Send, Target};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

impl Writer<'_> {
    /// A message that the runtime may answer at once, and the message itself for other receivers.
    pub fn at_once(&self, send: &Send, operands: &[&Expr], span: Span) -> Option<Printed> {
        let at_once = send.at_once.filter(|at_once| at_once.module == "at_once")?;
        let path = match &send.target {
            Target::Method { class, class_side } => self.callee(*class, *class_side, send.selector).path,
            _ => self.emitter.send_path(send.selector),
        };
        let (at, function) = (self.at(span), format_ident!("{}", at_once.function));
        Some(Printed::value(self.values_of(operands, |values: &[TokenStream]| {
            let names: Vec<_> = values.iter().map(|_| self.emitter.temporary()).collect();
            let sent = self.sent_after(at_once, quote!(#path(#(#names,)* t)#at));
            quote! { {
                #(let #names = #values;)*
                match rt::at_once::#function(#(#names,)* t) {
                    Some(answer) => answer,
                    None => #sent,
                }
            } }
        })))
    }
}
