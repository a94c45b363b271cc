// Random numbers, the same in every language: the minimal standard generator (Park and Miller, 1988).

export class Numbers {
  constructor() {
    this.seed = 74755;
  }

  next() {
    this.seed = (this.seed * 16807) % 2147483647;
    return this.seed;
  }
}
