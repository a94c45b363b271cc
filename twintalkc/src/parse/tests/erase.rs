//! Erases places from syntax trees, so that trees of different texts can be compared.

use crate::ast::{
    Body, Class, Composition, Expression, Kind, Message, Method, Name, Pragma, Slot, Statement, TopLevel, Type, Unit, Variable,
};
use crate::source::Span;

/// Something with places in it.
pub(super) trait Erase {
    fn erase(&mut self);
}

impl<T: Erase> Erase for Vec<T> {
    fn erase(&mut self) {
        self.iter_mut().for_each(Erase::erase);
    }
}

impl<T: Erase> Erase for Option<T> {
    fn erase(&mut self) {
        self.iter_mut().for_each(Erase::erase);
    }
}

impl Erase for Span {
    fn erase(&mut self) {
        *self = Span::default();
    }
}

impl Erase for Name {
    fn erase(&mut self) {
        self.span.erase();
    }
}

impl Erase for Unit {
    fn erase(&mut self) {
        self.classes.erase();
        self.methods.erase();
        self.statements.erase();
    }
}

impl Erase for Class {
    fn erase(&mut self) {
        self.name.erase();
        self.superclass.erase();
        self.slots.erase();
        self.class_variables.erase();
        self.class_slots.erase();
        self.pragmas.erase();
        self.pools.erase();
        self.traits.erase();
        self.class_traits.erase();
        self.span.erase();
    }
}

impl Erase for Composition {
    fn erase(&mut self) {
        match self {
            Composition::Trait { name, .. } => name.erase(),
            Composition::Sum(members) => members.erase(),
            Composition::Without { traits, selectors: names } | Composition::WithoutSlots { traits, slots: names } => {
                traits.erase();
                names.erase();
            }
            Composition::Alias { traits, aliases } => {
                traits.erase();
                for (new, old) in aliases {
                    new.erase();
                    old.erase();
                }
            }
        }
    }
}

impl Erase for Slot {
    fn erase(&mut self) {
        self.name.erase();
        self.type_.erase();
    }
}

impl Erase for Type {
    fn erase(&mut self) {
        self.alternatives.erase();
        self.span.erase();
    }
}

impl Erase for Method {
    fn erase(&mut self) {
        self.class.erase();
        self.selector.span.erase();
        self.arguments.erase();
        self.result.erase();
        self.body.erase();
        self.span.erase();
    }
}

impl Erase for Variable {
    fn erase(&mut self) {
        self.name.erase();
        self.type_.erase();
    }
}

impl Erase for Body {
    fn erase(&mut self) {
        self.temporaries.erase();
        self.pragmas.erase();
        self.statements.erase();
    }
}

impl Erase for TopLevel {
    fn erase(&mut self) {
        self.temporaries.erase();
        self.statement.erase();
        self.span.erase();
    }
}

impl Erase for Statement {
    fn erase(&mut self) {
        let (Statement::Expression(expression) | Statement::Return(expression)) = self;
        expression.erase();
    }
}

impl Erase for Pragma {
    fn erase(&mut self) {
        self.selector.span.erase();
        self.span.erase();
    }
}

impl Erase for Message {
    fn erase(&mut self) {
        self.selector.span.erase();
        self.arguments.erase();
    }
}

impl Erase for Expression {
    fn erase(&mut self) {
        self.span.erase();
        match &mut self.kind {
            Kind::Variable(_) | Kind::Literal(_) => {}
            Kind::Assign { target, value } => {
                target.erase();
                value.erase();
            }
            Kind::Send { receiver, message } => {
                receiver.erase();
                message.erase();
            }
            Kind::Cascade { receiver, messages } => {
                receiver.erase();
                messages.erase();
            }
            Kind::Block { arguments, body } => {
                arguments.erase();
                body.erase();
            }
            Kind::Brace(elements) => elements.erase(),
        }
    }
}
