//! Tests of the parser: source and outcome stand together in snapshots.

mod bracketed;
mod chunks;
mod definitions;
mod errors;
mod expressions;
mod literals;
mod methods;
mod outline;
mod robustness;
mod round_trip;
mod spans;
mod tonel;
mod tree;

use super::respan::Respan;
use crate::ast::{Expression, Kind, Statement, Unit};
use crate::diagnostics::Diagnostics;
use crate::print;
use crate::source::{Source, Span};

/// The unit of a text, and what is wrong with it.
fn parse(text: &str) -> (Unit, String) {
    let source = Source::new("test.st", text);
    let mut diagnostics = Diagnostics::default();
    let unit = super::parse(&source, 0, &mut diagnostics);
    (unit, diagnostics.render(&[source], false))
}

/// Erases places from a syntax tree, so that trees of different texts can be compared.
fn erase(tree: &mut impl Respan) {
    tree.respan(&mut |span| *span = Span::default());
}

/// Compares the outcomes of some texts with the snapshot named after the test.
#[track_caller]
fn compare(texts: &[&str], outcome: impl Fn(&str) -> String) {
    let test = std::thread::current().name().unwrap_or("main").replace("parse::tests::", "").replace("::", "__");
    let parts: Vec<String> = texts.iter().map(|text| format!("{text}\n────\n{}", outcome(text).trim_end())).collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(test, parts.join("\n════════════\n"));
    });
}

/// Each file as it was understood and printed again, and its diagnostics.
#[track_caller]
fn check_files(texts: &[&str]) {
    compare(texts, |text| {
        let (unit, findings) = parse(text);
        format!("{}{findings}", print::unit(&unit))
    });
}

/// Each expression as a tree.
#[track_caller]
fn check_expressions(texts: &[&str]) {
    compare(texts, |text| {
        let source = Source::new("test.st", text);
        let mut diagnostics = Diagnostics::default();
        let expression = super::expression(&source, 0, &mut diagnostics);
        expression.map_or_else(|| diagnostics.render(&[source], false), |expression| tree::expression(&expression))
    });
}

/// A format is found whatever a file begins with.
#[test]
fn formats_are_found() {
    let class = |text: &str| {
        let (unit, findings) = parse(text);
        assert_eq!(findings, "", "{text}");
        let methods: Vec<String> = unit.methods.iter().map(|method| format!("{}>>{}", method.class.text, method.selector.text)).collect();
        methods.join(" ") + &"; statement".repeat(unit.statements.len())
    };
    for comment in ["", "\"It's Class { and !Pump methodsFor: 'x'! and Foo [\"\n", "\"a\"\"b\"\n\n\"c\"\n", "\u{feff}"] {
        let check = |text: &str, expected: &str| {
            // Bangs are doubled in file-outs, in comments too.
            let comment = if text.trim_end().ends_with('!') { comment.replace('!', "!!") } else { comment.to_string() };
            assert_eq!(class(&format!("{comment}{text}")), expected, "{comment}{text}");
        };
        check("Class { #name : #Pump }\n\nPump >> one [ ^ '!Pump methodsFor: ''x''!\n!Pump foo' ]", "Pump>>one");
        check("Extension { #name : #Pump }", "");
        check("Object subclass: Pump [ one [ ^'Class { #name' , '!' ] ]", "Pump>>one");
        check("Pump extend [ one [ ^1 ] ]", "Pump>>one");
        check("Trait named: TSize [ size [ ^1 ] ]", "TSize>>size");
        check("!Pump class methodsFor: 'x'!\none ^'a [' , 'b'! !\n", "Pump>>one");
        check("'From Squeak'!\nObject subclass: #Pump instanceVariableNames: '' category: 'x'!", "");
        check("Object subclass: #Pump\n    category: 'x'!\n\"-- --\"!\n", "");
        check("Transcript show: 'x'!\nPump new foo!\n\n", "; statement; statement");
        check("Pump>>one\n    ^'Hello!'.\n\nPump new ! 3.\n'x' ! 4.", "Pump>>one; statement; statement");
        check("Pump>>! other\n    ^[other] value ! 3.\n", "Pump>>!");
        check("Class := 3.", "; statement");
        check("Trait name.", "; statement");
    }
}

/// One program in four formats: what is read differs in comments and protocols only.
#[test]
fn formats_agree() {
    const TONEL: &[&str] = &[
        include_str!("../../../../tests/conformance/formats/tonel.program/Clash.class.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/Integer.extension.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/Pump.class.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/Row.class.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/TCounted.trait.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/TDescribed.trait.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/TNamed.trait.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/Units.class.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/Valve.class.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/main.st"),
        include_str!("../../../../tests/conformance/formats/tonel.program/package.st"),
    ];
    let expected = sorted(&[include_str!("../../../../tests/conformance/formats/margin.st")]);
    assert_eq!(sorted(&[include_str!("../../../../tests/conformance/formats/brackets.st")]), expected);
    assert_eq!(sorted(&[include_str!("../../../../tests/conformance/formats/chunks.st")]), expected);
    assert_eq!(sorted(TONEL), expected);
}

/// What some files define, printed and in the order of the alphabet, without what formats say differently.
fn sorted(texts: &[&str]) -> String {
    let mut parts = Vec::new();
    let mut statements = String::new();
    for text in texts {
        let (unit, findings) = parse(text);
        assert_eq!(findings, "");
        for mut class in unit.classes {
            (class.comment, class.category, class.class_traits) = (None, None, None);
            parts.push(print::unit(&Unit { classes: vec![class], ..Unit::default() }));
        }
        for mut method in unit.methods {
            method.category = None;
            // First values of class variables, which only brackets have.
            let is_first = |statement: &Statement| {
                matches!(statement, Statement::Expression(Expression { kind: Kind::Assign { value, .. }, .. })
                    if matches!(&value.kind, Kind::Variable(name) if name == "nil"))
            };
            method.body.statements.retain(|statement| !is_first(statement));
            parts.push(print::unit(&Unit { methods: vec![method], ..Unit::default() }));
        }
        statements.push_str(&print::unit(&Unit { statements: unit.statements, ..Unit::default() }));
    }
    parts.sort();
    parts.concat() + &statements
}
