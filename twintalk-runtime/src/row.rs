//! The row of a twin: a plain Rust struct whose fields are the twin's slots.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::heap::Core;
use crate::message::Perform;
use crate::program::Program;
use crate::turn::Turn;
use crate::value::Value;

/// A slot's content, whatever its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A value of eight bytes.
    Value(Value),
    /// An integer of a slot declared `Int64`.
    Int64(i64),
}

impl Word {
    /// The word of a slot that was never stored to.
    pub const NIL: Self = Self::Value(crate::value::NIL);
}

/// A twin class's struct. Generated code implements it.
pub trait Row: Clone + Default + 'static {
    /// The number of the class.
    const CLASS: u32;
    /// How many slots it has.
    const SLOTS: u32;
    /// Reads a slot.
    fn get(&self, index: u32) -> Word;
    /// Writes a slot; a word its type cannot hold leaves it unset.
    fn put(&mut self, index: u32, word: Word);
    /// The twin's heap.
    fn core(&mut self) -> &mut Core;
    /// The program the class belongs to.
    fn program() -> &'static Program;
    /// Sends a message to the running twin, which is of this class. What is generated finds the methods of the class at
    /// once, and leaves the others to this.
    fn perform(selector: u32, arguments: &[Value], t: &mut Turn) -> Answer {
        t.send_by_class(Self::CLASS, selector, crate::value::SELF, arguments)
    }
}

/// A twin of any class, for who keeps twins of several classes himself.
///
/// ```
/// # use twintalk_runtime::{Turn, Twin, Value, twin};
/// twin! { r#"
///     Twin subclass: #Pump
///         instanceVariables: 'pressure <Float>'
/// "# }
/// let mut turn = Turn::for_program(&PROGRAM)?;
/// let mut twins: Vec<Box<dyn Twin>> = vec![Box::new(Pump::create(&mut turn)?)];
/// for twin in &mut twins {
///     twin.send(selector::PRESSURE_WITH, &[Value::float(2.5)], &mut turn)?;
///     assert_eq!(twin.send(selector::PRESSURE, &[], &mut turn)?, Value::float(2.5));
/// }
/// # Ok::<(), Box<twintalk_runtime::Failure>>(())
/// ```
pub trait Twin {
    /// The number of its class.
    fn class(&self) -> u32;
    /// Sends a message, as a turn of its own. The answer is valid until the next turn begins.
    fn send(&mut self, selector: u32, arguments: &[Value], turn: &mut Turn) -> Result<Value, Box<Failure>>;
}

impl<R: Row> Twin for R {
    fn class(&self) -> u32 {
        R::CLASS
    }

    #[inline]
    fn send(&mut self, selector: u32, arguments: &[Value], turn: &mut Turn) -> Result<Value, Box<Failure>> {
        turn.deliver(self, Perform { perform: <R as Row>::perform, selector, arguments })
    }
}

/// The type of a field of a row.
pub trait Slot: Copy + Default + 'static {
    /// The declared type, as errors name it.
    const TYPE: &'static str;
    /// Whether a field may refer to an object of the heap.
    const MAY_REFER: bool = false;
    /// The value; nil before the first store.
    fn read(self, t: &mut Turn) -> Value;
    /// The field for a value, if the declared type admits it.
    fn check(value: Value, t: &Turn) -> Option<Self>;
    /// The content as a word.
    fn word(self) -> Word;
    /// The field of a word; unset if the type cannot hold it.
    fn from_word(word: Word) -> Self;
}

impl Slot for Value {
    const TYPE: &'static str = "Object";
    const MAY_REFER: bool = true;

    #[inline]
    fn read(self, _: &mut Turn) -> Value {
        self
    }

    #[inline]
    fn check(value: Value, _: &Turn) -> Option<Self> {
        Some(value)
    }

    #[inline]
    fn word(self) -> Word {
        Word::Value(self)
    }

    #[inline]
    fn from_word(word: Word) -> Self {
        match word {
            Word::Value(value) => value,
            Word::Int64(value) => Value::small(value).unwrap_or_default(),
        }
    }
}
