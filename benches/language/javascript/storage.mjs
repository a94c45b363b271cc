// A tree of arrays, made to be forgotten: how fast memory is given and taken.

import { Numbers } from "./numbers.mjs";

class Storage {
  constructor() {
    this.count = 0;
    this.numbers = new Numbers();
  }

  tree(depth) {
    this.count++;
    if (depth === 1) return new Array((this.numbers.next() % 10) + 1).fill(null);
    const children = [];
    for (let child = 0; child < 4; child++) children.push(this.tree(depth - 1));
    return children;
  }
}

export function run(depth) {
  const storage = new Storage();
  storage.tree(depth);
  return storage.count;
}
