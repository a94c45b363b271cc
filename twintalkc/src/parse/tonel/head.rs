//! The heads of Tonel files: what a class or trait is, without its methods.

use super::ston::{Kind, Ston};
use crate::ast::{Class, ClassKind, Composition, Expression, Name, Slot};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::parse::assembly::Assembly;
use crate::parse::composition::composition;

use crate::parse::grammar::Rule;
use crate::parse::parts::{layout, slot};
use crate::parse::reader::Reader;
use crate::parse::respan::Respan;
use crate::source::Span;
use std::ops::Range;

/// Enters what a head defines: extensions and packages define nothing themselves.
pub(super) fn read(
    reader: &mut Reader<'_>,
    assembly: &mut Assembly,
    kind: &str,
    fields: Vec<(String, Ston)>,
    comment: Option<Range<usize>>,
    range: Range<usize>,
) {
    let kind = match kind {
        "Class" => ClassKind::Class,
        "Trait" => ClassKind::Trait,
        _ => return,
    };
    let span = span(reader, &range);
    let Some(name) = fields.iter().find(|(key, _)| key == "name").and_then(|(_, value)| name(reader, value)) else {
        let expected = "`#name : 'Pump'`";
        return reader.diagnostics.add(span, Message::MissingInHead { expected });
    };
    let mut class = Class::new(name, kind, None, span);
    class.comment = comment.map(|range| unquoted(&reader.text[range]));
    for (key, value) in fields {
        match key.as_str() {
            "superclass" => class.superclass = self::name(reader, &value).filter(|name| name.text != "nil"),
            "instVars" => class.slots = slots(reader, &value),
            "classInstVars" => class.class_slots = slots(reader, &value),
            "classVars" => class.class_variables = slots(reader, &value).into_iter().map(|slot| slot.name).collect(),
            "pools" | "sharedPools" => class.pools = slots(reader, &value).into_iter().map(|slot| slot.name).collect(),
            "traits" => class.traits = traits(reader, &value),
            "classTraits" => class.class_traits = traits(reader, &value),
            "type" | "layout" => class.layout = value.text().and_then(layout),
            "package" | "category" if class.category.is_none() => class.category = value.text().map(String::from),
            // Where tools show the class, and what the format may add.
            _ => {}
        }
    }
    assembly.class(class);
}

fn span(reader: &Reader<'_>, range: &Range<usize>) -> Span {
    Span { file: reader.file, start: range.start as u32, end: range.end as u32 }
}

fn name(reader: &Reader<'_>, value: &Ston) -> Option<Name> {
    let text = value.text()?.to_string();
    (!text.is_empty()).then(|| Name { text, span: span(reader, &value.range) })
}

/// A comment without its quotes and the line ends that Tonel puts around it.
fn unquoted(text: &str) -> String {
    let start = ["\r\n", "\n", "\r"].iter().find_map(|end| text.strip_prefix(end)).unwrap_or(text);
    let inside = ["\r\n", "\n", "\r"].iter().find_map(|end| start.strip_suffix(end)).unwrap_or(start);
    inside.replace("\"\"", "\"")
}

/// `[ 'press', 'level <Float>', '#note => WeakSlot' ]`
fn slots(reader: &mut Reader<'_>, value: &Ston) -> Vec<Slot> {
    let Kind::List(elements) = &value.kind else { return Vec::new() };
    let mut slots = Vec::new();
    for element in elements {
        let Some(text) = element.text() else {
            let expected = "a name such as `'press'`";
            let span = span(reader, &element.range);
            reader.diagnostics.add(span, Message::MissingInHead { expected });
            continue;
        };
        if text.starts_with('#') {
            let Some(definition) = expression(reader, element) else { continue };
            match slot(&definition) {
                Some(slot) => slots.push(slot),
                None => {
                    let expected = "a slot such as `'#press => WeakSlot'`";
                    reader.diagnostics.add(definition.span, Message::MissingInHead { expected });
                }
            }
        } else {
            let span = span(reader, &element.range);
            slots.extend(reader.slots(span).into_iter().flatten());
        }
    }
    slots
}

/// `'TSize + (TEmpty - {#isEmpty})'`
fn traits(reader: &mut Reader<'_>, value: &Ston) -> Option<Composition> {
    if value.text()?.trim().is_empty() {
        return None;
    }
    let expression = expression(reader, value)?;
    composition(reader, &expression)
}

/// The expression in a string. Where the string escapes something, its parts have no places of their own.
fn expression(reader: &mut Reader<'_>, value: &Ston) -> Option<Expression> {
    let text = value.text()?;
    if reader.text[value.range.clone()] == *text {
        let node = reader.parse(Rule::sole_expression, value.range.clone())?.into_inner().next()?;
        return reader.tree(value.range.start).expression(node, 0);
    }
    let mut unread = Diagnostics::default();
    let mut inner = Reader { text, file: reader.file, lexemes: &[], line_end: reader.line_end, diagnostics: &mut unread };
    let node = inner.parse(Rule::sole_expression, 0..text.len()).and_then(|node| node.into_inner().next());
    let expression = node.and_then(|node| inner.tree(0).expression(node, 0));
    let place = span(reader, &value.range);
    match expression {
        Some(mut expression) => {
            expression.respan(&mut |span| *span = place);
            Some(expression)
        }
        None => {
            reader.diagnostics.add(place, Message::MissingInHead { expected: "an expression" });
            None
        }
    }
}
