//! Blocks by the place that makes them: what they are called with and what they answer.

use super::atoms::Atom;
use super::nodes::{NodeId, UnitId};
use super::world::World;
use crate::known::Known;

/// A block in the text.
#[derive(Debug)]
pub struct Site {
    pub unit: UnitId,
    pub arguments: Vec<NodeId>,
    pub result: NodeId,
    pub called: bool,
    pub exposed: bool,
    /// What `self` is in it, where it has one.
    pub this: NodeId,
}

impl World<'_> {
    /// A new block in a unit.
    pub fn make_site(&mut self, unit: UnitId, arguments: usize) {
        let arguments = (0..arguments).map(|_| self.nodes.make()).collect();
        let (result, this) = (self.nodes.make(), self.nodes.make());
        self.sites.push(Site { unit, arguments, result, called: false, exposed: false, this });
    }

    /// What a block answers when it is called with some arguments; none where their number is wrong.
    pub fn call_block(&mut self, site: usize, arguments: &[Known]) -> Known {
        if arguments.len() != self.sites[site].arguments.len() {
            return self.failed.clone();
        }
        if arguments.iter().any(Known::is_none) {
            return Known::none();
        }
        if !std::mem::replace(&mut self.sites[site].called, true) {
            let unit = self.sites[site].unit;
            self.enqueue(unit);
        }
        for (at, argument) in arguments.iter().enumerate() {
            let node = self.sites[site].arguments[at];
            self.write(node, argument);
        }
        let result = self.sites[site].result;
        self.read(result)
    }

    /// Code outside calls a block, with anything.
    pub fn expose_block(&mut self, site: usize) {
        if std::mem::replace(&mut self.sites[site].exposed, true) {
            return;
        }
        let arguments = vec![Known::open(); self.sites[site].arguments.len()];
        self.call_block(site, &arguments);
        let (result, this) = (self.sites[site].result, self.sites[site].this);
        self.expose_node(result);
        if self.reflects.inspects {
            self.expose_node(this);
        }
    }

    /// What a callable value answers: blocks, and of everything else nobody knows.
    pub fn call_value(&mut self, callee: &Known, arguments: &[Known]) -> Known {
        let mut answer = Known::none();
        for atom in super::atoms::atoms(callee) {
            match atom {
                Atom::Block(site) => answer.add(&self.call_block(site, arguments)),
                _ => {
                    self.expose(&atom.known());
                    arguments.iter().for_each(|argument| self.expose(argument));
                    answer.add(&Known::open())
                }
            };
        }
        if !callee.only(crate::known::OTHER) {
            answer.add(&Known::open());
        }
        answer
    }
}
