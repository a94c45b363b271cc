//! Twin classes as structs, with the typed methods Rust code calls.

use super::Emitter;
use crate::ir::{ClassNumber, Method, Representation};
use crate::known::Held;
use crate::names;
use crate::resolve::Class;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// How many arguments `rt::call` takes at most.
const MOST_OF_A_CALL: usize = 4;

impl Emitter<'_> {
    /// The struct of a twin class.
    pub fn struct_name(&self, class: ClassNumber) -> Ident {
        let name = &self.module.classes.get(class).name;
        let clashes = matches!(name.as_str(), "Self" | "PROGRAM" | "Result" | "Option" | "Ok" | "Err" | "Some" | "None");
        if clashes { format_ident!("{name}_") } else { format_ident!("{name}") }
    }

    /// The numbers of the twin classes.
    pub fn twin_classes(&self) -> Vec<ClassNumber> {
        (0..self.module.classes.all.len() as ClassNumber).filter(|class| self.module.classes.get(*class).twin).collect()
    }

    /// All twin structs.
    pub fn twins(&self) -> TokenStream {
        self.twin_classes().into_iter().map(|class| self.twin(class)).collect()
    }

    fn twin(&self, number: ClassNumber) -> TokenStream {
        let class = self.module.classes.get(number);
        let name = self.struct_name(number);
        let constant = self.class_number(number);
        let count = class.slots.len() as u32;
        let count_literal = Literal::u32_unsuffixed(count);
        let fields: Vec<Ident> = (0..class.slots.len()).map(|at| self.field(number, at)).collect();
        let types = class.slots.iter().map(|slot| match slot.declared.as_ref().map(|declared| declared.representation) {
            Some(Representation::Float) => quote!(rt::slot::Float),
            Some(Representation::Int64) => quote!(rt::slot::Int64),
            Some(Representation::Boolean) => quote!(rt::slot::Boolean),
            Some(Representation::Value) | None => quote!(rt::Value),
        });
        let field_docs = class.slots.iter().map(|slot| match &slot.declared {
            Some(declared) => format!(" `{} <{}>`", slot.name, declared.text),
            None => format!(" `{}`", slot.name),
        });
        let indices: Vec<_> = (0..count).map(Literal::u32_unsuffixed).collect();
        let doc = self.class_doc(class);
        let methods: TokenStream = self.public_methods(number).into_iter().collect();
        let perform = self.perform(number);
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug, Default)]
            pub struct #name {
                #(#[doc = #field_docs] pub #fields: #types,)*
                /// The objects its slots refer to.
                pub core: rt::Core,
            }

            impl rt::Row for #name {
                const CLASS: u32 = #constant;
                const SLOTS: u32 = #count_literal;

                fn program() -> &'static rt::Program {
                    &PROGRAM
                }

                fn get(&self, slot: u32) -> rt::Word {
                    match slot {
                        #(#indices => rt::Slot::word(self.#fields),)*
                        _ => rt::Word::NIL,
                    }
                }

                fn put(&mut self, slot: u32, word: rt::Word) {
                    match slot {
                        #(#indices => self.#fields = rt::Slot::from_word(word),)*
                        _ => {}
                    }
                }

                fn core(&mut self) -> &mut rt::Core {
                    &mut self.core
                }

                #perform
            }

            impl #name {
                #methods
            }
        }
    }

    /// A message to the running twin by its selector: one match finds the methods of the class, the others are
    /// dispatched like messages to anything.
    fn perform(&self, class: ClassNumber) -> TokenStream {
        let methods = self.module.methods.iter().filter(|method| self.is_own(class, method));
        let arms: TokenStream = methods
            .filter_map(|method| {
                let (number, arguments) = (self.symbol_number(method.selector), self.arguments(method.selector));
                let call = self.call(class, false, method.selector, &arguments, false)?;
                Some(quote! { (#number, &[#(#arguments),*]) => #call, })
            })
            .collect();
        quote! {
            #[inline(always)]
            fn perform(selector: u32, arguments: &[rt::Value], t: &mut rt::Turn) -> rt::Answer {
                match (selector, arguments) {
                    #arms
                    _ => t.program_send(selector, rt::Value::SELF, arguments),
                }
            }
        }
    }

    fn class_doc(&self, class: &Class) -> String {
        let kind = if class.twin { "Twin class" } else { "Class" };
        let mut doc = format!(" {kind} `{}` ({}:{}).", class.name, self.path(class.span), self.line(class.span));
        if let Some(comment) = &class.comment {
            doc.push_str("\n\n ");
            doc.push_str(&comment.replace('\n', "\n "));
        }
        doc
    }

    /// `create`, and a method for every message that may be sent from outside: a whole turn each.
    fn public_methods(&self, class: ClassNumber) -> Vec<TokenStream> {
        let name = &self.module.classes.get(class).name;
        let initialize = self.symbol_number(self.module.symbols.number("initialize").unwrap_or_default());
        let doc = format!(" A new `{name}`, initialized in its first turn.");
        let mut out = vec![quote! {
            #[doc = #doc]
            pub fn create(turn: &mut rt::Turn) -> Result<Self, rt::Failed> {
                let mut twin = Self::default();
                turn.transact(&mut twin, |t| t.send(#initialize, rt::Value::SELF, &[]))?;
                Ok(twin)
            }
        }];
        let methods = self.module.methods.iter();
        out.extend(methods.filter(|method| self.is_public(class, method)).map(|method| self.public_method(class, method)));
        out
    }

    fn is_public(&self, class: ClassNumber, method: &Method) -> bool {
        method.external && self.is_own(class, method)
    }

    /// Whether the twins of a class run a method for its selector.
    fn is_own(&self, class: ClassNumber, method: &Method) -> bool {
        let nearest = self.module.understood.lookup(&self.module.classes, class, false, method.selector);
        method.class == class && !method.class_side && nearest == Some((method.origin, false))
    }

    /// The selectors of a class that may be sent from outside.
    pub fn external(&self, class: ClassNumber) -> Vec<u32> {
        let methods = self.module.methods.iter();
        let mut selectors: Vec<u32> = methods.filter(|method| self.is_public(class, method)).map(|method| method.selector).collect();
        selectors.sort_unstable();
        selectors
    }

    fn public_method(&self, class: ClassNumber, method: &Method) -> TokenStream {
        let name = format_ident!("{}", method.rust_name);
        let module = self.module_name(class, false);
        let function = self.boxed_name(class, method.origin, false, method.selector);
        let locals = &method.function.locals[..method.function.arguments];
        let arguments: Vec<Ident> = locals
            .iter()
            .map(|local| {
                let name = names::variable(&local.name);
                if matches!(name.as_str(), "turn" | "twin") { format_ident!("{name}_") } else { format_ident!("{name}") }
            })
            .collect();
        let pattern = pattern(&method.selector_text, locals.iter().map(|local| local.name.as_str()));
        let turn = if arguments.len() <= MOST_OF_A_CALL {
            let unboxed = self.unboxed(method);
            let function = if unboxed.is_some() { Self::unboxed_name(&function) } else { function };
            let given = arguments.iter().zip(locals).enumerate().map(|(at, (argument, local))| {
                let is_float = unboxed.as_ref().is_some_and(|forms| forms[at] == Held::Float);
                let name = &local.name;
                if is_float { quote!(rt::float(#name, #argument)) } else { quote!(#argument) }
            });
            quote!(turn.deliver(self, rt::call(#module::#function, (#(#given,)*))))
        } else {
            quote! {
                turn.transact(self, |t| {
                    #(let #arguments = #arguments.argument(t)?;)*
                    #module::#function(#(#arguments,)* t)
                })
            }
        };
        let doc = format!(" `{pattern}`, as a turn of its own ({}:{}).", self.path(method.span), self.line(method.span));
        quote! {
            #[doc = #doc]
            pub fn #name(&mut self, #(#arguments: impl rt::Argument,)* turn: &mut rt::Turn) -> Result<rt::Value, rt::Failed> {
                #turn
            }
        }
    }
}

/// `at: key put: value` of `at:put:`.
fn pattern<'a>(selector: &str, arguments: impl Iterator<Item = &'a str>) -> String {
    let arguments: Vec<&str> = arguments.collect();
    if arguments.is_empty() {
        return selector.to_string();
    }
    if !selector.contains(':') {
        return format!("{selector} {}", arguments[0]);
    }
    let parts = selector.split_terminator(':').zip(arguments).map(|(key, argument)| format!("{key}: {argument}"));
    parts.collect::<Vec<_>>().join(" ")
}
