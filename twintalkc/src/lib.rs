//! Compiles Smalltalk classes of digital twins to Rust.

pub mod ast;
pub mod diagnostics;
pub mod messages;
pub mod parse;
pub mod print;
pub mod source;
