//! What a method is known to be while it is compiled, and no frame knows while it runs: its class and selector.

use super::body::Body;
use crate::ast::{self, Kind as Ast, Literal};
use crate::ir::{Const, Expr, Kind};
use crate::source::Span;

/// Messages by which a method says what it is not.
const ANNOUNCING: &[&str] = &["subclassResponsibility", "shouldNotImplement", "shouldBeImplemented", "notYetImplemented"];

/// The message that is sent instead where `self` announces: it takes the method's selector.
pub fn announcement(text: &str) -> Option<String> {
    ANNOUNCING.contains(&text).then(|| format!("{text}Of:"))
}

impl Body<'_> {
    /// The argument of an announcement: the method's selector, which no frame knows later.
    pub fn announces(&mut self, receiver: &Expr, message: &ast::Message) -> Option<Expr> {
        let text = message.selector.text.as_str();
        let method = self.method?;
        if !matches!(receiver.kind, Kind::This) || !ANNOUNCING.contains(&text) || self.module.redefines(text) {
            return None;
        }
        Some(Expr::new(Kind::Const(Const::Symbol(method)), message.selector.span))
    }

    /// `Context receiver: self class: Pump selector: #run`: what is known of the frame, where a test run goes on all the same.
    pub fn known_context(&mut self, span: Span) -> Expr {
        let expression = |kind| ast::Expression { kind, span };
        let variable = |name: &str| expression(Ast::Variable(name.into()));
        let send = |receiver, text: &str, arguments| {
            let message = ast::Message { selector: ast::Selector { text: text.into(), span }, arguments };
            expression(Ast::Send { receiver: Box::new(receiver), message })
        };
        let class = variable(self.origin.map_or("Object", |origin| &self.module.classes.get(origin).name));
        let class = if self.class_side { send(class, "class", Vec::new()) } else { class };
        let selector = self.method.map_or("top", |method| self.module.symbols.text(method)).to_string();
        // Inside a block it is the block's own frame, which may have no receiver.
        let receiver = variable(if self.scopes.functions.len() == 1 { "self" } else { "nil" });
        let arguments = vec![receiver, class, expression(Ast::Literal(Literal::Symbol(selector)))];
        let context = send(variable("Context"), "receiver:class:selector:", arguments);
        self.expression(&context)
    }
}
