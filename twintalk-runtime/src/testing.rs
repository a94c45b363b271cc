//! What tests share.

use crate::library;
use crate::program::Program;
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// The same cases in every run.
pub fn fixed(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

/// A program that adds nothing to the library.
pub const NOTHING: Program = Program {
    symbols: &[],
    classes: &[],
    literals: &[],
    class_variables: 0,
    dispatch: |selector, receiver, arguments, t| library::dispatch(selector, t.class_of(receiver), receiver, arguments, t),
    block: |_, block, arguments, t| crate::generated::wrong_arguments(block, arguments, t),
    blocks: &[],
    sends: &library::ALL,
    extensions: &[],
    extends_library: false,
    resumes: true,
    twins: &[],
    provision: &[],
    initializers: &[],
    formerly: &[],
};
