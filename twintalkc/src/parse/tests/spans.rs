//! Places of nodes in the text.

use super::parse;
use crate::ast::{Kind, Statement};
use crate::source::{Source, Span};

/// The texts of an expression's parts: itself, receiver or value, then selectors and arguments.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let source = Source::new("test.st", text);
    let expression = super::super::expression(&source, 0, &mut Default::default()).expect("an expression");
    let at = |span: Span| &text[span.start as usize..span.end as usize];
    let mut parts = vec![at(expression.span)];
    match &expression.kind {
        Kind::Assign { target, value } => parts.extend([at(target.span), at(value.span)]),
        Kind::Send { receiver, message } => {
            parts.extend([at(receiver.span), at(message.selector.span)]);
            parts.extend(message.arguments.iter().map(|argument| at(argument.span)));
        }
        Kind::Cascade { receiver, messages } => {
            parts.push(at(receiver.span));
            parts.extend(messages.iter().map(|message| at(message.selector.span)));
        }
        _ => {}
    }
    assert_eq!(parts, expected);
}

#[test]
fn expressions() {
    check("  a \"c\" ", &["a"]);
    check("(a foo) bar . ", &["(a foo) bar", "a foo", "bar"]);
    check(" ( a + ( b ) ) ", &["( a + ( b ) )", "a", "+", "b"]);
    check("a at: (b c) put: [ d ] ", &["a at: (b c) put: [ d ]", "a", "at:", "b c", "[ d ]"]);
    check("x := (y foo) ", &["x := (y foo)", "x", "(y foo)"]);
    check("a b; c; d: (e) ", &["a b; c; d: (e)", "a", "b", "c", "d:"]);
}

#[test]
fn definitions() {
    let text = "Twin subclass: #Pump instanceVariables: 'press <Float>' <a: 1>.\n\nPump>>press: x\n    ^x.\n\n| y | y := (3 + 4) .\n";
    let (unit, findings) = parse(text);
    assert_eq!(findings, "");
    let at = |span: Span| &text[span.start as usize..span.end as usize];
    let class = &unit.classes[0];
    assert_eq!(at(class.span), "Twin subclass: #Pump instanceVariables: 'press <Float>' <a: 1>");
    assert_eq!((at(class.name.span), at(class.slots[0].name.span)), ("Pump", "press"));
    assert_eq!(class.slots[0].type_.as_ref().map(|type_| at(type_.span)), Some("<Float>"));
    assert_eq!(at(class.pragmas[0].span), "<a: 1>");
    let method = &unit.methods[0];
    assert_eq!((at(method.span), at(method.selector.span)), ("Pump>>press: x\n    ^x.", "press:"));
    let Statement::Return(value) = &method.body.statements[0] else { panic!("no return") };
    assert_eq!(at(value.span), "x");
    assert_eq!(at(unit.statements[0].span), "y := (3 + 4)");
}
