//! The class library: Smalltalk texts that the runtime compiles once and every program is resolved against.

use crate::source::Source;

macro_rules! texts {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../library/", $name, ".st")))),*] };
}

const TEXTS: &[(&str, &str)] = texts! {
    "array"
    "association"
    "behavior"
    "block"
    "boolean"
    "cell"
    "character"
    "collection"
    "dependents"
    "dictionary"
    "duration"
    "errors"
    "exception"
    "float"
    "fraction"
    "hashed_collection"
    "integer"
    "interval"
    "magnitude"
    "message"
    "number"
    "object"
    "ordered_collection"
    "point"
    "random"
    "scaled_decimal"
    "sequenceable"
    "set"
    "smalltalk"
    "sorted_collection"
    "stream"
    "string"
    "test_asserter"
    "test_case"
    "test_failure"
    "test_parameters"
    "test_resource"
    "test_run"
    "test_suite"
    "test_utilities"
    "time"
    "transcript"
    "twin"
    "twin_reference"
    "undefined_object"
};

/// The texts, in the order that numbers their symbols.
pub fn sources() -> Vec<Source> {
    TEXTS.iter().map(|(name, text)| Source::new(format!("library/{name}.st"), *text)).collect()
}
