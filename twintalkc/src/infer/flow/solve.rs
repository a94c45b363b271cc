//! The fixpoint: functions are walked until nothing any of them has read grows, then once more to annotate them.

use super::atoms::Atom;
use super::facts::Facts;
use super::units::Unit;
use super::walk::{Owner, Walker};
use super::world::{Call, World};
use crate::Target;
use crate::ir::{ClassNumber, Expr, Function, Kind, Method, Sharing};
use crate::known::{Known, NIL};
use crate::resolve::{Module, Top};
use std::collections::HashMap;

/// A program is given up that asks for more walks a function than these: it keeps what is right of any program.
const PATIENCE: usize = 200;

/// What is found of the calls, beside what the functions are annotated with.
#[derive(Debug, Default)]
pub struct Solved {
    /// The calls among the methods and (behind these) the top-level statements.
    pub calls: Vec<Call>,
    /// Who runs of itself, or is called from outside.
    pub roots: Vec<bool>,
}

/// Analyses the functions of a program and annotates them; the others stay as they are.
pub fn solve(module: &Module, facts: Facts, methods: &mut [Method], top: &mut [Top]) -> Solved {
    let mut world = World::new(module, facts);
    let all = methods.iter().map(|method| &method.function).chain(top.iter().map(|statement| &statement.function));
    let pristine: Vec<Function> = all.cloned().collect();
    for method in methods.iter_mut() {
        add_method(&mut world, method);
    }
    share(&mut world, methods);
    for version in &module.versions.all {
        let unit = |selector| world.index.get(&(version.class, version.class_side, selector)).copied();
        if let (Some(of), Some(unit)) = (unit(version.of), unit(version.selector)) {
            world.versions.entry(of).or_default().push((version.forms.clone(), unit, version.selector));
        }
    }
    for statement in top.iter_mut() {
        add(&mut world, None, std::mem::take(&mut statement.function));
    }
    start(&mut world, methods);
    let mut finished = run(&mut world);
    for round in 0..3 {
        if !finished || annotate(&mut world, methods.len()) {
            break;
        }
        // What was annotated rests on too little: nothing of it counts.
        for (unit, function) in world.units.iter_mut().zip(&pristine) {
            unit.function = Some(function.clone());
        }
        finished = round < 2 && run(&mut world);
    }
    let roots = world.units.iter().enumerate();
    let roots = roots.map(|(at, unit)| at >= methods.len() || unit.outside || unit.class_side && methods[at].selector_text == "initialize");
    let solved = Solved { roots: roots.collect(), calls: world.calls.take().unwrap_or_default() };
    let functions = world.units.into_iter().map(|unit| unit.function.unwrap_or_default());
    let places = methods.iter_mut().map(|method| &mut method.function).chain(top.iter_mut().map(|statement| &mut statement.function));
    places.zip(functions).for_each(|(place, function)| {
        *place = function;
        place.body.iter_mut().for_each(super::each::simplify);
    });
    solved
}

fn add_method(world: &mut World<'_>, method: &mut Method) {
    let unit = world.units.len();
    let key = (method.class, method.class_side, method.selector);
    world.index.insert(key, unit);
    if method.version.is_none() {
        world.by_class.entry((method.class, method.class_side)).or_default().push(method.selector);
    }
    let function = std::mem::take(&mut method.function);
    add(world, Some(method), function);
}

fn add(world: &mut World<'_>, method: Option<&Method>, function: Function) {
    let unit = world.units.len();
    let mut blocks = Vec::new();
    function.body.iter().for_each(|expression| count_blocks(expression, &mut blocks));
    let sites = world.sites.len();
    blocks.sort_unstable();
    for ordinal in 1..=blocks.last().map_or(0, |(ordinal, _)| *ordinal) {
        let arguments = blocks.iter().find(|(at, _)| *at == ordinal).map_or(0, |(_, arguments)| *arguments);
        world.make_site(unit, arguments);
    }
    let arguments = (0..function.arguments).map(|_| world.nodes.make()).collect();
    let (this, result) = (world.nodes.make(), world.nodes.make());
    world.units.push(Unit {
        class: method.map(|method| method.class),
        class_side: method.is_some_and(|method| method.class_side),
        selector: method.map(|method| method.selector),
        function: Some(function),
        this,
        arguments,
        result,
        declared: method.and_then(|method| method.result.clone()),
        sites,
        cells: HashMap::new(),
        queued: false,
        called: false,
        outside: false,
    });
}

fn count_blocks(expression: &Expr, found: &mut Vec<(usize, usize)>) {
    if let Kind::Block(block) = &expression.kind {
        found.push((block.ordinal, block.function.arguments));
        block.function.body.iter().for_each(|inner| count_blocks(inner, found));
    }
    expression.kind.parts(&mut |part| count_blocks(part, found));
}

/// Methods of a trait that are compiled once are analysed once.
fn share(world: &mut World<'_>, methods: &[Method]) {
    for method in methods {
        if let Sharing::Of(home) = method.sharing
            && let Some(unit) = world.index.get(&(home, method.class_side, method.selector)).copied()
        {
            world.index.insert((method.class, method.class_side, method.selector), unit);
        }
    }
}

/// What runs of itself.
fn start(world: &mut World<'_>, methods: &[Method]) {
    for (unit, method) in methods.iter().enumerate() {
        if method.class_side && method.selector_text == "initialize" {
            world.call(unit, &Atom::Class(method.class).known(), &[]);
        }
    }
    for unit in methods.len()..world.units.len() {
        world.call(unit, &Known::kinds(NIL), &[]);
    }
    world.expose_library();
    let open = world.module.target == Target::Tests || world.module.reached.everything || !world.closed;
    if open {
        world.expose_world();
    }
    if !world.closed {
        for unit in 0..methods.len() {
            let this = match world.units[unit].class {
                Some(class) if !world.units[unit].class_side => world.basics.cone(class),
                _ => Known::open(),
            };
            world.call_from_outside(unit, &this);
        }
    }
}

/// Walks whoever waits; tells whether nobody is left waiting.
fn run(world: &mut World<'_>) -> bool {
    let mut left = PATIENCE * world.units.len().max(20);
    while let Some(unit) = world.queue.pop_front() {
        world.units[unit].queued = false;
        left -= 1;
        if left == 0 {
            return false;
        }
        walk(world, unit, false);
    }
    true
}

fn walk(world: &mut World<'_>, unit: usize, record: bool) {
    let Some(mut function) = world.units[unit].function.take() else { return };
    world.current = unit;
    let Unit { class, class_side, this, result, .. } = world.units[unit];
    let nodes = world.units[unit].arguments.clone();
    let arguments: Vec<Known> = nodes.into_iter().map(|node| world.read(node)).collect();
    let this = world.read(this);
    let declared = world.units[unit].declared.clone();
    let twin = class.is_some_and(|class: ClassNumber| world.module.classes.get(class).twin) && !class_side;
    let owner = Owner { unit, class, twin };
    let answer = Walker::new(world, owner, this, record).method(&mut function, &arguments, declared.as_ref());
    world.units[unit].function = Some(function);
    world.write(result, &answer);
}

/// Annotates what is ever called; tells whether that has brought no news.
fn annotate(world: &mut World<'_>, methods: usize) -> bool {
    world.calls = Some(Vec::new());
    for unit in 0..world.units.len() {
        if world.units[unit].called || unit >= methods {
            walk(world, unit, true);
        }
    }
    if !world.queue.is_empty() {
        world.calls = None;
    }
    world.queue.is_empty()
}
