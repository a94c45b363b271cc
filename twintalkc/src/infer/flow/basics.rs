//! The classes the analysis knows by name, and what instances of a class and of those below it may be.

use crate::ir::ClassNumber;
use crate::known::{FALSE, FLOAT, Known, NIL, OPEN, OTHER, SMALL, SMALL_INTEGERS, TRUE};
use crate::resolve::Classes;

use super::atoms::Family;
use super::ranges::{self, Range};

/// More classes than these are any.
pub const MAX_CLASSES: usize = 16;

/// The bit of a metaclass among class numbers.
pub const METACLASS: ClassNumber = 0x1_0000;

#[derive(Debug)]
pub struct Basics {
    pub array: ClassNumber,
    pub nil: ClassNumber,
    pub block: ClassNumber,
    pub byte_array: ClassNumber,
    pub fraction: ClassNumber,
    pub large: [ClassNumber; 2],
    pub character: Known,
    pub scaled: Known,
    pub strings: Known,
    pub symbols: Known,
    /// The classes of collections, each at the number of its kind.
    families: Vec<ClassNumber>,
    /// What is of each class exactly.
    kinds: Vec<(ClassNumber, u8)>,
    /// What is of each class or of one that inherits from it.
    cones: Vec<Known>,
}

impl Basics {
    pub fn of(classes: &Classes) -> Basics {
        let number = |name: &str| classes.library_number(name).unwrap_or_default();
        let kinds = [("UndefinedObject", NIL), ("True", TRUE), ("False", FALSE), ("SmallInteger", SMALL), ("Float", FLOAT)];
        let mut basics = Basics {
            array: number("Array"),
            nil: number("UndefinedObject"),
            block: number("BlockClosure"),
            byte_array: number("ByteArray"),
            fraction: number("Fraction"),
            large: [number("LargePositiveInteger"), number("LargeNegativeInteger")],
            character: Known::instance(number("Character")),
            scaled: Known::instance(number("ScaledDecimal")),
            // A string of bytes becomes a wide one where it lies, so nobody knows which it is.
            strings: Known::instances(vec![number("ByteString"), number("WideString")]),
            symbols: Known::instances(vec![number("ByteSymbol"), number("WideSymbol")]),
            families: Family::ALL.iter().map(|(_, name)| number(name)).collect(),
            kinds: kinds.into_iter().map(|(name, kind)| (number(name), kind)).collect(),
            cones: Vec::new(),
        };
        let mut cones = vec![Known::none(); classes.all.len()];
        for class in 0..classes.all.len() as ClassNumber {
            let instance = basics.instance(class);
            for ancestor in classes.chain(class) {
                let cone = &mut cones[ancestor as usize];
                if cone.is_open() {
                    cone.add(&instance.without(OTHER));
                } else {
                    cone.add(&instance);
                    if cone.others().len() > MAX_CLASSES {
                        *cone = cone.without(OTHER).join(&Known::instance(OPEN));
                    }
                }
            }
        }
        // Every class is an instance of these.
        for name in ["Behavior", "ClassDescription", "Class", "Metaclass"] {
            cones[number(name) as usize] = Known::open();
        }
        basics.cones = cones;
        basics
    }

    /// The class of a kind of collections.
    pub fn family(&self, family: Family) -> ClassNumber {
        self.families[family as usize]
    }

    /// The kind of the collections of a class.
    pub fn family_of(&self, class: ClassNumber) -> Option<Family> {
        self.families.iter().position(|other| *other == class).map(|at| Family::ALL[at].0)
    }

    /// What an instance of exactly this class is.
    pub fn instance(&self, class: ClassNumber) -> Known {
        match self.kinds.iter().find(|(basic, _)| *basic == class) {
            Some((_, kind)) => Known::kinds(*kind),
            None => Known::instance(class),
        }
    }

    /// What an instance of this class or of one that inherits from it is.
    pub fn cone(&self, class: ClassNumber) -> Known {
        self.cones.get(class as usize).cloned().unwrap_or_else(Known::open)
    }

    /// The classes of what is of the basic kinds.
    pub fn classes(&self, known: &Known) -> Vec<ClassNumber> {
        self.kinds.iter().filter(|(_, kind)| known.may_be(*kind)).map(|(class, _)| *class).collect()
    }

    /// What is of each basic class, with its class.
    pub fn parts(&self, known: &Known) -> Vec<(ClassNumber, Known)> {
        self.kinds.iter().filter(|(_, kind)| known.may_be(*kind)).map(|(class, kind)| (*class, known.among(*kind))).collect()
    }

    /// Integers of a range, of the classes their size asks for.
    pub fn integers(&self, range: Range) -> Known {
        let range = ranges::counted(range);
        let mut known = ranges::small(range).unwrap_or_else(Known::none);
        if range.1 > SMALL_INTEGERS.1.into() {
            known.add(&Known::instance(self.large[0]));
        }
        if range.0 < SMALL_INTEGERS.0.into() {
            known.add(&Known::instance(self.large[1]));
        }
        known
    }

    /// Integers of any size.
    pub fn any_integer(&self) -> Known {
        self.integers((i128::MIN, i128::MAX))
    }

    pub fn is_large(&self, class: ClassNumber) -> bool {
        self.large.contains(&class)
    }
}
