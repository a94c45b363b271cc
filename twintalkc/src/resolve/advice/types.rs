//! Values whose class is seen in the source, stored where another type is declared.

use super::super::body::Body;
use super::super::scope::VariableId;
use super::super::{Classes, Module};
use crate::ast::{self, Expression, Kind, Literal};
use crate::diagnostics::Diagnostics;
use crate::ir::{ClassNumber, DeclaredType, Representation};
use crate::messages::Message;
use std::collections::HashMap;

impl Body<'_> {
    /// Tells of a value that a declared slot cannot hold.
    pub fn warn_wrong_slot(&mut self, at: usize, value: &Expression) {
        if self.class_side {
            return;
        }
        let Some(slot) = self.class.and_then(|class| self.module.classes.get(class).slots.get(at)) else { return };
        if let Some(declared) = slot.declared.clone() {
            let what = format!("the instance variable `{}`", slot.name);
            self.warn_wrong(what, &declared, value);
        }
    }

    /// Tells of a value that a declared temporary cannot hold.
    pub fn warn_wrong_temporary(&mut self, variable: VariableId, value: &Expression) {
        let variable = &self.scopes.variables[variable];
        if let Some(declared) = variable.declared.clone() {
            let what = format!("`{}`", variable.name);
            self.warn_wrong(what, &declared, value);
        }
    }

    /// Tells of a result of another type than the method declares.
    pub fn warn_wrong_result(&mut self, value: &Expression) {
        if let Some(declared) = self.result.clone() {
            self.warn_wrong("the result".into(), &declared, value);
        }
    }

    fn warn_wrong(&mut self, what: String, declared: &DeclaredType, value: &Expression) {
        if let Some(found) = misfit(&self.module.classes, declared, value) {
            self.report(value.span, Message::WrongType { what, declared: declared.text.clone(), found });
        }
    }
}

/// Tells of arguments that no method of the selector can take.
pub fn arguments(module: &Module, program: &[ast::Unit], sent: &[&ast::Message], diagnostics: &mut Diagnostics) {
    let takers = takers(module, program);
    for message in sent {
        let Some(takers) = takers.get(message.selector.text.as_str()) else { continue };
        for (at, argument) in message.arguments.iter().enumerate() {
            let misfits: Option<Vec<String>> = takers
                .iter()
                .map(|types| types.get(at)?.as_ref().and_then(|declared| misfit(&module.classes, declared, argument)))
                .collect();
            let declared = takers.first().and_then(|types| types.get(at)?.as_ref());
            if let (Some(mut misfits), Some(declared)) = (misfits, declared)
                && let Some(found) = misfits.pop()
            {
                let what = format!("the argument of `{}`", message.selector.text);
                diagnostics.add(argument.span, Message::WrongType { what, declared: declared.text.clone(), found });
            }
        }
    }
}

type Types = Vec<Option<DeclaredType>>;

/// The declared types of the arguments of every method with a selector, where only the program implements it.
fn takers<'a>(module: &Module, program: &'a [ast::Unit]) -> HashMap<&'a str, Vec<Types>> {
    let mut takers: HashMap<&str, Vec<Types>> = HashMap::new();
    let mut none = Diagnostics::default();
    for method in program.iter().flat_map(|unit| &unit.methods) {
        let types = method.arguments.iter().map(|argument| module.classes.declared(argument.type_.as_ref()?, &mut none)).collect();
        takers.entry(&method.selector.text).or_default().push(types);
    }
    takers.retain(|selector, types| {
        types.iter().any(|types| types.iter().any(Option::is_some)) && {
            let implementors = |class_side| {
                let number = module.symbols.number(selector);
                number.into_iter().flat_map(move |number| module.understood.implementors(number, class_side))
            };
            let all = implementors(false).chain(implementors(true)).count();
            // Accessors that are made for twins, and the library's methods, take anything.
            all == types.len()
        }
    });
    takers
}

/// What an expression certainly is, where the declared type does not admit it.
fn misfit(classes: &Classes, declared: &DeclaredType, value: &Expression) -> Option<String> {
    let class = class_of(classes, value)?;
    let name = &classes.get(class).name;
    let fits = |admitted: &ClassNumber| classes.inherits(class, *admitted);
    let named = |name: &str| classes.library_number(name);
    let is_nil = Some(class) == named("UndefinedObject");
    let converts = named("Float").is_some_and(|float| declared.classes.contains(&float))
        && named("Number").is_some_and(|number| classes.inherits(class, number));
    if converts || (is_nil && declared.nil) || (declared.classes.iter().any(fits) && !is_too_large(declared, value)) {
        return None;
    }
    Some(match &value.kind {
        Kind::Literal(Literal::Integer(digits)) => digits.clone(),
        Kind::Literal(Literal::Nil) => "nil".into(),
        Kind::Variable(constant) => constant.clone(),
        _ if name.starts_with(['A', 'E', 'I', 'O', 'U']) => format!("an {name}"),
        _ => format!("a {name}"),
    })
}

fn is_too_large(declared: &DeclaredType, value: &Expression) -> bool {
    let Kind::Literal(Literal::Integer(digits)) = &value.kind else { return false };
    declared.representation == Representation::Int64 && digits.parse::<i64>().is_err()
}

/// The class of what an expression answers, where the source shows it.
fn class_of(classes: &Classes, value: &Expression) -> Option<ClassNumber> {
    let name = match &value.kind {
        Kind::Literal(literal) => match literal {
            Literal::Nil => "UndefinedObject",
            Literal::True => "True",
            Literal::False => "False",
            Literal::Integer(digits) => match digits.parse::<i64>() {
                Ok(value) if value.unsigned_abs() < 1 << 60 => "SmallInteger",
                _ if digits.starts_with('-') => "LargeNegativeInteger",
                _ => "LargePositiveInteger",
            },
            Literal::Float(_) => "Float",
            Literal::Scaled { .. } => "ScaledDecimal",
            Literal::Character(_) => "Character",
            Literal::String(_) => "String",
            Literal::Symbol(_) => "Symbol",
            Literal::Array(_) => "Array",
            Literal::ByteArray(_) => "ByteArray",
            Literal::Fraction { .. } => "Fraction",
        },
        Kind::Variable(name) => match name.as_str() {
            "nil" => "UndefinedObject",
            "true" => "True",
            "false" => "False",
            _ => return None,
        },
        Kind::Block { .. } => "BlockClosure",
        Kind::Brace(_) => "Array",
        _ => return None,
    };
    classes.library_number(name)
}
