//! Variables while a body is resolved: which function declares them, and which heap blocks share them.

use crate::ir::{Capture, DeclaredType, Local, LocalId, Place};
use crate::known::Known;
use crate::source::Span;
use std::collections::HashSet;

/// Stands in no name of a source.
pub const MARK: char = '\'';

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
    /// Of a second copy of some text: nobody is told of it again.
    pub echo: bool,
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
    pub cursors: usize,
    /// The detour that the block is for.
    pub detour: Option<DetourId>,
}

/// Index of a detour of a method.
pub type DetourId = usize;

/// A send of which the blocks are made as heap blocks after all. They run while it lasts and never again, so that they share
/// copies of the variables around them, which need no cells for their sake.
#[derive(Default)]
pub struct Detour {
    /// Each variable and its copy.
    copies: Vec<(VariableId, VariableId)>,
}

/// The open functions of one method, the method first, and its variables.
#[derive(Default)]
pub struct Scopes {
    pub functions: Vec<Open>,
    pub variables: Vec<Variable>,
    /// The variables that an earlier run found to be shared.
    cells: HashSet<VariableId>,
    declared: usize,
    detours: Vec<Detour>,
    /// A text is resolved for the second time.
    pub echo: bool,
}

/// Where a name was found.
#[derive(Clone, Copy)]
pub struct Found {
    pub variable: VariableId,
    pub place: Place,
}

impl Open {
    fn hidden(&mut self, name: &str) -> LocalId {
        // What makes a name of a method in place another one stands behind it.
        let name = name.split(MARK).next().unwrap_or(name);
        self.locals.push(Local {
            name: name.to_string(),
            cell: false,
            immediate: false,
            root: None,
            declared: None,
            known: Known::default(),
        });
        self.locals.len() - 1
    }
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
        let id = self.enter(name, span, self.functions.len() - 1, argument, declared);
        if let Some(scope) = self.function().scopes.last_mut() {
            scope.push((name.to_string(), id));
        }
        self.variables[id].local
    }

    /// A new variable of a function.
    fn enter(&mut self, name: &str, span: Span, depth: usize, argument: bool, declared: Option<DeclaredType>) -> VariableId {
        let id = self.declared;
        self.declared += 1;
        let cell = self.cells.contains(&id);
        let function = &mut self.functions[depth];
        let local = function.hidden(name);
        function.locals[local].cell = cell;
        function.locals[local].declared = declared.clone();
        let loops = function.loops;
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
            echo: self.echo,
        });
        id
    }

    /// A variable that no name in the source reaches.
    pub fn hidden(&mut self, name: &str) -> LocalId {
        self.function().hidden(name)
    }

    /// A new enumeration in place.
    pub fn cursor(&mut self) -> usize {
        let cursors = &mut self.function().cursors;
        *cursors += 1;
        *cursors - 1
    }

    /// Whether a name means a variable here.
    pub fn knows(&self, name: &str) -> bool {
        self.functions.iter().flat_map(|function| function.scopes.iter().flatten()).any(|(known, _)| known == name)
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
        if let Some(at) = self.functions[depth].captured.iter().position(|id| *id == variable) {
            return Place::Captured(at);
        }
        let (from, cell) = match self.functions[depth].detour {
            Some(detour) if owner + 1 == depth => self.on_detour(variable, detour),
            _ => {
                if owner + 1 == depth {
                    self.variables[variable].captured = true;
                }
                let from = self.place(variable, depth - 1);
                let cell = match from {
                    Place::Captured(at) => self.functions[depth - 1].captures[at].cell,
                    Place::Local(_) => self.cells.contains(&variable),
                };
                (from, cell)
            }
        };
        let function = &mut self.functions[depth];
        function.captured.push(variable);
        function.captures.push(Capture { cell, from });
        Place::Captured(function.captures.len() - 1)
    }

    /// Where the blocks of a detour find a variable of the function around them, and whether in a cell.
    fn on_detour(&mut self, variable: VariableId, detour: DetourId) -> (Place, bool) {
        let known = self.detours[detour].copies.iter().find(|(original, _)| *original == variable);
        let copy = match known {
            Some((_, copy)) => *copy,
            None => {
                let Variable { name, span, function, .. } = self.variables[variable].clone();
                let copy = self.enter(&name, span, function, true, None);
                self.detours[detour].copies.push((variable, copy));
                copy
            }
        };
        self.variables[copy].captured = true;
        let copied = self.cells.contains(&copy) && !self.cells.contains(&variable);
        let shown = if copied { copy } else { variable };
        (Place::Local(self.variables[shown].local), self.cells.contains(&shown))
    }

    pub fn open_detour(&mut self) -> DetourId {
        self.detours.push(Detour::default());
        self.detours.len() - 1
    }

    /// The variables that a detour has copies of, because its blocks assign them, with those copies.
    pub fn copies(&self, detour: DetourId) -> Vec<(LocalId, LocalId)> {
        let copies = self.detours[detour].copies.iter();
        let copied = copies.filter(|(original, copy)| self.cells.contains(copy) && !self.cells.contains(original));
        copied.map(|(original, copy)| (self.variables[*original].local, self.variables[*copy].local)).collect()
    }

    /// The variable that stands for another one where the text is: its copy in the blocks of a detour.
    fn meant(&self, id: VariableId) -> VariableId {
        let inner = self.functions.get(self.variables[id].function + 1);
        let detour = inner.and_then(|function| function.detour);
        let copies = detour.map(|detour| self.detours[detour].copies.as_slice()).unwrap_or_default();
        copies.iter().find(|(original, _)| *original == id).map_or(id, |(_, copy)| *copy)
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
        let id = self.meant(id);
        let variable = &mut self.variables[id];
        variable.assignments += 1;
        variable.late |= variable.captured || variable.function != depth || loops > variable.loops;
    }
}
