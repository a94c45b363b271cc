//! The part of the library the runtime itself names, by hand, for as long as the compiled one is not linked.
#![allow(missing_docs)]

use crate::answer::Answer;
use crate::program::{BlockInfo, ClassInfo, Layout, Literal, SlotInfo};
use crate::turn::Turn;
use crate::value::Value;
use crate::{blocks, exceptions, raise};

macro_rules! numbered {
    ($($name:ident = $text:literal,)*) => {
        numbered!(@number 0u32; $($name)*);
        pub const TEXTS: &[&str] = &[$($text),*];
    };
    (@number $n:expr; $name:ident $($rest:ident)*) => {
        pub const $name: u32 = $n;
        numbered!(@number $n + 1; $($rest)*);
    };
    (@number $n:expr;) => {};
}

pub mod selector {
    numbered! {
        PLUS = "+", MINUS = "-", TIMES = "*", DIVIDE = "/", LESS = "<", GREATER = ">", LESS_EQUAL = "<=",
        GREATER_EQUAL = ">=", EQUAL = "=", NOT_EQUAL = "~=", MODULO = "\\\\", INT_DIVIDE = "//",
        BIT_AND_WITH = "bitAnd:", BIT_OR_WITH = "bitOr:", BIT_SHIFT_WITH = "bitShift:",
        VALUE = "value", VALUE_WITH = "value:", VALUE_VALUE = "value:value:", VALUE_WITH_ARGUMENTS = "valueWithArguments:",
        DOES_NOT_UNDERSTAND_WITH = "doesNotUnderstand:", HANDLES_WITH = "handles:", DEFAULT_ACTION = "defaultAction",
        MESSAGE_TEXT = "messageText", ON_DO = "on:do:", ENSURE = "ensure:", SIGNAL = "signal", IF_TRUE = "ifTrue:",
        RESUME_WITH = "resume:", RETURN_WITH = "return:", RETRY = "retry", PASS = "pass", OUTER = "outer",
        RESIGNAL_AS = "resignalAs:", RETRY_USING = "retryUsing:", IF_CURTAILED = "ifCurtailed:",
    }
}

pub mod class {
    numbered! {
        OBJECT = "Object", BOOLEAN = "Boolean", TRUE = "True", FALSE = "False", UNDEFINED_OBJECT = "UndefinedObject",
        CHARACTER = "Character", NUMBER = "Number", INTEGER = "Integer", SMALL_INTEGER = "SmallInteger",
        LARGE_POSITIVE_INTEGER = "LargePositiveInteger", LARGE_NEGATIVE_INTEGER = "LargeNegativeInteger",
        FLOAT = "Float", FRACTION = "Fraction", SCALED_DECIMAL = "ScaledDecimal", ARRAY = "Array",
        BYTE_ARRAY = "ByteArray", STRING = "String", SYMBOL = "Symbol", BLOCK_CLOSURE = "BlockClosure",
        ASSOCIATION = "Association", DICTIONARY = "Dictionary", ORDERED_COLLECTION = "OrderedCollection",
        CLASS = "Class", METACLASS = "Metaclass", MESSAGE = "Message", CELL = "Cell",
        TWIN = "Twin", TWIN_REFERENCE = "TwinReference",
        EXCEPTION = "Exception", NOTIFICATION = "Notification", WARNING = "Warning", ERROR = "Error",
        ZERO_DIVIDE = "ZeroDivide", MESSAGE_NOT_UNDERSTOOD = "MessageNotUnderstood",
        MODIFICATION_FORBIDDEN = "ModificationForbidden", NON_BOOLEAN_RECEIVER = "NonBooleanReceiver",
        SUBSCRIPT_OUT_OF_BOUNDS = "SubscriptOutOfBounds", BLOCK_CANNOT_RETURN = "BlockCannotReturn",
        ARGUMENTS_COUNT_MISMATCH = "ArgumentsCountMismatch", BLOCK_OUTDATED = "BlockOutdated",
        ILLEGAL_RESUME_ATTEMPT = "IllegalResumeAttempt", TYPE_ERROR = "TypeError",
    }
}

const fn slot(name: &'static str) -> SlotInfo {
    SlotInfo {
        name,
        declared: None,
    }
}
const EXCEPTION_SLOTS: &[SlotInfo] = &[
    slot("messageText"),
    slot("receiver"),
    slot("selector"),
    slot("signalId"),
    slot("returnValue"),
    slot("extra"),
];

const fn info(number: u32, superclass: u32, kind: Layout, slots: &'static [SlotInfo]) -> ClassInfo {
    ClassInfo {
        name: class::TEXTS[number as usize],
        superclass: if number == 0 { None } else { Some(superclass) },
        slots,
        kind,
        class_slots: 0,
        comment: "",
        source: "",
        selectors: &[],
        class_selectors: &[],
        library_ancestor: number,
        is_twin: false,
        external: &[],
    }
}

pub static CLASSES: &[ClassInfo] = {
    use class::*;
    const NONE: &[SlotInfo] = &[];
    &[
        info(OBJECT, 0, Layout::Fixed, NONE),
        info(BOOLEAN, OBJECT, Layout::Immediate, NONE),
        info(TRUE, BOOLEAN, Layout::Immediate, NONE),
        info(FALSE, BOOLEAN, Layout::Immediate, NONE),
        info(UNDEFINED_OBJECT, OBJECT, Layout::Immediate, NONE),
        info(CHARACTER, OBJECT, Layout::Immediate, NONE),
        info(NUMBER, OBJECT, Layout::Fixed, NONE),
        info(INTEGER, NUMBER, Layout::Immediate, NONE),
        info(SMALL_INTEGER, INTEGER, Layout::Immediate, NONE),
        info(LARGE_POSITIVE_INTEGER, INTEGER, Layout::LargeInt, NONE),
        info(LARGE_NEGATIVE_INTEGER, INTEGER, Layout::LargeInt, NONE),
        info(FLOAT, NUMBER, Layout::Immediate, NONE),
        info(
            FRACTION,
            NUMBER,
            Layout::Fixed,
            &[slot("numerator"), slot("denominator")],
        ),
        info(
            SCALED_DECIMAL,
            NUMBER,
            Layout::Fixed,
            &[slot("fraction"), slot("scale")],
        ),
        info(ARRAY, OBJECT, Layout::Indexed, NONE),
        info(BYTE_ARRAY, OBJECT, Layout::Bytes, NONE),
        info(STRING, OBJECT, Layout::Bytes, NONE),
        info(SYMBOL, STRING, Layout::Bytes, NONE),
        info(BLOCK_CLOSURE, OBJECT, Layout::Immediate, NONE),
        info(
            ASSOCIATION,
            OBJECT,
            Layout::Fixed,
            &[slot("key"), slot("value")],
        ),
        info(
            DICTIONARY,
            OBJECT,
            Layout::Fixed,
            &[slot("tally"), slot("array")],
        ),
        info(
            ORDERED_COLLECTION,
            OBJECT,
            Layout::Fixed,
            &[slot("array"), slot("firstIndex"), slot("lastIndex")],
        ),
        info(CLASS, OBJECT, Layout::Immediate, NONE),
        info(METACLASS, OBJECT, Layout::Immediate, NONE),
        info(
            MESSAGE,
            OBJECT,
            Layout::Fixed,
            &[slot("selector"), slot("arguments")],
        ),
        info(CELL, OBJECT, Layout::Immediate, NONE),
        info(TWIN, OBJECT, Layout::Fixed, NONE),
        info(TWIN_REFERENCE, OBJECT, Layout::Immediate, NONE),
        info(EXCEPTION, OBJECT, Layout::Fixed, EXCEPTION_SLOTS),
        info(NOTIFICATION, EXCEPTION, Layout::Fixed, EXCEPTION_SLOTS),
        info(WARNING, NOTIFICATION, Layout::Fixed, EXCEPTION_SLOTS),
        info(ERROR, EXCEPTION, Layout::Fixed, EXCEPTION_SLOTS),
        info(ZERO_DIVIDE, ERROR, Layout::Fixed, EXCEPTION_SLOTS),
        info(
            MESSAGE_NOT_UNDERSTOOD,
            ERROR,
            Layout::Fixed,
            EXCEPTION_SLOTS,
        ),
        info(
            MODIFICATION_FORBIDDEN,
            ERROR,
            Layout::Fixed,
            EXCEPTION_SLOTS,
        ),
        info(NON_BOOLEAN_RECEIVER, ERROR, Layout::Fixed, EXCEPTION_SLOTS),
        info(
            SUBSCRIPT_OUT_OF_BOUNDS,
            ERROR,
            Layout::Fixed,
            EXCEPTION_SLOTS,
        ),
        info(BLOCK_CANNOT_RETURN, ERROR, Layout::Fixed, EXCEPTION_SLOTS),
        info(
            ARGUMENTS_COUNT_MISMATCH,
            ERROR,
            Layout::Fixed,
            EXCEPTION_SLOTS,
        ),
        info(BLOCK_OUTDATED, ERROR, Layout::Fixed, EXCEPTION_SLOTS),
        info(
            ILLEGAL_RESUME_ATTEMPT,
            ERROR,
            Layout::Fixed,
            EXCEPTION_SLOTS,
        ),
        info(TYPE_ERROR, ERROR, Layout::Fixed, EXCEPTION_SLOTS),
    ]
};

pub const CLASS_COUNT: u32 = class::TEXTS.len() as u32;
pub static SYMBOLS: &[&str] = selector::TEXTS;
pub static LITERALS: &[Literal] = &[];
pub const CLASS_VARIABLES: u32 = 0;
pub static BLOCKS: &[BlockInfo] = &[];
pub const BLOCK_COUNT: u32 = 0;
pub static INITIALIZERS: &[fn(&mut Turn) -> Answer] = &[];

pub fn understands(_class: u32, selector: u32) -> bool {
    (selector as usize) < selector::TEXTS.len()
}

pub fn block(_number: u32, _block: Value, _arguments: &[Value], t: &mut Turn) -> Answer {
    Err(t.raise(class::BLOCK_OUTDATED, "the library has no such block"))
}

pub fn dispatch(message: u32, receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    use selector as s;
    if t.kind_of(receiver) == Some(crate::object::Kind::Block) {
        return match (message, arguments) {
            (s::ON_DO, &[class, handler]) => exceptions::on_do(receiver, class, handler, t),
            (s::ENSURE, &[after]) => exceptions::ensure(receiver, after, t),
            (s::IF_CURTAILED, &[after]) => exceptions::if_curtailed(receiver, after, t),
            (s::VALUE | s::VALUE_WITH | s::VALUE_VALUE, _) => blocks::call(receiver, arguments, t),
            _ => raise::not_understood(receiver, message, arguments, t),
        };
    }
    if t.is_kind_of(receiver, class::EXCEPTION) {
        return match (message, arguments) {
            (s::SIGNAL, []) => exceptions::signal(receiver, t),
            (s::RETURN_WITH, &[value]) => exceptions::return_with(receiver, value, t),
            (s::RESUME_WITH, &[value]) => exceptions::resume(receiver, value, t),
            (s::RETRY, []) => exceptions::retry(receiver, t),
            (s::RETRY_USING, &[block]) => exceptions::retry_using(receiver, block, t),
            (s::PASS, []) => exceptions::pass(receiver, t),
            (s::OUTER, []) => exceptions::outer(receiver, t),
            (s::RESIGNAL_AS, &[other]) => exceptions::resignal_as(receiver, other, t),
            (s::DEFAULT_ACTION, []) => exceptions::default_action(receiver, t),
            (s::MESSAGE_TEXT, []) => Ok(t.slot(receiver, 0)),
            _ => raise::not_understood(receiver, message, arguments, t),
        };
    }
    match (message, arguments) {
        (s::DOES_NOT_UNDERSTAND_WITH, &[message]) => {
            raise::does_not_understand(receiver, message, t)
        }
        (s::DIVIDE, &[zero]) if zero == Value::int(0) => {
            t.raise_about(class::ZERO_DIVIDE, receiver, "division by zero")
        }
        _ => raise::not_understood(receiver, message, arguments, t),
    }
}
