//! The index against a model, over a disk that fails, and over real files.

mod crash;
mod damage;
mod model;
mod random;
mod real;
