//! `include_twins!` and `twin!`: how compiled Smalltalk comes into a Rust crate.

/// Brings in what `twintalkc::Build` compiled: one struct a twin class, and `PROGRAM`.
///
/// ```ignore
/// // build.rs
/// fn main() {
///     twintalkc::Build::new().path("twins").compile();
/// }
///
/// // src/main.rs
/// twintalk_runtime::include_twins!();
/// ```
///
/// A `Build` with another output, `.out("more.rs")`, is brought in by `include_twins!("more.rs")`, in a module of its own.
#[macro_export]
macro_rules! include_twins {
    () => {
        $crate::include_twins!("twins.rs");
    };
    ($name:literal) => {
        $crate::__module! { __twins { ::core::include!(::core::concat!(
            ::core::env!("OUT_DIR", "`include_twins!` needs a build script: `twintalkc::Build::new().path(\"twins\").compile();`"), "/", $name
        )); } }
    };
}

/// Smalltalk twins inside Rust: as Rust's tokens, as text, or in a file beside this one.
///
/// ```ignore
/// twin! {
///     Twin subclass: Pump [
///         |press|
///         press: bar [ press := bar. bar > 6 ifTrue: [ self alarm: "too high" ] ]
///     ]
/// }
/// twin! { r#"
///     Twin subclass: #Valve instanceVariables: 'open'.
///     Valve>>toggle
///         open := open not.
/// "# }
/// twin!(file "tank.st");
/// ```
///
/// In tokens, strings stand in double quotes and comments are Rust's. What Rust cannot read, such as `$'`, `\\` or
/// `//`, needs one of the other forms.
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! twin {
    ($($smalltalk:tt)*) => {
        $crate::__twin! { [$crate] $($smalltalk)* }
    };
}

#[cfg(feature = "macros")]
#[doc(hidden)]
pub use twintalk_macros::__twin;

/// A private module for generated items, which no lint of the user's crate looks into. (Lints a crate forbids, rather than
/// denies, cannot be allowed here; of those, `unsafe_code` alone is common, and generated code has none.)
#[doc(hidden)]
#[macro_export]
macro_rules! __module {
    ($name:ident { $($items:tt)* }) => {
        #[allow(
            warnings,
            unused,
            nonstandard_style,
            future_incompatible,
            missing_docs,
            missing_debug_implementations,
            missing_copy_implementations,
            unreachable_pub,
            unused_qualifications,
            unused_results,
            single_use_lifetimes,
            trivial_casts,
            trivial_numeric_casts,
            variant_size_differences,
            rust_2018_idioms,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction,
            clippy::cargo
        )]
        mod $name {
            use $crate::generated as rt;
            $($items)*
        }
        // Two of them in one module may both export `PROGRAM`: an error only where that name is used.
        #[allow(unused_imports, ambiguous_glob_reexports, unreachable_pub)]
        pub use $name::*;
    };
}
