//! Puts together what a file defines: parts of a class may stand in several places.

use super::definition::Top;
use crate::ast::{Body, Class, Composition, Method, Name, Selector, Slot, Statement, TopLevel, Unit};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;

/// What was found so far.
#[derive(Default)]
pub(super) struct Assembly {
    classes: Vec<Class>,
    methods: Vec<Method>,
    statements: Vec<Found>,
    slots: Vec<(Side, Name, Vec<Slot>)>,
    class_variables: Vec<(Name, Name)>,
    class_traits: Vec<(Name, Composition)>,
    initializers: Vec<(Name, Vec<Statement>)>,
    comments: Vec<(Name, String)>,
}

/// Where slots belong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Instance,
    Class,
}

enum Found {
    Statement(TopLevel),
    Comment(Name, String, TopLevel),
}

impl Assembly {
    pub fn class(&mut self, class: Class) {
        self.classes.push(class);
    }

    pub fn method(&mut self, method: Method) {
        self.methods.push(method);
    }

    /// Slots of a class that the file defines in another place.
    pub fn slots(&mut self, side: Side, class: Name, slots: Vec<Slot>) {
        self.slots.push((side, class, slots));
    }

    /// A class variable of a class that the file defines in another place.
    pub fn class_variable(&mut self, class: Name, variable: Name) {
        self.class_variables.push((class, variable));
    }

    /// The comment of a class, if the file defines the class.
    pub fn comment(&mut self, class: Name, comment: String) {
        self.comments.push((class, comment));
    }

    /// First values of class variables: they become the beginning of the class side's `initialize`.
    pub fn initialize(&mut self, class: &Name, statements: Vec<Statement>) {
        if !statements.is_empty() {
            self.initializers.push((class.clone(), statements));
        }
    }

    /// A top-level statement, whatever it turned out to be.
    pub fn top(&mut self, top: Top) {
        match top {
            Top::Class(class) => self.class(class),
            Top::ClassSide(class, slots, traits) => {
                self.class_traits.extend(traits.map(|traits| (class.clone(), traits)));
                self.slots(Side::Class, class, slots);
            }
            Top::Comment(class, comment, statement) => self.statements.push(Found::Comment(class, comment, statement)),
            Top::Statement(statement) => self.statements.push(Found::Statement(statement)),
            Top::Refused => {}
        }
    }

    /// The whole.
    pub fn finish(mut self, diagnostics: &mut Diagnostics) -> Unit {
        for (side, name, slots) in std::mem::take(&mut self.slots) {
            match (self.find(&name), side) {
                (Some(class), Side::Instance) => class.slots.extend(slots),
                (Some(class), Side::Class) => class.class_slots.extend(slots),
                (None, _) => diagnostics.add(name.span, Message::ClassNotInFile { class: name.text }),
            }
        }
        for (name, variable) in std::mem::take(&mut self.class_variables) {
            match self.find(&name) {
                Some(class) => class.class_variables.push(variable),
                None => diagnostics.add(name.span, Message::ClassNotInFile { class: name.text }),
            }
        }
        for (name, traits) in std::mem::take(&mut self.class_traits) {
            // A class that is not in the file has been reported with its slots.
            if let Some(class) = self.find(&name) {
                class.class_traits = Some(traits);
            }
        }
        for (name, mut first) in std::mem::take(&mut self.initializers) {
            let is_initialize =
                |method: &&mut Method| method.class_side && method.class.text == name.text && method.selector.text == "initialize";
            match self.methods.iter_mut().find(is_initialize) {
                Some(method) => {
                    first.append(&mut method.body.statements);
                    method.body.statements = first;
                }
                None => self.methods.push(initializer(&name, first)),
            }
        }
        for (name, comment) in std::mem::take(&mut self.comments) {
            if let Some(class) = self.find(&name) {
                class.comment = Some(comment);
            }
        }
        let mut statements = Vec::new();
        for found in std::mem::take(&mut self.statements) {
            match found {
                Found::Statement(statement) => statements.push(statement),
                Found::Comment(name, comment, statement) => match self.find(&name) {
                    Some(class) => class.comment = Some(comment),
                    None => statements.push(statement),
                },
            }
        }
        Unit { classes: self.classes, methods: self.methods, statements }
    }

    fn find(&mut self, name: &Name) -> Option<&mut Class> {
        self.classes.iter_mut().find(|class| class.name.text == name.text)
    }
}

/// The method that sets class variables to their first values.
fn initializer(class: &Name, statements: Vec<Statement>) -> Method {
    Method {
        class: class.clone(),
        class_side: true,
        origin: None,
        selector: Selector { text: "initialize".into(), span: class.span },
        arguments: Vec::new(),
        result: None,
        category: None,
        comment: None,
        body: Body { statements, ..Body::default() },
        span: class.span,
    }
}
