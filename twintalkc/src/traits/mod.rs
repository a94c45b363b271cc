//! Flattens traits: what a class takes from them becomes its own, so that no later pass knows of traits.
//!
//! A method of the class wins over one of a trait, and that over an inherited one; two traits that bring different methods
//! for one selector conflict, which raises an error when the message is sent. Methods are compiled in the class that uses
//! the trait: `super` and instance variables mean that class's. A trait itself stays as a class without methods, so that its
//! name means something.

mod compose;

use crate::ast::{Body, Class, ClassKind, Expression, Kind, Message as Sent, Method, Name, Selector, Statement, Unit};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use compose::{Composer, Entry, Parts};
use std::collections::{HashMap, HashSet};

/// Flattens the traits of some units. Traits and superclasses may also be those of the library, already flattened itself.
pub fn flatten(units: &mut [Unit], library: &Traits, diagnostics: &mut Diagnostics) -> Traits {
    let mut traits = library.clone();
    traits.collect(units, diagnostics);
    let mut composer = Composer::new(&traits, diagnostics);
    let mut found: HashMap<(usize, usize), Parts> = HashMap::new();
    for (unit, class) in places(units) {
        let definition = &units[unit].classes[class];
        if definition.kind == ClassKind::Class
            && let Some(parts) = composer.class(definition)
        {
            found.insert((unit, class), parts);
        }
    }
    let used = composer.used;
    for unit in units.iter_mut() {
        unit.methods.retain(|method| !used.contains(&method.class.text));
    }
    traits.note(units);
    for (unit, class) in superclasses_first(units, &traits) {
        if let Some(parts) = found.remove(&(unit, class)) {
            apply(&mut units[unit], class, parts, &mut traits, diagnostics);
        }
    }
    for class in units.iter_mut().flat_map(|unit| &mut unit.classes).filter(|class| class.kind == ClassKind::Trait) {
        class.superclass = Some(Name { text: "Object".into(), span: class.name.span });
    }
    traits
}

/// What is known of traits, and of classes as far as traits need it.
#[derive(Clone, Default)]
pub struct Traits {
    definitions: HashMap<String, Class>,
    /// By the trait's name, in the order of the text.
    methods: HashMap<String, Vec<Method>>,
    superclasses: HashMap<String, String>,
    slots: HashMap<String, HashSet<String>>,
    /// Class, whether its class side, selector.
    implemented: HashSet<(String, bool, String)>,
}

impl Traits {
    fn collect(&mut self, units: &[Unit], diagnostics: &mut Diagnostics) {
        for class in units.iter().flat_map(|unit| &unit.classes) {
            // A program's class hides the library's.
            self.definitions.remove(&class.name.text);
            if class.kind == ClassKind::Trait {
                self.definitions.insert(class.name.text.clone(), class.clone());
            }
        }
        for method in units.iter().flat_map(|unit| &unit.methods) {
            if !self.definitions.contains_key(&method.class.text) {
                continue;
            }
            let others = self.methods.entry(method.class.text.clone()).or_default();
            let same = |other: &&Method| other.class_side == method.class_side && other.selector.text == method.selector.text;
            if let Some(first) = others.iter().find(same) {
                let message = Message::MethodDefinedTwice { class: method.class.text.clone(), selector: method.selector.text.clone() };
                diagnostics.add_related(method.selector.span, message, first.selector.span, "first defined here");
                continue;
            }
            others.push(method.clone());
        }
    }

    fn note(&mut self, units: &[Unit]) {
        for class in units.iter().flat_map(|unit| &unit.classes) {
            if let Some(superclass) = &class.superclass {
                self.superclasses.insert(class.name.text.clone(), superclass.text.clone());
            }
            let slots = class.slots.iter().chain(&class.class_slots).map(|slot| slot.name.text.clone()).collect();
            self.slots.insert(class.name.text.clone(), slots);
        }
        for method in units.iter().flat_map(|unit| &unit.methods) {
            self.implemented.insert((method.class.text.clone(), method.class_side, method.selector.text.clone()));
        }
    }

    /// The names of the superclasses of a class, from the bottom; a circle ends it.
    fn superclasses<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a str> {
        let chain = std::iter::successors(self.superclasses.get(class), |name| self.superclasses.get(*name));
        chain.take(self.superclasses.len()).map(String::as_str)
    }

    fn inherits_slot(&self, class: &str, slot: &str) -> bool {
        self.superclasses(class).any(|name| self.slots.get(name).is_some_and(|slots| slots.contains(slot)))
    }

    fn inherits(&self, class: &str, class_side: bool, selector: &str) -> bool {
        self.superclasses(class).any(|name| self.implements(name, class_side, selector))
    }

    fn implements(&self, class: &str, class_side: bool, selector: &str) -> bool {
        self.implemented.contains(&(class.to_string(), class_side, selector.to_string()))
    }
}

fn places(units: &[Unit]) -> Vec<(usize, usize)> {
    let classes = |(index, unit): (usize, &Unit)| (0..unit.classes.len()).map(move |class| (index, class)).collect::<Vec<_>>();
    units.iter().enumerate().flat_map(classes).collect()
}

/// Places of the classes, each behind its superclass.
fn superclasses_first(units: &[Unit], traits: &Traits) -> Vec<(usize, usize)> {
    let mut places = places(units);
    places.sort_by_cached_key(|(unit, class)| traits.superclasses(&units[*unit].classes[*class].name.text).count());
    places
}

/// Gives a class what its traits bring.
fn apply(unit: &mut Unit, class: usize, parts: Parts, traits: &mut Traits, diagnostics: &mut Diagnostics) {
    let class = &mut unit.classes[class];
    let name = class.name.clone();
    class.pools.extend(parts.pools);
    for (own, brought) in [(&mut class.slots, parts.slots), (&mut class.class_slots, parts.class_slots)] {
        for slot in brought {
            let known = own.iter().any(|known| known.name.text == slot.name.text) || traits.inherits_slot(&name.text, &slot.name.text);
            if !known {
                traits.slots.entry(name.text.clone()).or_default().insert(slot.name.text.clone());
                own.push(slot);
            }
        }
    }
    for (class_side, entries) in [(false, parts.methods), (true, parts.class_methods)] {
        for (selector, entry) in entries {
            if traits.implements(&name.text, class_side, &selector) {
                continue;
            }
            let method = match entry {
                // What a superclass implements fulfils a requirement.
                Entry::Method(method) if is_required(&method) && traits.inherits(&name.text, class_side, &selector) => continue,
                Entry::Method(method) => method,
                Entry::Conflict(method) => {
                    let class = name.text.clone();
                    diagnostics.add(name.span, Message::TraitConflict { class, selector: selector.clone() });
                    conflict(method)
                }
            };
            traits.implemented.insert((name.text.clone(), class_side, selector.clone()));
            let selector = Selector { text: selector, span: method.selector.span };
            let origin = Some(method.class.text.clone());
            unit.methods.push(Method { class: name.clone(), class_side, origin, selector, ..method });
        }
    }
}

/// Whether a method only says that the class must have one: `self explicitRequirement`.
fn is_required(method: &Method) -> bool {
    let [Statement::Expression(value) | Statement::Return(value)] = method.body.statements.as_slice() else { return false };
    matches!(&value.kind, Kind::Send { message, .. } if message.selector.text == "explicitRequirement")
}

/// The method that stands where two traits bring different ones: `^self traitConflict`
fn conflict(method: Method) -> Method {
    let span = method.selector.span;
    let receiver = Box::new(Expression { kind: Kind::Variable("self".into()), span });
    let message = Sent { selector: Selector { text: "traitConflict".into(), span }, arguments: Vec::new() };
    let statements = vec![Statement::Return(Expression { kind: Kind::Send { receiver, message }, span })];
    Method { body: Body { statements, ..Body::default() }, result: None, ..method }
}
