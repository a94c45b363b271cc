//! The class library: Smalltalk texts that the runtime compiles once and every program is resolved against.

use crate::source::Source;

macro_rules! texts {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../library/", $name, ".st")))),*] };
}

const TEXTS: &[(&str, &str)] = texts! {
    "array"
    "association"
    "behavior"
    "binary_stream"
    "block"
    "boolean"
    "cell"
    "character"
    "character_names"
    "character_set"
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
    "limited_write_stream"
    "magnitude"
    "message"
    "null_stream"
    "number"
    "object"
    "ordered_collection"
    "os_platform"
    "point"
    "positionable_stream"
    "random"
    "read_stream"
    "scaled_decimal"
    "sequenceable"
    "set"
    "smalltalk"
    "sorted_collection"
    "stream"
    "string"
    "string_comparing"
    "string_converting"
    "string_copying"
    "string_finding"
    "string_formatting"
    "string_selectors"
    "string_tables"
    "string_tokens"
    "symbol"
    "time"
    "transcript"
    "twin"
    "twin_reference"
    "undefined_object"
    "unicode"
    "write_stream"
};

/// The texts, in the order that numbers their symbols.
pub fn sources() -> Vec<Source> {
    TEXTS.iter().map(|(name, text)| Source::new(format!("library/{name}.st"), *text)).collect()
}
