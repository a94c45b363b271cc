//! Fourteen classic programs, each in Smalltalk (`programs/`), in plain Rust (`src/programs/`) and in JavaScript (`javascript/`):
//! the same algorithm on the same kinds of data, written as one writes in that language. They are those of the suite "Are We Fast
//! Yet?" (Marr, Daloze and Mössenböck, 2016), written anew from the descriptions they cite.
//!
//! What the library's collections cost is measured in the same way: see [`COLLECTIONS`].
//!
//! ```text
//! cargo bench -p twintalk-language-bench                          with criterion
//! cargo run --release -p twintalk-language-bench --bin table      a table, in less than two minutes
//! ```

mod clock;
mod javascript;
mod plain;
mod programs;
mod smalltalk;

pub use javascript::JavaScript;
pub use plain::Plain;
pub use smalltalk::Smalltalk;
use std::time::Duration;

/// A program: its name, two sizes, and its three versions.
pub struct Program {
    /// Its name, as in `programs/NAME.st`.
    pub name: &'static str,
    /// The size it is measured at.
    pub size: i64,
    /// What it answers at that size.
    pub checksum: i64,
    /// A size with about ten times as much to do.
    pub tenfold: i64,
    smalltalk: &'static twintalk_runtime::Program,
    /// Makes ready what is not measured; answers what is.
    plain: fn(i64) -> Box<dyn Fn() -> i64 + Send + Sync>,
}

/// How many of the programs, the first ones, are small.
pub const SMALL: usize = 9;

/// All programs.
pub const PROGRAMS: [Program; 14] = {
    use programs::*;
    use smalltalk::compiled;
    use std::hint::black_box;
    macro_rules! program {
        ($name:literal, $module:ident, $size:literal => $checksum:literal, tenfold: $tenfold:literal) => {
            program!($name, $module, $size => $checksum, tenfold: $tenfold, |size| Box::new(move || $module::run(black_box(size))))
        };
        ($name:literal, $module:ident, $size:literal => $checksum:literal, tenfold: $tenfold:literal, prepared) => {
            program!($name, $module, $size => $checksum, tenfold: $tenfold, |size| {
                let prepared = $module::prepare(size);
                Box::new(move || $module::run(black_box(&prepared)))
            })
        };
        ($name:literal, $module:ident, $size:literal => $checksum:literal, tenfold: $tenfold:literal, $plain:expr) => {
            Program {
                name: $name,
                size: $size,
                checksum: $checksum,
                tenfold: $tenfold,
                smalltalk: &compiled::$module::PROGRAM,
                plain: $plain,
            }
        };
    }
    [
        program!("Sieve", sieve, 5000 => 669, tenfold: 50_000),
        program!("Queens", queens, 8 => 92, tenfold: 10),
        program!("Towers", towers, 13 => 8191, tenfold: 16),
        program!("Permute", permute, 6 => 1957, tenfold: 7),
        program!("List", list, 15 => 10, tenfold: 18),
        program!("Storage", storage, 7 => 5461, tenfold: 9),
        program!("Bounce", bounce, 100 => 1267, tenfold: 1000),
        program!("NBody", nbody, 1000 => -169_087_605_235, tenfold: 10_000),
        program!("Mandelbrot", mandelbrot, 100 => 15_560_329, tenfold: 316),
        program!("Richards", richards, 10_000 => 23_246_009_297, tenfold: 100_000),
        program!("DeltaBlue", deltablue, 1000 => 4_507_570, tenfold: 10_000),
        program!("Json", json, 100 => 17_431_684, tenfold: 1000, prepared),
        program!("Havlak", havlak, 10 => 112_001_998, tenfold: 100, prepared),
        program!("CD", cd, 100 => 350, tenfold: 1000),
    ]
};

/// What collections are asked to do, each on so many elements: see `programs/Collections.st`.
pub const COLLECTIONS: [Program; 27] = {
    macro_rules! work {
        ($name:literal => $checksum:literal) => {
            Program {
                name: $name,
                size: ELEMENTS,
                checksum: $checksum,
                tenfold: 10 * ELEMENTS,
                smalltalk: &smalltalk::compiled::collections::PROGRAM,
                plain: |size| programs::collections::work($name, size),
            }
        };
    }
    [
        work!("orderedAdd" => 100_000),
        work!("orderedQueue" => 4_990_060_000),
        work!("orderedStack" => 5_000_050_000),
        work!("orderedAt" => 5_000_050_000),
        work!("orderedDo" => 5_000_050_000),
        work!("orderedCollect" => 100_001),
        work!("orderedSelect" => 50_000),
        work!("orderedInject" => 5_000_050_000),
        work!("orderedDetect" => 100_000),
        work!("arrayAtPut" => 100_000),
        work!("arrayAt" => 5_000_050_000),
        work!("arrayDo" => 5_000_050_000),
        work!("dictionaryAtPut" => 100_000),
        work!("dictionaryAt" => 5_000_050_000),
        work!("dictionaryAbsent" => 100_000),
        work!("dictionaryDo" => 40_000_400_000),
        work!("dictionaryAtPutStrings" => 100_000),
        work!("dictionaryAtStrings" => 5_000_050_000),
        work!("setAdd" => 100_000),
        work!("setIncludes" => 14_286),
        work!("sort" => 50_000),
        work!("sortByBlock" => 50_001),
        work!("sortStringsByBlock" => 8),
        work!("streamNextPut" => 100_000),
        work!("streamNextPutAll" => 500_000),
        work!("strings" => 788_895),
        work!("stringAt" => 9_700_000),
    ]
};

const ELEMENTS: i64 = 100_000;

/// What a number of iterations came to, and what they took of the processor's time.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// What the last iteration answered.
    pub checksum: i64,
    /// Time of the processor.
    pub time: Duration,
}

/// A program at a size in one of the languages.
pub trait Version {
    /// Runs it again and again. What comes before the first iteration is not in the time.
    fn run(&mut self, iterations: u64) -> Timed;
}

/// Deep recursion needs a stack.
const STACK: usize = 1 << 28;

/// Runs `f` on a thread with a large stack.
fn on_large_stack<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, f).expect("a thread can be made");
        thread.join().expect("the program is correct")
    })
}
