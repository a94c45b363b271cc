//! Compiles Smalltalk classes of digital twins to Rust.
//!
//! ```text
//! Source ──parse──▶ ast ──traits──▶ ast ──resolve──▶ ir ──infer──▶ ir ──emit──▶ tokens ──pretty──▶ Rust
//! ```
//!
//! Each pass is a file or folder of its own and none reaches back. The core is pure: texts in, tokens and findings out.

mod ast;
pub mod build;
pub mod diagnostics;
mod emit;
mod infer;
mod ir;
mod known;
pub mod library;
pub mod messages;
mod names;
mod nearest;
mod parse;
#[cfg(test)]
mod print;
pub mod read;
mod resolve;
pub mod source;
mod symbols;
mod traits;
mod walk;
mod walks;

pub use build::Build;
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use messages::Message;
pub use source::{Source, Span};

use proc_macro2::TokenStream;

/// What the Rust is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A build script, `twin!` or a server: twin classes are structs, top-level statements provision.
    Twins,
    /// `run`: one heap in which everything is ordinary, top-level statements are the program.
    Program,
    /// `test`: a program of which what cannot be compiled is left out or raises an error when it is run.
    Tests,
    /// The class library itself, for the runtime.
    Library,
}

impl Target {
    /// Whether everything lives in one heap and the top-level statements are one program.
    pub(crate) fn is_program(self) -> bool {
        matches!(self, Target::Program | Target::Tests)
    }

    /// Whether an error in one method or class spares the others.
    pub(crate) fn is_tolerant(self) -> bool {
        self == Target::Tests
    }
}

/// A compiled module.
#[derive(Debug)]
pub struct Compiled {
    /// Rust items that name the runtime as `rt`.
    pub tokens: TokenStream,
    /// Findings that keep nothing from being compiled.
    pub warnings: Diagnostics,
    /// Whether a class of the sources is a twin.
    pub has_twins: bool,
}

/// How much stack the passes may need: their depth is that of the source, which `parse` bounds.
const STACK: usize = 256 << 20;

/// Compiles the sources as one closed world.
///
/// # Errors
/// All findings of all files, when any of them is an error.
pub fn compile(sources: &[Source], target: Target) -> Result<Compiled, Diagnostics> {
    compile_with(sources, target, Options::default())
}

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Finds out what values may be before the program runs; the program does the same without, more slowly.
    pub infer: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { infer: true }
    }
}

/// Compiles the sources as one closed world, in a given way.
///
/// # Errors
/// All findings of all files, when any of them is an error.
pub fn compile_with(sources: &[Source], target: Target, options: Options) -> Result<Compiled, Diagnostics> {
    let run = || compile_here(sources, target, options).map(|(tokens, rest)| (tokens.to_string(), rest));
    let (text, (warnings, has_twins)) = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("twintalkc".into()).stack_size(STACK).spawn_scoped(scope, run);
        match thread.map(|handle| handle.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => run(),
        }
    })?;
    // Tokens do not cross threads, texts do.
    let tokens = text.parse().unwrap_or_default();
    Ok(Compiled { tokens, warnings, has_twins })
}

/// What the sources mean.
struct Resolved {
    module: resolve::Module,
    /// The library's texts follow the program's.
    sources: Vec<Source>,
    diagnostics: Diagnostics,
}

type Here = (TokenStream, (Diagnostics, bool));

fn compile_here(sources: &[Source], target: Target, options: Options) -> Result<Here, Diagnostics> {
    let mut resolved = resolved(sources, target)?;
    infer::infer(&mut resolved.module, options.infer);
    let tokens = emit::emit(&resolved.module, &resolved.sources);
    Ok((tokens, (resolved.diagnostics, resolved.module.has_twins())))
}

fn resolved(sources: &[Source], target: Target) -> Result<Resolved, Diagnostics> {
    let mut all = if target == Target::Library { Vec::new() } else { sources.to_vec() };
    let own = all.len();
    all.extend(library::sources());
    let mut diagnostics = Diagnostics::default();
    let mut units: Vec<ast::Unit> =
        all.iter().enumerate().map(|(file, source)| parse::parse(source, file as u32, &mut diagnostics)).collect();
    let (program, library) = units.split_at_mut(own);
    let traits = traits::flatten(library, &traits::Traits::default(), &mut diagnostics);
    let mut found = Diagnostics::default();
    traits::flatten(program, &traits, &mut found);
    if target.is_tolerant() {
        drop(diagnostics.tolerate(found))
    } else {
        diagnostics.extend(found)
    }
    let module = resolve::resolve(library, program, target, &mut diagnostics);
    diagnostics.once_each();
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(Resolved { module, sources: all, diagnostics })
}

/// What is wrong with a text as Smalltalk, whatever its names mean.
pub fn syntax(source: &Source) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    parse::parse(source, 0, &mut diagnostics);
    diagnostics
}

/// The tokens as text a person can read.
pub fn pretty(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    let body = match syn::parse2(tokens) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => text,
    };
    format!("// Generated by twintalkc. Edit the Smalltalk it names instead.\n\n{body}")
}
