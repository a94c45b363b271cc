//! Slots of objects and of twins.

use super::METACLASS;
use super::form::{Printed, bare};
use super::function::{Receiver, Writer, index};
use crate::ir::{DeclaredType, Expr, LocalId, Representation};
use crate::known::{self, Held, Known};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl Writer<'_> {
    /// A slot as a value.
    pub fn slot(&self, at: usize) -> TokenStream {
        match self.receiver {
            Receiver::Twin(class) => {
                let (name, field) = (self.emitter.struct_name(class), self.emitter.field(class, at));
                match self.representation(class, at) {
                    Representation::Value => quote!(t.twin::<#name>().#field),
                    _ => quote!(t.load::<#name, _>(|twin| &twin.#field)),
                }
            }
            _ => {
                let (this, at) = (self.this(), index(at));
                quote!(rt::slot(#this, #at, t))
            }
        }
    }

    fn representation(&self, class: u32, at: usize) -> Representation {
        let slot = &self.emitter.module.classes.get(class).slots[at];
        slot.declared.as_ref().map_or(Representation::Value, |declared| declared.representation)
    }

    /// Stores what an expression gives.
    pub fn store(&self, at: usize, value: &Expr) -> TokenStream {
        let Receiver::Twin(class) = self.receiver else { return self.set_slot(at, self.value(value)) };
        let slot = &self.emitter.module.classes.get(class).slots[at];
        let field = match (self.representation(class, at), value.known.held()) {
            (Representation::Float, Held::Float) => quote!(Float::computed),
            (Representation::Int64, Held::Int) => quote!(Int64::new),
            (Representation::Boolean, Held::Boolean) => quote!(Boolean::new),
            (Representation::Value, _) if slot.declared.as_ref().is_some_and(|declared| self.admits(declared, &value.known)) => {
                return self.store_value(class, at, self.value(value));
            }
            _ => return self.set_slot(at, self.value(value)),
        };
        let value = bare(self.held(value, value.known.held()));
        let (name, place) = (self.emitter.struct_name(class), self.emitter.field(class, at));
        let number = Literal::u32_unsuffixed(at as u32);
        quote! { let value = #value; t.put::<#name, _>(#number, |twin| &mut twin.#place, rt::slot::#field(value)); }
    }

    /// Stores a value, checked against the declared type of the slot.
    pub fn set_slot(&self, at: usize, value: TokenStream) -> TokenStream {
        if let Receiver::Twin(class) = self.receiver {
            let slot = &self.emitter.module.classes.get(class).slots[at];
            let value = match &slot.declared {
                Some(declared) if declared.representation == Representation::Value => self.checked(value, declared, &slot.name),
                _ => value,
            };
            return self.store_value(class, at, value);
        }
        let (this, at) = (self.this(), index(at));
        quote! { let value = #value; rt::set_slot(#this, #at, value, t)?; }
    }

    /// Copies slots of an object to locals: it is looked up once.
    pub fn take_slots(&self, object: Option<LocalId>, slots: &[(usize, LocalId)]) -> TokenStream {
        let object = object.map_or_else(|| self.this(), |local| self.local(local));
        let size = size(slots);
        let words: Vec<_> = slots.iter().map(|_| self.emitter.temporary()).collect();
        let at = slots.iter().map(|(at, _)| index(*at));
        let taken = slots.iter().zip(&words).map(|((_, local), word)| {
            let info = &self.function.locals[*local];
            match info.held() {
                Held::Float => self.set_local_as(*local, quote!(rt::typed::float_word(#word))),
                Held::Int if info.known.unboxed() => self.set_local_as(*local, quote!(rt::typed::small_word(#word))),
                Held::Int => self.set_local_as(*local, quote!(rt::typed::int(rt::typed::value_word(#word), t))),
                Held::Boolean => self.set_local_as(*local, quote!(rt::typed::boolean_word(#word))),
                Held::Value => self.set_local(*local, quote!(rt::typed::value_word(#word))),
            }
        });
        quote! {
            let [#(#words),*] = { let words = rt::first_words::<#size>(#object, t); [#(words[#at]),*] };
            #(#taken)*
        }
    }

    fn set_local_as(&self, local: LocalId, value: TokenStream) -> TokenStream {
        let name = self.name(local);
        quote! { #name = #value; }
    }

    /// Stores locals in slots of `self`: the object is looked up once.
    pub fn put_slots(&self, slots: &[(usize, LocalId)]) -> TokenStream {
        let this = self.this();
        let stored = slots.iter().map(|(at, local)| {
            let (at, info) = (index(*at), &self.function.locals[*local]);
            let value = Printed::new(info.held(), self.local(*local)).held_as(Held::Value, &info.known);
            (at, value)
        });
        let stored: Vec<_> = stored.collect();
        if let [(at, value)] = &stored[..] {
            return quote! { let value = #value; rt::set_slot(#this, #at, value, t)?; };
        }
        let pairs = stored.iter().map(|(at, value)| quote!((#at, #value)));
        let size = size(slots);
        quote! { let value = [#(#pairs),*]; rt::set_slots::<#size, _>(#this, value, t)?; }
    }

    /// Stores a value in a slot of another object.
    pub fn set_slot_of(&self, object: &Expr, at: usize, value: TokenStream) -> TokenStream {
        let (object, at) = (self.value(object), index(at));
        quote! { let value = #value; rt::set_slot(#object, #at, value, t)?; }
    }

    fn store_value(&self, class: u32, at: usize, value: TokenStream) -> TokenStream {
        let (name, field) = (self.emitter.struct_name(class), self.emitter.field(class, at));
        let number = Literal::u32_unsuffixed(at as u32);
        quote! { let value = #value; t.store::<#name, _>(#number, |twin| &mut twin.#field, value)?; }
    }

    /// Whether a declared type certainly admits a value as it is.
    pub fn admits(&self, declared: &DeclaredType, value: &Known) -> bool {
        let classes = &self.emitter.module.classes;
        let basic = [
            (known::NIL, "UndefinedObject"),
            (known::TRUE, "True"),
            (known::FALSE, "False"),
            (known::SMALL, "SmallInteger"),
            (known::FLOAT, "Float"),
        ];
        let inherits = |class| declared.classes.iter().any(|ancestor| classes.inherits(class, *ancestor));
        let admitted = |(kind, name)| (kind == known::NIL && declared.nil) || classes.library_number(name).is_some_and(inherits);
        let others = || value.classes.as_ref().is_some_and(|all| all.iter().all(|class| *class & METACLASS == 0 && inherits(*class)));
        basic.into_iter().filter(|(kind, _)| value.may_be(*kind)).all(admitted) && (!value.may_be(known::OTHER) || others())
    }

    /// A value that a parameter brings, in the form of its local.
    pub fn taken(&self, local: usize, value: TokenStream) -> TokenStream {
        let info = &self.function.locals[local];
        Printed::value(value).held_as(info.held(), &info.known)
    }
}

/// How many slots there are up to the last of some.
fn size(slots: &[(usize, LocalId)]) -> Literal {
    index(slots.iter().map(|(at, _)| at + 1).max().unwrap_or(0))
}
