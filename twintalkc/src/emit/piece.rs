//! Methods of twins that are one piece with the turn that runs them.

use super::Emitter;
use super::function::Writer;
use crate::ir::{ClassNumber, Function, Kind, Local, Method, Representation, Sharing, Target};
use crate::known::Held;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// A method of no more expressions than this may become a part of the turns that run it.
const PART_OF_TURN: usize = 32;

impl Emitter<'_> {
    /// Whether a twin's method is so short that it should be one piece with the turn that runs it, where the compiler
    /// sees that nothing has changed between the accesses to the twin. What it calls must not be such a piece as well.
    pub fn is_part_of_turn(&self, function: &Function) -> bool {
        let (mut parts, mut is_leaf) = (0, function.frame == 0 && !function.needs_home);
        let twin = |class: &ClassNumber| self.module.classes.get(*class).twin;
        for expression in &function.body {
            expression.visit(&mut |part| {
                parts += 1;
                is_leaf &= match &part.kind {
                    Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) | Kind::Block(_) | Kind::Each(_) => false,
                    Kind::Send(send) => match &send.target {
                        Target::Method { class, .. } => !twin(class),
                        Target::Few { cases, .. } => !cases.iter().any(|case| twin(&case.class)),
                        _ => true,
                    },
                    _ => true,
                };
            });
        }
        is_leaf && parts <= PART_OF_TURN
    }

    /// The arguments of a twin's method that comes in two parts: one that checks what is declared, and one that takes Floats
    /// as such. Who has them already, from Rust, calls the second.
    pub fn unboxed(&self, method: &Method) -> Option<Vec<Held>> {
        let function = &method.function;
        let is_float = |local: &Local| {
            let declared = local.declared.as_ref();
            declared.is_some_and(|declared| declared.representation == Representation::Float && !declared.nil)
                && local.held() == Held::Float
        };
        let own = method.primitive.is_none() && method.sharing == Sharing::Own && !function.sends && !function.ticks;
        let arguments = function.locals[..function.arguments].iter();
        // The first part checks Floats alone, and the checks must keep their order.
        if arguments.clone().any(|local| local.declared.is_some() && !is_float(local)) {
            return None;
        }
        let forms: Vec<Held> = arguments.map(|local| if is_float(local) { Held::Float } else { Held::Value }).collect();
        let twin = self.module.classes.get(method.class).twin && !method.class_side;
        let is_split = own && twin && self.is_part_of_turn(function) && self.signature(method).is_plain() && forms.contains(&Held::Float);
        is_split.then_some(forms)
    }

    /// The name of the second part.
    pub fn unboxed_name(name: &Ident) -> Ident {
        format_ident!("{name}_unboxed")
    }
}

impl Writer<'_> {
    /// The first part: arguments declared `Float` are checked and taken as such.
    pub fn float_checks(&self, arguments: &[Ident], forms: &[Held]) -> TokenStream {
        let locals = arguments.iter().zip(&self.function.locals).zip(forms);
        let floats = locals.filter(|(_, form)| **form == Held::Float);
        floats
            .filter_map(|((name, local), _)| {
                let checked = self.checked(quote!(#name), local.declared.as_ref()?, &local.name);
                Some(quote! { let #name = #checked.float_unchecked(); })
            })
            .collect()
    }
}
