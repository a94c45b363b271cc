//! What a program can reach, of itself and of the library: the rest is neither printed nor linked.
//!
//! Rapid type analysis (Bacon and Sweeney 1996) on names: a method runs only if code that is reached names its selector
//! and names its class or one that inherits from it. To name is to send, or to hold as a symbol, a string or a class. Where
//! a program makes selectors of what it computes, everything stays.

use crate::Target;
use crate::ast::Literal;
use crate::ir::{ClassNumber, Const, Expr, Kind, Method, Symbol};
use crate::known;
use crate::resolve::Module;
use crate::resolve::mentions;

/// What a program can reach.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// Nothing is known, so all is kept.
    pub everything: bool,
    symbols: Vec<bool>,
    classes: Vec<bool>,
    /// The selectors that others than the program's own sends may send.
    outside: Vec<bool>,
    /// The library may find any class by its name.
    pub finds_classes: bool,
}

impl Reached {
    /// Whether a message of this selector may be sent.
    pub fn selector(&self, selector: Symbol) -> bool {
        self.everything || self.symbols.get(selector as usize).copied().unwrap_or(false)
    }

    /// Whether a class, or an instance of it or of a class that inherits from it, may receive a message.
    pub fn class(&self, class: ClassNumber) -> bool {
        self.everything || self.classes.get(class as usize).copied().unwrap_or(false)
    }

    /// Whether a message of this selector may come from the library, from the runtime or from a symbol.
    pub fn outside(&self, selector: Symbol) -> bool {
        self.everything || self.outside.get(selector as usize).copied().unwrap_or(false)
    }

    fn method(&self, class: ClassNumber, selector: Symbol) -> bool {
        self.class(class) && self.selector(selector)
    }
}

/// What the runtime sends by itself.
pub const SENT: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "//",
    "\\\\",
    "<",
    ">",
    "<=",
    ">=",
    "=",
    "~=",
    "at:",
    "at:put:",
    "bitAnd:",
    "bitOr:",
    "bitShift:",
    "cull:",
    "defaultAction",
    "doesNotUnderstand:",
    "handles:",
    "hash",
    "initialize",
    "messageText",
    "mustBeBoolean",
    "new",
    "new:",
    "numArgsError:",
    "size",
    "value",
    "value:",
    "value:value:",
    "valueWithArguments:",
];

/// The classes of which the runtime makes instances by itself.
pub const MADE: &[&str] = &[
    "ArgumentsCountMismatch",
    "Array",
    "BlockCannotReturn",
    "BlockClosure",
    "BlockOutdated",
    "ByteArray",
    "ByteString",
    "ByteSymbol",
    "WideString",
    "WideSymbol",
    "Cell",
    "Character",
    "Class",
    "Dictionary",
    "Error",
    "Exception",
    "False",
    "Float",
    "Fraction",
    "HashedCollection",
    "IllegalResumeAttempt",
    "LargeNegativeInteger",
    "LargePositiveInteger",
    "Message",
    "MessageNotUnderstood",
    "Metaclass",
    "ModificationForbidden",
    "Notification",
    "Object",
    "OrderedCollection",
    "OutOfFuel",
    "StackOverflow",
    "HeapFull",
    "ScaledDecimal",
    "SmallInteger",
    "String",
    "Symbol",
    "True",
    "Twin",
    "TwinReference",
    "TypeError",
    "UndefinedObject",
    "Warning",
    "ZeroDivide",
];

/// Primitives that answer classes nobody need have named.
const FINDS_CLASSES: &[&str] = &["string_as_class", "class_subclasses"];

/// Messages by which a program gets at symbols that no text of it holds. `Symbol` is among them, for its class side.
const MAKES_SYMBOLS: &[&str] = &[
    "asSymbol",
    "intern:",
    "asMutator",
    "instVarNames",
    "allInstVarNames",
    "classVarNames",
    "allClassVarNames",
    "slots",
    "allSlots",
    "allSelectorsBelow:",
    "allSelectorsAbove",
    "allSelectorsAboveUntil:",
    "localMethods",
    "methodsDo:",
    "selectorsAndMethodsDo:",
    "compiledMethodAt:ifAbsent:",
    "compiledMethodAt:ifPresent:ifAbsent:",
    "selectors",
    "selectorsDo:",
    "allSelectors",
    "allSelectorsDo:",
    "localSelectors",
    "selector",
    "methods",
    "allMethods",
    "methodDict",
    "methodDictionary",
    "compiledMethodAt:",
    "lookupSelector:",
    "methodNamed:",
    ">>",
];

/// Finds what can be reached.
pub fn reach(module: &mut Module) {
    let mut scan = Scan { module, found: Reached::default() };
    scan.run();
    let found = scan.found;
    if module.target.is_program() && !found.everything {
        module.methods.retain(|method| found.method(method.class, method.selector));
    }
    module.reached = found;
}

struct Scan<'m> {
    module: &'m Module,
    found: Reached,
}

impl Scan<'_> {
    fn run(&mut self) {
        let module = self.module;
        self.found.symbols = vec![false; module.symbols.len()];
        self.found.classes = vec![false; module.classes.all.len()];
        self.found.outside = vec![false; module.symbols.len()];
        if matches!(module.target, Target::Library | Target::Tests) || self.is_no_program() || self.computes_selectors() {
            self.found.everything = true;
            return;
        }
        SENT.iter().for_each(|text| self.exactly(text));
        MADE.iter().filter_map(|name| module.classes.library_number(name)).for_each(|class| self.class(class));
        self.initializers();
        module.top.iter().for_each(|top| self.code(&top.function.body));
        if module.target == Target::Twins {
            // What an earlier program has stored, or Rust code hands in, may be of any class.
            self.found.classes.fill(true);
            module.methods.iter().for_each(|method| self.symbol(method.selector));
        }
        let mut library: Vec<_> = module.library.iter().collect();
        let mut own: Vec<_> = module.methods.iter().collect();
        loop {
            let (reached, left) = library.into_iter().partition::<Vec<_>, _>(|method| self.found.method(method.class, method.selector));
            library = left;
            let (own_reached, own_left) = own.into_iter().partition::<Vec<_>, _>(|method| self.found.method(method.class, method.selector));
            own = own_left;
            if reached.is_empty() && own_reached.is_empty() {
                return;
            }
            reached.into_iter().for_each(|method| self.library(method));
            own_reached.into_iter().for_each(|method| self.code(&method.function.body));
        }
    }

    fn library(&mut self, method: &mentions::Mentions) {
        method.symbols.iter().for_each(|symbol| self.outside(*symbol));
        method.classes.iter().for_each(|class| self.class(*class));
        if method.primitive.as_deref().is_some_and(|name| FINDS_CLASSES.contains(&name)) {
            self.found.classes.fill(true);
            self.found.finds_classes = true;
        }
    }

    /// Class-side `initialize` runs at the start.
    fn initializers(&mut self) {
        let module = self.module;
        let Some(initialize) = module.symbols.number("initialize") else { return };
        let classes: Vec<_> = module.understood.implementors(initialize, true).map(|(class, _)| class).collect();
        classes.into_iter().for_each(|class| self.class(class));
    }

    fn code(&mut self, body: &[Expr]) {
        body.iter().for_each(|expression| self.expression(expression));
    }

    fn expression(&mut self, expression: &Expr) {
        match &expression.kind {
            Kind::Const(Const::Symbol(symbol)) => {
                let text = self.module.symbols.text(*symbol).to_string();
                self.text(&text);
            }
            Kind::Const(Const::Class(class)) => self.class(*class),
            Kind::Const(Const::Literal(at)) => {
                let module = self.module;
                mentions::symbols(&module.literals[*at], &mut |text| self.text(text));
            }
            Kind::Send(send) => self.symbol(send.selector),
            Kind::Block(block) => self.code(&block.function.body),
            _ => {}
        }
        expression.kind.parts(&mut |part| self.expression(part));
    }

    /// A text that may become a selector or the name of a class, as it stands or in other letters: `#Size asLowercase`.
    fn text(&mut self, text: &str) {
        self.exactly(text);
        for text in [text.to_lowercase(), text.to_uppercase(), first(text, char::to_ascii_uppercase), first(text, char::to_ascii_lowercase)]
        {
            self.exactly(&text);
        }
    }

    fn exactly(&mut self, text: &str) {
        if let Some(symbol) = self.module.symbols.number(text) {
            self.outside(symbol);
        }
        if let Some(class) = self.module.classes.number(text) {
            self.class(class);
        }
    }

    fn outside(&mut self, symbol: Symbol) {
        self.found.outside[symbol as usize] = true;
        self.symbol(symbol);
    }

    fn symbol(&mut self, symbol: Symbol) {
        self.found.symbols[symbol as usize] = true;
    }

    /// A class that is named lives, and so do those it inherits from.
    fn class(&mut self, class: ClassNumber) {
        let module = self.module;
        for class in module.classes.chain(class) {
            self.found.classes[class as usize] = true;
        }
    }

    /// Classes with no statement that uses them: whoever compiles them wants to see them.
    fn is_no_program(&self) -> bool {
        self.module.target == Target::Program && self.module.top.iter().all(|top| top.function.body.is_empty())
    }

    /// Whether the program may send a message whose selector no text of it holds.
    fn computes_selectors(&self) -> bool {
        let module = self.module;
        let symbol_class = module.classes.library_number("Symbol");
        let mut found = false;
        let bodies =
            module.methods.iter().map(|method: &Method| &method.function.body).chain(module.top.iter().map(|top| &top.function.body));
        for expression in bodies.flatten() {
            everywhere(expression, &mut |part| {
                found |= match &part.kind {
                    Kind::Send(send) if send.text.starts_with("perform:") => !matches!(
                        send.arguments.first().map(|first| &first.kind),
                        Some(Kind::Const(Const::Symbol(symbol))) if !computes(module.symbols.text(*symbol))
                    ),
                    // Shifts a number.
                    Kind::Send(send) if send.text == ">>" && is_number(&send.arguments) => false,
                    Kind::Send(send) => computes(&send.text),
                    Kind::Const(Const::Symbol(symbol)) => computes(module.symbols.text(*symbol)),
                    Kind::Const(Const::Literal(at)) => holds(&module.literals[*at]),
                    Kind::Const(Const::Class(class)) => Some(*class) == symbol_class,
                    _ => false,
                };
            });
        }
        found
    }
}

fn first(text: &str, change: fn(&char) -> char) -> String {
    let mut letters = text.chars();
    letters.next().iter().map(change).chain(letters).collect()
}

fn is_number(arguments: &[Expr]) -> bool {
    arguments.iter().all(|argument| matches!(argument.kind, Kind::Const(Const::Int(_))) || argument.known.only(known::SMALL))
}

fn computes(text: &str) -> bool {
    text.starts_with("perform:") || MAKES_SYMBOLS.contains(&text)
}

fn holds(literal: &Literal) -> bool {
    let mut found = false;
    mentions::symbols(literal, &mut |text| found |= computes(text));
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

#[cfg(test)]
mod tests;
