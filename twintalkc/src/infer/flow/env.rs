//! What the locals of a function hold at one point of it.

use super::ranges;
use crate::ir::LocalId;
use crate::known::{Known, SMALL};

/// What the locals hold where control is; where it never is, nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Env {
    pub locals: Vec<Known>,
    /// Locals in cells that a block has captured: others may read and write them from then on.
    pub captured: Vec<bool>,
    pub live: bool,
}

impl Env {
    pub fn new(locals: Vec<Known>) -> Env {
        Env { captured: vec![false; locals.len()], locals, live: true }
    }

    /// A point that control does not reach.
    pub fn kill(&mut self) {
        self.live = false;
    }

    /// Control comes from either of two points.
    pub fn join(&mut self, other: &Env) {
        self.grow(other, false);
    }

    /// Control comes from another point too; tells whether that is news.
    pub fn grow(&mut self, other: &Env, widening: bool) -> bool {
        if !other.live {
            return false;
        }
        if !self.live {
            self.clone_from(other);
            return true;
        }
        let mut more = false;
        for (known, other) in self.locals.iter_mut().zip(&other.locals) {
            more |= ranges::grow(known, other, widening);
        }
        for (captured, other) in self.captured.iter_mut().zip(&other.captured) {
            more |= *other && !*captured;
            *captured |= other;
        }
        more
    }

    /// Whether all that is here is there too.
    pub fn within(&self, other: &Env) -> bool {
        !self.live || !other.clone().grow(self, false)
    }

    /// The bounds found by an iteration from widened ones, where they are narrower: one step of narrowing.
    pub fn narrow(&mut self, found: &Env) {
        for (known, found) in self.locals.iter_mut().zip(&found.locals) {
            if known.may_be(SMALL) && found.may_be(SMALL) {
                let range = (known.range.0.max(found.range.0), known.range.1.min(found.range.1));
                if range.0 <= range.1 {
                    known.range = range;
                }
            }
        }
    }

    /// Keeps only what a test leaves of a local; a test that leaves nothing is not passed.
    pub fn restrict(&mut self, local: LocalId, to: Known) {
        if to.is_none() {
            self.kill();
        }
        self.locals[local] = to;
    }
}
