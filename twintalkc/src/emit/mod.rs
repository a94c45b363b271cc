//! Prints the intermediate form as Rust. It never sees the syntax tree, and it decides nothing.

mod accessor;
mod at_once;
mod call;
mod control;
mod dispatch;
mod each;
mod element;
mod expression;
mod few;
mod form;
mod frame;
mod function;
mod inline;
mod literal;
mod operator;
mod piece;
mod program;
mod quick;
mod safepoint;
mod sends;
mod signature;
mod slot;
mod table;
mod test;
mod twin;
mod unary;

use crate::Target;
use crate::ir::{ClassNumber, Method, Symbol};
use crate::resolve::Module;
use crate::resolve::mentions::Shape;
use crate::source::{Source, Span};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use table::Names;

/// The bit that tells the number of a metaclass from that of its class.
const METACLASS: ClassNumber = 0x1_0000;

/// What the emitting functions share.
pub struct Emitter<'m> {
    module: &'m Module,
    sources: &'m [Source],
    names: Names,
    /// The heap blocks in the order of their numbers.
    blocks: RefCell<Vec<BlockEntry>>,
    /// Selectors that are sent through a dispatch function.
    sent: RefCell<BTreeSet<Symbol>>,
    temporaries: Cell<usize>,
    /// For each source, where its lines end.
    lines: Vec<Vec<u32>>,
    /// For each class, itself and those that inherit from it.
    heirs: Vec<Vec<ClassNumber>>,
    /// The selector of the method that is printed.
    selector: Cell<Symbol>,
    /// The methods of the module, by where they stand: class, side, the class that defines them, selector.
    methods: HashMap<(ClassNumber, bool, ClassNumber, Symbol), &'m Method>,
    /// What methods of the library do that do nothing else, by class, side and selector.
    shapes: HashMap<(ClassNumber, bool, Symbol), &'m Shape>,
    /// How many messages of the program call a method directly, by class, side and selector.
    callers: HashMap<(ClassNumber, bool, Symbol), usize>,
}

/// A heap block's function and identity.
struct BlockEntry {
    path: TokenStream,
    arguments: usize,
    method: String,
    ordinal: usize,
    hash: u64,
    source: String,
    /// That of its method.
    selector: Symbol,
}

/// The Rust items of a module.
pub fn emit(module: &Module, sources: &[Source]) -> TokenStream {
    let emitter = Emitter {
        module,
        sources,
        names: Names::new(module),
        blocks: RefCell::default(),
        sent: RefCell::default(),
        temporaries: Cell::new(0),
        lines: sources.iter().map(line_ends).collect(),
        heirs: heirs(module),
        selector: Cell::new(0),
        shapes: module
            .library
            .iter()
            .filter_map(|method| Some(((method.class, method.class_side, method.selector), method.shape.as_ref()?)))
            .collect(),
        methods: module.methods.iter().map(|method| ((method.class, method.class_side, method.origin, method.selector), method)).collect(),
        callers: inline::callers(module),
    };
    let methods = emitter.class_modules();
    let twins = emitter.twins();
    let top = emitter.top();
    let tables = if module.target == Target::Library { emitter.library_tables() } else { emitter.program_tables() };
    let dispatch = emitter.dispatch();
    let sends = if module.target == Target::Library { emitter.library_sends() } else { emitter.program_sends() };
    quote! { #twins #methods #top #dispatch #sends #tables }
}

impl Emitter<'_> {
    /// A module for each class side that has methods to compile.
    fn class_modules(&self) -> TokenStream {
        let mut by_side: BTreeMap<(ClassNumber, bool), Vec<&Method>> = BTreeMap::new();
        for method in &self.module.methods {
            by_side.entry((method.class, method.class_side)).or_default().push(method);
        }
        let modules = by_side.into_iter().map(|((class, class_side), methods)| {
            let name = self.module_name(class, class_side);
            let functions = methods.into_iter().map(|method| self.method(method));
            let side = if class_side { " class" } else { "" };
            let doc = format!(" The methods of `{}{side}`.", self.module.classes.get(class).name);
            quote! {
                #[doc = #doc]
                pub mod #name {
                    use super::*;
                    use rt::At as _;
                    #(#functions)*
                }
            }
        });
        quote! { #(#modules)* }
    }

    fn is_library(&self) -> bool {
        self.module.target == Target::Library
    }

    fn module_name(&self, class: ClassNumber, class_side: bool) -> Ident {
        let name = self.names.module(class);
        if class_side { format_ident!("{name}_class") } else { format_ident!("{name}") }
    }

    /// The Rust name of the function for a method: a twin class keeps those it overrides under their owner's name.
    fn function_name(&self, class: ClassNumber, origin: ClassNumber, class_side: bool, selector: Symbol) -> Ident {
        let name = self.names.selector(selector);
        let nearest = self.module.understood.lookup(&self.module.classes, class, class_side, selector);
        match nearest {
            Some((found, side)) if found != origin && side == class_side => format_ident!("super_{}_{name}", self.names.module(origin)),
            _ => format_ident!("{name}"),
        }
    }

    /// The path of the number of a class.
    fn class_number(&self, class: ClassNumber) -> TokenStream {
        let name = format_ident!("{}", self.names.class_constant(class));
        if self.module.classes.is_library(class) && !self.is_library() { quote!(rt::library::class::#name) } else { quote!(class::#name) }
    }

    /// The path of the number of a class's metaclass.
    fn metaclass_number(&self, class: ClassNumber) -> TokenStream {
        let name = format_ident!("{}", self.names.class_constant(class));
        if self.module.classes.is_library(class) && !self.is_library() {
            quote!(rt::library::metaclass::#name)
        } else {
            quote!(metaclass::#name)
        }
    }

    /// The path of the number of a symbol.
    fn symbol_number(&self, symbol: Symbol) -> TokenStream {
        let name = format_ident!("{}", self.names.selector_constant(symbol));
        if (symbol as usize) < self.module.library_symbols && !self.is_library() {
            quote!(rt::library::selector::#name)
        } else {
            quote!(selector::#name)
        }
    }

    fn line(&self, span: Span) -> u32 {
        self.lines.get(span.file as usize).map_or(0, |ends| ends.partition_point(|end| *end < span.start) as u32 + 1)
    }

    fn path(&self, span: Span) -> &str {
        self.sources.get(span.file as usize).map_or("", |source| source.path.as_str())
    }

    fn text(&self, span: Span) -> &str {
        let source = self.sources.get(span.file as usize).map_or("", |source| source.text.as_str());
        source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// A name for a value that later operands keep waiting.
    fn temporary(&self) -> Ident {
        let number = self.temporaries.get();
        self.temporaries.set(number + 1);
        format_ident!("held_{number}")
    }
}

fn line_ends(source: &Source) -> Vec<u32> {
    source.text.match_indices('\n').map(|(at, _)| at as u32).collect()
}

fn heirs(module: &Module) -> Vec<Vec<ClassNumber>> {
    let mut heirs = vec![Vec::new(); module.classes.all.len()];
    for class in 0..module.classes.all.len() as ClassNumber {
        module.classes.chain(class).for_each(|ancestor| heirs[ancestor as usize].push(class));
    }
    heirs
}

/// A stable hash of a source text (FNV-1a, Fowler, Noll and Vo).
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
