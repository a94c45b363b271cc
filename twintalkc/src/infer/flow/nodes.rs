//! The variables of the analysis that several functions share: each grows, and whoever has read it is walked again.

use super::ranges;
use crate::known::Known;

pub type NodeId = usize;
pub type UnitId = usize;

/// A node that grows more often than this has its bounds widened.
const PATIENCE: u32 = 3;

#[derive(Clone, Debug, Default)]
struct Node {
    known: Option<Known>,
    readers: Vec<UnitId>,
    growth: u32,
    /// Code outside the program's own sees what it holds.
    exposed: bool,
}

#[derive(Debug, Default)]
pub struct Nodes {
    all: Vec<Node>,
}

impl Nodes {
    /// A node that holds nothing yet.
    pub fn make(&mut self) -> NodeId {
        self.all.push(Node::default());
        self.all.len() - 1
    }

    pub fn get(&self, node: NodeId) -> Known {
        self.all[node].known.clone().unwrap_or_else(Known::none)
    }

    /// Notes who wants to know when a node grows.
    pub fn reads(&mut self, node: NodeId, reader: UnitId) {
        let readers = &mut self.all[node].readers;
        if let Err(at) = readers.binary_search(&reader) {
            readers.insert(at, reader);
        }
    }

    pub fn readers(&self, node: NodeId) -> &[UnitId] {
        &self.all[node].readers
    }

    /// Adds to a node; tells whether that was news.
    pub fn add(&mut self, node: NodeId, known: &Known) -> bool {
        let node = &mut self.all[node];
        let Some(held) = &mut node.known else {
            node.known = Some(known.clone());
            return !known.is_none();
        };
        let grown = ranges::grow(held, known, node.growth > PATIENCE);
        node.growth += u32::from(grown);
        grown
    }

    /// Replaces what a node holds by something that includes it.
    pub fn coarsen(&mut self, node: NodeId, known: Known) {
        self.all[node].known = Some(known);
    }

    pub fn is_exposed(&self, node: NodeId) -> bool {
        self.all[node].exposed
    }

    /// Marks a node as seen from outside; tells whether it was not before.
    pub fn expose(&mut self, node: NodeId) -> bool {
        !std::mem::replace(&mut self.all[node].exposed, true)
    }
}
