//! The seed program as a server.

use std::process::ExitCode;

twintalk_runtime::twin!(file "../../examples/sensor.st");

fn main() -> ExitCode {
    twintalk_runtime::server::main(&PROGRAM)
}
