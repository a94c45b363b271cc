//! Sends, and operands that wait for later ones.

use super::function::{Receiver, Writer};
use crate::infer::collects::{immediate, may_collect};
use crate::ir::{Expr, Kind, LocalId, Send, Target};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

impl Writer<'_> {
    /// A message as the value it answers.
    pub fn send(&self, send: &Send, span: Span) -> TokenStream {
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        match &send.target {
            Target::Inline(_) => {
                let test = self.test(send);
                quote!(rt::Value::boolean(#test))
            }
            Target::Operator(name) => {
                let name = format_ident!("{name}");
                let at = self.at(span);
                self.operands(&operands, |values| quote!(rt::ops::#name(#(#values,)* t)#at))
            }
            Target::NotUnderstood => {
                let (at, selector) = (self.at(span), self.emitter.symbol_number(send.selector));
                self.operands(&operands, |values| {
                    let (receiver, arguments) = (&values[0], &values[1..]);
                    quote!(rt::not_understood(#receiver, #selector, &[#(#arguments),*], t)#at)
                })
            }
            Target::Method { class, class_side } => self.direct(send, *class, *class_side, &operands, span),
            Target::Dispatch | Target::Few { .. } => {
                let at = self.at(span);
                let path = self.emitter.send_path(send.selector);
                self.operands(&operands, |values| quote!(#path(#(#values,)* t)#at))
            }
        }
    }

    /// A call of the one method a send can reach.
    fn direct(&self, send: &Send, class: u32, class_side: bool, operands: &[&Expr], span: Span) -> TokenStream {
        let at = self.at(span);
        let module = &self.emitter.module;
        let own = match self.receiver {
            Receiver::Twin(own) if module.classes.get(class).twin && !class_side => Some(own),
            _ => None,
        };
        let home = own.unwrap_or(class);
        let name = self.emitter.function_name(home, class, class_side, send.selector);
        let path = self.emitter.module_name(home, class_side);
        let library = module.understood.implemented_in(class, class_side, send.selector).is_some_and(|found| found.library);
        let path = if library && !self.emitter.is_library() { quote!(rt::library::#path::#name) } else { quote!(#path::#name) };
        if own.is_some() {
            return self.operands(&operands[1..], |values| quote!(#path(#(#values,)* t)#at));
        }
        self.operands(operands, |values| quote!(#path(#(#values,)* t)#at))
    }

    /// Notes the place in a backtrace if the call fails.
    pub fn at(&self, span: Span) -> TokenStream {
        self.traced.set(true);
        let line = proc_macro2::Literal::u32_unsuffixed(self.emitter.line(span));
        quote!(.at(&HERE, #line, t)?)
    }

    /// A message that is answered in place, as a Rust `bool`.
    pub fn test(&self, send: &Send) -> TokenStream {
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        self.operands(&operands, |values| match send.text.as_str() {
            "==" => quote!(rt::same(#(#values,)* t)),
            "~~" => quote!(!rt::same(#(#values,)* t)),
            "isNil" => quote!(#(#values)*.is_nil()),
            _ => quote!(!#(#values)*.is_nil()),
        })
    }

    /// Evaluates operands from left to right and hands them over.
    ///
    /// Where a later operand may collect, an earlier one waits on the root stack, unless it is a constant or a variable
    /// that is not assigned meanwhile: those are read when all is ready.
    pub fn operands(&self, operands: &[&Expr], make: impl FnOnce(&[TokenStream]) -> TokenStream) -> TokenStream {
        let last = operands.iter().rposition(|operand| may_collect(&self.function.locals, operand)).unwrap_or(0);
        if last == 0 {
            let values: Vec<TokenStream> = operands.iter().map(|operand| self.value(operand)).collect();
            return make(&values);
        }
        let mut before = TokenStream::new();
        let mut after = TokenStream::new();
        let mut values = Vec::new();
        let waiting = self.waiting.get();
        for (i, operand) in operands.iter().enumerate() {
            if i > last || self.keeps(operand, &operands[i + 1..=last]) {
                values.push(self.value(operand));
                continue;
            }
            let (held, value) = (self.emitter.temporary(), self.value(operand));
            before.extend(quote! { let #held = #value; });
            if i < last && !immediate(operand) {
                let at = self.wait();
                before.extend(quote! { t.set_root(frame + #at, #held); });
                after.extend(quote! { let #held = t.root(frame + #at); });
            }
            values.push(quote!(#held));
        }
        let made = make(&values);
        self.waiting.set(waiting);
        quote! { { #before #after #made } }
    }

    /// Whether an operand reads the same after the later operands have run.
    fn keeps(&self, operand: &Expr, later: &[&Expr]) -> bool {
        match &operand.kind {
            Kind::Const(_) | Kind::This => true,
            Kind::Local(local) => !self.function.locals[*local].cell && !later.iter().any(|other| assigns(other, *local)),
            _ => false,
        }
    }
}

fn assigns(expression: &Expr, local: LocalId) -> bool {
    let mut found = false;
    expression.visit(&mut |part| {
        found |= match &part.kind {
            Kind::SetLocal(at, _) | Kind::Fresh(at) | Kind::IfNil(at, ..) => *at == local,
            Kind::Count { counter, limit, .. } => *counter == local || *limit == local,
            _ => false,
        };
    });
    found
}
