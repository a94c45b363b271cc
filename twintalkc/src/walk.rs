//! Visits every expression of a text, each before its parts, in the order of the text.

use crate::ast::{Body, Expression, Kind, Message, Statement, Unit};

/// Calls `visit` with every expression of a unit.
pub fn unit<'a>(unit: &'a Unit, visit: &mut impl FnMut(&'a Expression)) {
    unit.methods.iter().for_each(|method| body(&method.body, visit));
    unit.statements.iter().for_each(|top| statement(&top.statement, visit));
}

/// The messages an expression itself sends, not those of its parts.
pub fn messages(each: &Expression) -> impl Iterator<Item = &Message> {
    let (one, many) = match &each.kind {
        Kind::Send { message, .. } => (Some(message), &[][..]),
        Kind::Cascade { messages, .. } => (None, &messages[..]),
        _ => (None, &[][..]),
    };
    one.into_iter().chain(many)
}

/// Calls `visit` with every expression of a body.
pub fn body<'a>(body: &'a Body, visit: &mut impl FnMut(&'a Expression)) {
    body.statements.iter().for_each(|each| statement(each, visit));
}

fn statement<'a>(statement: &'a Statement, visit: &mut impl FnMut(&'a Expression)) {
    match statement {
        Statement::Expression(each) | Statement::Return(each) => expression(each, visit),
    }
}

/// Calls `visit` with an expression and its parts.
pub fn expression<'a>(each: &'a Expression, visit: &mut impl FnMut(&'a Expression)) {
    visit(each);
    match &each.kind {
        Kind::Variable(_) | Kind::Literal(_) => {}
        Kind::Assign { value, .. } => expression(value, visit),
        Kind::Send { receiver, message } => {
            expression(receiver, visit);
            message.arguments.iter().for_each(|argument| expression(argument, visit));
        }
        Kind::Cascade { receiver, messages } => {
            expression(receiver, visit);
            messages.iter().flat_map(|message| &message.arguments).for_each(|argument| expression(argument, visit));
        }
        Kind::Block { body: inner, .. } => body(inner, visit),
        Kind::Brace(elements) => elements.iter().for_each(|element| expression(element, visit)),
    }
}
