//! Enumerations in place: what the runtime's cursors hand to the loop.

use super::atoms::{Atom, Family, atoms};
use super::collections;
use super::env::Env;
use super::walk::Walker;
use crate::ir::{Each, Expr, Kind, Step};
use crate::known::{BOOLEAN, FALSE, Known, NIL, OTHER, TRUE};
use crate::walks;

impl Walker<'_, '_> {
    /// What a step of an enumeration answers.
    pub fn each(&mut self, each: &mut Each, place: usize) -> Known {
        let operands: Vec<Known> = each.operands.iter_mut().map(|operand| self.expression(operand)).collect();
        if !self.env.live {
            return Known::none();
        }
        // What an enumeration makes is told apart from what else is made in its place of the text.
        let place = place | (each.cursor + 1) << 32;
        match (&each.step, &operands[..]) {
            (Step::Next, [collection]) => self.next(each, collection),
            (Step::Begin(walk), [collection]) if self.is_exact(collection, walk) => Known::kinds(TRUE),
            (Step::Of(_) | Step::Begin(_) | Step::Any | Step::SameSize(_), _) => Known::kinds(BOOLEAN),
            (Step::Find(_), [collection, key]) => {
                for atom in atoms(collection) {
                    match atom {
                        Atom::Collection(Family::Dictionary, site) => {
                            let keys = self.world.keys(site);
                            self.world.look_for(place, &keys, key);
                        }
                        Atom::Collection(..) => {}
                        other => {
                            self.world.expose(&other.known());
                            self.world.expose(key);
                        }
                    }
                }
                Known::kinds(BOOLEAN)
            }
            (Step::Gather, _) => self.world.make_array(place, &Known::none()),
            (Step::Put, [results, value]) => {
                for atom in atoms(results) {
                    match atom {
                        Atom::Collection(_, site) => self.world.store_element(site, value),
                        _ => self.world.expose(value),
                    }
                }
                Known::open()
            }
            (Step::Gathered, [collection, results]) => self.gathered(collection, results, place),
            _ => {
                operands.iter().for_each(|operand| self.world.expose(operand));
                if each.step.is_test() { Known::kinds(BOOLEAN) } else { Known::open() }
            }
        }
    }

    fn next(&mut self, each: &Each, collection: &Known) -> Known {
        let (element, key) = self.handed(collection, each.walk);
        if element.is_none() {
            return Known::kinds(FALSE);
        }
        for (local, known) in [(each.element, element), (each.key, key)] {
            let Some(local) = local else { continue };
            // The runtime hands over values, whatever they are.
            self.see(local, &Known::kinds(NIL));
            self.set(local, &known);
        }
        Known::kinds(BOOLEAN)
    }

    /// What goes through an enumeration of a collection, and the keys: of others than our own nobody knows.
    fn handed(&mut self, collection: &Known, walk: &str) -> (Known, Known) {
        let (mut elements, mut keys) = (Known::none(), Known::none());
        for atom in atoms(collection) {
            let (element, key) = match atom {
                Atom::Collection(Family::Dictionary | Family::IdentityDictionary, site) => {
                    let (value, key) = (self.world.elements(site), self.world.keys(site));
                    if walk == "Keys" { (key.clone(), key) } else { (value, key) }
                }
                Atom::Collection(_, site) => (self.world.elements(site), collections::size()),
                _ => (Known::open(), Known::open()),
            };
            elements.add(&element);
            keys.add(&key);
        }
        (elements, keys)
    }

    /// The runtime answers an array, or an OrderedCollection where it has gone through one.
    fn gathered(&mut self, collection: &Known, results: &Known, place: usize) -> Known {
        let mut answer = Known::none();
        for atom in atoms(collection) {
            let ordered = matches!(atom, Atom::Collection(Family::Ordered | Family::Sorted, _));
            if ordered || !matches!(atom, Atom::Collection(..)) {
                let elements = self.world.elements_of(results);
                answer.add(&self.world.make_collection(Family::Ordered, place, &elements));
            }
            if !ordered {
                answer.add(results);
            }
        }
        answer
    }

    /// Whether the runtime certainly knows how to go through a collection.
    fn is_exact(&self, collection: &Known, walk: &str) -> bool {
        let known = |atom: Atom| match atom {
            Atom::Collection(family, _) => walks::exact(Family::ALL[family as usize].1, walk).is_some(),
            _ => false,
        };
        let one = |family: Atom, other: Atom| matches!((family, other), (Atom::Collection(a, _), Atom::Collection(b, _)) if a == b);
        let first = atoms(collection).next();
        collection.only(OTHER) && first.is_some_and(|first| atoms(collection).all(|atom| known(atom) && one(first, atom)))
    }

    /// Where a value is of one of some classes, and where it is not.
    pub fn of_classes(&self, each: &Each, value: &Known) -> Option<(Env, Env)> {
        let Step::Of(classes) = &each.step else { return None };
        let local = self.subject(each.operands.first()?)?;
        let (mut yes, mut no) = (self.env.clone(), self.env.clone());
        let unsure = |atom: &Atom| matches!(atom, Atom::Open | Atom::World);
        let basics = &self.world.basics;
        let is_of = |atom: &Atom| match atom {
            Atom::Instance(class) => classes.contains(class),
            Atom::Collection(family, _) => classes.contains(&basics.family(*family)),
            Atom::Block(_) => classes.contains(&basics.block),
            _ => false,
        };
        let (mut passed, mut rest) = (Known::none(), Known::none());
        for (class, part) in basics.parts(value) {
            if classes.contains(&class) {
                passed.add(&part)
            } else {
                rest.add(&part)
            };
        }
        for atom in atoms(value) {
            if is_of(&atom) {
                passed.add(&atom.known());
            } else {
                rest.add(&atom.known());
                if unsure(&atom) {
                    passed.add(&Known::instances(classes.clone()));
                }
            }
        }
        yes.restrict(local, passed);
        no.restrict(local, rest);
        Some((yes, no))
    }
}

/// Where the runtime certainly knows how to go through a collection, nothing else need be compiled.
pub fn simplify(expression: &mut Expr) {
    expression.visit_mut(&mut |part| {
        let Kind::If(begin, ..) = &part.kind else { return };
        let certain = matches!(&begin.kind, Kind::Each(each) if matches!(each.step, Step::Begin(_)));
        if !certain || begin.known.kinds != TRUE {
            return;
        }
        if let Kind::If(begin, native, _) = std::mem::replace(&mut part.kind, Kind::Sequence(Vec::new())) {
            part.kind = Kind::Sequence(std::iter::once(*begin).chain(native).collect());
        }
    });
}
