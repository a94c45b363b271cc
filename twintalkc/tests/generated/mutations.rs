//! Texts of the library and random programs with parts of them cut out, doubled, exchanged and overwritten.

use super::programs;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What is written into texts: characters and words that mean something, in any of the formats.
const WORDS: &[&str] = &[
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "#(",
    "#[",
    "#{",
    ".",
    ";",
    "!",
    "!!",
    ":",
    ":=",
    "^",
    "|",
    "<",
    ">",
    "'",
    "\"",
    "$",
    "#",
    "##",
    "_",
    "16r",
    "1e",
    "2r2",
    "-",
    "--",
    "99999999999999999999",
    "\n",
    "\n\t",
    "\t",
    " ",
    "nil",
    "super",
    "thisContext",
    "class",
    ">>",
    "subclass:",
    "Class {",
    "Trait {",
    "Extension {",
    "#name : ",
    "#superclass : ",
    "#traits : ",
    "Eval [",
    "extend [",
    "| a b |",
    "<primitive: 1>",
    "uses: ",
    "é",
    "\u{0}",
    "\u{FEFF}",
    "\r\n",
    "\u{1F600}",
    "!Foo methodsFor: 'x'!",
    "instanceVariableNames: 'a b'",
    "ifTrue: [ ",
    "yourself",
];

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    Remove(Index, usize),
    Insert(Index, &'static str),
    Overwrite(Index, &'static str),
    /// A part of the text is repeated elsewhere.
    Copy(Index, usize, Index),
    /// Any character.
    Put(Index, char),
    /// All that follows is gone.
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        3 => (place(), 0usize..40).prop_map(|(at, length)| Change::Remove(at, length)),
        4 => (place(), select(WORDS)).prop_map(|(at, word)| Change::Insert(at, word)),
        3 => (place(), select(WORDS)).prop_map(|(at, word)| Change::Overwrite(at, word)),
        2 => (place(), 0usize..80, place()).prop_map(|(from, length, to)| Change::Copy(from, length, to)),
        1 => (place(), any::<char>()).prop_map(|(at, letter)| Change::Put(at, letter)),
        1 => place().prop_map(Change::Cut),
    ]
}

fn apply(text: &mut Vec<char>, change: &Change) {
    let at = |index: &Index| index.index(text.len() + 1);
    match change {
        Change::Remove(place, length) => {
            let start = at(place);
            let end = (start + length).min(text.len());
            text.drain(start..end);
        }
        Change::Insert(place, word) => {
            let start = at(place);
            text.splice(start..start, word.chars());
        }
        Change::Overwrite(place, word) => {
            let start = at(place);
            let end = (start + word.chars().count()).min(text.len());
            text.splice(start..end, word.chars());
        }
        Change::Copy(from, length, to) => {
            let (from, to) = (at(from), at(to));
            let part: Vec<char> = text[from..(from + length).min(text.len())].to_vec();
            text.splice(to..to, part);
        }
        Change::Put(place, letter) => {
            let start = at(place);
            text.insert(start, *letter);
        }
        Change::Cut(place) => {
            let start = at(place);
            text.truncate(start);
        }
    }
}

/// Some lines of a library file.
fn excerpt() -> impl Strategy<Value = String> {
    let texts: Vec<String> = twintalkc::library::sources().into_iter().map(|source| source.text).collect();
    (select(texts), any::<Index>(), 1usize..60).prop_map(|(text, start, count)| {
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(start.index(lines.len())).take(count).copied().collect::<Vec<_>>().join("\n")
    })
}

/// A text that somebody has had an accident with.
pub fn mutilated() -> BoxedStrategy<String> {
    (prop_oneof![excerpt(), programs::program()], prop::collection::vec(change(), 1..6))
        .prop_map(|(text, changes)| {
            let mut text: Vec<char> = text.chars().collect();
            changes.iter().for_each(|change| apply(&mut text, change));
            text.into_iter().collect()
        })
        .boxed()
}
