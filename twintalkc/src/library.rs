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
    "clock"
    "collection"
    "date"
    "date_and_time"
    "date_and_time_parts"
    "date_and_time_text"
    "date_parser"
    "date_text"
    "delay"
    "dependents"
    "dictionary"
    "duration"
    "duration_text"
    "errors"
    "exception"
    "float"
    "fraction"
    "hashed_collection"
    "integer"
    "interval"
    "magnitude"
    "message"
    "month"
    "number"
    "object"
    "ordered_collection"
    "point"
    "random"
    "scaled_decimal"
    "schedule"
    "sequenceable"
    "set"
    "smalltalk"
    "sorted_collection"
    "stopwatch"
    "stream"
    "string"
    "time"
    "time_text"
    "time_zone"
    "timespan"
    "transcript"
    "twin"
    "twin_reference"
    "undefined_object"
    "week"
    "year"
};

/// The texts, in the order that numbers their symbols.
pub fn sources() -> Vec<Source> {
    TEXTS.iter().map(|(name, text)| Source::new(format!("library/{name}.st"), *text)).collect()
}
