//! The class table: superclasses linked, slots inherited, classes numbered so that subclasses follow their class.

use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::ir::{ClassNumber, DeclaredType, Representation};
use crate::messages::Message;
use crate::nearest::nearest;
use crate::source::Span;
use std::collections::HashMap;

/// A class with what it inherits.
#[derive(Clone, Debug)]
pub struct Class {
    pub name: String,
    pub superclass: Option<ClassNumber>,
    /// All of them, inherited first.
    pub slots: Vec<Slot>,
    /// How many of the slots are inherited.
    pub inherited: usize,
    /// Class-side instance variables, inherited first.
    pub class_slots: Vec<String>,
    /// Its own class variables: name and index in the class-side state.
    pub class_variables: Vec<(String, usize)>,
    /// Classes whose class variables its methods see.
    pub pools: Vec<ClassNumber>,
    /// Where its class-side instance variables begin in the class-side state.
    pub class_slots_at: usize,
    /// Part of the library, compiled into the runtime.
    pub library: bool,
    /// A twin: a struct of its own in a server.
    pub twin: bool,
    pub layout: Layout,
    pub comment: Option<String>,
    pub package: Option<String>,
    pub span: Span,
}

/// An instance variable.
#[derive(Clone, Debug)]
pub struct Slot {
    pub name: String,
    pub declared: Option<DeclaredType>,
    /// No accessor is made for it.
    pub private: bool,
    pub span: Span,
}

/// What an instance holds besides its slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Fixed,
    /// Values by index.
    Indexed,
    /// Bytes by index.
    Bytes,
    /// Characters by index.
    Wide,
    /// The magnitude of a large integer.
    LargeInt,
    /// Nothing: only the runtime makes them.
    Immediate,
}

/// Library classes whose instances are not just slots.
const LAYOUTS: &[(&str, Layout)] = &[
    ("Array", Layout::Indexed),
    ("String", Layout::Bytes),
    ("WideString", Layout::Wide),
    ("ByteArray", Layout::Bytes),
    ("IntegerArray", Layout::Indexed),
    ("WordArray", Layout::Indexed),
    ("DoubleByteArray", Layout::Indexed),
    ("DoubleWordArray", Layout::Indexed),
    ("Float32Array", Layout::Indexed),
    ("Float64Array", Layout::Indexed),
    ("LargePositiveInteger", Layout::LargeInt),
    ("LargeNegativeInteger", Layout::LargeInt),
    ("Behavior", Layout::Immediate),
    ("BlockClosure", Layout::Immediate),
    ("Boolean", Layout::Immediate),
    ("Character", Layout::Immediate),
    ("Float", Layout::Immediate),
    ("SmallInteger", Layout::Immediate),
    ("Symbol", Layout::Immediate),
    ("UndefinedObject", Layout::Immediate),
];

/// Classes by number.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    pub all: Vec<Class>,
    /// What a name means to the program: its own class before the library's.
    numbers: HashMap<String, ClassNumber>,
    /// What a name means to the library.
    library_numbers: HashMap<String, ClassNumber>,
    /// How many belong to the library.
    pub library: usize,
    /// Size of the class-side state of library and program, and of the library alone.
    pub state: usize,
    pub library_state: usize,
}

impl Classes {
    pub fn number(&self, name: &str) -> Option<ClassNumber> {
        self.numbers.get(name).copied()
    }

    pub fn library_number(&self, name: &str) -> Option<ClassNumber> {
        self.library_numbers.get(name).copied()
    }

    pub fn get(&self, number: ClassNumber) -> &Class {
        &self.all[number as usize]
    }

    pub fn is_library(&self, number: ClassNumber) -> bool {
        (number as usize) < self.library
    }

    /// The class and its superclasses, from the bottom.
    pub fn chain(&self, number: ClassNumber) -> impl Iterator<Item = ClassNumber> + '_ {
        std::iter::successors(Some(number), |class| self.get(*class).superclass)
    }

    /// Whether one class is the other or inherits from it.
    pub fn inherits(&self, number: ClassNumber, ancestor: ClassNumber) -> bool {
        self.chain(number).any(|class| class == ancestor)
    }

    /// The nearest superclass that belongs to the library.
    pub fn library_ancestor(&self, number: ClassNumber) -> ClassNumber {
        self.chain(number).find(|class| self.is_library(*class)).unwrap_or(0)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|class| class.name.as_str())
    }

    /// Adds the classes of some units, below those already there.
    pub fn add(&mut self, units: &[ast::Unit], library: bool, diagnostics: &mut Diagnostics) {
        let mut defined: Vec<&ast::Class> = Vec::new();
        let mut by_name: HashMap<&str, &ast::Class> = HashMap::new();
        for class in units.iter().flat_map(|unit| &unit.classes) {
            if let Some(first) = by_name.get(class.name.text.as_str()) {
                let message = Message::ClassDefinedTwice { name: class.name.text.clone() };
                diagnostics.add_related(class.name.span, message, first.name.span, "first defined here");
            } else {
                if self.number(&class.name.text).is_some() {
                    diagnostics.add(class.name.span, Message::ClassOfLibrary { name: class.name.text.clone() });
                }
                by_name.insert(&class.name.text, class);
                defined.push(class);
            }
        }
        let sound = self.superclasses_are_sound(&defined, &by_name, diagnostics);
        let mut children: HashMap<&str, Vec<&ast::Class>> = HashMap::new();
        let mut roots = Vec::new();
        for class in sound {
            match &class.superclass {
                Some(name) if is_new(class, &name.text, &by_name) => children.entry(name.text.as_str()).or_default().push(class),
                superclass => roots.push((superclass.as_ref().and_then(|name| self.number(&name.text)), class)),
            }
        }
        roots.sort_by_key(|(superclass, _)| *superclass);
        let mut pending: Vec<&ast::Class> = roots.into_iter().rev().map(|(_, class)| class).collect();
        while let Some(class) = pending.pop() {
            self.add_one(class, library, diagnostics);
            pending.extend(children.get(class.name.text.as_str()).into_iter().flatten().rev());
        }
        if library {
            self.library = self.all.len();
            self.library_state = self.state;
        }
        self.declare_types(&defined, diagnostics);
        self.link_pools(&defined, diagnostics);
    }

    /// Those whose chain of superclasses ends; the others are reported, once each.
    fn superclasses_are_sound<'a>(
        &self,
        defined: &[&'a ast::Class],
        by_name: &HashMap<&str, &'a ast::Class>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<&'a ast::Class> {
        let mut sound = Vec::new();
        let mut reported = std::collections::HashSet::new();
        for class in defined {
            let mut path = vec![class.name.text.as_str()];
            let mut at = *class;
            let fine = loop {
                let Some(name) = &at.superclass else { break true };
                if self.number(&name.text).is_some() && !is_new(at, &name.text, by_name) {
                    break true;
                }
                if let Some(start) = path.iter().position(|seen| *seen == name.text) {
                    let cycle = &path[start..];
                    if cycle.iter().all(|member| reported.insert(*member)) {
                        let path = format!("{} → {}", cycle.join(" → "), name.text);
                        diagnostics.add(name.span, Message::SuperclassCycle { path });
                    }
                    break false;
                }
                let Some(next) = by_name.get(name.text.as_str()) else {
                    if reported.insert(at.name.text.as_str()) {
                        let names = self.names().chain(by_name.keys().copied()).filter(|candidate| *candidate != at.name.text);
                        let nearest = nearest(&name.text, names);
                        let (class, superclass) = (at.name.text.clone(), name.text.clone());
                        diagnostics.add(name.span, Message::UnknownSuperclass { class, superclass, nearest });
                    }
                    break false;
                };
                path.push(name.text.as_str());
                at = next;
            };
            if fine {
                sound.push(*class);
            }
        }
        sound
    }

    fn add_one(&mut self, class: &ast::Class, library: bool, diagnostics: &mut Diagnostics) {
        let superclass = class.superclass.as_ref().and_then(|name| self.number(&name.text));
        let parent = superclass.map(|number| self.get(number).clone());
        let mut slots = parent.as_ref().map(|parent| parent.slots.clone()).unwrap_or_default();
        let inherited = slots.len();
        for slot in &class.slots {
            if slots.iter().any(|known| known.name == slot.name.text) {
                let (class, name) = (class.name.text.clone(), slot.name.text.clone());
                diagnostics.add(slot.name.span, Message::SlotDefinedTwice { class, name });
                continue;
            }
            let private = class.pragmas.iter().any(|pragma| {
                pragma.selector.text == "private:"
                    && matches!(pragma.arguments.first(), Some(ast::Literal::Symbol(name)) if *name == slot.name.text)
            });
            slots.push(Slot { name: slot.name.text.clone(), declared: None, private, span: slot.name.span });
        }
        let mut class_slots = parent.as_ref().map(|parent| parent.class_slots.clone()).unwrap_or_default();
        class_slots.extend(class.class_slots.iter().map(|slot| slot.name.text.clone()));
        let class_slots_at = self.state;
        self.state += class_slots.len();
        let mut class_variables = Vec::new();
        for variable in &class.class_variables {
            class_variables.push((variable.text.clone(), self.state));
            self.state += 1;
        }
        let named = LAYOUTS.iter().find(|(name, _)| library && *name == class.name.text).map(|(_, layout)| *layout);
        let inherited_layout = parent.as_ref().map_or(Layout::Fixed, |parent| parent.layout);
        let written = class.layout.filter(|_| inherited_layout == Layout::Fixed).map(|layout| match layout {
            ast::Layout::Fixed => Layout::Fixed,
            ast::Layout::Indexed | ast::Layout::Words => Layout::Indexed,
            ast::Layout::Bytes => Layout::Bytes,
        });
        let layout = named.or(written).unwrap_or(inherited_layout);
        let twin = !library && parent.as_ref().is_some_and(|parent| parent.twin || (parent.library && parent.name == "Twin"));
        let number = self.all.len() as ClassNumber;
        self.numbers.insert(class.name.text.clone(), number);
        if library {
            self.library_numbers.insert(class.name.text.clone(), number);
        }
        self.all.push(Class {
            name: class.name.text.clone(),
            superclass,
            slots,
            inherited,
            class_slots,
            class_variables,
            pools: Vec::new(),
            class_slots_at,
            library,
            twin,
            layout,
            comment: class.comment.clone(),
            package: class.category.clone(),
            span: class.span,
        });
    }

    /// A pool may be any class, so pools are looked up when all are known.
    fn link_pools(&mut self, defined: &[&ast::Class], diagnostics: &mut Diagnostics) {
        for class in defined {
            let Some(number) = self.number(&class.name.text) else { continue };
            for pool in &class.pools {
                match self.number(&pool.text) {
                    Some(pool) => self.all[number as usize].pools.push(pool),
                    None => {
                        let nearest = nearest(&pool.text, self.names());
                        diagnostics.add(pool.span, Message::UnknownPool { name: pool.text.clone(), nearest });
                    }
                }
            }
        }
    }

    /// Where a class variable that the methods of a class see lies in the class-side state: its own and inherited ones, then
    /// those of pools.
    pub fn class_variable(&self, class: ClassNumber, name: &str) -> Option<usize> {
        let of = |class: ClassNumber| self.chain(class).flat_map(|class| &self.get(class).class_variables);
        let find = |class: ClassNumber| of(class).find(|(known, _)| known == name).map(|(_, at)| *at);
        find(class).or_else(|| self.chain(class).flat_map(|class| &self.get(class).pools).find_map(|pool| find(*pool)))
    }

    /// Declared types may name any class, so they are looked up when all are known.
    fn declare_types(&mut self, defined: &[&ast::Class], diagnostics: &mut Diagnostics) {
        for class in defined {
            for slot in &class.slots {
                let Some(declared) = slot.type_.as_ref().and_then(|type_| self.declared(type_, diagnostics)) else { continue };
                for known in self.all.iter_mut().flat_map(|class| &mut class.slots) {
                    if known.span == slot.name.span {
                        known.declared = Some(declared.clone());
                    }
                }
            }
        }
    }

    /// A type as written, or none where it names no class.
    pub fn declared(&self, type_: &ast::Type, diagnostics: &mut Diagnostics) -> Option<DeclaredType> {
        let mut classes = Vec::new();
        let mut nil = false;
        for name in &type_.alternatives {
            match name.text.as_str() {
                "nil" | "UndefinedObject" => nil = true,
                "Int64" => classes.extend(self.library_number("Integer")),
                text => match self.number(text) {
                    Some(number) => classes.push(number),
                    None => {
                        let nearest = nearest(text, self.names());
                        diagnostics.add(name.span, Message::UnknownType { name: text.to_string(), nearest });
                        return None;
                    }
                },
            }
        }
        let text = type_.alternatives.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(" | ");
        let representation = match text.as_str() {
            "Float" => Representation::Float,
            "Int64" => Representation::Int64,
            "Boolean" => Representation::Boolean,
            _ => Representation::Value,
        };
        Some(DeclaredType { classes, nil, text, representation })
    }
}

/// Whether a superclass is one of those being added; a class may extend the library's class of its own name.
fn is_new(class: &ast::Class, superclass: &str, by_name: &HashMap<&str, &ast::Class>) -> bool {
    by_name.contains_key(superclass) && superclass != class.name.text
}
