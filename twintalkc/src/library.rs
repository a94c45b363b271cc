//! The class library: Smalltalk texts that the runtime compiles once and every program is resolved against.

use crate::source::Source;

macro_rules! texts {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../library/", $name, ".st")))),*] };
}

const TEXTS: &[(&str, &str)] = texts! {
    "array"
    "association"
    "bag"
    "behavior"
    "block"
    "boolean"
    "byte_array"
    "cell"
    "character"
    "collection"
    "collection_converting"
    "collection_math"
    "dependents"
    "dictionary"
    "dictionary_enumerating"
    "duration"
    "errors"
    "exception"
    "float"
    "fraction"
    "hashed_collection"
    "heap"
    "integer"
    "interval"
    "keyed_tree"
    "linked_list"
    "magnitude"
    "message"
    "native_array"
    "number"
    "object"
    "ordered_collection"
    "ordered_dictionary"
    "pluggable"
    "point"
    "queue"
    "random"
    "run_array"
    "scaled_decimal"
    "sequenceable"
    "sequenceable_combining"
    "sequenceable_copying"
    "sequenceable_enumerating"
    "sequenceable_finding"
    "sequenceable_splitting"
    "set"
    "smalltalk"
    "sort_function"
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
