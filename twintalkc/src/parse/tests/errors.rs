//! What is wrong with expressions, and that all of it is reported.

use super::{check_expressions, check_files};

#[test]
fn missing_values() {
    check_expressions(&[
        "x foo: .",
        "x foo:",
        "x := .",
        "x foo: bar: 3",
        "x foo: \"hello\"",
        "x := 3 + * 4",
        "x := 3 +",
        "^^3",
        "[^ ^3]",
        "()",
        "x foo: ()",
        "[:x | x := ]",
        "{1. x foo: }",
        "a foo:\n    b bar:\n    ",
        "",
    ]);
}

#[test]
fn missing_receivers() {
    check_expressions(&["foo: 3", "+ 3", "[foo: 3]", "; foo", "(+ 3)", "[:x | | t | foo: x]"]);
}

#[test]
fn missing_stops() {
    check_files(&[
        "x := 3\n    y := 4.",
        "x := 3 4.",
        "x foo ^ y.",
        "foo(bar).",
        "x := {1, 2. 3 4}.",
        "x foo: [a b]\n    (c d).",
        "x 'abc'.",
    ]);
}

#[test]
fn assignments() {
    check_expressions(&["3 := x", "x foo := 3", "x foo: y := 3", ":= 3", "(x) := 3"]);
}

#[test]
fn cascades() {
    check_expressions(&[
        "x; foo",
        "(x foo); bar",
        "3; foo",
        "x foo; bar baz",
        "x foo; + 3 foo: 4",
        "x foo;",
        "x foo; bar := 3",
        "x := y; foo",
    ]);
}

#[test]
fn colons_and_bars() {
    check_expressions(&[
        "at : 3",
        "x do: [x: | x]",
        "x do: [:a b]",
        "x do: [:a b | c]",
        "[:]",
        "[a :b | c]",
        "[:a | | b c]",
        "| a | 3",
        "x | ",
    ]);
}

#[test]
fn characters() {
    check_expressions(&["x foo: ‘hello’", "x := §", "#", "x foo: # bar", "$", "x @ `y`", "é€"]);
}

#[test]
fn several_in_one_file() {
    check_files(&["x := 3 4. y := 37r1. z := 38r1.\n\nPump>>press\n    foo: 3.\n\nPump>>note\n    ^2.\n\nx := (.\n\ny := 5 6.\nz := 1."]);
}

#[test]
fn pragmas() {
    check_expressions(&["<foo: 3>", "x foo. <bar: 3>", "x <bar: 3>", "[<foo> x]"]);
}
