//! What a turn runs.

use crate::answer::{Answer, Raised};
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

/// What becomes an argument of a method.
pub trait Given {
    /// As the method takes it.
    type Taken;
    /// Converts it.
    fn take(self, t: &mut Turn) -> Result<Self::Taken, Raised>;
}

impl<A: Argument> Given for A {
    type Taken = Value;

    #[inline(always)]
    fn take(self, t: &mut Turn) -> Answer {
        self.argument(t)
    }
}

/// What is given for a parameter declared `Float`.
#[derive(Debug)]
pub struct Float<A> {
    name: &'static str,
    argument: A,
}

/// An argument for a parameter of a name that is declared `Float`.
#[inline(always)]
pub fn float<A>(name: &'static str, argument: A) -> Float<A> {
    Float { name, argument }
}

impl<A: Argument> Given for Float<A> {
    type Taken = f64;

    #[inline(always)]
    fn take(self, t: &mut Turn) -> Result<f64, Raised> {
        self.argument.float(self.name, t)
    }
}

macro_rules! calls {
    ($(($($name:ident: $type:ident),*);)*) => {$(
        impl<M: FnOnce($($type::Taken,)* &mut Turn) -> Answer, $($type: Given),*> Message for Call<M, ($($type,)*)> {
            #[inline(always)]
            fn run(self, t: &mut Turn) -> Answer {
                let ($($name,)*) = self.arguments;
                $(let $name = $name.take(t)?;)*
                (self.method)($($name,)* t)
            }
        }
    )*};
}

calls! {
    ();
    (a: A);
    (a: A, b: B);
    (a: A, b: B, c: C);
    (a: A, b: B, c: C, d: D);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Twin;
    use crate::tests::{NOTE, Pump, int, turn};

    fn half(a: f64, t: &mut Turn) -> Answer {
        t.twin::<Pump>().note = Value::float(a / 2.0);
        Ok(t.twin::<Pump>().note)
    }

    #[test]
    fn arguments_declared_float_are_numbers() {
        let (mut t, mut row) = (turn(), Pump::default());
        assert_eq!(t.deliver(&mut row, call(half, (float("amount", 3.0),))).ok(), Some(Value::float(1.5)));
        assert_eq!(t.deliver(&mut row, call(half, (float("amount", 5),))).ok(), Some(Value::float(2.5)));
        let nan = f64::from_bits(0xFFF0_0000_0000_0007);
        assert_eq!(t.deliver(&mut row, call(half, (float("amount", nan),))).ok(), Some(Value::float(f64::NAN)));
        let failure = t.deliver(&mut row, call(half, (float("amount", "much"),))).unwrap_err();
        assert!(failure.class == "TypeError" && failure.message.starts_with("amount is declared Float"), "{failure:?}");
        assert_eq!(row.note, Value::float(f64::NAN));
    }

    #[test]
    fn a_twin_of_any_class_takes_messages() {
        let (mut t, mut row) = (turn(), Pump::default());
        assert!(t.transact(&mut row, |t| t.store::<Pump, _>(NOTE, |row| &mut row.note, int(1)).map(|()| int(2))).is_ok());
        let twin: &mut dyn Twin = &mut row;
        assert!(twin.send(crate::library::selector::YOURSELF, &[], &mut t).is_ok());
    }
}
