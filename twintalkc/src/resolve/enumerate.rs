//! Enumerations with literal blocks, in place: loops over a cursor of the runtime where it knows the collection's class, and
//! else the message with heap blocks after all (a detour).

mod in_place;
mod keeps;
mod rules;

use super::Module;
use super::body::Body;
use super::inline::{self, Block, in_loop, literal_block};
use super::scope::DetourId;
use crate::Target;
use crate::ast::{self, Kind as Ast};
use crate::ir::{self, Const, Each, Expr, Kind, LocalId, Step};
use crate::known::IS_UNBOXED;
use crate::source::Span;
pub use in_place::{Meaning, Visitors};
pub use keeps::keepers;
use rules::{Begin, Rule};

/// The receiver of an enumeration.
#[derive(Clone, Copy)]
pub enum Receiver<'a> {
    Written(&'a ast::Expression),
    /// That of a cascade.
    Held(LocalId),
}

/// So many detours inside one another are given loops: beyond, the text would be copied too often.
const DEEPEST: usize = 1;

/// What the library's methods of enumeration send to the collections whose classes the runtime knows: a program that
/// has its own idea of one of these for such a class is not given any loop.
const INVOLVED: &[&str] = &[
    "add:",
    "addLast:",
    "addNoSort:",
    "at:",
    "contents",
    "copyEmpty",
    "do:",
    "hashOf:",
    "isEmpty",
    "key:equals:",
    "keysAndValuesDo:",
    "new",
    "new:",
    "new:streamContents:",
    "nextPut:",
    "placeOf:",
    "searchFor:",
    "size",
    "species",
    "speciesForTransform",
    "streamSpecies",
    "stride",
];

/// An enumeration that is being resolved.
struct Site<'b, 'm, 'a> {
    body: &'b mut Body<'m>,
    collection: LocalId,
    /// The arguments that are no blocks.
    operands: Vec<LocalId>,
    blocks: Vec<Block<'a>>,
    /// The first argument.
    first: Option<&'a ast::Expression>,
    cursor: usize,
    walk: &'static str,
    span: Span,
}

/// The loop a message stands for, or none: then it is an ordinary message.
pub fn enumeration(body: &mut Body<'_>, receiver: Receiver<'_>, message: &ast::Message, span: Span) -> Option<Expr> {
    if body.module.target == Target::Library || body.detours > DEEPEST {
        return None;
    }
    if let Receiver::Written(written) = receiver
        && let Some(value) = block_value(body, written, message, span)
    {
        return Some(value);
    }
    if let Some(visited) = in_place::visit(body, receiver, message, span) {
        return Some(visited);
    }
    let rule = rule(body, receiver, message)?;
    let mut out = Vec::new();
    let collection = match receiver {
        Receiver::Held(local) => local,
        Receiver::Written(written) => hold(body, "collection", written, &mut out),
    };
    let operands = hold_operands(body, message, rule, &mut out);
    out.extend(walk_or_send(body, Some(rule), collection, &operands, message, span));
    Some(Expr::new(Kind::Sequence(out), span))
}

/// The rule of a message whose blocks are literal, where the program lets the library's collections enumerate as they do.
fn rule(body: &Body<'_>, receiver: Receiver<'_>, message: &ast::Message) -> Option<&'static Rule> {
    let rule = rules::RULES.iter().find(|rule| rule.selector == message.selector.text)?;
    let mut arguments = message.arguments.iter().zip(rule.blocks);
    let fits = arguments.all(|(argument, counts)| counts.is_empty() || block_of(argument, counts).is_some());
    (fits && !is_own_object(body, receiver) && !body.module.enumerates_otherwise(rule.selector)).then_some(rule)
}

fn block_of<'a>(argument: &'a ast::Expression, counts: &[usize]) -> Option<Block<'a>> {
    counts.iter().find_map(|count| literal_block(argument, *count))
}

/// Evaluates the arguments that are no blocks.
fn hold_operands(body: &mut Body<'_>, message: &ast::Message, rule: &Rule, out: &mut Vec<Expr>) -> Vec<Option<LocalId>> {
    let arguments = message.arguments.iter().zip(rule.blocks);
    arguments.map(|(argument, counts)| counts.is_empty().then(|| hold(body, "operand", argument, out))).collect()
}

/// The loop where the runtime knows how to go through the collection, else the message.
fn walk_or_send(
    body: &mut Body<'_>,
    rule: Option<&'static Rule>,
    collection: LocalId,
    held: &[Option<LocalId>],
    message: &ast::Message,
    span: Span,
) -> Vec<Expr> {
    let Some(rule) = rule else { return detour(body, collection, held, message, span) };
    let blocks = message.arguments.iter().zip(rule.blocks).filter_map(|(argument, counts)| block_of(argument, counts)).collect();
    let operands = held.iter().flatten().copied().collect();
    let cursor = body.scopes.cursor();
    body.scopes.function().sends = true;
    let mut site = Site { body, collection, operands, blocks, first: message.arguments.first(), cursor, walk: rule.begin.walk(), span };
    let begin = site.begin(rule);
    // Its blocks may not declare what a top level would.
    site.body.scopes.function().loops += 1;
    let native = (rule.make)(&mut site);
    site.body.scopes.function().loops -= 1;
    let detour = site.again(|site| detour(site.body, collection, held, message, span));
    vec![Expr::new(Kind::If(Box::new(begin), native, detour), span)]
}

/// Evaluates an expression into a hidden variable.
fn hold(body: &mut Body<'_>, name: &str, written: &ast::Expression, out: &mut Vec<Expr>) -> LocalId {
    let value = body.expression(written);
    let local = body.scopes.hidden(name);
    out.push(set(local, value));
    local
}

/// `self` in a class of the program: the runtime knows of none.
fn is_own_object(body: &Body<'_>, receiver: Receiver<'_>) -> bool {
    let Receiver::Written(ast::Expression { kind: Ast::Variable(name), .. }) = receiver else { return false };
    name == "self" && body.class.is_none_or(|class| !body.module.classes.get(class).library || body.class_side)
}

/// `[ … ] value` and its kin: the statements in place.
fn block_value(body: &mut Body<'_>, receiver: &ast::Expression, message: &ast::Message, span: Span) -> Option<Expr> {
    let text = message.selector.text.as_str();
    if !matches!(text, "value" | "value:" | "value:value:" | "value:value:value:" | "value:value:value:value:") {
        return None;
    }
    let (names, block) = literal_block(receiver, message.arguments.len())?;
    if body.module.extends(&[text], "BlockClosure") {
        return None;
    }
    let values: Vec<Expr> = message.arguments.iter().map(|argument| body.expression(argument)).collect();
    let mut out = Vec::new();
    in_loop(body, |body| {
        body.scopes.open_scope();
        let locals = body.declare(names, true);
        out.extend(locals.into_iter().zip(values).map(|(local, value)| set(local, value)));
        out.extend(body.body(block));
        body.scopes.close_scope();
    });
    if block.statements.is_empty() {
        out.push(Expr::nil(span));
    }
    Some(Expr::new(Kind::Sequence(out), span))
}

impl Module {
    /// Whether the program has its own idea of one of these messages, for a class of the library or one that it inherits from.
    pub fn extends(&self, selectors: &[&str], class: &str) -> bool {
        let Some(class) = self.classes.library_number(class) else { return true };
        selectors.iter().filter_map(|text| self.symbols.number(text)).any(|selector| {
            [false, true].iter().any(|side| {
                let mut implementors = self.understood.implementors(selector, *side).filter(|(_, found)| !found.library);
                implementors.any(|(other, _)| {
                    self.classes.inherits(class, other) || self.classes.get(other).library && self.classes.inherits(other, class)
                })
            })
        })
    }

    /// Whether the program changes how collections of the library enumerate.
    fn enumerates_otherwise(&self, selector: &str) -> bool {
        if selector == "to:by:do:" {
            return self.extends(&[selector], "SmallInteger");
        }
        self.extends(&[selector], "Collection") || self.extends(INVOLVED, "Collection")
    }

    /// Whether a block may outlive the message it is an argument of: some method may keep it.
    fn takes_blocks(&self, selector: &str) -> bool {
        let number = self.symbols.number(selector);
        let is_library = |selector| self.understood.implementors(selector, false).any(|(_, found)| found.library);
        self.keepers.contains(selector)
            || !keeps::is_enumeration(selector) && selector != "errorNotFound:" && number.is_some_and(is_library)
            || self.redefines("doesNotUnderstand:")
    }
}

/// A variable is set.
fn set(local: LocalId, value: Expr) -> Expr {
    let span = value.span;
    Expr::new(Kind::SetLocal(local, Box::new(value)), span)
}

impl<'a> Site<'_, '_, 'a> {
    fn expr(&self, kind: Kind) -> Expr {
        Expr::new(kind, self.span)
    }

    fn local(&self, local: LocalId) -> Expr {
        self.expr(Kind::Local(local))
    }

    fn constant(&self, constant: Const) -> Expr {
        self.expr(Kind::Const(constant))
    }

    fn truth(&self, truth: bool) -> Expr {
        self.constant(if truth { Const::True } else { Const::False })
    }

    fn hidden(&mut self, name: &str) -> LocalId {
        self.body.scopes.hidden(name)
    }

    /// A hidden variable that never refers to the heap.
    fn flag(&mut self, name: &str) -> LocalId {
        let local = self.hidden(name);
        self.body.scopes.function().locals[local].immediate = true;
        local
    }

    fn sequence(&self, mut statements: Vec<Expr>) -> Expr {
        match statements.len() {
            0 => Expr::nil(self.span),
            1 if !matches!(statements[0].kind, Kind::Fresh(_)) => statements.remove(0),
            _ => self.expr(Kind::Sequence(statements)),
        }
    }

    fn step(&self, step: Step, operands: &[LocalId]) -> Expr {
        let operands = operands.iter().map(|local| self.local(*local)).collect();
        self.expr(Kind::Each(Box::new(Each { step, walk: self.walk, cursor: self.cursor, operands, element: None, key: None })))
    }

    fn begin(&mut self, rule: &Rule) -> Expr {
        match rule.begin {
            Begin::Walk(walk) => self.step(Step::Begin(walk), &[self.collection]),
            Begin::Range => self.step(Step::Begin("Range"), &[&[self.collection], &self.operands[..]].concat()),
            Begin::Find(walk) => self.step(Step::Find(walk), &[self.collection, self.operands[0]]),
            Begin::Both => {
                let own = self.cursor;
                let first = self.step(Step::Begin("Places"), &[self.collection]);
                let other = self.body.scopes.cursor();
                debug_assert_eq!(other, own + 1, "the cursor of the other collection follows");
                self.cursor = other;
                let second = self.step(Step::Begin("Places"), &[self.operands[0]]);
                self.cursor = own;
                let same = self.step(Step::SameSize(other), &[]);
                self.expr(Kind::And(Box::new(first), vec![self.expr(Kind::And(Box::new(second), vec![same]))]))
            }
            Begin::Numbers => {
                let (limit, step) = (self.operands[0], self.operands[1]);
                let up = self.operator(">", "greater", step, self.constant(Const::Int(0)));
                [step, limit, self.collection].into_iter().fold(up, |rest, number| {
                    let is_integer = self.is_unboxed(number);
                    self.expr(Kind::And(Box::new(is_integer), vec![rest]))
                })
            }
        }
    }

    /// Takes the next element, and its key.
    fn next(&self, element: Option<LocalId>, key: Option<LocalId>) -> Expr {
        let operands = vec![self.local(self.collection)];
        self.expr(Kind::Each(Box::new(Each { step: Step::Next, walk: self.walk, cursor: self.cursor, operands, element, key })))
    }

    /// The arguments and statements of a block, as part of the function around it.
    fn block(&mut self, at: usize) -> (Vec<LocalId>, Vec<Expr>) {
        let (names, block) = self.blocks[at];
        self.body.scopes.open_scope();
        let arguments = self.body.declare(names, true);
        let statements = self.body.body(block);
        self.body.scopes.close_scope();
        (arguments, statements)
    }

    /// The statements of a block without arguments.
    fn statements(&mut self, at: usize) -> Vec<Expr> {
        inline::inlined(self.body, self.blocks[at])
    }

    /// The value of a block without arguments, or of one that is told a local.
    fn told(&mut self, at: usize, value: LocalId) -> Vec<Expr> {
        let (arguments, mut statements) = self.block(at);
        let tells = arguments.into_iter().map(|argument| set(argument, self.local(value)));
        let tells: Vec<Expr> = tells.collect();
        if statements.is_empty() {
            statements.push(Expr::nil(self.span));
        }
        tells.into_iter().chain(statements).collect()
    }

    fn repeat(&self, next: Expr, body: Vec<Expr>) -> Expr {
        self.expr(Kind::While { condition: vec![next], until: false, body })
    }

    fn when(&self, condition: Expr, then: Vec<Expr>, otherwise: Vec<Expr>) -> Expr {
        self.expr(Kind::If(Box::new(condition), then, otherwise))
    }

    /// A local and an operand of an operator.
    fn operator(&mut self, text: &str, name: &'static str, local: LocalId, operand: Expr) -> Expr {
        let selector = self.body.module.symbols.intern(text);
        let send = ir::Send::new(self.local(local), selector, text.to_string(), vec![operand], ir::Target::Operator(name));
        self.expr(Kind::Send(Box::new(send)))
    }

    /// Whether a local is an integer that needs no box.
    fn is_unboxed(&mut self, local: LocalId) -> Expr {
        let selector = self.body.module.symbols.intern("isInteger");
        let target = ir::Target::Inline(IS_UNBOXED);
        self.expr(Kind::Send(Box::new(ir::Send::new(self.local(local), selector, IS_UNBOXED.to_string(), Vec::new(), target))))
    }

    fn send(&mut self, receiver: LocalId, text: &str, arguments: Vec<Expr>) -> Expr {
        let receiver = self.local(receiver);
        let selector = self.body.module.symbols.intern(text);
        self.body.scopes.function().sends = true;
        let target = ir::Target::Dispatch;
        self.expr(Kind::Send(Box::new(ir::Send::new(receiver, selector, text.to_string(), arguments, target))))
    }

    /// Resolves a text that has been resolved before: nobody is told what is wrong with it twice.
    fn again<T>(&mut self, resolve: impl FnOnce(&mut Self) -> T) -> T {
        let diagnostics = self.body.diagnostics.take();
        let echo = std::mem::replace(&mut self.body.scopes.echo, true);
        let resolved = resolve(self);
        self.body.scopes.echo = echo;
        self.body.diagnostics = diagnostics;
        resolved
    }
}

/// The message as it is written, for other receivers: its blocks are heap blocks. Arguments that are none have been evaluated.
fn detour(body: &mut Body<'_>, receiver: LocalId, operands: &[Option<LocalId>], message: &ast::Message, span: Span) -> Vec<Expr> {
    let text = message.selector.text.as_str();
    let selector = body.module.symbols.intern(text);
    with_blocks(body, selector, text, span, |body, detour| {
        let arguments = message.arguments.iter().zip(operands);
        let arguments = arguments.map(|(argument, operand)| match (&argument.kind, operand) {
            (_, Some(local)) => Expr::new(Kind::Local(*local), argument.span),
            (Ast::Block { arguments, body: text }, None) => body.block(arguments, text, detour, argument.span),
            (_, None) => Expr::nil(argument.span),
        });
        (receiver, arguments.collect())
    })
}

/// A message with heap blocks that run while it lasts: `^` in them and the variables they share are taken care of here.
fn with_blocks(
    body: &mut Body<'_>,
    selector: ir::Symbol,
    text: &str,
    span: Span,
    arguments: impl FnOnce(&mut Body<'_>, Option<DetourId>) -> (LocalId, Vec<Expr>),
) -> Vec<Expr> {
    let expr = |kind| Expr::new(kind, span);
    let detour = (!body.module.takes_blocks(text)).then(|| body.scopes.open_detour());
    let home = std::mem::take(&mut body.scopes.functions[0].returns_home);
    body.detours += 1;
    let (receiver, arguments) = arguments(body, detour);
    body.detours -= 1;
    let returns = std::mem::replace(&mut body.scopes.functions[0].returns_home, home);
    body.scopes.function().sends = true;
    let (receiver, target) = (expr(Kind::Local(receiver)), ir::Target::Dispatch);
    let mut answer = expr(Kind::Send(Box::new(ir::Send::new(receiver, selector, text.to_string(), arguments, target))));
    if returns && body.scopes.functions.len() == 1 {
        answer = expr(Kind::Home(Box::new(answer)));
    } else {
        body.scopes.functions[0].returns_home |= returns;
    }
    // The variables that the blocks assign are handed to copies before, and taken back behind.
    let copies = detour.map(|detour| body.scopes.copies(detour)).unwrap_or_default();
    if copies.is_empty() {
        return vec![answer];
    }
    let mut out = Vec::new();
    for (variable, copy) in &copies {
        out.push(expr(Kind::Fresh(*copy)));
        out.push(set(*copy, expr(Kind::Local(*variable))));
    }
    let held = body.scopes.hidden("answered");
    out.push(set(held, answer));
    out.extend(copies.iter().map(|(variable, copy)| set(*variable, expr(Kind::Local(*copy)))));
    out.push(expr(Kind::Local(held)));
    out
}
