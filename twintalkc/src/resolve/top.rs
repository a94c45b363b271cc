//! Top-level statements: one main program, or a server's provisioning, each statement for itself.

use super::body::Body;
use super::scope::Scopes;
use super::{Module, Top};
use crate::ast::{self, Kind as Ast, Statement};
use crate::diagnostics::Diagnostics;
use crate::ir::{Expr, LocalId};
use std::collections::BTreeSet;

/// The variables of a server's top level: each names a twin or holds a value for later statements.
#[derive(Clone, Default)]
pub struct Globals(BTreeSet<String>);

impl Globals {
    pub fn knows(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// Resolves all top-level statements of a program.
pub fn lower(module: &mut Module, units: &[ast::Unit], diagnostics: &mut Diagnostics) {
    let statements: Vec<&ast::TopLevel> = units.iter().flat_map(|unit| &unit.statements).collect();
    if module.target.is_program() {
        let learnt = main(module, &statements, Scopes::default(), None).1;
        let (top, _) = main(module, &statements, Scopes::knowing(&learnt), Some(diagnostics));
        module.top.push(top);
        return;
    }
    let mut globals = Globals::default();
    for statement in statements {
        globals.0.extend(statement.temporaries.iter().map(|variable| variable.name.text.clone()));
        if let Statement::Expression(ast::Expression { kind: Ast::Assign { target, .. }, .. }) = &statement.statement
            && module.classes.number(&target.text).is_none()
        {
            globals.0.insert(target.text.clone());
        }
        let learnt = provision(module, statement, globals.clone(), Scopes::default(), None).1;
        let (top, _) = provision(module, statement, globals.clone(), Scopes::knowing(&learnt), Some(diagnostics));
        module.top.push(top);
    }
}

type Learnt = Vec<super::scope::Variable>;

fn main(module: &mut Module, statements: &[&ast::TopLevel], scopes: Scopes, diagnostics: Option<&mut Diagnostics>) -> (Top, Learnt) {
    let mut body = Body::new(module, None, None, false, scopes, diagnostics);
    body.scopes.open_function();
    let mut out = Vec::new();
    for statement in statements {
        let locals = body.declare(&statement.temporaries, false);
        out.extend(locals.into_iter().map(|local| Expr::new(crate::ir::Kind::Fresh(local), statement.span)));
        body.statements(std::slice::from_ref(&statement.statement), &mut out);
    }
    let function = body.finish(0, out);
    let variables = std::mem::take(&mut body.scopes.variables);
    body.warn_of_temporaries(&variables);
    let span = statements.first().map(|statement| statement.span).unwrap_or_default();
    (Top { function, span }, variables)
}

fn provision(
    module: &mut Module,
    statement: &ast::TopLevel,
    globals: Globals,
    scopes: Scopes,
    diagnostics: Option<&mut Diagnostics>,
) -> (Top, Learnt) {
    let mut body = Body::new(module, None, None, false, scopes, diagnostics);
    body.top = Some(globals);
    body.scopes.open_function();
    let mut out = Vec::new();
    body.statements(std::slice::from_ref(&statement.statement), &mut out);
    let function = body.finish(0, out);
    let variables = std::mem::take(&mut body.scopes.variables);
    body.warn_of_temporaries(&variables);
    (Top { function, span: statement.span }, variables)
}

impl Body<'_> {
    /// In a program, the first assignment at the top level declares the variable.
    pub fn declare_at_top(&mut self, target: &ast::Name) -> Option<LocalId> {
        let declares = self.at_top_level()
            && self.top.is_none()
            && self.scopes.find(&target.text).is_none()
            && self.module.classes.number(&target.text).is_none();
        if !declares {
            return None;
        }
        let local = self.scopes.declare(&target.text, target.span, false, None);
        let id = self.scopes.variables.len() - 1;
        self.scopes.assigned(id);
        self.scopes.variables[id].used = true;
        Some(local)
    }

    /// `sensor := TemperatureSensor new` names the twin `sensor`; `clone` likewise.
    pub fn named_twin(&mut self, name: &str, value: &ast::Expression) -> Expr {
        let Ast::Send { receiver, message } = &value.kind else { return self.expression(value) };
        let names = match message.selector.text.as_str() {
            "new" => match &receiver.kind {
                Ast::Variable(class) => self.is_twin_class(class),
                _ => false,
            },
            "clone" | "derive" => true,
            _ => false,
        };
        if !names || !self.at_top_level() {
            return self.expression(value);
        }
        let selector = ast::Selector { text: format!("{}:", message.selector.text), span: message.selector.span };
        let id = ast::Expression { kind: Ast::Literal(ast::Literal::String(name.to_string())), span: message.selector.span };
        let named = ast::Message { selector, arguments: vec![id] };
        let kind = Ast::Send { receiver: receiver.clone(), message: named };
        self.expression(&ast::Expression { kind, span: value.span })
    }

    fn is_twin_class(&self, name: &str) -> bool {
        let classes = &self.module.classes;
        let twin = classes.library_number("Twin");
        classes.number(name).zip(twin).is_some_and(|(class, twin)| class != twin && classes.inherits(class, twin))
    }
}
