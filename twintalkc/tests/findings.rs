//! What the compiler says of wrong programs: the source and the findings, side by side.

use twintalkc::{Source, Target, compile};

#[track_caller]
fn check(name: &str, text: &str) {
    check_for(Target::Twins, name, text);
}

#[track_caller]
fn check_for(target: Target, name: &str, text: &str) {
    let sources = [Source::new("test.st", text)];
    let found = match compile(&sources, target) {
        Ok(compiled) => compiled.warnings,
        Err(found) => found,
    };
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, format!("{text}\n-----\n{}", found.render(&sources, false)));
    });
}

#[test]
fn names() {
    check("unknown_variable", "Twin subclass: #Pump instanceVariables: 'pressure'.\nPump>>raise\n    presure := pressure + 1\n");
    check("unknown_superclass", "Twinn subclass: #Pump instanceVariables: 'pressure'.\n");
    check("unknown_class_of_method", "Twin subclass: #Pump instanceVariables: ''.\nPmup>>raise\n    ^1\n");
    check("unknown_type", "Twin subclass: #Pump instanceVariables: 'pressure <Flaot>'.\n");
    check("assignments", "Twin subclass: #Pump instanceVariables: ''.\nPump>>a: x\n    x := 1.\n    self := 2.\n    Pump := 3\n");
}

#[test]
fn classes() {
    check("class_twice", "Twin subclass: #Pump instanceVariables: ''.\nTwin subclass: #Pump instanceVariables: 'a'.\n");
    check("class_of_library", "Object subclass: #String instanceVariables: ''.\n");
    check("cycle", "B subclass: #A instanceVariables: ''.\nC subclass: #B instanceVariables: ''.\nA subclass: #C instanceVariables: ''.\n");
    check("slot_twice", "Twin subclass: #Pump instanceVariables: 'a'.\nPump subclass: #Big instanceVariables: 'b a'.\n");
    check("method_twice", "Twin subclass: #Pump instanceVariables: ''.\nPump>>a\n    ^1\nPump>>a\n    ^2\n");
}

#[test]
fn refusals() {
    check("become", "Twin subclass: #Pump instanceVariables: ''.\nPump>>a: b\n    self become: b.\n    ^thisContext\n");
}

/// A test run goes on without what cannot be compiled: nothing here is an error.
#[test]
fn tolerated() {
    check_for(
        Target::Tests,
        "tolerated",
        "Object subclass: #Pump instanceVariables: ''.\nPump>>a\n    ^Missing new\nPump>>b\n    ^thisContext\nPump>>c\n    ^Missing.\n\
         Gone subclass: #Lost instanceVariables: ''.\nLost subclass: #Heir instanceVariables: ''.\nHeir>>a\n    ^1.\nNowhere>>a\n    ^1\n",
    );
}

#[test]
fn rust_names() {
    check(
        "rust_names",
        "Twin subclass: #Pump instanceVariables: 'press'.\nPump>>press: bar\n    press := bar\nPump>>setPress\n    press := 1\n\
         Pump>>jsonText\n    ^press\nPump>>JSONText\n    <rust: 'to json'>\n    ^press\n",
    );
}

#[test]
fn advice() {
    check(
        "advice",
        "Twin subclass: #Pump instanceVariables: 'a'.\nPump>>go\n    | never |\n    self statr.\n    ^a.\n    self start\nPump>>start\n    a := 1\n",
    );
}
