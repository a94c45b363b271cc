//! What holds for the whole program: its classes, and what an error may answer.

use super::basics::Basics;
use crate::ir::{ClassNumber, Const, Expr, Kind, Symbol};
use crate::known::Known;
use crate::resolve::{Module, mentions};

/// Messages by which a handler answers in place of what has failed.
const RESUMING: &[&str] = &["resume", "resume:", "resumeUnchecked:"];

/// Messages with which a program decides itself what a failed operation answers.
const FAILING: &[&str] =
    &["doesNotUnderstand:", "mustBeBoolean", "defaultAction", "noHandler", "signal", "signal:", "signalWithDividend:", "errorBits:"];

/// Messages that run others, of which no text need tell.
const PERFORMING: &[&str] = &["perform:", "asSymbol", "intern:"];

pub struct World<'m> {
    pub module: &'m Module,
    pub basics: Basics,
    /// What an operation that raises may answer all the same: anything where handlers resume, else nothing.
    pub failed: Known,
}

impl<'m> World<'m> {
    pub fn new(module: &'m Module, resumes: bool) -> World<'m> {
        let failed = if resumes { Known::any() } else { Known::none() };
        World { module, basics: Basics::of(&module.classes), failed }
    }

    /// Whether integers of any size and floats run the library's own method of a selector.
    pub fn numbers_keep(&self, selector: Symbol) -> bool {
        let module = self.module;
        let number = |name: &str| module.classes.library_number(name);
        ["SmallInteger", "LargePositiveInteger", "LargeNegativeInteger", "Float"]
            .into_iter()
            .filter_map(number)
            .all(|class| self.is_library_method(class, false, selector))
    }

    /// Whether an instance of a class (or the class itself) runs a method of the library.
    pub fn is_library_method(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> bool {
        let module = self.module;
        let found = module.understood.lookup(&module.classes, class, class_side, selector);
        found.is_some_and(|(class, side)| module.understood.implemented_in(class, side, selector).is_some_and(|found| found.library))
    }
}

/// Whether the program's own code may give a failed operation an answer.
pub fn resumes(module: &Module) -> bool {
    let defines = |text: &&str| {
        let Some(selector) = module.symbols.number(text) else { return false };
        [false, true].iter().any(|side| module.understood.implementors(selector, *side).any(|(_, found)| !found.library))
    };
    if FAILING.iter().any(defines) {
        return true;
    }
    let telling = |text: &str| RESUMING.contains(&text);
    let performs = |text: &str| telling(text) || PERFORMING.iter().any(|performing| text.starts_with(performing));
    let bodies = module.methods.iter().map(|method| &method.function.body).chain(module.top.iter().map(|top| &top.function.body));
    let mut found = false;
    for expression in bodies.flatten() {
        everywhere(expression, &mut |part| {
            found |= match &part.kind {
                Kind::Send(send) if send.text.starts_with("perform:") => !matches!(
                    send.arguments.first().map(|first| &first.kind),
                    Some(Kind::Const(Const::Symbol(symbol))) if !performs(module.symbols.text(*symbol))
                ),
                Kind::Send(send) => performs(&send.text),
                Kind::Const(Const::Symbol(symbol)) => performs(module.symbols.text(*symbol)),
                Kind::Const(Const::Literal(at)) => {
                    let mut holds = false;
                    mentions::symbols(&module.literals[*at], &mut |text| holds |= performs(text));
                    holds
                }
                _ => false,
            };
        });
    }
    found
}

/// Calls `visit` with an expression and its parts, inside blocks too.
pub fn everywhere(expression: &Expr, visit: &mut impl FnMut(&Expr)) {
    expression.visit(&mut |part| {
        visit(part);
        if let Kind::Block(block) = &part.kind {
            block.function.body.iter().for_each(|inner| everywhere(inner, visit));
        }
    });
}
