//! Messages that are control structures: compiled in place when their blocks are literal.

use super::body::Body;
use crate::ast::{self, Kind as Ast, Literal};
use crate::ir::{Const, Expr, Kind, LocalId, Target};
use crate::source::Span;

/// Operators with a fast path for numbers or arrays in `rt::ops`.
const OPERATORS: &[(&str, &str)] = &[
    ("+", "plus"),
    ("-", "minus"),
    ("*", "times"),
    ("/", "divide"),
    ("<", "less"),
    (">", "greater"),
    ("<=", "less_equal"),
    (">=", "greater_equal"),
    ("=", "equal"),
    ("~=", "not_equal"),
    ("//", "int_divide"),
    ("\\\\", "modulo"),
    ("bitAnd:", "bit_and"),
    ("bitOr:", "bit_or"),
    ("bitShift:", "bit_shift"),
    ("at:", "at"),
    ("at:put:", "at_put"),
    ("size", "size"),
];

/// Messages that no class may override, as in Pharo's compiler.
const INLINE: &[&str] = &["==", "~~", "isNil", "notNil"];

/// How an ordinary message is answered without a dispatch, if it can be.
pub fn operator(selector: &str) -> Option<Target> {
    let operator = OPERATORS.iter().find(|(text, _)| *text == selector).map(|(_, name)| Target::Operator(name));
    operator.or_else(|| INLINE.iter().find(|text| **text == selector).map(|text| Target::Inline(text)))
}

pub type Block<'a> = (&'a [ast::Variable], &'a ast::Body);

pub fn literal_block(expression: &ast::Expression, arguments: usize) -> Option<Block<'_>> {
    match &expression.kind {
        Ast::Block { arguments: names, body } if names.len() == arguments => Some((names, body)),
        _ => None,
    }
}

/// A message that is compiled in place.
pub struct Control {
    pub loops: bool,
}

/// Whether a message stands for a control structure.
pub fn is_control(receiver: &ast::Expression, message: &ast::Message) -> Option<Control> {
    let block = |at: usize, count: usize| message.arguments.get(at).and_then(|argument| literal_block(argument, count)).is_some();
    let (branches, loops) = match message.selector.text.as_str() {
        "ifTrue:" | "ifFalse:" | "and:" | "or:" | "ifNil:" => (block(0, 0), false),
        "ifTrue:ifFalse:" | "ifFalse:ifTrue:" => (block(0, 0) && block(1, 0), false),
        "ifNotNil:" => (block(0, 0) || block(0, 1), false),
        "ifNil:ifNotNil:" => (block(0, 0) && (block(1, 0) || block(1, 1)), false),
        "ifNotNil:ifNil:" => (block(1, 0) && (block(0, 0) || block(0, 1)), false),
        "whileTrue:" | "whileFalse:" => (false, literal_block(receiver, 0).is_some() && block(0, 0)),
        "whileTrue" | "whileFalse" | "repeat" => (false, literal_block(receiver, 0).is_some()),
        "to:do:" => (false, block(1, 1)),
        "to:by:do:" => (false, step(&message.arguments[1]).is_some() && block(2, 1)),
        "timesRepeat:" => (false, block(0, 0)),
        _ => return None,
    };
    (branches || loops).then_some(Control { loops })
}

/// The control structure a message stands for, or none: then it is an ordinary message.
pub fn control(body: &mut Body<'_>, receiver: &ast::Expression, message: &ast::Message, span: Span) -> Option<Expr> {
    let arguments = &message.arguments;
    let block = |at: usize, count: usize| arguments.get(at).and_then(|argument| literal_block(argument, count));
    let kind = match message.selector.text.as_str() {
        "ifTrue:" => branch(body, receiver, Some(block(0, 0)?), None),
        "ifFalse:" => branch(body, receiver, None, Some(block(0, 0)?)),
        "ifTrue:ifFalse:" => branch(body, receiver, Some(block(0, 0)?), Some(block(1, 0)?)),
        "ifFalse:ifTrue:" => branch(body, receiver, Some(block(1, 0)?), Some(block(0, 0)?)),
        "and:" => {
            let other = block(0, 0)?;
            Kind::And(Box::new(body.expression(receiver)), inlined(body, other))
        }
        "or:" => {
            let other = block(0, 0)?;
            Kind::Or(Box::new(body.expression(receiver)), inlined(body, other))
        }
        "ifNil:" => if_nil(body, receiver, Some(block(0, 0)?), None),
        "ifNotNil:" => if_nil(body, receiver, None, Some(block(0, 0).or_else(|| block(0, 1))?)),
        "ifNil:ifNotNil:" => if_nil(body, receiver, Some(block(0, 0)?), Some(block(1, 0).or_else(|| block(1, 1))?)),
        "ifNotNil:ifNil:" => if_nil(body, receiver, Some(block(1, 0)?), Some(block(0, 0).or_else(|| block(0, 1))?)),
        "whileTrue:" => while_loop(body, literal_block(receiver, 0)?, Some(block(0, 0)?), false),
        "whileFalse:" => while_loop(body, literal_block(receiver, 0)?, Some(block(0, 0)?), true),
        "whileTrue" => while_loop(body, literal_block(receiver, 0)?, None, false),
        "whileFalse" => while_loop(body, literal_block(receiver, 0)?, None, true),
        "repeat" => {
            let block = literal_block(receiver, 0)?;
            Kind::Repeat(in_loop(body, |body| inlined(body, block)))
        }
        "to:do:" => count(body, receiver, &arguments[0], 1, block(1, 1)?),
        "to:by:do:" => count(body, receiver, &arguments[0], step(&arguments[1])?, block(2, 1)?),
        "timesRepeat:" => return Some(times_repeat(body, receiver, block(0, 0)?, span)),
        _ => return None,
    };
    Some(Expr::new(kind, span))
}

/// The statements of a block as part of the function around it.
pub fn inlined(body: &mut Body<'_>, (_, block): Block<'_>) -> Vec<Expr> {
    body.scopes.open_scope();
    let statements = body.body(block);
    body.scopes.close_scope();
    statements
}

pub fn in_loop<T>(body: &mut Body<'_>, inside: impl FnOnce(&mut Body<'_>) -> T) -> T {
    body.scopes.function().loops += 1;
    body.scopes.function().sends = true;
    let result = inside(body);
    body.scopes.function().loops -= 1;
    result
}

fn branch(body: &mut Body<'_>, condition: &ast::Expression, then: Option<Block<'_>>, otherwise: Option<Block<'_>>) -> Kind {
    let condition = Box::new(body.expression(condition));
    let then = then.map(|block| inlined(body, block)).unwrap_or_default();
    let otherwise = otherwise.map(|block| inlined(body, block)).unwrap_or_default();
    Kind::If(condition, then, otherwise)
}

fn if_nil(body: &mut Body<'_>, value: &ast::Expression, nil: Option<Block<'_>>, present: Option<Block<'_>>) -> Kind {
    let value_span = value.span;
    let value = Box::new(body.expression(value));
    let held = body.scopes.hidden("value");
    let itself = vec![Expr::new(Kind::Local(held), value_span)];
    let has_nil = nil.is_some();
    let nil = nil.map(|block| inlined(body, block)).unwrap_or_default();
    let present = match present {
        None if has_nil => itself,
        None => Vec::new(),
        Some((names, block)) => {
            body.scopes.open_scope();
            let bound = body.declare(names, true);
            let mut statements: Vec<Expr> = bound
                .into_iter()
                .map(|local| Expr::new(Kind::SetLocal(local, Box::new(Expr::new(Kind::Local(held), value_span))), value_span))
                .collect();
            statements.extend(body.body(block));
            body.scopes.close_scope();
            statements
        }
    };
    Kind::IfNil(held, value, nil, present)
}

fn while_loop(body: &mut Body<'_>, condition: Block<'_>, block: Option<Block<'_>>, until: bool) -> Kind {
    in_loop(body, |body| {
        let condition = inlined(body, condition);
        let body = block.map(|block| inlined(body, block)).unwrap_or_default();
        Kind::While { condition, until, body }
    })
}

/// The constant step of `to:by:do:`; others are ordinary messages.
fn step(expression: &ast::Expression) -> Option<i64> {
    match &expression.kind {
        Ast::Literal(Literal::Integer(text)) => text.parse().ok().filter(|step| *step != 0 && i32::try_from(*step).is_ok()),
        _ => None,
    }
}

fn count(body: &mut Body<'_>, from: &ast::Expression, to: &ast::Expression, step: i64, (names, block): Block<'_>) -> Kind {
    let from = Box::new(body.expression(from));
    let to = Box::new(body.expression(to));
    in_loop(body, |body| {
        body.scopes.open_scope();
        let counter = body.declare(names, true)[0];
        let limit = hidden_limit(body, &from, counter);
        let statements = body.body(block);
        body.scopes.close_scope();
        Kind::Count { counter, limit, from, to, step, body: statements }
    })
}

/// A counter that starts at a small constant stays one, and its limit is made a number that needs no heap.
fn hidden_limit(body: &mut Body<'_>, from: &Expr, counter: LocalId) -> LocalId {
    let limit = body.scopes.hidden("limit");
    let small = matches!(from.kind, Kind::Const(Const::Int(_)));
    let locals = &mut body.scopes.function().locals;
    locals[counter].immediate = small;
    locals[limit].immediate = small;
    limit
}

fn times_repeat(body: &mut Body<'_>, times: &ast::Expression, block: Block<'_>, span: Span) -> Expr {
    let to = Box::new(body.expression(times));
    in_loop(body, |body| {
        let counter = body.scopes.hidden("count");
        let from = Box::new(Expr::new(Kind::Const(Const::Int(1)), span));
        let limit = hidden_limit(body, &from, counter);
        let statements = inlined(body, block);
        Expr::new(Kind::Count { counter, limit, from, to, step: 1, body: statements }, span)
    })
}
