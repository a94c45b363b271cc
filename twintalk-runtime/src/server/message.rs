//! A message and its receiver out of JSON.

use super::{
    json::{Reader, Wrong},
    request::check_id,
};
use crate::{data::Data, engine::api::Envelope};

/// A selector and its arguments: the body of a send.
#[derive(Debug, PartialEq)]
pub struct Message {
    pub selector: String,
    pub arguments: Vec<Data>,
}

impl Message {
    pub fn parse(text: &[u8]) -> Result<Self, Wrong> {
        let (mut selector, mut arguments) = (None, Vec::new());
        Reader::new(text).fields(&["selector", "arguments"], |field, reader| {
            match field {
                0 => selector = Some(reader.string()?),
                _ => arguments = reader.array()?,
            }
            Ok(())
        })?;
        complete(selector, arguments)
    }
}

/// A line of a bulk request.
pub fn envelope(text: &[u8]) -> Result<Envelope, Wrong> {
    let (mut twin, mut selector, mut arguments) = (None, None, Vec::new());
    Reader::new(text).fields(&["twin", "selector", "arguments"], |field, reader| {
        match field {
            0 => twin = Some(reader.string()?),
            1 => selector = Some(reader.string()?),
            _ => arguments = reader.array()?,
        }
        Ok(())
    })?;
    let twin = twin.ok_or_else(|| Wrong("`twin` is missing".to_owned()))?;
    check_id(&twin).map_err(|problem| Wrong(problem.detail().to_owned()))?;
    let Message { selector, arguments } = complete(selector, arguments)?;
    Ok(Envelope { twin, selector, arguments })
}

fn complete(selector: Option<String>, arguments: Vec<Data>) -> Result<Message, Wrong> {
    let selector = selector.ok_or_else(|| Wrong("`selector` is missing".to_owned()))?;
    let (wanted, given) = (arity(&selector), arguments.len());
    if wanted != given {
        let plural = if wanted == 1 { "" } else { "s" };
        let selector = selector.escape_debug();
        return Err(Wrong(format!("`{selector}` takes {wanted} argument{plural}, `arguments` has {given}")));
    }
    Ok(Message { selector, arguments })
}

/// How many arguments a selector takes: one a colon, and a binary one takes one.
fn arity(selector: &str) -> usize {
    match selector.chars().next() {
        Some(first) if first.is_alphanumeric() || first == '_' => selector.matches(':').count(),
        Some(_) => 1,
        None => 0,
    }
}
