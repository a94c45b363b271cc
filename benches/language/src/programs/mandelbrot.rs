//! The Mandelbrot set as a bitmap of eight points a byte (the Computer Language Benchmarks Game).

/// A checksum of the bytes of a picture of `size` rows.
pub fn run(size: i64) -> i64 {
    let mut sum = 0;
    for row in 0..size {
        let ci = 2.0 * row as f64 / size as f64 - 1.0;
        let mut byte = 0;
        let mut bits = 0;
        for column in 0..size {
            byte *= 2;
            if contains(2.0 * column as f64 / size as f64 - 1.5, ci) {
                byte += 1;
            }
            bits += 1;
            if bits == 8 || column == size - 1 {
                sum = (sum * 31 + byte) & 0xFF_FFFF;
                byte = 0;
                bits = 0;
            }
        }
    }
    sum
}

/// Whether the point's orbit stays near for fifty steps.
fn contains(cr: f64, ci: f64) -> bool {
    let (mut zr, mut zi, mut rr, mut ii) = (0.0, 0.0, 0.0, 0.0);
    let mut step = 0;
    while step < 50 && rr + ii <= 4.0 {
        zi = 2.0 * zr * zi + ci;
        zr = rr - ii + cr;
        rr = zr * zr;
        ii = zi * zi;
        step += 1;
    }
    rr + ii <= 4.0
}
