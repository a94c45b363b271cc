// The towers of Hanoi, with discs in linked lists (Hennessy's Stanford programs, 1988).

class Disc {
  constructor(size) {
    this.size = size;
    this.next = null;
  }
}

class Towers {
  constructor() {
    this.piles = [null, null, null];
    this.moves = 0;
  }

  move(count, source, target) {
    if (count === 1) {
      this.moveTop(source, target);
      return;
    }
    const other = 3 - source - target;
    this.move(count - 1, source, other);
    this.moveTop(source, target);
    this.move(count - 1, other, target);
  }

  moveTop(source, target) {
    this.push(this.pop(source), target);
    this.moves++;
  }

  push(disc, pile) {
    const top = this.piles[pile];
    if (top !== null && disc.size >= top.size) throw new Error("a disc cannot lie on a smaller one");
    disc.next = top;
    this.piles[pile] = disc;
  }

  pop(pile) {
    const top = this.piles[pile];
    if (top === null) throw new Error("there is no disc here");
    this.piles[pile] = top.next;
    top.next = null;
    return top;
  }
}

export function run(discs) {
  const towers = new Towers();
  for (let size = discs; size >= 1; size--) towers.push(new Disc(size), 0);
  towers.move(discs, 0, 1);
  return towers.moves;
}
