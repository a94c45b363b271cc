//! The static description of a module: symbols, classes, literals, blocks and entry points.

use super::{Emitter, hash};
use crate::ir::{ClassNumber, Method, Symbol};
use crate::resolve::Layout;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashSet;

impl Emitter<'_> {
    /// `PROGRAM` and what it refers to.
    pub fn program_tables(&self) -> TokenStream {
        let constants = self.constants();
        let symbols = &self.module.visible_symbols()[self.module.library_symbols..];
        let classes = self.class_infos(self.module.classes.library..self.module.classes.all.len());
        let literals = self.literals();
        let class_variables = (self.module.classes.state - self.module.classes.library_state) as u32;
        let blocks = self.block_infos();
        let block_arms = self.block_arms();
        let extensions = self.extensions();
        let extends = !extensions.is_empty();
        let resumes = self.module.resumes;
        let twins = self.twin_classes().into_iter().map(|class| {
            let name = self.struct_name(class);
            quote!(rt::TwinType::of::<#name>())
        });
        let provision = self.module.top.iter().enumerate().map(|(i, top)| {
            let (text, path, line) = (self.text(top.span), self.path(top.span), self.line(top.span));
            let (hash, name) = (hash(text), format_ident!("statement_{}", i + 1));
            quote!(rt::Provision { source: #text, hash: #hash, file: #path, line: #line, run: top::#name })
        });
        let initializers = self.initializers();
        let formerly = self.formerly();
        let alias = self.module.target.is_program().then(|| {
            quote! {
                /// The program's own objects begin here.
                #[allow(dead_code)]
                pub const FIRST_CLASS: u32 = rt::library::CLASS_COUNT;
            }
        });
        quote! {
            #constants
            #alias
            fn call_block(number: u32, block: rt::Value, arguments: &[rt::Value], t: &mut rt::Turn) -> rt::Answer {
                match (number.wrapping_sub(rt::library::BLOCK_COUNT), arguments) {
                    #block_arms
                    _ => rt::wrong_arguments(block, arguments, t),
                }
            }
            /// The module as the runtime sees it.
            pub static PROGRAM: rt::Program = rt::Program {
                symbols: &[#(#symbols),*],
                classes: #classes,
                literals: #literals,
                class_variables: #class_variables,
                dispatch,
                block: call_block,
                blocks: #blocks,
                sends: &SENDS,
                extensions: &[#(#extensions),*],
                extends_library: #extends,
                resumes: #resumes,
                twins: &[#(#twins),*],
                provision: &[#(#provision),*],
                initializers: &[#(#initializers),*],
                formerly: &[#(#formerly),*],
            };
        }
    }

    /// What the runtime needs of its library.
    pub fn library_tables(&self) -> TokenStream {
        let constants = self.constants();
        let symbols = self.module.symbols.all();
        let classes = self.class_infos(0..self.module.classes.all.len());
        let literals = self.literals();
        let blocks = self.block_infos();
        let (class_count, block_count) = (self.module.classes.all.len() as u32, self.blocks.borrow().len() as u32);
        let state = self.module.classes.state as u32;
        let initializers = self.initializers();
        quote! {
            #constants
            /// How many classes the library has; a program's are numbered from here.
            pub const CLASS_COUNT: u32 = #class_count;
            /// How many blocks the library has; a program's are numbered from here.
            pub const BLOCK_COUNT: u32 = #block_count;
            /// How many words of class-side state the library has.
            pub const CLASS_VARIABLES: u32 = #state;
            /// Texts of the library's symbols by number.
            pub static SYMBOLS: &[&str] = &[#(#symbols),*];
            /// The library's classes by number.
            pub static CLASSES: &[rt::ClassInfo] = #classes;
            /// The library's literals.
            pub static LITERALS: &[rt::Literal] = #literals;
            /// The library's blocks by number.
            pub static BLOCKS: &[rt::BlockInfo] = #blocks;
            /// Class-side initialization, superclasses first.
            pub static INITIALIZERS: &[fn(&mut rt::Turn) -> rt::Answer] = &[#(#initializers),*];
            /// Calls a block of the library.
            pub fn block(number: u32, block: rt::Value, arguments: &[rt::Value], t: &mut rt::Turn) -> rt::Answer {
                match t.sends().blocks.get(number as usize) {
                    Some(body) => body(block, arguments, t),
                    None => rt::block_left_out(block, arguments, t),
                }
            }
        }
    }

    /// Numbers of classes and selectors by name.
    fn constants(&self) -> TokenStream {
        let (first_class, first_symbol) =
            if self.is_library() { (0, 0) } else { (self.module.classes.library, self.module.library_symbols) };
        let classes = (first_class..self.module.classes.all.len()).map(|class| {
            let (name, number) = (format_ident!("{}", self.names.class_constant(class as ClassNumber)), Literal::usize_unsuffixed(class));
            let doc = format!(" `{}`", self.module.classes.all[class].name);
            quote! { #[doc = #doc] pub const #name: u32 = #number; }
        });
        let metaclasses = (first_class..self.module.classes.all.len()).map(|class| {
            let name = format_ident!("{}", self.names.class_constant(class as ClassNumber));
            let doc = format!(" `{} class`", self.module.classes.all[class].name);
            quote! { #[doc = #doc] pub const #name: u32 = rt::METACLASS | super::class::#name; }
        });
        let selectors = (first_symbol..self.module.visible_symbols().len()).map(|number| {
            let name = format_ident!("{}", self.names.selector_constant(number as u32));
            let doc = format!(" `{}`", self.module.symbols.text(number as u32).replace('\n', " "));
            let number = Literal::usize_unsuffixed(number);
            quote! { #[doc = #doc] pub const #name: u32 = #number; }
        });
        quote! {
            /// Numbers of the classes.
            pub mod class { #(#classes)* }
            /// Numbers of their metaclasses.
            pub mod metaclass {
                use super::*;
                #(#metaclasses)*
            }
            /// Numbers of the symbols, which are those of the selectors.
            pub mod selector { #(#selectors)* }
        }
    }

    fn class_infos(&self, range: std::ops::Range<usize>) -> TokenStream {
        let infos = range.map(|at| {
            let number = at as ClassNumber;
            let class = self.module.classes.get(number);
            let name = &class.name;
            let superclass = match class.superclass {
                Some(superclass) => {
                    let number = self.class_number(superclass);
                    quote!(Some(#number))
                }
                None => quote!(None),
            };
            let slots = class.slots.iter().map(|slot| {
                let name = &slot.name;
                let declared = match &slot.declared {
                    Some(declared) => {
                        let text = &declared.text;
                        quote!(Some(#text))
                    }
                    None => quote!(None),
                };
                quote!(rt::SlotInfo { name: #name, declared: #declared })
            });
            let layout = match class.layout {
                Layout::Fixed => quote!(rt::Layout::Fixed),
                Layout::Indexed => quote!(rt::Layout::Indexed),
                Layout::Bytes => quote!(rt::Layout::Bytes),
                Layout::Wide => quote!(rt::Layout::Wide),
                Layout::LargeInt => quote!(rt::Layout::LargeInt),
                Layout::Immediate => quote!(rt::Layout::Immediate),
            };
            let class_slots = Literal::usize_unsuffixed(class.class_slots_at);
            let class_slot_names = &class.class_slots;
            let class_variables = class.class_variables.iter().map(|(name, at)| {
                let at = Literal::usize_unsuffixed(*at);
                quote!((#name, #at))
            });
            let package = class.package.as_deref().unwrap_or_default();
            let comment = class.comment.as_deref().unwrap_or_default();
            let source = format!("{}:{}", self.path(class.span), self.line(class.span));
            let symbols = |all: Vec<u32>| all.into_iter().map(|symbol| self.symbol_number(symbol)).collect::<Vec<_>>();
            let selectors = symbols(self.module.understood.selectors_of(number, false));
            let class_selectors = symbols(self.module.understood.selectors_of(number, true));
            let ancestor = self.class_number(self.module.classes.library_ancestor(number));
            let own = |method: &&Method| method.class == number && !method.class_side && method.version.is_none();
            let pragmas = self.module.methods.iter().filter(own).flat_map(|method| {
                let selector = self.symbol_number(method.selector);
                method.pragmas.iter().map(move |pragma| quote!((#selector, #pragma)))
            });
            let twin = class.twin;
            let external = symbols(self.external(number));
            quote! {
                rt::ClassInfo {
                    name: #name,
                    superclass: #superclass,
                    slots: &[#(#slots),*],
                    kind: #layout,
                    class_slots: #class_slots,
                    class_slot_names: &[#(#class_slot_names),*],
                    class_variables: &[#(#class_variables),*],
                    package: #package,
                    comment: #comment,
                    source: #source,
                    selectors: &[#(#selectors),*],
                    class_selectors: &[#(#class_selectors),*],
                    pragmas: &[#(#pragmas),*],
                    library_ancestor: #ancestor,
                    is_twin: #twin,
                    external: &[#(#external),*],
                }
            }
        });
        quote!(&[#(#infos),*])
    }

    fn block_infos(&self) -> TokenStream {
        let blocks = self.blocks.borrow();
        let infos = blocks.iter().map(|block| {
            let (method, ordinal, hash, arguments) = (&block.method, block.ordinal as u32, block.hash, block.arguments as u8);
            let source = &block.source;
            quote!(rt::BlockInfo { method: #method, ordinal: #ordinal, hash: #hash, arguments: #arguments, source: #source })
        });
        quote!(&[#(#infos),*])
    }

    fn block_arms(&self) -> TokenStream {
        let blocks = self.blocks.borrow();
        let arms = blocks.iter().enumerate().map(|(number, block)| {
            let number = Literal::u32_unsuffixed(number as u32);
            let path = &block.path;
            let arguments: Vec<_> = (1..=block.arguments).map(|i| format_ident!("a{i}")).collect();
            quote! { (#number, [#(#arguments),*]) => #path(block, #(*#arguments,)* t), }
        });
        quote!(#(#arms)*)
    }

    /// The names that classes and slots had.
    fn formerly(&self) -> Vec<TokenStream> {
        let told = self.module.formerly.iter().map(|told| {
            let (class, name) = (self.class_number(told.class), &told.name);
            let slot = match &told.slot {
                Some(slot) => quote!(Some(#slot)),
                None => quote!(None),
            };
            quote!(rt::Formerly { class: #class, slot: #slot, name: #name })
        });
        told.collect()
    }

    /// The methods that the program adds to classes of the library, in order.
    fn extensions(&self) -> Vec<TokenStream> {
        let understood = &self.module.understood;
        let mut found: Vec<(bool, ClassNumber, Symbol)> = Vec::new();
        for selector in understood.selectors() {
            for side in [false, true] {
                let own = understood.implementors(selector, side).filter(|(_, implementor)| !implementor.library);
                let added = own.filter(|(class, _)| self.module.classes.is_library(*class));
                found.extend(added.map(|(class, _)| (side, class, selector)));
            }
        }
        found.sort_unstable();
        let pairs = found.into_iter().map(|(side, class, selector)| {
            let class = if side { self.metaclass_number(class) } else { self.class_number(class) };
            let selector = self.symbol_number(selector);
            quote!((#class, #selector))
        });
        pairs.collect()
    }

    /// Class-side `initialize` of the module's own classes: pools before the others, for these see their variables; and pre-order
    /// puts superclasses first.
    fn initializers(&self) -> Vec<TokenStream> {
        let Some(initialize) = self.module.symbols.number("initialize") else { return Vec::new() };
        let understood = &self.module.understood;
        let classes = &self.module.classes;
        let pools: HashSet<ClassNumber> = classes.all.iter().flat_map(|class| &class.pools).flat_map(|pool| classes.chain(*pool)).collect();
        let (mut ordered, others): (Vec<_>, Vec<_>) = (0..classes.all.len() as ClassNumber).partition(|class| pools.contains(class));
        ordered.extend(others);
        let own = ordered.into_iter().filter(|class| {
            understood.implemented_in(*class, true, initialize).is_some_and(|implementor| implementor.library == self.is_library())
        });
        own.map(|class| {
            let (module, number) = (self.module_name(class, true), self.class_number(class));
            let name = self.boxed_name(class, class, true, initialize);
            quote!(|t| #module::#name(rt::Value::class(#number), t))
        })
        .collect()
    }
}
