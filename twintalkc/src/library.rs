//! The class library: Smalltalk texts that the runtime compiles once and every program is resolved against.

use crate::source::Source;

macro_rules! texts {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../library/", $name, ".st")))),*] };
}

const TEXTS: &[(&str, &str)] = texts! {
    "association"
    "behavior"
    "boolean"
    "character"
    "dependents"
    "duration"
    "float"
    "fraction"
    "integer"
    "magnitude"
    "message"
    "number"
    "object"
    "point"
    "random"
    "undefined_object"
};

/// The texts, in the order that numbers their symbols.
pub fn sources() -> Vec<Source> {
    TEXTS.iter().map(|(name, text)| Source::new(format!("library/{name}.st"), *text)).collect()
}
