//! The parts of class definitions: `instanceVariableNames: 'press'`, `slots: { #press }`, `uses: TSize`.

use super::composition::composition;
use super::reader::Reader;
use crate::ast::{Class, Expression, Kind, Layout, Literal, Name, Slot, Type};
use crate::messages::Message;
use crate::source::Span;

/// What names of layouts say of instances; of others the runtime alone makes instances.
const LAYOUTS: &[(&str, Layout)] = &[
    ("FixedLayout", Layout::Fixed),
    ("EphemeronLayout", Layout::Fixed),
    ("VariableLayout", Layout::Indexed),
    ("WeakLayout", Layout::Indexed),
    ("ByteLayout", Layout::Bytes),
    ("WordLayout", Layout::Words),
    ("DoubleByteLayout", Layout::Words),
    ("DoubleWordLayout", Layout::Words),
    // Tonel's `#type`.
    ("normal", Layout::Fixed),
    ("ephemeron", Layout::Fixed),
    ("variable", Layout::Indexed),
    ("weak", Layout::Indexed),
    ("bytes", Layout::Bytes),
    ("words", Layout::Words),
    // GNU Smalltalk's `<shape: #byte>`.
    ("pointer", Layout::Indexed),
    ("inherit", Layout::Fixed),
    ("byte", Layout::Bytes),
    ("character", Layout::Bytes),
    ("int8", Layout::Words),
    ("word", Layout::Words),
    ("ushort", Layout::Words),
    ("uint", Layout::Words),
];

pub(super) fn layout(name: &str) -> Option<Layout> {
    LAYOUTS.iter().find(|(known, _)| *known == name).map(|(_, layout)| *layout)
}

/// The messages that define a class below their receiver, and what they say of its instances.
pub(super) const SUBCLASS_KEYWORDS: &[(&str, Option<Layout>)] = &[
    ("subclass:", None),
    ("variableSubclass:", Some(Layout::Indexed)),
    ("weakSubclass:", Some(Layout::Indexed)),
    ("variableByteSubclass:", Some(Layout::Bytes)),
    ("variableWordSubclass:", Some(Layout::Words)),
    ("variableDoubleByteSubclass:", Some(Layout::Words)),
    ("variableDoubleWordSubclass:", Some(Layout::Words)),
    ("ephemeronSubclass:", Some(Layout::Fixed)),
    ("immediateSubclass:", None),
];

pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first == '_' || first.is_alphabetic()) && name.chars().all(super::scan::is_letter)
}

/// Reads a part into the class it belongs to.
pub(super) fn read_part(reader: &mut Reader<'_>, class: &mut Class, part: &str, argument: &Expression) -> Option<()> {
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
        "layout:" => match &argument.kind {
            Kind::Variable(name) => class.layout = layout(name),
            _ => return wrong(reader, part, argument, "a layout such as `VariableLayout`"),
        },
        "poolDictionaries:" | "sharedPools:" => class.pools.extend(read_pools(reader, part, argument)?),
        "uses:" | "traits:" => class.traits = Some(composition(reader, argument)?),
        "classTraits:" => class.class_traits = Some(composition(reader, argument)?),
        // Says where a tool shows the class.
        "tag:" | "environment:" => {}
        _ => {
            reader.diagnostics.add(argument.span, Message::UnknownDefinitionPart { part: part.to_string() });
            return None;
        }
    }
    Some(())
}

/// `'Units Limits'`, `{ Units. #Limits }`
fn read_pools(reader: &mut Reader<'_>, part: &str, argument: &Expression) -> Option<Vec<Name>> {
    let Kind::Brace(elements) = &argument.kind else {
        return read_slots(reader, part, argument).map(|slots| slots.into_iter().map(|slot| slot.name).collect());
    };
    let mut pools = Vec::new();
    for element in elements {
        match &element.kind {
            Kind::Variable(name) | Kind::Literal(Literal::Symbol(name) | Literal::String(name)) if is_identifier(name) => {
                pools.push(Name { text: name.clone(), span: element.span });
            }
            _ => return wrong(reader, part, element, "classes: `{ Units. Limits }`"),
        }
    }
    Some(pools)
}

fn read_string(reader: &mut Reader<'_>, part: &str, argument: &Expression) -> Option<String> {
    match &argument.kind {
        Kind::Literal(Literal::String(text) | Literal::Symbol(text)) => Some(text.clone()),
        _ => wrong(reader, part, argument, "a string"),
    }
}

/// `'temperature <Float> count'`, `{ #temperature => Float. #count }`, `#(temperature count)`
pub(super) fn read_slots(reader: &mut Reader<'_>, part: &str, argument: &Expression) -> Option<Vec<Slot>> {
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

pub(super) fn wrong<T>(reader: &mut Reader<'_>, part: &str, argument: &Expression, expected: &'static str) -> Option<T> {
    reader.diagnostics.add(argument.span, Message::WrongDefinitionPart { part: part.to_string(), expected });
    None
}
