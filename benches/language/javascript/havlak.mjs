// Finds the loops of a flow graph, irreducible ones too (P. Havlak, 1997), in graphs as R. Hundt built them to compare languages (2011).

class Block {
  constructor(name) {
    this.name = name;
    this.predecessors = [];
    this.successors = [];
  }

  connectTo(block) {
    this.successors.push(block);
    block.predecessors.push(this);
  }
}

class Loop {
  constructor(header, isReducible) {
    this.header = header;
    this.blocks = new Set([header]);
    this.children = new Set();
    this.parent = null;
    this.isReducible = isReducible;
    this.level = 0;
  }

  setParent(loop) {
    this.parent = loop;
    loop.children.add(this);
  }

  // One more than that of the deepest loop in it.
  computeLevel() {
    let deepest = 0;
    for (const child of this.children) deepest = Math.max(deepest, child.computeLevel());
    this.level = 1 + deepest;
    return this.level;
  }
}

class Node {
  constructor(block, number) {
    this.parent = this;
    this.block = block;
    this.number = number;
    this.loop = null;
  }

  // The representative of its set; those on the way to it are led there directly.
  find() {
    const path = [];
    let node = this;
    while (node !== node.parent) {
      if (node.parent !== node.parent.parent) path.push(node);
      node = node.parent;
    }
    for (const each of path) each.parent = node;
    return node;
  }
}

class LoopFinder {
  constructor(graph) {
    const size = graph.blocks.length;
    this.graph = graph;
    this.loops = [];
    this.numbers = new Map();
    this.nodes = [];
    this.last = new Array(size).fill(0);
    this.kinds = new Array(size).fill("regular");
    this.headers = new Array(size).fill(0);
    this.backPredecessors = Array.from({ length: size }, () => []);
    this.otherPredecessors = Array.from({ length: size }, () => new Set());
  }

  findLoops() {
    this.number(this.graph.blocks[0]);
    this.classifyEdges();
    for (let number = this.nodes.length - 1; number >= 0; number--) this.findLoopAt(number);
    return this.loops;
  }

  // Numbers blocks in depth-first order.
  number(block) {
    const number = this.nodes.length;
    this.nodes.push(new Node(block, number));
    this.numbers.set(block, number);
    for (const next of block.successors) if (!this.numbers.has(next)) this.number(next);
    this.last[number] = this.nodes.length - 1;
  }

  isAncestor(number, other) {
    return number <= other && other <= this.last[number];
  }

  // An edge from a block that depth-first search reached through its target leads back.
  classifyEdges() {
    for (let number = 0; number < this.nodes.length; number++) {
      for (const predecessor of this.nodes[number].block.predecessors) {
        const from = this.numbers.get(predecessor);
        if (from === undefined) continue;
        if (this.isAncestor(number, from)) this.backPredecessors[number].push(from);
        else this.otherPredecessors[number].add(from);
      }
    }
  }

  findLoopAt(number) {
    const body = new Set();
    for (const predecessor of this.backPredecessors[number]) {
      if (predecessor === number) this.kinds[number] = "self";
      else body.add(this.nodes[predecessor].find());
    }
    if (body.size > 0) this.kinds[number] = "reducible";
    const header = this.nodes[number];
    this.growBody(body, header);
    if (body.size > 0 || this.kinds[number] === "self") this.makeLoop(header, body);
  }

  // Whatever reaches the body without passing the header belongs to it; what comes from elsewhere makes the loop irreducible.
  growBody(body, header) {
    const todo = [...body];
    while (todo.length > 0) {
      const node = todo.shift();
      for (const predecessor of this.otherPredecessors[node.number]) {
        const source = this.nodes[predecessor].find();
        if (!this.isAncestor(header.number, source.number)) {
          this.kinds[header.number] = "irreducible";
          this.otherPredecessors[header.number].add(source.number);
        } else if (source !== header && !body.has(source)) {
          body.add(source);
          todo.push(source);
        }
      }
    }
  }

  makeLoop(header, body) {
    const loop = new Loop(header.block, this.kinds[header.number] !== "irreducible");
    header.loop = loop;
    for (const node of body) {
      this.headers[node.number] = header.number;
      node.parent = header;
      if (node.loop === null) loop.blocks.add(node.block);
      else node.loop.setParent(loop);
    }
    this.loops.push(loop);
  }
}

class Graph {
  constructor() {
    this.blocks = [];
  }

  newBlock() {
    const block = new Block(this.blocks.length + 1);
    this.blocks.push(block);
    return block;
  }

  // Two loops, one in the other, around branches.
  nestIn(block) {
    const top = this.straight(block, 1);
    const middle = this.diamond(this.straight(top, 1));
    const bottom = this.straight(this.diamond(this.loopAt(middle)), 1);
    bottom.connectTo(middle);
    bottom.connectTo(top);
    return this.straight(bottom, 1);
  }

  straight(block, count) {
    let from = block;
    for (let made = 0; made < count; made++) {
      const next = this.newBlock();
      from.connectTo(next);
      from = next;
    }
    return from;
  }

  diamond(block) {
    const left = this.newBlock();
    const right = this.newBlock();
    const bottom = this.newBlock();
    block.connectTo(left);
    block.connectTo(right);
    left.connectTo(bottom);
    right.connectTo(bottom);
    return bottom;
  }

  loopAt(block) {
    const body = this.diamond(this.straight(block, 1));
    body.connectTo(block);
    return this.straight(body, 1);
  }

  // A loop that is entered at two places.
  irreducibleFrom(block) {
    const one = this.newBlock();
    const other = this.newBlock();
    block.connectTo(one);
    block.connectTo(other);
    one.connectTo(other);
    other.connectTo(one);
  }
}

// A graph of as many nests of loops as the size says, in one loop around all.
export function prepare(size) {
  const graph = new Graph();
  const start = graph.newBlock();
  let from = graph.straight(start, 2);
  for (let nest = 0; nest < size; nest++) {
    const top = graph.straight(from, 1);
    let bottom = top;
    for (let inner = 0; inner < 5; inner++) bottom = graph.nestIn(bottom);
    bottom = graph.straight(bottom, 1);
    bottom.connectTo(top);
    from = graph.straight(bottom, 2);
  }
  graph.irreducibleFrom(from);
  from.connectTo(start);
  return graph;
}

export function run(graph) {
  const loops = new LoopFinder(graph).findLoops();
  for (const each of loops) if (each.parent === null) each.computeLevel();
  let sum = 0;
  for (const each of loops) sum += each.level * each.blocks.size + (each.isReducible ? 0 : each.header.name);
  return loops.length * 1000000 + (sum % 1000000);
}
