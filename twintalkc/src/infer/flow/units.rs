//! The functions of the program as they call one another: each method has one node for `self`, for each argument and for its
//! result.

use super::nodes::{NodeId, UnitId};
use super::world::{Call, World};
use crate::ir::{ClassNumber, DeclaredType, Function, Symbol};
use crate::known::{Held, Known};

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
    /// Code outside the program's own may call it.
    pub outside: bool,
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
        if let Some(calls) = &mut self.calls {
            calls.push(Call { caller: self.current, callee: unit, arguments: arguments.to_vec() });
        }
        let nodes = self.units[unit].arguments.clone();
        for (node, argument) in nodes.into_iter().zip(arguments) {
            self.write(node, argument);
        }
        self.read(result)
    }

    /// The version of a method that takes such arguments, else the method itself, and the selector of a version.
    pub fn version(&self, unit: UnitId, arguments: &[Known]) -> (UnitId, Option<Symbol>) {
        let fits = |forms: &[Held]| forms.iter().zip(arguments).all(|(form, argument)| *form == Held::Value || argument.held() == *form);
        let found = self.versions.get(&unit).and_then(|versions| versions.iter().find(|(forms, ..)| fits(forms)));
        found.map_or((unit, None), |(_, version, selector)| (*version, Some(*selector)))
    }

    /// A direct call of a unit, or of its version for such arguments.
    pub fn call_directly(&mut self, unit: UnitId, this: &Known, arguments: &[Known]) -> Known {
        let (unit, _) = if self.direct { self.version(unit, arguments) } else { (unit, None) };
        self.call(unit, this, arguments)
    }

    /// A call from outside: with anything, and whoever calls has the result.
    pub fn call_from_outside(&mut self, unit: UnitId, this: &Known) {
        let arguments = vec![Known::open(); self.units[unit].arguments.len()];
        self.call(unit, this, &arguments);
        self.units[unit].outside = true;
        let result = self.units[unit].result;
        self.expose_node(result);
    }
}
