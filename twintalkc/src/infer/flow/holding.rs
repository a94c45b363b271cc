//! What collections answer that are told apart by the place that makes them.

use super::atoms::{Atom, Family, atoms};
use super::collections::size;
use super::dispatch::Message;
use super::world::World;
use crate::ir::ClassNumber;
use crate::known::{BOOLEAN, FLOAT, Known, NIL, SMALL};

/// Messages that ask every element a block until one decides.
const ASKING: &[&str] = &["anySatisfy:", "allSatisfy:", "noneSatisfy:", "contains:"];

/// A collection that is told a message.
struct Told<'a> {
    message: Message<'a>,
    family: Family,
    site: usize,
    itself: Known,
    elements: Known,
    failed: Known,
}

impl World<'_> {
    /// What a class of collections makes.
    pub fn made_collection(&mut self, message: Message<'_>, class: ClassNumber, arguments: &[Known]) -> Option<Known> {
        let family = self.basics.family_of(class)?;
        let place = message.place;
        let filled = match (message.text, arguments) {
            ("new", []) if family != Family::Interval => Known::none(),
            ("new:" | "ofSize:", [size]) if family == Family::Array => return Some(self.make_empty_array(place, size)),
            ("new:withAll:", [_, all]) if family == Family::Array => all.clone(),
            ("new:", [_]) if family != Family::Interval => Known::none(),
            ("with:" | "with:with:" | "with:with:with:" | "with:with:with:with:", all)
                if !matches!(family, Family::Dictionary | Family::IdentityDictionary | Family::Interval | Family::Sorted) =>
            {
                all.iter().fold(Known::none(), |joined, each| joined.join(each))
            }
            ("withAll:", [all]) if matches!(family, Family::Array | Family::Ordered | Family::Set | Family::IdentitySet) => {
                self.elements_of(all)
            }
            ("sortBlock:", [block]) if family == Family::Sorted => return Some(self.make_sorted(place, &Known::none(), block)),
            _ => return None,
        };
        // Without a block sorted collections compare by messages of their elements.
        if family == Family::Sorted {
            return None;
        }
        if family == Family::Set {
            self.look_for(place, &filled, &Known::none());
        }
        Some(self.make_collection(family, place, &filled).join(&self.failed))
    }

    /// The numbers from one to another.
    pub fn interval(&mut self, message: Message<'_>, start: &Known, arguments: &[Known]) -> Option<Known> {
        let elements = match (message.text, arguments) {
            // Integers whatever the limit is, which is asked how it compares.
            ("to:", [stop]) if start.only(SMALL) => {
                self.expose(stop);
                let limit = if stop.only(SMALL) { i128::from(stop.range.1) } else { i128::MAX };
                if i128::from(start.range.0) > limit { Known::none() } else { self.basics.integers((start.range.0.into(), limit)) }
            }
            ("to:" | "to:by:", _) if [start].into_iter().chain(arguments).all(|known| known.only(SMALL | FLOAT)) => {
                Known::kinds(FLOAT).join(&self.basics.any_integer())
            }
            _ => return None,
        };
        Some(self.make_collection(Family::Interval, message.place, &elements).join(&self.failed))
    }

    /// What a collection answers that was made in a place of the text; none where it is not known what happens.
    pub fn collection_message(&mut self, message: Message<'_>, family: Family, site: usize, arguments: &[Known]) -> Option<Known> {
        if !self.is_library_method(self.basics.family(family), false, message.selector) {
            return None;
        }
        let itself = Atom::Collection(family, site).known();
        let (elements, failed) = (self.elements(site), self.failed.clone());
        let told = Told { message, family, site, itself, elements, failed };
        let answer = match family {
            Family::Array => self.tell_array(&told, arguments),
            Family::Ordered => self.tell_ordered(&told, arguments),
            Family::Sorted => self.tell_sorted(&told, arguments),
            Family::Set | Family::IdentitySet => self.tell_set(&told, arguments),
            Family::Dictionary | Family::IdentityDictionary => self.tell_dictionary(&told, arguments),
            Family::Interval => None,
        };
        if answer.is_some() {
            return answer;
        }
        let sequence = matches!(family, Family::Array | Family::Ordered | Family::Sorted | Family::Interval);
        let answer = if sequence { self.tell_sequence(&told, arguments) } else { None };
        if answer.is_some() { answer } else { self.tell_any(&told, arguments) }
    }

    fn tell_array(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        Some(match (told.message.text, arguments) {
            ("at:put:", [_, value]) => {
                self.store_element(told.site, value);
                value.join(&told.failed)
            }
            ("atAllPut:", [value]) => {
                self.store_element(told.site, value);
                told.itself.join(&Known::open())
            }
            ("asArray", []) => told.itself.clone(),
            ("swap:with:", [_, _]) => told.itself.join(&told.failed),
            _ => return None,
        })
    }

    fn tell_ordered(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        Some(match (told.message.text, arguments) {
            ("at:put:", [_, value]) => {
                self.store_element(told.site, value);
                value.join(&told.failed)
            }
            ("add:" | "addLast:" | "addFirst:", [value]) => {
                self.store_element(told.site, value);
                value.clone()
            }
            ("addAll:" | "addAllLast:", [all]) => {
                let elements = self.elements_of(all);
                self.store_element(told.site, &elements);
                all.join(&told.failed)
            }
            ("remove:", [value]) => {
                self.look_for(told.message.place, &told.elements, value);
                value.join(&told.failed)
            }
            ("remove:ifAbsent:", [value, absent]) => {
                self.look_for(told.message.place, &told.elements, value);
                value.join(&self.call_value(absent, &[]))
            }
            ("removeAt:", [_]) => told.elements.join(&told.failed),
            ("removeAll" | "reset", []) => told.itself.clone(),
            ("asOrderedCollection", []) => self.filled(told, Family::Ordered, &told.elements).join(&told.itself),
            ("swap:with:", [_, _]) => told.itself.join(&told.failed),
            _ => return None,
        })
    }

    /// Its block is told of what is added, and of what stands there.
    fn tell_sorted(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        Some(match (told.message.text, arguments) {
            ("add:", [value]) => {
                self.store_element(told.site, value);
                let (block, all) = (self.keys(told.site), told.elements.join(value));
                self.call_value(&block, &[all.clone(), all]);
                value.join(&told.failed)
            }
            ("collect:", [block]) => {
                let each = self.call_value(block, &[told.elements.clone()]);
                self.filled(told, Family::Ordered, &each)
            }
            _ => return None,
        })
    }

    fn tell_set(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        Some(match (told.message.text, arguments) {
            ("add:", [value]) => {
                self.find(told, &told.elements, value);
                self.store_element(told.site, value);
                value.clone()
            }
            ("addAll:", [all]) => {
                let elements = self.elements_of(all);
                self.find(told, &told.elements, &elements);
                self.store_element(told.site, &elements);
                all.join(&told.failed)
            }
            ("includes:", [value]) => {
                self.find(told, &told.elements, value);
                Known::kinds(BOOLEAN)
            }
            ("remove:", [value]) => {
                self.find(told, &told.elements, value);
                value.join(&told.failed)
            }
            ("remove:ifAbsent:", [value, absent]) => {
                self.find(told, &told.elements, value);
                value.join(&self.call_value(absent, &[]))
            }
            ("collect:", [block]) => {
                let each = self.call_value(block, &[told.elements.clone()]);
                self.find(told, &each, &Known::none());
                self.filled(told, told.family, &each).join(&told.failed)
            }
            ("asSet", []) if told.family == Family::Set => told.itself.clone(),
            _ => return None,
        })
    }

    fn tell_dictionary(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        let keys = self.keys(told.site);
        let values = &told.elements;
        if let (
            "at:"
            | "at:put:"
            | "at:ifAbsent:"
            | "at:ifAbsentPut:"
            | "at:ifPresent:"
            | "at:ifPresent:ifAbsent:"
            | "includesKey:"
            | "removeKey:"
            | "removeKey:ifAbsent:",
            [key, ..],
        ) = (told.message.text, arguments)
        {
            self.find(told, &keys, key);
        }
        Some(match (told.message.text, arguments) {
            ("at:put:", [key, value]) => {
                self.store_key(told.site, key);
                self.store_element(told.site, value);
                value.clone()
            }
            ("at:" | "removeKey:", [_]) => values.join(&told.failed),
            ("at:ifAbsent:" | "removeKey:ifAbsent:", [_, absent]) => values.join(&self.call_value(absent, &[])),
            ("at:ifAbsentPut:", [key, absent]) => {
                let value = self.call_value(absent, &[]);
                self.store_key(told.site, key);
                self.store_element(told.site, &value);
                values.join(&value)
            }
            ("at:ifPresent:", [_, present]) => self.cull(present, values).join(&Known::kinds(NIL)),
            ("at:ifPresent:ifAbsent:", [_, present, absent]) => self.cull(present, values).join(&self.call_value(absent, &[])),
            ("includesKey:", [_]) => Known::kinds(BOOLEAN),
            ("keys", []) => self.filled(told, Family::Array, &keys),
            ("values" | "asArray", []) => self.filled(told, Family::Array, values),
            ("keysDo:", [block]) => {
                self.call_value(block, &[keys]);
                told.itself.join(&Known::open())
            }
            ("valuesDo:", [block]) => {
                self.call_value(block, &[values.clone()]);
                told.itself.join(&Known::open())
            }
            ("keysAndValuesDo:", [block]) => {
                self.call_value(block, &[keys, values.clone()]);
                told.itself.join(&Known::open())
            }
            _ => return None,
        })
    }

    fn tell_sequence(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        let index = Known::integers(1, i64::from(u32::MAX));
        let made = if told.family == Family::Interval { Family::Array } else { told.family };
        let elements = &told.elements;
        Some(match (told.message.text, arguments) {
            ("at:", [_]) | ("first" | "last", []) => elements.join(&told.failed),
            ("removeFirst" | "removeLast", []) if matches!(told.family, Family::Ordered | Family::Sorted) => elements.join(&told.failed),
            ("at:ifAbsent:", [_, absent]) => elements.join(&self.call_value(absent, &[])).join(&told.failed),
            ("indexOf:", [value]) => {
                self.look_for(told.message.place, elements, value);
                size()
            }
            ("reverseDo:", [block]) => {
                self.call_value(block, &[elements.clone()]);
                told.itself.join(&Known::open())
            }
            ("doWithIndex:" | "withIndexDo:", [block]) => {
                self.call_value(block, &[elements.clone(), index]);
                told.itself.join(&Known::open())
            }
            ("keysAndValuesDo:", [block]) => {
                self.call_value(block, &[index, elements.clone()]);
                told.itself.join(&Known::open())
            }
            ("collect:", [block]) => {
                let each = self.call_value(block, &[elements.clone()]);
                self.filled(told, made, &each)
            }
            ("reversed" | "reverse", []) | ("copyFrom:to:", [_, _]) if matches!(told.family, Family::Array | Family::Ordered) => {
                told.itself.join(&told.failed)
            }
            ("sort:", [block]) if matches!(told.family, Family::Array | Family::Ordered) => {
                self.call_value(block, &[elements.clone(), elements.clone()]);
                told.itself.join(&Known::open())
            }
            _ => return None,
        })
    }

    fn tell_any(&mut self, told: &Told<'_>, arguments: &[Known]) -> Option<Known> {
        let elements = &told.elements;
        let each = |world: &mut Self, block: &Known| world.call_value(block, std::slice::from_ref(elements));
        Some(match (told.message.text, arguments) {
            ("size", []) => size(),
            ("isEmpty" | "notEmpty" | "isNotEmpty" | "isEmptyOrNil", []) => Known::kinds(BOOLEAN),
            ("yourself" | "copy" | "shallowCopy", []) => told.itself.clone(),
            ("do:", [block]) => {
                each(self, block);
                told.itself.join(&Known::open())
            }
            ("select:" | "reject:", [block]) => {
                each(self, block);
                let answer = if told.family == Family::Interval { self.filled(told, Family::Array, elements) } else { told.itself.clone() };
                answer.join(&told.failed)
            }
            ("detect:", [block]) => {
                each(self, block);
                elements.join(&told.failed)
            }
            ("detect:ifNone:", [block, none]) => {
                each(self, block);
                elements.join(&self.call_value(none, &[]))
            }
            ("count:", [block]) => {
                each(self, block);
                size()
            }
            (text, [block]) if ASKING.contains(&text) => {
                each(self, block);
                Known::kinds(BOOLEAN).join(&told.failed)
            }
            ("includes:", [value]) => {
                self.look_for(told.message.place, elements, value);
                Known::kinds(BOOLEAN).join(&told.failed)
            }
            ("inject:into:", [start, block]) => {
                let mut so_far = start.clone();
                // What the block answers comes back to it through its own node.
                for atom in atoms(block) {
                    if let Atom::Block(site) = atom {
                        let result = self.sites[site].result;
                        so_far.add(&self.read(result));
                    }
                }
                let next = self.call_value(block, &[so_far.clone(), elements.clone()]);
                so_far.join(&next)
            }
            ("asArray", []) => self.filled(told, Family::Array, elements),
            ("asOrderedCollection", []) => self.filled(told, Family::Ordered, elements),
            ("asSet", []) => {
                self.look_for(told.message.place, elements, &Known::none());
                self.filled(told, Family::Set, elements)
            }
            ("asSortedCollection:", [block]) => self.make_sorted(told.message.place, elements, block).join(&told.failed),
            _ => return None,
        })
    }

    /// Another collection that holds something, made here.
    fn filled(&mut self, told: &Told<'_>, family: Family, elements: &Known) -> Known {
        self.make_collection(family, told.message.place, elements)
    }

    /// What a hashed collection asks: nothing where it finds by identity.
    fn find(&mut self, told: &Told<'_>, held: &Known, sought: &Known) {
        if matches!(told.family, Family::Set | Family::Dictionary) {
            self.look_for(told.message.place, held, sought);
        }
    }

    /// A block that may take an argument.
    fn cull(&mut self, block: &Known, argument: &Known) -> Known {
        let mut answer = Known::none();
        for atom in atoms(block) {
            let taken = match atom {
                Atom::Block(site) => self.sites[site].arguments.len().min(1),
                _ => 1,
            };
            answer.add(&self.call_value(&atom.known(), &[argument.clone()][..taken]));
        }
        if block.only(crate::known::OTHER) { answer } else { Known::open() }
    }
}
