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
use crate::ast::Unit;
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
