//! Literals of every kind.

use super::check_expressions;

#[test]
fn integers() {
    check_expressions(&[
        "42",
        "007",
        "-0",
        "123456789012345678901234567890",
        "16rFF",
        "-16rFF",
        "16r-FF",
        "16rff",
        "36rZZZ",
        "2r1010",
        "2r1e4",
        "16r1e2",
        "16r1f",
        "16rFFprintString",
        "16rDEADBEEFDEADBEEFDEADBEEF",
        "2e3",
        "-2e3",
        "2e3foo",
        "10factorial",
    ]);
}

#[test]
fn floats() {
    check_expressions(&["3.14", "1.5e-3", "1.5e3", "-0.5", "1e-7", "1.5d3", "1.5q2", "16r1.8", "-2r1.1", "16rA.8e1", "3.foo", "1.0e308"]);
}

#[test]
fn scaled_decimals() {
    check_expressions(&["3.14s2", "3.14s", "3s2", "3s", "-1.5s4", "3sqrt", "0.10s5"]);
}

#[test]
fn refused_numbers() {
    check_expressions(&["37r10", "1r0", "2r3", "16rFG", "1.0e999", "1e99999", "99999999999999999999r1", "3.14s99999"]);
}

#[test]
fn characters_and_strings() {
    check_expressions(&["$a", "$ ", "$'", "$\"", "$$", "$[", "$é", "{$(. $)}", "'it''s'", "''", "''''", "'two\nlines \"no comment\"'"]);
}

#[test]
fn symbols() {
    check_expressions(&[
        "#foo",
        "#at:put:",
        "#foo:bar:",
        "#with:with",
        "#'any text'",
        "#'it''s'",
        "#+",
        "#->",
        "#|",
        "#_a1",
        "#foo::",
        "x at: #foo put: #bar:",
    ]);
}

#[test]
fn arrays() {
    check_expressions(&[
        "#()",
        "#(1 $a foo #bar at:put: #(2) (3 4) 'text' #'any text' true false nil)",
        "#(1 2.5 16rFF 3s2 -5 2e3 - + >= #+ self)",
        "#(#[1 2] [3 4] #sym: key: $( $) \"comment\" (()))",
        "#(foo:bar: x)",
        "#[]",
        "#[1 2 255 16rFF]",
    ]);
}

#[test]
fn refused_arrays() {
    check_expressions(&["#[1 256]", "#[-1]", "#[1 a]", "#[1.5]", "#(1 . 2)", "#(1 ; 2)", "#({1})", "#([a])"]);
}
