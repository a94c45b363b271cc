//! The command `twintalkc`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
