// An incremental solver of multi-way constraints in a hierarchy of strengths (Freeman-Benson, Maloney and Borning, 1990).

// The smaller the number, the stronger.
const Strength = { REQUIRED: 0, PREFERRED: 2, STRONG_DEFAULT: 3, DEFAULT: 5, WEAKEST: 6 };

const FORWARD = 1;
const BACKWARD = 2;

class Variable {
  constructor(value) {
    this.value = value;
    this.constraints = [];
    this.determinedBy = null;
    this.mark = 0;
    this.strength = Strength.WEAKEST;
    this.stays = true;
  }

  add(constraint) {
    this.constraints.push(constraint);
  }

  remove(constraint) {
    const place = this.constraints.indexOf(constraint);
    if (place >= 0) this.constraints.splice(place, 1);
    if (this.determinedBy === constraint) this.determinedBy = null;
  }
}

class Constraint {
  constructor(strength) {
    this.strength = strength;
  }

  isInput() {
    return false;
  }

  addTo(planner) {
    this.addToGraph();
    planner.incrementalAdd(this);
  }

  destroyIn(planner) {
    if (this.isSatisfied()) planner.incrementalRemove(this);
    else this.removeFromGraph();
  }

  // Decides how to satisfy it. Answers the constraint that is overridden, if any.
  satisfy(mark, planner) {
    this.chooseMethod(mark);
    if (!this.isSatisfied()) {
      if (this.strength === Strength.REQUIRED) throw new Error("a required constraint cannot be satisfied");
      return null;
    }
    for (const input of this.inputs()) input.mark = mark;
    const output = this.output();
    const overridden = output.determinedBy;
    if (overridden !== null) overridden.markUnsatisfied();
    output.determinedBy = this;
    if (!planner.addPropagate(this, mark)) throw new Error("there is a cycle");
    output.mark = mark;
    return overridden;
  }

  inputsKnown(mark) {
    return this.inputs().every((input) => input.mark === mark || input.stays || input.determinedBy === null);
  }
}

class UnaryConstraint extends Constraint {
  constructor(variable, strength, planner) {
    super(strength);
    this.variable = variable;
    this.satisfied = false;
    this.addTo(planner);
  }

  output() {
    return this.variable;
  }

  inputs() {
    return [];
  }

  isSatisfied() {
    return this.satisfied;
  }

  markUnsatisfied() {
    this.satisfied = false;
  }

  addToGraph() {
    this.variable.add(this);
    this.satisfied = false;
  }

  removeFromGraph() {
    this.variable.remove(this);
    this.satisfied = false;
  }

  chooseMethod(mark) {
    this.satisfied = this.variable.mark !== mark && this.strength < this.variable.strength;
  }

  recalculate() {
    this.variable.strength = this.strength;
    this.variable.stays = !this.isInput();
    if (this.variable.stays) this.execute();
  }

  // The value stays or is set from outside.
  execute() {}
}

class StayConstraint extends UnaryConstraint {}

class EditConstraint extends UnaryConstraint {
  isInput() {
    return true;
  }
}

class BinaryConstraint extends Constraint {
  constructor(first, second, strength) {
    super(strength);
    this.first = first;
    this.second = second;
    this.direction = 0;
  }

  isSatisfied() {
    return this.direction !== 0;
  }

  markUnsatisfied() {
    this.direction = 0;
  }

  input() {
    return this.direction === FORWARD ? this.first : this.second;
  }

  output() {
    return this.direction === FORWARD ? this.second : this.first;
  }

  inputs() {
    return [this.input()];
  }

  addToGraph() {
    this.first.add(this);
    this.second.add(this);
    this.direction = 0;
  }

  removeFromGraph() {
    this.first.remove(this);
    this.second.remove(this);
    this.direction = 0;
  }

  // Writes the variable of the weaker strength, if it is weaker than this constraint; one with the mark is decided already.
  chooseMethod(mark) {
    const forward = this.strength < this.second.strength ? FORWARD : 0;
    const backward = this.strength < this.first.strength ? BACKWARD : 0;
    if (this.first.mark === mark) this.direction = this.second.mark !== mark ? forward : 0;
    else if (this.second.mark === mark) this.direction = backward;
    else this.direction = this.first.strength > this.second.strength ? backward : forward;
  }

  recalculate() {
    const input = this.input();
    const output = this.output();
    output.strength = Math.max(this.strength, input.strength);
    output.stays = this.inputsStay();
    if (output.stays) this.execute();
  }

  inputsStay() {
    return this.input().stays;
  }
}

class EqualityConstraint extends BinaryConstraint {
  constructor(first, second, strength, planner) {
    super(first, second, strength);
    this.addTo(planner);
  }

  execute() {
    this.output().value = this.input().value;
  }
}

class ScaleConstraint extends BinaryConstraint {
  constructor(source, scale, offset, target, strength, planner) {
    super(source, target, strength);
    this.scale = scale;
    this.offset = offset;
    this.addTo(planner);
  }

  addToGraph() {
    super.addToGraph();
    this.scale.add(this);
    this.offset.add(this);
  }

  removeFromGraph() {
    super.removeFromGraph();
    this.scale.remove(this);
    this.offset.remove(this);
  }

  inputs() {
    return [this.input(), this.scale, this.offset];
  }

  execute() {
    if (this.direction === FORWARD) this.second.value = this.first.value * this.scale.value + this.offset.value;
    else this.first.value = Math.floor((this.second.value - this.offset.value) / this.scale.value);
  }

  inputsStay() {
    return this.input().stays && this.scale.stays && this.offset.stays;
  }
}

class Planner {
  constructor() {
    this.currentMark = 0;
  }

  newMark() {
    return ++this.currentMark;
  }

  incrementalAdd(constraint) {
    const mark = this.newMark();
    let overridden = constraint.satisfy(mark, this);
    while (overridden !== null) overridden = overridden.satisfy(mark, this);
  }

  // What the removed one had overridden may be satisfied again, the strongest first.
  incrementalRemove(constraint) {
    const output = constraint.output();
    constraint.markUnsatisfied();
    constraint.removeFromGraph();
    for (const each of this.removePropagateFrom(output)) this.incrementalAdd(each);
  }

  // Recalculates downstream. Answers false where that leads back to the constraint.
  addPropagate(constraint, mark) {
    const todo = [constraint];
    while (todo.length > 0) {
      const next = todo.shift();
      if (next.output().mark === mark) {
        this.incrementalRemove(constraint);
        return false;
      }
      next.recalculate();
      this.consumersOf(next.output(), (each) => todo.push(each));
    }
    return true;
  }

  // Answers the constraints that are not satisfied, the strongest first.
  removePropagateFrom(output) {
    output.determinedBy = null;
    output.strength = Strength.WEAKEST;
    output.stays = true;
    const unsatisfied = [];
    const todo = [output];
    while (todo.length > 0) {
      const variable = todo.shift();
      for (const each of variable.constraints) if (!each.isSatisfied()) unsatisfied.push(each);
      this.consumersOf(variable, (each) => {
        each.recalculate();
        todo.push(each.output());
      });
    }
    return unsatisfied.sort((one, other) => one.strength - other.strength);
  }

  consumersOf(variable, action) {
    for (const each of variable.constraints) {
      if (each !== variable.determinedBy && each.isSatisfied()) action(each);
    }
  }

  // The constraints to execute, in order, when the inputs change.
  planFrom(inputs) {
    const mark = this.newMark();
    const plan = [];
    const todo = [...inputs];
    while (todo.length > 0) {
      const next = todo.shift();
      if (next.output().mark !== mark && next.inputsKnown(mark)) {
        plan.push(next);
        next.output().mark = mark;
        this.consumersOf(next.output(), (each) => todo.push(each));
      }
    }
    return plan;
  }

  // As a user who drags something: the value is edited ten times.
  change(variable, value) {
    const edit = new EditConstraint(variable, Strength.PREFERRED, this);
    const plan = this.planFrom([edit]);
    for (let round = 0; round < 10; round++) {
      variable.value = value;
      for (const each of plan) each.execute();
    }
    edit.destroyIn(this);
  }
}

// A chain of equal variables, the last of which stays and the first of which is edited.
function chain(size) {
  const planner = new Planner();
  const variables = Array.from({ length: size + 1 }, () => new Variable(0));
  for (let i = 0; i < size; i++) new EqualityConstraint(variables[i], variables[i + 1], Strength.REQUIRED, planner);
  const [first, last] = [variables[0], variables[size]];
  new StayConstraint(last, Strength.STRONG_DEFAULT, planner);
  const edit = new EditConstraint(first, Strength.PREFERRED, planner);
  const plan = planner.planFrom([edit]);
  let sum = 0;
  for (let value = 1; value <= 100; value++) {
    first.value = value;
    for (const each of plan) each.execute();
    if (last.value !== value) throw new Error("the chain is broken");
    sum += last.value;
  }
  edit.destroyIn(planner);
  return sum;
}

function check(targets, image) {
  for (let index = 1; index < targets.length; index++) {
    if (targets[index].value !== image(index + 1)) throw new Error("the images are wrong");
  }
}

// Two sets of variables, each of one the image of one in the other: target = source * scale + offset.
function project(size) {
  const planner = new Planner();
  const scale = new Variable(10);
  const offset = new Variable(1000);
  const sources = [];
  const targets = [];
  for (let value = 1; value <= size; value++) {
    const source = new Variable(value);
    const target = new Variable(value);
    sources.push(source);
    targets.push(target);
    new StayConstraint(source, Strength.DEFAULT, planner);
    new ScaleConstraint(source, scale, offset, target, Strength.REQUIRED, planner);
  }
  planner.change(sources[0], 17);
  if (targets[0].value !== 1170) throw new Error("the image is wrong");
  planner.change(targets[0], 1050);
  if (sources[0].value !== 5) throw new Error("the original is wrong");
  planner.change(scale, 5);
  check(targets, (value) => value * 5 + 1000);
  planner.change(offset, 2000);
  check(targets, (value) => value * 5 + 2000);
  return targets.reduce((sum, each) => sum + each.value, 0);
}

export function run(size) {
  return chain(size) + project(size);
}
