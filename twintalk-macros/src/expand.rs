//! From what stands in `twin!` to Rust items.

use crate::input::Input;
use crate::report;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use twintalkc::{Diagnostics, Target, compile};

/// `[runtime] smalltalk` to a module of generated items, or to errors.
pub fn twin(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let Some(TokenTree::Group(runtime)) = tokens.next() else {
        return report::error(Span::call_site(), Span::call_site(), "use `twin!` of twintalk-runtime");
    };
    let runtime = runtime.stream();
    let input = match Input::parse(tokens.collect()) {
        Ok(input) => input,
        Err(errors) => return errors,
    };
    let watch = input.watch();
    match compiled(&input) {
        Ok((items, found)) => {
            let warnings = report::findings(&input, &found);
            let items = locate(items, &input.names());
            let module = module_name(&input);
            quote! { #watch #warnings #runtime::__module! { #module { #items } } }
        }
        Err(found) => {
            let errors = report::findings(&input, &found);
            quote! { #watch #errors }
        }
    }
}

/// The items, and warnings.
fn compiled(input: &Input) -> Result<(TokenStream, Diagnostics), Diagnostics> {
    // rustc's tokens are bound to the thread of the macro, and the compiler has one of its own, with a larger stack:
    // there proc-macro2 has to be itself, not rustc's.
    proc_macro2::fallback::force();
    let compiled = compile(&input.sources, Target::Twins).map(|compiled| (compiled.tokens.to_string(), compiled.warnings));
    proc_macro2::fallback::unforce();
    let (text, warnings) = compiled?;
    match text.parse() {
        Ok(items) => Ok((items, warnings)),
        Err(error) => Ok((report::error(Span::call_site(), Span::call_site(), &format!("the generated Rust is wrong: {error}")), warnings)),
    }
}

/// One of its own for each `twin!`, so that several can stand in one module.
fn module_name(input: &Input) -> Ident {
    let mut hasher = DefaultHasher::new();
    for source in &input.sources {
        (&source.path, &source.text).hash(&mut hasher);
    }
    format_ident!("__twin_{:016x}", hasher.finish())
}

/// Gives the names of generated structs the place where the user wrote them: rustc then points there itself.
fn locate(tokens: TokenStream, names: &HashMap<String, Span>) -> TokenStream {
    let mut after_struct = false;
    let relocate = |token| {
        let defines = std::mem::replace(&mut after_struct, matches!(&token, TokenTree::Ident(word) if word == "struct"));
        match token {
            TokenTree::Ident(mut name) => {
                if let Some(span) = names.get(&name.to_string()).filter(|_| defines) {
                    name.set_span(*span);
                }
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), locate(group.stream(), names));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }
    };
    if names.is_empty() { tokens } else { tokens.into_iter().map(relocate).collect() }
}
