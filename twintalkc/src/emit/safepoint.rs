//! Where scratch may be collected without roots: variables of Rust are handed to the collection, and given back as what
//! they refer to has moved.

use super::call::assigns;
use super::function::Writer;
use crate::ir::{AtOnce, Expr, Kind, Safepoint};
use crate::source::Span;
use proc_macro2::TokenStream;
use quote::quote;

impl Writer<'_> {
    /// The end of a round: fuel, and a collection where the loop takes memory.
    pub(super) fn back_edge(&self, number: usize, span: Span) -> TokenStream {
        let (safepoint, at) = (&self.function.safepoints[number], self.at(span));
        let kept = self.kept(safepoint);
        match (safepoint.collects, &kept[..]) {
            (false, _) => quote!(t.round()#at;),
            (true, []) => quote!(t.tick()#at;),
            (true, kept) => quote! {
                if t.is_due() {
                    [#(#kept),*] = t.collect_with([#(#kept),*]);
                }
                t.round()#at;
            },
        }
    }

    /// What is sent where nothing of the runtime has answered: it may collect.
    pub(super) fn sent_after(&self, at_once: AtOnce, sent: TokenStream) -> TokenStream {
        let kept = at_once.safepoint.map_or_else(Vec::new, |number| self.kept(&self.function.safepoints[number]));
        if kept.is_empty() {
            return sent;
        }
        quote! { {
            let kept = t.keep([#(#kept),*]);
            let answer = #sent;
            [#(#kept),*] = t.kept(kept);
            answer
        } }
    }

    fn kept(&self, safepoint: &Safepoint) -> Vec<TokenStream> {
        self.places(safepoint.keeps_self, &safepoint.keeps)
    }

    /// Where `self` and locals are.
    fn places(&self, with_self: bool, locals: &[usize]) -> Vec<TokenStream> {
        let this = with_self.then(|| if self.in_block { self.block() } else { self.this() });
        this.into_iter().chain(locals.iter().map(|local| self.place(*local))).collect()
    }

    /// A loop, which has variables of Rust for what it lifts off the root stack.
    pub(super) fn lifted(&self, parts: &[&[Expr]], print: impl FnOnce() -> TokenStream) -> TokenStream {
        let last = parts.last().and_then(|body| body.last());
        let Some(Kind::BackEdge(number)) = last.map(|last| &last.kind) else { return print() };
        let end = &self.function.safepoints[*number];
        if end.lifts.is_empty() && !end.lifts_self {
            return print();
        }
        let rooted = self.places(end.lifts_self, &end.lifts);
        self.lifted.set(Some(end));
        let (lifted, printed) = (self.places(end.lifts_self, &end.lifts), print());
        self.lifted.set(None);
        let is_assigned = |local: &&usize| parts.iter().copied().flatten().any(|part| assigns(part, **local));
        let stores = end.lifts.iter().filter(is_assigned).map(|local| {
            let name = self.name(*local);
            self.set_place(*local, quote!(#name))
        });
        quote! { {
            #(let mut #lifted = #rooted;)*
            #printed
            #(#stores)*
        } }
    }
}
