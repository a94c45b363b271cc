//! What a class takes from traits: the expressions behind `uses:` and `traits:`.

use super::reader::Reader;
use crate::ast::{Composition, Expression, Kind, Literal, Name};
use crate::messages::Message;

/// Reads a composition: `TEmpty + (TSize - {#size})`, `{}`.
pub(super) fn composition(reader: &mut Reader<'_>, expression: &Expression) -> Option<Composition> {
    let message = match &expression.kind {
        Kind::Variable(name) if name.starts_with(char::is_uppercase) => {
            return Some(Composition::Trait { name: Name { text: name.clone(), span: expression.span }, class_side: false });
        }
        Kind::Brace(members) => {
            return members.iter().map(|member| composition(reader, member)).collect::<Option<_>>().map(Composition::Sum);
        }
        Kind::Literal(Literal::Array(members)) if members.is_empty() => return Some(Composition::Sum(Vec::new())),
        Kind::Send { receiver, message } => {
            let traits = composition(reader, receiver)?;
            (message, traits)
        }
        _ => return refuse(reader, expression),
    };
    let (message, traits) = message;
    match (message.selector.text.as_str(), message.arguments.as_slice()) {
        ("class" | "classSide" | "classTrait", []) => match traits {
            Composition::Trait { name, .. } => Some(Composition::Trait { name, class_side: true }),
            _ => refuse(reader, expression),
        },
        ("+" | ",", [other]) => {
            let other = composition(reader, other)?;
            Some(match traits {
                Composition::Sum(mut members) => {
                    members.push(other);
                    Composition::Sum(members)
                }
                first => Composition::Sum(vec![first, other]),
            })
        }
        ("-", [selectors]) => Some(Composition::Without { traits: traits.into(), selectors: names(reader, selectors)? }),
        ("--", [slots]) => Some(Composition::WithoutSlots { traits: traits.into(), slots: names(reader, slots)? }),
        ("@", [aliases]) => Some(Composition::Alias { traits: traits.into(), aliases: self::aliases(reader, aliases)? }),
        _ => refuse(reader, expression),
    }
}

/// `{#a. #b}`, `#(a b)`, `#a`
fn names(reader: &mut Reader<'_>, expression: &Expression) -> Option<Vec<Name>> {
    match &expression.kind {
        Kind::Brace(elements) => elements.iter().map(|element| name(reader, element)).collect(),
        Kind::Literal(Literal::Array(elements)) => {
            let name = |element: &Literal| match element {
                Literal::Symbol(text) | Literal::String(text) => Some(Name { text: text.clone(), span: expression.span }),
                _ => None,
            };
            let names: Option<Vec<Name>> = elements.iter().map(name).collect();
            names.or_else(|| refuse(reader, expression))
        }
        _ => Some(vec![name(reader, expression)?]),
    }
}

fn name(reader: &mut Reader<'_>, expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Literal(Literal::Symbol(text) | Literal::String(text)) => Some(Name { text: text.clone(), span: expression.span }),
        _ => refuse(reader, expression),
    }
}

/// `{#new -> #old}`, `#new -> #old`
fn aliases(reader: &mut Reader<'_>, expression: &Expression) -> Option<Vec<(Name, Name)>> {
    match &expression.kind {
        Kind::Brace(elements) => elements.iter().map(|element| alias(reader, element)).collect(),
        Kind::Literal(Literal::Array(elements)) if elements.is_empty() => Some(Vec::new()),
        _ => Some(vec![alias(reader, expression)?]),
    }
}

fn alias(reader: &mut Reader<'_>, expression: &Expression) -> Option<(Name, Name)> {
    match &expression.kind {
        Kind::Send { receiver, message } if message.selector.text == "->" => match message.arguments.as_slice() {
            [old] => Some((name(reader, receiver)?, name(reader, old)?)),
            _ => refuse(reader, expression),
        },
        _ => refuse(reader, expression),
    }
}

fn refuse<T>(reader: &mut Reader<'_>, expression: &Expression) -> Option<T> {
    reader.diagnostics.add(expression.span, Message::NotAComposition);
    None
}
