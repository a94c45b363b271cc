//! Sends, and operands that wait for later ones.

use super::form::{Printed, bare};
use super::function::Writer;
use crate::infer::collects::{immediate, may_collect};
use crate::ir::{Expr, Kind, LocalId, Send, Target};
use crate::known::{Held, Known};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::quote;

impl Writer<'_> {
    /// A message in the form of what it answers; `result` is what is known of that.
    pub fn send(&self, send: &Send, result: &Known, span: Span) -> Printed {
        let operands: Vec<&Expr> = std::iter::once(&send.receiver).chain(&send.arguments).collect();
        if let Some(native) = self.native(send).or_else(|| self.rounding(send, result, span)) {
            return native;
        }
        if let Some(at_once) = self.at_once(send, &operands, span) {
            return at_once;
        }
        match &send.target {
            Target::Inline(_) => Printed::new(Held::Boolean, self.test(send)),
            Target::Operator(name) => {
                let sent = |values: &[TokenStream], forms: &[Held]| {
                    let (at, name) = (self.at(span), quote::format_ident!("{name}"));
                    let module = if forms.contains(&Held::Int) { quote!(typed) } else { quote!(ops) };
                    quote!(rt::#module::#name(#(#values,)* t)#at)
                };
                self.quick(send, span, sent).unwrap_or_else(|| self.operator(send, name, result, span))
            }
            Target::NotUnderstood => {
                let (at, selector) = (self.at(span), self.emitter.symbol_number(send.selector));
                Printed::value(self.values_of(&operands, |values| {
                    let (receiver, arguments) = (&values[0], &values[1..]);
                    quote!(rt::not_understood(#receiver, #selector, &[#(#arguments),*], t)#at)
                }))
            }
            Target::New { class, initialize } => self.make(*class, *initialize, span),
            Target::Method { class, class_side } => {
                let sent = |values: &[TokenStream], _: &[Held]| {
                    let (at, path) = (self.at(span), self.callee(*class, *class_side, send.selector).path);
                    quote!(#path(#(#values,)* t)#at)
                };
                let made = self.new_collection(send, |values| sent(values, &[]));
                let quick = made.or_else(|| self.quick(send, span, sent));
                quick.unwrap_or_else(|| self.direct(send, *class, *class_side, &operands, span))
            }
            Target::Few { cases, complete } => self.few(send, cases, *complete, &operands, span, result),
            Target::Dispatch => {
                let sent = |values: &[TokenStream]| {
                    let (at, path) = (self.at(span), self.emitter.send_path(send.selector));
                    quote!(#path(#(#values,)* t)#at)
                };
                let quick = self.quick(send, span, |values, _| sent(values));
                quick.unwrap_or_else(|| Printed::value(self.values_of(&operands, sent)))
            }
        }
    }

    /// A call of the one method a send can reach.
    fn direct(&self, send: &Send, class: u32, class_side: bool, operands: &[&Expr], span: Span) -> Printed {
        let callee = self.callee(class, class_side, send.selector);
        if let Some(inlined) = self.accessor(&callee, operands, span) {
            return inlined;
        }
        let at = if send.hands_over { quote!(?) } else { self.at(span) };
        let path = &callee.path;
        let (skipped, mut forms) = if callee.own { (1, Vec::new()) } else { (0, vec![Held::Value]) };
        forms.extend(&callee.signature.arguments);
        let call = self.operands(&operands[skipped..], &forms, |values| quote!(#path(#(#values,)* t)#at));
        Printed::new(callee.signature.answer, call)
    }

    /// A new instance, initialized.
    fn make(&self, class: u32, initialize: Option<u32>, span: Span) -> Printed {
        let number = self.emitter.class_number(class);
        let slots = super::function::index(self.emitter.module.classes.get(class).slots.len());
        let made = quote!(rt::new_instance(#number, #slots, t));
        let Some((defined, selector)) = initialize.zip(self.emitter.module.symbols.number("initialize")) else {
            return Printed::value(made);
        };
        let callee = self.callee(defined, false, selector);
        let (at, path) = (self.at(span), &callee.path);
        Printed::new(callee.signature.answer, quote!(#path(#made, t)#at))
    }

    /// Notes the place in a backtrace if the call fails.
    pub fn at(&self, span: Span) -> TokenStream {
        self.traced.set(true);
        let line = proc_macro2::Literal::u32_unsuffixed(self.emitter.line(span));
        quote!(.at(&HERE, #line, t)?)
    }

    /// Evaluates operands as values.
    pub fn values_of(&self, operands: &[&Expr], make: impl FnOnce(&[TokenStream]) -> TokenStream) -> TokenStream {
        self.operands(operands, &vec![Held::Value; operands.len()], make)
    }

    /// Evaluates operands from left to right, each in its form, and hands them over.
    ///
    /// Where a later operand may collect, an earlier one waits on the root stack, unless it is a constant or a variable
    /// that is not assigned meanwhile: those are read when all is ready.
    pub fn operands(&self, operands: &[&Expr], forms: &[Held], make: impl FnOnce(&[TokenStream]) -> TokenStream) -> TokenStream {
        let last = operands.iter().rposition(|operand| may_collect(&self.function.locals, operand)).unwrap_or(0);
        if last == 0 {
            let values: Vec<TokenStream> = operands.iter().zip(forms).map(|(operand, form)| self.held(operand, *form)).collect();
            return make(&values);
        }
        let mut before = TokenStream::new();
        let mut after = TokenStream::new();
        let mut values = Vec::new();
        let waiting = self.waiting.get();
        for (i, (operand, form)) in operands.iter().zip(forms).enumerate() {
            let value = self.held(operand, *form);
            if i > last || self.keeps(operand, &operands[i + 1..=last]) {
                values.push(value);
                continue;
            }
            let (held, value) = (self.emitter.temporary(), bare(value));
            before.extend(quote! { let #held = #value; });
            if i < last && *form == Held::Value && !immediate(operand) {
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

/// Whether evaluating an expression assigns a local.
pub(super) fn assigns(expression: &Expr, local: LocalId) -> bool {
    let mut found = false;
    expression.visit(&mut |part| {
        found |= match &part.kind {
            Kind::SetLocal(at, _) | Kind::Fresh(at) | Kind::IfNil(at, ..) => *at == local,
            Kind::Count { counter, limit, .. } => *counter == local || *limit == local,
            Kind::Each(each) => each.element == Some(local) || each.key == Some(local),
            Kind::TakeSlots(_, slots) => slots.iter().any(|(_, at)| *at == local),
            _ => false,
        };
    });
    found
}
