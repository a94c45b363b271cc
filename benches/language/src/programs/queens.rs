//! All ways to place queens so that none attacks another: backtracking with arrays of free rows and diagonals (Wirth, 1976).

struct Queens {
    size: usize,
    free_rows: Vec<bool>,
    free_sums: Vec<bool>,
    free_differences: Vec<bool>,
    solutions: i64,
}

/// The number of solutions on a board of `size` rows.
pub fn run(size: i64) -> i64 {
    let size = size as usize;
    let mut queens =
        Queens { size, free_rows: vec![true; size], free_sums: vec![true; 2 * size], free_differences: vec![true; 2 * size], solutions: 0 };
    queens.place_from(0);
    queens.solutions
}

impl Queens {
    fn place_from(&mut self, column: usize) {
        if column == self.size {
            self.solutions += 1;
            return;
        }
        for row in 0..self.size {
            if self.is_free(row, column) {
                self.set_free(row, column, false);
                self.place_from(column + 1);
                self.set_free(row, column, true);
            }
        }
    }

    fn is_free(&self, row: usize, column: usize) -> bool {
        self.free_rows[row] && self.free_sums[row + column] && self.free_differences[row + self.size - column]
    }

    fn set_free(&mut self, row: usize, column: usize, free: bool) {
        self.free_rows[row] = free;
        self.free_sums[row + column] = free;
        self.free_differences[row + self.size - column] = free;
    }
}
