//! Event-sourced, durable digital twins.

mod macros;

#[cfg(feature = "macros")]
#[doc(hidden)]
pub use macros::__twin;

/// What generated code names.
pub mod generated {
    /// A program.
    pub struct Program {}
}
/// Runs.
pub fn run_program(_: &'static generated::Program) -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
/// Server.
pub mod server {
    /// Main.
    pub fn main(_: &'static super::generated::Program) -> std::process::ExitCode {
        std::process::ExitCode::SUCCESS
    }
}
