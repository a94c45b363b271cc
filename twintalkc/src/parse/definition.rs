//! Class definitions: the top-level statements that define instead of doing something.

use super::body::Declared;
use super::reader::Reader;
use crate::ast::{Class, ClassKind, Expression, Kind, Literal, Message as Sent, Name, Pragma, Slot, Statement, TopLevel, Type};
use crate::messages::Message;
use crate::source::Span;

/// What a top-level statement turns out to be.
pub(super) enum Top {
    /// `Twin subclass: #Pump instanceVariables: 'press'`
    Class(Class),
    /// `Pump class instanceVariableNames: 'count'`
    ClassSlots(Name, Vec<Slot>),
    /// `Pump comment: 'Moves water.'`: defines if the file defines the class.
    Comment(Name, String, TopLevel),
    /// Anything else.
    Statement(TopLevel),
    /// An error, already reported.
    Refused,
}

/// Finds out what a top-level statement is.
pub(super) fn classify(reader: &mut Reader<'_>, declared: Declared) -> Top {
    let Declared { statement: top, pragmas } = declared;
    if let Statement::Expression(expression) = &top.statement
        && let Some(definition) = Definition::of(expression)
    {
        return definition.read(reader, expression.span, pragmas).unwrap_or(Top::Refused);
    }
    if let Some(pragma) = pragmas.first() {
        reader.diagnostics.add(pragma.span, Message::PragmaWithoutClass);
        return Top::Refused;
    }
    match &top.statement {
        Statement::Expression(expression) => match comment(expression) {
            Some((name, comment)) => Top::Comment(name, comment, top),
            None => Top::Statement(top),
        },
        Statement::Return(_) => Top::Statement(top),
    }
}

/// `Pump comment: 'Moves water.'`
fn comment(expression: &Expression) -> Option<(Name, String)> {
    let Kind::Send { receiver, message } = &expression.kind else { return None };
    match message.arguments.as_slice() {
        [Expression { kind: Kind::Literal(Literal::String(comment)), .. }] if message.selector.text == "comment:" => {
            Some((class_name(receiver)?, comment.clone()))
        }
        _ => None,
    }
}

/// A definition's subject and its parts: `instanceVariables:` and an argument, and so on.
struct Definition<'a> {
    subject: Subject<'a>,
    parts: Vec<(&'a str, &'a Expression)>,
}

enum Subject<'a> {
    /// `Twin subclass: #Pump`, `Twin << #Pump`
    Class { superclass: Option<Name>, name: &'a Expression },
    /// `Pump class`
    ClassSide(Name),
}

impl<'a> Definition<'a> {
    fn of(expression: &'a Expression) -> Option<Self> {
        let (receiver, messages) = match &expression.kind {
            Kind::Send { receiver, message } => (receiver, std::slice::from_ref(message)),
            Kind::Cascade { receiver, messages } => (receiver, messages.as_slice()),
            _ => return None,
        };
        // `Twin << #Pump` alone, or with parts behind it.
        if let Some(subject) = fluid(expression) {
            return Some(Definition { subject, parts: Vec::new() });
        }
        if let Some(subject) = fluid(receiver) {
            return Some(Definition { subject, parts: parts(messages) });
        }
        let [message] = messages else { return None };
        let mut parts = parts(std::slice::from_ref(message));
        if message.selector.text.starts_with("subclass:") {
            let superclass = superclass(receiver)?;
            let (_, name) = parts.remove(0);
            return Some(Definition { subject: Subject::Class { superclass, name }, parts });
        }
        let class = class_side(receiver)?;
        let defines = ["instanceVariableNames:", "instanceVariables:", "slots:"].contains(&message.selector.text.as_str());
        defines.then_some(Definition { subject: Subject::ClassSide(class), parts })
    }

    fn read(self, reader: &mut Reader<'_>, span: Span, pragmas: Vec<Pragma>) -> Option<Top> {
        match self.subject {
            Subject::ClassSide(name) => {
                if let Some(pragma) = pragmas.first() {
                    reader.diagnostics.add(pragma.span, Message::PragmaWithoutClass);
                    return None;
                }
                let mut slots = Vec::new();
                for (part, argument) in self.parts {
                    slots.extend(read_slots(reader, part, argument)?);
                }
                Some(Top::ClassSlots(name, slots))
            }
            Subject::Class { superclass, name } => {
                let span = pragmas.last().map_or(span, |pragma| span.to(pragma.span));
                let name = defined_name(reader, name)?;
                let mut class = Class::new(name, ClassKind::Class, superclass, span);
                class.pragmas = pragmas;
                let mut refused = false;
                for (part, argument) in self.parts {
                    refused |= read_part(reader, &mut class, part, argument).is_none();
                }
                (!refused).then_some(Top::Class(class))
            }
        }
    }
}

/// The parts of keyword messages; `install` and other unary ones of Pharo's builders say nothing here.
fn parts(messages: &[Sent]) -> Vec<(&str, &Expression)> {
    messages.iter().flat_map(|message| message.selector.text.split_inclusive(':').zip(&message.arguments)).collect()
}

/// `Twin << #Pump`, `Twin class << Pump class`
fn fluid(expression: &Expression) -> Option<Subject<'_>> {
    let Kind::Send { receiver, message } = &expression.kind else { return None };
    let [name] = message.arguments.as_slice() else { return None };
    if message.selector.text != "<<" {
        return None;
    }
    match &name.kind {
        Kind::Literal(Literal::Symbol(_)) => Some(Subject::Class { superclass: superclass(receiver)?, name }),
        _ => class_side(receiver).and_then(|_| class_side(name)).map(Subject::ClassSide),
    }
}

/// `Pump class`
fn class_side(expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Send { receiver, message } if message.selector.text == "class" => class_name(receiver),
        _ => None,
    }
}

/// A capitalised variable.
fn class_name(expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Variable(name) if name.starts_with(char::is_uppercase) => Some(Name { text: name.clone(), span: expression.span }),
        _ => None,
    }
}

/// A class, or `nil`.
fn superclass(expression: &Expression) -> Option<Option<Name>> {
    match &expression.kind {
        Kind::Variable(name) if name == "nil" => Some(None),
        _ => class_name(expression).map(Some),
    }
}

/// `#Pump`, where a class is named.
fn defined_name(reader: &mut Reader<'_>, expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Literal(Literal::Symbol(name) | Literal::String(name)) if is_identifier(name) => {
            let written = reader.text(expression.span);
            let prefix = written.find(name.as_str()).unwrap_or(0) as u32;
            let start = expression.span.start + prefix;
            Some(Name { text: name.clone(), span: Span { start, end: start + name.len() as u32, ..expression.span } })
        }
        Kind::Variable(name) => {
            reader.diagnostics.add(expression.span, Message::ClassNameNotSymbol { name: name.clone() });
            None
        }
        _ => {
            let part = "subclass:".to_string();
            reader.diagnostics.add(expression.span, Message::WrongDefinitionPart { part, expected: "a symbol such as `#Pump`" });
            None
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first == '_' || first.is_alphabetic()) && name.chars().all(super::scan::is_letter)
}

fn read_part(reader: &mut Reader<'_>, class: &mut Class, part: &str, argument: &Expression) -> Option<()> {
    match part {
        "instanceVariables:" | "instanceVariableNames:" | "slots:" => class.slots.extend(read_slots(reader, part, argument)?),
        "classInstanceVariableNames:" | "classSlots:" => class.class_slots.extend(read_slots(reader, part, argument)?),
        "classVariableNames:" | "classVariables:" | "sharedVariables:" => {
            for slot in read_slots(reader, part, argument)? {
                class.class_variables.push(slot.name);
            }
        }
        "package:" | "category:" => class.category = Some(read_string(reader, part, argument)?),
        "comment:" => class.comment = Some(read_string(reader, part, argument)?),
        // These say where a tool shows the class, or how its slots lie in memory.
        "tag:" | "layout:" => {}
        // Accepted where they say nothing.
        "poolDictionaries:" | "sharedPools:" | "uses:" | "traits:" if is_empty(argument) => {}
        _ => {
            reader.diagnostics.add(argument.span, Message::UnknownDefinitionPart { part: part.to_string() });
            return None;
        }
    }
    Some(())
}

/// `''`, `#()`, `{}`
fn is_empty(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::Literal(Literal::String(text)) => text.trim().is_empty(),
        Kind::Literal(Literal::Array(elements)) => elements.is_empty(),
        Kind::Brace(elements) => elements.is_empty(),
        _ => false,
    }
}

fn read_string(reader: &mut Reader<'_>, part: &str, argument: &Expression) -> Option<String> {
    match &argument.kind {
        Kind::Literal(Literal::String(text) | Literal::Symbol(text)) => Some(text.clone()),
        _ => wrong(reader, part, argument, "a string"),
    }
}

/// `'temperature <Float> count'`, `{ #temperature => Float. #count }`, `#(temperature count)`
fn read_slots(reader: &mut Reader<'_>, part: &str, argument: &Expression) -> Option<Vec<Slot>> {
    match &argument.kind {
        Kind::Literal(Literal::String(_)) => {
            let inside = Span { start: argument.span.start + 1, end: argument.span.end - 1, ..argument.span };
            reader.slots(inside)
        }
        Kind::Literal(Literal::Array(elements)) => {
            let name = |element: &Literal| match element {
                Literal::Symbol(name) | Literal::String(name) if is_identifier(name) => {
                    Some(Slot { name: Name { text: name.clone(), span: argument.span }, type_: None })
                }
                _ => None,
            };
            let slots: Option<Vec<Slot>> = elements.iter().map(name).collect();
            slots.or_else(|| wrong(reader, part, argument, "names: `#(press note)`"))
        }
        Kind::Brace(elements) => {
            let mut slots = Vec::new();
            for element in elements {
                match slot(element) {
                    Some(slot) => slots.push(slot),
                    None => return wrong(reader, part, element, "slots: `{ #press => Float. #note }`"),
                }
            }
            Some(slots)
        }
        _ => wrong(reader, part, argument, "names: `'press note'` or `{ #press. #note }`"),
    }
}

/// `#press`, `#press => Float`, `#press => Float | nil`; Pharo's kinds of slots, as in `#press => WeakSlot`, declare no type.
pub(super) fn slot(element: &Expression) -> Option<Slot> {
    match &element.kind {
        Kind::Literal(Literal::Symbol(name)) if is_identifier(name) => {
            let span = Span { start: element.span.end - name.len() as u32, ..element.span };
            Some(Slot { name: Name { text: name.clone(), span }, type_: None })
        }
        Kind::Send { receiver, message } => {
            let mut slot = slot(receiver)?;
            if message.selector.text.ends_with(':') && matches!(receiver.kind, Kind::Send { .. }) {
                // `#press => PropertySlot default: 3`
                return Some(Slot { type_: None, ..slot });
            }
            let [Expression { kind: Kind::Variable(name), span }] = message.arguments.as_slice() else { return None };
            let name = Name { text: name.clone(), span: *span };
            match (message.selector.text.as_str(), &mut slot.type_) {
                ("=>", None) if name.text.ends_with("Slot") || name.text.ends_with("Variable") => {}
                ("=>", None) => slot.type_ = Some(Type { span: name.span, alternatives: vec![name] }),
                ("|", Some(type_)) => {
                    type_.span = type_.span.to(name.span);
                    type_.alternatives.push(name);
                }
                _ => return None,
            }
            Some(slot)
        }
        _ => None,
    }
}

fn wrong<T>(reader: &mut Reader<'_>, part: &str, argument: &Expression, expected: &'static str) -> Option<T> {
    reader.diagnostics.add(argument.span, Message::WrongDefinitionPart { part: part.to_string(), expected });
    None
}
