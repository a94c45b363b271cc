//! Expressions as s-expressions: nothing of the text's brackets or precedence is left to guess.

use crate::ast::{Body, Expression, Kind, Literal, Message, Statement, Variable};

/// `(+ (foo a) 3)` for `a foo + 3`
pub(super) fn expression(expression: &Expression) -> String {
    match &expression.kind {
        Kind::Variable(name) => name.clone(),
        Kind::Assign { target, value } => format!("(:= {} {})", target.text, self::expression(value)),
        Kind::Send { receiver, message } => self::message(&self::expression(receiver), message),
        Kind::Cascade { receiver, messages } => {
            let messages: Vec<String> = messages.iter().map(|message| self::message("_", message)).collect();
            format!("(; {} {})", self::expression(receiver), messages.join(" "))
        }
        Kind::Block { arguments, body } => format!("[{}{}]", variables(":", arguments), self::body(body)),
        Kind::Brace(elements) => {
            let elements: Vec<String> = elements.iter().map(self::expression).collect();
            format!("{{{}}}", elements.join(" "))
        }
        Kind::Literal(literal) => self::literal(literal),
    }
}

fn message(receiver: &str, message: &Message) -> String {
    let arguments: String = message.arguments.iter().map(|argument| format!(" {}", expression(argument))).collect();
    format!("({} {receiver}{arguments})", message.selector.text)
}

fn body(body: &Body) -> String {
    let statements = body.statements.iter().map(|statement| match statement {
        Statement::Expression(value) => expression(value),
        Statement::Return(value) => format!("(^ {})", expression(value)),
    });
    let temporaries = variables("|", &body.temporaries);
    temporaries + &statements.collect::<Vec<_>>().join(" ")
}

fn variables(prefix: &str, variables: &[Variable]) -> String {
    let names = variables.iter().map(|variable| {
        let types = variable.type_.iter().map(|type_| {
            let names: Vec<&str> = type_.alternatives.iter().map(|name| name.text.as_str()).collect();
            format!("<{}>", names.join("|"))
        });
        format!("{prefix}{}{} ", variable.name.text, types.collect::<String>())
    });
    names.collect()
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Nil => "nil".into(),
        Literal::True => "true".into(),
        Literal::False => "false".into(),
        Literal::Integer(digits) => digits.clone(),
        Literal::Float(value) => format!("{value:?}f"),
        Literal::Fraction { numerator, radix, power } => format!("{numerator}/{radix}^{power}"),
        Literal::Scaled { value, scale } => format!("{value}s{scale}"),
        Literal::Character(character) => format!("{character:?}"),
        Literal::String(text) => format!("{text:?}"),
        Literal::Symbol(name) => format!("#{name:?}"),
        Literal::Array(elements) => format!("#({})", elements.iter().map(self::literal).collect::<Vec<_>>().join(" ")),
        Literal::ByteArray(bytes) => format!("#{bytes:?}"),
    }
}
