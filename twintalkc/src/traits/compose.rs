//! Evaluates compositions: `TEmpty + (TSize - {#size}) + (TAdd @ {#plus: -> #add:})`.

use super::{Traits, is_required};
use crate::ast::{Class, Composition, Method, Name, Slot};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::nearest::nearest;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a class takes from its traits.
pub(super) struct Parts {
    pub methods: Vec<(String, Entry)>,
    pub class_methods: Vec<(String, Entry)>,
    pub slots: Vec<Slot>,
    pub class_slots: Vec<Slot>,
    /// Traits with class variables, which the methods see.
    pub pools: Vec<Name>,
}

/// What traits bring for one selector.
pub(super) enum Entry {
    Method(Method),
    /// Different methods; one of them.
    Conflict(Method),
}

/// Where a method was written: trait and index of the method there.
type Origin<'a> = (&'a str, usize);

/// What one side of a composition brings.
#[derive(Clone, Default)]
struct Brought<'a> {
    methods: BTreeMap<String, Offer<'a>>,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy)]
struct Offer<'a> {
    origin: Origin<'a>,
    conflict: bool,
}

/// Which side of the traits a composition means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sides {
    /// As written.
    Written,
    /// The class sides of the traits, whatever else the composition says: what a class side takes where nothing is said.
    Class,
}

pub(super) struct Composer<'a, 'd> {
    traits: &'a Traits,
    diagnostics: &'d mut Diagnostics,
    /// By trait and side.
    known: HashMap<(&'a str, bool), Brought<'a>>,
    /// Traits that are being evaluated.
    open: Vec<&'a str>,
    /// Traits that some class uses.
    pub used: HashSet<String>,
}

impl<'a, 'd> Composer<'a, 'd> {
    pub fn new(traits: &'a Traits, diagnostics: &'d mut Diagnostics) -> Self {
        Composer { traits, diagnostics, known: HashMap::new(), open: Vec::new(), used: HashSet::new() }
    }

    /// What a class takes from its traits, if it uses any.
    pub fn class(&mut self, class: &Class) -> Option<Parts> {
        if class.traits.is_none() && class.class_traits.is_none() {
            return None;
        }
        let [instance, class_side] = self.sides(class);
        let mut pools = Vec::new();
        for composition in [&class.traits, &class.class_traits].into_iter().flatten() {
            names(composition, &mut |name| {
                let has_variables = self.traits.definitions.get(&name.text).is_some_and(|found| !found.class_variables.is_empty());
                if has_variables {
                    pools.push(name.clone());
                }
            });
        }
        let parts = Parts {
            methods: self.entries(&instance),
            class_methods: self.entries(&class_side),
            slots: instance.slots,
            class_slots: class_side.slots,
            pools,
        };
        Some(parts)
    }

    fn entries(&self, brought: &Brought<'a>) -> Vec<(String, Entry)> {
        let entry = |offer: &Offer<'a>| {
            let method = self.method(offer.origin).clone();
            if offer.conflict { Entry::Conflict(method) } else { Entry::Method(method) }
        };
        brought.methods.iter().map(|(selector, offer)| (selector.clone(), entry(offer))).collect()
    }

    fn method(&self, (name, index): Origin<'a>) -> &'a Method {
        &self.traits.methods[name][index]
    }

    /// Both sides of what a class or trait takes from others.
    fn sides(&mut self, class: &Class) -> [Brought<'a>; 2] {
        let instance = class.traits.as_ref().map(|traits| self.evaluate(traits, Sides::Written)).unwrap_or_default();
        let class_side = match (&class.class_traits, &class.traits) {
            (Some(traits), _) => self.evaluate(traits, Sides::Written),
            (None, Some(traits)) => self.evaluate(traits, Sides::Class),
            (None, None) => Brought::default(),
        };
        [instance, class_side]
    }

    fn evaluate(&mut self, composition: &Composition, sides: Sides) -> Brought<'a> {
        match composition {
            Composition::Trait { name, class_side } => self.brought(name, *class_side || sides == Sides::Class),
            Composition::Sum(members) => {
                let members: Vec<Brought<'a>> = members.iter().map(|member| self.evaluate(member, sides)).collect();
                self.sum(members)
            }
            Composition::Without { traits, .. } | Composition::Alias { traits, .. } | Composition::WithoutSlots { traits, .. }
                if sides == Sides::Class =>
            {
                self.evaluate(traits, sides)
            }
            Composition::Without { traits, selectors } => {
                let mut brought = self.evaluate(traits, sides);
                brought.methods.retain(|known, _| selectors.iter().all(|selector| selector.text != *known));
                brought
            }
            Composition::Alias { traits, aliases } => {
                let mut brought = self.evaluate(traits, sides);
                let found: Vec<_> = aliases.iter().map(|(new, old)| (new, brought.methods.get(&old.text).copied())).collect();
                for (new, offer) in found {
                    if let Some(offer) = offer {
                        brought.methods.insert(new.text.clone(), offer);
                    }
                }
                brought
            }
            Composition::WithoutSlots { traits, slots } => {
                let mut brought = self.evaluate(traits, sides);
                brought.slots.retain(|slot| slots.iter().all(|removed| removed.text != slot.name.text));
                brought
            }
        }
    }

    /// Several members together: different methods for one selector conflict, unless all but one are only required.
    fn sum(&self, members: Vec<Brought<'a>>) -> Brought<'a> {
        let mut all = Brought::default();
        for member in members {
            for (selector, offer) in member.methods {
                let kept = match all.methods.get(&selector).copied() {
                    None => offer,
                    Some(first) if is_required(self.method(offer.origin)) && !offer.conflict => first,
                    Some(first) if is_required(self.method(first.origin)) && !first.conflict => offer,
                    Some(first) => Offer { conflict: first.conflict || offer.conflict || first.origin != offer.origin, ..first },
                };
                all.methods.insert(selector, kept);
            }
            for slot in member.slots {
                if all.slots.iter().all(|known: &Slot| known.name.text != slot.name.text) {
                    all.slots.push(slot);
                }
            }
        }
        all
    }

    /// What one side of a trait brings: its own methods, and what it takes from others.
    fn brought(&mut self, name: &Name, class_side: bool) -> Brought<'a> {
        let traits = self.traits;
        let Some((key, definition)) = traits.definitions.get_key_value(&name.text) else {
            let nearest = nearest(&name.text, traits.definitions.keys().map(String::as_str));
            self.diagnostics.add_once(name.span, Message::UnknownTrait { name: name.text.clone(), nearest });
            return Brought::default();
        };
        self.used.insert(name.text.clone());
        if let Some(known) = self.known.get(&(key.as_str(), class_side)) {
            return known.clone();
        }
        if let Some(start) = self.open.iter().position(|open| open == key) {
            let path = format!("{} → {key}", self.open[start..].join(" → "));
            self.diagnostics.add_once(name.span, Message::TraitCycle { path });
            return Brought::default();
        }
        self.open.push(key);
        let sides = self.sides(definition);
        self.open.pop();
        for (side, mut brought) in [false, true].into_iter().zip(sides) {
            for (index, method) in traits.methods.get(key).into_iter().flatten().enumerate() {
                if method.class_side == side {
                    brought.methods.insert(method.selector.text.clone(), Offer { origin: (key, index), conflict: false });
                }
            }
            let own = if side { &definition.class_slots } else { &definition.slots };
            let mut slots = own.clone();
            slots.extend(brought.slots.into_iter().filter(|slot| own.iter().all(|known| known.name.text != slot.name.text)));
            brought.slots = slots;
            self.known.insert((key, side), brought);
        }
        self.known[&(key.as_str(), class_side)].clone()
    }
}

/// Every trait a composition names.
fn names(composition: &Composition, visit: &mut impl FnMut(&Name)) {
    match composition {
        Composition::Trait { name, .. } => visit(name),
        Composition::Sum(members) => members.iter().for_each(|member| names(member, visit)),
        Composition::Without { traits, .. } | Composition::Alias { traits, .. } | Composition::WithoutSlots { traits, .. } => {
            names(traits, visit);
        }
    }
}
