//! Variables while a body is resolved: which function declares them, and which heap blocks share them.

use crate::ir::{Capture, DeclaredType, Local, LocalId, Place};
use crate::known::Known;
use crate::source::Span;
use std::collections::HashSet;

/// A variable of a method, numbered in the order of declaration.
pub type VariableId = usize;

/// What one run over a method learns of a variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: String,
    pub span: Span,
    /// The function that declares it (depth among the open ones) and its local there.
    function: usize,
    local: LocalId,
    /// Loops around the declaration, inside its function.
    loops: usize,
    pub argument: bool,
    pub used: bool,
    pub assignments: usize,
    /// Read where it certainly is still nil.
    pub early: Option<Span>,
    pub declared: Option<DeclaredType>,
    /// An assignment in a heap block, in a deeper loop, or after a block has captured it.
    late: bool,
    captured: bool,
}

impl Variable {
    /// A block and its surroundings see each other's assignments: the variable needs a cell.
    fn shared(&self) -> bool {
        self.captured && (self.late || self.assignments > 1)
    }
}

/// A function being built.
#[derive(Default)]
pub struct Open {
    pub locals: Vec<Local>,
    pub captures: Vec<Capture>,
    captured: Vec<VariableId>,
    scopes: Vec<Vec<(String, VariableId)>>,
    pub loops: usize,
    pub uses_self: bool,
    pub returns_home: bool,
    pub sends: bool,
}

/// The open functions of one method, the method first, and its variables.
#[derive(Default)]
pub struct Scopes {
    pub functions: Vec<Open>,
    pub variables: Vec<Variable>,
    /// The variables that an earlier run found to be shared.
    cells: HashSet<VariableId>,
    declared: usize,
}

/// Where a name was found.
#[derive(Clone, Copy)]
pub struct Found {
    pub variable: VariableId,
    pub place: Place,
}

impl Scopes {
    /// A run that knows what an earlier one learnt: the methods are resolved twice, in the same order.
    pub fn knowing(earlier: &[Variable]) -> Scopes {
        let cells = earlier.iter().enumerate().filter(|(_, variable)| variable.shared()).map(|(id, _)| id).collect();
        Scopes { cells, ..Scopes::default() }
    }

    pub fn function(&mut self) -> &mut Open {
        self.functions.last_mut().expect("a function is open while a body is resolved")
    }

    pub fn open_function(&mut self) {
        self.functions.push(Open { scopes: vec![Vec::new()], ..Open::default() });
    }

    pub fn open_scope(&mut self) {
        self.function().scopes.push(Vec::new());
    }

    pub fn close_scope(&mut self) {
        self.function().scopes.pop();
    }

    /// A named variable of the innermost scope.
    pub fn declare(&mut self, name: &str, span: Span, argument: bool, declared: Option<DeclaredType>) -> LocalId {
        let id = self.declared;
        self.declared += 1;
        let cell = self.cells.contains(&id);
        let depth = self.functions.len() - 1;
        let local = self.hidden(name);
        let function = self.function();
        function.locals[local].cell = cell;
        function.locals[local].declared = declared.clone();
        let loops = function.loops;
        if let Some(scope) = function.scopes.last_mut() {
            scope.push((name.to_string(), id));
        }
        self.variables.push(Variable {
            name: name.to_string(),
            span,
            function: depth,
            local,
            loops,
            argument,
            used: false,
            assignments: 0,
            early: None,
            declared,
            late: false,
            captured: false,
        });
        local
    }

    /// A variable that no name in the source reaches.
    pub fn hidden(&mut self, name: &str) -> LocalId {
        let locals = &mut self.function().locals;
        locals.push(Local { name: name.to_string(), cell: false, immediate: false, root: None, declared: None, known: Known::default() });
        locals.len() - 1
    }

    /// Finds a name from the innermost scope outwards; blocks in between capture it.
    pub fn find(&mut self, name: &str) -> Option<Found> {
        let variable = self.functions.iter().rev().find_map(|function| {
            let mut names = function.scopes.iter().rev().flat_map(|scope| scope.iter().rev());
            names.find(|(known, _)| known == name).map(|(_, id)| *id)
        })?;
        let place = self.place(variable, self.functions.len() - 1);
        Some(Found { variable, place })
    }

    fn place(&mut self, variable: VariableId, depth: usize) -> Place {
        let owner = self.variables[variable].function;
        if owner == depth {
            return Place::Local(self.variables[variable].local);
        }
        self.variables[variable].captured = true;
        if let Some(at) = self.functions[depth].captured.iter().position(|id| *id == variable) {
            return Place::Captured(at);
        }
        let from = self.place(variable, depth - 1);
        let cell = self.cells.contains(&variable);
        let function = &mut self.functions[depth];
        function.captured.push(variable);
        function.captures.push(Capture { cell, from });
        Place::Captured(function.captures.len() - 1)
    }

    /// Notes a read. Before any assignment in the text, and in no block or loop that runs later or again, it reads nil.
    pub fn read(&mut self, id: VariableId, span: Span) {
        let (depth, loops) = (self.functions.len() - 1, self.function().loops);
        let variable = &mut self.variables[id];
        variable.used = true;
        if variable.assignments == 0 && variable.function == depth && loops == variable.loops {
            variable.early.get_or_insert(span);
        }
    }

    /// Notes an assignment for the question whether a cell is needed.
    pub fn assigned(&mut self, id: VariableId) {
        let (depth, loops) = (self.functions.len() - 1, self.function().loops);
        let variable = &mut self.variables[id];
        variable.assignments += 1;
        variable.late |= variable.captured || variable.function != depth || loops > variable.loops;
    }
}
