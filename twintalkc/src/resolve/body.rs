//! Bodies: expressions with every variable found and every literal placed.

use super::enumerate::{self, Meaning, Receiver};
use super::frame::announcement;
use super::scope::{DetourId, Scopes};
use super::{Module, advice, inline};
use crate::ast::{self, Kind as Ast, Literal, Statement};
use crate::diagnostics::Diagnostics;
use crate::ir::{Block, ClassNumber, Const, Expr, Function, Kind, LocalId, Method, Place, Send, Sharing, Target};
use crate::messages::Message;
use crate::names;
use crate::source::Span;

/// A body being resolved.
pub struct Body<'a> {
    pub module: &'a mut Module,
    pub scopes: Scopes,
    /// The class whose slots are meant.
    pub class: Option<ClassNumber>,
    /// The class the text belongs to, where `super` starts from.
    pub origin: Option<ClassNumber>,
    pub class_side: bool,
    /// The selector of the method.
    pub method: Option<crate::ir::Symbol>,
    /// Top-level statements: an assignment declares.
    pub top: Option<super::top::Globals>,
    pub diagnostics: Option<&'a mut Diagnostics>,
    blocks: usize,
    /// How many detours the text is within.
    pub detours: usize,
    /// The methods that are being resolved in place, and what names of theirs mean.
    pub visits: Vec<String>,
    pub visited: usize,
    pub meanings: std::collections::HashMap<String, Meaning>,
    /// What the method's result is declared to be.
    pub result: Option<crate::ir::DeclaredType>,
    /// The place of a variable that is only asked whether it is nil.
    asked_nil: Option<Span>,
}

/// Resolves a method as instances of `class` run it; `origin` is the class that defines it.
pub fn method(
    module: &mut Module,
    class: ClassNumber,
    origin: ClassNumber,
    method: &ast::Method,
    diagnostics: Option<&mut Diagnostics>,
) -> Method {
    let selector = module.symbols.intern(&method.selector.text);
    let learnt = {
        let mut first = Body::new(module, Some(class), Some(origin), method.class_side, Scopes::default(), None);
        first.method = Some(selector);
        first.function_of(method);
        first.scopes.variables
    };
    let mut body = Body::new(module, Some(class), Some(origin), method.class_side, Scopes::knowing(&learnt), diagnostics);
    body.method = Some(selector);
    body.result = method.result.as_ref().and_then(|type_| body.declared(type_));
    let function = body.function_of(method);
    let pragma = |name: &str| method.body.pragmas.iter().find(|pragma| pragma.selector.text == name);
    let argument = |name: &str| match pragma(name).and_then(|pragma| pragma.arguments.first()) {
        Some(Literal::Symbol(text) | Literal::String(text)) => Some(text.clone()),
        _ => None,
    };
    let given_name = argument("rust:");
    if let (Some(name), Some(pragma)) = (&given_name, pragma("rust:"))
        && !names::is_function_name(name)
    {
        body.report(pragma.span, Message::InvalidRustName { name: name.clone() });
    }
    let result = body.result.take();
    let variables = std::mem::take(&mut body.scopes.variables);
    body.warn_of_temporaries(&variables);
    let key = method.selector.text.trim_end_matches(':');
    let sets_slot = module.classes.get(class).slots.iter().any(|slot| slot.name == key);
    let hidden = matches!(method.selector.text.as_str(), "initialize" | "migrateFrom:")
        || method.category.as_deref().is_some_and(|category| category.starts_with("private"))
        || pragma("internal").is_some();
    Method {
        class,
        origin,
        class_side: method.class_side,
        from_trait: method.origin.clone(),
        sharing: Sharing::Own,
        selector,
        selector_text: method.selector.text.clone(),
        function,
        primitive: argument("primitive:").filter(|_| module.target == crate::Target::Library),
        result,
        rust_name: given_name.unwrap_or_else(|| names::public(&method.selector.text, sets_slot)),
        external: !hidden,
        pragmas: method
            .body
            .pragmas
            .iter()
            .filter(|pragma| pragma.arguments.is_empty())
            .map(|pragma| pragma.selector.text.clone())
            .collect(),
        comment: method.comment.clone(),
        version: None,
        span: method.span,
    }
}

impl<'a> Body<'a> {
    pub fn new(
        module: &'a mut Module,
        class: Option<ClassNumber>,
        origin: Option<ClassNumber>,
        class_side: bool,
        scopes: Scopes,
        diagnostics: Option<&'a mut Diagnostics>,
    ) -> Self {
        Body {
            module,
            scopes,
            class,
            origin,
            class_side,
            method: None,
            top: None,
            diagnostics,
            blocks: 0,
            detours: 0,
            visits: Vec::new(),
            visited: 0,
            meanings: Default::default(),
            result: None,
            asked_nil: None,
        }
    }

    pub fn report(&mut self, span: Span, message: Message) {
        if let Some(diagnostics) = &mut self.diagnostics {
            match message {
                Message::UnknownVariable { .. } => diagnostics.add_once(span, message),
                _ => diagnostics.add(span, message),
            }
        }
    }

    fn declared(&mut self, type_: &ast::Type) -> Option<crate::ir::DeclaredType> {
        let mut none = Diagnostics::default();
        let diagnostics = self.diagnostics.as_deref_mut().unwrap_or(&mut none);
        self.module.classes.declared(type_, diagnostics)
    }

    fn function_of(&mut self, method: &ast::Method) -> Function {
        self.scopes.open_function();
        self.declare(&method.arguments, true);
        let body = self.body(&method.body);
        self.finish(method.arguments.len(), body)
    }

    /// Closes the innermost function.
    pub fn finish(&mut self, arguments: usize, body: Vec<Expr>) -> Function {
        let open = self.scopes.functions.pop().unwrap_or_default();
        Function {
            locals: open.locals,
            arguments,
            body,
            needs_home: open.returns_home,
            sends: open.sends,
            cursors: open.cursors,
            ..Function::default()
        }
    }

    pub fn declare(&mut self, variables: &[ast::Variable], argument: bool) -> Vec<LocalId> {
        let mut locals = Vec::new();
        for variable in variables {
            let declared = variable.type_.as_ref().and_then(|type_| self.declared(type_));
            locals.push(self.scopes.declare(&variable.name.text, variable.name.span, argument, declared));
        }
        locals
    }

    /// Temporaries and statements of a method or block; each temporary begins as nil.
    pub fn body(&mut self, body: &ast::Body) -> Vec<Expr> {
        let temporaries = self.declare(&body.temporaries, false);
        let span = body.temporaries.first().map(|variable| variable.name.span).unwrap_or_default();
        let mut out: Vec<Expr> = temporaries.into_iter().map(|local| Expr::new(Kind::Fresh(local), span)).collect();
        self.statements(&body.statements, &mut out);
        out
    }

    pub fn statements(&mut self, statements: &[Statement], out: &mut Vec<Expr>) {
        for (i, statement) in statements.iter().enumerate() {
            match statement {
                Statement::Expression(expression) => out.push(self.expression(expression)),
                Statement::Return(expression) => {
                    let span = expression.span;
                    self.warn_wrong_result(expression);
                    let value = Box::new(self.expression(expression));
                    if self.scopes.functions.len() == 1 {
                        out.push(Expr::new(Kind::Return(value), span));
                    } else {
                        self.scopes.functions.iter_mut().for_each(|function| function.returns_home = true);
                        out.push(Expr::new(Kind::ReturnHome(value), span));
                    }
                    if let Some(Statement::Expression(next) | Statement::Return(next)) = statements.get(i + 1) {
                        self.report(next.span, Message::UnreachableStatement);
                    }
                    return;
                }
            }
        }
    }

    /// An expression.
    pub fn expression(&mut self, expression: &ast::Expression) -> Expr {
        let span = expression.span;
        match &expression.kind {
            Ast::Variable(name) => self.variable(name, span),
            Ast::Assign { target, value } => self.assignment(target, value, span),
            Ast::Send { receiver, message } => self.send(receiver, message, span),
            Ast::Cascade { receiver, messages } => self.cascade(receiver, messages, span),
            Ast::Block { arguments, body } => self.block(arguments, body, None, span),
            Ast::Brace(elements) => {
                let elements = elements.iter().map(|element| self.expression(element)).collect();
                self.scopes.function().sends = true;
                Expr::new(Kind::Brace(elements), span)
            }
            Ast::Literal(literal) => Expr::new(Kind::Const(self.literal(literal)), span),
        }
    }

    fn this(&mut self, span: Span) -> Expr {
        self.scopes.functions.iter_mut().for_each(|function| function.uses_self = true);
        Expr::new(Kind::This, span)
    }

    fn variable(&mut self, name: &str, span: Span) -> Expr {
        let constant = |constant| Expr::new(Kind::Const(constant), span);
        match name {
            "nil" => return constant(Const::Nil),
            "true" => return constant(Const::True),
            "false" => return constant(Const::False),
            "self" | "super" if self.class.is_some() => return self.this(span),
            "self" | "super" => return constant(Const::Nil),
            "thisContext" if self.module.target.is_tolerant() => {
                self.report(span, Message::UnknownContext);
                return self.known_context(span);
            }
            "thisContext" => {
                self.report(span, Message::ThisContext);
                return constant(Const::Nil);
            }
            _ => {}
        }
        if let Some(found) = self.scopes.find(name) {
            if self.asked_nil == Some(span) {
                self.scopes.variables[found.variable].used = true;
            } else {
                self.scopes.read(found.variable, span);
            }
            return Expr::new(place(found.place), span);
        }
        if let Some(meaning) = self.meanings.get(name).cloned() {
            return self.read_meaning(&meaning, span);
        }
        if let Some(at) = self.slot(name) {
            self.this(span);
            self.use_slot(at, |uses| uses.read = true);
            return Expr::new(if self.class_side { Kind::ClassSlot(at) } else { Kind::Slot(at) }, span);
        }
        if let Some(at) = self.class_variable(name) {
            return Expr::new(Kind::ClassVariable(at), span);
        }
        if let Some(number) = self.module.classes.number(name) {
            return constant(Const::Class(number));
        }
        if self.top.as_ref().is_some_and(|globals| globals.knows(name)) {
            return Expr::new(Kind::Global(name.to_string()), span);
        }
        let nearest = self.nearest_variable(name);
        self.report(span, Message::UnknownVariable { name: name.to_string(), nearest });
        Expr::nil(span)
    }

    fn assignment(&mut self, target: &ast::Name, value: &ast::Expression, span: Span) -> Expr {
        let name = target.text.as_str();
        if matches!(name, "self" | "super" | "nil" | "true" | "false" | "thisContext") {
            self.report(target.span, Message::AssignmentToPseudoVariable { name: name.to_string() });
            return self.expression(value);
        }
        if let Some(local) = self.declare_at_top(target) {
            let value = Box::new(self.named_twin(name, value));
            return Expr::new(Kind::SetLocal(local, value), span);
        }
        if let Some(found) = self.scopes.find(name) {
            if self.scopes.variables[found.variable].argument {
                self.report(target.span, Message::AssignmentToArgument { name: name.to_string() });
            }
            self.warn_wrong_temporary(found.variable, value);
            let value = Box::new(if self.at_top_level() { self.named_twin(name, value) } else { self.expression(value) });
            self.scopes.assigned(found.variable);
            let kind = match found.place {
                Place::Local(local) => Kind::SetLocal(local, value),
                Place::Captured(at) => Kind::SetCaptured(at, value),
            };
            return Expr::new(kind, span);
        }
        if let Some(meaning) = self.meanings.get(name).cloned() {
            let value = self.expression(value);
            return self.set_meaning(&meaning, value, span);
        }
        if let Some(at) = self.slot(name) {
            self.this(span);
            self.use_slot(at, |uses| uses.written = true);
            self.warn_wrong_slot(at, value);
            let value = Box::new(self.expression(value));
            return Expr::new(if self.class_side { Kind::SetClassSlot(at, value) } else { Kind::SetSlot(at, value) }, span);
        }
        if let Some(at) = self.class_variable(name) {
            let value = Box::new(self.expression(value));
            return Expr::new(Kind::SetClassVariable(at, value), span);
        }
        if self.module.classes.number(name).is_some() {
            self.report(target.span, Message::AssignmentToClass { name: name.to_string() });
            return self.expression(value);
        }
        if self.top.as_ref().is_some_and(|globals| globals.knows(name)) {
            let value = Box::new(self.named_twin(name, value));
            return Expr::new(Kind::SetGlobal(name.to_string(), value), span);
        }
        let nearest = self.nearest_variable(name);
        self.report(target.span, Message::UnknownVariable { name: name.to_string(), nearest });
        self.expression(value)
    }

    /// Outside any block of the top level.
    pub fn at_top_level(&self) -> bool {
        self.class.is_none() && self.scopes.functions.len() == 1 && self.scopes.functions[0].loops == 0
    }

    fn slot(&self, name: &str) -> Option<usize> {
        let class = self.module.classes.get(self.class?);
        if self.class_side {
            class.class_slots.iter().position(|slot| slot == name)
        } else {
            class.slots.iter().position(|slot| slot.name == name)
        }
    }

    fn class_variable(&self, name: &str) -> Option<usize> {
        self.module.classes.class_variable(self.origin?, name)
    }

    fn send(&mut self, receiver: &ast::Expression, message: &ast::Message, span: Span) -> Expr {
        self.asked_nil = advice::asks_nil(&message.selector.text).then_some(receiver.span);
        if let Some(inlined) = inline::control(self, receiver, message, span) {
            return inlined;
        }
        let to_super = matches!(&receiver.kind, Ast::Variable(name) if name == "super");
        if !to_super && let Some(inlined) = enumerate::enumeration(self, Receiver::Written(receiver), message, span) {
            return inlined;
        }
        let receiver = self.expression(receiver);
        self.message(receiver, to_super, message, span)
    }

    /// A message to a receiver that has been resolved.
    fn message(&mut self, receiver: Expr, to_super: bool, message: &ast::Message, span: Span) -> Expr {
        let text = message.selector.text.as_str();
        if matches!(text, "become:" | "becomeForward:") {
            self.report(message.selector.span, Message::Become { selector: text.to_string() });
        }
        let mut arguments: Vec<Expr> = message.arguments.iter().map(|argument| self.expression(argument)).collect();
        if let Some(constant) = super::constant::constant(self.module, &receiver, text, &arguments) {
            return Expr::new(Kind::Const(constant), span);
        }
        let told = self.announces(&receiver, message).and_then(|method| {
            arguments.push(method);
            announcement(text)
        });
        let text = told.as_deref().unwrap_or(text);
        let selector = self.module.symbols.intern(text);
        let target = match inline::operator(text) {
            _ if to_super => self.super_method(selector),
            Some(target) => target,
            None => Target::Dispatch,
        };
        if !matches!(target, Target::Inline(_)) {
            self.scopes.function().sends = true;
        }
        Expr::new(Kind::Send(Box::new(Send::new(receiver, selector, text.to_string(), arguments, target))), span)
    }

    fn super_method(&self, selector: crate::ir::Symbol) -> Target {
        let classes = &self.module.classes;
        let superclass = self.origin.and_then(|origin| classes.get(origin).superclass);
        let found = superclass.and_then(|class| self.module.understood.lookup(classes, class, self.class_side, selector));
        match found {
            Some((class, class_side)) => Target::Method { class, class_side },
            None => Target::NotUnderstood,
        }
    }

    fn cascade(&mut self, receiver: &ast::Expression, messages: &[ast::Message], span: Span) -> Expr {
        let to_super = matches!(&receiver.kind, Ast::Variable(name) if name == "super");
        let held = self.scopes.hidden("receiver");
        let value = Box::new(self.expression(receiver));
        let mut out = vec![Expr::new(Kind::SetLocal(held, value), span)];
        for message in messages {
            let span = receiver.span.to(message.arguments.last().map_or(message.selector.span, |argument| argument.span));
            if !to_super && let Some(inlined) = enumerate::enumeration(self, Receiver::Held(held), message, span) {
                out.push(inlined);
                continue;
            }
            let receiver = Expr::new(Kind::Local(held), receiver.span);
            out.push(self.message(receiver, to_super, message, span));
        }
        Expr::new(Kind::Sequence(out), span)
    }

    pub fn block(&mut self, arguments: &[ast::Variable], body: &ast::Body, detour: Option<DetourId>, span: Span) -> Expr {
        self.blocks += 1;
        let ordinal = self.blocks;
        self.scopes.function().sends = true;
        self.scopes.open_function();
        self.scopes.function().detour = detour;
        self.declare(arguments, true);
        let statements = self.body(body);
        let (captures, uses_self, returns_home) = {
            let open = self.scopes.function();
            (open.captures.clone(), open.uses_self, open.returns_home)
        };
        let mut function = self.finish(arguments.len(), statements);
        function.needs_home = false;
        Expr::new(Kind::Block(Box::new(Block { ordinal, function, captures, uses_self, returns_home, span })), span)
    }
}

fn place(place: Place) -> Kind {
    match place {
        Place::Local(local) => Kind::Local(local),
        Place::Captured(at) => Kind::Captured(at),
    }
}
