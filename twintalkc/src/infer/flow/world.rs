//! The state of the analysis: what holds for the whole program, and what its shared variables hold so far.

use super::atoms::{Atom, atoms};
use super::basics::Basics;
use super::blocks::Site;
use super::collections::{Collection, Made};
use super::exposure::Exposed;
use super::facts::{Facts, Reflects};
use super::fresh::Fresh;
use super::nodes::{NodeId, Nodes, UnitId};
use super::places::Places;
use super::units::Unit;
use crate::ir::{ClassNumber, Symbol};
use crate::known::{Held, Known, OTHER};
use crate::resolve::Module;
use std::collections::{HashMap, VecDeque};

/// A shared variable tells no more objects apart than these.
const MAX_ATOMS: usize = 40;

/// A call of a method.
#[derive(Clone, Debug)]
pub struct Call {
    pub caller: UnitId,
    pub callee: UnitId,
    pub arguments: Vec<Known>,
}

/// Who answers a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    Nothing,
    Unit(UnitId),
    /// The class that defines it, and whether on its class side.
    Library(ClassNumber, bool),
}

pub struct World<'m> {
    pub module: &'m Module,
    pub basics: Basics,
    /// What an operation that raises may answer all the same: anything where handlers resume, else nothing.
    pub failed: Known,
    /// Objects and variables hold only what this program has stored.
    pub closed: bool,
    /// The program reads or writes slots by number or name.
    pub reflects: Reflects,
    pub nodes: Nodes,
    pub units: Vec<Unit>,
    pub index: HashMap<(ClassNumber, bool, Symbol), UnitId>,
    /// The versions of methods: what their arguments are, and the selector of each.
    pub versions: HashMap<UnitId, Vec<(Vec<Held>, UnitId, Symbol)>>,
    /// The message that is walked calls its methods directly, so that it may call versions.
    pub direct: bool,
    /// Who calls whom with what, noted while annotating.
    pub calls: Option<Vec<Call>>,
    pub sites: Vec<Site>,
    pub collections: Vec<Collection>,
    pub made: Made,
    /// The selectors of the program's methods, by class and side.
    pub by_class: HashMap<(ClassNumber, bool), Vec<Symbol>>,
    /// Some code makes instances of any class.
    pub makes_any: bool,
    pub exposed: Exposed,
    pub places: Places,
    /// Who waits to be walked, in order.
    pub queue: VecDeque<UnitId>,
    /// Who is being walked.
    pub current: UnitId,
    /// Instances that have just been made, and the slots that were stored since.
    pub fresh: Vec<Fresh>,
}

impl<'m> World<'m> {
    pub fn new(module: &'m Module, facts: Facts) -> World<'m> {
        World {
            module,
            basics: Basics::of(&module.classes),
            failed: if facts.resumes { Known::open() } else { Known::none() },
            closed: module.target.is_program(),
            reflects: facts.reflects,
            nodes: Nodes::default(),
            units: Vec::new(),
            index: HashMap::new(),
            versions: HashMap::new(),
            direct: false,
            calls: None,
            sites: Vec::new(),
            collections: Vec::new(),
            made: Made::default(),
            by_class: HashMap::new(),
            makes_any: false,
            exposed: Exposed::default(),
            places: Places::default(),
            queue: VecDeque::new(),
            current: 0,
            fresh: Vec::new(),
        }
    }

    /// What a node holds; whoever is being walked learns when it holds more.
    pub fn read(&mut self, node: NodeId) -> Known {
        self.nodes.reads(node, self.current);
        self.nodes.get(node)
    }

    /// Adds to a node.
    pub fn write(&mut self, node: NodeId, known: &Known) {
        let known = &self.reduced(node, known);
        if !self.nodes.add(node, known) {
            return;
        }
        let held = self.nodes.get(node);
        if held.others().len() > MAX_ATOMS {
            let coarse = self.coarse(&held);
            self.nodes.coarsen(node, coarse);
        }
        if self.nodes.is_exposed(node) {
            self.expose(known);
        }
        for at in 0..self.nodes.readers(node).len() {
            let reader = self.nodes.readers(node)[at];
            self.enqueue(reader);
        }
    }

    /// What is no news beside the more general things a node holds.
    fn reduced(&self, node: NodeId, known: &Known) -> Known {
        let held = self.nodes.get(node);
        let holds = |atom: Atom| held.others().iter().any(|number| Atom::of(*number) == atom);
        let (open, world) = (holds(Atom::Open), holds(Atom::World));
        if known.others().is_empty() || !open && !world {
            return known.clone();
        }
        let library = self.module.classes.library as ClassNumber;
        let news = known.others().iter().copied().filter(|number| match Atom::of(*number) {
            Atom::Instance(class) | Atom::Class(class) => !(open && class < library || world && class >= library),
            Atom::Block(site) => !(open && self.sites[site].exposed),
            Atom::Collection(_, site) => !(open && self.collections[site].exposed),
            Atom::Open | Atom::World => true,
        });
        known.without(OTHER).join(&Known::instances(news.collect()))
    }

    pub fn enqueue(&mut self, unit: UnitId) {
        if !std::mem::replace(&mut self.units[unit].queued, true) {
            self.queue.push_back(unit);
        }
    }

    /// Too many things to tell apart: any object of the program, and what is no such object is as good as exposed.
    fn coarse(&mut self, known: &Known) -> Known {
        let mut coarse = known.without(OTHER);
        let library = self.module.classes.library as ClassNumber;
        for atom in atoms(known) {
            match atom {
                Atom::Open | Atom::World => drop(coarse.add(&atom.known())),
                Atom::Instance(class) | Atom::Class(class) if class >= library => drop(coarse.add(&Atom::World.known())),
                _ => {
                    self.expose(&atom.known());
                    coarse.add(&Atom::Open.known());
                }
            }
        }
        coarse
    }

    /// The method of the program that instances of a class (or the class itself) run, if it is the program's.
    pub fn found(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> Found {
        let module = self.module;
        match module.understood.lookup(&module.classes, class, class_side, selector) {
            None => Found::Nothing,
            Some((defined, side)) => match self.index.get(&(defined, side, selector)) {
                Some(unit) => Found::Unit(*unit),
                None if module.understood.implemented_in(defined, side, selector).is_some_and(|found| found.library) => {
                    Found::Library(defined, side)
                }
                // A method of the program that no name reaches.
                None => Found::Nothing,
            },
        }
    }

    /// Whether integers of any size and floats run the library's own method of a selector.
    pub fn numbers_keep(&self, selector: Symbol) -> bool {
        let module = self.module;
        let number = |name: &str| module.classes.library_number(name);
        ["SmallInteger", "LargePositiveInteger", "LargeNegativeInteger", "Float"]
            .into_iter()
            .filter_map(number)
            .all(|class| !self.is_own_method(class, false, selector))
    }

    /// Whether an instance of a class (or the class itself) runs a method of the library.
    pub fn is_library_method(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> bool {
        let module = self.module;
        let found = module.understood.lookup(&module.classes, class, class_side, selector);
        found.is_some_and(|(class, side)| module.understood.implemented_in(class, side, selector).is_some_and(|found| found.library))
    }

    /// Whether an instance of a class (or the class itself) runs a method of the program.
    fn is_own_method(&self, class: ClassNumber, class_side: bool, selector: Symbol) -> bool {
        let module = self.module;
        let found = module.understood.lookup(&module.classes, class, class_side, selector);
        found.is_some_and(|(class, side)| module.understood.implemented_in(class, side, selector).is_some_and(|found| !found.library))
    }
}
