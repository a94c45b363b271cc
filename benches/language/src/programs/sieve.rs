//! Sieve of Eratosthenes: how many primes there are up to a limit.

/// The number of primes up to `limit`.
pub fn run(limit: i64) -> i64 {
    let limit = limit as usize;
    let mut flags = vec![true; limit + 1];
    let mut count = 0;
    for number in 2..=limit {
        if flags[number] {
            count += 1;
            for multiple in (number + number..=limit).step_by(number) {
                flags[multiple] = false;
            }
        }
    }
    count
}
