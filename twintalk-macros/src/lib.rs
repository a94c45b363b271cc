//! `twin!`: Smalltalk twins inside Rust.
