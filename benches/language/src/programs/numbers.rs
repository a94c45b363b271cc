//! Random numbers, the same in every language: the minimal standard generator (Park and Miller, 1988).

pub struct Numbers {
    seed: i64,
}

impl Numbers {
    pub fn new() -> Self {
        Self { seed: 74755 }
    }

    pub fn next(&mut self) -> i64 {
        self.seed = self.seed * 16807 % 2_147_483_647;
        self.seed
    }
}
