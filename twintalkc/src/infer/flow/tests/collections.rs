//! What collections hold, by the place that makes them.

use super::program;

fn class(methods: &str, run: &str) -> String {
    format!("Object subclass: #Foo instanceVariableNames: 'all' classVariableNames: '' package: 'P'.\n\n{methods}\n{run}\n")
}

#[test]
fn ordered_collections_hold_what_is_added() {
    let p = program(&class(
        "Foo>>initialize\n\tsuper initialize.\n\tall := OrderedCollection new.\n\n\
         Foo>>fill\n\t1 to: 3 do: [ :i | all add: i * 0.5 ].\n\n\
         Foo>>sum\n\t| sum |\n\tsum := 0.0.\n\tall do: [ :each | sum := sum + each ].\n\t^ sum.\n\n\
         Foo>>next\n\t^ all removeFirst.\n\n\
         Foo>>doubled\n\t^ (all collect: [ :each | each * 2.0 ]) first.\n\n\
         Foo>>found\n\t^ all detect: [ :each | each > 1.0 ] ifNone: [ nil ].\n\n",
        "Foo new fill. Foo new sum. Foo new next. Foo new doubled. Foo new found.",
    ));
    assert_eq!(p.result("sum"), "Float");
    assert_eq!(p.result("next"), "Float");
    assert_eq!(p.result("doubled"), "Float");
    assert_eq!(p.result("found"), "nil|Float");
}

#[test]
fn dictionaries_hold_keys_and_values() {
    let p = program(&class(
        "Foo>>run\n\t| all |\n\tall := Dictionary new.\n\tall at: 3 put: 0.5.\n\tall keysAndValuesDo: [ :key :value | ^ key ].\n\t^ 7.\n\n\
         Foo>>value\n\t| all |\n\tall := Dictionary new.\n\tall at: 3 put: 0.5.\n\t^ all at: 4 ifAbsent: [ nil ].\n\n",
        "Foo new run. Foo new value.",
    ));
    assert_eq!(p.result("run"), "3..7");
    assert_eq!(p.result("value"), "nil|Float");
}

#[test]
fn what_others_have_may_hold_anything() {
    let seen = |use_: &str| {
        let text = format!("Foo>>run\n\t| all |\n\tall := OrderedCollection new.\n\tall add: 1.\n\t{use_}\n\t^ all first.\n\n");
        program(&class(&text, "Foo new run.")).result("run")
    };
    assert_eq!(seen(""), "1..1");
    assert_eq!(seen("all isEmpty ifTrue: [ all add: 5 ]."), "1..5");
    assert_eq!(seen("all printNl."), "any");
    assert_eq!(seen("all addAll: #(1 2)."), "any");
}

#[test]
fn what_is_looked_for_is_compared_by_its_own_methods() {
    let p = program(&class(
        "Foo>>= other\n\tall := other.\n\t^ true.\n\nFoo>>hash\n\t^ 1.\n\nFoo>>all\n\t^ all.\n\n\
         Foo>>run\n\t| set |\n\tset := Set new.\n\tset add: 2; add: Foo new.\n\t^ set includes: 0.5.\n\n",
        "Foo new run. Foo new all.",
    ));
    assert_eq!(p.result("all"), "any");
}

#[test]
fn classes_whose_slots_a_program_reaches_are_not_told_apart() {
    let p = program(&class(
        "OrderedCollection>>spoil\n\tarray at: firstIndex put: nil.\n\n\
         Foo>>run\n\t| all |\n\tall := OrderedCollection new.\n\tall add: 1; spoil.\n\t^ all first.\n\n",
        "Foo new run.",
    ));
    assert_eq!(p.result("run"), "any");
}
