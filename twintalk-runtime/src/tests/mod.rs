//! Tests of the core, with by-hand what the compiler generates.

mod blocks;
mod borders;
mod collection;
mod collections;
mod exceptions;
mod identity;
mod limits;
mod quick;
mod transactions;
mod widening;

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use crate::answer::Answer;
use crate::frozen::Frozen;
use crate::fuel::Limits;
use crate::heap::Core;
use crate::host::Host;
use crate::library::{self, class, selector};
use crate::object::Kind;
use crate::program::{ClassInfo, Layout, Literal, Program, SlotInfo};
use crate::row::{Row, Slot, Word};
use crate::slot;
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// The class number of `Pump`.
pub const PUMP: u32 = library::CLASS_COUNT;

/// What the compiler generates for a twin with slots of every type.
#[derive(Clone, Default, Debug)]
pub struct Pump {
    pub note: Value,
    pub other: Value,
    pub level: slot::Float,
    pub count: slot::Int64,
    pub on: slot::Boolean,
    pub core: Core,
}

pub const NOTE: u32 = 0;
pub const OTHER: u32 = 1;
pub const LEVEL: u32 = 2;
pub const COUNT: u32 = 3;
pub const ON: u32 = 4;

impl Row for Pump {
    const CLASS: u32 = PUMP;
    const SLOTS: u32 = 5;

    fn get(&self, index: u32) -> Word {
        match index {
            NOTE => self.note.word(),
            OTHER => self.other.word(),
            LEVEL => self.level.word(),
            COUNT => self.count.word(),
            ON => self.on.word(),
            _ => Word::NIL,
        }
    }

    fn put(&mut self, index: u32, word: Word) {
        match index {
            NOTE => self.note = Slot::from_word(word),
            OTHER => self.other = Slot::from_word(word),
            LEVEL => self.level = Slot::from_word(word),
            COUNT => self.count = Slot::from_word(word),
            ON => self.on = Slot::from_word(word),
            _ => {}
        }
    }

    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn program() -> &'static Program {
        &PROGRAM
    }
}

const fn named(name: &'static str) -> SlotInfo {
    SlotInfo { name, declared: None }
}

static PROGRAM: Program = Program {
    symbols: &[],
    classes: &[ClassInfo {
        name: "Pump",
        superclass: Some(class::TWIN),
        slots: &[named("note"), named("other"), named("level"), named("count"), named("on")],
        kind: Layout::Fixed,
        class_slots: 0,
        class_slot_names: &[],
        class_variables: &[],
        package: "",
        comment: "",
        source: "pump.st:1",
        selectors: &[],
        class_selectors: &[],
        pragmas: &[],
        library_ancestor: class::TWIN,
        is_twin: true,
        external: &[],
    }],
    literals: &[Literal::String("literal"), Literal::Array(&[Literal::Small(1), Literal::String("two")])],
    class_variables: 0,
    dispatch: |selector, receiver, arguments, t| {
        let class = crate::dispatch::library_class(receiver, t);
        library::dispatch(selector, class, receiver, arguments, t)
    },
    block: |number, block, arguments, t| {
        let body = BODIES.with_borrow(|bodies| bodies[(number - library::BLOCK_COUNT) as usize]);
        body(block, arguments, t)
    },
    blocks: &[],
    sends: &library::ALL,
    extensions: &[],
    extends_library: false,
    resumes: true,
    twins: &[],
    provision: &[],
    initializers: &[],
    formerly: &[],
};

type Body = fn(Value, &[Value], &mut Turn) -> Answer;

thread_local! {
    static BODIES: RefCell<Vec<Body>> = const { RefCell::new(Vec::new()) };
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

static FROZEN: LazyLock<Arc<Frozen>> = LazyLock::new(|| Frozen::new(&PROGRAM));

/// A block whose body is Rust.
pub fn block(body: Body, arguments: u8, home: Value, captured: &[Value], t: &mut Turn) -> Value {
    let number = BODIES.with_borrow_mut(|bodies| {
        bodies.push(body);
        bodies.len() as u32 - 1
    });
    crate::blocks::block(library::BLOCK_COUNT + number, arguments, home, NIL, captured, t)
}

/// Notes a step, so that a test can tell in which order things happened.
pub fn saw(step: &str) {
    SEEN.with_borrow_mut(|seen| seen.push(step.to_owned()));
}

/// The steps so far, which are forgotten.
pub fn seen() -> String {
    SEEN.take().join(" ")
}

struct Silent;

impl Host for Silent {
    fn transcript(&mut self, text: &str) {
        saw(text.trim_end());
    }

    fn now(&mut self) -> i64 {
        0
    }
}

pub fn turn() -> Turn {
    Turn::new(FROZEN.clone(), Box::new(Silent), Limits::default())
}

/// Runs at the top level, where nothing may fail.
#[track_caller]
pub fn run(f: impl FnOnce(&mut Turn) -> Answer) -> Value {
    seen();
    turn().run(f).unwrap()
}

pub fn int(n: i64) -> Value {
    Value::int(n)
}

/// An array of values.
pub fn array(values: &[Value], t: &mut Turn) -> Value {
    t.new_values(Kind::Values, class::ARRAY, values)
}

pub fn exception(class: u32, t: &mut Turn) -> Answer {
    t.instantiate(class, 0)
}

#[test]
fn the_library_answers() {
    assert_eq!(run(|t| t.send(selector::PLUS, int(3), &[int(4)])), int(7));
    let failure = turn().run(|t| t.send(selector::AT_PUT, int(3), &[int(4), NIL]));
    assert!(failure.is_err());
}
