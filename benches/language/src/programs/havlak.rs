//! Finds the loops of a flow graph, irreducible ones too (P. Havlak, 1997), in graphs as R. Hundt built them to compare languages (2011).

use std::collections::{HashMap, HashSet, VecDeque};

#[derive(Default)]
struct Block {
    predecessors: Vec<usize>,
    successors: Vec<usize>,
}

/// Blocks refer to one another by their places.
#[derive(Default)]
pub struct Graph {
    blocks: Vec<Block>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Regular,
    Itself,
    Reducible,
    Irreducible,
}

struct Loop {
    header: usize,
    blocks: HashSet<usize>,
    children: HashSet<usize>,
    parent: Option<usize>,
    is_reducible: bool,
    level: i64,
}

struct Node {
    parent: usize,
    block: usize,
    loop_: Option<usize>,
}

/// Blocks have numbers in depth-first order, by which all that is found out of them lies in vectors.
struct Finder<'a> {
    graph: &'a Graph,
    loops: Vec<Loop>,
    numbers: HashMap<usize, usize>,
    nodes: Vec<Node>,
    last: Vec<usize>,
    kinds: Vec<Kind>,
    headers: Vec<usize>,
    back_predecessors: Vec<Vec<usize>>,
    other_predecessors: Vec<HashSet<usize>>,
}

/// A checksum of the loops of the graph.
pub fn run(graph: &Graph) -> i64 {
    let mut loops = Finder::new(graph).find_loops();
    for index in 0..loops.len() {
        if loops[index].parent.is_none() {
            compute_level(&mut loops, index);
        }
    }
    let sum: i64 =
        loops.iter().map(|each| each.level * each.blocks.len() as i64 + if each.is_reducible { 0 } else { each.header as i64 + 1 }).sum();
    loops.len() as i64 * 1_000_000 + sum % 1_000_000
}

/// One more than that of the deepest loop in it.
fn compute_level(loops: &mut [Loop], index: usize) -> i64 {
    let children: Vec<usize> = loops[index].children.iter().copied().collect();
    let deepest = children.into_iter().map(|child| compute_level(loops, child)).max();
    loops[index].level = 1 + deepest.unwrap_or(0);
    loops[index].level
}

impl<'a> Finder<'a> {
    fn new(graph: &'a Graph) -> Self {
        let size = graph.blocks.len();
        Self {
            graph,
            loops: Vec::new(),
            numbers: HashMap::new(),
            nodes: Vec::with_capacity(size),
            last: vec![0; size],
            kinds: vec![Kind::Regular; size],
            headers: vec![0; size],
            back_predecessors: vec![Vec::new(); size],
            other_predecessors: vec![HashSet::new(); size],
        }
    }

    fn find_loops(mut self) -> Vec<Loop> {
        self.number(0);
        self.classify_edges();
        for number in (0..self.nodes.len()).rev() {
            self.find_loop_at(number);
        }
        self.loops
    }

    /// Numbers blocks in depth-first order.
    fn number(&mut self, block: usize) {
        let number = self.nodes.len();
        self.nodes.push(Node { parent: number, block, loop_: None });
        self.numbers.insert(block, number);
        let graph = self.graph;
        for &next in &graph.blocks[block].successors {
            if !self.numbers.contains_key(&next) {
                self.number(next);
            }
        }
        self.last[number] = self.nodes.len() - 1;
    }

    fn is_ancestor(&self, number: usize, other: usize) -> bool {
        number <= other && other <= self.last[number]
    }

    /// An edge from a block that depth-first search reached through its target leads back.
    fn classify_edges(&mut self) {
        for number in 0..self.nodes.len() {
            for predecessor in &self.graph.blocks[self.nodes[number].block].predecessors {
                let Some(&from) = self.numbers.get(predecessor) else { continue };
                if self.is_ancestor(number, from) {
                    self.back_predecessors[number].push(from);
                } else {
                    self.other_predecessors[number].insert(from);
                }
            }
        }
    }

    /// The representative of its set; those on the way to it are led there directly.
    fn find(&mut self, number: usize) -> usize {
        let mut path = Vec::new();
        let mut node = number;
        while node != self.nodes[node].parent {
            let parent = self.nodes[node].parent;
            if parent != self.nodes[parent].parent {
                path.push(node);
            }
            node = parent;
        }
        for each in path {
            self.nodes[each].parent = node;
        }
        node
    }

    fn find_loop_at(&mut self, number: usize) {
        let mut body = HashSet::new();
        for predecessor in self.back_predecessors[number].clone() {
            if predecessor == number {
                self.kinds[number] = Kind::Itself;
            } else {
                body.insert(self.find(predecessor));
            }
        }
        if !body.is_empty() {
            self.kinds[number] = Kind::Reducible;
        }
        self.grow_body(&mut body, number);
        if !body.is_empty() || self.kinds[number] == Kind::Itself {
            self.make_loop(number, &body);
        }
    }

    /// Whatever reaches the body without passing the header belongs to it; what comes from elsewhere makes the loop irreducible.
    fn grow_body(&mut self, body: &mut HashSet<usize>, header: usize) {
        let mut todo: VecDeque<usize> = body.iter().copied().collect();
        while let Some(node) = todo.pop_front() {
            let predecessors: Vec<usize> = self.other_predecessors[node].iter().copied().collect();
            for predecessor in predecessors {
                let source = self.find(predecessor);
                if !self.is_ancestor(header, source) {
                    self.kinds[header] = Kind::Irreducible;
                    self.other_predecessors[header].insert(source);
                } else if source != header && body.insert(source) {
                    todo.push_back(source);
                }
            }
        }
    }

    fn make_loop(&mut self, header: usize, body: &HashSet<usize>) {
        let index = self.loops.len();
        let block = self.nodes[header].block;
        self.loops.push(Loop {
            header: block,
            blocks: HashSet::from([block]),
            children: HashSet::new(),
            parent: None,
            is_reducible: self.kinds[header] != Kind::Irreducible,
            level: 0,
        });
        self.nodes[header].loop_ = Some(index);
        for &number in body {
            self.headers[number] = header;
            let node = &mut self.nodes[number];
            node.parent = header;
            match node.loop_ {
                None => {
                    self.loops[index].blocks.insert(node.block);
                }
                Some(inner) => {
                    self.loops[inner].parent = Some(index);
                    self.loops[index].children.insert(inner);
                }
            }
        }
    }
}

/// A graph of as many nests of loops as the size says, in one loop around all.
pub fn prepare(size: i64) -> Graph {
    let mut graph = Graph::default();
    let start = graph.new_block();
    let mut from = graph.straight(start, 2);
    for _ in 0..size {
        let top = graph.straight(from, 1);
        let mut bottom = top;
        for _ in 0..5 {
            bottom = graph.nest_in(bottom);
        }
        bottom = graph.straight(bottom, 1);
        graph.connect(bottom, top);
        from = graph.straight(bottom, 2);
    }
    graph.irreducible_from(from);
    graph.connect(from, start);
    graph
}

impl Graph {
    fn new_block(&mut self) -> usize {
        self.blocks.push(Block::default());
        self.blocks.len() - 1
    }

    fn connect(&mut self, from: usize, to: usize) {
        self.blocks[from].successors.push(to);
        self.blocks[to].predecessors.push(from);
    }

    /// Two loops, one in the other, around branches.
    fn nest_in(&mut self, block: usize) -> usize {
        let top = self.straight(block, 1);
        let inner = self.straight(top, 1);
        let middle = self.diamond(inner);
        let end = self.loop_at(middle);
        let end = self.diamond(end);
        let bottom = self.straight(end, 1);
        self.connect(bottom, middle);
        self.connect(bottom, top);
        self.straight(bottom, 1)
    }

    fn straight(&mut self, block: usize, count: usize) -> usize {
        (0..count).fold(block, |from, _| {
            let next = self.new_block();
            self.connect(from, next);
            next
        })
    }

    fn diamond(&mut self, block: usize) -> usize {
        let (left, right, bottom) = (self.new_block(), self.new_block(), self.new_block());
        self.connect(block, left);
        self.connect(block, right);
        self.connect(left, bottom);
        self.connect(right, bottom);
        bottom
    }

    fn loop_at(&mut self, block: usize) -> usize {
        let body = self.straight(block, 1);
        let body = self.diamond(body);
        self.connect(body, block);
        self.straight(body, 1)
    }

    /// A loop that is entered at two places.
    fn irreducible_from(&mut self, block: usize) {
        let (one, other) = (self.new_block(), self.new_block());
        self.connect(block, one);
        self.connect(block, other);
        self.connect(one, other);
        self.connect(other, one);
    }
}
