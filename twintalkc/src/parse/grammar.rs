//! The parser pest derives from `grammar.pest`.

#[derive(pest_derive::Parser)]
#[grammar = "parse/grammar.pest"]
pub(super) struct Grammar;
