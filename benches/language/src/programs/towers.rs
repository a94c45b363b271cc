//! The towers of Hanoi, with discs in linked lists (Hennessy's Stanford programs, 1988).

struct Disc {
    size: i64,
    next: Option<Box<Disc>>,
}

#[derive(Default)]
struct Towers {
    piles: [Option<Box<Disc>>; 3],
    moves: i64,
}

/// The number of moves for `discs` discs.
pub fn run(discs: i64) -> i64 {
    let mut towers = Towers::default();
    for size in (1..=discs).rev() {
        towers.push(Box::new(Disc { size, next: None }), 0);
    }
    towers.move_discs(discs, 0, 1);
    towers.moves
}

impl Towers {
    fn move_discs(&mut self, count: i64, source: usize, target: usize) {
        if count == 1 {
            self.move_top(source, target);
            return;
        }
        let other = 3 - source - target;
        self.move_discs(count - 1, source, other);
        self.move_top(source, target);
        self.move_discs(count - 1, other, target);
    }

    fn move_top(&mut self, source: usize, target: usize) {
        let disc = self.pop(source);
        self.push(disc, target);
        self.moves += 1;
    }

    fn push(&mut self, mut disc: Box<Disc>, pile: usize) {
        let top = self.piles[pile].take();
        assert!(top.as_ref().is_none_or(|top| disc.size < top.size), "a disc cannot lie on a smaller one");
        disc.next = top;
        self.piles[pile] = Some(disc);
    }

    fn pop(&mut self, pile: usize) -> Box<Disc> {
        let mut top = self.piles[pile].take().expect("there is a disc here");
        self.piles[pile] = top.next.take();
        top
    }
}
