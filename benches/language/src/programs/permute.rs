//! All permutations of an array by recursive exchanges (Hennessy's Stanford programs, 1988).

struct Permute {
    count: i64,
    elements: Vec<i64>,
}

/// How many calls it takes to permute `size` elements.
pub fn run(size: i64) -> i64 {
    let mut permute = Permute { count: 0, elements: (1..=size).collect() };
    permute.permute(size as usize);
    assert!(permute.elements.is_sorted());
    permute.count
}

impl Permute {
    fn permute(&mut self, n: usize) {
        self.count += 1;
        if n == 0 {
            return;
        }
        self.permute(n - 1);
        for index in (0..n - 1).rev() {
            self.elements.swap(n - 1, index);
            self.permute(n - 1);
            self.elements.swap(n - 1, index);
        }
    }
}
