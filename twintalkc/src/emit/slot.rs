//! Slots of objects and of twins.

use super::METACLASS;
use super::form::{Printed, bare};
use super::function::{Receiver, Writer, index};
use crate::ir::{DeclaredType, Expr, Representation};
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
            (Representation::Float, Held::Float) => quote!(Float),
            (Representation::Int64, Held::Int) => quote!(Int64),
            (Representation::Boolean, Held::Boolean) => quote!(Boolean),
            (Representation::Value, _) if slot.declared.as_ref().is_some_and(|declared| self.admits(declared, &value.known)) => {
                return self.store_value(class, at, self.value(value));
            }
            _ => return self.set_slot(at, self.value(value)),
        };
        let value = bare(self.held(value, value.known.held()));
        let (name, place) = (self.emitter.struct_name(class), self.emitter.field(class, at));
        let number = Literal::u32_unsuffixed(at as u32);
        quote! { let value = #value; t.put::<#name, _>(#number, |twin| &mut twin.#place, rt::slot::#field::new(value)); }
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
