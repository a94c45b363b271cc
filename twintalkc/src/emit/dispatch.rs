//! Dispatch: for each selector one generated `match` on the receiver's class, and one `match` on the selector for what is
//! not known before it runs.
//!
//! In the library `send::x` is open: where the program has a say it goes through the turn, else `closed::x` decides. In a
//! program `send::x` decides about what the program defines and leaves the rest to the library's `closed::x`.

use super::Emitter;
use crate::ir::{ClassNumber, Symbol};
use crate::names::arity;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Classes that run the same method, by number, as far as they follow each other.
struct Arm {
    first: ClassNumber,
    last: ClassNumber,
    class_side: bool,
    call: TokenStream,
}

impl Emitter<'_> {
    /// The path of the function that dispatches a selector.
    pub fn send_path(&self, selector: Symbol) -> TokenStream {
        let name = format_ident!("{}", self.names.selector(selector));
        if !self.is_library() && !self.program_implements(selector) && self.library_names(selector) {
            return quote!(rt::library::send::#name);
        }
        self.sent.borrow_mut().insert(selector);
        quote!(send::#name)
    }

    fn program_implements(&self, selector: Symbol) -> bool {
        [false, true].iter().any(|side| self.module.understood.implementors(selector, *side).any(|(_, implementor)| !implementor.library))
    }

    fn library_implements(&self, selector: Symbol) -> bool {
        [false, true].iter().any(|side| self.module.understood.implementors(selector, *side).any(|(_, implementor)| implementor.library))
    }

    /// Whether the library has a dispatch function for a selector.
    fn library_names(&self, selector: Symbol) -> bool {
        self.library_implements(selector)
    }

    /// The dispatch functions and the match on selectors.
    pub fn dispatch(&self) -> TokenStream {
        let mut selectors: BTreeSet<Symbol> = self.sent.borrow().clone();
        let all = self.module.understood.selectors();
        selectors.extend(all.into_iter().filter(|selector| self.is_library() || self.program_implements(*selector)));
        let sends: TokenStream = selectors.iter().map(|selector| self.send_function(*selector)).collect();
        let dispatched: Vec<TokenStream> = selectors
            .iter()
            .filter(|selector| if self.is_library() { self.library_implements(**selector) } else { self.program_implements(**selector) })
            .map(|selector| self.dispatch_arm(*selector))
            .collect();
        let closed = self.is_library().then(|| {
            let functions: TokenStream = selectors
                .iter()
                .filter(|selector| self.library_implements(**selector))
                .map(|selector| self.closed_function(*selector))
                .collect();
            quote! {
                /// Messages to instances of library classes, which the class number given names.
                pub mod closed {
                    use super::*;
                    #functions
                }
            }
        });
        let (parameters, otherwise) = if self.is_library() {
            (quote!(class: u32,), quote!(rt::not_understood(receiver, selector, arguments, t)))
        } else {
            (
                quote!(),
                quote!({
                    let class = rt::library_class(receiver, t);
                    rt::library::dispatch(selector, class, receiver, arguments, t)
                }),
            )
        };
        quote! {
            /// Messages by selector.
            pub mod send {
                use super::*;
                #sends
            }
            #closed
            /// Sends any message, known only now.
            pub fn dispatch(selector: u32, #parameters receiver: rt::Value, arguments: &[rt::Value], t: &mut rt::Turn) -> rt::Answer {
                match (selector, arguments) {
                    #(#dispatched)*
                    _ => #otherwise,
                }
            }
        }
    }

    fn arguments(&self, selector: Symbol) -> Vec<Ident> {
        (1..=arity(self.module.symbols.text(selector))).map(|i| format_ident!("a{i}")).collect()
    }

    fn dispatch_arm(&self, selector: Symbol) -> TokenStream {
        let number = self.symbol_number(selector);
        let name = format_ident!("{}", self.names.selector(selector));
        let arguments = self.arguments(selector);
        if self.is_library() {
            quote! { (#number, [#(#arguments),*]) => closed::#name(class, receiver, #(*#arguments,)* t), }
        } else {
            quote! { (#number, [#(#arguments),*]) => send::#name(receiver, #(*#arguments,)* t), }
        }
    }

    fn send_function(&self, selector: Symbol) -> TokenStream {
        let name = format_ident!("{}", self.names.selector(selector));
        let arguments = self.arguments(selector);
        let number = self.symbol_number(selector);
        let doc = format!(" `{}`", self.module.symbols.text(selector));
        let not_understood = quote!(rt::not_understood(receiver, #number, &[#(#arguments),*], t));
        let library = self.library_implements(selector);
        let body = if self.is_library() {
            let closed = if library { quote!(closed::#name(class, receiver, #(#arguments,)* t)) } else { not_understood };
            quote! {
                let class = rt::class_of(receiver, t);
                if t.is_open(class) {
                    return t.program_send(#number, receiver, &[#(#arguments),*]);
                }
                #closed
            }
        } else {
            let arms = self.arms(selector, &arguments, false);
            let otherwise = if library {
                quote!(_ => { let class = rt::library_class(receiver, t); rt::library::closed::#name(class, receiver, #(#arguments,)* t) })
            } else {
                quote!(_ => #not_understood)
            };
            quote! {
                match rt::class_of(receiver, t) {
                    #arms
                    #otherwise
                }
            }
        };
        quote! {
            #[doc = #doc]
            pub fn #name(receiver: rt::Value, #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                #body
            }
        }
    }

    fn closed_function(&self, selector: Symbol) -> TokenStream {
        let name = format_ident!("{}", self.names.selector(selector));
        let arguments = self.arguments(selector);
        let number = self.symbol_number(selector);
        let doc = format!(" `{}`", self.module.symbols.text(selector));
        let arms = self.arms(selector, &arguments, true);
        quote! {
            #[doc = #doc]
            pub fn #name(class: u32, receiver: rt::Value, #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                match class {
                    #arms
                    _ => rt::not_understood(receiver, #number, &[#(#arguments),*], t),
                }
            }
        }
    }

    /// A `match` arm for every run of classes that share a method of the library (or of the program).
    fn arms(&self, selector: Symbol, arguments: &[Ident], library: bool) -> TokenStream {
        let mut arms: Vec<Arm> = Vec::new();
        for class_side in [false, true] {
            for class in 0..self.module.classes.all.len() as ClassNumber {
                let Some(call) = self.call(class, class_side, selector, arguments, library) else { continue };
                match arms.last_mut() {
                    Some(arm) if arm.class_side == class_side && arm.last + 1 == class && arm.call.to_string() == call.to_string() => {
                        arm.last = class;
                    }
                    _ => arms.push(Arm { first: class, last: class, class_side, call }),
                }
            }
        }
        arms.into_iter()
            .map(|Arm { first, last, class_side, call }| {
                let number = |class| if class_side { self.metaclass_number(class) } else { self.class_number(class) };
                let (low, high) = (number(first), number(last));
                if first == last { quote!(#low => #call,) } else { quote!(#low..=#high => #call,) }
            })
            .collect()
    }

    fn call(&self, class: ClassNumber, class_side: bool, selector: Symbol, arguments: &[Ident], library: bool) -> Option<TokenStream> {
        let (module, name) = {
            let (found, side) = self.module.understood.lookup(&self.module.classes, class, class_side, selector)?;
            let implementor = self.module.understood.implemented_in(found, side, selector)?;
            if implementor.library != library {
                return None;
            }
            let own = self.module.classes.get(class).twin && self.module.classes.get(found).twin && !side;
            let home = if own { class } else { found };
            let (module, name) = (self.module_name(home, side), self.function_name(home, found, side, selector));
            if own {
                return Some(quote!(#module::#name(#(#arguments,)* t)));
            }
            (module, name)
        };
        Some(quote!(#module::#name(receiver, #(#arguments,)* t)))
    }
}
