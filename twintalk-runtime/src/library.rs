//! The class library, compiled from Smalltalk by the build script: a module for each class side, dispatch, and tables.
//!
//! Its texts are `twintalkc/library/*.st`. `send::x` sends a message, open to what a program adds; `closed::x` decides among the
//! library's classes alone.
#![allow(warnings, clippy::all, missing_docs)]

use crate::generated as rt;

include!(concat!(env!("OUT_DIR"), "/library.rs"));
