// Takeuchi's function on lists in place of numbers (Gabriel's TAKL, 1985).

class Element {
  constructor(value, next) {
    this.value = value;
    this.next = next;
  }

  length() {
    return this.next === null ? 1 : 1 + this.next.length();
  }
}

function make(length) {
  return length === 0 ? null : new Element(length, make(length - 1));
}

function isShorter(x, y) {
  while (y !== null) {
    if (x === null) return true;
    x = x.next;
    y = y.next;
  }
  return false;
}

function tail(x, y, z) {
  if (!isShorter(y, x)) return z;
  return tail(tail(x.next, y, z), tail(y.next, z, x), tail(z.next, x, y));
}

export function run(size) {
  return tail(make(size), make(Math.floor((2 * size) / 3)), make(Math.floor((2 * size) / 5))).length();
}
