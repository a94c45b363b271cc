//! TwinTalk beside what a user would pick instead, in one run, in CPU time: prints tables in Markdown.
//!
//! Each rival is measured in a process of its own, several times, and the best figure counts.

#[path = "../../support/mod.rs"]
mod support;

mod figures;
mod fleets;
mod scripts;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => {
            table::print();
            ExitCode::SUCCESS
        }
        [rival] => match fleets::measure(rival).or_else(|| scripts::measure(rival)) {
            Some(figures) => {
                print!("{figures}");
                ExitCode::SUCCESS
            }
            None => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: twintalk-peers [RIVAL]");
    ExitCode::FAILURE
}
