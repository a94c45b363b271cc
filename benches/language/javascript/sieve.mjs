// Sieve of Eratosthenes: how many primes there are up to a limit.

export function run(limit) {
  const flags = new Array(limit + 1).fill(true);
  let count = 0;
  for (let number = 2; number <= limit; number++) {
    if (flags[number]) {
      count++;
      for (let multiple = number + number; multiple <= limit; multiple += number) flags[multiple] = false;
    }
  }
  return count;
}
