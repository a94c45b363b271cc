//! `twin!`: Smalltalk twins inside Rust.
//!
//! ```text
//! tokens ─▶ input ─▶ (rebuild) ─▶ twintalkc::compile ─▶ expand
//!             └──────────┴───────────────┴─────────────▶ report
//! ```

mod comments;
mod expand;
mod input;
mod rebuild;
mod report;

/// What `twintalk_runtime::twin!` expands to: `[path of the runtime]`, then what the user wrote.
#[doc(hidden)]
#[proc_macro]
pub fn __twin(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::twin(tokens.into()).into()
}
