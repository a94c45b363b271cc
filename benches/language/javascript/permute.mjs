// All permutations of an array by recursive exchanges (Hennessy's Stanford programs, 1988).

class Permute {
  constructor(size) {
    this.count = 0;
    this.elements = Array.from({ length: size }, (_, index) => index + 1);
  }

  permute(n) {
    this.count++;
    if (n === 0) return;
    this.permute(n - 1);
    for (let index = n - 2; index >= 0; index--) {
      this.swap(n - 1, index);
      this.permute(n - 1);
      this.swap(n - 1, index);
    }
  }

  swap(one, other) {
    const held = this.elements[one];
    this.elements[one] = this.elements[other];
    this.elements[other] = held;
  }
}

export function run(size) {
  const permute = new Permute(size);
  permute.permute(size);
  return permute.count;
}
