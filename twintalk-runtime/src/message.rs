//! What a turn runs.

use crate::answer::Answer;
use crate::argument::Argument;
use crate::turn::Turn;
use crate::value::Value;

/// What a turn runs: a closure, or a method with its arguments. Unlike a closure, a method becomes one piece with the
/// turn, and what the compiler knows of the twin before it runs it knows while it runs.
pub trait Message {
    /// Runs it.
    fn run(self, t: &mut Turn) -> Answer;
}

impl<F: FnOnce(&mut Turn) -> Answer> Message for F {
    #[inline(always)]
    fn run(self, t: &mut Turn) -> Answer {
        self(t)
    }
}

/// A method and what it is given.
#[derive(Debug)]
pub struct Call<M, A> {
    method: M,
    arguments: A,
}

/// A message that calls a method with a tuple of arguments.
#[inline(always)]
pub fn call<M, A>(method: M, arguments: A) -> Call<M, A> {
    Call { method, arguments }
}

macro_rules! calls {
    ($(($($name:ident: $type:ident => $value:ty),*);)*) => {$(
        impl<M: FnOnce($($value,)* &mut Turn) -> Answer, $($type: Argument),*> Message for Call<M, ($($type,)*)> {
            #[inline(always)]
            fn run(self, t: &mut Turn) -> Answer {
                let ($($name,)*) = self.arguments;
                $(let $name = $name.argument(t)?;)*
                (self.method)($($name,)* t)
            }
        }
    )*};
}

calls! {
    ();
    (a: A => Value);
    (a: A => Value, b: B => Value);
    (a: A => Value, b: B => Value, c: C => Value);
    (a: A => Value, b: B => Value, c: C => Value, d: D => Value);
}

/// A message by its selector to the twin whose class the caller knows.
pub(crate) struct Perform<'a, F> {
    pub perform: F,
    pub selector: u32,
    pub arguments: &'a [Value],
}

impl<F: FnOnce(u32, &[Value], &mut Turn) -> Answer> Message for Perform<'_, F> {
    #[inline(always)]
    fn run(self, t: &mut Turn) -> Answer {
        (self.perform)(self.selector, self.arguments, t)
    }
}
