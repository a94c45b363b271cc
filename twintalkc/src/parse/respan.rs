//! Changes the places in a syntax tree: where a text was read in another form than it is reported in.

use crate::ast::{
    Body, Class, Composition, Expression, Kind, Message, Method, Name, Pragma, Slot, Statement, TopLevel, Type, Unit, Variable,
};
use crate::source::Span;

/// Something with places in it.
pub(super) trait Respan {
    /// Hands out every place.
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span));
}

/// Sets every place in a body.
pub fn respan_all(body: &mut Body, span: Span) {
    body.respan(&mut |place| *place = span);
}

impl<T: Respan> Respan for Vec<T> {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.iter_mut().for_each(|element| element.respan(map));
    }
}

impl<T: Respan> Respan for Option<T> {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.iter_mut().for_each(|element| element.respan(map));
    }
}

impl Respan for Span {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        map(self);
    }
}

impl Respan for Name {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.span.respan(map);
    }
}

impl Respan for Unit {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.classes.respan(map);
        self.methods.respan(map);
        self.statements.respan(map);
    }
}

impl Respan for Class {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.name.respan(map);
        self.superclass.respan(map);
        self.slots.respan(map);
        self.class_variables.respan(map);
        self.class_slots.respan(map);
        self.pragmas.respan(map);
        self.pools.respan(map);
        self.traits.respan(map);
        self.class_traits.respan(map);
        self.span.respan(map);
    }
}

impl Respan for Composition {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        match self {
            Composition::Trait { name, .. } => name.respan(map),
            Composition::Sum(members) => members.respan(map),
            Composition::Without { traits, selectors: names } | Composition::WithoutSlots { traits, slots: names } => {
                traits.respan(map);
                names.respan(map);
            }
            Composition::Alias { traits, aliases } => {
                traits.respan(map);
                for (new, old) in aliases {
                    new.respan(map);
                    old.respan(map);
                }
            }
        }
    }
}

impl Respan for Slot {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.name.respan(map);
        self.type_.respan(map);
    }
}

impl Respan for Type {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.alternatives.respan(map);
        self.span.respan(map);
    }
}

impl Respan for Method {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.class.respan(map);
        self.selector.span.respan(map);
        self.arguments.respan(map);
        self.result.respan(map);
        self.body.respan(map);
        self.span.respan(map);
    }
}

impl Respan for Variable {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.name.respan(map);
        self.type_.respan(map);
    }
}

impl Respan for Body {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.temporaries.respan(map);
        self.pragmas.respan(map);
        self.statements.respan(map);
    }
}

impl Respan for TopLevel {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.temporaries.respan(map);
        self.statement.respan(map);
        self.span.respan(map);
    }
}

impl Respan for Statement {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        let (Statement::Expression(expression) | Statement::Return(expression)) = self;
        expression.respan(map);
    }
}

impl Respan for Pragma {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.selector.span.respan(map);
        self.span.respan(map);
    }
}

impl Respan for Message {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.selector.span.respan(map);
        self.arguments.respan(map);
    }
}

impl Respan for Expression {
    fn respan(&mut self, map: &mut dyn FnMut(&mut Span)) {
        self.span.respan(map);
        match &mut self.kind {
            Kind::Variable(_) | Kind::Literal(_) => {}
            Kind::Assign { target, value } => {
                target.respan(map);
                value.respan(map);
            }
            Kind::Send { receiver, message } => {
                receiver.respan(map);
                message.respan(map);
            }
            Kind::Cascade { receiver, messages } => {
                receiver.respan(map);
                messages.respan(map);
            }
            Kind::Block { arguments, body } => {
                arguments.respan(map);
                body.respan(map);
            }
            Kind::Brace(elements) => elements.respan(map),
        }
    }
}
