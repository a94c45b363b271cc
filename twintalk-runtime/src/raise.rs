//! Errors raised from Rust: instances of the Smalltalk exception classes, signalled like any other.

use crate::answer::{Answer, Raised};
use crate::exceptions::{self, MESSAGE_TEXT, RECEIVER, SELECTOR};
use crate::library::{class, selector};
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{FALSE, NIL, Value};

impl Turn {
    /// Signals a new exception about a receiver; a handler may resume it with a value.
    #[cold]
    #[inline(never)]
    pub fn raise_about(&mut self, class: u32, receiver: Value, message: &str) -> Answer {
        self.raise_with(class, receiver, NIL, message)
    }

    /// Signals a new exception that cannot be resumed.
    #[cold]
    #[inline(never)]
    pub fn raise(&mut self, class: u32, message: &str) -> Raised {
        match self.raise_about(class, NIL, message) {
            Err(raised) => raised,
            Ok(_) => self.refuse_resumption(class),
        }
    }

    /// The handler of an error with no way on answered a value all the same.
    fn refuse_resumption(&mut self, class: u32) -> Raised {
        let message = format!("{} cannot be resumed here", self.class_name(class));
        match self.raise_about(class::ILLEGAL_RESUME_ATTEMPT, NIL, &message) {
            Err(raised) => raised,
            Ok(_) => self.fail("IllegalResumeAttempt", message),
        }
    }

    pub(crate) fn raise_with(&mut self, class: u32, receiver: Value, selector: Value, message: &str) -> Answer {
        self.push(receiver);
        self.push(selector);
        let text = self.string(message);
        // No safepoint lies between here and the signal, which roots the exception.
        let exception = self.instantiate(class, 0);
        let (selector, receiver) = (self.pop(), self.pop());
        let exception = exception?;
        if self.header(exception).is_some_and(|header| header.length() > SELECTOR) {
            self.set_slot(exception, MESSAGE_TEXT, text)?;
            self.set_slot(exception, RECEIVER, receiver)?;
            self.set_slot(exception, SELECTOR, selector)?;
        }
        exceptions::signal(exception, self)
    }

    /// A value in an error message: what it is in a word or two, without sending to it.
    pub fn describe(&self, value: Value) -> String {
        if value.is_nil() {
            return "nil".to_owned();
        }
        if let Some(boolean) = value.as_bool() {
            return boolean.to_string();
        }
        if let Some(float) = value.as_float() {
            return format!("{float:?}");
        }
        if let Some(number) = value.as_symbol() {
            return format!("#{}", self.frozen.symbol_text(number).unwrap_or("?"));
        }
        if let Some(character) = value.as_character() {
            return format!("${character}");
        }
        if let Some(class) = value.as_class() {
            return self.class_name(class);
        }
        if let Some(integer) = self.big(value) {
            let digits = integer.to_string();
            return if digits.len() > 50 { format!("{}…", &digits[..50]) } else { digits };
        }
        if let Some(text) = self.text(value) {
            let short: String = text.chars().take(50).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            return format!("'{}{more}'", short.replace('\'', "''"));
        }
        let name = self.class_name(self.class_of(value));
        let article = if name.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
        format!("{article} {name}")
    }
}

/// Sends `doesNotUnderstand:` with the message.
#[cold]
#[inline(never)]
pub fn not_understood(receiver: Value, selector: u32, arguments: &[Value], t: &mut Turn) -> Answer {
    let list = t.new_values(Kind::Values, class::ARRAY, arguments);
    let message = t.instantiate(class::MESSAGE, 0)?;
    t.set_slot(message, 0, Value::symbol(selector))?;
    t.set_slot(message, 1, list)?;
    t.send(selector::DOES_NOT_UNDERSTAND_WITH, receiver, &[message])
}

/// `Object>>doesNotUnderstand:`: raises MessageNotUnderstood, which may be resumed.
pub fn does_not_understand(receiver: Value, message: Value, t: &mut Turn) -> Answer {
    let selector = t.slot(message, 0);
    let name = t.text(selector).unwrap_or_default();
    let text = if receiver.is_nil() {
        format!("receiver of \"{name}\" is nil")
    } else {
        let class = t.class_name(t.class_of(receiver));
        format!("{class}>>{name}")
    };
    t.raise_with(class::MESSAGE_NOT_UNDERSTOOD, receiver, selector, &text)
}

/// The condition of `ifTrue:`, `whileTrue:` …
#[inline]
pub fn truth(value: Value, t: &mut Turn) -> Result<bool, Raised> {
    match value.as_bool() {
        Some(boolean) => Ok(boolean),
        None => not_boolean(value, t),
    }
}

/// Whoever resumes the error decides: anything but false goes for true.
#[cold]
#[inline(never)]
fn not_boolean(value: Value, t: &mut Turn) -> Result<bool, Raised> {
    let answer = t.send_in_place(selector::MUST_BE_BOOLEAN, value, &[])?;
    Ok(answer != FALSE)
}
