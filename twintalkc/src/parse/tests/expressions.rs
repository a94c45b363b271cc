//! Messages, cascades, assignments, blocks.

use super::check_expressions;

#[test]
fn precedence() {
    check_expressions(&[
        "a foo bar + b baz * c at: d qux put: e + f",
        "a + b at: (c at: d)",
        "(a + b) foo",
        "((a)) foo",
        "a , b -> c <= d ~= e == f // g \\\\ h @ i % j & k | l",
        "self foo: [:x | x] bar: super baz",
        "\"comment\" a \"and\" foo: \"another\" b \"last\"",
        "a foo. ",
    ]);
}

#[test]
fn cascades() {
    check_expressions(&[
        "stream nextPutAll: 'a'; cr; yourself",
        "a foo bar; baz",
        "a + 1; * 2; negated; at: 3 put: 4 + 5",
        "a foo: (b bar; baz); qux",
        "x := a foo: b + c; bar",
        "(a foo; bar) baz; qux",
    ]);
}

#[test]
fn assignments() {
    check_expressions(&["x := 3", "x:=y:=z foo", "x := [y := 4] value", "_x1 := été foo: naïve"]);
}

#[test]
fn blocks() {
    check_expressions(&[
        "[]",
        "[:x]",
        "[:x | ]",
        "[ :x :y | | t u | t := x. u := y. ^t + u. ]",
        "[:x || t | t := x]",
        "[:x:y|x]",
        "[| t | | u | t]",
        "[||]",
        "[:x <Integer> :y <Float | nil> | | z <String> | z]",
        "[. a. . b. ]",
        "[[:x | [x]] value: [1]]",
        "[:x | x | y]",
        "[a < b] whileTrue: [a > b]",
    ]);
}

#[test]
fn braces() {
    check_expressions(&["{}", "{a. b foo: c. d := 3}", "{a. }", "{{1}. #(2)}", "{.a.}"]);
}

#[test]
fn minus() {
    check_expressions(&[
        "3-2",
        "a -1",
        "a - 1",
        "a-1",
        "3 - -2",
        "3--2",
        "-5 abs",
        "#(-1 - 1)",
        "a foo: -1",
        "a<-1",
        "(-3) - (-3)",
        "-16rFF",
    ]);
}

#[test]
fn comparisons_are_no_types() {
    check_expressions(&["a < b", "a <b> c", "a < b > c", "a <Foo>c", "[:x | x <y> z]", "a << b", "a >> b", "a >>#b"]);
}

#[test]
fn returns_belong_to_statements() {
    check_expressions(&["^ 3", "[^ 3]", "[^a := b]"]);
}
