//! The table by which the library sends: a function for each of its selectors, those of the program's own in their place.
//!
//! The library reaches its methods and blocks through this table alone, so the linker drops what no table names.

use super::Emitter;
use crate::ir::Symbol;
use crate::names::arity;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};

impl Emitter<'_> {
    /// Whether the library's table has an entry for a selector.
    pub fn in_table(&self, selector: Symbol) -> bool {
        self.module.library_selectors.all.contains(&selector)
    }

    fn selector_name(&self, selector: Symbol) -> Ident {
        format_ident!("{}", self.names.selector(selector))
    }

    /// The table's type, the table of nothing and the table of everything.
    pub fn library_sends(&self) -> TokenStream {
        let selectors: Vec<Symbol> = self.module.library_selectors.all.iter().copied().collect();
        let mut arities = BTreeSet::new();
        let (mut fields, mut none, mut all) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
        for selector in &selectors {
            let (name, count) = (self.selector_name(*selector), arity(self.module.symbols.text(*selector)));
            let values = vec![quote!(rt::Value); count + 1];
            let left_out = format_ident!("left_out_{count}");
            arities.insert(count);
            fields.extend(quote! { pub #name: fn(u32, #(#values,)* &mut rt::Turn) -> rt::Answer, });
            all.extend(quote! { #name: closed::#name, });
            // What the library does not implement, nobody has left out.
            none.extend(if self.library_implements(*selector) {
                quote! { #name: #left_out, }
            } else {
                quote! { #name: closed::#name, }
            });
        }
        let left_out = arities.into_iter().map(|count| {
            let name = format_ident!("left_out_{count}");
            let arguments: Vec<Ident> = (1..=count).map(|i| format_ident!("a{i}")).collect();
            quote! {
                fn #name(_: u32, receiver: rt::Value, #(#arguments: rt::Value,)* t: &mut rt::Turn) -> rt::Answer {
                    rt::left_out(receiver, &[#(#arguments),*], t)
                }
            }
        });
        let (lists, names) = self.block_lists();
        quote! {
            /// What the library's sends call: a program's table names what it can reach.
            #[derive(Clone, Copy)]
            pub struct Sends {
                #fields
                /// The library's blocks by number.
                pub blocks: [BlockBody; BLOCK_COUNT as usize],
            }
            impl std::fmt::Debug for Sends {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("Sends")
                }
            }
            /// Runs a block of the library.
            pub type BlockBody = fn(block: rt::Value, arguments: &[rt::Value], t: &mut rt::Turn) -> rt::Answer;
            /// A table that reaches nothing.
            pub const NONE: Sends = Sends { #none blocks: [rt::block_left_out; BLOCK_COUNT as usize] };
            /// A table that reaches the whole library.
            pub const ALL: Sends = Sends { #all blocks: linked(&[#(blocks::#names),*]) };
            #(#left_out)*
            /// The blocks of the lists, each at its number.
            pub const fn linked(lists: &[&[(usize, BlockBody)]]) -> [BlockBody; BLOCK_COUNT as usize] {
                let mut table = NONE.blocks;
                let mut list = 0;
                while list < lists.len() {
                    let mut at = 0;
                    while at < lists[list].len() {
                        table[lists[list][at].0] = lists[list][at].1;
                        at += 1;
                    }
                    list += 1;
                }
                table
            }
            /// The blocks in the methods of a selector, with their numbers.
            pub mod blocks {
                use super::*;
                #lists
            }
        }
    }

    /// A list of blocks for each selector whose methods hold some, and the names of the lists.
    fn block_lists(&self) -> (TokenStream, Vec<Ident>) {
        let mut by_selector: BTreeMap<Symbol, Vec<TokenStream>> =
            self.module.library_selectors.with_blocks.iter().map(|selector| (*selector, Vec::new())).collect();
        for (number, block) in self.blocks.borrow().iter().enumerate() {
            let path = &block.path;
            let arguments: Vec<Ident> = (1..=block.arguments).map(|i| format_ident!("a{i}")).collect();
            by_selector.entry(block.selector).or_default().push(quote! {
                (#number, |block, arguments, t| match arguments {
                    [#(#arguments),*] => #path(block, #(*#arguments,)* t),
                    _ => rt::wrong_arguments(block, arguments, t),
                })
            });
        }
        let names = by_selector.keys().map(|selector| format_ident!("{}", self.names.selector_constant(*selector))).collect();
        let lists = by_selector.iter().map(|(selector, blocks)| {
            let name = format_ident!("{}", self.names.selector_constant(*selector));
            quote! { pub const #name: &[(usize, BlockBody)] = &[#(#blocks),*]; }
        });
        (lists.collect(), names)
    }

    /// The program's table.
    pub fn program_sends(&self) -> TokenStream {
        let reached = &self.module.reached;
        let mut entries = TokenStream::new();
        for selector in self.module.library_selectors.all.iter().filter(|selector| reached.selector(**selector)) {
            let name = self.selector_name(*selector);
            if self.program_implements(*selector) {
                entries.extend(quote! { #name: closed::#name, });
            } else if !reached.everything && self.library_implements(*selector) {
                entries.extend(quote! { #name: rt::library::closed::#name, });
            }
        }
        let rest = if reached.everything {
            quote!(rt::library::ALL)
        } else {
            let blocks = self.module.library_selectors.with_blocks.iter().filter(|selector| reached.selector(**selector));
            let names = blocks.map(|selector| format_ident!("{}", self.names.selector_constant(*selector)));
            entries.extend(quote! { blocks: rt::library::linked(&[#(rt::library::blocks::#names),*]), });
            quote!(rt::library::NONE)
        };
        quote! {
            /// What of the library this program can reach, and what it has in place of it.
            static SENDS: rt::library::Sends = rt::library::Sends { #entries ..#rest };
        }
    }
}
