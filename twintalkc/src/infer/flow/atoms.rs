//! What the analysis tells apart among objects beyond their classes: blocks and collections by the place that makes them.

use crate::ir::ClassNumber;
use crate::known::{Known, OPEN, OTHER};

use super::basics::{Basics, METACLASS};

/// Any object of the program's own classes, and any of those classes.
pub const WORLD: ClassNumber = OPEN - 1;
/// The bit of a block, by the number of its place.
const BLOCK: ClassNumber = 1 << 31;
/// The bit of a collection, which has its kind and the number of its place below.
const COLLECTION: ClassNumber = 1 << 30;
const KIND: u32 = 27;

/// The classes of the library whose instances are told apart by the place that makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    Array,
    Ordered,
    Sorted,
    Interval,
    Set,
    IdentitySet,
    Dictionary,
    IdentityDictionary,
}

impl Family {
    /// All of them, each at its number.
    pub const ALL: [(Family, &'static str); 8] = [
        (Family::Array, "Array"),
        (Family::Ordered, "OrderedCollection"),
        (Family::Sorted, "SortedCollection"),
        (Family::Interval, "Interval"),
        (Family::Set, "Set"),
        (Family::IdentitySet, "IdentitySet"),
        (Family::Dictionary, "Dictionary"),
        (Family::IdentityDictionary, "IdentityDictionary"),
    ];

    fn of(collection: ClassNumber) -> Family {
        Family::ALL[(collection >> KIND) as usize & 7].0
    }
}

/// One of the things a value that is `OTHER` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atom {
    /// What code outside the program's own may have.
    Open,
    World,
    Block(usize),
    Collection(Family, usize),
    Instance(ClassNumber),
    /// The class itself.
    Class(ClassNumber),
}

impl Atom {
    pub fn of(number: ClassNumber) -> Atom {
        match number {
            OPEN => Atom::Open,
            WORLD => Atom::World,
            block if block & BLOCK != 0 => Atom::Block((block & !BLOCK) as usize),
            made if made & COLLECTION != 0 => Atom::Collection(Family::of(made), (made & ((1 << KIND) - 1)) as usize),
            class if class & METACLASS != 0 => Atom::Class(class & !METACLASS),
            class => Atom::Instance(class),
        }
    }

    pub fn known(self) -> Known {
        Known::instance(match self {
            Atom::Open => OPEN,
            Atom::World => WORLD,
            Atom::Block(site) => BLOCK | site as ClassNumber,
            Atom::Collection(family, site) => COLLECTION | (family as ClassNumber) << KIND | site as ClassNumber,
            Atom::Instance(class) => class,
            Atom::Class(class) => METACLASS | class,
        })
    }
}

/// What the objects among a value may be.
pub fn atoms(known: &Known) -> impl Iterator<Item = Atom> {
    let classes = known.classes.clone().filter(|_| known.may_be(OTHER));
    (0..classes.as_ref().map_or(0, |classes| classes.len())).filter_map(move |at| Some(Atom::of(classes.as_ref()?[at])))
}

/// What is found, in the terms of everybody else.
pub fn seal(known: &Known, basics: &Basics) -> Known {
    let Some(classes) = &known.classes else { return known.clone() };
    if known.others().iter().all(|number| number & (BLOCK | COLLECTION) == 0) {
        return known.clone();
    }
    if classes.iter().any(|number| matches!(Atom::of(*number), Atom::Open | Atom::World)) {
        return Known { classes: None, ..known.clone() };
    }
    let sealed = classes.iter().map(|number| match Atom::of(*number) {
        Atom::Block(_) => basics.block,
        Atom::Collection(family, _) => basics.family(family),
        _ => *number,
    });
    let mut sealed: Vec<ClassNumber> = sealed.collect();
    sealed.sort_unstable();
    sealed.dedup();
    Known { classes: Some(sealed.into()), ..known.clone() }
}
