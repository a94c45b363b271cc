//! The programs compute the same in every language.

use twintalk_language_bench::{COLLECTIONS, JavaScript, PROGRAMS, Plain, Program, Smalltalk, Version};

#[track_caller]
fn check(program: &Program, version: &mut dyn Version, language: &str) {
    assert_eq!(version.run(1).checksum, program.checksum, "{} in {language}", program.name);
}

#[test]
fn smalltalk_computes_what_it_should() {
    PROGRAMS.iter().for_each(|program| check(program, &mut Smalltalk::new(program, program.size), "Smalltalk"));
}

#[test]
fn rust_computes_the_same() {
    PROGRAMS.iter().for_each(|program| check(program, &mut Plain::new(program, program.size), "Rust"));
}

#[test]
fn javascript_computes_the_same_where_there_is_node() {
    for program in &PROGRAMS {
        let Some(mut version) = JavaScript::new(program, program.size) else { return };
        check(program, &mut version, "JavaScript");
    }
}

#[test]
fn collections_hold_what_they_should() {
    for work in &COLLECTIONS {
        check(work, &mut Smalltalk::new(work, work.size), "Smalltalk");
        check(work, &mut Plain::new(work, work.size), "Rust");
    }
}
