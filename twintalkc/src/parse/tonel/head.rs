//! The heads of Tonel files: what a class or trait is, without its methods.

use super::ston::{Kind, Ston};
use crate::ast::{Class, ClassKind, Composition, Name, Slot};
use crate::messages::Message;
use crate::parse::assembly::Assembly;
use crate::parse::composition::composition;

use crate::parse::parts::{layout, slot};
use crate::parse::reader::Reader;
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
            let Some(definition) = reader.quoted_expression(text, element.range.clone()) else { continue };
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
    let text = value.text().filter(|text| !text.trim().is_empty())?;
    let expression = reader.quoted_expression(text, value.range.clone())?;
    composition(reader, &expression)
}
