use clap::CommandFactory;

use super::*;

#[test]
fn the_command_line_is_sound() {
    Tool::command().debug_assert();
}
