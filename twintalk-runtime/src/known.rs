//! What the runtime may do without a message: where the methods that would run are the library's own, whoever inherits them.
//!
//! A primitive that does the work of several methods asks here first. A class of the program, or one of the library that
//! the program adds to, has what it says done by messages.

use crate::library::{self, class, selector};
use crate::program::Program;
use crate::value::METACLASS;

/// What holds of the instances of a class. What is `HASHED` is `HASHED_BY_IDENTITY` too, and to be asked first.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct Known(u16);

impl Known {
    /// `=` and `hash` go by identity.
    pub(crate) const IDENTITY: Self = Self(1);
    /// `=` and `hash` go by identity, or are those of the library's numbers, strings, characters, Booleans, nil and classes.
    pub(crate) const CONTENT: Self = Self(2);
    /// A HashedCollection that finds by `=` and `hash`.
    pub(crate) const HASHED: Self = Self(4);
    /// A HashedCollection that finds by `==` and `identityHash`.
    pub(crate) const HASHED_BY_IDENTITY: Self = Self(8);
    /// An OrderedCollection that finds room as all do.
    pub(crate) const ORDERED: Self = Self(16);
    /// An OrderedCollection whose `add:` adds at the end.
    pub(crate) const ADDS_LAST: Self = Self(32);
    /// A string that compares by the codes of its characters.
    pub(crate) const COMPARED: Self = Self(64);
    /// An array, string or byte array that is read as it stands.
    pub(crate) const INDEXED: Self = Self(128);

    /// Whether this holds.
    #[inline]
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is known where the methods for these messages are those of these classes.
struct Rule {
    known: Known,
    messages: &'static [u32],
    classes: &'static [u32],
}

const PLACES: &[u32] = &[
    selector::HASH_OF_WITH,
    selector::KEY_EQUALS,
    selector::NEW_PLACE_FOR_WITH,
    selector::ENTER_HASH,
    selector::PROBE_OF_WITH,
    selector::PLACE_AT_PROBE_WITH,
    selector::REBUILD,
    selector::REFILL_WITH,
    selector::NEW_INDEX,
    selector::SET_CAPACITY_WITH,
    selector::CAPACITY,
    selector::SEARCH_FOR_WITH,
    selector::REMOVE_PLACE_WITH,
    selector::STRIDE,
    selector::PLACE_OF_WITH,
];

const RULES: &[Rule] = &[
    Rule { known: Known::IDENTITY, messages: &[selector::EQUAL, selector::HASH], classes: &[class::OBJECT] },
    Rule {
        known: Known::CONTENT,
        messages: &[selector::EQUAL, selector::HASH],
        classes: &[
            class::OBJECT,
            class::INTEGER,
            class::FLOAT,
            class::STRING,
            class::CHARACTER,
            class::TRUE,
            class::FALSE,
            class::UNDEFINED_OBJECT,
            class::BEHAVIOR,
        ],
    },
    Rule { known: Known::HASHED, messages: PLACES, classes: &[class::HASHED_COLLECTION, class::DICTIONARY, class::SET] },
    Rule {
        known: Known::HASHED_BY_IDENTITY,
        messages: PLACES,
        classes: &[
            class::HASHED_COLLECTION,
            class::DICTIONARY,
            class::IDENTITY_DICTIONARY,
            class::ORDERED_IDENTITY_DICTIONARY,
            class::SMALL_IDENTITY_DICTIONARY,
            class::SET,
            class::IDENTITY_SET,
        ],
    },
    Rule {
        known: Known::ORDERED,
        messages: &[
            selector::MAKE_ROOM_AT_LAST,
            selector::MAKE_ROOM_AT_FIRST,
            selector::IS_EMPTY,
            selector::SIZE,
            selector::SET_CAPACITY_WITH,
        ],
        classes: &[class::ORDERED_COLLECTION],
    },
    Rule {
        known: Known::ADDS_LAST,
        messages: &[selector::ADD_LAST_WITH, selector::MAKE_ROOM_AT_LAST],
        classes: &[class::ORDERED_COLLECTION],
    },
    Rule { known: Known::COMPARED, messages: &[selector::COMPARE_WITH_WITH], classes: &[class::STRING] },
    Rule {
        known: Known::INDEXED,
        messages: &[selector::AT_WITH],
        classes: &[class::ARRAY, class::STRING, class::ORDERED_COLLECTION, class::OBJECT],
    },
];

/// Whose method answers a message: a class of the library, else one of these.
const NOBODY: u32 = u32::MAX;
const PROGRAM: u32 = u32::MAX - 1;

/// What is known of each class, the library's first.
pub(crate) fn of_all(program: &'static Program) -> Vec<Known> {
    let messages: Vec<u32> = {
        let mut all: Vec<u32> = RULES.iter().flat_map(|rule| rule.messages).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut columns = vec![usize::MAX; library::SYMBOLS.len()];
    for (column, message) in messages.iter().enumerate() {
        columns[*message as usize] = column;
    }
    let column = |message: u32| columns.get(message as usize).copied().filter(|column| *column != usize::MAX);
    let count = library::CLASSES.len() + program.classes.len();
    // The superclass comes before its subclasses, so its row is complete.
    let mut methods = vec![NOBODY; count * messages.len()];
    for (number, info) in library::CLASSES.iter().chain(program.classes).enumerate() {
        let (above, row) = methods.split_at_mut(number * messages.len());
        let row = &mut row[..messages.len()];
        if let Some(inherited) = info.superclass.and_then(|superclass| above.chunks(messages.len()).nth(superclass as usize)) {
            row.copy_from_slice(inherited);
        }
        let whose = if number < library::CLASSES.len() { number as u32 } else { PROGRAM };
        info.selectors.iter().filter_map(|message| column(*message)).for_each(|column| row[column] = whose);
        let added = program.extensions.iter().filter(|(class, _)| *class as usize == number);
        added.filter_map(|(_, message)| column(*message)).for_each(|column| row[column] = PROGRAM);
    }
    let rules: Vec<(&Rule, Vec<usize>)> =
        RULES.iter().map(|rule| (rule, rule.messages.iter().filter_map(|message| column(*message)).collect())).collect();
    let mut known: Vec<Known> = methods
        .chunks(messages.len())
        .map(|row| {
            let holds = |(rule, columns): &&(&Rule, Vec<usize>)| columns.iter().all(|column| rule.classes.contains(&row[*column]));
            Known(rules.iter().filter(holds).fold(0, |all, (rule, _)| all | rule.known.0))
        })
        .collect();
    if has_equality_of_classes(program) {
        known[class::CLASS as usize] = Known::default();
    }
    known
}

/// Whether the program says when two classes are equal.
fn has_equality_of_classes(program: &Program) -> bool {
    let concerned = |message: &u32| [selector::EQUAL, selector::HASH].contains(message);
    let above = [class::CLASS, class::CLASS_DESCRIPTION, class::BEHAVIOR, class::OBJECT];
    program.classes.iter().any(|info| info.class_selectors.iter().any(concerned))
        || program.extensions.iter().any(|(class, message)| concerned(message) && (class & METACLASS != 0 || above.contains(class)))
}

#[cfg(test)]
mod tests {
    use super::*;

    static EXTENDED: Program = Program {
        extensions: &[(class::STRING, selector::HASH), (class::SET, selector::STRIDE)],
        extends_library: true,
        ..crate::testing::NOTHING
    };

    static NOTHING: Program = crate::testing::NOTHING;

    fn known(program: &'static Program, class: u32) -> Known {
        of_all(program)[class as usize]
    }

    #[test]
    fn what_the_library_says_is_known() {
        let is = |class: u32, what: Known| known(&NOTHING, class).has(what);
        assert!(is(class::OBJECT, Known::IDENTITY) && is(class::OBJECT, Known::CONTENT));
        for class in [class::SMALL_INTEGER, class::LARGE_NEGATIVE_INTEGER, class::FLOAT, class::BYTE_STRING, class::WIDE_SYMBOL] {
            assert!(is(class, Known::CONTENT) && !is(class, Known::IDENTITY));
        }
        assert!(!is(class::FRACTION, Known::CONTENT) && !is(class::ARRAY, Known::CONTENT));
        assert!(is(class::BYTE_STRING, Known::COMPARED) && is(class::BYTE_STRING, Known::INDEXED));
        for class in [class::DICTIONARY, class::SET, class::ORDERED_DICTIONARY] {
            assert!(is(class, Known::HASHED));
        }
        for class in [class::IDENTITY_DICTIONARY, class::IDENTITY_SET, class::SMALL_IDENTITY_DICTIONARY] {
            assert!(!is(class, Known::HASHED) && is(class, Known::HASHED_BY_IDENTITY));
        }
        for class in [class::PLUGGABLE_DICTIONARY, class::PLUGGABLE_SET] {
            assert!(!is(class, Known::HASHED) && !is(class, Known::HASHED_BY_IDENTITY));
        }
        assert!(is(class::ORDERED_COLLECTION, Known::ADDS_LAST));
        assert!(is(class::SORTED_COLLECTION, Known::ORDERED) && !is(class::SORTED_COLLECTION, Known::ADDS_LAST));
    }

    #[test]
    fn what_the_program_adds_is_not() {
        let is = |class: u32, what: Known| known(&EXTENDED, class).has(what);
        for class in [class::BYTE_STRING, class::BYTE_SYMBOL] {
            assert!(!is(class, Known::CONTENT) && is(class, Known::COMPARED));
        }
        assert!(!is(class::SET, Known::HASHED) && !is(class::IDENTITY_SET, Known::HASHED_BY_IDENTITY));
        assert!(is(class::DICTIONARY, Known::HASHED));
    }
}
