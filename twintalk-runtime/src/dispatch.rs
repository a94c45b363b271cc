//! Sending, and the classes of values.

use crate::answer::Answer;
use crate::frozen::NO_CLASS;
use crate::library::{self, class};
use crate::program::ClassInfo;
use crate::turn::Turn;
use crate::value::{METACLASS, Value};

impl Turn {
    /// Sends any message: the one dynamic entry.
    #[inline]
    pub fn send(&mut self, selector: u32, receiver: Value, arguments: &[Value]) -> Answer {
        if receiver.is_self()
            && let Some(perform) = self.current.perform()
        {
            return perform(selector, arguments, self);
        }
        self.send_by_class(self.class_of(receiver), selector, receiver, arguments)
    }

    /// Sends to a receiver of a class.
    #[inline]
    pub(crate) fn send_by_class(&mut self, class: u32, selector: u32, receiver: Value, arguments: &[Value]) -> Answer {
        if self.is_open(class) {
            return self.program_send(selector, receiver, arguments);
        }
        library::dispatch(selector, class, receiver, arguments, self)
    }

    /// Sends without a safepoint: nothing moves until it answers.
    #[cold]
    #[inline(never)]
    pub(crate) fn send_in_place(&mut self, selector: u32, receiver: Value, arguments: &[Value]) -> Answer {
        self.inhibit += 1;
        let answer = self.send(selector, receiver, arguments);
        self.inhibit -= 1;
        answer
    }

    /// The number of a value's class.
    #[inline(always)]
    pub fn class_of(&self, value: Value) -> u32 {
        match self.header(value) {
            Some(header) => header.class(),
            None if value.is_small() => class::SMALL_INTEGER,
            None => self.class_of_immediate(value),
        }
    }

    #[inline(never)]
    fn class_of_immediate(&self, value: Value) -> u32 {
        if value.is_self() {
            return self.twin_class();
        }
        if value.is_float() {
            return class::FLOAT;
        }
        if value.is_character() {
            return class::CHARACTER;
        }
        match value.as_class() {
            Some(number) if number & METACLASS != 0 => class::METACLASS,
            Some(number) => METACLASS | number,
            None if value.is_nil() => class::UNDEFINED_OBJECT,
            None if value == Value::TRUE => class::TRUE,
            None if value == Value::FALSE => class::FALSE,
            None if value.as_symbol().is_some() => class::BYTE_SYMBOL,
            None => class::OBJECT,
        }
    }

    /// The superclass of a class or metaclass.
    #[inline]
    pub fn superclass(&self, class: u32) -> Option<u32> {
        let shape = self.frozen.shapes.get((class & !METACLASS) as usize)?;
        match shape.superclass {
            NO_CLASS if class & METACLASS != 0 => Some(class::CLASS),
            NO_CLASS => None,
            superclass => Some(superclass | class & METACLASS),
        }
    }

    /// Whether a class is another or inherits from it.
    #[inline]
    pub fn inherits(&self, class: u32, ancestor: u32) -> bool {
        let mut class = class;
        // A damaged table could be circular; no real one is as deep as this.
        for _ in 0..1024 {
            if class == ancestor {
                return true;
            }
            match self.superclass(class) {
                Some(superclass) => class = superclass,
                None => return false,
            }
        }
        false
    }

    /// `value isKindOf: class`.
    #[inline]
    pub fn is_kind_of(&self, value: Value, class: u32) -> bool {
        self.inherits(self.class_of(value), class)
    }

    /// What the program says of a class; a metaclass answers for its class.
    pub fn class_info(&self, class: u32) -> Option<&'static ClassInfo> {
        self.frozen.class(class & !METACLASS)
    }

    /// The name of a class or metaclass.
    pub fn class_name(&self, class: u32) -> String {
        let name = self.class_info(class).map_or("?", |info| info.name);
        if class & METACLASS != 0 { format!("{name} class") } else { name.to_owned() }
    }

    /// `respondsTo:`
    pub fn understands(&self, value: Value, selector: u32) -> bool {
        let mut at = Some(self.class_of(value));
        while let Some(class) = at {
            let own = self.class_info(class).is_some_and(|info| {
                let selectors = if class & METACLASS == 0 { info.selectors } else { info.class_selectors };
                selectors.contains(&selector)
            });
            if own {
                return true;
            }
            at = self.superclass(class);
        }
        false
    }

    /// Whether the program has a say in what instances of a class answer.
    #[inline]
    pub fn is_open(&self, class: u32) -> bool {
        class & !METACLASS >= library::CLASS_COUNT || self.program.extends_library
    }

    /// Sends through the program's dispatch.
    #[inline]
    pub fn program_send(&mut self, selector: u32, receiver: Value, arguments: &[Value]) -> Answer {
        (self.program.dispatch)(selector, receiver, arguments, self)
    }
}

/// The nearest library class among a value's class and its superclasses.
#[inline]
pub fn library_class(value: Value, t: &Turn) -> u32 {
    library_ancestor(t.class_of(value), t)
}

/// The nearest library class among a class and its superclasses.
#[inline]
pub fn library_ancestor(class: u32, t: &Turn) -> u32 {
    if class & !METACLASS < library::CLASS_COUNT { class } else { nearest_of_library(class, t) }
}

#[inline(never)]
fn nearest_of_library(class: u32, t: &Turn) -> u32 {
    let ancestor = t.class_info(class).map_or(class::OBJECT, |info| info.library_ancestor);
    ancestor | (class & METACLASS)
}

/// Whether a class is one of those of symbols.
#[inline]
pub fn is_symbol(class: u32) -> bool {
    matches!(class, class::SYMBOL | class::BYTE_SYMBOL | class::WIDE_SYMBOL)
}

/// Whether a class is one of the library's classes of strings that are no symbols.
#[inline]
pub fn is_string(class: u32) -> bool {
    matches!(class, class::STRING | class::BYTE_STRING | class::WIDE_STRING)
}

/// A message that no library class given by its number answers: the program's classes may.
#[inline(never)]
pub fn open_send(class: u32, selector: u32, receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    if class & !METACLASS >= library::CLASS_COUNT {
        return t.program_send(selector, receiver, arguments);
    }
    crate::raise::not_understood(receiver, selector, arguments, t)
}

/// A message whose selector was computed, of a method that no code of the program names and that is not linked therefore.
#[cold]
pub fn left_out(receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    let selector = t.dispatched;
    if !t.understands(receiver, selector) {
        return crate::raise::not_understood(receiver, selector, arguments, t);
    }
    let text = t.frozen.symbol_text(selector).unwrap_or("?");
    let message = format!("#{text} is not linked: no code of this program names it; name it as a literal symbol to keep it");
    t.raise_about(class::ERROR, receiver, &message)
}

/// A block of a library method that no code of the program names any more: it was stored by an earlier program.
#[cold]
pub fn block_left_out(_block: Value, _arguments: &[Value], t: &mut Turn) -> Answer {
    Err(t.raise(class::BLOCK_OUTDATED, "the method of this block is not linked: no code of this program names it"))
}

/// `==`: the same object; boxed integers, twin references and symbols made at run time by what they hold.
#[inline]
pub fn same(a: Value, b: Value, t: &Turn) -> bool {
    // Objects with slots, most of all, are the same only where they are one.
    let plain = |value| t.header(value).is_some_and(|header| header.known_kind() == Some(crate::object::Kind::Values));
    a == b || a.is_reference() && b.is_reference() && !plain(a) && same_content(a, b, t)
}

#[inline(never)]
fn same_content(a: Value, b: Value, t: &Turn) -> bool {
    use crate::object::Kind;
    let (Some((header, body)), Some((other_header, other_body))) = (t.object(a), t.object(b)) else {
        return false;
    };
    let by_content = matches!(header.kind(), Kind::Int64 | Kind::TwinRef) || is_symbol(header.class());
    by_content && header.anonymous() == other_header.anonymous() && body == other_body
}
