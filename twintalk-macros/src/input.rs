//! The three forms of `twin!`: text, a file, and tokens.

use crate::rebuild::{self, Rebuilt};
use crate::{comments, report};
use proc_macro2::{Delimiter, Literal, Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use twintalkc::Source;
use twintalkc::read::{self, Accept};

/// What is to be compiled, and how to find places in it.
pub struct Input {
    /// One; a slice of them is what the compiler takes.
    pub sources: Vec<Source>,
    pub form: Form,
}

/// How the Smalltalk was given.
pub enum Form {
    /// In a string literal.
    Text(Span),
    /// In a file, named by a literal.
    File(Span, PathBuf),
    /// As Rust's tokens.
    Tokens(Rebuilt),
}

impl Input {
    /// Finds out which form it is. Errors are the tokens that report them.
    pub fn parse(tokens: TokenStream) -> Result<Input, TokenStream> {
        let trees: Vec<TokenTree> = transparent(tokens.clone());
        match trees.as_slice() {
            [] => Err(report::error(
                Span::call_site(),
                Span::call_site(),
                "`twin!` is empty: write a class, `twin! { Twin subclass: Pump [ |press| ] }`, a text, `twin! { r#\"…\"# }`, or name a file, `twin!(file \"pump.st\")`",
            )),
            [TokenTree::Literal(literal)] => text(literal),
            [TokenTree::Ident(word), TokenTree::Literal(literal)] if word == "file" => file(literal),
            _ => from_tokens(tokens),
        }
    }

    /// What makes cargo compile again when a file has changed, after a failure too.
    pub fn watch(&self) -> TokenStream {
        match &self.form {
            Form::File(_, path) => watch(path),
            _ => TokenStream::new(),
        }
    }

    /// The words of the user, each with the place where it first stands.
    pub fn names(&self) -> HashMap<String, Span> {
        match &self.form {
            Form::Tokens(rebuilt) => rebuilt.names(),
            _ => HashMap::new(),
        }
    }
}

/// Groups without delimiters, as macros make them around their arguments, do not count.
fn transparent(tokens: TokenStream) -> Vec<TokenTree> {
    let open = |tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => transparent(group.stream()),
        other => vec![other],
    };
    tokens.into_iter().flat_map(open).collect()
}

fn string(literal: &Literal) -> Result<String, TokenStream> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Ok(text.value()),
        _ => Err(report::error(literal.span(), literal.span(), "expected a string: `twin! { r#\"…\"# }`")),
    }
}

fn text(literal: &Literal) -> Result<Input, TokenStream> {
    let (text, span) = (string(literal)?, literal.span());
    // Lines are those of the Rust file, unless escapes make others.
    let exact = literal.to_string().contains(&text);
    let source = match exact {
        true => Source::new(span.file(), "\n".repeat(span.start().line.saturating_sub(1)) + &text),
        false => Source::new("twin!", text),
    };
    Ok(Input { sources: vec![source], form: Form::Text(span) })
}

fn file(literal: &Literal) -> Result<Input, TokenStream> {
    let (name, span) = (string(literal)?, literal.span());
    let beside = span.local_file().and_then(|file| file.parent().map(Path::to_owned));
    // Without a file, as in an editor's analysis, the package is the best guess.
    let directory = beside.or_else(|| Some(PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?).join("src"))).unwrap_or_default();
    let path = directory.join(name);
    let reading = read::read([&path], Accept::Files);
    let input = Input { sources: reading.sources, form: Form::File(span, path) };
    if reading.diagnostics.has_errors() {
        let (watch, errors) = (input.watch(), report::findings(&input, &reading.diagnostics));
        return Err(quote! { #watch #errors });
    }
    Ok(input)
}

fn watch(path: &Path) -> TokenStream {
    match std::path::absolute(path) {
        Ok(path) if path.is_file() => {
            let path = path.to_string_lossy();
            quote! { const _: &[u8] = ::core::include_bytes!(#path); }
        }
        _ => TokenStream::new(),
    }
}

fn from_tokens(tokens: TokenStream) -> Result<Input, TokenStream> {
    let mut errors = comments::swallowed(&tokens);
    let (rebuilt, unfit) = rebuild::rebuild(tokens);
    errors.extend(unfit);
    if !errors.is_empty() {
        return Err(errors.iter().map(|(span, message)| report::error(*span, *span, message)).collect());
    }
    let path = rebuilt.first_span().map_or_else(|| "twin!".into(), |span| span.file());
    Ok(Input { sources: vec![Source::new(path, rebuilt.text.clone())], form: Form::Tokens(rebuilt) })
}
