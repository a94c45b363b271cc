//! Findings as Rust items that make rustc report them where the user wrote.

use crate::input::{Form, Input};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use twintalkc::{Diagnostic, Diagnostics, Severity};

/// Each finding as a `compile_error!`, or as something that makes rustc warn.
pub fn findings(input: &Input, found: &Diagnostics) -> TokenStream {
    let item = |finding: &Diagnostic| {
        let (start, end) = place(input, finding);
        let text = text(input, finding);
        match finding.severity() {
            Severity::Error => error(start, end, &text),
            Severity::Warning => warning(start, &text),
        }
    };
    found.sorted().into_iter().map(item).collect()
}

/// A `compile_error!` that spans from one token to another: rustc joins the spans of its first and last token.
pub fn error(start: Span, end: Span, message: &str) -> TokenStream {
    let path = quote_spanned!(start=> ::core::compile_error!);
    let argument = quote_spanned!(end=> { #message });
    quote! { #path #argument }
}

/// Procedural macros cannot warn on stable Rust; the use of something deprecated can.
fn warning(span: Span, message: &str) -> TokenStream {
    let used = quote_spanned!(span=> twintalk);
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            #[allow(non_upper_case_globals)]
            const twintalk: () = ();
            #used
        };
    }
}

/// The tokens it is about, or the literal in which it stands.
fn place(input: &Input, finding: &Diagnostic) -> (Span, Span) {
    match &input.form {
        Form::Tokens(rebuilt) if (finding.span.file as usize) < input.sources.len() => {
            rebuilt.place(finding.span.start as usize, finding.span.end as usize)
        }
        Form::Tokens(_) => (Span::call_site(), Span::call_site()),
        Form::Text(span) | Form::File(span, _) => (*span, *span),
    }
}

/// Where rustc shows the place itself, the message and the help; else a rendered snippet.
fn text(input: &Input, finding: &Diagnostic) -> String {
    let text = finding.message.text();
    if let Form::Tokens(_) = input.form {
        let related = finding.related.and_then(|(span, label)| {
            let (line, column) = input.sources.get(span.file as usize).map(|source| source.line_column(span.start as usize))?;
            Some(format!("\nnote: {label}, line {line}, column {column}"))
        });
        let help = text.help.map(|help| format!("\nhelp: {help}"));
        return text.sentence + &related.unwrap_or_default() + &help.unwrap_or_default();
    }
    finding.render_untitled(&input.sources)
}
