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
    "collection_arithmetic"
    "dependents"
    "dictionary"
    "duration"
    "errors"
    "exception"
    "float"
    "float_functions"
    "float_parts"
    "float_printing"
    "fraction"
    "hashed_collection"
    "integer"
    "integer_bits"
    "integer_factors"
    "integer_functions"
    "integer_printing"
    "interval"
    "large_integer"
    "magnitude"
    "message"
    "number"
    "number_functions"
    "number_parser"
    "number_printing"
    "object"
    "ordered_collection"
    "point"
    "point_geometry"
    "random"
    "scaled_decimal"
    "sequenceable"
    "set"
    "smalltalk"
    "sorted_collection"
    "stream"
    "string"
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
