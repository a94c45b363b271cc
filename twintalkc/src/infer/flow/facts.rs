//! What the texts of a program tell of it as a whole: whether errors may be answered, and slots be reached by name.

use crate::ir::{Const, Expr, Kind};
use crate::resolve::{Module, mentions};

/// Messages by which a handler answers in place of what has failed.
const RESUMING: &[&str] = &["resume", "resume:", "resumeUnchecked:"];

/// Messages with which a program decides itself what a failed operation answers.
const FAILING: &[&str] =
    &["doesNotUnderstand:", "mustBeBoolean", "defaultAction", "noHandler", "signal", "signal:", "signalWithDividend:", "errorBits:"];

/// Messages that write slots or class variables without naming them.
const WRITING: &[&str] =
    &["instVarAt:put:", "instVarNamed:put:", "copyFrom:", "copySameFrom:", "write:to:", "classVarAt:put:", "classVarNamed:put:"];

/// Messages that show what slots hold.
const READING: &[&str] = &[
    "instVarAt:",
    "instVarNamed:",
    "classVarAt:",
    "classVarNamed:",
    "read:",
    "storeOn:",
    "storeString",
    "store:",
    "longPrintOn:",
    "longPrintString",
    "longPrintOn:limitedTo:indent:",
    "inspect",
    "deepCopy",
    "veryDeepCopy",
];

/// Messages by which a handler gets at the receiver or the arguments of what has failed.
const INSPECTING: &[&str] = &["receiver", "message", "signalerContext", "signaler", "signalContext", "context"];

/// Slots by number or name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reflects {
    pub reads: bool,
    pub writes: bool,
    pub inspects: bool,
}

/// What is found in one walk over the texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// An operation that fails may answer what the program decides.
    pub resumes: bool,
    pub reflects: Reflects,
}

impl Facts {
    /// Finds them; a program that computes selectors may do everything.
    pub fn of(module: &Module) -> Facts {
        let mut facts = Facts::default();
        let defines = |text: &&str| {
            let Some(selector) = module.symbols.number(text) else { return false };
            [false, true].iter().any(|side| module.understood.implementors(selector, *side).any(|(_, found)| !found.library))
        };
        facts.resumes = FAILING.iter().any(defines);
        let bodies = module.methods.iter().map(|method| &method.function.body).chain(module.top.iter().map(|top| &top.function.body));
        for expression in bodies.flatten() {
            everywhere(expression, &mut |part| match &part.kind {
                Kind::Send(send) => {
                    facts.text(&send.text);
                    let first = send.arguments.first().map(|first| &first.kind);
                    if send.text.starts_with("perform:") && !matches!(first, Some(Kind::Const(Const::Symbol(_)))) {
                        facts.everything();
                    }
                }
                Kind::Const(Const::Symbol(symbol)) => facts.text(module.symbols.text(*symbol)),
                Kind::Const(Const::Literal(at)) => mentions::symbols(&module.literals[*at], &mut |text| facts.text(text)),
                _ => {}
            });
        }
        facts
    }

    fn everything(&mut self) {
        *self = Facts { resumes: true, reflects: Reflects { reads: true, writes: true, inspects: true } };
    }

    fn text(&mut self, text: &str) {
        if text == "asSymbol" || text == "intern:" {
            return self.everything();
        }
        self.resumes |= RESUMING.contains(&text);
        self.reflects.writes |= WRITING.contains(&text);
        self.reflects.reads |= READING.contains(&text);
        self.reflects.inspects |= INSPECTING.contains(&text);
    }
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
