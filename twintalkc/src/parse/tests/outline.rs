//! The margin rule.

use super::check_files;

#[test]
fn full_stops_at_the_margin() {
    check_files(&[
        "x := 3\ny := 4.",
        "x foo: 3\nbar: 4.",
        "x := foo bar:\n3.",
        "Pump>>press\n    ^1\n\nPump>>note\n    ^2",
        "Pump>>press\n    ^1\nx := 3.",
        "Pump>>press\nx := 3.",
        "Pump>>press\n    <primitive: 1>\nx := 3.",
        "Twin subclass: #Pump\nPump>>press\n    ^1.",
        "| a b |\na := 3.",
    ]);
}

#[test]
fn what_ends_nothing() {
    check_files(&[
        "Pump>>press\n    x foo: [\n        y\n].\n    x bar: (\n1\n).\n    z.\nx := 3.",
        "Pump>>press\n    x.\n\"a comment at the margin\"\n    y.\n\"another\" z.\nx := 3.",
        "Pump>>press\n    x := 'a string\nPump>>note\n'.\n    y.",
        "Pump>>press\n    \"a comment\nPump>>note\n\" y.",
        "Pump>>press\n    ^#(\na b\n).",
        "Pump>>press\n    ^{\na. b\n}.",
    ]);
}

#[test]
fn margins() {
    check_files(&[
        "\n    Twin subclass: #Pump.\n\n    Pump>>press\n        ^1.\n    x := 3.\n",
        "\tTwin subclass: #Pump.\r\n\tPump>>press\r\n\t\t^1.\r\n\tx := 3.\r\n",
        "\u{FEFF}Twin subclass: #Pump.\nPump>>press\n    ^1.",
        "    x := 3.\ny := 4.",
        "\"a comment\"\n  x := 3.\n  y := 4.",
        "x := 1. Pump>>press.\r y := 2.",
    ]);
}

#[test]
fn nothing() {
    check_files(&["", "   \n", "\"only a comment\"", "."]);
}

#[test]
fn unclosed() {
    check_files(&[
        "x := 'abc.\n\nPump>>press\n    ^1.\n",
        "x := \"abc.\ny := 3.\n\nTwin subclass: #Pump.\n",
        "x := #'abc",
        "x foo: [:a | b.\n\nPump>>press\n  ^1\n\nPump>>note\n  ^(2.\n\nPump>>more\n  ^3.",
        "x foo: (a bar: [1).",
        "x := #(1 2.",
        "x := {1. 2.",
        "Pump>>press\n    ^it's.\n\nPump>>note\n    ^2.",
    ]);
}

#[test]
fn unmatched() {
    check_files(&["x foo: (3].", "x foo).", "]", "x := [a } b].\ny := 3 4.", "x := ((a].\ny := 3.", "x := [(a].\ny := 3."]);
}
