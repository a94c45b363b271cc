//! Frames: what happens at the entry of a function and when it answers, and where the root stack holds what.

use super::form::{beginning, rust_type};
use super::function::{Receiver, Writer, index, limits};
use super::signature::Signature;
use crate::infer::versions::is_guard;
use crate::ir::DeclaredType;
use crate::known::Held;
use proc_macro2::TokenStream;
use quote::quote;

impl Writer<'_> {
    /// The entry check, the frame of roots and the home around the statements. A method that hands over to a version is two
    /// functions, of which the one that tests is short, so that it can be copied to where it is called.
    pub(super) fn body(&self, result: Option<&DeclaredType>, parameters: &[Held]) -> TokenStream {
        let enter = match (self.function.sends, self.function.ticks) {
            (true, true) => quote!(t.enter_and_collect()?;),
            (true, false) => quote!(t.enter()?;),
            (false, _) => quote!(),
        };
        let statements = self.function_statements(result);
        let (checks, temporaries, frame) = (self.checks(parameters), self.temporaries(), self.frame());
        // A collection at the entry must find the arguments on the root stack.
        let body = if self.function.ticks {
            quote! { #checks #frame #enter #temporaries #statements }
        } else {
            quote! { #enter #checks #frame #temporaries #statements }
        };
        let body = if self.function.needs_home {
            quote! { t.home(|home, t| { #body }) }
        } else {
            body
        };
        let Some(guard) = self.guard() else { return body };
        let arguments = &self.names[..self.function.arguments];
        let types = parameters.iter().map(|held| rust_type(*held));
        let answer = Signature::answer_of(self.answer);
        quote! {
            #[inline(never)]
            fn general(this: rt::Value, #(#arguments: #types,)* t: &mut rt::Turn) -> #answer { #body }
            #guard
            general(this, #(#arguments,)* t)
        }
    }

    /// Whether the function hands over to a version before it needs anything of its own.
    pub(super) fn guards(&self) -> bool {
        let mut arguments = self.function.locals.iter().take(self.function.arguments);
        self.receiver == Receiver::Object
            && !self.in_block
            && is_guard(self.function)
            && arguments.all(|local| !local.cell && local.declared.is_none())
    }

    /// The test for a version, ahead of the entry check and the frame: the version has its own.
    fn guard(&self) -> Option<TokenStream> {
        if !self.guards() {
            return None;
        }
        let mut function = self.function.clone();
        function.body.truncate(1);
        (function.frame, function.rooted_self) = (0, None);
        function.locals.iter_mut().for_each(|local| local.root = None);
        let mut plain = Writer::new(self.emitter, &function, self.receiver, None, self.title, self.base, self.module);
        plain.answer = self.answer;
        function.body.first().map(|guard| plain.statement(guard))
    }

    /// The arguments are converted to their declared types, and take the form of their locals.
    fn checks(&self, parameters: &[Held]) -> TokenStream {
        let mut out = TokenStream::new();
        for (at, (local, ident)) in self.function.locals.iter().zip(&self.names).take(self.function.arguments).enumerate() {
            if let Some(declared) = &local.declared
                && parameters[at] == Held::Value
            {
                let check = self.checked(quote!(#ident), declared, &local.name);
                out.extend(quote! { let #ident = #check; });
            }
            if local.held() != Held::Value && parameters[at] == Held::Value {
                let taken = self.taken(at, quote!(#ident));
                out.extend(quote! { let #ident = #taken; });
            }
        }
        out
    }

    /// Temporaries that need no root begin as nil.
    fn temporaries(&self) -> TokenStream {
        let mut out = TokenStream::new();
        let safepoints = &self.function.safepoints;
        if self.function.rooted_self.is_none() && safepoints.iter().any(|safepoint| safepoint.keeps_self) {
            let this = if self.in_block { self.block() } else { self.this() };
            out.extend(quote! { let mut #this = #this; });
        }
        for (local, ident) in self.names.iter().enumerate().take(self.function.arguments) {
            if self.function.locals[local].root.is_none() && safepoints.iter().any(|safepoint| safepoint.keeps.contains(&local)) {
                out.extend(quote! { let mut #ident = #ident; });
            }
        }
        let limits = limits(self.function);
        for (at, (local, ident)) in self.function.locals.iter().zip(&self.names).enumerate().skip(self.function.arguments) {
            if local.root.is_none() && !limits.contains(&at) {
                let beginning = beginning(local.held());
                out.extend(quote! { let mut #ident = #beginning; });
            }
        }
        for cursor in (0..self.function.cursors).map(super::each::cursor) {
            out.extend(quote! { let mut #cursor = rt::each::Cursor::NONE; });
        }
        out
    }

    /// The roots: those of `self` and the arguments, of the temporaries, and of operands that wait.
    fn frame(&self) -> TokenStream {
        if !self.framed {
            return TokenStream::new();
        }
        let mut roots = vec![quote!(rt::Value::NIL); self.function.frame + self.most_waiting.get()];
        if let Some(at) = self.function.rooted_self {
            roots[at] = if self.in_block { quote!(block) } else { quote!(this) };
        }
        for (local, ident) in self.function.locals.iter().zip(&self.names).take(self.function.arguments) {
            if let Some(at) = local.root {
                roots[at] = quote!(#ident);
            }
        }
        quote! { let frame = t.frame_of([#(#roots),*]); }
    }

    /// Answers a value: the frame, if there is one, is given back.
    pub fn leave(&self, value: TokenStream) -> TokenStream {
        if self.framed { quote!(rt::leave(frame, #value, t)) } else { quote!(Ok(#value)) }
    }

    /// A root for an operand that waits: free again when the operation has been printed.
    pub fn wait(&self) -> proc_macro2::Literal {
        let waiting = self.waiting.get() + 1;
        self.waiting.set(waiting);
        self.most_waiting.set(self.most_waiting.get().max(waiting));
        index(self.function.frame + waiting - 1)
    }
}
