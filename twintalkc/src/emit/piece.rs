//! Methods of twins that are one piece with the turn that runs them.

use super::Emitter;
use crate::ir::{ClassNumber, Function, Kind, Target};

/// A method of no more expressions than this may become a part of the turns that run it.
const PART_OF_TURN: usize = 32;

impl Emitter<'_> {
    /// Whether a twin's method is so short that it should be one piece with the turn that runs it, where the compiler
    /// sees that nothing has changed between the accesses to the twin. What it calls must not be such a piece as well.
    pub fn is_part_of_turn(&self, function: &Function) -> bool {
        let (mut parts, mut is_leaf) = (0, function.frame == 0 && !function.needs_home);
        let twin = |class: &ClassNumber| self.module.classes.get(*class).twin;
        for expression in &function.body {
            expression.visit(&mut |part| {
                parts += 1;
                is_leaf &= match &part.kind {
                    Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_) | Kind::Block(_) | Kind::Each(_) => false,
                    Kind::Send(send) => match &send.target {
                        Target::Method { class, .. } => !twin(class),
                        Target::Few { cases, .. } => !cases.iter().any(|case| twin(&case.class)),
                        _ => true,
                    },
                    _ => true,
                };
            });
        }
        is_leaf && parts <= PART_OF_TURN
    }
}
