//! Methods of the program that only run the blocks they are told, in place of a message with literal blocks, behind a test of
//! the receiver's class.
//!
//! The method's text is put in place with its names changed, so that they mean nothing of what is around them.

use super::keeps::{is_call, is_enumeration};
use super::{Receiver, hold, set};
use crate::ast::{self, Body as Text, Expression, Kind as Ast, Message, Statement, Variable};
use crate::ir::{ClassNumber, Each, Expr, Kind, LocalId, Step};
use crate::parse::respan_all;
use crate::resolve::Module;
use crate::resolve::body::Body;
use crate::resolve::frame::announcement;
use crate::resolve::scope::MARK;
use crate::source::Span;
use crate::walk;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A longer method stays a message.
const LONGEST: usize = 60;
/// So many classes are told apart.
const MOST: usize = 2;
/// Methods in place inside one another.
const DEEPEST: usize = 2;

/// The methods of the program that may be resolved in place, by selector.
#[derive(Clone, Debug, Default)]
pub struct Visitors(BTreeMap<String, Vec<Visitor>>);

#[derive(Clone, Debug)]
struct Visitor {
    class: ClassNumber,
    method: Rc<ast::Method>,
    /// Which arguments are blocks.
    blocks: Vec<bool>,
}

/// What a name in a method in place means that is no variable.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// A slot of the method's receiver, which a variable holds.
    Slot(String, usize),
    ClassVariable(usize),
}

impl Visitors {
    pub fn of(module: &Module, methods: &[(ClassNumber, &ast::Method)]) -> Visitors {
        let mut found = Visitors::default();
        for (class, method) in methods.iter().filter(|(_, method)| !method.class_side) {
            let written = module.classes.get(*class);
            if written.library || written.twin || is_enumeration_of_library(module, *class, &method.selector.text) {
                continue;
            }
            if let Some(blocks) = blocks(method) {
                let visitor = Visitor { class: *class, method: Rc::new((*method).clone()), blocks };
                found.0.entry(method.selector.text.clone()).or_default().push(visitor);
            }
        }
        found
    }
}

/// Whether a collection of the program has its own idea of what those of the library do.
fn is_enumeration_of_library(module: &Module, class: ClassNumber, selector: &str) -> bool {
    let collection = module.classes.library_number("Collection");
    is_enumeration(selector) && collection.is_some_and(|collection| module.classes.inherits(class, collection))
}

/// Which arguments of a method are blocks that it runs in one place; none if it cannot be resolved in place.
fn blocks(method: &ast::Method) -> Option<Vec<bool>> {
    let typed = method.result.is_some() || declared(&method.body, &method.arguments).iter().any(|variable| variable.type_.is_some());
    if typed || !method.body.pragmas.is_empty() {
        return None;
    }
    let last = method.body.statements.len().checked_sub(1)?;
    let returns = |statements: &[Statement]| statements.iter().any(|statement| matches!(statement, Statement::Return(_)));
    let mut fits = !returns(&method.body.statements[..last]);
    let mut size = 0;
    let mut uses: HashMap<&str, (usize, usize)> = HashMap::new();
    walk::body(&method.body, &mut |each| {
        size += 1;
        match &each.kind {
            Ast::Variable(name) => {
                fits &= name != "super" && name != "thisContext";
                uses.entry(name.as_str()).or_default().0 += 1;
            }
            Ast::Block { body, .. } => fits &= !returns(&body.statements),
            Ast::Send { receiver, message } => {
                // An announcement is told the selector of the method it stands in.
                fits &= message.selector.text != method.selector.text && announcement(&message.selector.text).is_none();
                if let Ast::Variable(name) = &receiver.kind
                    && is_call(&message.selector.text)
                {
                    uses.entry(name.as_str()).or_default().1 += 1;
                }
                for argument in &message.arguments {
                    if let Ast::Variable(name) = &argument.kind
                        && is_enumeration(&message.selector.text)
                    {
                        uses.entry(name.as_str()).or_default().1 += 1;
                    }
                }
            }
            Ast::Cascade { messages, .. } => fits &= messages.iter().all(|message| message.selector.text != method.selector.text),
            _ => {}
        }
    });
    let blocks: Vec<bool> = method.arguments.iter().map(|argument| uses.get(argument.name.text.as_str()) == Some(&(1, 1))).collect();
    (fits && size <= LONGEST && blocks.contains(&true)).then_some(blocks)
}

/// The variables of a method and of the blocks in it.
fn declared<'a>(body: &'a Text, arguments: &'a [Variable]) -> Vec<&'a Variable> {
    let mut found: Vec<&Variable> = arguments.iter().chain(&body.temporaries).collect();
    walk::body(body, &mut |each| {
        if let Ast::Block { arguments, body } = &each.kind {
            found.extend(arguments.iter().chain(&body.temporaries));
        }
    });
    found
}

/// The methods a message may run, in place, and the message itself for other receivers.
pub fn visit(body: &mut Body<'_>, receiver: Receiver<'_>, message: &Message, span: Span) -> Option<Expr> {
    let selector = message.selector.text.as_str();
    if body.visits.len() >= DEEPEST || body.visits.iter().any(|other| other == selector) {
        return None;
    }
    let is_block = |argument: &Expression| matches!(argument.kind, Ast::Block { .. });
    let fits = |visitor: &&Visitor| {
        let blocks = visitor.blocks.iter().zip(&message.arguments);
        blocks.clone().all(|(block, argument)| *block == is_block(argument)) && is_free(body, visitor)
    };
    let visitors: Vec<Visitor> = body.module.visitors.0.get(selector)?.iter().filter(fits).take(MOST).cloned().collect();
    if visitors.is_empty() {
        return None;
    }
    let alike =
        |rule: &&super::Rule| rule.blocks.iter().zip(&message.arguments).all(|(counts, argument)| counts.is_empty() != is_block(argument));
    let rule = super::rule(body, receiver, message).filter(alike);
    let mut out = Vec::new();
    let held = match receiver {
        Receiver::Held(local) => local,
        Receiver::Written(written) => hold(body, "receiver", written, &mut out),
    };
    let plain = message.arguments.iter().map(|argument| (!is_block(argument)).then_some(argument));
    let operands: Vec<Option<LocalId>> = plain.map(|argument| Some(hold(body, "operand", argument?, &mut out))).collect();
    body.scopes.function().sends = true;
    let ways: Vec<_> = visitors.iter().map(|visitor| (visitor.class, in_place(body, visitor, held, &operands, message, span))).collect();
    let mut otherwise = super::walk_or_send(body, rule, held, &operands, message, span);
    for (class, way) in ways.into_iter().rev() {
        let operands = vec![Expr::new(Kind::Local(held), span)];
        let step = Step::Of(runners(body.module, class, message));
        let test = Expr::new(Kind::Each(Box::new(Each { step, walk: "", cursor: 0, operands, element: None, key: None })), span);
        otherwise = vec![Expr::new(Kind::If(Box::new(test), way, otherwise), span)];
    }
    out.extend(otherwise);
    Some(Expr::new(Kind::Sequence(out), span))
}

/// The classes whose instances run the method of a class.
fn runners(module: &Module, class: ClassNumber, message: &Message) -> Vec<ClassNumber> {
    let Some(selector) = module.symbols.number(&message.selector.text) else { return Vec::new() };
    let all = 0..module.classes.all.len() as ClassNumber;
    all.filter(|other| module.understood.lookup(&module.classes, *other, false, selector) == Some((class, false))).collect()
}

/// Whether the names that a method shares with everybody mean the same where it is to stand.
fn is_free(body: &Body<'_>, visitor: &Visitor) -> bool {
    let own: BTreeSet<&str> =
        declared(&visitor.method.body, &visitor.method.arguments).iter().map(|variable| variable.name.text.as_str()).collect();
    let mut free = true;
    walk::body(&visitor.method.body, &mut |each| {
        if let Ast::Variable(name) | Ast::Assign { target: ast::Name { text: name, .. }, .. } = &each.kind {
            free &= own.contains(name.as_str()) || name == "self" || !body.scopes.knows(name) || slot(body.module, visitor, name).is_some();
        }
    });
    free
}

fn slot(module: &Module, visitor: &Visitor, name: &str) -> Option<usize> {
    module.classes.get(visitor.class).slots.iter().position(|slot| slot.name == name)
}

/// The method's statements, and what it answers.
fn in_place(
    body: &mut Body<'_>,
    visitor: &Visitor,
    held: LocalId,
    operands: &[Option<LocalId>],
    message: &Message,
    span: Span,
) -> Vec<Expr> {
    body.visited += 1;
    let mut text = Text { temporaries: visitor.method.body.temporaries.clone(), ..visitor.method.body.clone() };
    respan_all(&mut text, span);
    let mut changed = Changed { mark: format!("{MARK}{}", body.visited), blocks: HashMap::new(), names: HashMap::new() };
    let receiver = format!("self{}", changed.mark);
    changed.names.insert("self".into(), receiver.clone());
    for (at, slot) in body.module.classes.get(visitor.class).slots.iter().enumerate() {
        let name = format!("{}{}", slot.name, changed.mark);
        body.meanings.insert(name.clone(), Meaning::Slot(receiver.clone(), at));
        changed.names.insert(slot.name.clone(), name);
    }
    let mut class_variables = Vec::new();
    walk::body(&text, &mut |each| {
        if let Ast::Variable(name) | Ast::Assign { target: ast::Name { text: name, .. }, .. } = &each.kind {
            let at = body.module.classes.class_variable(visitor.class, name).filter(|_| !changed.names.contains_key(name));
            class_variables.extend(at.map(|at| (name.clone(), at)));
        }
    });
    for (name, at) in class_variables {
        let other = format!("{name}{}", changed.mark);
        body.meanings.insert(other.clone(), Meaning::ClassVariable(at));
        changed.names.insert(name, other);
    }
    for variable in declared(&visitor.method.body, &visitor.method.arguments) {
        let name = &variable.name.text;
        changed.names.insert(name.clone(), format!("{name}{}", changed.mark));
    }
    let (arguments, values): (Vec<&Variable>, Vec<&Expression>) =
        visitor.method.arguments.iter().zip(&message.arguments).filter(|(_, value)| matches!(value.kind, Ast::Block { .. })).unzip();
    changed.blocks = arguments.into_iter().map(|argument| argument.name.text.clone()).zip(values.into_iter().cloned()).collect();
    changed.body(&mut text);

    let diagnostics = body.diagnostics.take();
    let echo = std::mem::replace(&mut body.scopes.echo, true);
    body.visits.push(message.selector.text.clone());
    body.scopes.open_scope();
    body.scopes.function().loops += 1;
    let mut out = Vec::new();
    let own = body.scopes.declare(&receiver, span, true, None);
    out.push(set(own, Expr::new(Kind::Local(held), span)));
    for (argument, operand) in visitor.method.arguments.iter().zip(operands) {
        if let Some(operand) = operand {
            let local = body.scopes.declare(&format!("{}{}", argument.name.text, changed.mark), span, true, None);
            out.push(set(local, Expr::new(Kind::Local(*operand), span)));
        }
    }
    let answer = match text.statements.pop() {
        Some(Statement::Return(value)) => Some(value),
        other => {
            text.statements.extend(other);
            None
        }
    };
    out.extend(body.body(&text));
    out.push(match &answer {
        Some(value) => body.expression(value),
        None => Expr::new(Kind::Local(held), span),
    });
    body.scopes.function().loops -= 1;
    body.scopes.close_scope();
    body.visits.pop();
    body.scopes.echo = echo;
    body.diagnostics = diagnostics;
    out
}

/// A method's text as it stands in place.
struct Changed {
    /// What makes its names its own.
    mark: String,
    names: HashMap<String, String>,
    /// What stands for arguments.
    blocks: HashMap<String, Expression>,
}

impl Changed {
    fn name(&self, name: &mut String) {
        if let Some(other) = self.names.get(name) {
            name.clone_from(other);
        }
    }

    fn variables(&self, variables: &mut [Variable]) {
        variables.iter_mut().for_each(|variable| self.name(&mut variable.name.text));
    }

    fn body(&self, body: &mut Text) {
        self.variables(&mut body.temporaries);
        for statement in &mut body.statements {
            let (Statement::Expression(each) | Statement::Return(each)) = statement;
            self.expression(each);
        }
    }

    fn message(&self, message: &mut Message) {
        message.arguments.iter_mut().for_each(|argument| self.expression(argument));
    }

    fn expression(&self, each: &mut Expression) {
        match &mut each.kind {
            Ast::Variable(name) => match self.blocks.get(name) {
                Some(block) => *each = block.clone(),
                None => self.name(name),
            },
            Ast::Literal(_) => {}
            Ast::Assign { target, value } => {
                self.name(&mut target.text);
                self.expression(value);
            }
            Ast::Send { receiver, message } => {
                self.expression(receiver);
                self.message(message);
            }
            Ast::Cascade { receiver, messages } => {
                self.expression(receiver);
                messages.iter_mut().for_each(|message| self.message(message));
            }
            Ast::Block { arguments, body } => {
                self.variables(arguments);
                self.body(body);
            }
            Ast::Brace(elements) => elements.iter_mut().for_each(|element| self.expression(element)),
        }
    }
}

impl Body<'_> {
    /// What a name of a method in place stands for.
    pub fn read_meaning(&mut self, meaning: &Meaning, span: Span) -> Expr {
        match meaning {
            Meaning::Slot(receiver, at) => Expr::new(Kind::SlotOf(Box::new(self.named(receiver, span)), *at), span),
            Meaning::ClassVariable(at) => Expr::new(Kind::ClassVariable(*at), span),
        }
    }

    pub fn set_meaning(&mut self, meaning: &Meaning, value: Expr, span: Span) -> Expr {
        match meaning {
            Meaning::Slot(receiver, at) => {
                let receiver = Box::new(self.named(receiver, span));
                Expr::new(Kind::SetSlotOf(receiver, *at, Box::new(value)), span)
            }
            Meaning::ClassVariable(at) => Expr::new(Kind::SetClassVariable(*at, Box::new(value)), span),
        }
    }

    fn named(&mut self, name: &str, span: Span) -> Expr {
        self.expression(&Expression { kind: Ast::Variable(name.to_string()), span })
    }
}
