//! The functions of the program as they call one another: each method has one node for `self`, for each argument and for its
//! result.

use super::nodes::{NodeId, UnitId};
use super::world::World;
use crate::ir::{ClassNumber, DeclaredType, Function, Symbol};
use crate::known::Known;

/// A method or a top-level statement.
pub struct Unit {
    pub class: Option<ClassNumber>,
    pub class_side: bool,
    pub selector: Option<Symbol>,
    /// The body, while nobody walks it.
    pub function: Option<Function>,
    pub this: NodeId,
    pub arguments: Vec<NodeId>,
    pub result: NodeId,
    pub declared: Option<DeclaredType>,
    /// Where the blocks in it begin among the sites.
    pub sites: usize,
    /// The nodes of variables that blocks share, by function and local.
    pub cells: std::collections::HashMap<(usize, usize), NodeId>,
    pub queued: bool,
    pub called: bool,
}

impl World<'_> {
    /// A call of a unit: what it may answer as far as is known.
    pub fn call(&mut self, unit: UnitId, this: &Known, arguments: &[Known]) -> Known {
        let Unit { this: own, result, .. } = self.units[unit];
        if this.is_none() || arguments.iter().any(Known::is_none) {
            return Known::none();
        }
        if !std::mem::replace(&mut self.units[unit].called, true) {
            self.enqueue(unit);
        }
        self.write(own, this);
        let nodes = self.units[unit].arguments.clone();
        for (node, argument) in nodes.into_iter().zip(arguments) {
            self.write(node, argument);
        }
        self.read(result)
    }

    /// A call from outside: with anything, and whoever calls has the result.
    pub fn call_from_outside(&mut self, unit: UnitId, this: &Known) {
        let arguments = vec![Known::open(); self.units[unit].arguments.len()];
        self.call(unit, this, &arguments);
        let result = self.units[unit].result;
        self.expose_node(result);
    }
}
