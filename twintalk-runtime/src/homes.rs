//! Homes: what `^` inside a block returns from.
//!
//! A method whose blocks return through it registers a number while it runs. Numbers are not reused within
//! a turn, and a block that outlives the turn forgets its home, so a dead home is always recognised.

use crate::answer::{Answer, Raised};
use crate::exceptions::{self, Unwind};
use crate::turn::Turn;
use crate::value::Value;

impl Turn {
    /// Runs a method's body under a new home; a block that returns from the home ends the body.
    #[inline]
    pub fn home(&mut self, body: impl FnOnce(Value, &mut Self) -> Answer) -> Answer {
        let home = self.next_home;
        self.next_home += 1;
        let (depth, roots) = (self.homes.len(), self.roots.len());
        self.homes.push(home);
        let answer = body(Value::int(home), self);
        self.homes.truncate(depth);
        if answer.is_err() { self.arrive_home(home, roots) } else { answer }
    }

    fn arrive_home(&mut self, home: i64, roots: usize) -> Answer {
        self.roots.truncate(roots);
        match self.unwind {
            Unwind::Return { home: target, value } if target == home => {
                self.unwind = Unwind::None;
                Ok(value)
            }
            _ => Err(Raised),
        }
    }
}

/// How what ran under a home of its own ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detour {
    /// It has a value.
    Passed(Value),
    /// A block returned from the home: so does the method.
    Returned(Value),
}

impl Turn {
    /// Runs a part of a method under a new home.
    pub fn detour(&mut self, part: impl FnOnce(Value, &mut Self) -> Answer) -> Result<Detour, Raised> {
        let mut passed = false;
        let answer = self.home(|home, t| {
            let answer = part(home, t)?;
            passed = true;
            Ok(answer)
        })?;
        Ok(if passed { Detour::Passed(answer) } else { Detour::Returned(answer) })
    }
}

/// `^ value` in a block: unwinds to its home, or raises if the home has already returned.
pub fn return_from(home: Value, value: Value, t: &mut Turn) -> Answer {
    match home.as_small() {
        Some(home) if t.homes.binary_search(&home).is_ok() => {
            t.unwind = Unwind::Return { home, value };
            Err(Raised)
        }
        _ => exceptions::cannot_return(value, t),
    }
}
