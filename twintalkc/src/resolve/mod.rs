//! Names to things: links classes, finds what every variable means, makes control structures explicit.

mod advice;
mod body;
pub mod callees;
mod classes;
mod constant;
mod enumerate;
mod formerly;
mod frame;
mod inline;
mod literal;
pub mod mentions;
mod scope;
mod top;

pub use classes::{Class, Classes, Layout, Slot};
pub use formerly::Formerly;

use crate::Target;
use crate::ast::{self, Literal};
use crate::diagnostics::Diagnostics;
use crate::infer::reach::Reached;
use crate::infer::versions::Versions;
use crate::ir::{ClassNumber, Function, Method, Symbol};
use crate::messages::Message;
use crate::nearest::nearest;
use crate::source::Span;
use crate::symbols::Symbols;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything a module means: the closed world.
pub struct Module {
    pub target: Target,
    pub classes: Classes,
    pub symbols: Symbols,
    /// How many symbols the library's texts name.
    pub library_symbols: usize,
    pub understood: Understood,
    /// The methods to compile: those of this module.
    pub methods: Vec<Method>,
    pub literals: Vec<Literal>,
    pub top: Vec<Top>,
    /// Names that classes and slots had in earlier versions.
    pub formerly: Vec<Formerly>,
    /// What the methods of this module do with slots, by the place that declares them.
    slot_uses: HashMap<Span, advice::SlotUse>,
    /// What the library's methods name, where a program is compiled against it.
    pub library: Vec<mentions::Mentions>,
    pub library_selectors: mentions::Selectors,
    /// What the program can reach.
    pub reached: Reached,
    /// Methods compiled once more for certain arguments.
    pub versions: Versions,
    /// A handler may make the signal of an error answer, as far as is known.
    pub resumes: bool,
    /// The messages whose methods in the program may keep a block.
    keepers: BTreeSet<String>,
    /// The methods of the program that may be resolved in place.
    visitors: enumerate::Visitors,
}

impl Module {
    /// Whether the sources define a twin class.
    pub fn has_twins(&self) -> bool {
        self.classes.all[self.classes.library..].iter().any(|class| class.twin)
    }
}

/// A top-level statement (a server's), or all of them (a program's).
#[derive(Clone)]
pub struct Top {
    pub function: Function,
    pub span: Span,
}

/// Which class implements what: the instance sides and the class sides.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    sides: [BTreeMap<Symbol, BTreeMap<ClassNumber, Implementor>>; 2],
    /// Selectors from here on are those of versions, which nobody can send.
    hidden: Option<Symbol>,
}

/// Where an implementation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Implementor {
    /// Compiled with the library, not with the program.
    pub library: bool,
}

impl Understood {
    fn add(&mut self, class: ClassNumber, class_side: bool, selector: Symbol, library: bool) {
        self.sides[usize::from(class_side)].entry(selector).or_default().insert(class, Implementor { library });
    }

    /// Enters a version of a method: from the first one on, new selectors are no messages.
    pub fn add_hidden(&mut self, class: ClassNumber, class_side: bool, selector: Symbol) {
        self.hidden.get_or_insert(selector);
        self.add(class, class_side, selector, false);
    }

    pub fn is_hidden(&self, selector: Symbol) -> bool {
        self.hidden.is_some_and(|first| first <= selector)
    }

    /// The classes that implement a selector themselves.
    pub fn implementors(&self, selector: Symbol, class_side: bool) -> impl Iterator<Item = (ClassNumber, Implementor)> + '_ {
        self.sides[usize::from(class_side)].get(&selector).into_iter().flatten().map(|(class, implementor)| (*class, *implementor))
    }

    pub fn implemented_in(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> Option<Implementor> {
        self.sides[usize::from(class_side)].get(&selector)?.get(&class).copied()
    }

    /// The class whose method an instance of `class` (or the class itself) would run.
    pub fn lookup(&self, classes: &Classes, class: ClassNumber, class_side: bool, selector: Symbol) -> Option<(ClassNumber, bool)> {
        let here = |side: bool, class| classes.chain(class).find(|at| self.implemented_in(*at, side, selector).is_some());
        match here(class_side, class) {
            Some(found) => Some((found, class_side)),
            None if class_side => here(false, classes.library_number("Class")?).map(|found| (found, false)),
            None => None,
        }
    }

    /// Every selector that something implements.
    pub fn selectors(&self) -> BTreeSet<Symbol> {
        self.sides.iter().flat_map(|side| side.keys().copied()).filter(|selector| !self.is_hidden(*selector)).collect()
    }

    /// The selectors a class implements itself.
    pub fn selectors_of(&self, class: ClassNumber, class_side: bool) -> Vec<Symbol> {
        let side = &self.sides[usize::from(class_side)];
        let own = side.iter().filter(|(_, implementors)| implementors.contains_key(&class)).map(|(selector, _)| *selector);
        own.filter(|selector| !self.is_hidden(*selector)).collect()
    }
}

/// Resolves a program against the library, or (where `target` says so) the library itself.
pub fn resolve(library: &[ast::Unit], program: &[ast::Unit], target: Target, diagnostics: &mut Diagnostics) -> Module {
    let mut symbols = Symbols::default();
    library.iter().for_each(|unit| symbols.collect(unit));
    let library_symbols = symbols.len();
    program.iter().for_each(|unit| symbols.collect(unit));

    let mut classes = Classes::default();
    classes.add(library, true, diagnostics);
    if target != Target::Library {
        sparing(target, diagnostics, |diagnostics| classes.add(program, false, diagnostics));
    }
    if target.is_program() {
        classes.all.iter_mut().for_each(|class| class.twin = false);
    }
    let mut module = Module {
        target,
        classes,
        symbols,
        library_symbols,
        understood: Understood::default(),
        methods: Vec::new(),
        literals: Vec::new(),
        top: Vec::new(),
        formerly: Vec::new(),
        slot_uses: HashMap::new(),
        library: Vec::new(),
        library_selectors: mentions::Selectors::default(),
        reached: Reached::default(),
        versions: Versions::default(),
        resumes: true,
        keepers: enumerate::keepers(library, program),
        visitors: enumerate::Visitors::default(),
    };
    let library_methods = module.index(library, true, diagnostics);
    module.library_selectors = mentions::selectors(&module, &library_methods);
    if target == Target::Library {
        module.lower(&library_methods, diagnostics);
        return module;
    }
    module.library = library_methods.iter().map(|(class, method)| mentions::of(&module, *class, method)).collect();
    let mut methods = sparing(target, diagnostics, |diagnostics| module.index(program, false, diagnostics));
    module.visitors = enumerate::Visitors::of(&module, &methods);
    let accessors = module.accessors(program);
    methods.extend(accessors.iter().map(|(class, method)| (*class, method)));
    module.lower(&methods, diagnostics);
    top::lower(&mut module, program, diagnostics);
    module.formerly = formerly::formerly(&module.classes, program, diagnostics);
    module.report_collisions(diagnostics);
    if !diagnostics.has_errors() {
        advice::advise(&module, program, diagnostics);
    }
    module
}

/// Runs a step whose errors leave out a class or method, where `target` lets the others live.
fn sparing<T>(target: Target, diagnostics: &mut Diagnostics, step: impl FnOnce(&mut Diagnostics) -> T) -> T {
    if !target.is_tolerant() {
        return step(diagnostics);
    }
    let mut own = Diagnostics::default();
    let result = step(&mut own);
    diagnostics.tolerate(own);
    result
}

type Indexed<'a> = Vec<(ClassNumber, &'a ast::Method)>;

impl Module {
    /// Enters the methods of some units into the table of who implements what.
    fn index<'a>(&mut self, units: &'a [ast::Unit], library: bool, diagnostics: &mut Diagnostics) -> Indexed<'a> {
        let mut indexed = Vec::new();
        let mut first: HashMap<(ClassNumber, bool, &str), Span> = HashMap::new();
        let written: BTreeSet<&str> = units.iter().flat_map(|unit| &unit.classes).map(|class| class.name.text.as_str()).collect();
        for method in units.iter().flat_map(|unit| &unit.methods) {
            let name = method.class.text.as_str();
            let Some(class) = (if library { self.classes.library_number(name) } else { self.classes.number(name) }) else {
                // A class that is written but unsound has been reported already.
                if !written.contains(method.class.text.as_str()) {
                    let nearest = nearest(&method.class.text, self.classes.names());
                    diagnostics.add(method.class.span, Message::UnknownClassOfMethod { class: method.class.text.clone(), nearest });
                }
                continue;
            };
            if let Some(earlier) = first.insert((class, method.class_side, &method.selector.text), method.selector.span) {
                let (class, selector) = (method.class.text.clone(), method.selector.text.clone());
                diagnostics.add_related(
                    method.selector.span,
                    Message::MethodDefinedTwice { class, selector },
                    earlier,
                    "first defined here",
                );
                continue;
            }
            let selector = self.symbols.intern(&method.selector.text);
            self.understood.add(class, method.class_side, selector, library);
            indexed.push((class, method));
        }
        indexed
    }

    /// `slot` and `slot:` for the slots of twins that define neither.
    fn accessors(&mut self, program: &[ast::Unit]) -> Vec<(ClassNumber, ast::Method)> {
        let mut made = Vec::new();
        let Some(twin) = self.classes.library_number("Twin") else { return made };
        for written in program.iter().flat_map(|unit| &unit.classes) {
            let Some(number) = self.classes.number(&written.name.text) else { continue };
            if !self.classes.inherits(number, twin) {
                continue;
            }
            let class = self.classes.get(number);
            let own: Vec<Slot> = class.slots[class.inherited..].iter().filter(|slot| !slot.private).cloned().collect();
            for slot in own {
                for (method, selector) in [accessor(written, &slot, false), accessor(written, &slot, true)] {
                    let selector = self.symbols.intern(&selector);
                    if self.understood.implemented_in(number, false, selector).is_none() {
                        self.understood.add(number, false, selector, false);
                        made.push((number, method));
                    }
                }
            }
        }
        made
    }

    /// Compiles the bodies. A twin class has its own copy of every method it inherits from other twin classes of the
    /// program, so that each method knows the struct it works on.
    fn lower(&mut self, methods: &Indexed<'_>, diagnostics: &mut Diagnostics) {
        for (class, method) in methods {
            let compiled = if self.target.is_tolerant() {
                let mut own = Diagnostics::default();
                let compiled = body::method(self, *class, *class, method, Some(&mut own));
                match diagnostics.tolerate(own) {
                    Some(error) => body::method(self, *class, *class, &raising(method, &error), None),
                    None => compiled,
                }
            } else {
                body::method(self, *class, *class, method, Some(diagnostics))
            };
            self.methods.push(compiled);
        }
        for heir in 0..self.classes.all.len() as ClassNumber {
            if !self.classes.get(heir).twin {
                continue;
            }
            let inherited: Vec<_> = methods
                .iter()
                .filter(|(class, method)| *class != heir && !method.class_side && self.classes.inherits(heir, *class))
                .filter(|(class, _)| self.classes.get(*class).twin)
                .collect();
            for (class, method) in inherited {
                let copy = body::method(self, heir, *class, method, None);
                self.methods.push(copy);
            }
        }
    }

    /// The symbols a program has, without those that only tell versions of a method apart.
    pub fn visible_symbols(&self) -> &[String] {
        &self.symbols.all()[..self.understood.hidden.map_or(self.symbols.len(), |first| first as usize)]
    }

    /// Whether the program has its own idea of a message of the library.
    pub fn redefines(&self, selector: &str) -> bool {
        let Some(selector) = self.symbols.number(selector) else { return false };
        [false, true].iter().any(|side| self.understood.implementors(selector, *side).any(|(_, implementor)| !implementor.library))
    }

    /// Two messages of a twin class may not have one name as typed methods.
    fn report_collisions(&self, diagnostics: &mut Diagnostics) {
        let mut taken: HashMap<(ClassNumber, &str), &Method> = HashMap::new();
        let typed = |method: &&Method| method.external && !method.class_side && self.classes.get(method.class).twin;
        for method in self.methods.iter().filter(typed) {
            let Some(first) = taken.insert((method.class, &method.rust_name), method) else { continue };
            // A class inherits a collision that has been reported already.
            if first.selector != method.selector && method.class == method.origin {
                let message = Message::RustNameCollision {
                    class: self.classes.get(method.class).name.clone(),
                    first: first.selector_text.clone(),
                    second: method.selector_text.clone(),
                    name: method.rust_name.clone(),
                };
                diagnostics.add_related(method.span, message, first.span, "the other one");
            }
        }
    }
}

/// The method with a body that says why its own could not be compiled.
fn raising(method: &ast::Method, error: &str) -> ast::Method {
    let span = method.selector.span;
    let expression = |kind| ast::Expression { kind, span };
    let receiver = Box::new(expression(ast::Kind::Variable("CodeError".into())));
    let text = expression(ast::Kind::Literal(Literal::String(error.into())));
    let message = ast::Message { selector: ast::Selector { text: "signal:".into(), span }, arguments: vec![text] };
    let statements = vec![ast::Statement::Return(expression(ast::Kind::Send { receiver, message }))];
    ast::Method { body: ast::Body { statements, ..ast::Body::default() }, ..method.clone() }
}

fn accessor(class: &ast::Class, slot: &Slot, setter: bool) -> (ast::Method, String) {
    let variable = ast::Expression { kind: ast::Kind::Variable(slot.name.clone()), span: slot.span };
    let argument = ast::Name { text: "aValue".into(), span: slot.span };
    let value = ast::Expression { kind: ast::Kind::Variable(argument.text.clone()), span: slot.span };
    let target = ast::Name { text: slot.name.clone(), span: slot.span };
    let assign = ast::Expression { kind: ast::Kind::Assign { target, value: Box::new(value) }, span: slot.span };
    let selector = if setter { format!("{}:", slot.name) } else { slot.name.clone() };
    let method = ast::Method {
        class: class.name.clone(),
        class_side: false,
        origin: None,
        selector: ast::Selector { text: selector.clone(), span: slot.span },
        arguments: if setter { vec![ast::Variable { name: argument, type_: None }] } else { Vec::new() },
        result: None,
        category: Some("accessing".into()),
        comment: None,
        body: ast::Body {
            statements: vec![if setter { ast::Statement::Expression(assign) } else { ast::Statement::Return(variable) }],
            ..ast::Body::default()
        },
        span: slot.span,
    };
    (method, selector)
}
