//! Dispatch: for each selector one generated `match` on the receiver's class, and one `match` on the selector for what is
//! not known before it runs.
//!
//! In the library `send::x` calls what the program's table has for the selector: `closed::x` of the program where the program
//! implements it, else `closed::x` of the library. A program's `closed::x` decides about what the program defines and leaves
//! the rest to the library's.

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
    text: String,
}

impl Emitter<'_> {
    /// The path of the function that dispatches a selector.
    pub fn send_path(&self, selector: Symbol) -> TokenStream {
        let name = format_ident!("{}", self.names.selector(selector));
        if !self.is_library() && !self.program_implements(selector) && self.in_table(selector) {
            return quote!(rt::library::send::#name);
        }
        self.sent.borrow_mut().insert(selector);
        quote!(send::#name)
    }

    /// Whether the program implements a selector, in a class that it can reach.
    pub fn program_implements(&self, selector: Symbol) -> bool {
        [false, true].iter().any(|side| {
            let mut implementors = self.module.understood.implementors(selector, *side);
            implementors.any(|(class, implementor)| !implementor.library && self.is_printed(class, selector))
        })
    }

    /// Whether the program's method, if there is one, is printed.
    fn is_printed(&self, class: ClassNumber, selector: Symbol) -> bool {
        let reached = &self.module.reached;
        !self.module.target.is_program() || reached.class(class) && reached.selector(selector)
    }

    pub fn library_implements(&self, selector: Symbol) -> bool {
        [false, true].iter().any(|side| self.module.understood.implementors(selector, *side).any(|(_, implementor)| implementor.library))
    }

    /// The dispatch functions and the match on selectors.
    pub fn dispatch(&self) -> TokenStream {
        let mut selectors: BTreeSet<Symbol> = self.sent.borrow().clone();
        let all = self.module.understood.selectors();
        selectors.extend(all.into_iter().filter(|selector| self.is_library() || self.program_implements(*selector)));
        if self.is_library() {
            selectors.extend(&self.module.library_selectors.all);
        }
        let sends: TokenStream = selectors.iter().map(|selector| self.send_function(*selector)).collect();
        let dispatched: Vec<TokenStream> = selectors
            .iter()
            .filter(|selector| if self.is_library() { self.in_table(**selector) } else { self.program_implements(**selector) })
            .map(|selector| self.dispatch_arm(*selector))
            .collect();
        let functions: TokenStream =
            selectors.iter().filter(|selector| self.in_table(**selector)).map(|selector| self.closed_function(*selector)).collect();
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
        let note = self.is_library().then(|| quote!(t.set_dispatched(selector);));
        quote! {
            /// Messages by selector.
            pub mod send {
                use super::*;
                #sends
            }
            /// Messages by selector, to a receiver of the class that is given.
            pub mod closed {
                use super::*;
                #functions
            }
            /// Sends any message, known only now.
            pub fn dispatch(selector: u32, #parameters receiver: rt::Value, arguments: &[rt::Value], t: &mut rt::Turn) -> rt::Answer {
                #note
                match (selector, arguments) {
                    #(#dispatched)*
                    _ => #otherwise,
                }
            }
        }
    }

    /// Names for a selector's arguments.
    pub fn arguments(&self, selector: Symbol) -> Vec<Ident> {
        (1..=arity(self.module.symbols.text(selector))).map(|i| format_ident!("a{i}")).collect()
    }

    fn dispatch_arm(&self, selector: Symbol) -> TokenStream {
        let number = self.symbol_number(selector);
        let name = format_ident!("{}", self.names.selector(selector));
        let arguments = self.arguments(selector);
        if self.is_library() {
            quote! { (#number, [#(#arguments),*]) => (t.sends().#name)(class, receiver, #(*#arguments,)* t), }
        } else {
            quote! { (#number, [#(#arguments),*]) => send::#name(receiver, #(*#arguments,)* t), }
        }
    }

    fn send_function(&self, selector: Symbol) -> TokenStream {
        let name = format_ident!("{}", self.names.selector(selector));
        let arguments = self.arguments(selector);
        let number = self.symbol_number(selector);
        let doc = format!(" `{}`", self.module.symbols.text(selector));
        let body = if self.is_library() {
            quote! {
                let class = rt::class_of(receiver, t);
                (t.sends().#name)(class, receiver, #(#arguments,)* t)
            }
        } else if self.in_table(selector) {
            quote! {
                let class = rt::class_of(receiver, t);
                closed::#name(class, receiver, #(#arguments,)* t)
            }
        } else {
            let arms = self.arms(selector, &arguments, false);
            quote! {
                match rt::class_of(receiver, t) {
                    #arms
                    _ => rt::not_understood(receiver, #number, &[#(#arguments),*], t),
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
        let arms = self.arms(selector, &arguments, self.is_library());
        let otherwise = if self.is_library() {
            quote!(rt::open_send(class, #number, receiver, &[#(#arguments),*], t))
        } else if self.library_implements(selector) {
            quote!({ let class = rt::library_ancestor(class, t); rt::library::closed::#name(class, receiver, #(#arguments,)* t) })
        } else {
            quote!(rt::not_understood(receiver, #number, &[#(#arguments),*], t))
        };
        quote! {
            #[doc = #doc]
            pub fn #name(class: u32, receiver: rt::Value, #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                match class {
                    #arms
                    _ => #otherwise,
                }
            }
        }
    }

    /// The classes that may run a method of the library (or of the program) for a selector, in order.
    fn concerned(&self, selector: Symbol, class_side: bool, library: bool) -> BTreeSet<ClassNumber> {
        let implementors = |side| self.module.understood.implementors(selector, side).filter(move |(_, found)| found.library == library);
        let classes = &self.module.classes;
        let metaclass = classes.library_number("Class");
        if class_side && metaclass.is_some_and(|metaclass| implementors(false).any(|(class, _)| classes.inherits(metaclass, class))) {
            // A class is an instance of `Class`, and inherits what that inherits.
            return (0..classes.all.len() as ClassNumber).collect();
        }
        implementors(class_side).flat_map(|(class, _)| &self.heirs[class as usize]).copied().collect()
    }

    /// A `match` arm for every run of classes that share a method of the library (or of the program).
    fn arms(&self, selector: Symbol, arguments: &[Ident], library: bool) -> TokenStream {
        let mut arms: Vec<Arm> = Vec::new();
        for class_side in [false, true] {
            for class in self.concerned(selector, class_side, library) {
                let Some(call) = self.call(class, class_side, selector, arguments, library) else { continue };
                match arms.last_mut() {
                    Some(arm) if arm.class_side == class_side && arm.last + 1 == class && arm.text == call.to_string() => {
                        arm.last = class;
                    }
                    _ => arms.push(Arm { first: class, last: class, class_side, text: call.to_string(), call }),
                }
            }
        }
        arms.into_iter()
            .map(|Arm { first, last, class_side, call, .. }| {
                let number = |class| if class_side { self.metaclass_number(class) } else { self.class_number(class) };
                let (low, high) = (number(first), number(last));
                if first == last { quote!(#low => #call,) } else { quote!(#low..=#high => #call,) }
            })
            .collect()
    }

    /// The call of the method that instances of a class run, if the library (or the program) has it.
    pub fn call(&self, class: ClassNumber, class_side: bool, selector: Symbol, arguments: &[Ident], library: bool) -> Option<TokenStream> {
        let (module, name) = {
            let (found, side) = self.module.understood.lookup(&self.module.classes, class, class_side, selector)?;
            let implementor = self.module.understood.implemented_in(found, side, selector)?;
            if implementor.library != library || !library && !self.is_printed(found, selector) {
                return None;
            }
            let own = self.module.classes.get(class).twin && self.module.classes.get(found).twin && !side;
            let home = if own { class } else { found };
            let (module, name) = (self.module_name(home, side), self.boxed_name(home, found, side, selector));
            if own {
                return Some(quote!(#module::#name(#(#arguments,)* t)));
            }
            (module, name)
        };
        Some(quote!(#module::#name(receiver, #(#arguments,)* t)))
    }
}
