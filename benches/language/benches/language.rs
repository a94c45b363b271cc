//! What classic programs cost in Smalltalk, beside plain Rust and JavaScript on Node in the same run. Time of the processor.
//!
//! ```text
//! cargo bench -p twintalk-language-bench
//! ```

use criterion::{Criterion, criterion_group, criterion_main};
use std::time::Duration;
use twintalk_language_bench::{COLLECTIONS, JavaScript, PROGRAMS, Plain, Program, Smalltalk, Version};

fn language(c: &mut Criterion) {
    for program in &PROGRAMS {
        let mut group = c.benchmark_group(format!("language/{}", program.name));
        group.sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(500));
        let mut measure = |language: &str, version: &mut dyn Version| {
            group.bench_function(language, |b| b.iter_custom(|iterations| timed(program, version, iterations)));
        };
        measure("Smalltalk", &mut Smalltalk::new(program, program.size));
        measure("Rust", &mut Plain::new(program, program.size));
        if let Some(mut version) = JavaScript::new(program, program.size) {
            measure("JavaScript", &mut version);
        }
        group.finish();
    }
}

/// The collections; each time is of all elements together.
fn collections(c: &mut Criterion) {
    for work in &COLLECTIONS {
        let mut group = c.benchmark_group(format!("collections/{}", work.name));
        group.sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(500));
        let (mut ours, mut plain) = (Smalltalk::new(work, work.size), Plain::new(work, work.size));
        group.bench_function("Smalltalk", |b| b.iter_custom(|iterations| timed(work, &mut ours, iterations)));
        group.bench_function("Rust", |b| b.iter_custom(|iterations| timed(work, &mut plain, iterations)));
        group.finish();
    }
}

fn timed(program: &Program, version: &mut dyn Version, iterations: u64) -> Duration {
    let timed = version.run(iterations);
    assert_eq!(timed.checksum, program.checksum, "{}", program.name);
    timed.time
}

criterion_group!(benches, language, collections);
criterion_main!(benches);
