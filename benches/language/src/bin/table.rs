//! Tables in Markdown: what the programs cost in each language, how that grows with their size, and what collections cost.
//!
//! `table language` and `table collections` print those alone; names behind that only their rows.
//!
//! The versions take turns, so that a machine whose speed changes treats all alike; the least time counts.

use std::io::{Write, stdout};
use std::time::Duration;
use twintalk_language_bench::{COLLECTIONS, JavaScript, PROGRAMS, Plain, Program, SMALL, Smalltalk, Version};

/// How long a measurement should be.
const BATCH: Duration = Duration::from_millis(100);
const WARM_UP: Duration = Duration::from_millis(400);
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = |table: &str| arguments.first().is_none_or(|only| only == table);
    if all("language") {
        language();
    }
    if all("collections") {
        collections(arguments.get(1..).unwrap_or_default());
    }
}

/// Nanoseconds an element.
fn collections(names: &[String]) {
    println!("\n| work | Smalltalk ns | Rust ns | ÷ Rust |\n|---|---:|---:|---:|");
    let mut row = Vec::new();
    for work in COLLECTIONS.iter().filter(|work| names.is_empty() || names.iter().any(|name| name == work.name)) {
        let times = measure(work, work.size, false);
        assert!(times.iter().flatten().all(|time| time.checksum == work.checksum), "{} is wrong", work.name);
        let [ours, rust, _] = times.map(|time| nanoseconds(time).map(|time| time / work.size as f64));
        let ratio = quotient(ours, rust);
        println!("| {} | {} | {} | {} |", work.name, shown(ours, 2), shown(rust, 2), shown(ratio, 2));
        let _ = stdout().flush();
        row.push(ratio);
    }
    println!("| geometric mean | | | {} |", shown(geometric_mean(row.into_iter()), 2));
}

fn language() {
    println!("| program | Smalltalk ns | Rust ns | Node ns | ÷ Rust | ÷ Node |\n|---|---:|---:|---:|---:|---:|");
    let mut rows = Vec::new();
    for program in &PROGRAMS {
        let times = measure(program, program.size, true);
        assert!(times.iter().flatten().all(|time| time.checksum == program.checksum), "{} is wrong", program.name);
        let [ours, rust, node] = times.map(|time| time.map(|time| time.nanoseconds));
        let row = [quotient(ours, rust), quotient(ours, node)];
        let [ours, rust, node] = [ours, rust, node].map(|time| shown(time, 0));
        println!("| {} | {ours} | {rust} | {node} | {} | {} |", program.name, shown(row[0], 2), shown(row[1], 2));
        // Whoever waits sees how far it is.
        let _ = stdout().flush();
        rows.push(row);
    }
    for (name, rows) in [("the small ones", &rows[..SMALL]), ("the large ones", &rows[SMALL..]), ("all", &rows[..])] {
        let mean = |column: usize| shown(geometric_mean(rows.iter().map(|row| row[column])), 2);
        println!("| geometric mean of {name} | | | | {} | {} |", mean(0), mean(1));
    }

    println!("\n| program | from | to | Smalltalk × | Rust × | ratio |\n|---|---:|---:|---:|---:|---:|");
    for program in &PROGRAMS {
        let [small, large] = [program.size, program.tenfold].map(|size| measure(program, size, false));
        let [ours, rust] = [0, 1].map(|language| quotient(nanoseconds(large[language]), nanoseconds(small[language])));
        let ratio = quotient(ours, rust);
        let growths = [ours, rust, ratio].map(|growth| shown(growth, 2));
        println!("| {} | {} | {} | {} |", program.name, program.size, program.tenfold, growths.join(" | "));
        let _ = stdout().flush();
    }
}

#[derive(Clone, Copy)]
struct Cost {
    checksum: i64,
    nanoseconds: f64,
}

fn nanoseconds(cost: Option<Cost>) -> Option<f64> {
    cost.map(|cost| cost.nanoseconds)
}

/// The least time of an iteration in Smalltalk, Rust and, where it is asked for and there, on Node.
fn measure(program: &Program, size: i64, with_node: bool) -> [Option<Cost>; 3] {
    let smalltalk: Option<Box<dyn Version>> = Some(Box::new(Smalltalk::new(program, size)));
    let plain: Option<Box<dyn Version>> = Some(Box::new(Plain::new(program, size)));
    let node = if with_node { JavaScript::new(program, size) } else { None };
    let mut versions = [smalltalk, plain, node.map(|node| Box::new(node) as Box<dyn Version>)];
    let batches = versions.each_mut().map(|version| version.as_mut().map_or(0, |version| warm_up(version.as_mut())));
    let mut costs = [None; 3];
    for _ in 0..ROUNDS {
        for ((version, &iterations), least) in versions.iter_mut().zip(&batches).zip(&mut costs) {
            let Some(version) = version else { continue };
            let timed = version.run(iterations);
            let cost = Cost { checksum: timed.checksum, nanoseconds: timed.time.as_nanos() as f64 / iterations as f64 };
            if least.is_none_or(|least: Cost| cost.nanoseconds < least.nanoseconds) {
                *least = Some(cost);
            }
        }
    }
    costs
}

/// Runs it for a while; answers how many iterations fill a batch.
fn warm_up(version: &mut dyn Version) -> u64 {
    let mut iterations = 1;
    let mut spent = Duration::ZERO;
    loop {
        let time = version.run(iterations).time;
        spent += time;
        if time < BATCH / 4 {
            iterations *= 2;
        } else if spent >= WARM_UP {
            let batch = BATCH.as_secs_f64() * iterations as f64 / time.as_secs_f64();
            return (batch.round() as u64).max(1);
        }
    }
}

fn quotient(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    Some(one? / other?)
}

/// Nothing is known of a mean where a factor is not.
fn geometric_mean(factors: impl ExactSizeIterator<Item = Option<f64>>) -> Option<f64> {
    let count = factors.len() as f64;
    let sum: f64 = factors.map(|factor| factor.map(f64::ln)).sum::<Option<f64>>()?;
    Some((sum / count).exp())
}

fn shown(number: Option<f64>, digits: usize) -> String {
    number.map_or_else(|| "–".into(), |number| format!("{number:.digits$}"))
}
