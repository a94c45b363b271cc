//! Huge, deep and mutilated texts: a diagnostic, never a panic, and in linear time.

use super::parse;
use crate::diagnostics::Diagnostics;
use crate::source::Source;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// The first line of what is said about a text.
fn first_finding(text: &str) -> String {
    let start = Instant::now();
    let (_, findings) = parse(text);
    assert!(start.elapsed() < Duration::from_secs(300), "{} bytes took {:?}", text.len(), start.elapsed());
    assert!(findings.len() < 100_000, "{} bytes of findings", findings.len());
    findings.lines().next().unwrap_or("").to_string()
}

#[test]
fn deep_brackets() {
    for bracket in ["[", "(", "{", "#(", "#[", "[:x|"] {
        let finding = first_finding(&bracket.repeat(1 << 20));
        assert_eq!(finding, "error: brackets are nested more than 200 deep");
    }
    let balanced = |depth: usize| format!("x := {}3{}.", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(first_finding(&balanced(200)), "");
    assert_eq!(first_finding(&balanced(201)), "error: brackets are nested more than 200 deep");
    assert_eq!(first_finding(&format!("x := {}{}.", "[:a|".repeat(200), "]".repeat(200))), "");
    assert_eq!(first_finding(&format!("x := {}{}.", "#(".repeat(200), ")".repeat(200))), "");
    assert_eq!(first_finding(&format!("x := {}3{}.", "[a foo: ".repeat(200), "]".repeat(200))), "");
    assert_eq!(first_finding(&"]".repeat(1 << 20)), "error: `]` closes nothing");
}

#[test]
fn long_chains() {
    let too_long = "error: this expression is more than 1000 messages deep";
    let million = 1_000_000;
    assert_eq!(first_finding(&format!("x{}.", " foo".repeat(million))), too_long);
    assert_eq!(first_finding(&format!("x{}.", " + 1".repeat(million))), too_long);
    assert_eq!(first_finding(&format!("{} 1.", "x := ".repeat(million))), too_long);
    assert_eq!(first_finding(&format!("x foo: 1{}.", " foo".repeat(million))), too_long);
    assert_eq!(first_finding(&format!("x{}.", " foo".repeat(1000))), "");
    assert_eq!(first_finding(&format!("x{}.", " foo".repeat(1001))), too_long);
    let nested = format!("x := {}3{}.", "(".repeat(199), " foo foo foo foo foo foo)".repeat(199));
    assert_eq!(first_finding(&nested), too_long);
}

#[test]
fn long_flat_texts() {
    assert_eq!(first_finding(&"x. ".repeat(300_000)), "");
    assert_eq!(first_finding(&"x foo: 3.\n".repeat(100_000)), "");
    assert_eq!(first_finding(&format!("x := #({}).", "1 ".repeat(500_000))), "");
    assert_eq!(first_finding(&format!("x foo{}.", "; foo".repeat(200_000))), "");
    assert_eq!(first_finding(&format!("x := {}.", "1".repeat(1_000_000))).split(' ').next(), Some("error:"));
    assert_eq!(first_finding(&"Pump>>press\n    ^(1\n\n".repeat(50_000)), "error: this `(` is never closed");
    assert_eq!(first_finding(&"Pump>>press\n    ^'$''\n\n".repeat(20_000)).split(' ').next(), Some("error:"));
    assert_eq!(first_finding(&"x := 3 4.\n".repeat(20_000)), "error: `4` cannot follow here");
    assert_eq!(first_finding(&format!("Object subclass: Pump [{}]", "press [ ^1 ] ".repeat(50_000))), "");
    assert_eq!(first_finding(&format!("Object subclass: Pump [{}]", "3 ".repeat(50_000))).split(' ').next(), Some("error:"));
}

/// Deep trees must also fit the stacks of threads that did not parse them.
#[test]
fn deepest_trees_are_printed_compared_and_dropped() {
    let text = format!("x := {}3{}.", "(".repeat(199), " foo foo foo foo)".repeat(199));
    let (unit, findings) = parse(&text);
    assert_eq!(findings, "");
    let printed = crate::print::unit(&unit);
    let (mut again, _) = parse(&printed);
    let mut unit = unit.clone();
    super::erase(&mut unit);
    super::erase(&mut again);
    assert!(unit == again);
}

/// Characters and words that mean something.
fn noise() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Pump",
        ">>",
        "class",
        "subclass:",
        "#Foo",
        "foo",
        "foo:",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "#(",
        "#[",
        ".",
        ";",
        ":=",
        "^",
        ":x",
        "|",
        "<",
        ">",
        "'",
        "\"",
        "$",
        "#",
        "16r",
        "3",
        "-",
        "e",
        "s2",
        "\n",
        "\n    ",
        " ",
        "nil",
        "extend",
        "Eval",
        "!",
        "! !",
        "\n!Pump methodsFor: 'x'!\n",
        "Class {",
        "Trait named: #TSize ",
        "{ #category : 'x' }\n",
        "Pump >> foo [",
        " uses: TSize - {#a} ",
        "Object subclass: Foo [",
        "é",
        "\u{0}",
    ]);
    prop::collection::vec(prop_oneof![9 => words.prop_map(String::from), 1 => any::<char>().prop_map(String::from)], 0..60)
        .prop_map(|words| words.concat())
}

/// A program with a few changes.
fn mutilated() -> impl Strategy<Value = String> {
    const PROGRAMS: [&str; 4] = [
        include_str!("../../../../examples/sensor.st"),
        "Object subclass: Pump [ |a <Float>| <comment: 'x'> Count := 0. foo: x [ | t | ^x > 3 ifTrue: [#(1 $a)] ] Foo class >> bar [ ] ]\nEval [ a foo; bar ]",
        "\"I move \"\"water\"\".\"\nClass { #name : 'Pump', #traits : 'TSize - {#size}', #instVars : [ '#a => WeakSlot', 'b' ] }\n\n{ #category : 'x' }\nPump >> foo: x [ ^ $] , ']' ]\n\n{ #category : 'x' }\nPump class >> bar [ ^ { 1 } ]\n",
        "'From'!\nObject subclass: #Pump uses: TSize @ {#a -> #b} instanceVariableNames: 'a'!\n!Pump commentStamp: 'x' prior: 0!\nIt's!!!\n!Pump methodsFor: 'x' stamp: 'y'!\nfoo ^'!!'! !\nPump foo!\n",
    ];
    let change = (any::<prop::sample::Index>(), 0usize..12, noise());
    (0..PROGRAMS.len(), prop::collection::vec(change, 1..4)).prop_map(|(program, changes)| {
        let mut text: Vec<char> = PROGRAMS[program].chars().collect();
        for (place, length, instead) in changes {
            let start = place.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, instead.chars().take(8));
        }
        text.into_iter().collect()
    })
}

fn survives(text: &str) {
    let source = Source::new("test.st", text);
    let mut diagnostics = Diagnostics::default();
    let unit = super::super::parse(&source, 0, &mut diagnostics);
    super::super::expression(&source, 0, &mut diagnostics);
    diagnostics.render(&[source], false);
    crate::print::unit(&unit);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn noise_is_survived(text in noise()) {
        survives(&text);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn mutilated_programs_are_survived(text in mutilated()) {
        survives(&text);
    }
}
