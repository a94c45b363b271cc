//! Programs that follow the grammar, in each of the formats. What their names mean is left to chance.

use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write;

const VARIABLES: &[&str] = &[
    "self",
    "super",
    "nil",
    "true",
    "false",
    "a",
    "b",
    "x",
    "y",
    "one",
    "two",
    "Shared",
    "Transcript",
    "Object",
    "OrderedCollection",
    "A%",
    "B%",
    "Smalltalk",
    "Unknown",
    "unknown",
    "thisContext",
];
const LITERALS: &[&str] = &[
    "0",
    "-1",
    "3",
    "281474976710656",
    "1152921504606846976",
    "123456789012345678901234567890",
    "16rFF",
    "-2r101",
    "36rZZ",
    "1e10",
    "3.14",
    "-0.5e-3",
    "1.0e400",
    "3.14s2",
    "5s",
    "$a",
    "$ ",
    "$'",
    "'text'",
    "'it''s'",
    "''",
    "'é\u{1F600}'",
    "#foo",
    "#foo:bar:",
    "#+",
    "#'a b'",
    "#()",
    "#(1 $a #b c nil (2 3) #[1 2])",
    "#[]",
    "#[0 255]",
    "#(foo: + true)",
    "{}",
];
const UNARY: &[&str] = &[
    "foo",
    "size",
    "isNil",
    "notNil",
    "not",
    "value",
    "class",
    "new",
    "printString",
    "whileTrue",
    "repeat",
    "copy",
    "yourself",
    "negated",
    "isEmpty",
    "hash",
    "signal",
    "x",
    "one",
];
const BINARY: &[&str] =
    &["+", "-", "*", "/", "//", "\\\\", "<", ">", "<=", ">=", "=", "==", "~=", "~~", ",", "->", "@", "&", "|", "%%", ">>"];
const KEYWORDS: &[&str] = &[
    "foo:",
    "at:",
    "at:put:",
    "do:",
    "collect:",
    "inject:into:",
    "to:do:",
    "to:by:do:",
    "timesRepeat:",
    "ifTrue:",
    "ifFalse:",
    "ifTrue:ifFalse:",
    "ifNil:",
    "ifNotNil:",
    "ifNil:ifNotNil:",
    "and:",
    "or:",
    "whileTrue:",
    "whileFalse:",
    "on:do:",
    "ensure:",
    "perform:",
    "value:",
    "value:value:",
    "caseOf:",
    "one:",
    "new:",
    "repeat:",
    "detect:ifNone:",
    "keysAndValuesDo:",
];
const NAMES: &[&str] = &["a", "b", "x", "y", "t", "one", "each"];
const SUPERCLASSES: &[&str] =
    &["Object", "Object", "A%", "TestCase", "OrderedCollection", "Array", "Error", "Set", "Integer", "String", "Twin", "nil", "Gone", "B%"];
const PATTERNS: &[&str] = &[
    "foo",
    "size",
    "initialize",
    "testFoo",
    "printOn: a",
    "= a",
    "+ a",
    "foo: a",
    "at: a put: b",
    "do: a",
    "value",
    "x",
    "one",
    "one: a",
    "hash",
    "new",
    "isNil",
    "on: a do: b",
    "doesNotUnderstand: a",
    "yourself",
    "class",
];
const PRAGMAS: &[&str] =
    &["<internal>", "<primitive: object_at>", "<primitive: 60>", "<foo: 3 bar: #x>", "<expectedFailure>", "<rust: 'named'>"];

fn text(all: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    select(all).prop_map(str::to_owned)
}

/// An expression, which stands in brackets wherever it is part of another.
pub fn expression() -> BoxedStrategy<String> {
    let leaf = prop_oneof![3 => text(VARIABLES), 2 => text(LITERALS)].boxed();
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            3 => (inner.clone(), text(UNARY)).prop_map(|(receiver, selector)| format!("({receiver}) {selector}")),
            3 => (inner.clone(), text(BINARY), inner.clone()).prop_map(|(left, selector, right)| format!("({left}) {selector} ({right})")),
            4 => (inner.clone(), text(KEYWORDS), prop::collection::vec(argument(inner.clone()), 3))
                .prop_map(|(receiver, selector, arguments)| format!("({receiver}) {}", keywords(&selector, &arguments))),
            2 => block(inner.clone()),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(|all| format!("{{ {} }}", all.join(". "))),
            1 => (inner.clone(), text(UNARY), text(KEYWORDS), prop::collection::vec(argument(inner.clone()), 3))
                .prop_map(|(receiver, first, second, arguments)| format!("({receiver}) {first}; {}; yourself", keywords(&second, &arguments))),
            1 => (text(NAMES), inner).prop_map(|(name, value)| format!("{name} := {value}")),
        ]
        .boxed()
    })
    .boxed()
}

/// Often a block, for the messages that are expanded in place.
fn argument(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![2 => block(inner.clone()), 1 => inner.prop_map(|text| format!("({text})"))].boxed()
}

fn block(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    (prop::collection::vec(text(NAMES), 0..3), body(inner))
        .prop_map(|(parameters, body)| match parameters.is_empty() {
            true => format!("[ {body} ]"),
            false => format!("[ {}| {body} ]", parameters.iter().fold(String::new(), |all, name| format!("{all}:{name} "))),
        })
        .boxed()
}

/// `at: (x) put: (y)` from `at:put:`.
fn keywords(selector: &str, arguments: &[String]) -> String {
    let parts = selector.split_inclusive(':').zip(arguments);
    parts.map(|(part, argument)| format!("{part} {argument}")).collect::<Vec<_>>().join(" ")
}

/// Temporaries and statements.
fn body(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let statement = prop_oneof![
        4 => inner.clone(),
        1 => (text(NAMES), inner.clone()).prop_map(|(name, value)| format!("{name} := {value}")),
        1 => inner.prop_map(|value| format!("^ {value}")),
    ];
    (prop::collection::vec(text(NAMES), 0..2), prop::collection::vec(statement, 0..4))
        .prop_map(|(temporaries, statements)| {
            let declared = if temporaries.is_empty() { String::new() } else { format!("| {} | ", temporaries.join(" ")) };
            format!("{declared}{}", statements.join(". "))
        })
        .boxed()
}

/// A method: its class, whether it is of the class side, pattern, pragma and body.
#[derive(Clone, Debug)]
struct Method {
    class: &'static str,
    class_side: bool,
    pattern: String,
    body: String,
}

fn method() -> impl Strategy<Value = Method> {
    let pragma = prop_oneof![6 => Just(String::new()), 1 => text(PRAGMAS)];
    let class = select(&["A%", "A%", "A%", "B%", "B%", "Object", "Array", "Gone"][..]);
    (class, prop::bool::weighted(0.2), text(PATTERNS), pragma, body(expression()))
        .prop_map(|(class, class_side, pattern, pragma, body)| Method { class, class_side, pattern, body: format!("{pragma} {body}") })
}

/// A program in one of the formats.
pub fn program() -> BoxedStrategy<String> {
    let superclasses = (text(SUPERCLASSES), text(SUPERCLASSES));
    let slots = select(&["", "one", "one two", "one one", "self", "x <Float>"][..]);
    (0..3, superclasses, slots, prop::collection::vec(method(), 0..6), prop::collection::vec(expression(), 0..2))
        .prop_map(|(format, (first, second), slots, methods, statements)| match format {
            0 => margin(&first, &second, slots, &methods, &statements),
            1 => bracketed(&first, &second, slots, &methods, &statements),
            _ => tonel(&first, slots, &methods),
        })
        .boxed()
}

fn side(method: &Method) -> &'static str {
    if method.class_side { " class" } else { "" }
}

fn margin(first: &str, second: &str, slots: &str, methods: &[Method], statements: &[String]) -> String {
    let mut out = String::new();
    for (name, superclass) in [("A%", first), ("B%", second)] {
        let _ = writeln!(
            out,
            "{superclass} subclass: #{name}\n\tinstanceVariableNames: '{slots}'\n\tclassVariableNames: 'Shared'\n\tpackage: 'P'.\n"
        );
    }
    for method in methods {
        let _ = writeln!(out, "{}{}>>{}\n\t{}.\n", method.class, side(method), method.pattern, method.body);
    }
    statements.iter().for_each(|statement| out.push_str(&format!("{statement}.\n")));
    out
}

fn bracketed(first: &str, second: &str, slots: &str, methods: &[Method], statements: &[String]) -> String {
    let mut out = String::new();
    for (name, superclass) in [("A%", first), ("B%", second)] {
        let _ = writeln!(out, "{superclass} subclass: {name} [\n| {slots} |\nShared := nil.\n]\n");
    }
    for method in methods {
        let _ = writeln!(out, "{}{} >> {} [\n\t{}\n]\n", method.class, side(method), method.pattern, method.body);
    }
    statements.iter().for_each(|statement| out.push_str(&format!("Eval [ {statement} ]\n")));
    out
}

fn tonel(superclass: &str, slots: &str, methods: &[Method]) -> String {
    let slots: Vec<String> = slots.split(' ').filter(|slot| !slot.is_empty()).map(|slot| format!("'{slot}'")).collect();
    let mut out = format!(
        "\"\nA class.\n\"\nClass {{\n\t#name : 'A%',\n\t#superclass : '{superclass}',\n\t#instVars : [ {} ],\n\t#classVars : [ 'Shared' ],\n\t#category : 'P'\n}}\n\n",
        slots.join(", ")
    );
    for method in methods.iter().filter(|method| method.class == "A%") {
        let _ = writeln!(out, "{{ #category : 'all' }}\nA%{} >> {} [\n\t{}\n]\n", side(method), method.pattern, method.body);
    }
    out
}
