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
    "block_answers"
    "boolean"
    "cell"
    "character"
    "class_methods"
    "class_variables"
    "collection"
    "dependents"
    "deprecation"
    "dictionary"
    "duration"
    "dynamic_variable"
    "errors"
    "errors_runtime"
    "errors_selector"
    "exception"
    "exception_set"
    "float"
    "fraction"
    "halt"
    "hashed_collection"
    "integer"
    "interval"
    "magnitude"
    "message"
    "message_send"
    "number"
    "object"
    "object_errors"
    "object_printing"
    "object_reflection"
    "object_testing"
    "ordered_collection"
    "point"
    "process"
    "proto_object"
    "random"
    "scaled_decimal"
    "semaphore"
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
