//! By hand what the compiler generates: a program of two twin classes, in several versions.

use crate::answer::Answer;
use crate::engine::{Durability, Options};
use crate::heap::Core;
use crate::library::{self, class, selector};
use crate::program::{ClassInfo, Layout, Literal, Program, SlotInfo, TwinType};
use crate::row::{Row, Slot, Word};
use crate::slot;
use crate::turn::Turn;
use crate::value::{NIL, SELF, Value};

/// The first symbol of a program.
const S: u32 = library::SYMBOLS.len() as u32;

const fn slot(name: &'static str, declared: Option<&'static str>) -> SlotInfo {
    SlotInfo { name, declared }
}

const fn twin(name: &'static str, slots: &'static [SlotInfo], external: &'static [u32]) -> ClassInfo {
    ClassInfo {
        name,
        superclass: Some(class::TWIN),
        slots,
        kind: Layout::Fixed,
        class_slots: 0,
        class_slot_names: &[],
        class_variables: &[],
        package: "",
        comment: "",
        source: "pump.st:1",
        selectors: &[S + 8],
        class_selectors: &[],
        pragmas: &[],
        library_ancestor: class::TWIN,
        is_twin: true,
        external,
    }
}

/// A row with slots of some types.
macro_rules! row {
    ($name:ident, $number:expr, $program:ident, $($index:literal $slot:ident: $type:ty,)*) => {
        #[derive(Clone, Default)]
        pub struct $name {
            $(pub $slot: $type,)*
            core: Core,
        }

        impl Row for $name {
            const CLASS: u32 = $number;
            const SLOTS: u32 = [$($index),*].len() as u32;

            fn get(&self, index: u32) -> Word {
                match index {
                    $($index => self.$slot.word(),)*
                    _ => Word::NIL,
                }
            }

            fn put(&mut self, index: u32, word: Word) {
                match index {
                    $($index => self.$slot = Slot::from_word(word),)*
                    _ => {}
                }
            }

            fn core(&mut self) -> &mut Core {
                &mut self.core
            }

            fn program() -> &'static Program {
                &$program
            }
        }

        impl $name {
            /// Reads a slot by name, or stores to it.
            fn slot_of(name: &str, value: Option<Value>, t: &mut Turn) -> Option<Answer> {
                $(
                    if name == stringify!($slot) {
                        return Some(match value {
                            None => Ok(t.load::<Self, _>(|row| &row.$slot)),
                            Some(value) => t.store::<Self, _>($index, |row| &mut row.$slot, value).map(|()| SELF),
                        });
                    }
                )*
                None
            }
        }
    };
}

// Version 1.
row!(Pump, library::CLASS_COUNT, PROGRAM, 0 pressure: slot::Float, 1 level: Value, 2 entries: Value, 3 stamp: slot::Int64,);
row!(Meter, library::CLASS_COUNT + 1, PROGRAM, 0 level: Value,);

// Version 2: other symbols first, a class more, a slot less and one more.
row!(Valve, library::CLASS_COUNT, SECOND, 0 level: Value,);
row!(Pump2, library::CLASS_COUNT + 1, SECOND, 0 added: Value, 1 level: Value, 2 entries: Value, 3 stamp: slot::Int64,);

// Version 3: no pumps.
row!(Lonely, library::CLASS_COUNT, THIRD, 0 level: Value,);

const ACCESSORS: &[u32] =
    &[S, S + 1, S + 2, S + 3, S + 4, S + 5, S + 6, S + 7, S + 9, S + 10, S + 11, S + 12, S + 13, S + 14, S + 15, S + 16, S + 17];

/// The first version.
pub static PROGRAM: Program = FIRST_REST;

/// The first version, to be varied.
pub const FIRST_REST: Program = Program {
    symbols: &[
        "pressure",
        "pressure:",
        "level",
        "level:",
        "entries",
        "entries:",
        "stamp",
        "stamp:",
        "hidden",
        "boom",
        "panic",
        "enter:",
        "replace:",
        "bump",
        "echo:",
        "mark",
        "spin",
        "myself",
        "green",
        "red",
    ],
    classes: &[
        twin(
            "Pump",
            &[slot("pressure", Some("Float")), slot("level", None), slot("entries", None), slot("stamp", Some("Int64"))],
            ACCESSORS,
        ),
        twin("Meter", &[slot("level", None)], ACCESSORS),
    ],
    literals: &[Literal::String("literal")],
    class_variables: 0,
    dispatch,
    block: |_, _, _, t| Err(t.raise(class::BLOCK_OUTDATED, "no blocks")),
    blocks: &[],
    sends: &library::ALL,
    extensions: &[],
    extends_library: false,
    resumes: true,
    twins: &[TwinType::of::<Pump>(), TwinType::of::<Meter>()],
    provision: &[],
    initializers: &[],
    formerly: &[],
};

/// A later version, in which numbers and slots have changed.
pub static SECOND: Program = SECOND_REST;

/// It, to be varied.
pub const SECOND_REST: Program = Program {
    symbols: &[
        "red", "level", "level:", "entries", "entries:", "stamp", "stamp:", "added", "hidden", "added:", "enter:", "replace:", "bump",
        "mark",
    ],
    classes: &[
        twin("Valve", &[slot("level", None)], &[S + 1]),
        twin(
            "Pump",
            &[slot("added", None), slot("level", None), slot("entries", None), slot("stamp", Some("Int64"))],
            &[S + 1, S + 2, S + 3, S + 4, S + 5, S + 6, S + 7, S + 9, S + 10, S + 11, S + 12, S + 13],
        ),
    ],
    twins: &[TwinType::of::<Valve>(), TwinType::of::<Pump2>()],
    literals: &[Literal::String("literal")],
    provision: &[],
    initializers: &[],
    formerly: &[],
    blocks: &[],
    ..PROGRAM_REST
};

/// A version without pumps.
pub static THIRD: Program = Program {
    symbols: &["level"],
    classes: &[twin("Lonely", &[slot("level", None)], &[S])],
    twins: &[TwinType::of::<Lonely>()],
    ..PROGRAM_REST
};

const PROGRAM_REST: Program = Program {
    symbols: &[],
    classes: &[],
    literals: &[],
    class_variables: 0,
    dispatch,
    block: |_, _, _, t| Err(t.raise(class::BLOCK_OUTDATED, "no blocks")),
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

/// All methods of all versions, by their texts.
fn dispatch(number: u32, receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    let text = t.frozen().symbol_text(number).unwrap_or_default();
    if receiver.is_self()
        && let Some(answer) = method(text, arguments, t)
    {
        return answer;
    }
    let class = crate::dispatch::library_class(receiver, t);
    library::dispatch(number, class, receiver, arguments, t)
}

fn method(text: &str, arguments: &[Value], t: &mut Turn) -> Option<Answer> {
    Some(match (text, arguments) {
        ("initialize", []) => access("level", Some(Value::int(0)), t)?,
        ("hidden", []) => Ok(NIL),
        ("boom", []) => boom(t),
        ("panic", []) => {
            let _ = access("level", Some(Value::int(66)), t)?;
            panic!("on purpose")
        }
        ("bump", []) => bump(t),
        ("echo:", [value]) => Ok(*value),
        ("myself", []) => Ok(SELF),
        ("mark", []) => {
            let green = t.symbol("green");
            access("level", Some(green), t)?
        }
        ("spin", []) => loop {
            if let Err(raised) = t.tick() {
                break Err(raised);
            }
        },
        ("enter:", [value]) => enter(*value, t),
        ("replace:", [value]) => replace(*value, t),
        (slot, []) => access(slot, None, t)?,
        (setter, [value]) => access(setter.strip_suffix(':')?, Some(*value), t)?,
        _ => return None,
    })
}

fn access(name: &str, value: Option<Value>, t: &mut Turn) -> Option<Answer> {
    let class = t.twin_class();
    let name_of = |class| t.class_info(class).map_or("", |info| info.name);
    let has = |text: &str| t.class_info(class).is_some_and(|info| info.slots.iter().any(|slot| slot.name == text));
    match name_of(class) {
        "Pump" if has("added") => Pump2::slot_of(name, value, t),
        "Pump" => Pump::slot_of(name, value, t),
        "Meter" => Meter::slot_of(name, value, t),
        "Valve" => Valve::slot_of(name, value, t),
        _ => Lonely::slot_of(name, value, t),
    }
}

fn get(name: &str, t: &mut Turn) -> Answer {
    access(name, None, t).unwrap_or(Ok(NIL))
}

fn set(name: &str, value: Value, t: &mut Turn) -> Answer {
    access(name, Some(value), t).unwrap_or(Ok(NIL))
}

/// Writes, also into the heap, and fails.
fn boom(t: &mut Turn) -> Answer {
    set("level", Value::int(99), t)?;
    replace(Value::int(99), t)?;
    t.send(selector::DIVIDE, Value::int(1), &[Value::int(0)])
}

fn bump(t: &mut Turn) -> Answer {
    let level = get("level", t)?;
    let more = t.send(selector::PLUS, level, &[Value::int(1)])?;
    set("level", more, t)?;
    Ok(more)
}

/// Adds to the collection of entries, which is made when it is needed.
fn enter(value: Value, t: &mut Turn) -> Answer {
    t.push(value);
    let mut entries = get("entries", t)?;
    if entries.is_nil() {
        entries = t.send(selector::NEW, Value::class(class::ORDERED_COLLECTION), &[])?;
        set("entries", entries, t)?;
        entries = get("entries", t)?;
    }
    let value = t.pop();
    let add = t.frozen().symbol_number("add:").unwrap();
    t.send(add, entries, &[value])
}

/// Writes into the collection of entries; the slot stays as it is.
fn replace(value: Value, t: &mut Turn) -> Answer {
    let entries = get("entries", t)?;
    if entries.is_nil() {
        return Ok(NIL);
    }
    t.send(selector::AT_PUT, entries, &[Value::int(1), value])
}

/// In memory, one shard, so that all happens in one order, however full the disk of whoever runs the tests is. What is compacted
/// may be as young as it likes.
pub fn options() -> Options {
    let retain = Some(std::time::Duration::ZERO);
    Options { durability: Durability::Memory, shards: 1, memory: 1 << 30, min_free: Some(0), retain, ..Options::default() }
}
