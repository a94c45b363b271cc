//! What is printed of a program, and what of the library it asks the linker to keep.

use twintalkc::{Source, Target, compile, pretty};

fn rust(target: Target, text: &str) -> String {
    let sources = [Source::new("test.st", text)];
    let compiled = compile(&sources, target).unwrap_or_else(|found| panic!("{}", found.render(&sources, false)));
    pretty(compiled.tokens)
}

/// The Rust of a program holds some texts and does not hold others.
#[track_caller]
fn check(text: &str, there: &[&str], not_there: &[&str]) {
    let rust = rust(Target::Program, text);
    for wanted in there {
        assert!(rust.contains(wanted), "`{wanted}` is missing");
    }
    for unwanted in not_there {
        assert!(!rust.contains(unwanted), "`{unwanted}` is kept");
    }
}

const EVERYTHING: &str = "..rt::library::ALL";
const SQUARED: &str = "library::closed::squared,";

/// Two classes, of which statements may use one.
fn shapes(statements: &str) -> String {
    format!(
        "Object subclass: #Circle\n    instanceVariables: 'radius'.\n\
         Circle>>area\n    ^ radius * radius\n\
         Circle>>dent\n    ^ radius factorial.\n\
         Object subclass: #Square\n    instanceVariables: 'side'.\n\
         Square>>area\n    ^ side squared.\n{statements}\n"
    )
}

#[test]
fn a_small_program_keeps_little() {
    check("Transcript showCr: 'hello'.", &["library::closed::show_cr_with,", "..rt::library::NONE"], &[EVERYTHING, SQUARED]);
}

#[test]
fn what_nobody_sends_or_makes_is_left_out() {
    check(&shapes("Circle new area."), &["Circle>>area"], &["Circle>>dent", "Square>>area", SQUARED, EVERYTHING]);
    check(&shapes("Circle new dent."), &["Circle>>dent", "closed::factorial,"], &["Circle>>area", SQUARED, EVERYTHING]);
}

#[test]
fn what_runs_at_the_start_is_kept() {
    check(
        "Object subclass: #Table\n    instanceVariables: ''.\nTable class>>initialize\n    5 squared.\nnil yourself.\n",
        &["Table class>>initialize", SQUARED],
        &[EVERYTHING],
    );
}

#[test]
fn a_symbol_keeps_what_it_selects() {
    check("#(1 2) collect: #squared.", &[SQUARED], &[EVERYTHING]);
    check("#(1 2) do: [ :each | each perform: #squared ].", &[SQUARED], &[EVERYTHING]);
    check("#(#(squared)) first first value: 3.", &[SQUARED], &[EVERYTHING]);
    check("(3 respondsTo: 'squared') printString.", &[SQUARED], &[EVERYTHING]);
}

#[test]
fn a_name_keeps_a_class() {
    check(&shapes("(Smalltalk at: #Square) new area."), &["Square>>area", SQUARED], &["Circle>>dent", EVERYTHING]);
    check(&shapes("'Circle' asClass new area."), &["Circle>>area"], &["Circle>>dent", EVERYTHING]);
    check(&shapes("#(Circle) first name area."), &["Circle>>area"], &["Circle>>dent", "Square>>area", EVERYTHING]);
}

#[test]
fn classes_that_are_searched_for_are_all_kept() {
    check(&shapes("Object subclasses last new area."), &["Circle>>area", "Square>>area"], &["Circle>>dent", EVERYTHING]);
}

#[test]
fn computed_selectors_keep_everything() {
    let kept = ["Circle>>dent", "Circle>>area", "Square>>area", EVERYTHING];
    check(&shapes("| s | s := #area. Circle new perform: s."), &kept, &[]);
    check(&shapes("Circle new perform: 'ar' , 'ea'."), &kept, &[]);
    check(&shapes("#(3) collect: ('squ' , 'ared') asSymbol."), &kept, &[]);
    check(&shapes("Circle selectors do: [ :each | each value: Circle new ]."), &kept, &[]);
    check(&shapes("Circle new perform: #perform: with: 'area'."), &kept, &[]);
}

#[test]
fn a_server_keeps_what_can_be_sent_to_its_twins() {
    let text = "Twin subclass: #Pump\n    instanceVariables: 'level'.\nPump>>fill: amount\n    level := amount squared.\n";
    let rust = rust(Target::Twins, text);
    assert!(rust.contains("Pump>>fill:") && rust.contains(SQUARED) && !rust.contains(EVERYTHING));
}

#[test]
fn classes_without_a_program_are_shown_whole() {
    check(&shapes(""), &["Circle>>area", "Circle>>dent", "Square>>area"], &[]);
}
