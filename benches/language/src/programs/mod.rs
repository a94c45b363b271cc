//! The programs in plain Rust.

pub mod bounce;
pub mod cd;
pub mod collections;
pub mod deltablue;
pub mod havlak;
pub mod json;
pub mod list;
pub mod mandelbrot;
pub mod nbody;
mod numbers;
pub mod permute;
pub mod queens;
pub mod richards;
pub mod sieve;
pub mod storage;
pub mod towers;
