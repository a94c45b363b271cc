//! Typed signatures: a method whose arguments or answer are certainly Floats, small integers or Booleans takes and answers
//! them as such. Who calls it by its selector alone uses a wrapper that takes values.

use super::Emitter;
use super::form::{Printed, rust_type};
use crate::ir::{ClassNumber, Method, Sharing, Symbol};
use crate::known::Held;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The forms of a method's arguments and of its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    pub arguments: Vec<Held>,
    pub answer: Held,
}

impl Signature {
    /// Values only.
    pub fn plain(arguments: usize) -> Signature {
        Signature { arguments: vec![Held::Value; arguments], answer: Held::Value }
    }

    pub fn is_plain(&self) -> bool {
        self.answer == Held::Value && self.arguments.iter().all(|held| *held == Held::Value)
    }

    pub fn types(&self) -> Vec<TokenStream> {
        self.arguments.iter().map(|held| rust_type(*held)).collect()
    }

    pub fn answer_type(&self) -> TokenStream {
        Self::answer_of(self.answer)
    }

    /// The type of what is answered in a form.
    pub fn answer_of(form: Held) -> TokenStream {
        match form {
            Held::Value => quote!(rt::Answer),
            held => {
                let answer = rust_type(held);
                quote!(Result<#answer, rt::Raised>)
            }
        }
    }
}

impl Emitter<'_> {
    /// How a method is called directly. What is declared is checked inside, so it comes as a value.
    pub fn signature(&self, method: &Method) -> Signature {
        let function = &method.function;
        if self.is_library() || method.primitive.is_some() || method.sharing != Sharing::Own {
            return Signature::plain(function.arguments);
        }
        let arguments = function.locals[..function.arguments].iter();
        Signature {
            arguments: arguments.map(|local| if local.declared.is_some() { Held::Value } else { local.held() }).collect(),
            answer: function.answer(),
        }
    }

    /// The name of the function that takes and answers values.
    pub fn boxed_name(&self, class: ClassNumber, origin: ClassNumber, class_side: bool, selector: Symbol) -> Ident {
        let name = self.function_name(class, origin, class_side, selector);
        match self.methods.get(&(class, class_side, origin, selector)) {
            Some(method) if !self.signature(method).is_plain() => format_ident!("{name}_boxed"),
            _ => name,
        }
    }

    /// The function that takes and answers values, where the method's own does not.
    pub fn wrapper(&self, method: &Method, signature: &Signature, name: &Ident, arguments: &[Ident], twin: bool) -> TokenStream {
        if signature.is_plain() || method.version.is_some() {
            return TokenStream::new();
        }
        let doc = format!(" `{}`, taking and answering values.", method.selector_text);
        let boxed = self.boxed_name(method.class, method.origin, method.class_side, method.selector);
        let (this, receiver) = if twin { (quote!(), quote!()) } else { (quote!(this: rt::Value,), quote!(this,)) };
        let locals = &method.function.locals;
        let taken = arguments.iter().zip(locals).zip(&signature.arguments);
        let taken = taken.map(|((argument, local), held)| Printed::value(quote!(#argument)).held_as(*held, &local.known));
        let answer = Printed::new(signature.answer, quote!(answer)).held_as(Held::Value, &method.function.result);
        quote! {
            #[doc = #doc]
            pub fn #boxed(#this #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                let answer = #name(#receiver #(#taken,)* t)?;
                Ok(#answer)
            }
        }
    }
}
