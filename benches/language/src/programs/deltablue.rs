//! An incremental solver of multi-way constraints in a hierarchy of strengths (Freeman-Benson, Maloney and Borning, 1990).

/// The smaller the number, the stronger.
type Strength = u8;

const REQUIRED: Strength = 0;
const PREFERRED: Strength = 2;
const STRONG_DEFAULT: Strength = 3;
const DEFAULT: Strength = 5;
const WEAKEST: Strength = 6;

/// Variables and constraints refer to one another by their places in the planner.
type VariableId = usize;
type ConstraintId = usize;

struct Variable {
    value: i64,
    constraints: Vec<ConstraintId>,
    determined_by: Option<ConstraintId>,
    mark: u32,
    strength: Strength,
    stays: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Backward,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Stay,
    Edit,
    Equality,
    Scale { scale: VariableId, offset: VariableId },
}

/// A unary constraint writes its `second`, which is its `first`; one without direction is not satisfied.
#[derive(Clone, Copy)]
struct Constraint {
    kind: Kind,
    strength: Strength,
    first: VariableId,
    second: VariableId,
    direction: Option<Direction>,
}

#[derive(Default)]
struct Planner {
    variables: Vec<Variable>,
    constraints: Vec<Constraint>,
    mark: u32,
}

/// A checksum of what a chain of `size` constraints and a projection of `size` variables come to.
pub fn run(size: i64) -> i64 {
    chain(size) + project(size)
}

/// A chain of equal variables, the last of which stays and the first of which is edited.
fn chain(size: i64) -> i64 {
    let mut planner = Planner::default();
    let variables: Vec<_> = (0..=size).map(|_| planner.variable(0)).collect();
    for pair in variables.windows(2) {
        planner.constrain(Kind::Equality, REQUIRED, pair[0], pair[1]);
    }
    let (first, last) = (variables[0], variables[variables.len() - 1]);
    planner.constrain(Kind::Stay, STRONG_DEFAULT, last, last);
    let edit = planner.constrain(Kind::Edit, PREFERRED, first, first);
    let plan = planner.plan_from(vec![edit]);
    let mut sum = 0;
    for value in 1..=100 {
        planner.variables[first].value = value;
        planner.execute_all(&plan);
        assert_eq!(planner.variables[last].value, value, "the chain is broken");
        sum += planner.variables[last].value;
    }
    planner.destroy(edit);
    sum
}

/// Two sets of variables, each of one the image of one in the other: target = source * scale + offset.
fn project(size: i64) -> i64 {
    let mut planner = Planner::default();
    let scale = planner.variable(10);
    let offset = planner.variable(1000);
    let mut sources = Vec::new();
    let mut targets = Vec::new();
    for value in 1..=size {
        let (source, target) = (planner.variable(value), planner.variable(value));
        sources.push(source);
        targets.push(target);
        planner.constrain(Kind::Stay, DEFAULT, source, source);
        planner.constrain(Kind::Scale { scale, offset }, REQUIRED, source, target);
    }
    planner.change(sources[0], 17);
    assert_eq!(planner.variables[targets[0]].value, 1170, "the image is wrong");
    planner.change(targets[0], 1050);
    assert_eq!(planner.variables[sources[0]].value, 5, "the original is wrong");
    planner.change(scale, 5);
    planner.check(&targets, |value| value * 5 + 1000);
    planner.change(offset, 2000);
    planner.check(&targets, |value| value * 5 + 2000);
    targets.iter().map(|&target| planner.variables[target].value).sum()
}

impl Constraint {
    fn output(&self) -> VariableId {
        if self.direction == Some(Direction::Forward) { self.second } else { self.first }
    }

    fn input(&self) -> VariableId {
        if self.direction == Some(Direction::Forward) { self.first } else { self.second }
    }

    fn is_unary(&self) -> bool {
        matches!(self.kind, Kind::Stay | Kind::Edit)
    }

    fn inputs(&self) -> impl Iterator<Item = VariableId> + use<> {
        let all = match self.kind {
            Kind::Stay | Kind::Edit => [None; 3],
            Kind::Equality => [Some(self.input()), None, None],
            Kind::Scale { scale, offset } => [Some(self.input()), Some(scale), Some(offset)],
        };
        all.into_iter().flatten()
    }

    /// The variables that know of it.
    fn variables(&self) -> impl Iterator<Item = VariableId> + use<> {
        let all = match self.kind {
            Kind::Stay | Kind::Edit => [Some(self.first), None, None, None],
            Kind::Equality => [Some(self.first), Some(self.second), None, None],
            Kind::Scale { scale, offset } => [Some(self.first), Some(self.second), Some(scale), Some(offset)],
        };
        all.into_iter().flatten()
    }
}

impl Planner {
    fn variable(&mut self, value: i64) -> VariableId {
        self.variables.push(Variable { value, constraints: Vec::new(), determined_by: None, mark: 0, strength: WEAKEST, stays: true });
        self.variables.len() - 1
    }

    fn constrain(&mut self, kind: Kind, strength: Strength, first: VariableId, second: VariableId) -> ConstraintId {
        let id = self.constraints.len();
        let constraint = Constraint { kind, strength, first, second, direction: None };
        self.constraints.push(constraint);
        for variable in constraint.variables() {
            self.variables[variable].constraints.push(id);
        }
        self.incremental_add(id);
        id
    }

    fn destroy(&mut self, id: ConstraintId) {
        if self.is_satisfied(id) { self.incremental_remove(id) } else { self.remove_from_graph(id) }
    }

    fn remove_from_graph(&mut self, id: ConstraintId) {
        for variable in self.constraints[id].variables() {
            let variable = &mut self.variables[variable];
            if let Some(place) = variable.constraints.iter().position(|&other| other == id) {
                variable.constraints.remove(place);
            }
            if variable.determined_by == Some(id) {
                variable.determined_by = None;
            }
        }
        self.constraints[id].direction = None;
    }

    fn is_satisfied(&self, id: ConstraintId) -> bool {
        self.constraints[id].direction.is_some()
    }

    fn new_mark(&mut self) -> u32 {
        self.mark += 1;
        self.mark
    }

    fn incremental_add(&mut self, id: ConstraintId) {
        let mark = self.new_mark();
        let mut overridden = self.satisfy(id, mark);
        while let Some(next) = overridden {
            overridden = self.satisfy(next, mark);
        }
    }

    /// What the removed one had overridden may be satisfied again, the strongest first.
    fn incremental_remove(&mut self, id: ConstraintId) {
        let output = self.constraints[id].output();
        self.remove_from_graph(id);
        for next in self.remove_propagate_from(output) {
            self.incremental_add(next);
        }
    }

    /// Decides how to satisfy it. Answers the constraint that is overridden, if any.
    fn satisfy(&mut self, id: ConstraintId, mark: u32) -> Option<ConstraintId> {
        self.choose_method(id, mark);
        let constraint = self.constraints[id];
        if constraint.direction.is_none() {
            assert!(constraint.strength != REQUIRED, "a required constraint cannot be satisfied");
            return None;
        }
        for input in constraint.inputs() {
            self.variables[input].mark = mark;
        }
        let output = constraint.output();
        let overridden = self.variables[output].determined_by.replace(id);
        if let Some(overridden) = overridden {
            self.constraints[overridden].direction = None;
        }
        assert!(self.add_propagate(id, mark), "there is a cycle");
        self.variables[output].mark = mark;
        overridden
    }

    /// Writes the variable of the weaker strength, if it is weaker than this constraint; one with the mark is decided already.
    fn choose_method(&mut self, id: ConstraintId, mark: u32) {
        let constraint = &self.constraints[id];
        let (first, second) = (&self.variables[constraint.first], &self.variables[constraint.second]);
        let forward = (constraint.strength < second.strength).then_some(Direction::Forward);
        let backward = (constraint.strength < first.strength).then_some(Direction::Backward);
        let direction = if first.mark == mark {
            forward.filter(|_| second.mark != mark)
        } else if second.mark == mark {
            backward
        } else if constraint.is_unary() || first.strength <= second.strength {
            forward
        } else {
            backward
        };
        self.constraints[id].direction = direction;
    }

    fn recalculate(&mut self, id: ConstraintId) {
        let constraint = self.constraints[id];
        let (strength, stays) = if constraint.is_unary() {
            (constraint.strength, constraint.kind != Kind::Edit)
        } else {
            let stays = constraint.inputs().all(|input| self.variables[input].stays);
            (constraint.strength.max(self.variables[constraint.input()].strength), stays)
        };
        let output = &mut self.variables[constraint.output()];
        output.strength = strength;
        output.stays = stays;
        if stays {
            self.execute(&constraint);
        }
    }

    fn execute_all(&mut self, plan: &[ConstraintId]) {
        for &id in plan {
            let constraint = self.constraints[id];
            self.execute(&constraint);
        }
    }

    fn execute(&mut self, constraint: &Constraint) {
        let input = self.variables[constraint.input()].value;
        let value = match constraint.kind {
            // The value stays or is set from outside.
            Kind::Stay | Kind::Edit => return,
            Kind::Equality => input,
            Kind::Scale { scale, offset } => {
                let (scale, offset) = (self.variables[scale].value, self.variables[offset].value);
                if constraint.direction == Some(Direction::Forward) { input * scale + offset } else { (input - offset).div_euclid(scale) }
            }
        };
        self.variables[constraint.output()].value = value;
    }

    /// Recalculates downstream. Answers false where that leads back to the constraint.
    fn add_propagate(&mut self, id: ConstraintId, mark: u32) -> bool {
        let mut todo = std::collections::VecDeque::from([id]);
        while let Some(next) = todo.pop_front() {
            let output = self.constraints[next].output();
            if self.variables[output].mark == mark {
                self.incremental_remove(id);
                return false;
            }
            self.recalculate(next);
            todo.extend(self.consumers_of(output));
        }
        true
    }

    /// Answers the constraints that are not satisfied, the strongest first.
    fn remove_propagate_from(&mut self, output: VariableId) -> Vec<ConstraintId> {
        let variable = &mut self.variables[output];
        variable.determined_by = None;
        variable.strength = WEAKEST;
        variable.stays = true;
        let mut unsatisfied = Vec::new();
        let mut todo = std::collections::VecDeque::from([output]);
        while let Some(variable) = todo.pop_front() {
            unsatisfied.extend(self.variables[variable].constraints.iter().copied().filter(|&id| !self.is_satisfied(id)));
            let consumers: Vec<_> = self.consumers_of(variable).collect();
            for consumer in consumers {
                self.recalculate(consumer);
                todo.push_back(self.constraints[consumer].output());
            }
        }
        unsatisfied.sort_by_key(|&id| self.constraints[id].strength);
        unsatisfied
    }

    fn consumers_of(&self, variable: VariableId) -> impl Iterator<Item = ConstraintId> {
        let variable = &self.variables[variable];
        variable.constraints.iter().copied().filter(|&id| variable.determined_by != Some(id) && self.is_satisfied(id))
    }

    /// The constraints to execute, in order, when the inputs change.
    fn plan_from(&mut self, inputs: Vec<ConstraintId>) -> Vec<ConstraintId> {
        let mark = self.new_mark();
        let mut plan = Vec::new();
        let mut todo = std::collections::VecDeque::from(inputs);
        while let Some(next) = todo.pop_front() {
            let output = self.constraints[next].output();
            if self.variables[output].mark != mark && self.inputs_known(next, mark) {
                plan.push(next);
                self.variables[output].mark = mark;
                todo.extend(self.consumers_of(output));
            }
        }
        plan
    }

    fn inputs_known(&self, id: ConstraintId, mark: u32) -> bool {
        self.constraints[id].inputs().all(|input| {
            let variable = &self.variables[input];
            variable.mark == mark || variable.stays || variable.determined_by.is_none()
        })
    }

    /// As a user who drags something: the value is edited ten times.
    fn change(&mut self, variable: VariableId, value: i64) {
        let edit = self.constrain(Kind::Edit, PREFERRED, variable, variable);
        let plan = self.plan_from(vec![edit]);
        for _ in 0..10 {
            self.variables[variable].value = value;
            self.execute_all(&plan);
        }
        self.destroy(edit);
    }

    fn check(&self, targets: &[VariableId], image: impl Fn(i64) -> i64) {
        for (&target, source) in targets.iter().zip(1..).skip(1) {
            assert_eq!(self.variables[target].value, image(source), "the images are wrong");
        }
    }
}
