//! GNU Smalltalk's form.

use super::check_files;

#[test]
fn classes() {
    check_files(&[
        "Twin subclass: Pump [\n    | press <Float> note |\n    | more |\n    <comment: 'Moves water.'>\n    <category: 'Plant'>\n    <private: #press>\n    Count := 0.\n    Total := Count + (3 max: 4).\n    Plain.\n\n    press: bar <Float> ^<Boolean> [\n        \"Presses.\"\n        <category: 'work'>\n        | t |\n        t := bar.\n        ^t > 3\n    ]\n\n    Pump class >> new [ ^super new ]\n    Pump >> note [ ^note ]\n    Pump class [ | count | reset [ count := 0 ] ]\n]\n",
        "nil subclass: Object [ ]",
        "Object subclass: #Pump [ ]",
        "Object subclass: Pump\n[\n    press [ ]\n]",
        "Object subclass: Pump [ |a||b| a [ ^a ] b [ ^b ]]",
        "Object subclass: Pump [ | a <Float | nil>| <comment: nil> <shape: nil> ]",
    ]);
}

#[test]
fn binary_methods() {
    check_files(&[
        "Object subclass: Pump [ | other [ ^1 ] < other [ ^2 ] + other <Number> ^<Number> [ ^3 ] <internal> <= other [ ^4 ] || x [ ^5 ] ]",
    ]);
}

#[test]
fn extensions() {
    check_files(&[
        "Integer extend [ double [ ^self * 2 ] ]\nInteger class extend [ two [ ^2 ] ]\n\nInteger >> triple [ ^self * 3 ]\nInteger class >> three [ ^3 ]",
        "Object subclass: Pump [ ]\nPump extend [ |a| Count := 3. ]\nPump class extend [ |b| ]",
        "Pump >> press [ ^1 ]",
    ]);
}

#[test]
fn statements() {
    check_files(&[
        "Eval [ | x | x := 3. Transcript showCr: x printString ]\nx := 4. y := [:z | z] value: 3.\n\"comment\"\ny foo",
        "Eval [ ]",
        "Object subclass: Pump [ ]\nPump comment: 'Moves water.'.\nObject subclass: #Valve instanceVariableNames: 'a' category: 'x'.\nPump class instanceVariableNames: 'b'.",
    ]);
}

#[test]
fn class_variables_join_initialize() {
    check_files(&[
        "Object subclass: Pump [ Count := 0. Pump class >> initialize [ Count := Count + 1 ] ]",
        "Object subclass: Pump [ Count := 0. Pump class [ initialize [ ^1 ] ] ]",
    ]);
}

#[test]
fn errors() {
    check_files(&[
        "Object subclass: Pump [\n    press [ ^3 4 ]\n    note [ foo: 3 ]\n    fine [ ^1 ]\n    Count := .\n    | a, b |\n    <comment: >\n    oops.\n    3 [ ]\n    x\n]\nx := 3 4.\n",
        "Object subclass: Pump [\n    press [\n        x ifTrue: [ ^1.\n    ]\n]\n\nObject subclass: Valve [\n    fine [ ^1 ]\n]\n",
        "Eval [ x := . ]\nPump extend [ | a | Count := 3. <foo: 1> ]\n",
        "Object subclass: Pump [ press: [ ^1 ] + [ ^2 ] foo bar [ ^3 ] ]",
        "Object subclass: Pump [ press ^1 ]",
        "Object subclass: Pump [",
    ]);
}

#[test]
fn not_bracketed() {
    check_files(&["Pump>>press\n    [true] whileTrue: [^1].", "Pump>>press\n    [^1]", "x foo [ bar ].\nPump>>press\n    ^1."]);
}
