// All ways to place queens so that none attacks another: backtracking with arrays of free rows and diagonals (Wirth, 1976).

class Queens {
  constructor(size) {
    this.size = size;
    this.freeRows = new Array(size).fill(true);
    this.freeSums = new Array(2 * size).fill(true);
    this.freeDifferences = new Array(2 * size).fill(true);
    this.solutions = 0;
  }

  placeFrom(column) {
    if (column === this.size) {
      this.solutions++;
      return;
    }
    for (let row = 0; row < this.size; row++) {
      if (this.isFree(row, column)) {
        this.setFree(row, column, false);
        this.placeFrom(column + 1);
        this.setFree(row, column, true);
      }
    }
  }

  isFree(row, column) {
    return this.freeRows[row] && this.freeSums[row + column] && this.freeDifferences[row - column + this.size];
  }

  setFree(row, column, free) {
    this.freeRows[row] = free;
    this.freeSums[row + column] = free;
    this.freeDifferences[row - column + this.size] = free;
  }
}

export function run(size) {
  const queens = new Queens(size);
  queens.placeFrom(0);
  return queens.solutions;
}
