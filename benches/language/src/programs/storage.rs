//! A tree of arrays, made to be forgotten: how fast memory is given and taken.

use super::numbers::Numbers;

#[derive(Clone)]
#[expect(dead_code, reason = "the tree is made, not read")]
enum Tree {
    Nothing,
    Array(Vec<Tree>),
}

struct Storage {
    count: i64,
    numbers: Numbers,
}

/// The number of arrays in a tree of `depth` levels.
pub fn run(depth: i64) -> i64 {
    let mut storage = Storage { count: 0, numbers: Numbers::new() };
    std::hint::black_box(storage.tree(depth));
    storage.count
}

impl Storage {
    fn tree(&mut self, depth: i64) -> Tree {
        self.count += 1;
        if depth == 1 {
            let length = self.numbers.next() % 10 + 1;
            Tree::Array(vec![Tree::Nothing; length as usize])
        } else {
            Tree::Array((0..4).map(|_| self.tree(depth - 1)).collect())
        }
    }
}
