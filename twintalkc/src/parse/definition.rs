//! Class definitions: the top-level statements that define instead of doing something.

use super::body::Declared;
use super::parts::{SUBCLASS_KEYWORDS, is_identifier, layout, read_part};
use super::reader::Reader;
use crate::ast::{
    Class, ClassKind, Composition, Expression, Kind, Layout, Literal, Message as Sent, Name, Pragma, Slot, Statement, TopLevel,
};
use crate::messages::Message;
use crate::source::Span;

/// What a top-level statement turns out to be.
pub(super) enum Top {
    /// `Twin subclass: #Pump instanceVariables: 'press'`
    Class(Class),
    /// `Pump class instanceVariableNames: 'count'`, `Pump class uses: TSize classTrait`
    ClassSide(Name, Vec<Slot>, Option<Composition>),
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
    Class { superclass: Option<Name>, name: &'a Expression, layout: Option<Layout> },
    /// `Trait named: #TSize`, `Trait << #TSize`
    Trait { name: &'a Expression },
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
        let (first, argument) = *parts.first()?;
        if let Some((_, layout)) = SUBCLASS_KEYWORDS.iter().find(|(keyword, _)| *keyword == first) {
            let superclass = superclass(receiver)?;
            parts.remove(0);
            return Some(Definition { subject: Subject::Class { superclass, name: argument, layout: *layout }, parts });
        }
        if first == "named:" && is_trait(receiver) {
            parts.remove(0);
            return Some(Definition { subject: Subject::Trait { name: argument }, parts });
        }
        // GNU Smalltalk: `Object variable: #byte subclass: #Pixels`
        if first == "variable:"
            && let (Some(superclass), [(_, shape), ("subclass:", name), ..]) = (superclass(receiver), parts.as_slice())
            && let Kind::Literal(Literal::Symbol(shape)) = &shape.kind
        {
            let subject = Subject::Class { superclass, name, layout: layout(shape) };
            return Some(Definition { subject, parts: parts.split_off(2) });
        }
        let class = class_side(receiver)?;
        parts.iter().all(|(part, _)| SIDE_PARTS.contains(part)).then_some(Definition { subject: Subject::ClassSide(class), parts })
    }

    fn read(self, reader: &mut Reader<'_>, span: Span, pragmas: Vec<Pragma>) -> Option<Top> {
        match self.subject {
            Subject::ClassSide(name) => {
                if let Some(pragma) = pragmas.first() {
                    reader.diagnostics.add(pragma.span, Message::PragmaWithoutClass);
                    return None;
                }
                let mut side = Class::new(name, ClassKind::Class, None, span);
                for (part, argument) in self.parts {
                    let part = if part == "trait:" { "traits:" } else { part };
                    read_part(reader, &mut side, part, argument)?;
                }
                Some(Top::ClassSide(side.name, side.slots, side.traits))
            }
            Subject::Class { superclass, name, layout } => {
                let mut class = Class::new(defined_name(reader, name)?, ClassKind::Class, superclass, span);
                class.layout = layout;
                define(reader, class, self.parts, pragmas)
            }
            Subject::Trait { name } => {
                let class = Class::new(defined_name(reader, name)?, ClassKind::Trait, None, span);
                define(reader, class, self.parts, pragmas)
            }
        }
    }
}

/// The messages that define a class side.
const SIDE_PARTS: [&str; 6] = ["instanceVariableNames:", "instanceVariables:", "slots:", "uses:", "traits:", "trait:"];

fn define(reader: &mut Reader<'_>, mut class: Class, parts: Vec<(&str, &Expression)>, pragmas: Vec<Pragma>) -> Option<Top> {
    class.span = pragmas.last().map_or(class.span, |pragma| class.span.to(pragma.span));
    class.pragmas = pragmas;
    let mut refused = false;
    for (part, argument) in parts {
        refused |= read_part(reader, &mut class, part, argument).is_none();
    }
    (!refused).then_some(Top::Class(class))
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
        Kind::Literal(Literal::Symbol(_)) if is_trait(receiver) => Some(Subject::Trait { name }),
        Kind::Literal(Literal::Symbol(_)) => Some(Subject::Class { superclass: superclass(receiver)?, name, layout: None }),
        _ => class_side(receiver).and_then(|_| class_side(name)).map(Subject::ClassSide),
    }
}

/// `Trait`, where one is defined.
fn is_trait(expression: &Expression) -> bool {
    matches!(&expression.kind, Kind::Variable(name) if name == "Trait")
}

/// `Pump class`, `TSize classTrait`
pub(super) fn class_side(expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Send { receiver, message } if matches!(message.selector.text.as_str(), "class" | "classSide" | "classTrait") => {
            class_name(receiver)
        }
        _ => None,
    }
}

/// A capitalised variable.
pub(super) fn class_name(expression: &Expression) -> Option<Name> {
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
