//! Methods of the TwinTalk form.

use super::check_files;

#[test]
fn patterns() {
    check_files(&[
        "Pump>>press\n    ^press.",
        "Pump class >> at: x put: y\n    ^x.",
        "Pump class>>new\n    ^super new.",
        "Pump>>+ other\n    ^self.",
        "Pump>>>= other\n    ^self.",
        "Pump >> - other ^self.",
        "Pump>>updateTelemetry: aReading <Float> ^<Boolean>\n    ^true.",
        "Pump>>at: x <Integer> put: y <Float | nil> ^ <Float>\n    ^y.",
        "Pump>>+ other <Number> ^<Number>\n    ^other.",
        "Pump>>press ^<Float>\n    ^1.",
        "Pump>>at: x y foo.",
        "Pump>>class ^Pump.",
    ]);
}

#[test]
fn bodies() {
    check_files(&[
        "Pump>>press",
        "Pump>>press\n    \"Answers the \"\"press\"\".\"\n    \"Second.\"\n    <primitive: 60>\n    | a b |\n    <topic: 'x' payload: 'y'>\n    | c <Float> |\n    ^a.",
        "Pump>>press: x\n    <primitive: foo>\n    <internal>\n    <category: 'accessing'>\n    <a: nil b: true c: #(1) d: $a e: -3 f: #+ >.",
        "Pump>>press: x\n    ^x < 3.",
        "Pump>>press\n    || ^1.",
        "Pump>>press\n    a. | b | b := 1. ^b.",
        "Pump>>press\n    \"only a comment\"",
    ]);
}

#[test]
fn refused_methods() {
    check_files(&[
        "Pump>>press:\n    ^3.",
        "Pump>>press: x\n    <foo: bar baz>\n    ^3.",
        "Pump>>press\n    ^3 <foo: 3>.",
        "Pump>>press\n    x := 1. <foo: 3> ^2.",
        "Pump>>press: x <Array of: Float>\n    ^1.",
        "Pump>>press: x y: \n    ^1.",
        "Pump>>press\n    | a b\n    ^1.",
        "Pump>>press\n    | a < 3 |\n    ^1.",
    ]);
}
