//! `twin!` in a crate that has renamed the runtime and forbids what it can.

#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]

extern crate twintalk_runtime as renamed;

use renamed::twin;

twin! { Twin subclass: Pump [ |press| ] }
twin! { Twin subclass: Valve [ |open| ] }

#[test]
fn several_stand_in_one_module() {
    renamed::twin! { r#"Twin subclass: #Tank instanceVariables: 'level'."# }
    let _: &renamed::generated::Program = &PROGRAM;
}
