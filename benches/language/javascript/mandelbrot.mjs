// The Mandelbrot set as a bitmap of eight points a byte (the Computer Language Benchmarks Game).

function contains(cr, ci) {
  let zr = 0.0;
  let zi = 0.0;
  let rr = 0.0;
  let ii = 0.0;
  for (let step = 0; step < 50 && rr + ii <= 4.0; step++) {
    zi = 2.0 * zr * zi + ci;
    zr = rr - ii + cr;
    rr = zr * zr;
    ii = zi * zi;
  }
  return rr + ii <= 4.0;
}

export function run(size) {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    const ci = (2.0 * row) / size - 1.0;
    let byte = 0;
    let bits = 0;
    for (let column = 0; column < size; column++) {
      byte *= 2;
      if (contains((2.0 * column) / size - 1.5, ci)) byte++;
      bits++;
      if (bits === 8 || column === size - 1) {
        sum = (sum * 31 + byte) & 0xffffff;
        byte = 0;
        bits = 0;
      }
    }
  }
  return sum;
}
