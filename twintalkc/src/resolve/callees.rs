//! What a method of the library calls, as far as its text tells: enough to know what a call of it may lead to without
//! resolving the library again.

use super::Module;
use super::frame::announcement;
use super::inline::{is_control, operator};
use crate::ast::{self, Expression, Kind, Statement};
use crate::ir::{ClassNumber, Symbol};

/// What is known of the receiver of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    This,
    Super,
    /// A fresh instance of the receiver, which is a class.
    Made,
    Class(ClassNumber),
    /// A fresh instance of a class.
    New(ClassNumber),
    Any,
}

/// A message that may be sent.
pub type Sent = (Receiver, Symbol);

/// A statement, of the method or of a block in it, without the statements of blocks within.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub sent: Vec<Sent>,
    /// The message that is sent last, which gives the statement its value.
    pub last: Option<Sent>,
    pub returns: bool,
    /// A statement of the method itself, not of a block.
    pub outermost: bool,
}

/// What a method does that matters to its callers.
#[derive(Clone, Debug, Default)]
pub struct Callees {
    pub steps: Vec<Step>,
    /// It has a loop compiled in place.
    pub loops: bool,
    /// It makes blocks or arrays.
    pub makes: bool,
    /// It sends operators, whose results may need boxes.
    pub operators: bool,
}

/// What a method of the library calls.
pub fn of(module: &Module, class: ClassNumber, method: &ast::Method) -> Callees {
    let mut scan = Scan { module, class, found: Callees::default() };
    scan.statements(&method.body.statements, true);
    scan.found
}

struct Scan<'m> {
    module: &'m Module,
    class: ClassNumber,
    found: Callees,
}

impl Scan<'_> {
    fn statements(&mut self, statements: &[Statement], outermost: bool) {
        for statement in statements {
            let (Statement::Expression(expression) | Statement::Return(expression)) = statement;
            let mut step = Step { returns: matches!(statement, Statement::Return(_)), outermost, ..Step::default() };
            step.last = self.expression(expression, &mut step);
            self.found.steps.push(step);
        }
    }

    /// Notes what an expression sends; answers the message that gives its value.
    fn expression(&mut self, expression: &Expression, step: &mut Step) -> Option<Sent> {
        match &expression.kind {
            Kind::Variable(_) | Kind::Literal(_) => None,
            Kind::Assign { value, .. } => self.expression(value, step),
            Kind::Block { body, .. } => {
                self.found.makes = true;
                self.statements(&body.statements, false);
                None
            }
            Kind::Brace(elements) => {
                self.found.makes = true;
                for element in elements {
                    self.expression(element, step);
                }
                None
            }
            Kind::Send { receiver, message } => {
                self.expression(receiver, step);
                self.arguments(message, step);
                self.message(receiver, message, step)
            }
            Kind::Cascade { receiver, messages } => {
                self.expression(receiver, step);
                let mut last = None;
                for message in messages {
                    self.arguments(message, step);
                    last = self.message(receiver, message, step);
                }
                last
            }
        }
    }

    fn arguments(&mut self, message: &ast::Message, step: &mut Step) {
        for argument in &message.arguments {
            self.expression(argument, step);
        }
    }

    fn message(&mut self, receiver: &Expression, message: &ast::Message, step: &mut Step) -> Option<Sent> {
        if let Some(control) = is_control(receiver, message) {
            self.found.loops |= control.loops;
            return None;
        }
        let text = &message.selector.text;
        let receiver = self.receiver(receiver);
        if receiver != Receiver::Super && operator(text).is_some() {
            self.found.operators = true;
            return None;
        }
        let told = announcement(text).and_then(|told| self.module.symbols.number(&told));
        step.sent.extend(told.map(|told| (receiver, told)));
        let sent = (receiver, self.module.symbols.number(text)?);
        step.sent.push(sent);
        Some(sent)
    }

    fn receiver(&self, expression: &Expression) -> Receiver {
        match &expression.kind {
            Kind::Variable(name) if name == "self" => Receiver::This,
            Kind::Variable(name) if name == "super" => Receiver::Super,
            Kind::Variable(name) if self.module.classes.class_variable(self.class, name).is_some() => Receiver::Any,
            Kind::Variable(name) => self.module.classes.library_number(name).map_or(Receiver::Any, Receiver::Class),
            Kind::Send { receiver, message } => match (self.receiver(receiver), message.selector.text.as_str()) {
                (Receiver::This | Receiver::Super, "basicNew" | "basicNew:") => Receiver::Made,
                (Receiver::Class(class), "basicNew" | "basicNew:") => Receiver::New(class),
                (Receiver::Class(class), "new") if self.is_error(class) => Receiver::New(class),
                _ => Receiver::Any,
            },
            _ => Receiver::Any,
        }
    }

    fn is_error(&self, class: ClassNumber) -> bool {
        self.module.classes.library_number("Error").is_some_and(|error| self.module.classes.inherits(class, error))
    }
}
